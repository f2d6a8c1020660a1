# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two runs of tasks at once, in every order that three changes of turns give: a for m requests, b for k, a to its end, b."""

from __future__ import annotations

import contextlib
import re
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import oracle
from .scenarios import CLONED, DEFINITION, IDENTITY, PREPARED, seed
from .steps import Azure, Ran, Step, azure

Turn = tuple[str, int | None]  # whose it is, and for how many requests; None: to the end
GROUP = {"resource_group": "rg"}
IN_GALLERY = {**GROUP, "gallery_name": "pics"}
LONG = 3600.0  # seconds after which nothing that was begun goes on


def gallery(**more: Any) -> Step:
    return "gallery", {**GROUP, "name": "pics", **more}


def definition(source: str = "web", **more: Any) -> Step:
    return "image_definition", {**IN_GALLERY, **IDENTITY, "name": "web", "source": source, **more}


def version(source: str = "web", name: str = "next_patch", of: str = "web", **more: Any) -> Step:
    regions = {"target_regions": ["southcentralus", "eastus2=1=standard_zrs"]}
    return "image_version", {
        **IN_GALLERY,
        "image_definition_name": of,
        "name": name,
        "source": source,
        **regions,
        **more,
    }


def whole(source: str = "web", **more: Any) -> list[Step]:
    """All that one image needs."""
    return [gallery(), definition(source), version(source, **more)]


GONE = ("image_definition", {**IN_GALLERY, "name": "web", "state": "absent"})
VERSION_GONE = ("image_version", {**IN_GALLERY, "image_definition_name": "web", "name": "1.0.0", "state": "absent"})
# What a run may say when somebody deletes beneath its hands, or clones where it is to delete.
ABSENT = r"does not exist|could not be found|Parent resource|marked for deletion|not found|being deleted|was deleted|went away"
CROSSED = rf"is not empty|nested resources exist|made it anew|{ABSENT}"


TWO_DEFINITIONS = {**PREPARED, "definitions": [*DEFINITION, {**DEFINITION[0], "name": "api", "sku": "api"}]}


@dataclass(frozen=True)
class Meeting:
    """Two runs on a seed. `versions`: how many there are in the end, if that is certain; `may_say`: errors that are clear."""

    name: str
    seed: dict[str, Any]
    a: list[Step]
    b: list[Step]
    versions: int | None
    may_say: str = ""


MEETINGS = (
    Meeting("the same image into one definition", PREPARED, [version()], [version()], 1),
    Meeting("the same image under a given number", PREPARED, [version(name="1.0.0")], [version(name="1.0.0")], 1),
    Meeting("two images into one definition", PREPARED, [version()], [version("db")], 2),
    Meeting("one image into two definitions", TWO_DEFINITIONS, [version()], [version(of="api")], 2),
    Meeting("a new version of one image from both", CLONED, [version(when_cloned="new")], [version(when_cloned="new")], 3),
    Meeting("everything for one image from both", seed("web"), whole(), whole(), 1),
    Meeting("gallery and definition from both for two images", seed("web", "db"), whole(), whole("db"), 2),
    Meeting("a clone while the definition is deleted", PREPARED, whole(), [GONE], None, CROSSED),
    Meeting("a clone while its version is deleted", CLONED, whole(), [VERSION_GONE], None, CROSSED),
)  # fmt: skip


class Turns:
    """Lets one run at a time ask, as a plan says."""

    def __init__(self, plan: Sequence[Turn]) -> None:
        self._plan = [list(turn) for turn in plan]
        self._moved = threading.Condition()

    def gate(self, who: str) -> None:
        """Called by a run before each request; returns when it is its turn."""
        with self._moved:
            if self._plan and self._plan[0] == [who, 0]:
                self._next()
            assert self._moved.wait_for(lambda: not self._plan or self._plan[0][0] == who, 30), "nobody moves"
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


def both(place: Azure, meeting: Meeting, plan: Sequence[Turn]) -> dict[str, Ran]:
    """How both ended."""
    turns, ended = Turns(plan), {}

    def run(who: str, steps: list[Step]) -> None:
        try:
            turns.gate(who)
            ended[who] = place.run(steps, lambda: turns.gate(who))
        finally:
            turns.over(who)

    threads = [threading.Thread(target=run, args=pair) for pair in (("a", meeting.a), ("b", meeting.b))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended


def requests_of(meeting: Meeting, steps: list[Step]) -> int:
    """How many requests a run makes that meets nobody."""
    count = 0

    def gate() -> None:
        nonlocal count
        count += 1

    with _place(meeting) as place:
        place.run(steps, gate)
    return count


def plans(meeting: Meeting, every: int = 1) -> Iterator[list[Turn]]:
    """Every change of turns, or one in `every`."""
    counts = [requests_of(meeting, steps) for steps in (meeting.a, meeting.b)]
    every_one = [(m, k) for m in range(counts[0] + 1) for k in range(1, counts[1] + 1)]
    for m, k in every_one[::every]:
        yield [("a", m + 1), ("b", k), ("a", None), ("b", None)]


def trial(meeting: Meeting, plan: Sequence[Turn]) -> list[str]:
    """What is wrong after the two runs, and after one more of each where nothing is deleted."""
    with _place(meeting) as place:
        ended = both(place, meeting, plan)
        if set(ended) != {"a", "b"}:
            return ["a run ended in a way that nobody foresaw"]
        wrong = [f"{who}: {ran.message}" for who, ran in ended.items() if not _fine(ran, meeting)]
        wrong += _end(place, meeting, ended)
        if meeting.versions is not None and not _makes_new(meeting):
            wrong += _again(place, meeting)
        return wrong


def _fine(ran: Ran, meeting: Meeting) -> bool:
    return ran.message is None or bool(meeting.may_say and re.search(meeting.may_say, ran.message))


def _makes_new(meeting: Meeting) -> bool:
    return meeting.a[-1][1].get("when_cloned") == "new"


def _end(place: Azure, meeting: Meeting, ended: dict[str, Ran]) -> list[str]:
    place.clock.sleep(LONG)
    wrong = [f"not at rest: {one}" for one in oracle.unsettled(place.emulator)]
    sources = oracle.sources(place.emulator)
    if meeting.versions is None:
        return wrong
    if sources.total() != meeting.versions:
        wrong.append(f"{sources.total()} versions, not {meeting.versions}")
    numbers = [ran.results[-1]["image_version"]["id"] for ran in ended.values() if ran.message is None]
    if meeting.versions > 1 and len(set(numbers)) < len(numbers):
        wrong.append(f"both say that they made {numbers[0]}")
    twice = [path for path, times in oracle.made(place.emulator.requests).items() if times > 1]
    return wrong + [f"made twice: {path}" for path in twice]


def _again(place: Azure, meeting: Meeting) -> list[str]:
    """One more run of each finds all done."""
    place.emulator.clear_requests()
    runs = [place.run(steps) for steps in (meeting.a, meeting.b)]
    wrong = [f"one more run: {ran.message or 'changed'}" for ran in runs if ran.message or ran.changed]
    return wrong + [f"one more run wrote {path}" for path in oracle.writes(place.emulator.requests)]


@contextlib.contextmanager
def _place(meeting: Meeting) -> Iterator[Azure]:
    """A fresh emulator for one trial."""
    with tempfile.TemporaryDirectory(prefix="kills.") as folder, azure(meeting.seed, Path(folder)) as place:
        yield place
