# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tests on every ansible-core that is supported, with the oldest and the newest SDK.

make matrix                            every row that a Python is there for
make matrix MATRIX="2.18 2.21-newest"  rows by the beginning of their name
make matrix MATRIX_TESTS=tests/unit    other tests
make matrix MATRIX_PYTHONS="..."       these Pythons, in place of python3.11 and later on the path

A row with the oldest SDK takes the oldest Python that its ansible-core runs on, one with the newest SDK the newest.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path

from environments import Environment

from common import BUILD, ROOT, environment, pytest_command

PLACE = BUILD / "matrix"
TESTS = ("tests/awx", "tests/integration", "tests/unit")
# ansible-core, and the first and the last Python that it runs on.
CORES = {"2.18": (11, 13), "2.19": (11, 13), "2.20": (12, 14), "2.21": (12, 14)}
SDKS = ("oldest", "newest")
LIMIT = 7200
SHOWN = ("ansible-core", "azure-mgmt-compute", "azure-core", "azure-identity")


@dataclass
class Row:
    """One set of versions, and what became of the tests with it."""

    name: str
    python: str | None = None
    versions: list[str] = field(default_factory=list)
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    problem: str = ""

    @property
    def core(self) -> str:
        return self.name.split("-")[0]

    @property
    def sdk(self) -> str:
        return self.name.split("-")[1]


def main() -> int:
    rows = chosen(os.environ.get("MATRIX", ""))
    pythons = available(os.environ.get("MATRIX_PYTHONS", ""))
    tests = os.environ.get("MATRIX_TESTS", "").split() or [name for name in TESTS if (ROOT / name).is_dir()]
    for row in rows:
        assign(row, pythons)
        if row.python:
            perform(row, tests)
    print(f"\n{', '.join(tests)}\n{table(rows)}")
    return verdict(rows)


def chosen(words: str) -> list[Row]:
    """The rows whose names begin with one of some words; without any word all."""
    names = [f"{core}-{sdk}" for core in CORES for sdk in SDKS]
    for word in words.split():
        if not any(name.startswith(word) for name in names):
            raise SystemExit(f"matrix: no row begins with {word}; there are {', '.join(names)}")
    return [Row(name) for name in names if not words or name.startswith(tuple(words.split()))]


def available(named: str) -> dict[int, str]:
    """Python's minor versions, and a program for each. Those that are named must work; others are taken if they do."""
    programs = named.split() or [found for minor in range(11, 30) if (found := shutil.which(f"python3.{minor}"))]
    pythons: dict[int, str] = {}
    for program in programs:
        code = "import sys, venv, ensurepip; print(sys.version_info.minor)"
        result = subprocess.run([program, "-c", code], capture_output=True, text=True, check=False)
        if result.returncode == 0:
            pythons.setdefault(int(result.stdout), program)
        elif named:
            raise SystemExit(f"matrix: {program} is no Python that makes environments:\n{result.stderr}")
    return pythons


def assign(row: Row, pythons: dict[int, str]) -> None:
    """The Python of a row, if there is one."""
    first, last = CORES[row.core]
    fitting = [minor for minor in sorted(pythons) if first <= minor <= last]
    if fitting:
        row.python = pythons[fitting[0] if row.sdk == "oldest" else fitting[-1]]
    else:
        row.problem = f"not run: it needs a Python from 3.{first} to 3.{last}"


def requirements(row: Row) -> list[str]:
    """What a row installs: no tools that are pinned, as those do not depend on these versions."""
    sdk = lines("requirements.txt")
    if row.sdk == "oldest":
        sdk = [line.replace(">=", "==") for line in sdk]
    others = [line for line in lines("test-requirements.txt") if "==" not in line and "ansible-core" not in line]
    return [f"ansible-core~={row.core}.0", *sdk, *others]


def lines(name: str) -> list[str]:
    """The requirements in a file."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return [found for line in text.splitlines() if (found := line.split("#")[0].strip())]


def perform(row: Row, tests: list[str]) -> None:
    """Install a row and run the tests in it."""
    assert row.python is not None
    place = Environment(PLACE / row.name, requirements(row), row.python)
    place.make()
    row.versions = [place.python_version(), *(place.version(name) for name in SHOWN)]
    print(
        f"\n== {row.name}: Python {', '.join(map(' '.join, zip(('', *SHOWN), row.versions, strict=True)))}", flush=True
    )
    report = PLACE / f"{row.name}.xml"
    report.unlink(missing_ok=True)
    command = place.command(*pytest_command(), f"--junitxml={report}", *tests)
    path = f"{place.bin}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    started = time.monotonic()
    try:
        code = subprocess.run(
            command,
            cwd=ROOT,
            env=environment(PATH=path),
            stdin=subprocess.DEVNULL,
            timeout=LIMIT,
            check=False,
        ).returncode
    except subprocess.TimeoutExpired:
        code = -1
    row.seconds = time.monotonic() - started
    count(row, report)
    if code or not row.passed:
        row.problem = f"FAILED (exit code {code})" if code >= 0 else f"FAILED: no end after {LIMIT} s"


def count(row: Row, report: Path) -> None:
    """The numbers of pytest's own report."""
    if not report.is_file():
        return
    suite = ET.parse(report).getroot().find("testsuite")
    if suite is not None:
        number = {name: int(suite.get(name, "0")) for name in ("tests", "failures", "errors", "skipped")}
        row.failed, row.skipped = number["failures"] + number["errors"], number["skipped"]
        row.passed = number["tests"] - row.failed - row.skipped


def table(rows: list[Row]) -> str:
    """What became of the rows, for people."""
    head = ["row", "python", "core", "compute", "azure-core", "identity", "passed", "failed", "skipped", "seconds", ""]
    cells = [head]
    for row in rows:
        numbers = [str(row.passed), str(row.failed), str(row.skipped), f"{row.seconds:.0f}"]
        known = [*row.versions, *numbers] if row.versions else ["-"] * 9
        cells.append([row.name, *known, row.problem or "ok"])
    widths = [max(len(line[i]) for line in cells) for i in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells
    )


def verdict(rows: list[Row]) -> int:
    """What could not be run is said, and is no success when it is all there was."""
    left = [row.name for row in rows if not row.python]
    failed = [row.name for row in rows if row.python and row.problem]
    if left:
        print(f"\nnot run for want of a Python: {', '.join(left)}")
    if failed:
        print(f"\nfailed: {', '.join(failed)}")
    return 1 if failed or len(left) == len(rows) else 0


if __name__ == "__main__":
    sys.exit(main())
