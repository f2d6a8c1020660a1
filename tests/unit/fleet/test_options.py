"""The variables of the playbook migrate_fleet, as a command line, a file or a survey gives them."""

from __future__ import annotations

import datetime
import typing as t

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet.options import (
    fleet_batch,
    fleet_hosts,
    refuse_unknown,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import InvalidRequest


@pytest.mark.parametrize("value", ["", " ", None, "null", "~", "''", []])
def test_blank_is_all(value: t.Any) -> None:
    assert fleet_batch(value) == ["100%"]
    assert fleet_hosts(value) == "all"


@pytest.mark.parametrize(
    ("value", "sizes"),
    [
        (5, [5]),
        ("5", [5]),
        (" '5' ", [5]),
        ("007", [7]),
        ("20%", ["20%"]),
        ("20 %", ["20%"]),
        ("100%", ["100%"]),
        ([1, "5", "50%", None], [1, 5, "50%"]),
        ("[1, 5, 50%]", [1, 5, "50%"]),
        ('[1, "50%"]', [1, "50%"]),
        ("1, 50 %", [1, "50%"]),
        ("1 5", [1, 5]),
    ],
)
def test_sizes_of_batches(value: t.Any, sizes: list[t.Any]) -> None:
    assert fleet_batch(value) == sizes


@pytest.mark.parametrize(
    "value",
    ["abc", "%", 0, "0", "0%", -1, "-1", 1.5, "1.5", "150%", "12.5%", True, {"a": 1}, [1, "x"], [[1]], "[1", "5 hosts"],
)
def test_what_is_no_size(value: t.Any) -> None:
    with pytest.raises(InvalidRequest, match=r"^migrate_fleet_batch: "):
        fleet_batch(value)


def test_what_is_taken_is_reported() -> None:
    with pytest.raises(
        InvalidRequest, match=r"'abc' is not a number of hosts\. It takes a whole number from 1 on, a percentage"
    ):
        fleet_batch("abc")


@pytest.mark.parametrize(
    ("value", "pattern"),
    [
        ("web:&prod", "web:&prod"),
        ("web, db", "web, db"),
        ("web[0:5]", "web[0:5]"),
        (2019, "2019"),
        ("'2019'", "2019"),
        ("'yes'", "yes"),
        (datetime.date(2030, 1, 2), "2030-01-02"),
        (["web", 2019, ""], ["web", "2019"]),
    ],
)
def test_patterns_of_hosts(value: t.Any, pattern: t.Any) -> None:
    assert fleet_hosts(value) == pattern


@pytest.mark.parametrize("value", [True, [False], 1.1, {"web": None}])
def test_what_is_no_pattern(value: t.Any) -> None:
    with pytest.raises(InvalidRequest, match=r"^migrate_fleet_hosts: "):
        fleet_hosts(value)


def test_a_boolean_gets_the_way_to_ask() -> None:
    with pytest.raises(InvalidRequest, match="read the text as true; put it in quotes"):
        fleet_hosts(True)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("migrate_fleet_defintion_name", "migrate_fleet_definition_name"),
        ("migrate_fleet_batches", "migrate_fleet_batch"),
        ("migrate_fleet_report_paln", "migrate_fleet_report_plan"),
    ],
)
def test_a_misspelt_name(name: str, near: str) -> None:
    with pytest.raises(
        InvalidRequest, match=f"^{name} is not a variable of the playbook migrate_fleet. Did you mean {near}?"
    ):
        refuse_unknown(["x", "migrate_fleet_batch", name])


def test_all_misspelt_names_are_reported_at_once() -> None:
    with pytest.raises(InvalidRequest) as refused:
        refuse_unknown(["migrate_fleet_ofer", "migrate_fleet_sku", "migrate_fleet_host"])
    assert refused.value.message == (
        "migrate_fleet_host is not a variable of the playbook migrate_fleet. Did you mean migrate_fleet_hosts? "
        "migrate_fleet_ofer is not a variable of the playbook migrate_fleet. Did you mean migrate_fleet_offer?"
    )


def test_names_of_its_own_and_of_others() -> None:
    kept = ["reported", "report_17", "report_local", "report_all"]
    given = ["hosts", "batch", "report", "report_plan", "definition_name", "publisher", "offer", "sku"]
    refuse_unknown([*(f"migrate_fleet_{name}" for name in (*kept, *given)), "migrate_fleets", "other"])
