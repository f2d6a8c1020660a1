"""The rounds of canaries of a batch of hosts, their verdicts, and the result of the role verify_image_version."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import InvalidRequest
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._role.verification import (
    canary_in,
    fact,
    judge,
    leftovers,
    read_options,
    rounds,
    rounds_of,
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
    assert {host: part["places"] for host, part in seen.items()} == {"a": [0], "b": [0, 1], "c": [1, 2], "d": [3]}
    assert (len(seen["a"]["waits"]), seen["c"]["waits"]) == (4, [])
    for host, part in seen.items():
        assert [seen[part["waiter"]]["waits"][place] for place in part["places"]] == part["own"], host
    assert rounds_of("e", listed) == {}


def test_what_could_not_be_deleted_is_said_once() -> None:
    removals = [
        {"failed": True, "message": "z may be left"},
        {"failed": True, "message": "z may be left"},
        {"failed": False, "message": "absent"},
        {"failed": False, "spared": True, "message": "y is of another run"},
        {"failed": True, "message": "no rights"},
    ]
    assert leftovers(removals, "x: no rights.") == "z may be left y is of another run"


def test_the_fact_has_what_was_booted() -> None:
    canary = {"canary": {"name": "x", "vm_size": "small", "security_type": "Standard"}, "changed": False}
    lost = {"canary": None, "changed": False, "message": "no subnet"}
    found = fact({"version": "1.0.0", "latest": {}}, "no", "Failed", [canary, lost], [{"changed": True}])
    assert (found["vm_size"], found["security_type"], found["canaries"]) == ("small", "Standard", [canary["canary"]])
    assert (found["changed"], found["failed"], found["version_id"]) == (True, True, None)
    assert [fact({}, "", verdict)["failed"] for verdict in ("Passed", "Booting", "Unverified")] == [False, False, True]


@pytest.mark.parametrize(
    ("entries", "verdict", "reasons"),
    [
        ([ended("x", "Passed"), ended("y", "Passed")], "Passed", "Passed Passed"),
        ([ended("x", "Passed"), ended("y", "Booting")], "Booting", "Booting"),
        ([ended("x", "Booting"), ended("y", "Unverified")], "Unverified", "Unverified"),
        ([ended("x", "Unverified"), ended("y", "Failed")], "Failed", "Failed"),
        ([{"canary": None, "message": "no subnet"}], "Unverified", "no subnet"),
        ([{"message": "vm_size: no"}], "Unverified", "verify_image_version_vm_size: no"),
        ([], "Passed", ""),
    ],
)
def test_the_worst_verdict_counts(entries: list[dict[str, t.Any]], verdict: str, reasons: str) -> None:
    assert judge(entries) == (verdict, reasons)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("verify_image_version_promote", "no", {"promote": False}),
        ("verify_image_version_again", "Yes", {"again": True}),
        ("verify_image_version_wait_timeout", "900", {"wait_timeout": 900}),
        ("verify_image_version_locations", "East US 2, westus", {"locations": ["eastus2", "westus"]}),
        ("verify_image_version_subnet_id", '{"East US 2": "x"}', {"subnet_id": {"eastus2": "x"}}),
        ("verify_fleet_at_once", "3", {"at_once": 3}),
        ("verify_fleet_at_once", "", {"at_once": 10}),
    ],
)
def test_variables_take_text(name: str, text: str, expected: dict[str, t.Any]) -> None:
    options = read_options({**REQUIRED, name: text})
    assert {key: options[key] for key in expected} == expected


def test_options_of_the_canary_take_text() -> None:
    text = {"vm_size": "Standard_D2s_v5, Standard_D2s_v4", "tags": "{team: a}", "script": " echo\nexit 0 "}
    options = read_options({**REQUIRED, **{f"verify_image_version_{name}": value for name, value in text.items()}})
    assert canary_in(options, "eastus", "v") == {
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
