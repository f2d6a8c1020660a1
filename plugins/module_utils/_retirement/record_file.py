"""The folder of records: files of mode 0600 that are on disk before their name appears."""

from __future__ import annotations

import contextlib
import os
import tempfile

from .._resources.errors import GalleryError, InvalidRequest
from .._resources.resource_id import ResourceId, same_id
from .record import DELETED, Record, file_name, parse_record, succeeding, text_of

JOB = "job"  # instead of a folder: the events of the job are the record
LARGEST = 16_000_000
# What AWX mounts for one job and removes with it, and what a container has in memory.
_FLEETING = (os.sep, "/runner", "/dev", "/dev/shm", "/run", "/tmp", "/var/tmp")


def path_of(folder: str, image: ResourceId) -> str:
    """The path of an image's record."""
    return os.path.join(os.path.abspath(os.path.expanduser(folder)), file_name(image))


def refuse_unwritable(folder: str) -> None:
    """InvalidRequest if no record could be written to the folder. It is not created by this."""
    place = os.path.abspath(os.path.expanduser(folder))
    while not os.path.lexists(place):
        place = os.path.dirname(place)
    if not os.path.isdir(place) or not os.access(place, os.W_OK | os.X_OK):
        why = "is not writable" if os.path.isdir(place) else "is not a folder"
        raise InvalidRequest(f"records: no record can be written to {folder}: {place} {why}. Nothing was deleted.")


def folder_of(records: str | None) -> str | None:
    """The folder that an option or a variable names; None where it is unset, or says that the job's events are the record."""
    text = (records or "").strip()
    return text if text and not is_job(text) else None


def is_job(records: str | None) -> bool:
    """Whether the events of the job are the record, instead of a folder."""
    return (records or "").strip().lower() == JOB


def is_lasting(folder: str) -> bool:
    """Whether the folder is on a mount of its own, so that it outlives the container of a job of AWX."""
    place = os.path.realpath(os.path.expanduser(folder))
    while not os.path.ismount(place):
        place = os.path.dirname(place)
    return place not in _FLEETING


def read(folder: str, image: ResourceId) -> Record | None:
    """The record of an image; None without one. InvalidRequest for any other file of its name."""
    path = path_of(folder, image)
    if not os.path.lexists(path):
        return None
    try:
        found = read_path(path)
        if not same_id(found["image_id"], str(image)):
            raise InvalidRequest(f"records: {path} is the record of {found['image_id']}, not of {image}.")
    except InvalidRequest as error:
        raise InvalidRequest(f"{error.message} Move the file out of the folder, and run this again.") from None
    return found


def read_path(path: str) -> Record:
    """The record in a file; InvalidRequest if it has no record."""
    try:
        with open(os.path.expanduser(path), encoding="utf-8") as file:
            text = file.read(LARGEST)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is not text"
        raise InvalidRequest(f"record: {path} cannot be read: {why}.") from None
    return parse_record(text, path)


def write(folder: str, image: ResourceId, record: Record) -> str:
    """Write the record and return its path; when this returns, it is on disk. GalleryError if that fails.

    The record of an earlier image of the same ID is kept within it.
    """
    path = path_of(folder, image)
    before = read(folder, image)
    if before is not None:
        record = succeeding(record, before)
    try:
        _create_folder(os.path.dirname(path))
        _replace(path, text_of(record).encode())
    except OSError as error:
        done = "The image was deleted" if record["state"] == DELETED else "Nothing was deleted"
        raise GalleryError(f"records: {path} could not be written: {error.strerror}. {done}.") from None
    return path


def _create_folder(folder: str) -> None:
    if os.path.isdir(folder):
        return
    os.makedirs(folder, mode=0o700, exist_ok=True)
    _sync_folder(os.path.dirname(folder))


def _replace(path: str, content: bytes) -> None:
    folder = os.path.dirname(path)
    handle, aside = tempfile.mkstemp(dir=folder, prefix=".record.")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
        _sync_folder(folder)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(aside)
        raise


def _sync_folder(folder: str) -> None:
    """Without this the file's name may be lost although its content is on disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
