# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every point, counted: python -m kills [--only kills,restarts,...] [--every N]."""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from . import at_once, cuts, restarts, together, trials
from .playbooks import Point
from .scenarios import CREATE, SCENARIOS, Scenario

Trial = Callable[[], Any]  # what is wrong, or None if the run ended before the point; of restarts an Outcome
Named = Iterator[tuple[str, str, Trial]]  # group, point, trial
SHIFTS = (0.0, 0.1, 0.2, 0.4, 0.7, 1.0, 1.5, 2.0)


def _good(scenario: Scenario) -> trials.Good:
    with tempfile.TemporaryDirectory(prefix="kills.") as folder:
        return trials.undisturbed(scenario, Path(folder))


def _kills() -> Named:
    """Playbooks, killed at every request with all their processes and with the main one alone, at every task, between polls."""
    for scenario in SCENARIOS:
        good = _good(scenario)
        points = [Point(n, only_main=main) for n in range(1, good.requests + 1) for main in (False, True)]
        points += [Point(n, "task") for n in range(1, good.tasks)]
        points += [Point(good.requests - 2, only_main=main, later=s) for s in (0.2, 0.5, 0.8) for main in (False, True)]
        for point in points:
            yield f"kills: {scenario.name}", str(point), lambda s=scenario, p=point, g=good: trials.trial(s, p, g)


def _restarts() -> Named:
    """Emulators, killed under a playbook at every request before and after its work, and at every writing of the state."""
    good = _good(CREATE)
    every = [restarts.Restart(when, n) for when in ("served", "arriving") for n in range(1, good.requests + 1)]
    every += [restarts.Restart("saving", n) for n in range(2, sum(good.writes.values()) + 2)]
    every += [restarts.Restart("arriving", n, 40) for n in (1, good.requests // 2, good.requests)]
    for restart in every:
        yield "restarts", str(restart), lambda r=restart: restarts.trial(CREATE, r, good)
    for number in range(1, 11):
        yield "restarts: acknowledged writes", f"{number}", lambda n=number: restarts.lost_writes(0.17 * n)


def _cuts() -> Named:
    """Runs of tasks, cut before every request."""
    for job in cuts.JOBS:
        good = cuts.undisturbed(job)
        for n in range(good.requests + 1):
            yield f"cuts: {job.name}", str(n), lambda j=job, n=n, g=good: cuts.trial(j, n, g)


def _meetings() -> Named:
    """Two runs of tasks, in every order."""
    for meeting in together.MEETINGS:
        for plan in together.plans(meeting):
            yield f"meetings: {meeting.name}", str(plan[:2]), lambda m=meeting, p=plan: together.trial(m, p)


def _pairs() -> Named:
    """Two playbooks, the second started later and later."""
    for pair in at_once.PAIRS:
        for shift in SHIFTS:
            yield f"pairs: {pair.name}", f"{shift:g} s apart", lambda p=pair, s=shift: at_once.trial(p, s)


GROUPS: dict[str, Callable[[], Named]] = {
    "cuts": _cuts,
    "meetings": _meetings,
    "kills": _kills,
    "restarts": _restarts,
    "pairs": _pairs,
}


def main() -> int:
    """Try them; 1 if anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m kills", description=__doc__)
    parser.add_argument("--only", default=",".join(GROUPS), help=f"some of {', '.join(GROUPS)}")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="every Nth point")
    options = parser.parse_args()
    begun, failed = time.monotonic(), 0
    for name in options.only.split(","):
        failed += _try_all(GROUPS[name](), options.every)
    print(f"{time.monotonic() - begun:.0f} s; {failed or 'nothing'} wrong")
    return 1 if failed else 0


class Tally:
    """What became of the points of one group."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._began = time.monotonic()
        self._seconds = 0.0

    def add(self, result: Any) -> list[str]:
        """Count one; what is wrong with it."""
        wrong = result.wrong if isinstance(result, restarts.Outcome) else result
        self._counts["not reached" if wrong is None else "wrong" if wrong else "survived"] += 1
        if isinstance(result, restarts.Outcome):
            self._counts["went on" if result.went_on else "failed clearly, and the next run finished"] += 1
        self._seconds = time.monotonic() - self._began
        return wrong or []

    def __str__(self) -> str:
        return f"{', '.join(f'{number} {what}' for what, number in self._counts.items())}; {self._seconds:.0f} s"


def _try_all(points: Named, every: int) -> int:
    """How many points were wrong."""
    failed = 0
    for group, members in itertools.groupby(itertools.islice(points, 0, None, every), key=lambda point: point[0]):
        tally = Tally()
        for _group, point, trial in members:
            wrong = tally.add(trial())
            failed += bool(wrong)
            for line in wrong:
                print(f"WRONG {group}, {point}: {line}", flush=True)
        print(f"{group}: {tally}", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
