"""Prepare a home folder for ansible-test: `python ansible_test_home.py FOLDER`, with the Python that has ansible-core.

ansible-test creates virtual environments, and downloads pip's bootstrap script from a host of its own. That script is
replaced by one that uses the pip of ensurepip, so that a package index is enough.
"""

from __future__ import annotations

import ast
import configparser
import re
import subprocess
import sys
from pathlib import Path

BOOTSTRAP = '''\
"""Replaces get-pip.py: pip from ensurepip, then what was asked for, by that pip."""
import subprocess
import sys

wanted = [part for part in sys.argv[1:] if part not in ("--no-setuptools", "--no-wheel")]
subprocess.run([sys.executable, "-m", "ensurepip"], check=True, stdout=subprocess.DEVNULL)
subprocess.run([sys.executable, "-m", "pip", "install", *wanted], check=True)
'''
NOT_SETTINGS = ("no-input", "quiet", "require-virtualenv", "target", "prefix", "user", "verbose")


def pip_versions() -> list[str]:
    """The versions of pip that this ansible-test asks for; they differ by Python."""
    import ansible_test

    text = (Path(ansible_test.__path__[0]) / "_internal/python_requirements.py").read_text(encoding="utf-8")
    found = re.findall(r"\bpip\s*=\s*['\"](\d[\d.]*)['\"]", text)
    if not found:
        raise SystemExit("cannot find out which pip this ansible-test asks for")
    return found


def pip_settings() -> dict[str, str]:
    """The caller's settings of pip, from files and variables."""
    settings = {"quiet": "2"}  # errors only
    command = (sys.executable, "-m", "pip", "--disable-pip-version-check", "config", "list")
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for name, value in re.findall(r"^(?:global|install|:env:)\.([\w-]+)=(.*)$", listed, re.MULTILINE):
        if name not in NOT_SETTINGS:
            settings[name] = ast.literal_eval(value).replace("\n", "\n    ")
    return settings


def main(home: Path) -> None:
    """Write the bootstrap script where ansible-test caches it, and pip's settings, which it does not pass on."""
    cache = home / ".ansible/test/cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in pip_versions():
        (cache / f"get_pip_{version.replace('.', '_')}.py").write_text(BOOTSTRAP, encoding="utf-8")
    settings = configparser.RawConfigParser()
    settings["global"] = pip_settings()
    place = home / ".config/pip/pip.conf"
    place.parent.mkdir(parents=True, exist_ok=True)
    with open(place, "w", encoding="utf-8") as file:
        settings.write(file)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
