"""What the tasks of one run share: tokens, lists, operation URLs, the ids this run has seen.

The cache is a file without a name (kernel memory if memfd_create exists). Ansible's main process opens it, its forked workers
inherit it, and it disappears with the last of them, however they end. Records are appended under a lock and read with pread, so
processes never share a file position. A value that is created once has a lock of its own, which the kernel releases if its
holder dies.

Values are JSON. Times are time.monotonic() in seconds, which all processes of a machine share.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import struct
import tempfile
import time
import typing as t

_END = struct.Struct("<Q")  # at 0: where the written part ends, so that a record cut short is never read
_RECORD = struct.Struct("<BdII")  # kind, time, length of the key, length of the value
_PUT, _DROP = 1, 2
_APPEND_LOCK = 1 << 40  # locked bytes lie far behind the data; nothing is ever written there
_KEY_LOCKS = 1 << 41


def _anonymous_file() -> int:
    """A new file descriptor of a file that has no name and is closed on exec."""
    if hasattr(os, "memfd_create"):
        with contextlib.suppress(OSError):
            return os.memfd_create("azure_gallery", os.MFD_CLOEXEC)
    with tempfile.TemporaryFile() as unnamed:
        fd = os.dup(unnamed.fileno())
    os.set_inheritable(fd, False)
    return fd


def hashed(*parts: t.Any) -> str:
    """A key part that stands for values which must not be readable."""
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()


class RunCache:
    """Shared by this process and all that it forks from now on."""

    def __init__(self, now: t.Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._fd = _anonymous_file()
        self._read_to = _END.size
        self._index: dict[str, tuple[float, int, int]] = {}
        os.pwrite(self._fd, _END.pack(_END.size), 0)

    def get(self, key: str, max_age: float | None = None) -> t.Any:
        """The value last put under `key`, or None; None also if it is older than `max_age` seconds."""
        self.catch_up()
        found = self._index.get(key)
        if found is None or (max_age is not None and self._now() - found[0] > max_age):
            return None
        return json.loads(os.pread(self._fd, found[2], found[1]))

    def put(self, key: str, value: t.Any) -> None:
        """Keep a JSON value for every process of the run."""
        self._append(_PUT, key, json.dumps(value).encode())

    def forget(self, key: str) -> None:
        """Forget one key."""
        self.put(key, None)

    def drop(self, prefix: str) -> None:
        """Forget every key that begins with `prefix`; it costs a look at every key, in every process."""
        self._append(_DROP, prefix, b"")

    def once(
        self,
        key: str,
        max_age: float,
        make: t.Callable[[], t.Any],
        usable: t.Callable[[t.Any], bool] = lambda _value: True,
    ) -> t.Any:
        """The value under `key` if it is young enough and `usable`; else one process makes it while the others wait for it.

        An exception of `make` is raised to its caller; the next waiting process then tries itself.
        """
        value = self.get(key, max_age)
        if value is not None and usable(value):
            return value
        with self.lock(key):
            value = self.get(key, max_age)
            if value is not None and usable(value):
                return value
            value = make()
            self.put(key, value)
            return value

    def lock(self, key: str) -> contextlib.AbstractContextManager[None]:
        """Held by one process of the run at a time."""
        return self._locked(_KEY_LOCKS + int(hashed(key)[:10], 16))

    @contextlib.contextmanager
    def _locked(self, byte: int) -> t.Iterator[None]:
        """Hold the lock on one byte; without it where the kernel sees a deadlock, which costs a doubled request at most."""
        try:
            fcntl.lockf(self._fd, fcntl.LOCK_EX, 1, byte)
        except OSError:
            yield
            return
        try:
            yield
        finally:
            fcntl.lockf(self._fd, fcntl.LOCK_UN, 1, byte)

    def _end(self) -> int:
        return int(_END.unpack(os.pread(self._fd, _END.size, 0))[0])

    def _append(self, kind: int, key: str, value: bytes) -> None:
        name = key.encode()
        record = _RECORD.pack(kind, self._now(), len(name), len(value)) + name + value
        with self._locked(_APPEND_LOCK):
            end = self._end()
            written = 0
            while written < len(record):
                written += os.pwrite(self._fd, record[written:], end + written)
            os.pwrite(self._fd, _END.pack(end + len(record)), 0)

    def catch_up(self) -> None:
        """Read the records that any process has appended since this one last looked.

        The process that forks workers does it before each fork, so that none of them reads from the beginning.
        """
        end = self._end()
        base = self._read_to
        if end == base:
            return
        data = os.pread(self._fd, end - base, base)
        at = 0
        while at < len(data):
            kind, when, key_length, value_length = _RECORD.unpack_from(data, at)
            at += _RECORD.size
            key = data[at : at + key_length].decode()
            at += key_length
            if kind == _PUT:
                self._index[key] = (when, base + at, value_length)
            else:
                for old in [known for known in self._index if known.startswith(key)]:
                    del self._index[old]
            at += value_length
        self._read_to = end

    def __del__(self) -> None:
        with contextlib.suppress(OSError, AttributeError):
            os.close(self._fd)
