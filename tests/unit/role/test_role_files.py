"""Variables, defaults, documentation and tasks of the role say the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._modules import image_version
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._role.variables import (
    PREFIX,
    VARIABLES,
    VERSION_OPTIONS,
)

from support.collection_tree import ROOT

ROLE = ROOT / "roles" / "clone_managed_image"


def load(path: str) -> Any:
    return yaml.safe_load((ROLE / path).read_text(encoding="utf-8"))


def defaults() -> dict[str, Any]:
    return {PREFIX + name: spec["default"] for name, spec in VARIABLES.items() if "default" in spec}


def test_the_defaults_are_those_of_the_code() -> None:
    assert load("defaults/main.yml") == defaults()


def test_the_argument_spec_is_that_of_the_code() -> None:
    options = load("meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    assert {name: spec.get("default") for name, spec in options.items() if "default" in spec} == defaults()
    assert set(options) == {PREFIX + name for name in VARIABLES}
    # Blank text and null are allowed everywhere, which no other type lets pass; ansible must not convert either.
    assert {spec["type"] for spec in options.values()} == {"raw"}
    assert not [name for name, spec in options.items() if "choices" in spec or "required" in spec]


def test_the_readme_names_every_variable() -> None:
    text = (ROLE / "README.md").read_text(encoding="utf-8")
    cells = re.findall(rf"^\| (`{PREFIX}.*?) \| (.*?) \|", text, re.MULTILINE)
    rows = {name: default for names, default in cells for name in re.findall(r"`(\w+)`", names)}
    assert set(rows) == {PREFIX + name for name in VARIABLES}
    said = {name: yaml.safe_load(text.strip("`")) for name, text in rows.items() if text}
    assert said == defaults()


def tasks_of(file: str) -> list[dict[str, Any]]:
    """The tasks of a file, those in blocks too."""
    found: list[dict[str, Any]] = []
    waiting = list(load(file))
    while waiting:
        task = waiting.pop(0)
        found.append(task)
        waiting += [*task.get("block", ()), *task.get("rescue", ()), *task.get("always", ())]
    return found


FILES = sorted(str(path.relative_to(ROLE)) for path in ROLE.glob("[th]a*/*.yml"))
MODULES = ("gallery", "image_definition", "image_version")


def test_the_role_is_small() -> None:
    """A stranger reads it as a whole; what grows is a module or a pure function."""
    texts = {file: (ROLE / file).read_text(encoding="utf-8") for file in FILES}
    assert len([file for file in FILES if file.startswith("tasks/")]) <= 6
    lines = [line for text in texts.values() for line in text.splitlines()]
    assert len([line for line in lines if line.strip() and not re.match(r"\s*#|---", line)]) <= 150
    names = set(re.findall(r"__clone_managed_image_\w+", " ".join(texts.values())))
    assert len(names) <= 8, names
    filters = set(re.findall(r"cloudimages\.azure_gallery\.(clone_\w+)(?=[\s(])(?!:)", " ".join(texts.values())))
    assert len(filters - {"clone_managed_image", "clone_plan"}) <= 4, filters
    assert "default(omit" not in " ".join(texts.values())


def test_files_are_included_by_name_and_never_by_each_other_in_a_circle() -> None:
    includes = {
        file: [
            task[key]
            for task in tasks_of(file)
            for key in ("ansible.builtin.include_tasks", "ansible.builtin.import_tasks")
            if key in task
        ]
        for file in FILES
    }
    order = ["main.yml", "create.yml", "second.yml", "flush.yml"]
    for file, included in includes.items():
        for other in included:
            assert other in order, f"{file} includes {other!r}"
            assert file.endswith("verdict.yml") or order.index(Path(file).name) < order.index(other)


def test_what_runs_once_is_in_files_that_are_included_for_hosts_that_need_them() -> None:
    """In a file that is imported under `when`, run_once skips all hosts if the first one is left out."""
    for file in ("tasks/main.yml", "tasks/verdict.yml"):
        assert not [task for task in tasks_of(file) if "run_once" in task], file


@pytest.mark.parametrize("module", MODULES)
def test_a_module_gets_its_options_as_a_plan(module: str) -> None:
    """So that a new option is added in the table of fields alone, and none of the credentials is named."""
    tasks = [task for file in FILES for task in tasks_of(file) if f"cloudimages.azure_gallery.{module}" in task]
    assert tasks
    for task in tasks:
        assert set(task[f"cloudimages.azure_gallery.{module}"]) <= {"plan", "wait", "wait_timeout"}


def test_facts_of_the_role_are_private_to_it() -> None:
    for path in (ROOT / "playbooks").rglob("*.yml"):
        assert "__clone_managed_image" not in path.read_text(encoding="utf-8"), path


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
    handler = load("handlers/main.yml")[0]
    assert handler["name"] == "Wait for replication"
    assert handler["run_once"] is True
    assert handler["failed_when"] is False
