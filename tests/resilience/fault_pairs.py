"""Two faults in one run: those whose order matters, and some by chance."""

from __future__ import annotations

import random
import typing as t

from .calls import Call
from .fault import FOREVER, SURVIVES, Ending, Fault
from .fault_table import FAULTS
from .fault_trial import Trial
from .lasting_faults import REASON, REFUSED_SIGN_IN
from .scenarios import Scenario
from .seeds import Json
from .transient_faults import ABSENT, TRANSIENT

SEED = 20260423
LOST = ("reset after the service acted", "504 after the service acted", "cut short in its head")
NOT_DONE = ("reset before the service acted", "503", "a page, the service never asked")
PASSING = (
    "429 with Retry-After",
    "503",
    "reset before the service acted",
    "cut short in its body",
    "a page",
    "expired token",
)
LATE = ("404 of what the run knows", "404 of what the run knows, three times")


def chosen(scenario: Scenario, calls: list[Call]) -> t.Iterator[Trial]:
    """The pairs whose order matters, at every request where they are possible."""
    for call in calls:
        if call.write:
            yield from _after_a_write(scenario, call)
        if call.method == "PUT":
            yield from _after_a_put(scenario, call)
            yield from _without_a_reason(scenario, call)
        if call.poll and not call.listing:
            yield from _in_a_wait(scenario, call)
        if FAULTS[LATE[0]].possible(call):
            for second in PASSING:
                yield _pair(scenario, call, FAULTS[LATE[0]], _next(call, FAULTS[second]), second)


def _after_a_write(scenario: Scenario, call: Call) -> t.Iterator[Trial]:
    """The answer is lost, and then the read of the result is disturbed."""
    for first in (*LOST, *NOT_DONE):
        for second in PASSING:
            yield _pair(scenario, call, FAULTS[first], _next(call, FAULTS[second]), second)
    for first in LOST:
        lookup = {"method": "GET", "path": f"{call.path}$", "after": call.reads_before, "times": FOREVER}
        outage = {**lookup, "do": {"status": 503}}
        yield _pair(scenario, call, FAULTS[first], outage, "503 for ever", Ending(("HTTP 503", "after 5 tries")))


def _after_a_put(scenario: Scenario, call: Call) -> t.Iterator[Trial]:
    """The answer is lost and the read shows nothing yet; or the operation fails and its URL was lost."""
    for first in LOST:
        for times in _late(call):
            unseen = {
                "method": "GET",
                "path": f"{call.path}$",
                "after": call.reads_before,
                "times": times,
                "do": ABSENT,
            }
            yield _pair(scenario, call, FAULTS[first], unseen, f"{times} reads that do not show it")
        failed = call.here({"operation_fails": REASON})
        yield _pair(scenario, call, FAULTS[first], failed, "operation Failed", Ending(("Failed", "activity-log")))
    if FAULTS["no parent for a write, twice"].possible(call):
        for second in (*LOST, *NOT_DONE):
            again = {**call.here(FAULTS[second].order(call)), "after": call.turn}
            yield _pair(scenario, call, FAULTS["no parent for a write, twice"], again, second)


def _without_a_reason(scenario: Scenario, call: Call) -> t.Iterator[Trial]:
    """The operation fails, and the read of its reason is disturbed or never answered."""
    if scenario.apart and call.kind == "image_version":
        return  # there the wait has no operation to ask
    failing = FAULTS["operation Failed"]
    known, unknown = failing.ends(call, scenario), Ending(("Failed", "activity-log"))
    for second in PASSING:
        order = {"kind": "operation", **FAULTS[second].order(call)}
        yield _pair(scenario, call, failing, order, f"its reason: {second}", known)
    for second in ("503 for ever", "reset for ever", "403"):
        order = {"kind": "operation", **FAULTS[second].order(call)}
        yield _pair(scenario, call, failing, order, f"its reason: {second}", unknown)


def _late(call: Call) -> tuple[int, ...]:
    """For how many reads it may not be shown; after many, the version is requested again, which Azure refuses."""
    made = call.method == "PUT" and call.status == 201
    return () if not made else (1, 3, 4) if call.kind == "image_version" else (1, 3)


def _in_a_wait(scenario: Scenario, call: Call) -> t.Iterator[Trial]:
    """The token ends, and its renewal is disturbed or refused."""
    for second in PASSING[:-1]:
        renewal = _sign_in(call, FAULTS[second].order(call))
        yield _pair(scenario, call, FAULTS["expired token"], renewal, f"sign-in: {second}")
    refused = _sign_in(call, {"do": REFUSED_SIGN_IN, "times": FOREVER})
    ending = Ending(("AADSTS7000222", "create a new one"), names=False)
    yield _pair(scenario, call, FAULTS["expired token"], refused, "sign-in refused", ending)


def _sign_in(call: Call, order: Json) -> Json:
    """At the next token after this request."""
    return {"kind": "token", "method": "POST", "after": call.signed_in, **order}


def _next(call: Call, fault: Fault) -> Json:
    """At the request that follows the one of the first fault."""
    return {"after": call.number, **fault.order(call)}


def _pair(scenario: Scenario, call: Call, first: Fault, second: Json, name: str, ending: Ending = SURVIVES) -> Trial:
    return Trial(
        scenario,
        f"{first.name}; then {name}",
        "pair",
        call.words,
        (call.here(first.order(call)), second),
        ending,
        call.resource,
    )


def by_chance(scenario: Scenario, calls: list[Call], count: int) -> t.Iterator[Trial]:
    """Pairs of faults that pass, at two requests; the same ones every time."""
    chance = random.Random(f"{SEED} {scenario.name}")
    passing = [fault for fault in TRANSIENT if not fault.stalls]
    while count:
        first, second = sorted(chance.sample(calls, 2), key=lambda call: call.number)
        one, other = chance.choice(passing), chance.choice(passing)
        if one.possible(first) and other.possible(second):
            count -= 1
            orders = (first.here(one.order(first)), second.here(other.order(second)))
            yield Trial(
                scenario,
                f"{one.name}; then {other.name}",
                "pair by chance",
                f"{first.words}; {second.words}",
                orders,
                certain=1,
            )
