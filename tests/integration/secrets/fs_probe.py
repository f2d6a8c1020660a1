"""Watches what others could read of a run while it goes on: its files, and its processes as /proc shows them."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Self

from canaries import Hunt

MARK = "SECRETS_TEST_RUN"
PROC = Path("/proc")
OTHERS = stat.S_IRWXG | stat.S_IRWXO
MANY = 20_000_000


class Sight(NamedTuple):
    """Where a canary was seen: `kind` is file, command line, environment or descriptor; `open`: others may read the file."""

    kind: str
    where: str
    canary: str
    form: str
    open: bool = False


class FsProbe:
    """Watches folders and all processes that carry a mark in their environment. `look` when something is going on.

    `folders` are the run's own: its place, and where it has its temporary files.
    """

    def __init__(self, folders: Sequence[Path], mark: str, hunt: Hunt) -> None:
        self.folders = folders
        self.mark = f"{MARK}={mark}".encode()
        self.hunt = hunt
        self.sights: set[Sight] = set()
        self.outside: set[str] = set()
        self.files: set[str] = set()
        self.looks = 0
        self._older: set[str] = set()
        self._seen: dict[str, tuple[int, int, int]] = {}
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep_looking, daemon=True)

    def __enter__(self) -> Self:
        self._older = set(_numbers())
        self._thread.start()
        return self

    def __exit__(self, *_unused: object) -> None:
        self._over.set()
        self._thread.join()

    def _keep_looking(self) -> None:
        while not self._over.wait(0.5):
            self.look()

    def look(self) -> None:
        """Once around."""
        with self._lock:
            self.looks += 1
            self._look_at_folders()
            for process in self._processes():
                with contextlib.suppress(OSError):  # it has ended meanwhile
                    self._look_at_process(process)

    def left(self) -> set[Sight]:
        """What the files hold now, whether it was seen before or not."""
        with self._lock:
            before, self.sights, self._seen = self.sights, set(), {}
            self._look_at_folders()
            found, self.sights = self.sights, before | self.sights
            return found

    # Files

    def _look_at_folders(self) -> None:
        for folder in self.folders:
            self._look_at_files(folder, folder)

    def _look_at_files(self, folder: Path, top: Path, hidden: bool = False) -> None:
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):  # gone meanwhile
                    self._look_at_entry(entry, top, hidden)

    def _look_at_entry(self, entry: os.DirEntry[str], top: Path, hidden: bool) -> None:
        status = entry.stat(follow_symlinks=False)
        hidden = hidden or not status.st_mode & OTHERS
        if stat.S_ISDIR(status.st_mode):
            self._look_at_files(Path(entry.path), top, hidden)
        elif stat.S_ISREG(status.st_mode):
            now = (status.st_ino, status.st_size, status.st_mtime_ns)
            if self._seen.get(entry.path) != now:
                place = str(Path(entry.path).relative_to(top))
                self.note("file", place, Path(entry.path).read_bytes(), opened=not hidden)
                self._seen[entry.path] = now
                self.files.add(place)

    def note(self, kind: str, where: str, data: bytes, opened: bool = False) -> None:
        for name, form in self.hunt.find(data).items():
            self.sights.add(Sight(kind, where, name, form, opened))

    # Processes

    def _processes(self) -> Iterator[Path]:
        """Those of the run. None of them is older than it."""
        for number in _numbers():
            with contextlib.suppress(OSError):
                if number not in self._older and self.mark in (PROC / number / "environ").read_bytes().split(b"\0"):
                    yield PROC / number

    def _look_at_process(self, process: Path) -> None:
        self.note("command line", process.name, (process / "cmdline").read_bytes())
        for variable in (process / "environ").read_bytes().split(b"\0"):
            name, _equals, value = variable.partition(b"=")
            self.note("environment", name.decode(), value)
        for number in os.listdir(process / "fd"):
            with contextlib.suppress(OSError):
                self._look_at_descriptor(process, number)

    def _look_at_descriptor(self, process: Path, number: str) -> None:
        """What has no name any more, or never had one, can be read here by the same user only; what is written has a place."""
        target = os.readlink(process / "fd" / number)
        if target.startswith("/memfd:") or target.endswith(" (deleted)"):
            with open(process / "fd" / number, "rb") as file:
                self.note("descriptor", re.sub(r"\W*\(deleted\)", "", target), file.read(MANY))
        elif target.startswith("/") and not target.startswith(("/dev/", *(f"{folder}/" for folder in self.folders))):
            flags = re.search(r"^flags:\s*0*(\d+)$", (process / "fdinfo" / number).read_text(), re.MULTILINE)
            # Read again, since a number that was closed meanwhile may stand for another file by now.
            if (
                flags
                and int(flags[1], 8) & os.O_ACCMODE != os.O_RDONLY
                and os.readlink(process / "fd" / number) == target
            ):
                self.outside.add(target)


def _numbers() -> list[str]:
    """Of all processes; none where there is no /proc."""
    return [name for name in os.listdir(PROC) if name.isdigit()] if PROC.is_dir() else []
