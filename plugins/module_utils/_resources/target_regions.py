"""Target regions: what a task wants, what a version has, and what a write sends.

Every write carries the replica count and storage account type of every region: Azure fills a count that is left out from the
request's own `replicaCount`, which would change regions that the task does not name.
"""

from __future__ import annotations

import collections
import copy
import dataclasses
import re
import typing as t

from .errors import InvalidRequest
from .fields import COUNT, FLAG, Change, Field
from .names import check_keys
from .regions import short_region
from .storage import DEFAULT_TYPE, ENCRYPTION, STORAGE

ArmRegion = dict[str, t.Any]
Wanted = dict[str, t.Any]  # one region of a task: its short `name`, and the values that it sets, by the paths of FIELDS


_IMMUTABLE = "Azure does not allow changing the {} of an existing region."
FIELDS = (
    Field("regional_replica_count", "regionalReplicaCount", COUNT),
    Field(
        "storage_account_type",
        "storageAccountType",
        STORAGE,
        _IMMUTABLE.format("storage account type"),
    ),
    Field("exclude_from_latest", "excludeFromLatest", FLAG),
    Field("encryption", "encryption", ENCRYPTION, _IMMUTABLE.format("encryption")),
)
_KEYS = ("name", *(field.path for field in FIELDS))


def _from_text(text: str, where: str) -> dict[str, str]:
    """`eastus2`, `eastus2=1`, `eastus2=standard_zrs` or `eastus2=1=standard_zrs` as a mapping."""
    name, *rest = (part.strip() for part in text.split("="))
    found = {"name": name}
    if rest and re.fullmatch(r"-?\d+", rest[0], re.ASCII):
        found["regional_replica_count"] = rest.pop(0)
    if rest and re.fullmatch(r"[A-Za-z0-9]+_[A-Za-z0-9_]+", rest[0]):
        found["storage_account_type"] = rest.pop(0)
    if rest or not name:
        raise InvalidRequest(
            f"{where}: {text!r} is not a target region. Write region[=count][=type], as in eastus2=1=standard_zrs."
        )
    return found


def _region(item: t.Any, where: str) -> Wanted:
    if isinstance(item, str):
        item = _from_text(item, where)
    if not isinstance(item, dict):
        raise InvalidRequest(
            f"{where}: {item!r} is not a target region. Set it to a string such as eastus2 or eastus2=1=standard_zrs, or to a "
            "mapping with name."
        )
    given = {key: value for key, value in check_keys(item, _KEYS, where).items() if value not in (None, "", {})}
    if not isinstance(given.get("name"), str):
        raise InvalidRequest(f"{where}: {item!r} has no name. Set name to a region.")
    name = short_region(given["name"], where)
    values = [(field, given[field.path]) for field in FIELDS if field.path in given]
    return {
        "name": name,
        **{field.path: field.kind.wanted(value, f"{where}.{name}.{field.path}") for field, value in values},
    }


def parse_regions(items: t.Iterable[t.Any] | None, where: str = "target_regions") -> list[Wanted] | None:
    """The regions of a task; None if unset; InvalidRequest for an invalid or duplicate region."""
    if items is None:
        return None
    result = [_region(item, where) for item in items]
    times = collections.Counter(region["name"] for region in result)
    doubled = sorted(name for name, number in times.items() if number > 1)
    if doubled:
        raise InvalidRequest(f"{where}: {', '.join(doubled)} is named twice. Name each region once.")
    return result


def stored(region: ArmRegion) -> Wanted:
    """The values of one of Azure's regions as a task would have to want them."""
    return {field.path: value for field in FIELDS if (value := field.have(region)) is not None}


def shown_region(region: ArmRegion) -> dict[str, t.Any]:
    """One of Azure's regions in the options' form."""
    return {"name": short_region(region["name"]), **{field.path: field.shown(region) for field in FIELDS}}


@dataclasses.dataclass
class RegionPlan:
    """`regions` are the regions for the request, `changes` the differences to the existing ones."""

    regions: list[ArmRegion] = dataclasses.field(default_factory=list)
    changes: list[Change] = dataclasses.field(default_factory=list)
    removed: list[str] = dataclasses.field(default_factory=list)
    unmanaged: list[str] = dataclasses.field(default_factory=list)
    source_added: bool = False


def plan_regions(
    wanted: list[Wanted] | None,
    have: list[ArmRegion],
    source: str,
    policy: str = "merge",
    given: Wanted | None = None,
    new: Wanted | None = None,
) -> RegionPlan:
    """The regions after the write: those the version has, those the task names, and its own (`source`), which is never removed.

    `given` is for the regions that the task names, `new` for those that are added, where neither has a value of its own.
    """
    there = {short_region(region["name"]): copy.deepcopy(region) for region in have}
    named = {region["name"]: region for region in wanted or ()}
    plan = RegionPlan()
    if source not in named and source not in there:
        _refuse_half_encrypted(named, source)
        named = {source: {"name": source}, **named}
        plan.source_added = wanted is not None
    for name, region in there.items():
        kept = wanted is None or name in named or name == source
        if name in named:
            _change(plan, region, {**(given or {}), **named[name]})
        elif not kept and policy == "exact":
            plan.removed.append(name)
            plan.changes.append(Change(f"target_regions.{name}", shown_region(region), None))
            continue
        elif not kept:
            plan.unmanaged.append(name)
        plan.regions.append(region)
    for name, asked in named.items():
        if name not in there:
            own = plan.source_added and name == source
            _add(plan, {**_NEW, **(new or {}), **(given or {}), **asked}, own)
    return plan


def _refuse_half_encrypted(named: t.Mapping[str, Wanted], source: str) -> None:
    encrypted = [name for name, region in named.items() if region.get("encryption")]
    if encrypted:
        raise InvalidRequest(
            f"target_regions: the version's own region {source} is required and not in the list, but {', '.join(encrypted)} "
            f"has a disk encryption set, which Azure requires for every region or for none. Name {source} with its encryption."
        )


def _change(plan: RegionPlan, region: ArmRegion, asked: Wanted) -> None:
    """Change an existing region as the task wants; a change of an immutable property is refused later."""
    for field in FIELDS:
        if field.path not in asked:
            continue
        if change := field.difference(region, asked[field.path], f"target_regions.{asked['name']}."):
            plan.changes.append(change)
            if not change.fixed:
                field.put(region, asked[field.path])


_NEW = {"regional_replica_count": 1, "storage_account_type": DEFAULT_TYPE}


def _add(plan: RegionPlan, asked: Wanted, own: bool) -> None:
    region: ArmRegion = {"name": asked["name"]}
    for field in FIELDS:
        if field.path in asked:
            field.put(region, asked[field.path])
    why = "the version's own region, which Azure requires in the list" if own else ""
    plan.regions.append(region)
    plan.changes.append(Change(f"target_regions.{asked['name']}", None, shown_region(region), why=why))
