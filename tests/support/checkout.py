"""The files of the checkout."""

from __future__ import annotations

import functools
import subprocess

from support.collection_tree import ROOT


@functools.cache
def files() -> list[str]:
    """The project's files: tracked, or new and not ignored. None in an installed collection, which has no .git."""
    if not (ROOT / ".git").exists():
        return []
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return sorted({name for name in listed if name and (ROOT / name).is_file() and not (ROOT / name).is_symlink()})
