"""The rounds of canaries of a batch of hosts, their verdicts, and the result of the role verify_image_version."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import InvalidRequest
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._role.verification import (
    read_options,
    rounds,
    rounds_of,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._role.verification_result import (
    judge,
    named,
    result,
    verdicts,
)

REQUIRED = {"verify_image_version_resource_group": "rg", "verify_image_version_subnet_id": "subnet"}


def plan(*regions: str, at_once: int = 2, credentials: str = "me") -> dict[str, t.Any]:
    return {"canaries": [{"location": region} for region in regions], "at_once": at_once, "credentials": credentials}


def ended(name: str, verdict: str, changed: bool = False) -> dict[str, t.Any]:
    return {"canary": {"name": name, "verdict": verdict}, "changed": changed, "failed": False, "message": verdict}


def test_no_round_has_more_canaries_than_may_exist_at_a_time() -> None:
    listed = rounds({"a": plan("r1"), "b": plan("r1", "r2", "r3"), "c": plan("r1", credentials="other"), "d": plan()})
    sizes = [sum(len(part["own"]) for part in one.values()) for one in listed]
    assert sizes == [2, 2, 1]
    assert [list(one) for one in listed] == [["a", "b"], ["b"], ["c"]]
    assert rounds({}) == []


def test_one_host_waits_for_those_that_sign_in_alike() -> None:
    listed = rounds(
        {
            "a": plan("r1", at_once=9),
            "b": plan("r1", "r2", at_once=9, credentials="other"),
            "c": plan("r1", "r2", at_once=9),
            "d": plan("r1", at_once=9),
        }
    )
    seen = {host: rounds_of(host, listed)["0"] for host in "abcd"}
    assert {host: part["waiter"] for host, part in seen.items()} == {"a": "a", "b": "b", "c": "a", "d": "a"}
    assert {host: part["first"] for host, part in seen.items()} == {"a": 0, "b": 0, "c": 1, "d": 3}
    assert (seen["a"]["hosts"], seen["c"]["hosts"], seen["c"]["waits"]) == (["a", "c", "d"], [], [])
    assert [len(part) for part in seen["a"]["waits"]] == [1, 2, 1]
    assert rounds_of("e", listed) == {}


def test_what_is_waited_for_and_deleted_has_the_names_of_the_start() -> None:
    started = [
        {"results": [ended("x", "Booting"), ended("y", "Unverified")]},
        {"failed": True, "msg": "the task crashed"},
    ]
    canaries = [[{"location": "r1"}, {"location": "r2"}], [{"location": "r3"}]]
    assert [one["name"] for one in named(canaries, started)] == ["x", "y", None]
    assert named(canaries, started, booting=True) == [{"location": "r1", "name": "x"}]


def test_the_verdicts_of_a_host_come_from_the_wait_of_another() -> None:
    part = {"own": [{}, {}], "first": 1}
    started = {"results": [ended("x", "Booting", True), ended("y", "Failed")]}
    waited = {"results": [ended("other", "Passed"), ended("x", "Passed")]}
    deleted = {"results": [{}, {"failed": True, "message": "z may be left"}, {"failed": False}, {}]}
    found = verdicts(part, started, waited, deleted)
    assert [(one["canary"]["verdict"], one["changed"], one["left"]) for one in found] == [
        ("Passed", True, "z may be left"),
        ("Failed", False, None),
    ]
    assert [one["canary"]["verdict"] for one in verdicts(part, started, {"skipped": True})] == ["Booting", "Failed"]
    assert [one["message"] for one in verdicts(part, {"msg": "crashed"})] == ["crashed", "crashed"]
    stale = verdicts(part, started, {"msg": "it could not wait", "results": [ended("old", "Passed")]})
    assert (stale[0]["canary"], stale[0]["message"], stale[0]["changed"]) == (None, "it could not wait", True)


@pytest.mark.parametrize(
    ("entries", "verdict", "reasons"),
    [
        ([ended("x", "Passed"), ended("y", "Passed")], "Passed", "Passed Passed"),
        ([ended("x", "Passed"), ended("y", "Booting")], "Booting", "Booting"),
        ([ended("x", "Booting"), ended("y", "Unverified")], "Unverified", "Unverified"),
        ([ended("x", "Unverified"), ended("y", "Failed")], "Failed", "Failed"),
        ([{"canary": None, "message": "no subnet"}], "Unverified", "no subnet"),
        ([], "Passed", ""),
    ],
)
def test_the_worst_verdict_counts(entries: list[dict[str, t.Any]], verdict: str, reasons: str) -> None:
    assert judge(entries) == (verdict, reasons)


def test_a_result_of_what_was_not_reached_is_a_failure() -> None:
    planned = {"plan": {"needed": True, "version_id": "v", "version": "1.0.0"}}
    assert result({"failed": True, "msg": "no", "version_id": "v"})["message"] == "no"
    assert result(planned)["failed"] is True
    recorded = {"changed": True, "verification": {"verdict": "Passed", "message": "fine"}}
    assert result(planned, recorded=recorded)["failed"] is False
    late = {"results": [{"id": "V", "state": "Failed", "message": "it is Failed"}]}
    assert "it is Failed" in result(planned, recorded=recorded, updated=late)["message"]
    with pytest.raises(InvalidRequest, match="--start-at-task"):
        result({})


@pytest.mark.parametrize("recorded", [None, {"failed": True, "verdict": "Failed", "msg": "it did not boot"}])
def test_a_version_that_did_not_pass_does_not_become_the_latest(recorded: dict[str, t.Any] | None) -> None:
    latest = {"eastus": {"before": "1.0.0", "after": "1.1.0"}}
    planned = {"plan": {"needed": True, "version_id": "v", "version": "1.1.0", "latest": latest}}
    assert result(planned, recorded=recorded)["latest"] == {"eastus": {"before": "1.0.0", "after": "1.0.0"}}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("verify_image_version_promote", "no", {"promote": False}),
        ("verify_image_version_again", "Yes", {"again": True}),
        ("verify_image_version_wait_timeout", "900", {"wait_timeout": 900}),
        ("verify_image_version_locations", "East US 2, westus", {"regions": ("eastus2", "westus")}),
        ("verify_image_version_subnet_id", '{"East US 2": "x"}', {"subnets": {"eastus2": "x"}}),
        ("verify_fleet_at_once", "3", {"at_once": 3}),
        ("verify_fleet_at_once", "", {"at_once": 10}),
    ],
)
def test_variables_take_text(name: str, text: str, expected: dict[str, t.Any]) -> None:
    options = read_options({**REQUIRED, name: text})
    assert {key: getattr(options, key) for key in expected} == expected


def test_options_of_the_canary_take_text() -> None:
    text = {"vm_size": "Standard_D2s_v5, Standard_D2s_v4", "tags": "{team: a}", "script": " echo\nexit 0 "}
    options = read_options({**REQUIRED, **{f"verify_image_version_{name}": value for name, value in text.items()}})
    assert options.canary_in("eastus", "v") == {
        "resource_group": "rg",
        "vm_size": ["Standard_D2s_v5", "Standard_D2s_v4"],
        "tags": {"team": "a"},
        "script": "echo\nexit 0",
        "wait_timeout": 3600,
        "version": "v",
        "location": "eastus",
        "subnet_id": "subnet",
    }


@pytest.mark.parametrize("value", ["0", "-1", "many"])
def test_a_number_of_canaries_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(InvalidRequest, match="verify_fleet_at_once"):
        read_options({**REQUIRED, "verify_fleet_at_once": value})
