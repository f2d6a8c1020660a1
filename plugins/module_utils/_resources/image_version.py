"""The fields of an image version, its source, its target regions and their replication status.

Mutable: regions and their replica counts, replica count, end of life, exclusion from latest, the safety settings and tags.
Immutable: the source, the storage account types, the replication mode and encryption.
"""

from __future__ import annotations

import typing as t

from .field_types import FieldType, FlagType
from .fields import COUNT, DATE, LOCATION, STR, Body, Field, Resource
from .regions import short_region
from .storage import STORAGE
from .tags import is_version_tag
from .target_regions import ArmRegion, shown_region

_IMMUTABLE = "Azure does not allow changing it after the version was created."
_FLAG = FlagType("bool", default=False)
_MODE = FieldType(default="Full", cased=False, allowed=("Full", "Shallow"))
_PROFILE = "properties.publishingProfile"
_SAFETY = "properties.safetyProfile"

IMAGE_VERSION = Resource(
    kind="image_version",
    names=("gallery_name", "image_definition_name", "name"),
    own_tag=is_version_tag,
    fields=(
        LOCATION,
        Field("source_id", "properties.storageProfile.source.id", STR, computed=True),
        Field("replica_count", f"{_PROFILE}.replicaCount", COUNT),
        Field("storage_account_type", f"{_PROFILE}.storageAccountType", STORAGE, _IMMUTABLE),
        Field("replication_mode", f"{_PROFILE}.replicationMode", _MODE, _IMMUTABLE),
        Field("exclude_from_latest", f"{_PROFILE}.excludeFromLatest", _FLAG),
        Field("end_of_life_date", f"{_PROFILE}.endOfLifeDate", DATE),
        Field("published_date", f"{_PROFILE}.publishedDate", DATE, computed=True),
        Field("allow_deletion_of_replicated_locations", f"{_SAFETY}.allowDeletionOfReplicatedLocations", _FLAG),
        Field("block_deletion_before_end_of_life", f"{_SAFETY}.blockDeletionBeforeEndOfLife", _FLAG),
    ),
)


def source_id(body: Body) -> str | None:
    """The ID of the source: a managed image, a virtual machine or another version. None if created from disks."""
    source = ((body.get("properties") or {}).get("storageProfile") or {}).get("source") or {}
    return source.get("id") or source.get("virtualMachineId") or source.get("communityGalleryImageId")


def profile(body: Body) -> Body:
    """The publishing profile, which may be empty."""
    return (body.get("properties") or {}).get("publishingProfile") or {}


def target_regions(body: Body) -> list[ArmRegion]:
    """Azure's own list of target regions."""
    return list(profile(body).get("targetRegions") or ())


def regions_by_name(body: Body) -> dict[str, ArmRegion]:
    """Azure's target regions by their short names."""
    return {short_region(region["name"]): region for region in target_regions(body)}


def is_shallow(body: Body) -> bool:
    """Whether it is only a snapshot in its source's region."""
    return str(profile(body).get("replicationMode")).lower() == "shallow"


def replication(body: Body) -> dict[str, t.Any]:
    """`{state, regions: [{name, state, progress, details}]}`; the state is None if it was not requested."""
    status = (body.get("properties") or {}).get("replicationStatus") or {}
    regions = [
        {
            "name": short_region(item["region"]),
            "state": item.get("state"),
            "progress": item.get("progress"),
            "details": item.get("details") or None,
        }
        for item in status.get("summary") or ()
    ]
    return {"state": status.get("aggregatedState"), "regions": regions}


def incomplete(body: Body, regions: t.Iterable[str]) -> dict[str, str]:
    """The replication state of those regions that are not Completed; of a shallow version, Azure may report none at all."""
    shown = {one["name"]: one["state"] for one in replication(body)["regions"]}
    if is_shallow(body) and not shown:
        return {}
    return {name: shown.get(name) or "Unknown" for name in regions if shown.get(name) != "Completed"}


def every_region(names: t.Iterable[str], reported: t.Iterable[t.Mapping[str, t.Any]]) -> list[t.Mapping[str, t.Any]]:
    """The replication status of each of these regions; Unknown if Azure did not report one."""
    by_name = {region["name"]: region for region in reported}
    nothing = {"state": "Unknown", "progress": None, "details": None}
    return [by_name.get(name) or {"name": name, **nothing} for name in names]


def shape(body: Body) -> dict[str, t.Any]:
    """The version as modules return it."""
    result = IMAGE_VERSION.shape(body)
    result["source_id"] = source_id(body)
    result["target_regions"] = [shown_region(region) for region in target_regions(body)]
    result["replication"] = replication(body)
    return result
