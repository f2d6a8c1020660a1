"""Requirements, versions and metadata that more than one file states agree."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

from support.checkout import files
from support.collection_tree import NAME, NAMESPACE, ROOT

pytestmark = pytest.mark.skipif(not files(), reason="not a checkout")
PACKAGE = re.compile(r"\b(azure-(?:core|identity|mgmt-compute)|ansible-core)`{0,2}\s*>=\s*([\d.]*\d)")
TEXTS = ("plugins/", "roles/", "playbooks/", "docs/", "README")


def load(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def requirements() -> dict[str, Requirement]:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return {item.name: item for item in map(Requirement, filter(None, (line.split("#")[0].strip() for line in lines)))}


def test_requirements_are_lower_bounds() -> None:
    """The collection shares an environment with others."""
    assert {name: [part.operator for part in item.specifier] for name, item in requirements().items()} == {
        name: [">="] for name in requirements()
    }
    assert not {"ansible", "ansible-core"} & set(requirements())


def test_the_execution_environment_names_the_files() -> None:
    dependencies = {"python": "requirements.txt", "system": "bindep.txt"}
    assert load("meta/execution-environment.yml") == {"version": 1, "dependencies": dependencies}
    assert [name for name in dependencies.values() if not (ROOT / name).is_file()] == []


def test_galaxy_yml() -> None:
    galaxy = load("galaxy.yml")
    assert (galaxy["namespace"], galaxy["name"]) == (NAMESPACE, NAME)
    assert {"cloud", "infrastructure"} & set(galaxy["tags"]), "Automation Hub requires one of its tags"


def test_the_version_has_a_changelog() -> None:
    version = load("galaxy.yml")["version"]
    assert version in load("changelogs/changelog.yaml")["releases"], "antsibull-changelog release"
    anchor = f'<a id="v{version.replace(".", "-")}"></a>'
    assert anchor in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), "antsibull-changelog generate"


def bounds_in(text: str) -> list[tuple[str, Version]]:
    return [(name, Version(version)) for name, version in PACKAGE.findall(text)]


def test_bounds_in_texts_are_those_of_the_requirements() -> None:
    bounds = {name: Version(str(item.specifier)[2:]) for name, item in requirements().items()}
    bounds["ansible-core"] = Version(load("meta/runtime.yml")["requires_ansible"].removeprefix(">="))
    texts = {
        name: (ROOT / name).read_text(encoding="utf-8", errors="replace") for name in files() if name.startswith(TEXTS)
    }
    found = {(name, *bound) for name, text in texts.items() for bound in bounds_in(text)}
    assert len(found) > 3
    assert {mention for mention in found if bounds[mention[1]] != mention[2]} == set()


def test_bounds_are_compared_as_versions() -> None:
    assert bounds_in("- azure-core >= 1.31") == [("azure-core", Version("1.31.0"))]
    assert bounds_in("``ansible-core`` >= 2.3") != bounds_in("``ansible-core`` >= 2.30")
