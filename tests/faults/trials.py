# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All trials there are, and a small part of them that holds every kind."""

from __future__ import annotations

import functools
import typing as t

from . import pairs
from .calls import Call, record
from .scenarios import SCENARIOS, Scenario
from .stage import Json, Run, Stage
from .table import FAULTS
from .trial import Trial, Verdict, at_call, judge

BY_CHANCE = 30  # pairs by chance in each scenario


@functools.cache
def _authority() -> Json:
    """Who signs every emulator's certificate; making one takes as long as a run."""
    with Stage(SCENARIOS["clone"].seed) as stage:
        return dict(stage.emulator.state.authority or {})


@functools.cache
def recorded(name: str) -> tuple[list[Call], Run]:
    """The requests of a scenario without faults, and its run."""
    return record(SCENARIOS[name], _authority())


def single(scenario: Scenario) -> t.Iterator[Trial]:
    """Every request times every fault that it can have."""
    for fault in FAULTS.values():
        for call in recorded(scenario.name)[0]:
            if fault.befalls(call):
                yield at_call(scenario, fault, call)


@functools.cache
def of(name: str) -> tuple[Trial, ...]:
    """All trials of a scenario, always in the same order."""
    scenario, calls = SCENARIOS[name], recorded(name)[0]
    chance = pairs.by_chance(scenario, calls, BY_CHANCE)
    return (*single(scenario), *pairs.chosen(scenario, calls), *chance)


def verdict(trial: Trial) -> Verdict:
    """Play it."""
    return judge(trial, recorded(trial.scenario.name)[1], _authority())


def some(choose: t.Callable[[Trial], bool], count: int) -> list[Trial]:
    """So many of those that are chosen, evenly from all scenarios and requests."""
    found = [trial for name in SCENARIOS for trial in of(name) if choose(trial)]
    return found if len(found) <= count else [found[len(found) * place // count] for place in range(count)]
