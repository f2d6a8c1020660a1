"""One write, sent until Azure accepts it.

After a lost answer the resource is read, and the write is sent again only if the resource is unchanged.
"""

from __future__ import annotations

import typing as t

from .._resources.errors import AzureError, Conflict, Unavailable, UnexpectedResponse
from .._resources.resource_id import ResourceId
from .answer import Answer
from .errors import from_answer
from .requests_by_id import Body, Requests, is_absence
from .response_schema import validate_response
from .retry import OBJECT, OBJECT_OR_NOTHING
from .run_state import RunState

# Seconds: between readings of what a lost write may have created; how long Azure may still report a parent as missing, or as not
# empty, and between two tries meanwhile.
_UNSEEN_PAUSES = (1.0, 2.0, 4.0)
_PARENT_MISSING = 60.0
_PARENT_FULL = 120.0
_PARENT_PAUSE = 5.0
# Of a body read after a lost write: True it arrived, False it may be sent again, None another client has written.
Landed: t.TypeAlias = "t.Callable[[Body | None], bool | None]"


class Accepted(t.NamedTuple):
    """A write that Azure has accepted.

    `body` is the resource as Azure answered (None for a delete), `status` the HTTP status (None if the answer was lost and a
    reading showed the write), `retry_after` the seconds that Azure asks to wait before the first reading.
    """

    body: Body | None
    status: int | None
    retry_after: float | None


class Write:
    """A create, an update or (`deletes`) a delete of one resource. `landed` judges a reading after a lost answer."""

    def __init__(self, requests: Requests, state: RunState, rid: ResourceId, landed: Landed, deletes: bool) -> None:
        self._requests = requests
        self._clock = requests.task.clock
        self._state = state
        self._rid = rid
        self._landed = landed
        self._deletes = deletes
        self._what = f"Could not {'delete' if deletes else 'write'} {rid.words}"
        self._started = self._clock.monotonic()

    def accepted(self, send: t.Callable[[], Answer]) -> Accepted:
        """Send it until Azure accepts it; the error if it does not."""
        tries = self._requests.connection.tries(self._what)
        expected = OBJECT_OR_NOTHING if self._deletes else OBJECT
        in_doubt = False  # whether an earlier try may have been executed
        while True:
            failure: AzureError | None = None
            try:
                answer = tries.attempt(send, expected)
                if answer is not None and not self._late_view(answer):
                    return self._answered(answer)
            except AzureError as exc:
                failure = exc
            if tries.unclear or (in_doubt and isinstance(failure, Conflict)):
                in_doubt = True
                arrived = self._after_lost_answer(failure)
                if arrived:
                    return arrived
            if failure:
                raise failure

    def _after_lost_answer(self, failure: AzureError | None) -> Accepted | None:
        """Accepted if the write arrived, None if it may be sent again."""
        current = self._requests.read(self._rid)
        for pause in () if self._deletes else _UNSEEN_PAUSES:
            if current is not None:
                break
            self._clock.sleep(pause)  # what was just created may show late
            current = self._requests.read(self._rid)
        arrived = self._landed(current)
        if arrived is None:
            if isinstance(failure, Conflict):
                raise failure
            raise Unavailable(
                f"{self._what}: Azure's answer was lost, and the resource has changed in another way than was "
                "requested. Another client may be changing it: look at it and run this again."
            )
        if not arrived:
            return None
        self._note(None)
        return Accepted(None if self._deletes else current, None, None)

    def _answered(self, answer: Answer) -> Accepted:
        if not answer.ok and not (self._deletes and is_absence(answer)):
            raise from_answer(answer, self._what)
        later = answer.headers.get("location") if answer.status == 202 else None
        url = answer.headers.get("azure-asyncoperation") or later
        self._note(url, changed=answer.status not in (204, 404))  # those of a delete: it was absent already
        return Accepted(None if self._deletes else self._body(answer), answer.status, answer.retry_after)

    def _body(self, answer: Answer) -> Body | None:
        """The resource from the answer to an accepted write, or read again if the answer does not hold it."""
        try:
            return validate_response(answer.json(), self._rid.kind, self._what)
        except UnexpectedResponse:
            return self._requests.read(self._rid)

    def _late_view(self, answer: Answer) -> bool:
        """Wait and return True if Azure refuses only because it does not yet see this run's own writes."""
        code, known = None if answer.ok else answer.error().get("code"), self._state.known
        if not self._deletes and code == "ParentResourceNotFound" and (known(self._rid.parent) or known(self._rid)):
            limit = _PARENT_MISSING
        elif self._deletes and code == "CannotDeleteResource" and self._state.deleted_beneath(self._rid):
            limit = _PARENT_FULL
        else:
            return False
        if self._clock.monotonic() + _PARENT_PAUSE > self._started + limit:
            return False
        self._clock.sleep(_PARENT_PAUSE)
        return True

    def _note(self, url: str | None, changed: bool = True) -> None:
        """Keep for the run that Azure has accepted it; `url` is that of the operation."""
        note = self._state.deleted if self._deletes else self._state.wrote
        note(self._rid, url)
        self._state.has_written = self._state.has_written or changed
