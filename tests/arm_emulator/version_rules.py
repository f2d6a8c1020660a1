"""What the service refuses about image versions."""

from __future__ import annotations

import re

from . import regions
from .apiversions import VIRTUAL_MACHINE_ID
from .clock import parse_instant
from .context import Context
from .errors import ArmError, change_not_allowed, invalid
from .messages import Json
from .paths import split_id
from .sources import SOURCE_PATH
from .store import Resource
from .version_body import PREFIX

_NAME = re.compile(r"([0-9]{1,10})\.([0-9]{1,10})\.([0-9]{1,10})\Z")
_TARGETS = PREFIX + "publishingProfile.targetRegions"


def check_name(name: str) -> None:
    """Three whole numbers of 32 bits."""
    match = _NAME.match(name)
    if not match or any(int(part) > 2147483647 for part in match.groups()):
        raise invalid(
            "The image version name is invalid. The image version name should follow Major(int).Minor(int).Patch(int) "
            "format, where int is between 0 and 2,147,483,647 (inclusive). For e.g: 1.0.0, 2018.12.1 etc",
            "galleryImageVersionName",
        )


def check_targets(targets: list[Json], location: str, mode: str | None) -> None:
    """Target regions of a create or an update."""
    names = [regions.short(target["name"]) for target in targets]
    if len(set(names)) != len(names):
        raise invalid("Duplicate regions are not allowed in target publishing regions.", _TARGETS)
    if location not in names:
        raise invalid(
            f"Gallery image version publishing profile regions '{', '.join(names)}' must contain the location of image "
            f"version '{regions.display(location)}'.",
            _TARGETS,
        )
    for target in targets:
        _check_replicas(target["regionalReplicaCount"], f"{_TARGETS}.regionalReplicaCount")
        if target["storageAccountType"] == "Standard_ZRS" and regions.short(target["name"]) in regions.WITHOUT_ZONES:
            raise invalid("ZRS storage account type is not supported in this region.", _TARGETS)
    total = sum(target["regionalReplicaCount"] for target in targets)
    if total > 100:
        _check_replicas(total, PREFIX + "publishingProfile.replicaCount")
    encrypted = [target for target in targets if target.get("encryption")]
    if encrypted and len(encrypted) != len(targets):
        raise invalid("Encryption must be given for every target region or for none.", _TARGETS)  # text is a guess
    if mode == "Shallow":
        _check_shallow(targets, encrypted)


def _check_replicas(count: object, path: str) -> None:
    if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= 100:
        name = path.rsplit(".", 1)[1]
        text = f"The value {count} of parameter {name} is out of range. The value must be between 1 and 100, inclusive."
        raise invalid(text, path)


def check_replica_count(count: object) -> None:
    """replicaCount of the profile."""
    _check_replicas(count, PREFIX + "publishingProfile.replicaCount")


def check_edge_zones(zones: list[Json]) -> None:
    """As target regions (a guess: no traffic shows a refusal)."""
    for zone in zones:
        path = PREFIX + "publishingProfile.targetExtendedLocations.extendedLocationReplicaCount"
        _check_replicas(zone["extendedLocationReplicaCount"], path)


def _check_shallow(targets: list[Json], encrypted: list[Json]) -> None:
    """One region, one replica, no disk encryption set (documented; the texts are a guess)."""
    path = PREFIX + "publishingProfile.replicationMode"
    if len(targets) > 1:
        raise invalid("Replication mode 'Shallow' supports only one target region.", path)
    if targets[0]["regionalReplicaCount"] > 1:
        raise invalid("Replication mode 'Shallow' supports only one replica.", path)
    if encrypted:
        raise invalid("Replication mode 'Shallow' does not support disk encryption sets.", path)


def check_source_kinds(ctx: Context, storage: Json) -> None:
    """Exactly one kind of source (the refusal of a create without one, seen in a public issue)."""
    source = storage.get("source") or {}
    direct = bool(source.get("id") or source.get("virtualMachineId") or source.get("communityGalleryImageId"))
    disks = [disk for disk in [storage.get("osDiskImage"), *(storage.get("dataDiskImages") or [])] if disk]
    single = any(disk.get("source") for disk in disks)
    if direct == single or (source.get("virtualMachineId") and ctx.version < VIRTUAL_MACHINE_ID):
        raise invalid(
            "The gallery artifact version source can only be specified either directly under storageProfile or within "
            "individual OS or data disks. One and only one source type (user image, snapshot, disk, virtual machine) "
            "can be provided.",
            SOURCE_PATH,
        )
    _check_disks(storage)


def check_managed_image(definition: Json, source_id: str, number: str) -> None:
    """A managed image is x64, and goes only into definitions that merely support a security type (public reports).

    Code and target of the second refusal are a guess.
    """
    target = split_id(source_id)
    if target is None or target.kind != "managed_image":
        return
    if definition["architecture"] != "x64":
        raise invalid(
            f"The source image architecture 'x64' does not match the gallery image architecture '{definition['architecture']}'.",
            SOURCE_PATH,
        )
    for feature in definition.get("features") or ():
        starts = str(feature.get("startsAtVersion") or "0.0.0").split(".")
        applies = [int(part) for part in number.split(".")] >= [int(part) for part in starts]
        if (
            applies
            and feature.get("name") == "SecurityType"
            and feature.get("value") in ("ConfidentialVM", "TrustedLaunch")
        ):
            raise invalid(
                f"Security type {feature['value']} is not supported for source id {source_id}. Only snapshot, disk and "
                "virtual machine sources are supported.",
                SOURCE_PATH,
            )


def _check_disks(storage: Json) -> None:
    disks = storage.get("dataDiskImages") or []
    luns = [disk.get("lun") for disk in disks]
    path = PREFIX + "storageProfile.dataDiskImages"
    if len(set(luns)) != len(luns):
        text = "Duplicated lun numbers have been detected in the input data disks."
        raise invalid(f"{text} Lun number must be unique for each data disk.", path)
    ids = [(disk.get("source") or {}).get("id") for disk in disks]
    ids = [str(i).lower() for i in ids if i]
    if len(set(ids)) != len(ids):
        text = "Duplicated source ids are found in the input disks. Source id should be unique for each disk."
        raise invalid(text, path)


def check_unchanged(stored: Json, sent: Json) -> None:
    """409 PropertyChangeNotAllowed for what an update may not change."""
    _check_storage(stored["storageProfile"], sent.get("storageProfile") or {})
    profile, had = sent.get("publishingProfile") or {}, stored["publishingProfile"]
    for name, default in (("storageAccountType", "Standard_LRS"), ("replicationMode", "Full")):
        value = profile.get(name)
        if value is not None and str(value).lower() != str(had.get(name) or default).lower():
            raise change_not_allowed(f"{PREFIX}publishingProfile.{name}")
    before = {regions.short(target["name"]): target for target in had["targetRegions"]}
    for target in profile.get("targetRegions") or []:
        old = before.get(regions.short(target.get("name")))
        if old is None:
            continue
        kind = target.get("storageAccountType")
        if kind is not None and str(kind).lower() != old["storageAccountType"].lower():
            raise change_not_allowed(f"{_TARGETS}.storageAccountType")
        if target.get("encryption") and _sets(target["encryption"]) != _sets(old.get("encryption") or {}):
            raise change_not_allowed(f"{_TARGETS}.encryption")


def _sets(encryption: Json) -> list[str]:
    disks = [encryption.get("osDiskImage") or {}, *(encryption.get("dataDiskImages") or [])]
    return sorted(str(disk.get("diskEncryptionSetId", "")).lower() for disk in disks if disk)


def _check_storage(stored: Json, sent: Json) -> None:
    path = PREFIX + "storageProfile."
    source, had = sent.get("source") or {}, stored.get("source") or {}
    for name in ("id", "virtualMachineId", "communityGalleryImageId"):
        if source.get(name) and str(source[name]).lower() != str(had.get(name, "")).lower():
            raise change_not_allowed(f"{path}source.{name}")
    disk = (sent.get("osDiskImage") or {}).get("source") or {}
    had_disk = (stored.get("osDiskImage") or {}).get("source") or {}
    for name in ("id", "uri"):
        if disk.get(name) and str(disk[name]).lower() != str(had_disk.get(name, "")).lower():
            raise change_not_allowed(f"{path}osDiskImage.source.{name}")
    if sent.get("dataDiskImages"):
        luns = sorted(str(disk.get("lun")) for disk in sent["dataDiskImages"])
        if luns != sorted(str(disk["lun"]) for disk in stored.get("dataDiskImages") or []):
            text = "Adding new Data Disks or changing the LUN of a Data Disk in an existing Image is not allowed."
            raise invalid(text, f"{path}dataDiskImages")


def check_removed(resource: Resource, removed: list[str], done: list[str]) -> None:
    """Regions that hold a replica go only where the safety profile lets them.

    Answers show false where it was never sent, and recordings of then remove regions; so only a false that was sent
    counts. Status, code and text are a guess.
    """
    replicated = [region for region in removed if region in done]
    safety = resource.properties["safetyProfile"]
    if replicated and resource.extra.get("locked_regions") and not safety["allowDeletionOfReplicatedLocations"]:
        text = (
            f"Removing replicated regions '{', '.join(replicated)}' from gallery image version '{resource.name}' is not "
            "allowed since allowDeletionOfReplicatedLocations is set to false."
        )
        raise ArmError(409, "OperationNotAllowed", text, _TARGETS)


def check_delete(ctx: Context, resource: Resource) -> None:
    """The deletion lock (text documented, code seen; the status is a guess)."""
    safety, profile = resource.properties["safetyProfile"], resource.properties["publishingProfile"]
    end = parse_instant(profile.get("endOfLifeDate"))
    if safety.get("blockDeletionBeforeEndOfLife") and end is not None and ctx.now < end and resource.state != "Failed":
        text = (
            "Deletion of Gallery image version is not allowed because the image is enabled for "
            "blockDeletionBeforeEndOfLife and its endOfLifeDate has not reached yet"
        )
        raise ArmError(409, "DeleteGalleryImageVersionBlockedBeforeEndOfLife", text)
