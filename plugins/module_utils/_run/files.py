"""Files of the controller that are replaced as a whole."""

from __future__ import annotations

import contextlib
import os
import secrets


def unwritable(folder: str) -> str | None:
    """Why no file can be written to a folder, which need not exist; None if one can."""
    place = os.path.abspath(os.path.expanduser(folder))
    while not os.path.lexists(place):
        place = os.path.dirname(place)
    if not os.path.isdir(place):
        return f"{place} is not a folder"
    return None if os.access(place, os.W_OK | os.X_OK) else f"{place} is not writable"


def replace(path: str, content: bytes, mode: int = 0o666) -> None:
    """Write a file; when this returns, it is on disk. OSError, or ValueError for an impossible path."""
    folder, name = os.path.split(path)
    aside = os.path.join(folder, f".{name[:100]}.{secrets.token_hex(8)}")
    try:
        with open(aside, "xb", opener=lambda path, flags: os.open(path, flags, mode)) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
        sync_folder(folder)
    except BaseException:
        with contextlib.suppress(OSError, ValueError):
            os.unlink(aside)
        raise


def sync_folder(folder: str) -> None:
    """Without this the name of a file may be lost although its content is on disk."""
    handle = os.open(folder or ".", os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
