"""The source of a virtual machine: a gallery version or definition, a managed image, or a platform image."""

from __future__ import annotations

from dataclasses import dataclass, field

from . import lifecycle, regions, replication, rights
from .boot import Boot, parse
from .context import Context
from .errors import ArmError, linked_forbidden, resource_not_found
from .messages import Json
from .paths import TYPES, Target, split_id
from .resource_types import action
from .settings import Settings
from .sources import DEFAULT_GB
from .store import Resource, Store


@dataclass(frozen=True, slots=True)
class Disk:
    """A data disk of an image."""

    lun: int
    gb: int
    caching: str = "None"
    storage: str = ""


@dataclass(slots=True)
class MachineImage:
    """The properties of an image. `reference` is the imageReference that the machine returns."""

    reference: Json
    os_type: str = "Linux"
    generation: str = "V1"
    architecture: str = "x64"
    os_state: str = "Generalized"
    security: str = ""  # the definition's SecurityType
    plan: Json | None = None
    os_disk_gb: int = 30
    caching: str = "ReadWrite"
    storage: str = ""
    data_disks: list[Disk] = field(default_factory=list)
    boot: Boot = field(default_factory=Boot)
    managed: bool = False
    resource: Resource | None = None

    @property
    def id(self) -> str:
        """The id of the version or managed image; empty for a platform image."""
        return self.resource.id if self.resource is not None else ""


def find(ctx: Context, reference: Json, location: str) -> MachineImage:
    """The image of a create, or the refusal."""
    target = split_id(reference.get("id"))
    if target is not None and target.kind == "image_version":
        return _version(ctx, _existing(ctx, target), str(reference["id"]), location)
    if target is not None and target.kind == "image_definition":
        return _latest(ctx, target, str(reference["id"]), location)
    if target is not None and target.kind == "managed_image":
        return _managed(ctx, target, location)
    return _platform(ctx, reference)


def require_right(ctx: Context, reference: Json) -> None:
    """Who writes something that refers to an image needs the right to read the image (seen for scale sets)."""
    target = split_id(reference.get("id"))
    if target is not None:
        rights.require_linked(ctx, action(target.kind, "GET"), target.id)


def _existing(ctx: Context, target: Target) -> Resource | None:
    if target.subscription in ctx.settings.subscriptions and not ctx.entra.allowed(ctx.caller, target.subscription):
        raise linked_forbidden(action(target.kind, "GET"), target.id, ctx.caller.tenant, target.subscription)
    rights.require_linked(ctx, action(target.kind, "GET"), target.id)
    return ctx.get(target.key)


def not_available(reference: str, location: str) -> ArmError:
    """Seen at machine creates of 2025, also for a region whose replication is not complete."""
    text = (
        f"The gallery image {reference} is not available in {location} region. Please contact image owner to replicate "
        "to this region, or change your requested region."
    )
    return ArmError(404, "GalleryImageNotFound", text, "imageReference")


def usable_in(version: Resource, location: str, now: float) -> bool:
    """Whether a region's replica of a version can be used."""
    return version.state != "Deleting" and location in replication.completed(version.regions, now)


def _version(ctx: Context, version: Resource | None, reference: str, location: str) -> MachineImage:
    if version is None or not usable_in(version, location, ctx.now):
        raise not_available(reference, location)
    definition = ctx.store.resources[version.key.rsplit("/versions/", 1)[0]]
    described = definition.properties
    storage = version.properties["storageProfile"]
    disk = storage.get("osDiskImage") or {}
    features = {str(one["name"]).lower(): str(one["value"]) for one in described.get("features") or []}
    return MachineImage(
        {"id": reference, "exactVersion": version.name},
        described["osType"],
        described["hyperVGeneration"],
        described.get("architecture", "x64"),
        described["osState"],
        features.get("securitytype", ""),
        described.get("purchasePlan"),
        disk.get("sizeInGB") or DEFAULT_GB[described["osType"]],
        disk.get("hostCaching", "ReadWrite"),
        data_disks=[
            Disk(one["lun"], one.get("sizeInGB") or 10, one.get("hostCaching", "None"))
            for one in storage.get("dataDiskImages") or []
        ],
        boot=parse(version.extra.get("boot", "boots")),
        resource=version,
    )


def latest(store: Store, settings: Settings, definition_key: str, location: str, now: float) -> Resource | None:
    """The version that a definition's ID selects in a region: the highest that neither flag excludes there."""
    found = lifecycle.children(store, settings, definition_key, "image_version", now)
    open_to_latest = [one for one in found if usable_in(one, location, now) and not _excluded(one, location)]
    return max(open_to_latest, key=lambda one: [int(part) for part in one.name.split(".")], default=None)


def _excluded(version: Resource, location: str) -> bool:
    """The region's flag wins over the global one."""
    profile = version.properties["publishingProfile"]
    for target in profile["targetRegions"]:
        if regions.short(target["name"]) == location and target.get("excludeFromLatest") is not None:
            return bool(target["excludeFromLatest"])
    return bool(profile.get("excludeFromLatest"))


def _latest(ctx: Context, target: Target, reference: str, location: str) -> MachineImage:
    definition = _existing(ctx, target)
    version = None
    if definition is not None:
        version = latest(ctx.store, ctx.settings, definition.key, location, ctx.now)
    return _version(ctx, version, reference, location)


def _managed(ctx: Context, target: Target, location: str) -> MachineImage:
    """A managed image serves machines of its own region only (the refusal is a guess)."""
    image = _existing(ctx, target)
    if image is None or image.location != location or image.state == "Deleting":
        raise resource_not_found(TYPES["managed_image"], target.names, target.group)
    storage = image.properties["storageProfile"]
    disk = storage["osDisk"]
    return MachineImage(
        {"id": image.id},
        disk["osType"],
        image.properties["hyperVGeneration"],
        os_state=disk.get("osState", "Generalized"),
        os_disk_gb=disk.get("diskSizeGB") or DEFAULT_GB[disk["osType"]],
        caching=disk.get("caching", "ReadWrite"),
        storage=disk.get("storageAccountType", ""),
        data_disks=[
            Disk(one["lun"], one.get("diskSizeGB") or 10, one.get("caching", "None"), one.get("storageAccountType", ""))
            for one in storage.get("dataDisks") or []
        ],
        boot=parse(image.extra.get("boot", "boots")),
        managed=True,
        resource=image,
    )


def _platform(ctx: Context, reference: Json) -> MachineImage:
    """A platform image or a shared image, which may exist only in the seed's sources."""
    names = ("publisher", "offer", "sku")
    key = ":".join(str(reference.get(name, "")) for name in names) if reference.get("publisher") else ""
    key = key or str(reference.get("sharedGalleryImageId") or reference.get("communityGalleryImageId") or "")
    seeded = ctx.store.sources.get(key.lower(), {})
    os_type = seeded.get("os_type", "Linux")
    version = seeded.get("exact_version") or reference.get("version") or "1.0.0"
    return MachineImage(
        {**reference, "exactVersion": "1.0.0" if version == "latest" else version},
        os_type,
        seeded.get("hyper_v_generation", "V1"),
        security=seeded.get("security_type", ""),
        os_disk_gb=seeded.get("os_disk_gb") or DEFAULT_GB[os_type],
        boot=parse(seeded.get("boot", "boots")),
    )
