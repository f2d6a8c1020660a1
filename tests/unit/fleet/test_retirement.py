"""Which images a run of retire_fleet deletes, and what it hands on."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet.retirement import (
    choose,
    read_run,
    records,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import InvalidRequest


def planned(number: int, **more: Any) -> dict[str, Any]:
    plan = {"image_id": f"/image/{number}", "created": "2024-05-01T08:00:00Z", "version_id": f"/version/{number}"}
    return {"outcome": "planned", "plan": plan, "changed": True, **more}


def test_the_first_in_the_order_of_the_inventory() -> None:
    results = [planned(0), {"outcome": "refused"}, None, planned(3), {"outcome": "failed"}, planned(5), {}]
    found = choose([*"abcdefg"], results, 2)
    assert (found["hosts"], found["left"]) == (["a", "d"], ["f"])
    assert [one["image_id"] for one in found["plan"]["images"]] == ["/image/0", "/image/3", "/image/5"]
    assert choose(["a"], [planned(0)], 0)["left"] == ["a"]


def test_a_record_that_a_killed_run_has_left_is_completed() -> None:
    gone = [{"outcome": "gone", "record": {"state": state}} for state in ("deleted", "intended")]
    found = choose([*"abcd"], [*gone, {"outcome": "gone", "record": None}, planned(3)], 0)
    assert (found["hosts"], found["left"]) == (["b"], ["d"])


def test_a_plan_that_is_handed_on_is_read_again() -> None:
    plan = choose(["a"], [planned(0)], 1)["plan"]
    assert plan["images"][0]["created"] == "'2024-05-01T08:00:00Z'", "a job of AWX would read it as a date"
    assert read_run({"plan": plan}, check_mode=False, job=7)["approved"] == [planned(0)["plan"]]
    assert read_run({"plan": plan}, check_mode=True)["approved"] is None
    assert read_run({"plan": {"images": [], "left_out": 0}}, check_mode=False)["approved"] == []


def test_a_plan_is_bounded() -> None:
    plan = choose([str(number) for number in range(600)], [planned(number) for number in range(600)], 50)["plan"]
    assert (len(plan["images"]), plan["left_out"]) == (500, 100)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"max": "-1"}, "retire_fleet_max: -1"),
        ({"max": "all"}, "retire_fleet_max"),
        ({"plan": {"hosts": []}}, "retire_fleet_plan: this is not a plan"),
        ({"plan": {"images": ["/image/0"]}}, "images is not a list of mappings"),
        ({"plan": "yes"}, "retire_fleet_plan"),
        ({"unplanned": "perhaps"}, "retire_fleet_unplanned"),
        ({}, "deletes only images of a plan"),
        ({"unplanned": "false"}, "deletes only images of a plan"),
    ],
)
def test_what_is_refused(values: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        read_run(values, check_mode=False, job=7)
    assert words in refusal.value.message


def test_a_job_of_awx_without_a_plan() -> None:
    assert read_run({"unplanned": "true"}, check_mode=False, job=7) == {"max": 50, "approved": None}
    assert read_run({"max": ""}, check_mode=True, job=7)["max"] == 50
    assert read_run({}, check_mode=False)["approved"] is None


def test_records_up_to_a_size() -> None:
    results = [{"outcome": "retired", "record": {"image_id": number, "body": "x" * 100}} for number in range(10)]
    kept = records([*results, planned(1, record={"image_id": 99}), None], 500)
    assert [one["image_id"] for one in kept["records"]] == [0, 1, 2]
    assert kept["left_out"] == 7
