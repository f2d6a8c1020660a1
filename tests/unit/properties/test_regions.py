"""Target regions: shorthand and mappings say the same, and a plan that was carried out asks for nothing more."""

from __future__ import annotations

import datetime
import time
import typing as t

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources import target_regions as rules
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.body_checks import (
    Outgoing,
    check_body,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.resource_id import parse_id
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.text import message

from . import edge_values
from . import strategies as some
from .options import VERSION_ID
from .words import refusal

_encryption = st.fixed_dictionaries(
    {},
    optional={
        "os_disk": st.fixed_dictionaries({"disk_encryption_set_id": st.sampled_from(["/set/A", "/set/b"])}),
        "data_disks": st.lists(
            st.fixed_dictionaries({"lun": st.integers(0, 3), "disk_encryption_set_id": st.sampled_from(["/set/A"])}),
            max_size=2,
            unique_by=lambda disk: disk["lun"],
        ),
    },
).filter(bool)
_mappings = st.fixed_dictionaries(
    {"name": some.short_regions.flatmap(some.spelled)},
    optional={
        "regional_replica_count": some.counts | some.counts.map(str) | st.none(),
        "storage_account_type": some.storage_types | st.none(),
        "exclude_from_latest": st.sampled_from([True, False, "yes", "no", "true", 0, 1, None]),
        "encryption": _encryption | st.none(),
    },
)


def _short(item: t.Any) -> str:
    name = item["name"] if isinstance(item, dict) else item.partition("=")[0]
    return "".join(name.lower().split())


wanted_regions = st.lists(_mappings | some.shorthand().map(lambda pair: pair[0]), max_size=4, unique_by=_short)


def _stored(region: dict[str, t.Any]) -> dict[str, t.Any]:
    """A region as Azure answers: with its display name, and false for what was not sent."""
    return {"excludeFromLatest": False, **region, "name": some.REGIONS[region["name"]]}


@given(some.shorthand())
def test_shorthand_is_the_mapping(pair: tuple[str, dict[str, t.Any]]) -> None:
    text, mapping = pair
    assert rules.parse_regions([text]) == rules.parse_regions([mapping])


def _planned(wanted: t.Any, have: list[dict[str, t.Any]], *more: t.Any) -> rules.RegionPlan | None:
    """The plan; None where it is refused, which only happens to regions with an encryption set."""
    names = [region["name"] for region in wanted or ()]
    plan = refusal(names, lambda: rules.plan_regions(wanted, have, *more), "target_regions: the version's own region")
    assert plan or any(region.get("encryption") for region in wanted)
    return plan


@given(wanted_regions)
def test_what_was_read_says_the_same_when_it_is_given_back(items: list[t.Any]) -> None:
    plan = _planned(rules.parse_regions(items), [], "eastus2")
    if plan is not None:
        shown = [rules.shown_region(_stored(region)) for region in plan.regions]
        again = rules.plan_regions(
            rules.parse_regions(shown), [_stored(region) for region in plan.regions], "eastus2", "exact"
        )
        assert (again.changes, again.removed, again.unmanaged) == ([], [], [])


@given(wanted_regions, wanted_regions, st.sampled_from(["merge", "exact"]), st.none() | some.counts, st.data())
def test_a_plan_is_carried_out_once(
    before: list[t.Any], items: list[t.Any], policy: str, count: int | None, data: t.Any
) -> None:
    own = data.draw(some.short_regions)
    made = _planned(rules.parse_regions(before), [], own)
    have = [_stored(region) for region in made.regions] if made else []
    wanted = rules.parse_regions(items) if data.draw(st.booleans()) else None
    plan = _planned(wanted, have, own, policy, {"regional_replica_count": count} if count else {})
    if plan is None:
        return
    assert all(region.get("regionalReplicaCount") and region.get("storageAccountType") for region in plan.regions)
    names = [rules.short_region(region["name"]) for region in plan.regions]
    there, asked = {rules.short_region(region["name"]) for region in have}, {one["name"] for one in wanted or ()}
    assert own in names
    assert len(set(names)) == len(names)
    kept = there if policy == "merge" or wanted is None else there & (asked | {own})
    assert set(names) == kept | asked | {own}
    assert set(plan.removed) == there - kept
    assert set(plan.unmanaged) == (set() if wanted is None else kept - asked - {own})
    if any(change.fixed for change in plan.changes):
        return  # refused by whoever asked for the plan
    stored = [_stored({**region, "name": rules.short_region(region["name"])}) for region in plan.regions]
    again = rules.plan_regions(wanted, stored, own, policy, {"regional_replica_count": count} if count else {})
    assert (again.changes, again.removed, again.regions) == ([], [], stored)


@given(st.lists(some.bad_regions | some.any_value | some.odd_regions(), min_size=1, max_size=2))
def test_what_is_taken_can_be_planned_and_what_is_not_is_named(items: list[t.Any]) -> None:
    wanted = refusal(items, lambda: rules.parse_regions(items), "target_regions")
    if wanted is None:
        return
    plan = refusal(items, lambda: rules.plan_regions(wanted, [], "southcentralus"), "target_regions: ")
    for region in plan.regions if plan else ():
        assert isinstance(region["regionalReplicaCount"], int)
        assert isinstance(region["storageAccountType"], str)
        str(region).encode()


def test_ten_thousand_regions_take_no_time_and_few_words() -> None:
    began = time.process_time()  # not the clock's: other processes must not count
    wanted = rules.parse_regions(edge_values.MANY_REGIONS)
    plan = rules.plan_regions(wanted, [], "eastus2")
    assert len(plan.regions) == len(edge_values.MANY_REGIONS) + 1
    body = {"properties": {"publishingProfile": {"targetRegions": plan.regions, "storageAccountType": "x"}}}
    said = check_body(Outgoing(parse_id(VERSION_ID, "image_version"), body, datetime.datetime.now(datetime.UTC)))
    assert said
    assert [message(line) for line in said] == said
    refusal(
        ["a"], lambda: rules.parse_regions([*edge_values.MANY_REGIONS, *edge_values.MANY_REGIONS]), "target_regions: "
    )
    assert time.process_time() - began < 2
