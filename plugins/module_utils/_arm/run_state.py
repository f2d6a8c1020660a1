# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What this run knows about resources, kept in its memory: what it saw and made, what it deleted, shared reads, operations."""

from __future__ import annotations

import typing as t

from .._resources.resource_id import ResourceId
from .run_cache import RunCache

# Shared reads are at most this old, in seconds.
SHARED_AGE = 60.0
# How long after a delete of ours its parent may still count it, in seconds.
SETTLING = 120.0


def _key(word: str, rid: ResourceId) -> str:
    """A memory key; the bar at its end keeps names apart that begin alike."""
    return f"{word}:{rid.key}|"


class RunState:
    """Names the memory's keys; every method is about one resource id."""

    def __init__(self, memory: RunCache) -> None:
        self._memory = memory

    def known(self, rid: ResourceId) -> bool:
        """Whether this run has seen or made it, and not deleted it since."""
        return bool(self._memory.get(_key("seen", rid)))

    def saw(self, rid: ResourceId) -> None:
        if not self.known(rid):
            self._memory.put(_key("seen", rid), True)

    def wrote(self, rid: ResourceId, operation: str | None) -> None:
        """A write was accepted; `operation` is the URL of what Azure does now."""
        self._memory.put(_key("seen", rid), True)
        self._operation(rid, operation)
        self._forget_reads(rid)

    def deleted(self, rid: ResourceId, operation: str | None) -> None:
        """A delete was accepted."""
        self._operation(rid, operation)
        self._memory.forget(_key("seen", rid))
        self._memory.drop(f"seen:{rid.key}/")
        self._memory.put(_key("deleted-beneath", rid.parent), True)
        self._forget_reads(rid)
        for word in ("image_definition", "image_version"):
            self._memory.forget(_key(f"list:{word}", rid))
            self._memory.drop(f"list:{word}:{rid.key}/")
        self._memory.drop(f"read:{rid.key}/")

    def deleted_beneath(self, rid: ResourceId) -> bool:
        """Whether this run deleted something directly beneath it a short while ago."""
        return bool(self._memory.get(_key("deleted-beneath", rid), SETTLING))

    def operation(self, rid: ResourceId) -> str | None:
        """The URL of the last operation on it, as Azure gave it: some 3 kB and signed, so it stays here."""
        found = self._memory.get(_key("operation", rid))
        return str(found) if found else None

    def shared_list(self, parent: ResourceId, kind: str, make: t.Callable[[], t.Any]) -> t.Any:
        return self._memory.once(_key(f"list:{kind}", parent), SHARED_AGE, make)

    def shared_read(self, rid: ResourceId, make: t.Callable[[], t.Any]) -> t.Any:
        found = self._memory.once(_key("read", rid), SHARED_AGE, lambda: {"body": make()})
        return found["body"]

    def _operation(self, rid: ResourceId, url: str | None) -> None:
        if url:
            self._memory.put(_key("operation", rid), url)
        else:
            self._memory.forget(_key("operation", rid))

    def _forget_reads(self, rid: ResourceId) -> None:
        """Drop the shared reads that show this resource."""
        self._memory.forget(_key("read", rid))
        above = rid.parent
        while True:
            self._memory.forget(_key(f"list:{rid.kind}", above))
            if above.kind == "subscription":
                return
            above = above.parent
