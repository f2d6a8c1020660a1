# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said in more than one file is said the same: requirements, versions, metadata."""

from __future__ import annotations

import re
import sys
from typing import Any

import yaml
from packaging.requirements import Requirement

from common import FQCN, NAME, NAMESPACE, ROOT, complain, files

MENTION = re.compile(r"\b(azure-(?:core|identity|mgmt-compute))`{0,2}\s*>=\s*([\d.]*\d)")
SUMMARY = re.compile(r"\b(ansible-core)`{0,2}\s*>=\s*([\d.]*\d)")


def main(_arguments: list[str]) -> int:
    return complain([*requirements(), *environment(), *versions(), *texts()])


def load(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def parsed(name: str) -> dict[str, Requirement]:
    lines = (line.split("#")[0].strip() for line in (ROOT / name).read_text(encoding="utf-8").splitlines())
    return {item.name: item for item in map(Requirement, filter(None, lines))}


def requirements() -> list[str]:
    """Lower bounds only: the collection shares an environment with others."""
    return [
        f"requirements.txt: {item}: exactly one lower bound (>=) is wanted"
        for item in parsed("requirements.txt").values()
        if [part.operator for part in item.specifier] != [">="] or item.name in ("ansible", "ansible-core")
    ]


def environment() -> list[str]:
    """meta/execution-environment.yml names the files that are there."""
    named = load("meta/execution-environment.yml")
    wanted = {"version": 1, "dependencies": {"python": "requirements.txt", "system": "bindep.txt"}}
    problems = [] if named == wanted else [f"meta/execution-environment.yml: {wanted} is wanted, not {named}"]
    return problems + [f"{name} is missing" for name in wanted["dependencies"].values() if not (ROOT / name).is_file()]


def versions() -> list[str]:
    galaxy = load("galaxy.yml")
    version = galaxy["version"]
    released = list((load("changelogs/changelog.yaml") or {}).get("releases", {}))
    problems = []
    if (galaxy["namespace"], galaxy["name"]) != (NAMESPACE, NAME):
        problems.append(f"galaxy.yml: {FQCN} is wanted")
    if version not in released:
        problems.append(f"changelogs/changelog.yaml: no release {version} (antsibull-changelog release)")
    if f'<a id="v{version.replace(".", "-")}"></a>' not in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"):
        problems.append(f"CHANGELOG.md: no v{version} (antsibull-changelog generate)")
    if not {"cloud", "infrastructure"} & set(galaxy["tags"]):
        problems.append("galaxy.yml: one of Automation Hub's tags is needed")
    return problems


def texts() -> list[str]:
    """Bounds in documentation are those of requirements.txt and meta/runtime.yml."""
    bounds = {name: str(item.specifier)[2:] for name, item in parsed("requirements.txt").items()}
    bounds["ansible-core"] = re.sub(r"[^\d.]|\.0$", "", load("meta/runtime.yml")["requires_ansible"])
    problems = []
    for name in files():
        if not name.startswith(("plugins/", "roles/", "playbooks/", "docs/", "README")):
            continue
        text = (ROOT / name).read_text(encoding="utf-8", errors="replace")
        problems += [
            f"{name}: {package} >= {version}: the bound is {bounds[package]}"
            for package, version in MENTION.findall(text) + SUMMARY.findall(text)
            if normal(bounds[package]) != normal(version)
        ]
    return problems


def normal(version: str) -> list[int]:
    """Numbers without closing zeros, so that 33.0.0 and 33 are equal."""
    numbers = [int(part) for part in version.split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    return numbers


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
