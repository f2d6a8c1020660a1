"""A managed image as a source: its returned form, and the fingerprint that shows whether it was rebuilt."""

from __future__ import annotations

import hashlib
import json
import typing as t

from .dates import parse_instant
from .field_types import FieldType, FlagType
from .fields import LOCATION, Body, Field, Resource, value_at
from .image_version import profile
from .names import check_keys, check_name
from .resource_id import ResourceId, parse_id, same_id
from .tags import FINGERPRINT_TAG, RESTORED_TAG, tag_value

CREATED_AFTER = 60.0  # seconds from publishing a version to creating its source that different clocks may explain
PLAN_TAGS = {"name": "PlanInfo", "publisher": "PlanPublisher", "product": "PlanProduct"}


_STORAGE = "properties.storageProfile"
MANAGED_IMAGE = Resource(
    kind="managed_image",
    names=("name",),
    fields=(
        LOCATION,
        Field("os_type", f"{_STORAGE}.osDisk.osType"),
        Field("os_state", f"{_STORAGE}.osDisk.osState"),
        Field("hyper_v_generation", "properties.hyperVGeneration", FieldType(default="V1")),
        Field("source_virtual_machine_id", "properties.sourceVirtualMachine.id"),
        Field("zone_resilient", f"{_STORAGE}.zoneResilient", FlagType("bool", default=False)),
    ),
)


def _disks(body: Body) -> list[dict[str, t.Any]]:
    """The OS disk, which may be empty, and the data disks."""
    return [value_at(body, f"{_STORAGE}.osDisk") or {}, *(value_at(body, f"{_STORAGE}.dataDisks") or ())]


def _origin(disk: t.Mapping[str, t.Any]) -> str | None:
    origin = value_at(disk, "managedDisk.id") or value_at(disk, "snapshot.id") or disk.get("blobUri")
    return str(origin).split("?", maxsplit=1)[0] if origin else None  # a blob's URL may contain a signature


def shape(body: Body) -> dict[str, t.Any]:
    """A managed image as modules return it."""
    disks = [
        {
            "lun": disk.get("lun"),
            "source": _origin(disk),
            "size_gb": disk.get("diskSizeGB"),
            "caching": disk.get("caching"),
            "storage_account_type": disk.get("storageAccountType"),
        }
        for disk in _disks(body)
        if disk
    ]
    subscription_id = parse_id(body["id"], "managed_image").subscription_id
    return {**MANAGED_IMAGE.shape(body), "subscription_id": subscription_id, "disks": disks}


def tagged_plan(body: t.Mapping[str, t.Any]) -> dict[str, str | None]:
    """The purchase plan of an image that descends from the Azure Marketplace, as Packer writes it to tags; None for no tag."""
    return {part: tag_value(body, tag.lower()) for part, tag in PLAN_TAGS.items()}


def generation(body: Body) -> str:
    """V1 or V2. Old images without this property are V1."""
    return value_at(body, "properties.hyperVGeneration") or "V1"


def os_type(body: Body) -> str | None:
    """Linux or Windows."""
    found: str | None = value_at(body, f"{_STORAGE}.osDisk.osType")
    return found


def os_state(body: Body) -> str:
    """The OS state, to compare with a definition. Azure creates only Generalized images."""
    return value_at(body, f"{_STORAGE}.osDisk.osState") or "Generalized"


def disk_sizes(body: Body) -> list[int]:
    """The sizes of all disks in GB; 0 where Azure does not report it."""
    return [int(disk.get("diskSizeGB") or 0) for disk in _disks(body)]


def fingerprint(body: Body) -> str:
    """A hash of disk IDs, disk sizes and generation, which changes when an image is rebuilt under the same name."""
    parts = [(disk.get("lun", -1), str(_origin(disk)).lower(), disk.get("diskSizeGB")) for disk in _disks(body)]
    text = json.dumps([generation(body), sorted(parts)])
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
        check_name("managed_image", given.get("name") or "" if named else text, "source.name" if named else "source"),
    )
