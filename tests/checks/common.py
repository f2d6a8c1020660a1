# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the checks share: where things are, which files belong to the project, and running a tool."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.collection_tree import BUILD, NAME, NAMESPACE, ROOT

VENV_BIN = ROOT / ".venv" / "bin"
FQCN = f"{NAMESPACE}.{NAME}"


# No tool may keep a run waiting for ever.
LIMIT_SECONDS = 1800


def pytest_command() -> tuple[str, ...]:
    """pytest on several processes. They are more than the usual two cores, since some tests mostly wait."""
    return ("-m", "pytest", "-q", "-n", os.environ.get("TEST_WORKERS", "4"), "--dist", "worksteal")


def files() -> list[str]:
    """The project's files: tracked, or new and not ignored. It has no links: tools follow them, and may never return."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    return sorted({name for name in listed if name and (ROOT / name).is_file() and not (ROOT / name).is_symlink()})


def environment(**extra: str) -> dict[str, str]:
    """The caller's environment without what would change the verdict of a tool; the project's tools come first."""
    home = BUILD / "home"
    home.mkdir(parents=True, exist_ok=True)
    nothing = BUILD / "ansible.cfg"
    nothing.touch()
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("ANSIBLE_", "AZURE_", "ARM_", "PYTEST_", "PYTHON"))
    }
    kept.update(
        PATH=f"{VENV_BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        LC_ALL="C.UTF-8",
        # The user's home, and settings in it, must not matter and not be touched.
        HOME=str(home),
        ANSIBLE_CONFIG=str(nothing),
        ANSIBLE_NOCOLOR="1",
        ANSIBLE_HOME=str(home / ".ansible"),
        NO_COLOR="1",
    )
    kept.update(extra)
    return kept


def run(*command: str | Path, cwd: Path = ROOT, env: Mapping[str, str] | None = None, quiet: bool = False) -> int:
    """Run a tool; quiet: show what it says only when it fails."""
    if quiet:
        code, said = capture(*command, cwd=cwd, env=env)
        if code:
            print(said)
        return code
    sys.stdout.flush()
    parts = [str(part) for part in command]
    return subprocess.run(
        parts, cwd=cwd, env=env or environment(), stdin=subprocess.DEVNULL, timeout=LIMIT_SECONDS, check=False
    ).returncode


def capture(*command: str | Path, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Run a tool; its exit code and all that it says."""
    result = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env or environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    return result.returncode, result.stdout


def output(*command: str | Path, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> str:
    """What a tool prints, apart from its errors; it must succeed."""
    result = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env or environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    if result.returncode:
        raise SystemExit(f"{command[0]} failed ({result.returncode}):\n{result.stdout}{result.stderr}")
    return result.stdout


def copy_tree(under: Path) -> Path:
    """A real copy of the project's files, laid out as a collection beneath a folder; made anew."""
    target = under / "ansible_collections" / NAMESPACE / NAME
    shutil.rmtree(target, ignore_errors=True)
    for name in files():
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, place)
    # Tools ask git for the files. They would ask the checkout's, which ignores this place, and find that nothing is wrong.
    output("git", "init", "--quiet", target)
    output("git", "add", "--all", cwd=target)
    return target


def complain(problems: Sequence[str]) -> int:
    """Print what is wrong; the exit code."""
    for problem in problems:
        print(problem)
    return 1 if problems else 0
