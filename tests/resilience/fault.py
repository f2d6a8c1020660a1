"""A fault: how it is ordered from the emulator, at which requests it can happen, and how the run must then end."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .calls import Call
from .scenarios import Scenario
from .seeds import Json

FOREVER = 0


@dataclass(frozen=True)
class Ending:
    """How a run must end: in success, or in an error whose message holds `words`.

    `names`: it names the resource, too. `renumbered`: another client has or had the number, so the run takes the next one.
    `stays`: the next run fails in the same way. `waits`: it may come as late as the end of the wait; any other comes soon.
    """

    words: tuple[str, ...] = ()
    names: bool = True
    renumbered: bool = False
    stays: bool = False
    waits: bool = False

    @property
    def survives(self) -> bool:
        return not self.words


SURVIVES = Ending()
Possible = t.Callable[[Call], bool]


@dataclass(frozen=True)
class Fault:
    """`order` goes to the emulator, for a request where the fault is `possible`; `ends` is the rule of how the run must end."""

    kind: str
    name: str
    order: t.Callable[[Call], Json]
    possible: Possible
    ends: t.Callable[[Call, Scenario], Ending]
    stalls: bool = False
    retry_after: float = 0.0

    @property
    def transient(self) -> bool:
        """Whether it passes by itself at every request."""
        return self.ends is survive


def survive(call: Call, scenario: Scenario) -> Ending:
    return SURVIVES


def anything(call: Call) -> bool:
    return True


def manager(call: Call) -> bool:
    return call.manager


def writes(call: Call) -> bool:
    return call.write


def with_body(call: Call) -> bool:
    """Its answer has a body, of which a part can be missing."""
    return call.method != "DELETE"


def with_object(call: Call) -> bool:
    """And it is an object; the metadata of a cloud may be a list."""
    return call.method != "DELETE" and call.kind != "metadata"


def status(number: int, code: str = "", seconds: int | None = None, **more: t.Any) -> Json:
    """The order of an answer with that status, Azure's code and Retry-After."""
    headers = {} if seconds is None else {"headers": {"Retry-After": str(seconds)}}
    return {"status": number, "code": code or f"Error{number}", "message": "Not now.", **headers, **more}
