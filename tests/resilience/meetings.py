"""Two runs at once, in every order that three changes of turns give: a for m requests, b for k, a to its end, b."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from . import oracle
from .seeds import AWAY, HOME, IDENTITY, PARENTS, PLACE, TWO_DEFINITIONS, Json, cloned, seed
from .stage import Run, Stage, Step, in_order

Turn = tuple[str, int | None]  # whose it is, and for how many requests; None: to the end
LONG = 3600.0  # seconds after which every write is complete


def slow(seed: Json) -> Json:
    """Replication takes several polls."""
    return {**seed, "replication_seconds": 420}


def gallery(**more: Any) -> Step:
    return "gallery", {"resource_group": "rg", "name": "pics", **more}


def definition(source: str = "web", **more: Any) -> Step:
    return "image_definition", {**PLACE, **IDENTITY, "name": "web", "source": source, **more}


def version(source: str = "web", name: str = "next_patch", of: str = "web", **more: Any) -> Step:
    regions = {"target_regions": [HOME, f"{AWAY}=1=standard_zrs"]}
    return "image_version", {
        **PLACE,
        "image_definition_name": of,
        "name": name,
        "source": source,
        **regions,
        **more,
    }


def whole(source: str = "web", **more: Any) -> list[Step]:
    """Everything that one image needs."""
    return [gallery(), definition(source), version(source, **more)]


GONE = ("image_definition", {**PLACE, "name": "web", "state": "absent"})
VERSION_GONE = ("image_version", {**PLACE, "image_definition_name": "web", "name": "1.0.0", "state": "absent"})
# Errors that are right when the other run deletes what this one needs, or clones where this one deletes.
ABSENT = r"does not exist|could not be found|Parent resource|marked for deletion|not found|being deleted|was deleted|went away"
CROSSED = rf"is not empty|nested resources exist|{ABSENT}"


@dataclass(frozen=True)
class Meeting:
    """Two runs on a seed.

    `requests`: at least as many as each of them sends alone. `versions`: how many exist in the end, if that is certain.
    `may_say`: the errors that are right.
    """

    name: str
    requests: tuple[int, int]
    seed: Json
    a: list[Step]
    b: list[Step]
    versions: int | None
    may_say: str = ""

    def __str__(self) -> str:
        return self.name


NEW = [version(when_cloned="new")]
MEETINGS = (
    Meeting("the same image into one definition", (11, 11), PARENTS, [version()], [version()], 1),
    Meeting("the same image under a given number", (11, 11), PARENTS, [version(name="1.0.0")], [version(name="1.0.0")], 1),
    Meeting("two images into one definition", (11, 11), PARENTS, [version()], [version("db")], 2),
    Meeting("one image into two definitions", (11, 11), TWO_DEFINITIONS, [version()], [version(of="api")], 2),
    Meeting("a new version of one image from both", (11, 11), cloned(), NEW, NEW, 3),
    Meeting("everything for one image from both", (20, 20), seed("web"), whole(), whole(), 1),
    Meeting("gallery and definition from both for two images", (20, 20), seed("web", "db"), whole(), whole("db"), 2),
    Meeting("a clone while the definition is deleted", (12, 8), PARENTS, whole(), [GONE], None, CROSSED),
    Meeting("a clone while its version is deleted", (10, 15), cloned(), whole(), [VERSION_GONE], None, CROSSED),
)  # fmt: skip


class Turns:
    """Lets one run at a time send requests, as a plan says."""

    def __init__(self, plan: Sequence[Turn]) -> None:
        self._plan = [list(turn) for turn in plan]
        self._moved = threading.Condition()

    def gate(self, who: str) -> None:
        """Called by a run before each request; returns when it is its turn."""
        with self._moved:
            if self._plan and self._plan[0] == [who, 0]:
                self._next()
            assert self._moved.wait_for(lambda: not self._plan or self._plan[0][0] == who, 30), "neither run continues"
            if self._plan and self._plan[0][1] is not None:
                self._plan[0][1] -= 1  # type: ignore[operator]

    def over(self, who: str) -> None:
        """That run has ended."""
        with self._moved:
            self._plan = [turn for turn in self._plan if turn[0] != who]
            self._moved.notify_all()

    def _next(self) -> None:
        self._plan.pop(0)
        self._moved.notify_all()


def both(stage: Stage, meeting: Meeting, plan: Sequence[Turn]) -> dict[str, Run]:
    """How both ended."""
    turns, ended = Turns(plan), {}

    def run(who: str, steps: list[Step]) -> None:
        try:
            turns.gate(who)
            ended[who] = stage.play(in_order(steps), gate=lambda: turns.gate(who))
        finally:
            turns.over(who)

    threads = [threading.Thread(target=run, args=pair) for pair in (("a", meeting.a), ("b", meeting.b))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended


def requests_of(meeting: Meeting, steps: list[Step]) -> int:
    """How many requests a run sends alone."""
    count = 0

    def gate() -> None:
        nonlocal count
        count += 1

    with Stage(slow(meeting.seed)) as stage:
        stage.play(in_order(steps), gate=gate)
    return count


def turns(meeting: Meeting) -> list[tuple[int, int]]:
    """After how many requests the second run has its turn, and for how many."""
    of_a, of_b = meeting.requests
    return [(m, k) for m in range(of_a + 1) for k in range(1, of_b + 1)]


def trial(meeting: Meeting, after: int, many: int) -> list[str]:
    """What is wrong after the two runs, and after one more of each where nothing is deleted."""
    with Stage(slow(meeting.seed)) as stage:
        ended = both(stage, meeting, [("a", after + 1), ("b", many), ("a", None), ("b", None)])
        if set(ended) != {"a", "b"}:
            return ["a run ended in an unexpected error"]
        wrong = [f"{who}: {one}" for who, run in ended.items() for one in _complaints(run, meeting)]
        wrong += _end(stage, meeting, ended)
        if meeting.versions is not None and not _creates_new(meeting):
            wrong += _again(stage, meeting)
        return wrong


def _complaints(run: Run, meeting: Meeting) -> Iterator[str]:
    if run.unexpected is not None:
        yield f"unexpected: {run.unexpected!r}"
    if run.message is not None and not (meeting.may_say and re.search(meeting.may_say, run.message)):
        yield run.message


def _creates_new(meeting: Meeting) -> bool:
    return meeting.a[-1][1].get("when_cloned") == "new"


def _end(stage: Stage, meeting: Meeting, ended: dict[str, Run]) -> list[str]:
    stage.clock.sleep(LONG)
    wrong = list(oracle.unsettled(stage.emulator))
    if meeting.versions is None:
        return wrong
    wrong += oracle.versions(stage.emulator, meeting.versions)
    ids = [run.last["image_version"]["id"] for run in ended.values() if not run.failed]
    if meeting.versions > 1 and len(set(ids)) < len(ids):
        wrong.append(f"both report that they created {ids[0]}")
    return wrong


def _again(stage: Stage, meeting: Meeting) -> list[str]:
    """One more run of each has nothing left to do."""
    runs = [stage.play(in_order(steps), gate=lambda: None) for steps in (meeting.a, meeting.b)]
    return [f"one more run: {one}" for run in runs for one in oracle.idle(run)]
