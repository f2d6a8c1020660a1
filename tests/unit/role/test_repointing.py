"""The variables and the result of the role repoint_scale_sets."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import InvalidRequest
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._role.repointing import (
    ROLE,
    VARIABLES,
    outcome,
    read_options,
)

from support.collection_tree import ROOT

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
NAMES = {f"{ROLE}_{name}" for name in (*VARIABLES, "version_id")}
DEFAULTS = {f"{ROLE}_{name}": spec["default"] for name, spec in VARIABLES.items() if "default" in spec}


def text(path: str) -> str:
    return (ROOT / "roles" / ROLE / path).read_text(encoding="utf-8")


def test_files_of_the_role_have_the_variables_of_the_code() -> None:
    assert yaml.safe_load(text("defaults/main.yml")) == DEFAULTS
    options = yaml.safe_load(text("meta/argument_specs.yml"))["argument_specs"]["main"]["options"]
    assert {name: spec["default"] for name, spec in options.items() if "default" in spec} == DEFAULTS
    assert set(options) == NAMES
    assert {spec["type"] for spec in options.values()} == {"raw"}
    rows = dict(re.findall(rf"^\| `({ROLE}_\w+)` \| (.*?) \|", text("README.md"), re.MULTILINE))
    assert set(rows) == NAMES
    assert {name: value.strip("`") for name, value in rows.items() if value} == DEFAULTS


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ("version", "none", None)),
        ({"to": "", "roll_out": None, "subscriptions": "~"}, ("version", "none", None)),
        ({"to": " Definition", "roll_out": "ALLOW"}, ("definition", "allow", None)),
        ({"subscriptions": SUBSCRIPTION}, ("version", "none", [SUBSCRIPTION])),
        ({"subscriptions": f"[{SUBSCRIPTION}]"}, ("version", "none", [SUBSCRIPTION])),
        ({"subscriptions": [SUBSCRIPTION, ""]}, ("version", "none", [SUBSCRIPTION])),
    ],
)
def test_variables_take_text(given: dict[str, Any], expected: tuple[Any, ...]) -> None:
    found = read_options({f"{ROLE}_{name}": value for name, value in given.items()})
    assert tuple(found[name] for name in VARIABLES) == expected


@pytest.mark.parametrize("given", [{"to": "latest"}, {"roll_out": "true"}, {"subscriptions": "main"}, {"image": "x"}])
def test_wrong_values_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest, match=f"{ROLE}_{next(iter(given))}"):
        read_options({f"{ROLE}_{name}": value for name, value in given.items()})


@pytest.mark.parametrize(
    ("states", "flags", "message"),
    [
        ("", (False, False, False), "No scale set has this image."),
        ("repointed", (True, False, False), "1 scale set: 1 got the new image."),
        ("refused", (False, False, True), "1 scale set: 1 refused. refused-0"),
        ("refused failed", (False, True, False), "2 scale sets: 1 refused, 1 failed. failed-1 refused-0"),
        (
            "unchanged refused refused refused refused",
            (False, False, True),
            "5 scale sets: 1 unchanged, 4 refused. refused-1 refused-2 refused-3 And 1 more, see scale_sets.",
        ),
    ],
)
def test_the_result_of_an_image(states: str, flags: tuple[bool, bool, bool], message: str) -> None:
    entries = [
        {"state": state, "changed": state == "repointed", "message": f"{state}-{number}"}
        for number, state in enumerate(states.split())
    ]
    found = outcome({"version": "1.0.0"}, entries)
    assert (found["changed"], found["failed"], found["refused"]) == flags
    assert (found["message"], found["version"]) == (message, "1.0.0")


def test_the_result_says_that_instances_keep_the_managed_image() -> None:
    entry = {"state": "repointed", "changed": True, "message": "it got it"}
    found = outcome({}, [{**entry, "upgrade_command": "az vmss update-instances"}, {**entry, "upgrade_command": None}])
    assert found["message"] == (
        "2 scale sets: 2 got the new image. "
        "Upgrade the running instances of 1, which keep the managed image (see upgrade_command)."
    )
