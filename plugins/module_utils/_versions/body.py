"""The bodies of image versions: the comparison with an existing version, and what a create and an update send."""

from __future__ import annotations

import copy
import dataclasses
import typing as t

from .._resources.fields import Body, Change
from .._resources.image_version import IMAGE_VERSION, profile, target_regions
from .._resources.managed_image import fingerprint
from .._resources.regions import short_region
from .._resources.storage import DEFAULT_TYPE, storage_type
from .._resources.tags import FINGERPRINT_TAG, is_version_tag, merge_tags
from .._resources.target_regions import ArmRegion, RegionPlan, Rules, Wanted, plan_regions, shown_region
from .region_retry import restore_regions

PUT_BACK = "a repair removed it to add it again (on_failed: retry_regions)"


@dataclasses.dataclass(frozen=True)
class Comparison:
    """`changes` lead from the existing version to `body`, the whole version as the task wants it; empty if nothing differs."""

    changes: list[Change]
    body: Body
    regions: RegionPlan


def compare(
    body: Body, wanted: t.Mapping[str, t.Any], regions: list[Wanted] | None, policy: str, append_tags: bool
) -> Comparison:
    """What differs between an existing version and the task, and the version as the task wants it.

    Regions that a repair removed are added again, unless the task wants exactly others.
    """
    named = {region.name for region in regions or ()} if regions is not None and policy == "exact" else None
    before = {short_region(region["name"]) for region in target_regions(body)}
    body = restore_regions(body, named)
    there = profile(body)
    plan = plan_regions(
        regions,
        target_regions(body),
        Rules(
            source=short_region(body["location"]),
            policy=policy,
            count=wanted.get("replica_count"),
            storage=_storage(wanted),
            profile_count=there.get("replicaCount") or 1,
            profile_storage=there.get("storageAccountType") or DEFAULT_TYPE,
        ),
    )
    changes = IMAGE_VERSION.differences(body, wanted, append_tags)
    if regions is not None:
        # with regions named, the type applies to those of them that have none of their own, and is compared there
        changes = [change for change in changes if change.path != "storage_account_type"]
    after = IMAGE_VERSION.applied(body, wanted, append_tags)
    profile(after)["targetRegions"] = plan.regions
    back = [
        Change(f"target_regions.{short_region(region['name'])}", None, shown_region(region), why=PUT_BACK)
        for region in target_regions(body)
        if short_region(region["name"]) not in before
    ]
    return Comparison([*changes, *back, *plan.changes], after, plan)


def _storage(wanted: t.Mapping[str, t.Any]) -> str | None:
    return storage_type(wanted["storage_account_type"]) if wanted.get("storage_account_type") else None


def new_version(
    image: Body,
    wanted: t.Mapping[str, t.Any],
    regions: list[Wanted] | None,
    base: Body | None = None,
    append_tags: bool = True,
    policy: str = "merge",
) -> tuple[Body, RegionPlan]:
    """The body that creates a version of a managed image, and its regions.

    `base` is a failed version that is created again: what the task leaves out is carried over from it.
    """
    own = short_region(image["location"])
    carried = _carried(restore_regions(base)) if base else _Carried()
    asked = [_completed(region, carried.regions, wanted) for region in regions] if regions is not None else None
    named = {region.name for region in asked or ()}
    wanted = {**carried.wanted, **wanted}
    count, storage = wanted.get("replica_count") or 1, _storage(wanted) or DEFAULT_TYPE
    rules = Rules(own, policy, count=count, storage=storage, profile_count=count, profile_storage=storage)
    plan = plan_regions(asked, [one for one in carried.regions if short_region(one["name"]) not in named], rules)
    defaults = {"replica_count": count, "storage_account_type": storage, "exclude_from_latest": False}
    body = IMAGE_VERSION.applied({}, {**defaults, "block_deletion_before_end_of_life": False, **wanted})
    body.setdefault("location", own)
    tags = merge_tags(carried.tags, wanted.get("tags", {}), append_tags or "tags" not in wanted)
    body["tags"] = {**tags, FINGERPRINT_TAG: fingerprint(image)}
    body["properties"]["publishingProfile"]["targetRegions"] = plan.regions
    body["properties"]["storageProfile"] = {"source": {"id": image["id"]}}
    return body, plan


@dataclasses.dataclass(frozen=True)
class _Carried:
    """Settings, regions and tags of a version that is created again."""

    wanted: dict[str, t.Any] = dataclasses.field(default_factory=dict)
    regions: list[ArmRegion] = dataclasses.field(default_factory=list)
    tags: dict[str, str] = dataclasses.field(default_factory=dict)


def _carried(base: Body) -> _Carried:
    settings = IMAGE_VERSION.shape(base)
    kept = {"replica_count", "storage_account_type", "replication_mode", "exclude_from_latest", "end_of_life_date"}
    flags = {"allow_deletion_of_replicated_locations", "block_deletion_before_end_of_life"}
    params = {key: value for key, value in settings.items() if key in kept | flags and value is not None}
    tags = {key: value for key, value in (base.get("tags") or {}).items() if not is_version_tag(key)}
    return _Carried(IMAGE_VERSION.wanted(params), target_regions(base), tags)


def _completed(asked: Wanted, carried: list[ArmRegion], wanted: t.Mapping[str, t.Any]) -> Wanted:
    """A region that the task names, with what it leaves out taken from the version that is created again."""
    had = next((one for one in carried if short_region(one["name"]) == asked.name), None)
    if had is None:
        return asked
    return Wanted(
        asked.name,
        asked.count or wanted.get("replica_count") or had.get("regionalReplicaCount"),
        asked.storage or _storage(wanted) or had.get("storageAccountType"),
        had.get("excludeFromLatest") if asked.exclude is None else asked.exclude,
        asked.encryption or had.get("encryption"),
    )


def update_request(body: Body) -> Body:
    """What an update sends: everything that may be set, and the storage profile without the source.

    Azure keeps a source that is omitted; it then needs no right to read it, and the source need not exist any more.
    """
    properties = copy.deepcopy(body["properties"])
    sent_profile = {key: value for key, value in properties["publishingProfile"].items() if key != "publishedDate"}
    for region in sent_profile["targetRegions"]:
        region["name"] = short_region(region["name"])
    safety = dict(properties.get("safetyProfile") or {})
    safety.pop("reportedForPolicyViolation", None)
    safety.pop("policyViolations", None)
    safety.setdefault("blockDeletionBeforeEndOfLife", False)
    sent = {
        "publishingProfile": sent_profile,
        "storageProfile": _disks(properties.get("storageProfile") or {}),
        "safetyProfile": safety,
    }
    return {"location": body["location"], "tags": dict(body.get("tags") or {}), "properties": sent}


def _disks(storage: t.Mapping[str, t.Any]) -> Body:
    sent: Body = {}
    if storage.get("osDiskImage"):
        sent["osDiskImage"] = {"hostCaching": storage["osDiskImage"].get("hostCaching"), "source": {}}
    if storage.get("dataDiskImages"):
        sent["dataDiskImages"] = [
            {key: disk[key] for key in ("lun", "hostCaching") if key in disk} for disk in storage["dataDiskImages"]
        ]
    return sent
