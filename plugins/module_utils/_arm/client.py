"""The Resource Manager client: reads and writes resources by id.

Bodies are JSON as Azure sent it. Only errors of _resources/errors.py are raised. A read is repeated when Azure fails to answer; a
write only after the resource was read again and found unchanged. A 404 means absent only for a resource that this run has neither
read nor written, because Azure's readers see a new resource at different times.
"""

from __future__ import annotations

import itertools
import typing as t

from .._resources.errors import NotFound, NotReady
from .._resources.provisioning_state import provisioning_state
from .._resources.resource_id import ResourceId, in_spelling_of
from . import equivalence as bodies
from .api_versions import SOFT_DELETE
from .blobs import read_blob
from .errors import from_operation
from .requests_by_id import Body, Requests
from .run_state import RunState
from .task import Task
from .write import Accepted, Landed, Write

# Seconds: between readings after a 404 of a known resource, after our own delete while it exists, and when it is absent.
_KNOWN_PAUSES = (1.0, 2.0, 4.0, 8.0)
_DELETE_PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0)
_GONE_PAUSES = (5.0, 5.0, 5.0)
# A resource that is still visible so many seconds after its deletion ended was created again by another client.
_STALE = 60.0
DELETE_TIMEOUT = 1800.0
Bodies = list[Body]


class ArmClient(Requests):
    """See the module."""

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self.run_state = RunState(task.cache, lambda: self.identity)
        self._last_read: dict[str, Body | None] = {}

    @property
    def subscription_id(self) -> str:
        """The default subscription: option, environment, or the credentials' own."""
        return self.connection.subscription_id

    @property
    def identity(self) -> str:
        """A short text that is the same for all tasks with the same credentials; it contains no secret."""
        return self.connection.identity

    def get(self, rid: ResourceId, expand: str | None = None, deadline: float | None = None) -> Body | None:
        """The resource's body, or None if it is absent. `expand` is ReplicationStatus, for versions.

        `deadline` is a time of clock.monotonic() after which nothing is repeated; None gives ten minutes.
        """
        clock = self.task.clock
        for pause in (*_KNOWN_PAUSES, None):
            body = self.read(rid, expand, deadline)
            if body is not None or pause is None or not self.run_state.known(rid):
                break
            if deadline is not None and clock.monotonic() + pause > deadline:
                break
            clock.sleep(pause)
        if body is not None:
            self.run_state.saw(rid)
        self._last_read[rid.key] = body
        return body

    def shared_get(self, rid: ResourceId) -> Body | None:
        """As get(), but read once a run and at most 60 s old; for plans, never for the decision to write."""
        return t.cast("Body | None", self.run_state.shared("read", rid, lambda: self.get(rid)))

    def list(self, parent: ResourceId, kind: str) -> Bodies:
        """All resources of a kind beneath a parent, from every page. NotFound if the parent is absent."""
        for pause in (*_KNOWN_PAUSES, None):
            try:
                found = self.pages(parent, kind)
                break
            except NotFound:
                if pause is None or not self.run_state.known(parent):
                    raise
                self.task.clock.sleep(pause)
        self.run_state.saw(parent)
        return [in_spelling_of(parent, body) for body in found]

    def shared_list(self, parent: ResourceId, kind: str, keep: t.Callable[[Body], Body] | None = None) -> Bodies:
        """As list(), but read once a run and at most 60 s old; a write of this run that changes the list drops it.

        `keep` returns the part of a long list's bodies that is kept, the same one in all tasks.
        """

        def read() -> Bodies:
            found = self.list(parent, kind)
            return [keep(body) for body in found] if keep else found

        return t.cast("Bodies", self.run_state.shared(f"list:{kind}", parent, read))

    def locks(self, scope: ResourceId) -> Bodies:
        """As Requests.locks, but read once a run and at most 60 s old."""
        return t.cast("Bodies", self.run_state.shared("list:lock", scope, lambda: Requests.locks(self, scope)))

    def boot_log(self, machine: ResourceId) -> str | None:
        """The serial log of a virtual machine as Azure's blob host has it, its end only; None if it has none (yet)."""
        addresses = self._action(machine, "retrieveBootDiagnosticsData")
        return read_blob(str(addresses.get("serialConsoleLogBlobUri") or ""), self.connection.trust)

    def patch(self, rid: ResourceId, body: Body, etag: str | None = None) -> Accepted:
        """Change what `body` names of a resource, such as its tags. With an etag, Azure refuses (412) if it has another."""

        def landed(current: Body | None) -> bool | None:
            return None if current is None else bodies.shows(current, body)

        headers = {"If-Match": etag} if etag else {}
        return self._write(rid, landed, "PATCH", body, headers=headers)

    def put(
        self,
        rid: ResourceId,
        body: Body,
        before: Body | None,
        readable: Body | None = None,
        create_only: bool = False,
    ) -> Accepted:
        """Create or update. `before` is the body that was decided upon (None: absent).

        `readable` is the part of `body` that a reading shows, if that is not the whole. `create_only`: Azure itself refuses the
        write (412) if the resource exists; for kinds that know such a condition.
        """

        def landed(current: Body | None) -> bool | None:
            if bodies.same(current, before):
                return False
            # An Azure Policy may have rewritten the tags of the request, so they do not show who wrote.
            written = readable or {key: body[key] for key in body if key != "tags"}
            return True if bodies.shows(current, written) else None

        headers = {"If-None-Match": "*"} if create_only else {}
        return self._write(rid, landed, "PUT", body, headers=headers)

    def delete(self, rid: ResourceId, bypass_soft_delete: bool = False, regardless: bool = False) -> Accepted:
        """Delete. What is absent already counts as deleted, with status 204 or 404. `regardless` of changes since get()."""
        unread = regardless or rid.key not in self._last_read
        before = self._last_read.get(rid.key)

        def landed(current: Body | None) -> bool | None:
            if current is None or provisioning_state(current) == "Deleting":
                return True
            return False if unread or bodies.same(current, before) else None

        query = {"bypassSoftDelete": "true", "api-version": SOFT_DELETE} if bypass_soft_delete else {}
        return self._write(rid, landed, "DELETE", query=query)

    def gone(self, rid: ResourceId, timeout: float = DELETE_TIMEOUT) -> bool:
        """After a delete: wait until it is absent in several readings over 15 s. False if another client created it again.

        NotReady after `timeout` seconds; Azure's own reason if the delete failed. The pauses between the last readings, when it
        is already absent, are not limited.
        """
        clock = self.task.clock
        deadline = clock.monotonic() + timeout
        pauses = itertools.chain(_DELETE_PAUSES, itertools.repeat(_DELETE_PAUSES[-1]))
        absent, back = 0, None
        while absent <= len(_GONE_PAUSES):
            body = self.read(rid)
            absent = absent + 1 if body is None else 0
            if body is not None:
                back = (back or clock.monotonic()) if self._is_back(rid, body) else None
                pause = next(pauses)
                if back and clock.monotonic() >= back + _STALE:
                    return False
                if clock.monotonic() + pause > deadline:
                    raise NotReady(
                        f"{rid.words} was still there {timeout:.0f} s after Azure had accepted its deletion."
                    )
                clock.sleep(pause)
            elif absent <= len(_GONE_PAUSES):
                clock.sleep(_GONE_PAUSES[absent - 1])
        self._last_read[rid.key] = None
        return True

    def operation(self, rid: ResourceId) -> Body | None:
        """The operation of this run's last write of `rid` (status, error); None without one."""
        url = self.run_state.operation(rid)
        return self._operation(rid, url) if url else None

    def _write(self, rid: ResourceId, landed: Landed, method: str, body: Body | None = None, **more: t.Any) -> Accepted:
        self._last_read.pop(rid.key, None)
        write = Write(self, self.run_state, rid, landed, deletes=method == "DELETE")
        return write.accepted(lambda: self._send(method, rid, body, **more))

    def _is_back(self, rid: ResourceId, body: Body) -> bool:
        """Whether it exists although its deletion has ended; raises Azure's reason if the accepted delete has failed."""
        if provisioning_state(body) == "Deleting":
            return False
        operation = self.operation(rid) or {"status": "Succeeded"}
        status = str(operation.get("status", "")).lower()
        if status in ("failed", "canceled"):
            raise from_operation(operation, f"Could not delete {rid.words}")
        return status == "succeeded"
