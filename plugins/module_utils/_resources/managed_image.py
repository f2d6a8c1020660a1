"""A managed image as a source: its returned form, and the fingerprint that shows whether it was rebuilt."""

from __future__ import annotations

import hashlib
import json
import typing as t

from .dates import parse_instant
from .fields import Body
from .image_version import profile
from .names import check_keys, check_name
from .regions import short_region
from .resource_id import ResourceId, parse_id, same_id
from .tags import FINGERPRINT_TAG, RESTORED_TAG, tag_value

CREATED_AFTER = 60.0  # seconds from publishing a version to creating its source that different clocks may explain
PLAN_TAGS = {"name": "PlanInfo", "publisher": "PlanPublisher", "product": "PlanProduct"}


def _disks(body: Body) -> tuple[dict[str, t.Any], list[dict[str, t.Any]]]:
    storage = (body.get("properties") or {}).get("storageProfile") or {}
    return storage.get("osDisk") or {}, list(storage.get("dataDisks") or ())


def _shown_disk(disk: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    origin = (disk.get("managedDisk") or {}).get("id") or (disk.get("snapshot") or {}).get("id") or disk.get("blobUri")
    return {
        "source": str(origin).split("?", maxsplit=1)[0] if origin else None,  # a blob's URL may contain a signature
        "size_gb": disk.get("diskSizeGB"),
        "caching": disk.get("caching"),
        "storage_account_type": disk.get("storageAccountType"),
    }


def shape(body: Body) -> dict[str, t.Any]:
    """A managed image as modules return it."""
    rid = parse_id(body["id"], "managed_image")
    properties = body.get("properties") or {}
    os_disk, data_disks = _disks(body)
    shown = [{"lun": None, **_shown_disk(os_disk)}] if os_disk else []
    shown += [{"lun": disk.get("lun"), **_shown_disk(disk)} for disk in data_disks]
    return {
        "id": body["id"],
        "name": rid.name,
        "resource_group": rid.resource_group,
        "subscription_id": rid.subscription_id,
        "location": short_region(body["location"]),
        "tags": dict(body.get("tags") or {}),
        "os_type": os_disk.get("osType"),
        "os_state": os_disk.get("osState"),
        "hyper_v_generation": generation(body),
        "disks": shown,
        "source_virtual_machine_id": (properties.get("sourceVirtualMachine") or {}).get("id"),
        "zone_resilient": bool((properties.get("storageProfile") or {}).get("zoneResilient")),
        "provisioning_state": properties.get("provisioningState"),
    }


def tagged_plan(body: t.Mapping[str, t.Any]) -> dict[str, str | None]:
    """The purchase plan of an image that descends from the Azure Marketplace, as Packer writes it to tags; None for no tag."""
    return {part: tag_value(body, tag.lower()) for part, tag in PLAN_TAGS.items()}


def generation(body: Body) -> str:
    """V1 or V2. Old images without this property are V1."""
    return str((body.get("properties") or {}).get("hyperVGeneration") or "V1")


def os_type(body: Body) -> str | None:
    """Linux or Windows."""
    return _disks(body)[0].get("osType")


def os_state(body: Body) -> str:
    """The OS state, to compare with a definition. Azure creates only Generalized images."""
    return str(_disks(body)[0].get("osState") or "Generalized")


def total_size(body: Body) -> int | None:
    """The size of all disks in GB; None if Azure does not report it."""
    os_disk, data_disks = _disks(body)
    return sum(int(disk.get("diskSizeGB") or 0) for disk in [os_disk, *data_disks]) or None


def largest_disk_gb(body: Body) -> int:
    """The size of the largest disk in GB; 0 if Azure does not report it."""
    os_disk, data_disks = _disks(body)
    return max((int(disk.get("diskSizeGB") or 0) for disk in [os_disk, *data_disks]), default=0)


def fingerprint(body: Body) -> str:
    """A hash of disk IDs, disk sizes and generation, which changes when an image is rebuilt under the same name."""
    os_disk, data_disks = _disks(body)
    parts = [
        (disk.get("lun", -1), _shown_disk(disk)["source"], disk.get("diskSizeGB")) for disk in [os_disk, *data_disks]
    ]
    text = json.dumps([generation(body), sorted((lun, str(source).lower(), size) for lun, source, size in parts)])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def is_rebuilt(
    *,
    version_id: str,
    stored: str | None,
    published: str | None,
    fingerprint: str,
    created: str | None,
    restored_from: str | None,
) -> bool:
    """Whether the image was rebuilt since the version was created.

    `stored` is the fingerprint in the version's tags, `fingerprint` that of the image. `published` and `created` are the times
    that Azure reports. None means unknown. The image counts as rebuilt only if there is evidence.
    """
    if restored_from and same_id(restored_from, version_id):
        return False
    if stored and stored != fingerprint:
        return True
    if not created or not published:
        return False
    return (parse_instant(created).at - parse_instant(published).at).total_seconds() > CREATED_AFTER


def rebuilt_since(version: Body, image: Body, created: str | None) -> bool:
    """is_rebuilt() of two bodies; `created` is when the image was created."""
    return is_rebuilt(
        version_id=version["id"],
        stored=tag_value(version, FINGERPRINT_TAG),
        published=profile(version).get("publishedDate"),
        fingerprint=fingerprint(image),
        created=created,
        restored_from=tag_value(image, RESTORED_TAG),
    )


def parse_source(value: t.Any, subscription_id: str, resource_group: str) -> ResourceId | None:
    """A task's `source` from an ID, from `{resource_group, name, subscription_id}`, or from a name; None if unset."""
    if value in (None, "", {}):
        return None
    named = isinstance(value, dict)
    given = check_keys(value, ("id", "resource_group", "name", "subscription_id"), "source") if named else {}
    text = str(given.get("id") or "" if named else value).strip()
    if "/" in text or given.get("id"):
        return parse_id(text, "managed_image", where="source.id" if named else "source")
    subscription = given.get("subscription_id")
    return ResourceId(
        "managed_image",
        check_name("subscription", subscription, "source.subscription_id") if subscription else subscription_id,
        check_name("resource_group", given.get("resource_group") or resource_group, "source.resource_group"),
        check_name("managed_image", given.get("name") if named else text, "source.name" if named else "source"),
    )
