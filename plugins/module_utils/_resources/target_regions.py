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
from .fields import Change
from .names import read_text
from .regions import short_region
from .storage import DEFAULT_TYPE, encryption_sent, encryption_shown, same_encryption, storage_type
from .text import read_bool

_KEYS = ("name", "regional_replica_count", "storage_account_type", "exclude_from_latest", "encryption")
ArmRegion = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Wanted:
    """One region of a task; None means unset."""

    name: str
    count: int | None = None
    storage: str | None = None
    exclude: bool | None = None
    encryption: dict[str, t.Any] | None = None


def _count(value: t.Any, where: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not re.fullmatch(r"0*[1-9]\d{0,8}", str(value), re.ASCII):
        raise InvalidRequest(f"{where}: {value!r} is not a replica count. Set an integer of at least 1.")
    return int(value)


def _flag(value: t.Any, where: str) -> bool | None:
    if value is None:
        return None
    read = read_bool(value)
    if read is None:
        raise InvalidRequest(f"{where}: {value!r} is not true or false.")
    return read


def _from_text(text: str, where: str) -> Wanted:
    """`eastus2`, `eastus2=1`, `eastus2=standard_zrs`, `eastus2=1=standard_zrs`."""
    name, *rest = (part.strip() for part in text.split("="))
    if len(rest) > 2 or "" in (name, *rest):
        raise InvalidRequest(
            f"{where}: {text!r} is not a target region. Write region, region=count, region=type or region=count=type."
        )
    count = rest.pop(0) if rest and re.fullmatch(r"-?\d+", rest[0], re.ASCII) else None
    if len(rest) > 1 or (rest and not re.fullmatch(r"[A-Za-z0-9]+_[A-Za-z0-9_]+", rest[0])):
        raise InvalidRequest(
            f"{where}: {text!r} is not a target region. Write region[=count][=type], as in eastus2=1=standard_zrs."
        )
    region = short_region(name, where)
    return Wanted(region, _count(count, f"{where}.{region}"), storage_type(rest[0]) if rest else None)


def _from_mapping(item: t.Mapping[str, t.Any], where: str) -> Wanted:
    unknown = sorted(map(str, set(item) - set(_KEYS)))
    if unknown:
        raise InvalidRequest(
            f"{where}: {', '.join(map(repr, unknown))} is not an option of a region. Allowed are {', '.join(_KEYS)}."
        )
    if not isinstance(item.get("name"), str) or not item["name"]:
        raise InvalidRequest(f"{where}: {dict(item)!r} has no name. Set name to a region.")
    where = f"{where}.{item['name']}"
    storage = item.get("storage_account_type")
    encryption = item.get("encryption")
    return Wanted(
        short_region(item["name"], where),
        _count(item.get("regional_replica_count"), where),
        storage_type(read_text(storage, f"{where}.storage_account_type")) if storage else None,
        _flag(item.get("exclude_from_latest"), where),
        encryption_sent(encryption, f"{where}.encryption") if encryption else None,
    )


def _region(item: t.Any, where: str) -> Wanted:
    if isinstance(item, dict):
        return _from_mapping(item, where)
    if isinstance(item, str):
        return _from_text(item, where)
    raise InvalidRequest(
        f"{where}: {item!r} is not a target region. Set it to a string such as eastus2 or eastus2=1=standard_zrs, or to a "
        "mapping with name."
    )


def parse_regions(items: t.Iterable[t.Any] | None, where: str = "target_regions") -> list[Wanted] | None:
    """The regions of a task; None if unset; InvalidRequest for an invalid or duplicate region."""
    if items is None:
        return None
    result = [_region(item, where) for item in items]
    times = collections.Counter(region.name for region in result)
    doubled = sorted(name for name, number in times.items() if number > 1)
    if doubled:
        raise InvalidRequest(f"{where}: {', '.join(doubled)} is named twice. Name each region once.")
    return result


def shown_region(region: ArmRegion) -> dict[str, t.Any]:
    """One of Azure's regions in the options' form."""
    return {
        "name": short_region(region["name"]),
        "regional_replica_count": region.get("regionalReplicaCount"),
        "storage_account_type": region.get("storageAccountType"),
        "exclude_from_latest": region.get("excludeFromLatest"),
        "encryption": encryption_shown(region.get("encryption")),
    }


@dataclasses.dataclass(frozen=True)
class Rules:
    """What the task sets for all regions. `source` is the region of the version itself, which is never removed."""

    source: str
    policy: str = "merge"
    count: int | None = None
    storage: str | None = None
    profile_count: int = 1
    profile_storage: str = DEFAULT_TYPE


@dataclasses.dataclass
class RegionPlan:
    """`regions` are the regions for the request, `changes` the differences to the existing ones."""

    regions: list[ArmRegion]
    changes: list[Change] = dataclasses.field(default_factory=list)
    added: list[str] = dataclasses.field(default_factory=list)
    removed: list[str] = dataclasses.field(default_factory=list)
    unmanaged: list[str] = dataclasses.field(default_factory=list)
    source_added: bool = False


def plan_regions(wanted: list[Wanted] | None, have: list[ArmRegion], rules: Rules) -> RegionPlan:
    """The regions after the write: those the version has, those the task names, and its own."""
    there = {short_region(region["name"]): copy.deepcopy(region) for region in have}
    named = list(wanted or ())
    plan = RegionPlan([])
    if rules.source not in {region.name for region in named} and rules.source not in there:
        _refuse_half_encrypted(named, rules.source)
        named.insert(0, Wanted(rules.source))
        plan.source_added = wanted is not None
    for name, region in there.items():
        asked = next((item for item in named if item.name == name), None)
        _keep_or_remove(plan, name, region, asked, wanted, rules)
    for item in named:
        if item.name not in there:
            _add(plan, item, rules)
    return plan


def _refuse_half_encrypted(named: list[Wanted], source: str) -> None:
    encrypted = [region.name for region in named if region.encryption]
    if encrypted:
        raise InvalidRequest(
            f"target_regions: the version's own region {source} is required and not in the list, but {', '.join(encrypted)} "
            f"has a disk encryption set, which Azure requires for every region or for none. Name {source} with its encryption."
        )


def _keep_or_remove(
    plan: RegionPlan, name: str, region: ArmRegion, asked: Wanted | None, wanted: list[Wanted] | None, rules: Rules
) -> None:
    if asked is not None:
        _change(plan, region, asked, rules)
    elif wanted is not None and rules.policy == "exact" and name != rules.source:
        plan.removed.append(name)
        plan.changes.append(Change(f"target_regions.{name}", shown_region(region), None))
        return
    elif wanted is not None and name != rules.source:
        plan.unmanaged.append(name)
    plan.regions.append(region)


def _change(plan: RegionPlan, region: ArmRegion, asked: Wanted, rules: Rules) -> None:
    """Change an existing region as the task wants; a change of an immutable property is refused later."""
    where = f"target_regions.{asked.name}"
    before = shown_region(region)
    count = asked.count or rules.count
    storage = asked.storage or rules.storage
    if count is not None and count != region.get("regionalReplicaCount"):
        plan.changes.append(Change(f"{where}.regional_replica_count", before["regional_replica_count"], count))
        region["regionalReplicaCount"] = count
    if storage is not None and storage.lower() != (region.get("storageAccountType") or DEFAULT_TYPE).lower():
        why = f"Azure does not allow changing the storage account type of an existing region ({asked.name})."
        plan.changes.append(Change(f"{where}.storage_account_type", before["storage_account_type"], storage, why))
    if asked.exclude is not None and asked.exclude != bool(region.get("excludeFromLatest")):
        plan.changes.append(Change(f"{where}.exclude_from_latest", before["exclude_from_latest"], asked.exclude))
        region["excludeFromLatest"] = asked.exclude
    if asked.encryption is not None and not same_encryption(region.get("encryption"), asked.encryption):
        why = f"Azure does not allow changing the encryption of an existing region ({asked.name})."
        after = encryption_shown(asked.encryption)
        plan.changes.append(Change(f"{where}.encryption", before["encryption"], after, why))


def _add(plan: RegionPlan, asked: Wanted, rules: Rules) -> None:
    region: ArmRegion = {
        "name": asked.name,
        "regionalReplicaCount": asked.count or rules.count or rules.profile_count,
        "storageAccountType": asked.storage or rules.storage or rules.profile_storage,
    }
    if asked.exclude is not None:
        region["excludeFromLatest"] = asked.exclude
    if asked.encryption:
        region["encryption"] = asked.encryption
    own = asked.name == rules.source and plan.source_added
    why = "the version's own region, which Azure requires in the list" if own else ""
    plan.regions.append(region)
    plan.added.append(asked.name)
    plan.changes.append(Change(f"target_regions.{asked.name}", None, shown_region(region), why=why))
