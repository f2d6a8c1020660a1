"""The collection awx.awx, which this one does not depend on: fetched once, out of the package `ansible`, into .build."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from support.collection_tree import BUILD

# The newest that holds awx.awx 24.6.1.
VERSION = "12.3.0"
SHA256 = "cd156f82fa87f7a899212b0efa9f7ca3a24d609212de9f78428a572eb01e5414"
INSIDE = "ansible_collections/awx/awx/"


def awx_collections_path() -> Path:
    """The folder that holds ansible_collections/awx/awx."""
    place = BUILD / f"awx_collection_{VERSION}"
    if not place.is_dir():
        BUILD.mkdir(exist_ok=True)
        # Several test processes may want it at once.
        with open(BUILD / "awx_collection.lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not place.is_dir():
                _fetch(place)
    return place


def _fetch(place: Path) -> None:
    with tempfile.TemporaryDirectory(dir=BUILD) as name:
        folder = Path(name)
        command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"]
        command += ["--only-binary", ":all:", "--dest", name, f"ansible=={VERSION}"]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        wheels = list(folder.glob("*.whl"))
        if result.returncode or not wheels:
            raise RuntimeError(
                f"The tests of awx_setup need the collection awx.awx, which is in the package ansible {VERSION} (52 MB), and pip "
                f"could not download it:\n$ {' '.join(command)}\n{result.stdout}{result.stderr}"
            )
        if hashlib.sha256(wheels[0].read_bytes()).hexdigest() != SHA256:
            raise RuntimeError(f"{wheels[0].name} is not the file that the tests were written with (SHA-256 {SHA256}).")
        with zipfile.ZipFile(wheels[0]) as archive:
            archive.extractall(folder / "tree", [name for name in archive.namelist() if name.startswith(INSIDE)])
        shutil.move(folder / "tree", place)
