# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a version shall become: the comparison with what is there, and the bodies that are sent."""

from __future__ import annotations

import copy
import dataclasses
import typing as t

from .._resources.errors import InvalidRequest, shorten
from .._resources.fields import Body, Change
from .._resources.image_version import FINGERPRINT_TAG, IMAGE_VERSION, profile, target_regions
from .._resources.managed_image import fingerprint, generation, os_state, os_type
from .._resources.provisioning_state import provisioning_state
from .._resources.regions import is_known_region, short_region
from .._resources.resource_id import ResourceId
from .._resources.storage import DEFAULT_TYPE, is_known_type, storage_type
from .._resources.target_regions import RegionPlan, Rules, Wanted, plan_regions, shown_region
from .region_retry import restore_regions

REPLICAS_A_REGION, REPLICAS_IN_ALL = 50, 100
FULL_GB, SHALLOW_GB = 2048, 32767
PUT_BACK = "a repair took it out to add it again (on_failed: retry_regions)"


@dataclasses.dataclass(frozen=True)
class Comparison:
    """`changes` lead from what is there to `body`, the whole version as it shall be; empty for nothing to do."""

    changes: list[Change]
    body: Body
    regions: RegionPlan


def compare(
    body: Body, wanted: t.Mapping[str, t.Any], regions: list[Wanted] | None, policy: str, append_tags: bool
) -> Comparison:
    """What differs between a version that exists and the task, and the version as it shall be.

    Regions that a repair has taken out come back, unless the task wants exactly others.
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
        # with regions named, the type is for those of them that have none of their own, and is compared there
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
    image: Body, wanted: t.Mapping[str, t.Any], regions: list[Wanted] | None, base: Body | None = None
) -> tuple[Body, RegionPlan]:
    """The body that creates a version of a managed image, and its regions.

    `base` is a failed version that is made anew: what the task leaves out is carried over from it.
    """
    location = short_region(image["location"])
    carried = _carried(restore_regions(base)) if base else {}
    wanted = {**carried.get("wanted", {}), **wanted}
    count, storage = wanted.get("replica_count") or 1, _storage(wanted) or DEFAULT_TYPE
    rules = Rules(location, count=count, storage=storage, profile_count=count, profile_storage=storage)
    plan = plan_regions(regions, carried.get("regions", []), rules)
    defaults = {"replica_count": count, "storage_account_type": storage, "exclude_from_latest": False}
    body = IMAGE_VERSION.applied({}, {**defaults, "block_deletion_before_end_of_life": False, **wanted})
    body["location"] = location
    body["tags"] = {**carried.get("tags", {}), **body.get("tags", {}), FINGERPRINT_TAG: fingerprint(image)}
    body["properties"]["publishingProfile"]["targetRegions"] = plan.regions
    body["properties"]["storageProfile"] = {"source": {"id": image["id"]}}
    return body, plan


def _carried(base: Body) -> dict[str, t.Any]:
    """Tags, regions and settings of a version that is made anew."""
    settings = IMAGE_VERSION.shape(base)
    kept = {"replica_count", "storage_account_type", "replication_mode", "exclude_from_latest", "end_of_life_date"}
    flags = {"allow_deletion_of_replicated_locations", "block_deletion_before_end_of_life"}
    params = {key: value for key, value in settings.items() if key in kept | flags and value is not None}
    tags = {key: value for key, value in (base.get("tags") or {}).items() if key.lower() != FINGERPRINT_TAG}
    return {"wanted": IMAGE_VERSION.wanted(params), "regions": target_regions(base), "tags": tags}


def update_request(body: Body) -> Body:
    """What an update sends: everything that may be set, and the storage profile without the source.

    Azure keeps a source that is left out, and then need not be allowed to read it, nor need it still exist.
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


def refuse_unfit(source: ResourceId, image: Body | None, definition: Body | None, rid: ResourceId) -> Body:
    """The image, if a version of this definition can be made of it; InvalidRequest otherwise, where Azure would fail later."""
    if image is None:
        raise InvalidRequest(
            f"source: {source.words} does not exist, and {rid.words} has to be made of it. "
            "Correct the source, or check that the credentials may read its resource group. Nothing was written."
        )
    state = provisioning_state(image)
    if state != "Succeeded":
        raise InvalidRequest(
            f"source: {source.words} is {state}, not Succeeded. Wait for it or repair it. Nothing was written."
        )
    if definition is None:
        raise InvalidRequest(
            f"{rid.parent.words} does not exist, so no version can be made in it. "
            "Make the image definition first (module image_definition). Nothing was written."
        )
    properties = definition["properties"]
    pairs = (
        ("OS type", os_type(image), properties.get("osType")),
        ("Hyper-V generation", generation(image), properties.get("hyperVGeneration") or "V1"),
        ("OS state", os_state(image), properties.get("osState")),
    )
    for what, have, want in pairs:
        if have and want and str(have).lower() != str(want).lower():
            raise InvalidRequest(
                f"{what}: {source.words} has {have}, and {rid.parent.words} is made for {want}, which Azure does not let change. "
                f"Use a definition for {have}. Nothing was written."
            )
    return image


def refuse_contradictions(body: Body, location: str | None) -> None:
    """InvalidRequest where Azure would refuse a create: another region than the source's, Shallow with several regions."""
    own = short_region(body["location"])
    if location and location != own:
        raise InvalidRequest(
            f"location: the source is in {own}, and Azure wants the version in its source's region, not in {location}. "
            "Leave location out, and name other regions in target_regions."
        )
    sent = profile(body)
    regions = [short_region(region["name"]) for region in sent["targetRegions"]]
    if str(sent.get("replicationMode", "")).lower() == "shallow" and regions != [own]:
        raise InvalidRequest(
            f"replication_mode: a Shallow version lives in its source's region {own} alone, not in {', '.join(regions)}."
        )
    encrypted = [region for region in sent["targetRegions"] if region.get("encryption")]
    if encrypted and len(encrypted) < len(regions):
        without = ", ".join(
            short_region(region["name"]) for region in sent["targetRegions"] if not region.get("encryption")
        )
        raise InvalidRequest(
            f"target_regions: Azure wants an encryption set for every region or for none, and {without} has none."
        )


def limit_warnings(body: Body, largest_disk_gb: int = 0) -> list[str]:
    """What Azure may refuse although we do not: bounds that are Azure's and may move."""
    sent = profile(body)
    result = []
    shallow = str(sent.get("replicationMode", "")).lower() == "shallow"
    bound = SHALLOW_GB if shallow else FULL_GB
    if largest_disk_gb > bound:
        mode = "Shallow" if shallow else "Full"
        result.append(
            f"source: a disk of {largest_disk_gb} GB is over the {bound} GB that Azure takes with replication_mode {mode}."
        )
    replicas = {
        short_region(region["name"]): region.get("regionalReplicaCount") or 0 for region in sent["targetRegions"]
    }
    over = [f"{name} ({count})" for name, count in replicas.items() if count > REPLICAS_A_REGION]
    if over:
        result.append(f"target_regions: more than {REPLICAS_A_REGION} replicas in {', '.join(over)}.")
    if sum(replicas.values()) > REPLICAS_IN_ALL:
        result.append(
            f"target_regions: {sum(replicas.values())} replicas in all, over Azure's limit of {REPLICAS_IN_ALL}."
        )
    unknown = sorted(name for name in replicas if not is_known_region(name))
    if unknown:
        result.append(f"target_regions: {', '.join(unknown)} is not a region that we know; it is sent as it is.")
    types = {item.get("storageAccountType") or DEFAULT_TYPE for item in (sent, *sent["targetRegions"])}
    strange = sorted(name for name in types if not is_known_type(name))
    if strange:
        result.append(f"storage_account_type: {', '.join(strange)} is not a type that we know; it is sent as it is.")
    return [shorten(line) for line in result]
