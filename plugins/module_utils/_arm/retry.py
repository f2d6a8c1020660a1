"""How often and how long a request is repeated."""

from __future__ import annotations

import datetime
import random as random_module
import re
import typing as t

from .._resources import errors
from .answer import Answer
from .auth.certificates import Trust
from .errors import from_answer, not_json
from .lost_answer import from_transport, is_certificate

# How often a request is sent that Azure fails to answer, and the longest pause between two of them, in seconds.
TRIES = 5
_LONGEST_PAUSE = 30.0
# How long Azure's "too many requests" is obeyed where the caller has no deadline.
DEFAULT_PATIENCE = 600.0
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


def silent(line: str) -> None:
    """Drop the line."""


class Lost(Exception):
    """A request whose answer never came, or was cut short; `cause` is what requests or azure-core raised."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(str(cause))
        self.cause = cause


class Clock(t.Protocol):
    """What this layer needs of a clock."""

    def now(self) -> datetime.datetime: ...

    def monotonic(self) -> float: ...

    def sleep(self, seconds: float) -> None: ...


class Waiting(t.NamedTuple):
    """What every wait uses: a clock, random numbers, a sink for progress, and whether the run still exists."""

    clock: Clock
    random: random_module.Random
    progress: t.Callable[[str], None] = silent
    alive: t.Callable[[], bool] = lambda: True


class Patience:
    """The tries of one request: each method waits before the next try, or raises the error that ends them."""

    def __init__(
        self,
        waiting: Waiting,
        what: str,
        subscription_id: str,
        url: str,
        trust: Trust,
        deadline: float | None,
    ) -> None:
        self._waiting = waiting
        self._what = what
        self._subscription_id = subscription_id
        self._url = url
        self._trust = trust
        self._deadline = waiting.clock.monotonic() + DEFAULT_PATIENCE if deadline is None else deadline
        self.tries = 1
        # Whether Azure may have executed the last try without an answer.
        self.ended_unclear = False
        self._failures = 0

    def after_lost(self, lost: Lost) -> None:
        """No whole answer came."""
        error = from_transport(lost.cause, self._what, self._url, self._trust, self.tries)
        if is_certificate(lost.cause):
            raise error from lost.cause
        self._after_failure(error, None)

    def after_error(self, error: errors.AzureError) -> None:
        """A step of several requests, such as a sign-in, failed temporarily."""
        self._after_failure(error, error.retry_after)

    def after_answer(self, answer: Answer, bodies: Bodies = OBJECT) -> bool:
        """Wait and say True if the answer is worth another try; False if it is one to work with.

        `bodies`: what a good answer may hold.
        """
        if answer.status == 429:
            if _BUSY_SOURCE in answer.content.lower():
                return False
            self._throttled(answer)
            return True
        if answer.status == 408 or answer.status >= 500:
            error = from_answer(answer, self._what, self._subscription_id, self.tries)
            self._after_failure(error, error.retry_after)
            return True
        if not _readable(answer, bodies):
            self._after_failure(not_json(answer, self._what, self.tries), None)
            return True
        return False

    def _after_failure(self, error: errors.GalleryError, retry_after: float | None) -> None:
        self._failures += 1
        self.ended_unclear = True
        if self._failures >= TRIES:
            raise error
        pause = min(2.0 ** (self._failures - 1), _LONGEST_PAUSE) * self._waiting.random.uniform(0.5, 1.5)
        self._pause(max(pause, retry_after or 0.0), error, "Azure gave no usable answer")

    def _throttled(self, answer: Answer) -> None:
        error = from_answer(answer, self._what, self._subscription_id, self.tries)
        wait = answer.retry_after
        jitter = self._waiting.random.uniform(0.0, 2.0)
        self._pause((_THROTTLED_PAUSE if wait is None else wait) + jitter, error, "Azure limits the number of requests")

    def _pause(self, length: float, error: errors.GalleryError, why: str) -> None:
        if self._waiting.clock.monotonic() + length > self._deadline:
            raise error
        if length >= _REPORTED_FROM:
            what = _PLACE.sub(r"\1/", self._what.removeprefix("Could not "))
            self._waiting.progress(f"{why}: could not yet {what}; the next try is in {length:.0f} s")
        self._waiting.clock.sleep(length)
        if not self._waiting.alive():
            raise errors.RunEnded
        self.ended_unclear = False
        self.tries += 1


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
