# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables, defaults, documentation and tasks of the role say the same."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._modules import image_definition, image_version
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._role.variables import (
    PREFIX,
    VARIABLES,
    VERSION_OPTIONS,
)

from support.collection_tree import ROOT

ROLE = ROOT / "roles" / "clone_managed_image"
NOT_OF_THE_ROLE = {
    "state",
    "subscription_id",
    "resource_group",
    "gallery_name",
    "image_definition_name",
    "name",
    "wait",
}


def load(path: str) -> Any:
    return yaml.safe_load((ROLE / path).read_text(encoding="utf-8"))


def defaults() -> dict[str, Any]:
    return {PREFIX + name: spec["default"] for name, spec in VARIABLES.items() if "default" in spec}


def test_the_defaults_are_those_of_the_code() -> None:
    assert load("defaults/main.yml") == defaults()
    commented = re.findall(
        rf"^# ({PREFIX}\w+):$", (ROLE / "defaults/main.yml").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert {*defaults(), *commented} == {PREFIX + name for name in VARIABLES}


def test_the_argument_spec_is_that_of_the_code() -> None:
    options = load("meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    assert {name: spec.get("default") for name, spec in options.items() if "default" in spec} == defaults()
    assert set(options) == {PREFIX + name for name in VARIABLES}
    # Blank text and null are allowed everywhere, which no other type lets pass; ansible must not convert either.
    assert {spec["type"] for spec in options.values()} == {"raw"}
    assert not [name for name, spec in options.items() if "choices" in spec or "required" in spec]


def test_the_readme_names_every_variable() -> None:
    text = (ROLE / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(rf"^\| `({PREFIX}\w+)` \| (.*?) \|", text, re.MULTILINE))
    assert set(rows) == {PREFIX + name for name in VARIABLES}
    said = {name: yaml.safe_load(text.strip("`")) for name, text in rows.items() if text}
    assert said == defaults()


def options_of(file: str, module: str) -> dict[str, Any]:
    task = next(task for task in load(file) if f"cloudimages.azure_gallery.{module}" in task)
    found: dict[str, Any] = task[f"cloudimages.azure_gallery.{module}"]
    return found


@pytest.mark.parametrize(
    ("file", "module", "task", "left_out"),
    [
        ("tasks/apply.yml", "image_definition", image_definition.SPEC, {"state"}),
        ("tasks/version.yml", "image_version", image_version.SPEC, {"state", "location", "append_tags"}),
    ],
)
def test_every_option_of_the_modules_is_passed_on(file: str, module: str, task: Any, left_out: set[str]) -> None:
    """Of the credentials only the subscription: the rest is the user's module_defaults or environment."""
    from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth.options import AUTH_OPTIONS

    assert set(options_of(file, module)) == (set(task.options) - set(AUTH_OPTIONS) - left_out) | {"subscription_id"}


def test_the_version_options_are_the_modules() -> None:
    for name, spec in VERSION_OPTIONS.items():
        of_module = image_version.SPEC.options[name]
        assert spec["type"] == of_module["type"]
        assert spec.get("choices") == of_module.get("choices")
        assert spec.get("default") == of_module.get("default")
    assert VARIABLES["wait_timeout"].get("default") == image_version.SPEC.options["wait_timeout"]["default"]


def test_no_module_defaults_and_no_handler_that_fails() -> None:
    for path in [*ROLE.rglob("*.yml"), *(ROOT / "playbooks").glob("clone*.yml")]:
        assert "module_defaults:" not in path.read_text(encoding="utf-8"), path
    (handler,) = load("handlers/main.yml")
    assert handler["name"] == "Wait for replication"
    assert handler["run_once"] is True
    assert handler["failed_when"] is False
