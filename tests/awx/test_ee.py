"""The execution environments: ansible-builder takes them, and what their collections require can be installed together.

No image is built, since that needs a container engine; but all that ansible-builder and pip decide before is decided here.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import awx_collection
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from support.collection_tree import BUILD, ROOT, collections_path

OURS, AZCOLLECTION = "cloudimages.azure_gallery", "azure.azcollection"
DRY_RUN = ["-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--only-binary", ":all:"]
ALONE, TOGETHER = "execution-environment.yml", "execution-environment-with-azcollection.yml"


def builder(*arguments: str | Path) -> str:
    """What ansible-builder prints."""
    return said(Path(sys.prefix) / "bin/ansible-builder", *arguments)


def said(*command: str | Path) -> str:
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


# The definitions


@pytest.mark.parametrize(("name", "collections"), [(ALONE, [OURS]), (TOGETHER, [OURS, AZCOLLECTION])])
def test_ansible_builder_takes_the_definition(tmp_path: Path, name: str, collections: list[str]) -> None:
    builder("create", "-f", ROOT / "ee" / name, "-c", tmp_path, "--output-filename", "Containerfile")
    asked = load(tmp_path / "_build/requirements.yml")["collections"]
    assert [one["name"] for one in asked] == collections
    assert load(ROOT / "galaxy.yml")["version"] in SpecifierSet(asked[0]["version"])
    containerfile = (tmp_path / "Containerfile").read_text(encoding="utf-8")
    core = load(ROOT / "meta/runtime.yml")["requires_ansible"].removesuffix(".0")
    assert f'ARG ANSIBLE_INSTALL_REFS="ansible-core{core} ansible-runner>=2.4.2"' in containerfile
    assert f'ARG PYCMD="/usr/bin/python{python_version()}"' in containerfile
    # Where a job of the content project looks for collections.
    assert "COPY --from=galaxy /usr/share/ansible /usr/share/ansible" in containerfile
    assert ":/usr/share/ansible/collections\n" in (ROOT / "awx/ansible.cfg").read_text(encoding="utf-8")


def test_the_definitions_differ_in_one_collection() -> None:
    alone, together = load(ROOT / "ee" / ALONE), load(ROOT / "ee" / TOGETHER)
    added = together["dependencies"]["galaxy"]["collections"].pop()
    assert added["name"] == AZCOLLECTION
    assert together == alone


def python_version() -> str:
    """The image's Python, such as 3.12."""
    wanted: str = load(ROOT / "ee" / ALONE)["dependencies"]["python_interpreter"]["package_system"]
    return wanted.removeprefix("python")


# What the collections require


def introspect(folder: Path) -> dict[str, Any]:
    """What ansible-builder finds that the collections of a folder require: `python` by collection, and `system`."""
    found = yaml.safe_load(builder("introspect", folder))
    python: dict[str, list[str]] = {}
    for line in found["python"]:
        requirement, _mark, collection = line.partition("  # from collection ")
        python.setdefault(collection, []).append(requirement)
    return {"python": python, "system": found["system"]}


def test_the_collection_brings_its_requirements() -> None:
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert introspect(collections_path()) == {"python": {OURS: lines}, "system": []}


def test_one_image_holds_azcollection_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = tmp_path / "ansible_collections"
    (tree / "azure").mkdir(parents=True)
    (tree / "cloudimages").symlink_to(collections_path() / "ansible_collections/cloudimages")
    (tree / "azure/azcollection").symlink_to(azcollection(monkeypatch))
    required = introspect(tmp_path)["python"]
    assert sorted(required) == [AZCOLLECTION, OURS]
    pins = {one.name: one.specifier for one in map(Requirement, required[AZCOLLECTION])}
    installed = resolve(required[OURS], required[AZCOLLECTION], python_version(), tmp_path)
    for requirement in map(Requirement, required[OURS]):
        assert installed[requirement.name] in requirement.specifier & pins.get(requirement.name, SpecifierSet())


def azcollection(monkeypatch: pytest.MonkeyPatch) -> Path:
    """What azure.azcollection says that it requires, out of the package that awx.awx is in too."""
    inside = f"ansible_collections/{AZCOLLECTION.replace('.', '/')}/"
    place = BUILD / f"azcollection_requirements_{awx_collection.VERSION}"
    if not place.is_dir():
        BUILD.mkdir(exist_ok=True)
        wanted = ("MANIFEST.json", "meta/execution-environment.yml", "requirements.txt")
        monkeypatch.setattr(awx_collection, "INSIDE", tuple(inside + name for name in wanted))
        awx_collection._fetch(place)
    return place / inside


def resolve(requirements: list[str], others: list[str], python: str, folder: Path) -> dict[str, str]:
    """The versions that pip would install for requirements where others hold too; kept, since pip takes a while."""
    digest = hashlib.sha256("\n".join([python, *requirements, "", *others]).encode()).hexdigest()
    kept = BUILD / f"resolved_{digest[:16]}.json"
    if not kept.is_file():
        constraints, report = folder / "constraints.txt", folder / "report.json"
        constraints.write_text("\n".join(others), encoding="utf-8")
        # For another Python than its own, pip insists on wheels, and on a place apart.
        ask = [sys.executable, *DRY_RUN, "--python-version", python, "--target", folder / "none"]
        said(*ask, "--report", report, "--constraint", constraints, *requirements)
        found = {one["metadata"]["name"]: one["metadata"]["version"] for one in load(report)["install"]}
        kept.write_text(json.dumps(found), encoding="utf-8")
    answer: dict[str, str] = json.loads(kept.read_text(encoding="utf-8"))
    return answer
