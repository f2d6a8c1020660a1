"""The Resource Manager client: reads and writes resources by id.

Bodies are JSON as Azure sent it. Only errors of _resources/errors.py are raised. A read is repeated when Azure fails to answer; a
write only after the resource was read again and found unchanged. A 404 means absent only for a resource that this run has neither
read nor written, because Azure's readers see a new resource at different times.
"""

from __future__ import annotations

import functools
import itertools
import types
import typing as t

from .._resources.errors import AzureError, Conflict, NotFound, NotReady, Unavailable, UnexpectedResponse
from .._resources.resource_id import ResourceId, in_spelling_of
from . import equivalence as bodies
from .answer import Answer
from .blobs import read_blob
from .connection import Connection
from .errors import from_answer, from_operation
from .requests_by_id import Body, Requests, is_absence
from .response_schema import validate_response
from .retry import OBJECT, OBJECT_OR_NOTHING, Clock, Lost, Patience
from .run_cache import RunCache
from .run_state import RunState

# Seconds: between readings after a 404 of a known resource, of one that a lost write may have created, after our own delete; how
# long Azure may still report a parent as missing, or as not empty.
_KNOWN_PAUSES = (1.0, 2.0, 4.0, 8.0)
_UNSEEN_PAUSES = (1.0, 2.0, 4.0)
_GONE_PAUSES = (5.0, 5.0, 5.0)
_DELETE_PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0)
# A resource that is still visible so many seconds after its deletion ended was created again by another client.
_STALE = 60.0
_PARENT_MISSING = 60.0
_PARENT_FULL = 120.0
_PARENT_PAUSE = 5.0
DELETE_TIMEOUT = 1800.0
# put() without `before`: what get() last returned.
LAST_READ: t.Any = types.MappingProxyType({"not": "given"})
Bodies = list[Body]
# Of a body read after a lost write: True it arrived, False it may be sent again, None another client has written.
Landed: t.TypeAlias = "t.Callable[[Body | None], bool | None]"


class Accepted(t.NamedTuple):
    """A write that Azure has accepted.

    `body` is the resource as Azure answered (None for a delete), `status` the HTTP status (None if the answer was lost and a
    reading showed the write), `operation` whether arm.operation(rid) can be read, `retry_after` the seconds that Azure asks to
    wait before the first reading.
    """

    body: Body | None
    status: int | None
    operation: bool
    retry_after: float | None


class ArmClient:
    """See the module. `deadline` is a time of clock.monotonic() after which nothing is repeated; None gives ten minutes."""

    def __init__(self, connection: Connection, memory: RunCache, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self._requests = Requests(connection)
        self._run_state = RunState(memory, lambda: connection.identity)
        self._last_read: dict[str, Body | None] = {}
        # Whether Azure has accepted a write: a later failure must still report a change.
        self.has_written = False

    @property
    def subscription_id(self) -> str:
        """The default subscription: option, environment, or the credentials' own."""
        return self._connection.subscription_id

    @property
    def identity(self) -> str:
        """A short text that is the same for all tasks with the same credentials; it contains no secret."""
        return self._connection.identity

    @property
    def remaining(self) -> dict[str, int]:
        """How many calls Azure last said are left, by bucket (Microsoft.Compute/GetGallery3Min: 347)."""
        return self._requests.remaining

    def get(self, rid: ResourceId, expand: str | None = None, deadline: float | None = None) -> Body | None:
        """The resource's body, or None if it is absent. `expand` is ReplicationStatus, for versions."""
        body = self._requests.read(rid, expand, deadline)
        for pause in _KNOWN_PAUSES:
            if body is not None or not self._run_state.known(rid) or self._too_late(pause, deadline):
                break
            self._clock.sleep(pause)
            body = self._requests.read(rid, expand, deadline)
        if body is not None:
            self._run_state.saw(rid)
        self._last_read[rid.key] = body
        return body

    def shared_get(self, rid: ResourceId) -> Body | None:
        """As get(), but read once a run and at most 60 s old; for plans, never for the decision to write."""
        return t.cast("Body | None", self._run_state.shared_read(rid, lambda: self.get(rid)))

    def list(self, parent: ResourceId, kind: str, deadline: float | None = None) -> Bodies:
        """All resources of a kind beneath a parent, from every page. NotFound if the parent is absent."""
        for pause in (*_KNOWN_PAUSES, None):
            try:
                found = self._requests.pages(parent, kind, deadline)
                break
            except NotFound:
                if pause is None or not self._run_state.known(parent) or self._too_late(pause, deadline):
                    raise
                self._clock.sleep(pause)
        self._run_state.saw(parent)
        return [in_spelling_of(parent, body) for body in found]

    def shared_list(self, parent: ResourceId, kind: str, keep: t.Callable[[Body], Body] | None = None) -> Bodies:
        """As list(), but read once a run and at most 60 s old; a write of this run that changes the list drops it.

        `keep` returns the part of a long list's bodies that is kept, the same one in all tasks.
        """

        def read() -> Bodies:
            found = self.list(parent, kind)
            return [keep(body) for body in found] if keep else found

        return t.cast("Bodies", self._run_state.shared_list(parent, kind, read))

    def creation_times(self, parent: ResourceId) -> dict[str, str]:
        """When each managed image beneath a resource group or subscription was created, by its id in lower case."""
        return self._requests.creation_times(parent)

    def resources(self, parent: ResourceId, types: t.Collection[str]) -> Bodies:
        """Resources of these types beneath a resource group or subscription: id, location and provisioningState."""
        return self._requests.resources(parent, types)

    def subscriptions(self) -> t.List[str]:  # noqa: UP006  list is a method here
        """The ids of the subscriptions that the credentials can list, without those that were deleted."""
        found = self._requests.subscriptions(ResourceId("subscription", self.subscription_id))
        kept = [one for one in found if str(one.get("state")).lower() != "deleted"]
        return [str(one["subscriptionId"]) for one in kept if one.get("subscriptionId")]

    def permissions(self, scope: ResourceId) -> Bodies:
        """What the credentials may do at a scope, as {actions, notActions}."""
        return self._requests.permissions(scope)

    def list_soft_deleted(self, definition: ResourceId, deadline: float | None = None) -> Bodies:
        """The versions of a definition in the gallery's recycle bin, as Azure lists them."""
        return self._requests.recycled(definition, deadline)

    def locks(self, scope: ResourceId) -> Bodies:
        """The management locks at a scope and above it, read once a run and at most 60 s old."""
        make = functools.partial(self._requests.locks, scope, None)
        return t.cast("Bodies", self._run_state.shared_list(scope, "lock", make))

    def role_assignments(self, scope: ResourceId) -> Bodies:
        """The role assignments that were made at a scope itself."""
        return self._requests.role_assignments(scope)

    def boot_log(self, machine: ResourceId) -> str | None:
        """The serial log of a virtual machine as Azure's blob host has it, its end only; None if it has none (yet)."""
        addresses = self._requests.action(machine, "retrieveBootDiagnosticsData", None)
        return read_blob(str(addresses.get("serialConsoleLogBlobUri") or ""), self._connection.trust)

    def patch(self, rid: ResourceId, body: Body, deadline: float | None = None, etag: str | None = None) -> Accepted:
        """Change what `body` names of a resource, such as its tags. With an etag, Azure refuses (412) if it has another."""

        def landed(current: Body | None) -> bool | None:
            return None if current is None else bodies.shows(current, body)

        return self._write(rid, "write", lambda: self._requests.patch(rid, body, etag), landed, deadline)

    def put(
        self,
        rid: ResourceId,
        body: Body,
        before: Body | None = LAST_READ,
        deadline: float | None = None,
        readable: Body | None = None,
        create_only: bool = False,
    ) -> Accepted:
        """Create or update. `before` is the body that was decided upon (None: absent); by default what get() last returned.

        `readable` is the part of `body` that a reading shows, if that is not the whole. `create_only`: Azure itself refuses the
        write (412) if the resource exists; for kinds that know such a condition.
        """
        before = self._last_read.get(rid.key, LAST_READ) if before is LAST_READ else before

        def landed(current: Body | None) -> bool | None:
            if before is not LAST_READ and bodies.same(current, before):
                return False
            if current is None:
                return None if before else False
            # An Azure Policy may have rewritten the tags of the request, so they do not show who wrote, unless nothing else can.
            left_out = () if before is LAST_READ else ("tags",)
            written = readable or {key: body[key] for key in body if key not in left_out}
            return True if bodies.shows(current, written) else None

        return self._write(rid, "write", lambda: self._requests.put(rid, body, create_only), landed, deadline)

    def look(self, rid: ResourceId, expand: str | None = None) -> Body | None:
        """As get(), but a single reading, so that a 404 may be a late view; for callers that read again."""
        body = self._requests.read(rid, expand)
        self._last_read[rid.key] = body
        return body

    def delete(
        self, rid: ResourceId, bypass_soft_delete: bool = False, deadline: float | None = None, regardless: bool = False
    ) -> Accepted:
        """Delete. What is absent already counts as deleted, with status 204 or 404. `regardless` of changes since it was read."""
        before = LAST_READ if regardless else self._last_read.get(rid.key, LAST_READ)

        def landed(current: Body | None) -> bool | None:
            if current is None or _state(current) == "Deleting":
                return True
            return False if before is LAST_READ or bodies.same(current, before) else None

        return self._write(rid, "delete", lambda: self._requests.delete(rid, bypass_soft_delete), landed, deadline)

    def gone(self, rid: ResourceId, timeout: float = DELETE_TIMEOUT) -> bool:
        """After a delete: wait until it is absent in several readings over 15 s. False if another client created it again.

        NotReady after `timeout` seconds; Azure's own reason if the delete failed. The pauses between the last readings, when it
        is already absent, are not limited.
        """
        deadline = self._clock.monotonic() + timeout
        pauses = itertools.chain(_DELETE_PAUSES, itertools.repeat(_DELETE_PAUSES[-1]))
        absent, back = 0, None
        while absent <= len(_GONE_PAUSES):
            body = self._requests.read(rid)
            absent = absent + 1 if body is None else 0
            if body is not None:
                back = (back or self._clock.monotonic()) if self._is_back(rid, body) else None
                pause = next(pauses)
                if back and self._clock.monotonic() >= back + _STALE:
                    return False
                if self._too_late(pause, deadline):
                    raise NotReady(
                        f"{rid.words} was still there {timeout:.0f} s after Azure had accepted its deletion."
                    )
                self._clock.sleep(pause)
            elif absent <= len(_GONE_PAUSES):
                self._clock.sleep(_GONE_PAUSES[absent - 1])
        self._last_read[rid.key] = None
        return True

    def operation(self, rid: ResourceId, deadline: float | None = None) -> Body | None:
        """The operation of this run's last write of `rid` (status, error); None without one."""
        url = self._run_state.operation(rid)
        return self._requests.operation(rid, url, deadline) if url else None

    def knows(self, rid: ResourceId) -> bool:
        """Whether this run has read or written it, and not deleted it since."""
        return self._run_state.known(rid)

    def close(self) -> None:
        """Close the connections."""
        self._connection.close()

    def _write(
        self,
        rid: ResourceId,
        verb: str,
        send: t.Callable[[], Answer],
        landed: Landed,
        deadline: float | None,
    ) -> Accepted:
        """Send a write until Azure accepts it; after a lost answer the resource is read to find out whether it arrived."""
        what = f"Could not {verb} {rid.words}"
        patience = self._connection.patience(what, rid.subscription_id, deadline)
        expected = OBJECT_OR_NOTHING if verb == "delete" else OBJECT
        started = self._clock.monotonic()
        self._last_read.pop(rid.key, None)
        in_doubt = False  # whether an earlier try may have been executed
        while True:
            failure: AzureError | None = None
            try:
                answer = send()
                if not patience.after_answer(answer, expected):
                    if self._late_view(rid, verb, answer, started, deadline):
                        continue
                    return self._accepted(rid, verb, answer, what)
                if answer.status == 429:  # not executed
                    continue
            except Lost as lost:
                failure = _failure_of(patience, lost)
            except AzureError as exc:
                failure = exc
            if failure and not patience.ended_unclear and not (in_doubt and isinstance(failure, Conflict)):
                raise failure
            in_doubt = True
            accepted = self._after_lost_write(rid, verb, landed, deadline, failure)
            if accepted:
                return accepted
            if failure:
                raise failure

    def _after_lost_write(
        self, rid: ResourceId, verb: str, landed: Landed, deadline: float | None, failure: AzureError | None
    ) -> Accepted | None:
        """After a write whose answer was lost: Accepted if it arrived, None if it may be sent again."""
        current = self._shown(rid, deadline) if verb == "write" else self._requests.read(rid, None, deadline)
        arrived = landed(current)
        if arrived is None:
            if isinstance(failure, Conflict):
                raise failure
            raise Unavailable(
                f"Could not {verb} {rid.words}: Azure's answer was lost, and the resource has changed in another way than was "
                "requested. Another client may be changing it: look at it and run this again."
            )
        if not arrived:
            return None
        self._note_write(rid, verb, None)
        self.has_written = True
        return Accepted(current if verb == "write" else None, None, False, None)

    def _shown(self, rid: ResourceId, deadline: float | None) -> Body | None:
        """The resource as it is now. Absent only after several readings: the write may have created it just now."""
        body = self._requests.read(rid, None, deadline)
        for pause in _UNSEEN_PAUSES:
            if body is not None or self._too_late(pause, deadline):
                break
            self._clock.sleep(pause)
            body = self._requests.read(rid, None, deadline)
        return body

    def _accepted(self, rid: ResourceId, verb: str, answer: Answer, what: str) -> Accepted:
        if not answer.ok and not (verb == "delete" and is_absence(answer)):
            raise from_answer(answer, what, rid.subscription_id)
        later = answer.headers.get("location") if answer.status == 202 else None
        url = answer.headers.get("azure-asyncoperation") or later
        self._note_write(rid, verb, url)
        if answer.status not in (204, 404):  # those of a delete: it was absent already
            self.has_written = True
        body = self._written(rid, answer, what) if verb == "write" else None
        return Accepted(body, answer.status, bool(url), answer.retry_after)

    def _written(self, rid: ResourceId, answer: Answer, what: str) -> Body | None:
        """The resource from the answer to an accepted write, or read again if the answer does not hold it."""
        try:
            return validate_response(answer.json(), rid.kind, what)
        except UnexpectedResponse:
            return self._requests.read(rid)

    def _late_view(self, rid: ResourceId, verb: str, answer: Answer, started: float, deadline: float | None) -> bool:
        """Wait and return True if Azure refuses only because it does not yet see this run's own writes."""
        code = None if answer.ok else answer.error().get("code")
        if verb == "write" and code == "ParentResourceNotFound" and (self.knows(rid.parent) or self.knows(rid)):
            limit = _PARENT_MISSING
        elif verb == "delete" and code == "CannotDeleteResource" and self._run_state.deleted_beneath(rid):
            limit = _PARENT_FULL
        else:
            return False
        if self._clock.monotonic() + _PARENT_PAUSE > started + limit or self._too_late(_PARENT_PAUSE, deadline):
            return False
        self._clock.sleep(_PARENT_PAUSE)
        return True

    def _note_write(self, rid: ResourceId, verb: str, url: str | None) -> None:
        if verb == "delete":
            self._run_state.deleted(rid, url)
        else:
            self._run_state.wrote(rid, url)

    def _is_back(self, rid: ResourceId, body: Body) -> bool:
        """Whether it exists although its deletion has ended; raises Azure's reason if the accepted delete has failed."""
        if _state(body) == "Deleting":
            return False
        operation = self.operation(rid) or {"status": "Succeeded"}
        status = str(operation.get("status", "")).lower()
        if status in ("failed", "canceled"):
            raise from_operation(operation, f"Could not delete {rid.words}", rid.subscription_id)
        return status == "succeeded"

    def _too_late(self, pause: float, deadline: float | None) -> bool:
        return deadline is not None and self._clock.monotonic() + pause > deadline


def _failure_of(patience: Patience, lost: Lost) -> AzureError | None:
    """Wait for the next try after a lost answer; the error if there is no next try."""
    try:
        patience.after_lost(lost)
    except AzureError as exc:
        return exc
    return None


def _state(body: Body) -> t.Any:
    return (body.get("properties") or {}).get("provisioningState")
