"""The bodies of image versions: the comparison with an existing version, and what a create and an update send."""

from __future__ import annotations

import copy
import dataclasses
import typing as t

from .._resources.fields import Body, Change
from .._resources.image_version import IMAGE_VERSION, profile, regions_by_name, target_regions
from .._resources.managed_image import fingerprint
from .._resources.regions import short_region
from .._resources.storage import DEFAULT_TYPE
from .._resources.tags import FINGERPRINT_TAG, merge_tags
from .._resources.target_regions import RegionPlan, Wanted, plan_regions, shown_region, stored
from .region_retry import restore_regions
from .request import Request

PUT_BACK = "a repair removed it to add it again (on_failed: retry_regions)"


@dataclasses.dataclass(frozen=True)
class Comparison:
    """`changes` lead from the existing version to `body`, the whole version as the task wants it; empty if nothing differs."""

    changes: list[Change]
    body: Body
    regions: RegionPlan


def compare(body: Body, desired: Request) -> Comparison:
    """What differs between an existing version and the task, and the version as the task wants it.

    Regions that a repair removed are added again, unless the task wants exactly others.
    """
    wanted, regions = desired.wanted, desired.regions
    exact = {region["name"] for region in regions} if regions is not None and desired.region_policy == "exact" else None
    before = body
    body = restore_regions(body, exact)
    there = profile(body)
    of_version = {"replica_count": there.get("replicaCount"), "storage_account_type": there.get("storageAccountType")}
    plan = plan_regions(
        regions,
        target_regions(body),
        short_region(body["location"]),
        desired.region_policy,
        _for_regions(wanted),
        _for_regions(of_version),
    )
    changes = IMAGE_VERSION.differences(body, wanted, desired.append_tags)
    if regions is not None:
        # with regions named, the type applies to those of them that have none of their own, and is compared there
        changes = [change for change in changes if change.path != "storage_account_type"]
    after = IMAGE_VERSION.applied(body, wanted, desired.append_tags)
    profile(after)["targetRegions"] = plan.regions
    back = [
        Change(f"target_regions.{name}", None, shown_region(region), why=PUT_BACK)
        for name, region in regions_by_name(body).items()
        if name not in regions_by_name(before)
    ]
    return Comparison([*changes, *back, *plan.changes], after, plan)


def _for_regions(version: t.Mapping[str, t.Any]) -> Wanted:
    """What a version's own options say of its regions."""
    found = {
        "regional_replica_count": version.get("replica_count"),
        "storage_account_type": version.get("storage_account_type"),
    }
    return {path: value for path, value in found.items() if value}


def new_version(image: Body, desired: Request, base: Body | None = None) -> tuple[Body, RegionPlan]:
    """The body that creates a version of a managed image, and its regions.

    `base` is a failed version that is created again: what the task leaves out is carried over from it.
    """
    base = restore_regions(base) if base else {}
    carried = IMAGE_VERSION.wanted(IMAGE_VERSION.shape(base)) if base else {}
    tags = merge_tags(
        carried.pop("tags", {}), desired.wanted.get("tags", {}), desired.append_tags or "tags" not in desired.wanted
    )
    wanted = {
        "replica_count": 1,
        "storage_account_type": DEFAULT_TYPE,
        "exclude_from_latest": False,
        "block_deletion_before_end_of_life": False,
        **carried,
        "location": short_region(image["location"]),
        **desired.wanted,
    }
    had = regions_by_name(base)
    asked = desired.regions and [
        {**stored(had.pop(region["name"], {})), **_for_regions(desired.wanted), **region} for region in desired.regions
    ]
    plan = plan_regions(
        asked, list(had.values()), short_region(image["location"]), desired.region_policy, new=_for_regions(wanted)
    )
    body = IMAGE_VERSION.applied({}, wanted)
    body["tags"] = {**tags, FINGERPRINT_TAG: fingerprint(image)}
    body["properties"]["publishingProfile"]["targetRegions"] = plan.regions
    body["properties"]["storageProfile"] = {"source": {"id": image["id"]}}
    return body, plan


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
