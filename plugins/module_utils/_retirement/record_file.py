"""The folder of records: files of mode 0600 that are on disk before their name appears."""

from __future__ import annotations

import os

from .._resources.errors import GalleryError, InvalidRequest
from .._resources.resource_id import ResourceId, same_id
from .._run import files
from .record import DELETED, Record, file_name, parse_record, succeeding, text_of

JOB = "job"  # instead of a folder: the events of the job are the record
LARGEST = 16_000_000
# What AWX mounts for one job and removes with it, and what a container has in memory.
_FLEETING = (os.sep, "/runner", "/dev", "/dev/shm", "/run", "/tmp", "/var/tmp")


def folder_of(records: str | None) -> str | None:
    """The folder that an option or a variable names; None where it is unset, or says that the job's events are the record.

    InvalidRequest if no record could be written to the folder. It is not created by this.
    """
    text = (records or "").strip()
    if not text or is_job(text):
        return None
    if why := files.unwritable(text):
        raise InvalidRequest(f"records: no record can be written to {text}: {why}. Nothing was deleted.")
    return os.path.abspath(os.path.expanduser(text))


def is_job(records: str | None) -> bool:
    """Whether the events of the job are the record, instead of a folder."""
    return (records or "").strip().lower() == JOB


def is_lasting(folder: str) -> bool:
    """Whether the folder is on a mount of its own, so that it outlives the container of a job of AWX."""
    place = os.path.realpath(os.path.expanduser(folder))
    while not os.path.ismount(place):
        place = os.path.dirname(place)
    return place not in _FLEETING


def read(folder: str | None, image: ResourceId) -> Record | None:
    """The record of an image; None without one. InvalidRequest for any other file of its name."""
    path = os.path.join(folder, file_name(image)) if folder else ""
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


def write(folder: str | None, image: ResourceId, record: Record) -> None:
    """Write the record, if there is a folder; when this returns, it is on disk. GalleryError if that fails.

    The record of an earlier image of the same ID is kept within it.
    """
    if folder is None:
        return
    before = read(folder, image)
    if before is not None:
        record = succeeding(record, before)
    path = os.path.join(folder, file_name(image))
    try:
        if not os.path.isdir(folder):
            os.makedirs(folder, mode=0o700, exist_ok=True)
            files.sync_folder(os.path.dirname(folder))
        files.replace(path, text_of(record).encode(), 0o600)
    except OSError as error:
        done = "The image was deleted" if record["state"] == DELETED else "Nothing was deleted"
        raise GalleryError(f"records: {path} could not be written: {error.strerror}. {done}.") from None
