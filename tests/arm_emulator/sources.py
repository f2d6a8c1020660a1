"""What a version is made from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .context import Context
from .errors import ArmError, invalid, linked_forbidden
from .messages import Json
from .paths import split_id
from .store import Resource

SOURCE_PATH = "galleryImageVersion.properties.storageProfile.source.id"
_VIRTUAL_MACHINE = re.compile(r"/providers/Microsoft\.Compute/virtualMachines/[^/]+\Z", re.IGNORECASE)
DEFAULT_GB = {"Linux": 30, "Windows": 127}  # recorded sizes of the two


@dataclass(slots=True)
class Source:
    """What a source brings along. None is not known and is not compared."""

    id: str
    os_type: str | None = None
    generation: str | None = None
    os_state: str | None = None
    os_disk_gb: int | None = None
    caching: str = "ReadWrite"
    data_disks: list[tuple[int, int, str]] = field(default_factory=list)
    platform: list[Json] = field(default_factory=list)
    boot: Json | None = None

    def fill(self, os_type: str) -> Json:
        """osDiskImage and dataDiskImages as they appear on success: `source` is an empty object, no disks no key."""
        size = self.os_disk_gb or DEFAULT_GB.get(self.os_type or os_type, 30)
        filled: Json = {"osDiskImage": {"sizeInGB": size, "hostCaching": self.caching, "source": {}}}
        disks = [{"lun": lun, "sizeInGB": gb, "hostCaching": caching} for lun, gb, caching in self.data_disks]
        if disks:
            filled["dataDiskImages"] = disks
        return filled

    def largest_gb(self) -> int:
        """The size of its largest disk."""
        return max([self.os_disk_gb or 0, *(gb for _lun, gb, _caching in self.data_disks)])


def find(ctx: Context, source: Json, location: str) -> Source:
    """The source of a create, or the refusal."""
    if source.get("virtualMachineId"):
        return _elsewhere(ctx, str(source["virtualMachineId"]))
    source_id = str(source.get("id") or source.get("communityGalleryImageId") or "")
    target = split_id(source_id)
    if target is not None and target.kind == "managed_image":
        return _image(ctx, source_id, location)
    if target is not None and target.kind == "image_version":
        return _version(ctx, source_id)
    if _VIRTUAL_MACHINE.search(source_id) and ctx.version < "2023-07-03":
        return _elsewhere(ctx, source_id)
    if source.get("communityGalleryImageId"):
        return Source(source_id)
    text = (
        f"The source id: {source_id} must either be a managed image, virtual machine or another gallery image version."
    )
    raise invalid(text, SOURCE_PATH)


def _elsewhere(ctx: Context, source_id: str) -> Source:
    """A virtual machine, disk or snapshot: it need not exist; what the seed says of it counts."""
    seeded = ctx.store.sources.get(source_id.lower(), {})
    disks = [
        (disk["lun"], disk.get("size_gb", 10), disk.get("caching", "None")) for disk in seeded.get("data_disks", [])
    ]
    return Source(
        source_id,
        seeded.get("os_type"),
        seeded.get("hyper_v_generation"),
        seeded.get("os_state"),
        seeded.get("os_disk_gb"),
        "ReadWrite",
        disks,
        [{"name": f"source_image_{k}", "value": v} for k, v in seeded.get("platform_image", {}).items()],
    )


def _existing(ctx: Context, source_id: str) -> Resource:
    target = split_id(source_id)
    assert target is not None
    if target.subscription in ctx.settings.subscriptions and not ctx.entra.allowed(ctx.caller, target.subscription):
        action = "Microsoft.Compute/galleries/images/versions/write"
        raise linked_forbidden(action, ctx.target.id, ctx.caller.tenant, target.subscription)
    resource = ctx.get(source_id)
    if resource is None:
        raise _not_found(source_id)
    return resource


def _not_found(source_id: str) -> ArmError:
    """Documented text; InvalidParameter is the code of all such refusals that are known."""
    text = (
        f"Source {source_id} is not found. Please check source exists, and is in the same region as gallery image "
        "version being created."
    )
    return invalid(text, SOURCE_PATH)


def _image(ctx: Context, source_id: str, location: str) -> Source:
    image = _existing(ctx, source_id)
    if image.location != location or image.state == "Deleting":
        raise _not_found(source_id)
    properties = image.properties
    storage = properties["storageProfile"]
    disk = storage["osDisk"]
    disks = [(d["lun"], d.get("diskSizeGB") or 10, d.get("caching", "None")) for d in storage.get("dataDisks", [])]
    return Source(
        image.id,
        disk.get("osType"),
        properties.get("hyperVGeneration", "V1"),
        disk.get("osState", "Generalized"),
        disk.get("diskSizeGB") or image.extra.get("os_disk_gb"),
        disk.get("caching", "ReadWrite"),
        disks,
        boot=image.extra.get("boot"),
    )


def _version(ctx: Context, source_id: str) -> Source:
    version = _existing(ctx, source_id)
    target = split_id(version.id)
    definition = ctx.get(target.parent().key) if target else None
    storage = version.properties["storageProfile"]
    disk = storage.get("osDiskImage") or {}
    disks = [
        (d["lun"], d.get("sizeInGB") or 10, d.get("hostCaching", "None")) for d in storage.get("dataDiskImages", [])
    ]
    described = definition.properties if definition else {}
    return Source(
        version.id,
        described.get("osType"),
        described.get("hyperVGeneration"),
        described.get("osState"),
        disk.get("sizeInGB"),
        disk.get("hostCaching", "ReadWrite"),
        disks,
        boot=version.extra.get("boot"),
    )


def mismatch(source: Source, definition: Json) -> Json | None:
    """The error with which the operation of an accepted create ends (public reports of 2022-2026; OS type by analogy)."""
    if source.generation and source.generation != definition["hyperVGeneration"]:
        message = (
            f"The resource with id '{source.id}' has a different Hypervisor generation ['{source.generation}'] than the "
            f"parent gallery image Hypervisor generation ['{definition['hyperVGeneration']}']."
        )
        return {"code": "Conflict", "message": message}
    if source.os_type and source.os_type != definition["osType"]:
        message = (
            f"The resource with id '{source.id}' has a different OS type ['{source.os_type}'] than the parent gallery "
            f"image OS type generation ['{definition['osType']}']"
        )
        return {"code": "Conflict", "message": message}
    if source.os_state and source.os_state != definition["osState"]:
        message = (
            f"The resource with id '{source.id}' has a different OS state ['{source.os_state}'] than the parent gallery "
            f"image OS state ['{definition['osState']}']."
        )
        return {"code": "BadRequest", "message": message}
    return None
