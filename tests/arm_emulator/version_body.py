"""Bodies of image versions: how a request is read and how an answer looks, for each api-version."""

from __future__ import annotations

from typing import Any

from . import regions, replication
from .apiversions import OLDEST, SAFETY_PROFILE, VALIDATIONS_PROFILE
from .common import choice, envelope
from .context import Context
from .errors import invalid
from .messages import Json
from .store import Resource

PREFIX = "galleryImageVersion.properties."
STORAGE_TYPES = ("Standard_LRS", "Standard_ZRS", "Premium_LRS", "PremiumV2_LRS", "StandardSSD_LRS")
EDGE_TYPES = ("Standard_LRS", "StandardSSD_LRS", "StandardSSD_ZRS", "Premium_LRS")


# -- answers ---------------------------------------------------------------------------------------------------------
def render(ctx: Context, resource: Resource, *, expand: bool = False) -> Json:
    """The whole resource as this api-version shows it."""
    if ctx.version == OLDEST:
        return envelope(ctx, resource, _oldest(resource))
    stored = resource.properties
    properties: Json = {
        "publishingProfile": _publishing(ctx, stored["publishingProfile"]),
        "storageProfile": stored["storageProfile"],
    }
    if ctx.version >= SAFETY_PROFILE:
        properties["safetyProfile"] = _safety(ctx, stored["safetyProfile"])
    if stored.get("securityProfile"):
        properties["securityProfile"] = stored["securityProfile"]
    if ctx.version >= VALIDATIONS_PROFILE and resource.state != "Updating":  # absent while Updating (recorded 2026)
        properties["validationsProfile"] = _validations(resource)
    properties["provisioningState"] = resource.state
    if expand:
        properties["replicationStatus"] = replication.status(resource.regions, ctx.now)
    return envelope(ctx, resource, properties)


def _publishing(ctx: Context, stored: Json) -> Json:
    targets = stored["targetRegions"]
    if ctx.version < SAFETY_PROFILE:
        targets = [_without_security_profile(target) for target in targets]
    profile: Json = {"targetRegions": targets}
    for name in (
        "targetExtendedLocations",
        "replicaCount",
        "excludeFromLatest",
        "publishedDate",
        "endOfLifeDate",
        "storageAccountType",
        "replicationMode",
    ):
        if stored.get(name) is not None:
            profile[name] = stored[name]
    return profile


def _without_security_profile(target: Json) -> Json:
    """2019-12-01 echoed an encryption without securityProfile, 2022-03-03 with (both recorded)."""
    encryption = target.get("encryption") or {}
    disk = encryption.get("osDiskImage")
    if not disk:
        return target
    plain = {name: value for name, value in disk.items() if name != "securityProfile"}
    return {**target, "encryption": {**encryption, "osDiskImage": plain}}


def _safety(ctx: Context, stored: Json) -> Json:
    """blockDeletionBeforeEndOfLife only where it was sent, between the other two (recorded 2026)."""
    hidden = () if ctx.version >= VALIDATIONS_PROFILE else ("blockDeletionBeforeEndOfLife",)
    order = ("reportedForPolicyViolation", "blockDeletionBeforeEndOfLife", "allowDeletionOfReplicatedLocations")
    return {name: stored[name] for name in order if name in stored and name not in hidden}


def _validations(resource: Resource) -> Json:
    profile: Json = {"validationOperationStatus": "NotExecuted"}
    if resource.extra.get("platform") and resource.state == "Succeeded":
        profile["platformAttributes"] = resource.extra["platform"]
    return profile


def _oldest(resource: Resource) -> Json:
    """2018-06-01 (recorded): scaleTier and a list of regions, the source in the profile, disks only when done."""
    stored = resource.properties
    publishing, storage = stored["publishingProfile"], stored["storageProfile"]
    names = [target["name"] for target in publishing["targetRegions"]]
    profile: Json = {}
    if "scale_tier" in resource.extra:
        profile["scaleTier"] = resource.extra["scale_tier"]
    else:
        profile["targetRegions"] = [
            {"name": t["name"], "regionalReplicaCount": t["regionalReplicaCount"]} for t in publishing["targetRegions"]
        ]
        profile["replicaCount"] = publishing["replicaCount"]
    profile["excludeFromLatest"] = publishing["excludeFromLatest"]
    profile["publishedDate"] = publishing["publishedDate"][:10] + "T00:00:00+00:00"
    if publishing.get("endOfLifeDate"):
        profile["endOfLifeDate"] = publishing["endOfLifeDate"]
    if "scale_tier" in resource.extra:
        profile["regions"] = names
    profile["source"] = {"managedImage": {"id": (storage.get("source") or {}).get("id")}}
    properties: Json = {"publishingProfile": profile, "provisioningState": resource.state}
    if resource.state == "Succeeded" and storage.get("osDiskImage"):
        keep = ("lun", "sizeInGB", "hostCaching")
        disks: Json = {"osDiskImage": _only(storage["osDiskImage"], keep)}
        if storage.get("dataDiskImages"):
            disks["dataDiskImages"] = [_only(disk, keep) for disk in storage["dataDiskImages"]]
        properties["storageProfile"] = disks
    return properties


def _only(mapping: Json, names: tuple[str, ...]) -> Json:
    return {name: mapping[name] for name in names if name in mapping}


# -- requests --------------------------------------------------------------------------------------------------------
def normalise(ctx: Context, body: Json) -> Json:
    """The properties sent, those of 2018-06-01 in today's places."""
    properties: Json = dict(body.get("properties") or {})
    if ctx.version != OLDEST:
        return properties
    profile = dict(properties.get("publishingProfile") or {})
    if profile.get("regions"):
        profile["targetRegions"] = [{"name": name} for name in profile["regions"]]
    image = (profile.get("source") or {}).get("managedImage")
    if image:
        properties["storageProfile"] = {"source": {"id": image.get("id")}}
    properties["publishingProfile"] = profile
    return properties


def read_targets(sent: list[Any], replica_count: int, storage_type: str, stored: list[Json]) -> list[Json]:
    """targetRegions as stored: display names in the order of the request.

    Without a count a region takes replicaCount of this request (recorded); without a type what it has, or the version's
    (the Azure CLI's help on `sig image-version create`).
    """
    path = PREFIX + "publishingProfile.targetRegions"
    before = {regions.short(target["name"]): target for target in stored}
    targets: list[Json] = []
    for entry in sent:
        name = entry.get("name") if isinstance(entry, dict) else None
        if not name or not regions.known(name):
            text = f"The target region '{name}' is not a valid region for gallery image versions."
            raise invalid(text, path)  # a guess
        had = before.get(regions.short(name), {})
        kind = entry.get("storageAccountType") or had.get("storageAccountType") or storage_type
        target: Json = {
            "name": regions.display(name),
            "regionalReplicaCount": _count(entry.get("regionalReplicaCount"), replica_count),
            "storageAccountType": choice(kind, STORAGE_TYPES, f"{path}.storageAccountType"),
        }
        encryption = entry.get("encryption") or had.get("encryption")
        if encryption:
            target["encryption"] = _encryption(encryption)
        if entry.get("excludeFromLatest") is not None:
            target["excludeFromLatest"] = bool(entry["excludeFromLatest"])
        if entry.get("additionalReplicaSets"):
            target["additionalReplicaSets"] = entry["additionalReplicaSets"]
        targets.append(target)
    return targets


def _count(sent: int | None, default: int) -> int:
    """0 is no count that was left out: it is refused."""
    return default if sent is None else sent


def _encryption(sent: Json) -> Json:
    """osDiskImage gains securityProfile, first (recorded 2023)."""
    encryption: Json = {}
    disk = sent.get("osDiskImage")
    if disk:
        rest = {name: value for name, value in disk.items() if name != "securityProfile"}
        encryption["osDiskImage"] = {"securityProfile": disk.get("securityProfile") or {}, **rest}
    disks = sent.get("dataDiskImages")
    if disks:
        encryption["dataDiskImages"] = [
            {"lun": disk.get("lun"), **{name: value for name, value in disk.items() if name != "lun"}} for disk in disks
        ]
    return encryption


def read_extended(sent: list[Json], replica_count: int) -> list[Json]:
    """targetExtendedLocations: StandardSSD_LRS by default, any case accepted (recorded 2023)."""
    path = PREFIX + "publishingProfile.targetExtendedLocations.storageAccountType"
    locations = []
    for entry in sent:
        edge = entry.get("extendedLocation") or {}
        locations.append(
            {
                "extendedLocation": {"type": edge.get("type", "EdgeZone"), "name": edge.get("name")},
                "name": regions.display(entry.get("name")),
                "extendedLocationReplicaCount": _count(entry.get("extendedLocationReplicaCount"), replica_count),
                "storageAccountType": choice(entry.get("storageAccountType") or "StandardSSD_LRS", EDGE_TYPES, path),
            }
        )
    return locations


def read_disks(sent: Json) -> Json:
    """Disks given one by one: hostCaching ReadWrite for the OS, ReadOnly for data (recorded 2023)."""
    stored: Json = {}
    if sent.get("osDiskImage"):
        stored["osDiskImage"] = _disk(sent["osDiskImage"], "ReadWrite")
    if sent.get("dataDiskImages"):
        disks = [{"lun": disk.get("lun"), **_disk(disk, "ReadOnly")} for disk in sent["dataDiskImages"]]
        stored["dataDiskImages"] = disks
    return stored


def _disk(sent: Json, caching: str) -> Json:
    source: dict[str, Any] = sent.get("source") or {}
    ordered = {name: source[name] for name in ("uri", "storageAccountId", "id") if name in source}
    return {"hostCaching": sent.get("hostCaching") or caching, "source": ordered}


def with_sizes(stored: Json, sizes: dict[str, Any], os_type: str) -> Json:
    """Disks given one by one, with the sizes that appear on success."""
    filled: Json = {}
    if "osDiskImage" in stored:
        default = 30 if os_type == "Linux" else 127
        filled["osDiskImage"] = {"sizeInGB": _size(stored["osDiskImage"], sizes, default), **stored["osDiskImage"]}
    if "dataDiskImages" in stored:
        filled["dataDiskImages"] = [
            {"lun": disk["lun"], "sizeInGB": _size(disk, sizes, 10), **disk} for disk in stored["dataDiskImages"]
        ]
    return filled


def _size(disk: Json, sizes: dict[str, Any], default: int) -> int:
    source = disk.get("source") or {}
    seeded = sizes.get(str(source.get("id", "")).lower(), {})
    return int(seeded.get("os_disk_gb") or seeded.get("size_gb") or default)
