# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the checks and tests, one step after another: all, or those that are named.

make test                                    everything
.venv/bin/python tests/checks/run.py STEP…   some; --list names them
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import artifact
import consistency
import leaks
import sanity
from common import BUILD, NAME, NAMESPACE, ROOT, copy_tree, environment, pytest_command, run
from support.collection_tree import collections_path

CHECKED_TYPES = (
    "plugins/module_utils",
    "plugins/plugin_utils",
    "plugins/action",
    "plugins/modules",
    "plugins/inventory",
)


@dataclass(frozen=True)
class Step:
    name: str
    title: str
    work: Callable[[list[str]], int]


def format_(arguments: list[str]) -> int:
    return run("ruff", "format", "--check", *(arguments or ["."]))


def lint(arguments: list[str]) -> int:
    return run("ruff", "check", *(arguments or ["."]))


def types(arguments: list[str]) -> int:
    # Seen through the link, or mypy would know the files by two names.
    tree = collections_path().relative_to(ROOT) / "ansible_collections" / NAMESPACE / NAME
    paths = [str(tree / path) for path in CHECKED_TYPES if any((ROOT / path).rglob("*.py"))]
    if (ROOT / "tests/arm_emulator").is_dir():
        paths.append("tests/arm_emulator")
    if not paths:
        print("nothing to check yet")
        return 0
    return run("mypy", *arguments, *paths)


def yaml(arguments: list[str]) -> int:
    return run("yamllint", "--strict", *(arguments or ["."]))


def tests(arguments: list[str]) -> int:
    return run("python", *pytest_command(), "--durations=5", *arguments)


def ansible_lint(arguments: list[str]) -> int:
    # On a copy: it writes beside what it reads, and knows a collection by its place.
    tree = copy_tree(BUILD / "lint")
    env = environment(ANSIBLE_COLLECTIONS_PATH=str(BUILD / "lint"))
    return run("ansible-lint", "-q", "--offline", "--nocolor", "--profile", "production", *arguments, cwd=tree, env=env)


def docs(arguments: list[str]) -> int:
    tree = copy_tree(BUILD / "docs")
    env = environment(ANSIBLE_COLLECTIONS_PATH=str(BUILD / "docs"))
    command = ("antsibull-docs", "lint-collection-docs", "--plugin-docs", "--check-extra-docs-refs", *arguments)
    return run(*command, "--disallow-unknown-collection-refs", "--validate-collection-refs", "self", tree, env=env)


def changelog(arguments: list[str]) -> int:
    return run("antsibull-changelog", "lint", *arguments) or run(
        "antsibull-changelog", "lint-changelog-yaml", "changelogs/changelog.yaml"
    )


STEPS = (
    Step("format", "ruff format", format_),
    Step("lint", "ruff check", lint),
    Step("types", "mypy", types),
    Step("yamllint", "yamllint", yaml),
    Step("leaks", "no paths or hosts of the machines it is made on", leaks.main),
    Step("consistency", "requirements, versions and metadata agree", consistency.main),
    Step("changelog", "antsibull-changelog lint", changelog),
    Step("tests", "pytest: unit and integration", tests),
    Step("docs", "antsibull-docs lint-collection-docs", docs),
    Step("artifact", "build, install, read the documentation of every plugin", artifact.main),
    Step("importer", "galaxy-importer", artifact.importer),
    Step("ansible-lint", "ansible-lint, production profile", ansible_lint),
    Step("sanity", "ansible-test sanity", sanity.main),
)
# They wait for files and packages while the tests wait for time, and know nothing of each other.
BESIDE_THE_TESTS = ("docs", "artifact", "importer", "ansible-lint", "sanity")


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the checks and tests.")
    parser.add_argument(
        "steps", nargs="*", metavar="STEP", help="; ".join(f"{step.name}: {step.title}" for step in STEPS)
    )
    parser.add_argument("--list", action="store_true", help="name the steps and stop")
    # Everything from the first option on, other than our own, is for the step's tool.
    words = sys.argv[1:]
    first = next(
        (i for i, word in enumerate(words) if word.startswith("-") and word not in ("--list", "--help", "-h")), None
    )
    rest = words[first:] if first is not None else []
    arguments = parser.parse_args(words[:first])
    known = {step.name: step for step in STEPS}
    if arguments.list:
        print("\n".join(f"{step.name:14}{step.title}" for step in STEPS))
        return 0
    unknown = [name for name in arguments.steps if name not in known]
    if unknown or (rest and len(arguments.steps) != 1):
        parser.error(
            f"no such step: {', '.join(unknown)}" if unknown else "a tool's own arguments need exactly one step"
        )
    BUILD.mkdir(exist_ok=True)
    return perform([known[name] for name in arguments.steps] or list(STEPS), rest)


def perform(steps: list[Step], rest: list[str]) -> int:
    """One after another up to the first that fails; some of them beside the tests."""
    begun = time.monotonic()
    names = [step.name for step in steps]
    aside = [name for name in BESIDE_THE_TESTS if name in names and "tests" in names]
    for step in (one for one in steps if one.name not in aside):
        others = Others(aside) if step.name == "tests" and aside else None
        failed = work(step, rest)
        if (others and others.ended()) or failed:
            return 1
    if len(steps) > 1:
        print(f"\nall {len(steps)} steps are fine, {time.monotonic() - begun:.0f} s", flush=True)
    return 0


def work(step: Step, rest: list[str]) -> int:
    print(f"\n== {step.name}: {step.title}", flush=True)
    started = time.monotonic()
    code = step.work(rest)
    took = f"{time.monotonic() - started:.1f} s"
    if code:
        print(f"-- {step.name}: FAILED after {took} (make {step.name} runs it alone)", flush=True)
        return 1
    print(f"-- {step.name}: ok, {took}", flush=True)
    return 0


class Others:
    """Steps in a process of their own. What it says is shown when it has ended, not among what the tests say."""

    def __init__(self, names: list[str]) -> None:
        print(f"\n(beside the tests: {', '.join(names)})", flush=True)
        self._said = (BUILD / "beside_the_tests.log").open("w+", encoding="utf-8")
        self._process = subprocess.Popen(
            [sys.executable, __file__, *names], stdout=self._said, stderr=subprocess.STDOUT
        )

    def ended(self) -> int:
        code = self._process.wait()
        with self._said as said:
            said.seek(0)
            print(said.read(), flush=True)
        return code


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    sys.exit(main())
