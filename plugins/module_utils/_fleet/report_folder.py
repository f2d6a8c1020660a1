"""The folder of the report. A file is replaced as a whole, and only if its content differs."""

from __future__ import annotations

import contextlib
import os
import tempfile
import typing as t

from .._resources.errors import InvalidRequest


def refuse_unwritable(folder: str, where: str) -> None:
    """InvalidRequest if the report could not be written to `folder`. `where` names the option or variable."""
    place = os.path.abspath(os.path.expanduser(os.path.expandvars(folder)))
    while not os.path.lexists(place):
        place = os.path.dirname(place)
    if not os.path.isdir(place):
        why = f"{place} is not a folder"
    elif not os.access(place, os.W_OK | os.X_OK):
        why = f"{place} is not writable"
    else:
        return
    raise InvalidRequest(
        f"{where}: the report cannot be written to {folder}: {why}. Set {where} to another folder. Nothing was written."
    )


def write(folder: str, texts: t.Mapping[str, str]) -> tuple[bool, list[str]]:
    """Whether any file changed, and the paths of all. OSError, or ValueError for an impossible name."""
    os.makedirs(folder, exist_ok=True)
    paths = {os.path.join(folder, file): text.encode() for file, text in texts.items()}
    changed = [_replace(path, content) for path, content in paths.items()]
    return any(changed), list(paths)


def _replace(path: str, content: bytes) -> bool:
    with contextlib.suppress(FileNotFoundError), open(path, "rb") as file:
        if file.read() == content:
            return False
    handle, aside = tempfile.mkstemp(dir=os.path.dirname(path) or ".", prefix=".fleet_report.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(aside, 0o666 & ~mask)  # as any new file; a temporary one is readable by its owner only
        os.replace(aside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(aside)
        raise
    return True
