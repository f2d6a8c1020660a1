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
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OLDEST = (3, 11)
VENV = ROOT / ".venv"
STAMP = VENV / "setup.stamp"
# The demo needs only a few packages, so it does not wait for the rest.
REQUIREMENTS = {
    "demo": ["-r", "requirements.txt", "ansible-core"],
    "all": ["-r", "requirements.txt", "-r", "test-requirements.txt"],
}


def main(part: str = "all") -> int:
    if problem := missing():
        print(f"setup: {problem}", file=sys.stderr)
        return 1
    have = STAMP.read_text(encoding="utf-8") if STAMP.is_file() else ""
    if have in (fingerprint(part), fingerprint("all")):
        return 0
    print("== setup: creating .venv and installing the requirements with pip", flush=True)
    # A user's site or PYTHONPATH would hide a requirement that is missing from the files.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    command = [str(VENV / "bin/python"), "-m", "pip", "--disable-pip-version-check", "install", "-qq", "--upgrade"]
    if code := subprocess.run(command + REQUIREMENTS[part], cwd=ROOT, env=environment, check=False).returncode:
        print("setup: pip could not install the requirements (above)", file=sys.stderr)
        return code
    STAMP.write_text(fingerprint(part), encoding="utf-8")
    return 0


def missing() -> str | None:
    """What this machine lacks, and how to install it."""
    if sys.version_info < OLDEST:
        return f"Python 3.11 or later is needed, not {sys.version.split()[0]}; select one: make PYTHON=python3.12 setup"
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        return (
            f"{sys.executable} cannot create virtual environments; on Debian and Ubuntu: apt-get install python3-venv"
        )
    if shutil.which("git") is None:
        return "git is needed: the checks ask it which files belong to the project"
    return None


def fingerprint(part: str) -> str:
    """Changes with the Python, the place, and the text of the requirement files."""
    files = [name for name in REQUIREMENTS[part] if name.endswith(".txt")]
    text = [sys.version, str(ROOT), part, *((ROOT / name).read_text(encoding="utf-8") for name in files)]
    return hashlib.sha256("\0".join(text).encode()).hexdigest()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
