"""What this run knows about resources, kept in its cache: what it read, wrote and deleted, shared reads, operations."""

from __future__ import annotations

import typing as t

from .._resources.errors import Denied
from .._resources.resource_id import ResourceId
from .run_cache import RunCache

# Shared reads are at most this old, in seconds.
SHARED_AGE = 60.0
# How long after a delete of ours its parent may still count it, in seconds.
SETTLING = 120.0


def _key(word: str, rid: ResourceId) -> str:
    """A cache key; the bar at its end separates names that begin alike."""
    return f"{word}:{rid.key}|"


class RunState:
    """Names the keys of the run's cache; every method is about one resource id. `identity` says who signs in."""

    def __init__(self, cache: RunCache, identity: t.Callable[[], str]) -> None:
        self._cache = cache
        self._identity = identity
        self.has_written = False  # whether Azure has accepted a write of this task

    def known(self, rid: ResourceId) -> bool:
        """Whether this run has seen or made it, and not deleted it since."""
        return bool(self._cache.get(_key("seen", rid)))

    def saw(self, rid: ResourceId) -> None:
        if not self.known(rid):
            self._cache.put(_key("seen", rid), True)

    def wrote(self, rid: ResourceId, operation: str | None) -> None:
        """A write was accepted; `operation` is the URL of what Azure does now."""
        self._cache.put(_key("seen", rid), True)
        self._cache.put(_key("operation", rid), operation)
        self._forget_reads(rid)

    def deleted(self, rid: ResourceId, operation: str | None) -> None:
        """A delete was accepted."""
        self._cache.put(_key("operation", rid), operation)
        self._cache.forget(_key("seen", rid))
        self._cache.drop(f"seen:{rid.key}/")
        self._cache.put(_key("deleted-beneath", rid.parent), True)
        self._forget_reads(rid)
        for word in ("image_definition", "image_version"):
            self._cache.forget(_key(f"list:{word}", rid))
            self._cache.drop(f"list:{word}:{rid.key}/")
        self._cache.drop(f"read:{rid.key}/")

    def deleted_beneath(self, rid: ResourceId) -> bool:
        """Whether this run deleted something directly beneath it a short while ago."""
        return bool(self._cache.get(_key("deleted-beneath", rid), SETTLING))

    def operation(self, rid: ResourceId) -> str | None:
        """The URL of the last operation on it, as Azure gave it: some 3 kB and signed, so it stays here."""
        found = self._cache.get(_key("operation", rid))
        return str(found) if found else None

    def remember(self, rid: ResourceId, body: t.Any) -> None:
        """Keep the body of a reading or a write for shared reads; None means absent."""
        self._cache.put(_key("read", rid), {"body": body})

    def recall(self, rid: ResourceId) -> t.Any:
        """The body of a shared read that is young enough; None also if it is absent or unknown."""
        return (self._cache.get(_key("read", rid), SHARED_AGE) or {}).get("body")

    def shared(self, word: str, rid: ResourceId, read: t.Callable[[], t.Any]) -> t.Any:
        """What `read` returned or was denied, for every task of the run; a denial only for who signs in alike.

        `word` is "read", or "list:" and a kind.
        """

        def attempt() -> dict[str, t.Any]:
            try:
                return {"body": read()}
            except Denied as exc:
                denied = {"message": exc.message, "code": exc.code, "azure": exc.details.get("azure_error") or {}}
                return {"denied": denied, "identity": self._identity()}

        def usable(found: dict[str, t.Any]) -> bool:
            return "denied" not in found or found["identity"] == self._identity()

        found = self._cache.once(_key(word, rid), SHARED_AGE, attempt, usable)
        denied = found.get("denied")
        if denied:
            raise Denied(denied["message"], code=denied["code"], more=denied["azure"])
        return found["body"]

    def _forget_reads(self, rid: ResourceId) -> None:
        """Drop the shared reads that show this resource."""
        self._cache.forget(_key("read", rid))
        if rid.kind == "scale_set":
            self._cache.forget(_key("list:scale_set_instance", rid))
        above = rid.parent
        while True:
            self._cache.forget(_key(f"list:{rid.kind}", above))
            if above.kind == "subscription":
                return
            above = above.parent
