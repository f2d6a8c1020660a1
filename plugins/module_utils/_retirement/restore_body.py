"""What a managed image that is restored from a version consists of: names of its disks, bodies, and what is lost. Pure."""

from __future__ import annotations

import dataclasses
import hashlib
import typing as t

from .._resources.body_checks import MOST_TAGS
from .._resources.dates import parse_instant
from .._resources.errors import InvalidRequest
from .._resources.fields import Body
from .._resources.image_version import profile
from .._resources.resource_id import ResourceId, same_id
from .._resources.tags import RESTORED_TAG, tag_value

DISK_TAG = "cloudimages_restore"  # on the disks: a hash of image and version
OS = None  # in place of a LUN
_SKUS = ("Standard_LRS", "StandardSSD_LRS", "Premium_LRS")
Lun: t.TypeAlias = "int | None"


@dataclasses.dataclass(frozen=True)
class Disks:
    """The disks of a restore, by LUN: their names are decided before the first write. `hashed` is what their tag holds."""

    version: ResourceId
    hashed: str
    ids: dict[Lun, ResourceId]

    @classmethod
    def of(cls, image: ResourceId, version: ResourceId, body: Body) -> Disks:
        """Those of the restore of an image from a version, named by a hash of what is restored from what."""
        published = profile(body).get("publishedDate")
        when = parse_instant(published).at.isoformat() if published else ""
        hashed = hashlib.sha256(f"{image.key}\0{version.key}\0{when}".encode()).hexdigest()
        storage = (body.get("properties") or {}).get("storageProfile") or {}
        data = [disk["lun"] for disk in storage.get("dataDiskImages") or () if isinstance(disk.get("lun"), int)]
        names = {lun: f"restore-{hashed[:8]}-{'os' if lun is OS else lun}" for lun in (OS, *sorted(data))}
        group = image.subscription_id, image.resource_group
        return cls(version, hashed, {lun: ResourceId("disk", *group, name) for lun, name in names.items()})

    def body(self, lun: Lun, location: str, recorded: Body) -> Body:
        """A disk from the version. Its storage type is the recorded one of the image's disk if a disk can have it."""
        reference: Body = {"id": str(self.version), **({} if lun is OS else {"lun": lun})}
        kind = recorded.get("storageAccountType")
        return {
            "location": location,
            "tags": {DISK_TAG: self.hashed},
            "sku": {"name": kind if kind in _SKUS else _SKUS[0]},
            "properties": {"creationData": {"createOption": "FromImage", "galleryImageReference": reference}},
        }

    def has(self, disk: Body) -> bool:
        """Whether a disk by one of the names is one of this restore."""
        creation = (disk.get("properties") or {}).get("creationData") or {}
        reference = creation.get("galleryImageReference") or creation.get("imageReference") or {}
        return tag_value(disk, DISK_TAG) == self.hashed and same_id(reference.get("id"), str(self.version))


def is_restored(image: Body, rid: ResourceId, version_id: ResourceId, version: Body) -> bool:
    """Whether an image was restored from this version: by its tag, and by the names of the disks that it was created from."""
    if not same_id(tag_value(image, RESTORED_TAG), str(version_id)):
        return False
    ids = Disks.of(rid, version_id, version).ids
    return all(
        lun in ids and same_id((disk.get("managedDisk") or {}).get("id"), str(ids[lun]))
        for lun, disk in disks_of(image).items()
    )


def disks_of(image: Body) -> dict[Lun, Body]:
    """The disks of a managed image, by LUN."""
    storage = (image.get("properties") or {}).get("storageProfile") or {}
    found: dict[Lun, Body] = {OS: storage.get("osDisk") or {}}
    for disk in storage.get("dataDisks") or ():
        found[disk.get("lun")] = disk
    return found


def image_body(
    version: ResourceId,
    definition: Body,
    location: str,
    disks: t.Mapping[Lun, ResourceId],
    tags: t.Mapping[str, str],
    recorded: Body,
) -> Body:
    """The managed image, with all that the recorded image (empty without a record) has and a create takes."""
    properties = definition.get("properties") or {}
    before = disks_of(recorded)
    storage: Body = {
        "osDisk": {
            "osType": properties.get("osType"),
            "osState": "Generalized",
            **_disk(disks[OS], before[OS]),
        },
        "dataDisks": [{"lun": lun, **_disk(rid, before.get(lun) or {})} for lun, rid in disks.items() if lun is not OS],
    }
    resilient = ((recorded.get("properties") or {}).get("storageProfile") or {}).get("zoneResilient")
    if resilient is not None:
        storage["zoneResilient"] = resilient
    return {
        "location": location,
        **{key: recorded[key] for key in ("extendedLocation",) if recorded.get(key)},
        "tags": {**tags, RESTORED_TAG: str(version)},
        "properties": {"hyperVGeneration": properties.get("hyperVGeneration") or "V1", "storageProfile": storage},
    }


def predicted(body: Body, version: Body) -> Body:
    """The image as check mode returns it: with the sizes of the version's disks."""
    sizes = (version.get("properties") or {}).get("storageProfile") or {}
    gb = {one.get("lun"): one.get("sizeInGB") for one in sizes.get("dataDiskImages") or ()}
    storage = body["properties"]["storageProfile"]
    data = [{**disk, "diskSizeGB": gb.get(disk["lun"])} for disk in storage["dataDisks"]]
    system = {**storage["osDisk"], "diskSizeGB": (sizes.get("osDiskImage") or {}).get("sizeInGB")}
    return {
        **body,
        "properties": {**body["properties"], "storageProfile": {**storage, "osDisk": system, "dataDisks": data}},
    }


def tags_of(given: t.Mapping[str, str] | None, recorded: Body) -> dict[str, str]:
    """The tags of the restored image but for ours: those of the task, else those of the recorded image."""
    found = recorded.get("tags") or {} if given is None else given
    kept = {key: value for key, value in found.items() if key.lower() != RESTORED_TAG}
    if len(kept) >= MOST_TAGS:
        raise InvalidRequest(
            f"tags: the image would have {len(kept) + 1}, with {RESTORED_TAG}, and Azure takes {MOST_TAGS}. Set tags to those "
            "that it keeps. Nothing was written."
        )
    return kept


def lost(record: Body | None) -> list[str]:
    """What the restored image does not have, as sentences."""
    if record is None:
        return [
            "Without a record, the tags, caching, storage types, zone resilience and encryption sets of the image are unknown."
        ]
    found = []
    machine = (record["image"].get("properties") or {}).get("sourceVirtualMachine") or {}
    if machine.get("id"):
        found.append(f"source_virtual_machine_id was {machine['id']}.")
    assignments = record.get("role_assignments")
    if assignments is None:
        found.append("Role assignments on the image could not be read when it was deleted.")
    found += [
        f"Role assignment of {one.get('roleDefinitionId')} to {one.get('principalId')}: assign it again."
        for one in assignments or ()
    ]
    return found


def _disk(rid: ResourceId, recorded: Body) -> Body:
    kept = {key: recorded[key] for key in ("caching", "storageAccountType", "diskEncryptionSet") if recorded.get(key)}
    return {"managedDisk": {"id": str(rid)}, **kept}
