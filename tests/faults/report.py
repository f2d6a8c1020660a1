# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs trials in several processes, and counts by kind of fault."""

from __future__ import annotations

import collections
import concurrent.futures
import multiprocessing
import os
import time
import typing as t
from dataclasses import dataclass, field

from . import trials
from .scenarios import SCENARIOS

CHUNK = 40


@dataclass
class Count:
    """Of one kind: how many were tried; ended well in the same run; ended in the error that they had to; went wrong."""

    tried: int = 0
    survived: int = 0
    told: int = 0
    wrong: int = 0


@dataclass
class Outcome:
    """`wrong`: the trials that were not as they had to be."""

    counts: dict[str, Count] = field(default_factory=lambda: collections.defaultdict(Count))
    wrong: list[str] = field(default_factory=list)
    requests: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    def add(self, kind: str, title: str, survived: bool, complaints: list[str]) -> None:
        for count in (self.counts[kind], self.counts["all"]):
            count.tried += 1
            count.wrong += bool(complaints)
            count.survived += survived and not complaints
            count.told += not survived and not complaints
        if complaints:
            self.wrong.append(title)

    def lines(self) -> t.Iterator[str]:
        """The table."""
        yield f"{'kind of fault':24}{'tried':>8}{'survived':>10}{'clear error':>13}{'wrong':>7}"
        for kind, count in sorted(self.counts.items(), key=lambda item: item[0] == "all"):
            yield f"{kind:24}{count.tried:8}{count.survived:10}{count.told:13}{count.wrong:7}"
        yield "requests of a run: " + ", ".join(f"{name} {number}" for name, number in self.requests.items())
        yield f"{self.seconds:.0f} s"


def _work(job: tuple[str, int, int]) -> list[tuple[str, str, bool, list[str]]]:
    """One piece of a scenario's trials, in a process of its own."""
    name, start, end = job
    done = []
    for trial in trials.of(name)[start:end]:
        verdict = trials.verdict(trial)
        title = f"{name}: {trial.name}: {trial.place}"
        done.append((trial.kind, title, verdict.survived, verdict.complaints))
    return done


def run(names: t.Sequence[str], workers: int | None = None, tell: t.Callable[[str], None] = print) -> Outcome:
    """Every trial of these scenarios."""
    began = time.monotonic()
    outcome = Outcome(requests={name: len(trials.recorded(name)[0]) for name in names})
    jobs = [(name, start, start + CHUNK) for name in names for start in range(0, len(trials.of(name)), CHUNK)]
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(workers or os.cpu_count(), mp_context=context) as pool:
        for number, done in enumerate(pool.map(_work, jobs), 1):
            for kind, title, survived, complaints in done:
                outcome.add(kind, title, survived, complaints)
                if complaints:
                    tell("\n    ".join([title, *complaints]))
            if number % 5 == 0:
                tell(f"{outcome.counts['all'].tried} tried, {len(outcome.wrong)} wrong")
    outcome.seconds = time.monotonic() - began
    return outcome


ALL = tuple(SCENARIOS)
