"""All trials with faults, and a share of them that holds every fault."""

from __future__ import annotations

import functools
import typing as t

from . import fault_pairs
from .calls import Call, record
from .fault_table import FAULTS
from .fault_trial import Trial, Verdict, at_call, judge
from .scenarios import SCENARIOS, Scenario
from .stage import Run

BY_CHANCE = 30  # pairs by chance in each scenario
SHARE = {"pair": 40, "pair by chance": 10}
OF_EACH_FAULT = 2


@functools.cache
def recorded(name: str) -> tuple[list[Call], Run]:
    """The requests of a scenario without faults, and its run."""
    return record(SCENARIOS[name])


def single(scenario: Scenario) -> t.Iterator[Trial]:
    """Every request times every fault that is possible there."""
    for fault in FAULTS.values():
        for call in recorded(scenario.name)[0]:
            if fault.possible(call):
                yield at_call(scenario, fault, call)


@functools.cache
def of(name: str) -> tuple[Trial, ...]:
    """All trials of a scenario, always in the same order."""
    scenario, calls = SCENARIOS[name], recorded(name)[0]
    chance = fault_pairs.by_chance(scenario, calls, BY_CHANCE)
    return (*single(scenario), *fault_pairs.chosen(scenario, calls), *chance)


def every() -> list[Trial]:
    return [trial for name in SCENARIOS for trial in of(name)]


def share() -> list[Trial]:
    """A few of each fault and each kind of pair, evenly from all scenarios and requests."""
    kinds: dict[tuple[str, str], list[Trial]] = {}
    for trial in every():
        kinds.setdefault((trial.kind, "" if trial.kind in SHARE else trial.name), []).append(trial)
    return [trial for (kind, _name), found in kinds.items() for trial in spread(found, SHARE.get(kind, OF_EACH_FAULT))]


T = t.TypeVar("T")


def spread(found: t.Sequence[T], count: int) -> t.Sequence[T]:
    """So many of them at even distances."""
    return found if len(found) <= count else [found[len(found) * place // count] for place in range(count)]


def verdict(trial: Trial) -> Verdict:
    """Play it."""
    return judge(trial, recorded(trial.scenario.name)[1])
