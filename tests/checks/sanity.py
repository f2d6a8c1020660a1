# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ansible-test sanity on a copy of the collection, with no ignore file, without containers and without the user's home.

ansible-test makes virtual environments for its tests and fetches pip's bootstrap script from a host of its own. That
script is replaced by one that takes the pip which every Python brings (ensurepip): a package index is all it needs.
"""

from __future__ import annotations

import ast
import configparser
import hashlib
import os
import re
import shutil
import sys
from pathlib import Path

from common import BUILD, ROOT, VENV_BIN, capture, copy_tree, environment, output

HOME = BUILD / "sanity-home"
# It says that all is well when it finds no files to test.
FEWEST = 15

BOOTSTRAP = '''\
"""Stands in for get-pip.py: pip from ensurepip, then what was asked for by that pip."""
import subprocess
import sys

wanted = [part for part in sys.argv[1:] if part not in ("--no-setuptools", "--no-wheel")]
subprocess.run([sys.executable, "-m", "ensurepip"], check=True, stdout=subprocess.DEVNULL)
subprocess.run([sys.executable, "-m", "pip", "install", *wanted], check=True)
'''


def main(arguments: list[str]) -> int:
    ignored = [path.name for path in (ROOT / "tests/sanity").glob("ignore-*.txt")]
    if ignored:
        print(f"tests/sanity: no exceptions are made: {', '.join(ignored)}")
        return 1
    prepare_home()
    tree = copy_tree(BUILD / "sanity")
    env = environment(HOME=str(HOME))
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    command = ["ansible-test", "sanity", "--requirements", "--color", "no", "--python", version, *arguments]
    code, said = capture(*command, cwd=tree, env=env)
    ran = len(set(re.findall(r"^Running sanity test \"([^\"]+)\"", said, re.MULTILINE)))
    if code or (ran < FEWEST and not arguments):
        # How the environments were made matters only to those who look for it.
        noise = ("Create", "Installing requirements", "Using cached", "WARNING: Location", "WARNING: Using locale")
        print("\n".join(line for line in said.splitlines() if not line.startswith(noise)))
    print(f"{ran} sanity tests ran")
    return code or int(ran < FEWEST and not arguments)


def prepare_home() -> None:
    """A home of its own, in which the environments that ansible-test makes are kept between runs."""
    # They hold the path of the Python that made them, so they are not reused by another one.
    stamp = hashlib.sha256(f"{sys.version}{sys.base_prefix}{os.path.realpath(VENV_BIN)}".encode()).hexdigest()
    if not (HOME / stamp).exists():
        shutil.rmtree(HOME, ignore_errors=True)
    cache = HOME / ".ansible/test/cache"
    cache.mkdir(parents=True, exist_ok=True)
    (HOME / stamp).touch()
    for version in pip_versions():
        (cache / f"get_pip_{version.replace('.', '_')}.py").write_text(BOOTSTRAP, encoding="utf-8")
    # ansible-test hands few variables on, and this home has no settings: pip's are written down for it.
    settings = configparser.RawConfigParser()
    settings["global"] = pip_settings()
    place = HOME / ".config/pip/pip.conf"
    place.parent.mkdir(parents=True, exist_ok=True)
    with open(place, "w", encoding="utf-8") as file:
        settings.write(file)


def pip_versions() -> list[str]:
    """The pip that this ansible-test asks for (another one for some Pythons, in some versions)."""
    import ansible_test

    text = (Path(ansible_test.__path__[0]) / "_internal/python_requirements.py").read_text(encoding="utf-8")
    found = re.findall(r"\bpip\s*=\s*['\"](\d[\d.]*)['\"]", text)
    if not found:
        raise SystemExit("sanity: cannot tell which pip this ansible-test asks for")
    return found


def pip_settings() -> dict[str, str]:
    """pip's settings as they are for the caller, from files and variables alike."""
    settings = {"quiet": "2"}  # errors only
    command = (VENV_BIN / "python", "-m", "pip", "--disable-pip-version-check", "config", "list")
    for line in output(*command, env=dict(os.environ)).splitlines():
        match = re.fullmatch(r"(?:global|install|:env:)\.([\w-]+)='?(.*?)'?", line)
        if match and match[1] not in ("no-input", "quiet", "require-virtualenv", "target", "prefix", "user", "verbose"):
            text = line.split("=", 1)[1]
            settings[match[1]] = ast.literal_eval(text).replace("\n", "\n    ")
    return settings


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
