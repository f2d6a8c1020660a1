# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build the collection, install what was built where nothing else is, and see that all of it is there."""

from __future__ import annotations

import json
import re
import shutil
import sys
import tarfile
from pathlib import Path

import yaml

from common import BUILD, FQCN, NAME, NAMESPACE, ROOT, complain, copy_tree, environment, output, run

# What may lie at the top of the tarball, and what may not lie anywhere in it.
TOP = {
    *(
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "FILES.json",
        "LICENSE",
        "MANIFEST.json",
        "README.md",
        "bindep.txt",
        "requirements.txt",
    ),
    *("awx", "changelogs", "docs", "ee", "extensions", "meta", "playbooks", "plugins", "roles", "tests"),
}
UNWANTED = re.compile(
    r"(^|/)(\.|__pycache__|.*\.(pyc|tar\.gz|orig|rej|log|pem|key|tmp|swp)$|.*~$)|^tests/(checks|output)(/|$)"
)
LARGEST = 2_000_000
NO_DOCUMENTATION = {"action", "doc_fragments", "module_utils", "plugin_utils"}

IMPORTER_SETTINGS = """\
[galaxy-importer]
CHECK_REQUIRED_TAGS = true
REQUIRE_V1_OR_GREATER = true
RUN_ANSIBLE_DOC = true
RUN_ANSIBLE_LINT = true
OFFLINE_ANSIBLE_LINT = true
# Containers; ansible-test sanity is a step of its own.
RUN_ANSIBLE_TEST = false
"""
# The importer has ansible-lint look for collections one folder too deep, so that it does not find the playbooks which those of
# awx/ import by their full names. The step ansible-lint does.
NOT_FOUND = re.compile(rf"WARNING: ERROR +Failed to find {re.escape(FQCN)}\.\w+ playbook\.")


def main(_arguments: list[str]) -> int:
    tarball = build()
    problems = unexpected(tarball)
    installed = BUILD / "installed"
    shutil.rmtree(installed, ignore_errors=True)
    env = environment(ANSIBLE_COLLECTIONS_PATH=str(installed))
    if run("ansible-galaxy", "collection", "install", tarball, "-p", installed, "--offline", env=env, quiet=True):
        return 1
    place = installed / "ansible_collections" / NAMESPACE / NAME
    return complain([*problems, *undocumented(place, env), *unplayable(place, env)])


def build() -> Path:
    """Built from the project's own files only, whatever else lies about in the checkout."""
    target = BUILD / "artifact"
    shutil.rmtree(target, ignore_errors=True)
    tree = copy_tree(BUILD / "source")
    output("ansible-galaxy", "collection", "build", tree, "--output-path", target, "--force")
    (tarball,) = target.glob(f"{NAMESPACE}-{NAME}-*.tar.gz")
    print(f"{tarball.relative_to(ROOT)}, {tarball.stat().st_size / 1024:.0f} KiB")
    return tarball


def unexpected(tarball: Path) -> list[str]:
    with tarfile.open(tarball) as archive:
        members = archive.getmembers()
    problems = []
    for member in members:
        name = member.name
        if name.split("/")[0] not in TOP or UNWANTED.search(name):
            problems.append(f"the tarball has a surprising file: {name}")
        elif not (member.isfile() or member.isdir()):
            problems.append(f"the tarball has something that is no file: {name}")
        elif member.size > LARGEST:
            problems.append(f"the tarball has a large file: {name}, {member.size} bytes")
    return problems


def undocumented(place: Path, env: dict[str, str]) -> list[str]:
    """ansible-doc shows every plugin and role of the installed collection."""
    problems = []
    kinds = {
        path.name: path
        for path in sorted(place.glob("plugins/*"))
        if path.is_dir() and path.name not in NO_DOCUMENTATION
    }
    for kind, folder in kinds.items():
        # A file of filters holds several, each documented in a file of its own.
        suffix = ".yml" if kind == "filter" else ".py"
        names = [f"{FQCN}.{path.stem}" for path in sorted(folder.glob(f"*{suffix}")) if path.stem != "__init__"]
        problems += documented("module" if kind == "modules" else kind, names, env)
    roles = [f"{FQCN}.{path.name}" for path in sorted(place.glob("roles/*")) if path.is_dir()]
    return problems + documented("role", roles, env)


def documented(kind: str, names: list[str], env: dict[str, str]) -> list[str]:
    if not names:
        return []
    known = json.loads(output("ansible-doc", "--type", kind, "--json", *names, env=env))
    print(f"{kind}: {len(known)} of {len(names)} documented")
    problems = [f"{kind} {name}: ansible-doc knows nothing of it" for name in names if not known.get(name)]
    group = set(yaml.safe_load((ROOT / "meta/runtime.yml").read_text(encoding="utf-8"))["action_groups"]["azure"])
    for name, text in known.items():
        if kind == "module":
            problems += [f"module {name}: no {part}" for part in ("doc", "examples", "return") if not text.get(part)]
            talks_to_azure = "subscription_id" in text.get("doc", {}).get("options", {})
            if talks_to_azure and name.rpartition(".")[2] not in group:
                problems.append(f"module {name}: not in the action group of meta/runtime.yml")
        if kind == "role" and not text.get("entry_points"):
            problems.append(f"role {name}: no meta/argument_specs.yml")
    return problems


def unplayable(place: Path, env: dict[str, str]) -> list[str]:
    """Every playbook is found by its full name, and what it names is found too."""
    names = [f"{FQCN}.{path.stem}" for path in sorted(place.glob("playbooks/*.yml"))]
    failed = [
        name
        for name in names
        if run("ansible-playbook", "--syntax-check", "-i", "localhost,", name, env=env, quiet=True)
    ]
    return [f"playbook {name}: --syntax-check failed" for name in failed]


def importer(_arguments: list[str]) -> int:
    """What Galaxy and Automation Hub do with an upload."""
    tarball = build()
    work = BUILD / "importer"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    (work / "galaxy-importer.cfg").write_text(IMPORTER_SETTINGS, encoding="utf-8")
    env = environment(GALAXY_IMPORTER_CONFIG=str(work / "galaxy-importer.cfg"))
    env.pop("ANSIBLE_HOME")
    env.pop("ANSIBLE_CONFIG")
    log = output("python", "-m", "galaxy_importer.main", tarball, cwd=work, env=env)
    told = [line for line in log.splitlines() if line.startswith(("ERROR", "CRITICAL", "WARNING"))]
    problems = [line for line in told if not NOT_FOUND.fullmatch(line)]
    if problems or "Importer processing completed successfully" not in log:
        print(log)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(0 if sys.argv[1:] == ["--only"] and build() else main([]))
