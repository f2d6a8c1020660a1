# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Create .venv with what the checks and tests need, or the demo alone (`setup_venv.py demo`); does nothing if it is up to date.

Run by the system's Python, so it uses the standard library only.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
STAMP = VENV / "setup.stamp"
# The demo needs only a few packages, so it does not wait for the rest.
REQUIREMENTS = {
    "demo": ["-r", "requirements.txt", "ansible-core"],
    "all": ["-r", "requirements.txt", "-r", "test-requirements.txt"],
}
OLDEST = (3, 11)


def main(part: str = "all") -> int:
    problem = missing()
    if problem:
        print(f"setup: {problem}", file=sys.stderr)
        return 1
    have = STAMP.read_text(encoding="utf-8") if STAMP.is_file() else ""
    if have in (fingerprint(part), fingerprint("all")) and works():
        return 0
    started = time.monotonic()
    print("== setup: creating .venv", flush=True)
    if not works():
        shutil.rmtree(VENV, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    STAMP.unlink(missing_ok=True)
    # Without the user's site and PYTHONPATH: a requirement that is missing from the files must fail.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    command = [str(VENV / "bin/python"), "-m", "pip", "--disable-pip-version-check", "install", "-qq", "--upgrade"]
    result = subprocess.run(command + REQUIREMENTS[part], cwd=ROOT, env=environment, check=False)
    if result.returncode:
        print("setup: pip could not install the requirements (above)", file=sys.stderr)
        return result.returncode
    STAMP.write_text(fingerprint(part), encoding="utf-8")
    print(f"-- setup: ok, {time.monotonic() - started:.1f} s", flush=True)
    return 0


def missing() -> str | None:
    """What this machine lacks, and how to install it."""
    if sys.version_info < OLDEST:
        return (
            f"Python {OLDEST[0]}.{OLDEST[1]} or later is needed, {sys.executable} is {sys.version.split()[0]}; "
            "name another one: make PYTHON=python3.12 setup"
        )
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        return (
            f"{sys.executable} cannot create virtual environments (its modules venv and ensurepip are incomplete); "
            "on Debian and Ubuntu: apt-get install python3-venv"
        )
    if shutil.which("git") is None:
        return "git is needed: the checks ask it which files belong to the project"
    return None


def fingerprint(part: str) -> str:
    """Changes with the Python, the place, and the text of the requirement files."""
    files = [name for name in REQUIREMENTS[part] if name.endswith(".txt")]
    text = [sys.version, str(ROOT), part] + [(ROOT / name).read_text(encoding="utf-8") for name in files]
    return hashlib.sha256("\0".join(text).encode()).hexdigest()


def works() -> bool:
    """Whether .venv is of this Python and in its place."""
    python = VENV / "bin/python"
    if not python.exists():
        return False
    code = "import sys, pip; print(sys.version)"
    answer = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=False)
    return answer.returncode == 0 and answer.stdout.strip() == sys.version.strip()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
