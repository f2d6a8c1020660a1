"""Virtual environments beside .venv, each kept until what it is made from changes."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

# An environment's own Python is a link. A chroot's points to nothing, or to another Python, outside of it.
START = "import os, sys; os.execv(sys.argv[1], sys.argv[1:])"
VERSION = "import sys; print(sys.version)"


class Environment:
    """What pip installs for some requirements, in a folder.

    python: any program that behaves as a Python, so also a script that enters a chroot or a container first.
    """

    def __init__(self, place: Path, requirements: list[str], python: str = sys.executable) -> None:
        self.place = place
        self.requirements = requirements
        self.python = python
        self.bin = place / "bin"

    def make(self) -> None:
        """Make it, unless it is there and up to date."""
        fingerprint = self.fingerprint()
        stamp = self.place / "made.stamp"
        if stamp.is_file() and stamp.read_text(encoding="utf-8") == fingerprint:
            return
        started = time.monotonic()
        print(f"== {self.place.name}: installing {', '.join(self.requirements)}", flush=True)
        shutil.rmtree(self.place, ignore_errors=True)
        self.place.parent.mkdir(parents=True, exist_ok=True)
        self._run(self.python, "-m", "venv", str(self.place))
        self.install()
        stamp.write_text(fingerprint, encoding="utf-8")
        print(f"-- {self.place.name}: ok, {time.monotonic() - started:.0f} s", flush=True)

    def fingerprint(self) -> str:
        """Changes with the Python, the place and the requirements."""
        text = "\0".join([self._said(self.python, "-c", VERSION), str(self.place), *self.requirements])
        return hashlib.sha256(text.encode()).hexdigest()

    def install(self) -> None:
        """What is in it."""
        self.pip("install", *self.requirements)

    def pip(self, command: str, *arguments: str) -> None:
        self._run(*self.command("-m", "pip", "--disable-pip-version-check", command, "-qq", *arguments))

    def command(self, *arguments: str) -> list[str]:
        """What runs its Python."""
        return [self.python, "-c", START, str(self.bin / "python"), *arguments]

    def python_version(self) -> str:
        """The version of its Python."""
        return self._said(*self.command("-c", VERSION)).split()[0]

    def version(self, package: str) -> str:
        """The version of an installed package."""
        code = f"import importlib.metadata as m; print(m.version({package!r}))"
        return self._said(*self.command("-c", code)).strip()

    @staticmethod
    def _said(*command: str) -> str:
        return subprocess.run(command, env=clean(), capture_output=True, text=True, check=True).stdout

    @staticmethod
    def _run(*command: str) -> None:
        result = subprocess.run(command, env=clean(), stdin=subprocess.DEVNULL, check=False)
        if result.returncode:
            raise SystemExit(f"failed ({result.returncode}): {' '.join(command)}")


def clean() -> dict[str, str]:
    """No PYTHONPATH and the like: what is missing must be seen to be missing."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
