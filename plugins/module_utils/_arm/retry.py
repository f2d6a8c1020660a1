"""How often and how long a request is repeated."""

from __future__ import annotations

import re
import typing as t

from .._resources import errors
from .answer import Answer
from .auth.certificates import Trust
from .errors import from_answer
from .lost_answer import from_transport, is_certificate
from .task import Task

# How often a request is sent that Azure fails to answer, and the longest pause between two of them, in seconds.
TRIES = 5
_LONGEST_PAUSE = 30.0
# How long Azure's "too many requests" is obeyed where the caller has no deadline.
_DEFAULT_TIMEOUT = 600.0
_THROTTLED_PAUSE = 10.0
# Azure's refusal while a version is created from the image: it lasts longer than any retry.
_BUSY_SOURCE = b"too many requests on source"
# What the body of a good answer may be: an object; of a cloud's description also a list; of a deletion also nothing.
Bodies = tuple[type, ...]
OBJECT: Bodies = (dict,)
OBJECT_OR_LIST: Bodies = (dict, list)
OBJECT_OR_NOTHING: Bodies = (dict, type(None))
# The beginning of an id; who waits need only read its resource group.
_PLACE = re.compile(r"/subscriptions/[^/ ]+/resourceGroups/([^/ ]+)/providers/Microsoft\.Compute/", re.IGNORECASE)
# A pause longer than this is reported as progress.
_REPORTED_FROM = 10.0


class Lost(Exception):
    """A request whose answer never came, or was cut short; `cause` is what requests or azure-core raised."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(str(cause))
        self.cause = cause


class Tries:
    """The tries of one request. `what` begins the message of the error that ends them, `url` names the host that is asked.

    `deadline` is a time of the task's clock after which nothing is repeated; None gives ten minutes.
    """

    def __init__(self, task: Task, what: str, url: str, trust: Trust, deadline: float | None = None) -> None:
        self._task = task
        self._what = what
        self._url = url
        self._trust = trust
        self._deadline = task.clock.monotonic() + _DEFAULT_TIMEOUT if deadline is None else deadline
        self._count = 1
        self._failures = 0
        # Whether Azure may have executed the last try without an answer.
        self.unclear = False

    def answer(self, send: t.Callable[[], Answer], bodies: Bodies = OBJECT) -> Answer:
        """A read's answer to work with: not lost, not a failure of Azure's, and JSON."""
        while True:
            answer = self.attempt(send, bodies)
            if answer is not None:
                return answer

    def attempt(self, send: t.Callable[[], Answer], bodies: Bodies) -> Answer | None:
        """The answer of one try, or None after the pause before the next; raises the error that ends the tries.

        `bodies`: what a good answer may hold.
        """
        self.unclear = False
        try:
            answer = send()
        except Lost as lost:
            error = from_transport(lost.cause, self._what, self._url, self._trust, self._count)
            if is_certificate(lost.cause):
                raise error from lost.cause
            self.after_failure(error)
            return None
        if answer.status == 429 and _BUSY_SOURCE not in answer.content.lower():
            wait = _THROTTLED_PAUSE if answer.retry_after is None else answer.retry_after
            length = wait + self._task.random.uniform(0.0, 2.0)
            self._pause(length, self._error(answer), "Azure limits the number of requests")
            return None
        if answer.status == 408 or answer.status >= 500 or not _readable(answer, bodies):
            self.after_failure(self._error(answer))
            return None
        return answer

    def after_failure(self, error: errors.AzureError) -> None:
        """Wait after a temporary failure, such as one of a sign-in; raises `error` where that was the last try."""
        self._failures += 1
        self.unclear = True
        if self._failures >= TRIES:
            raise error
        pause = min(2.0 ** (self._failures - 1), _LONGEST_PAUSE) * self._task.random.uniform(0.5, 1.5)
        self._pause(max(pause, error.retry_after or 0.0), error, "Azure gave no usable answer")

    def _error(self, answer: Answer) -> errors.AzureError:
        return from_answer(answer, self._what, self._count)

    def _pause(self, length: float, error: errors.AzureError, why: str) -> None:
        if self._task.clock.monotonic() + length > self._deadline:
            raise error
        if length >= _REPORTED_FROM:
            what = _PLACE.sub(r"\1/", self._what.removeprefix("Could not "))
            self._task.progress(f"{why}: could not yet {what}; the next try is in {length:.0f} s")
        self._task.clock.sleep(length)
        if not self._task.alive():
            raise errors.RunEnded
        self._count += 1


def _readable(answer: Answer, bodies: Bodies) -> bool:
    """Whether an answer is what Azure sends.

    An answer that was cut in its headers looks complete, without a body; so a success and a 404 must have one.
    """
    try:
        body = answer.json()
    except ValueError:
        return False
    if answer.status == 404:
        return isinstance(body, dict)
    return not answer.ok or isinstance(body, bodies)
