"""Requests that meet faults: the run survives, or fails clearly and the next one completes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from resilience import fault_trials
from resilience.fault_table import FAULTS
from resilience.fault_trial import Trial
from resilience.scenarios import SCENARIOS


def share() -> Iterator[tuple[Trial]]:
    return ((trial,) for trial in fault_trials.share())


def every() -> Iterator[tuple[Trial]]:
    return ((trial,) for trial in fault_trials.every())


@pytest.mark.trials(["trial"], share=share, every=every)
def test_a_fault(trial: Trial) -> None:
    assert fault_trials.verdict(trial).complaints == []


def test_every_request_meets_every_fault_that_is_possible() -> None:
    """No trial is left out by a mistake in the table."""
    for name, scenario in SCENARIOS.items():
        calls, run = fault_trials.recorded(name)
        tried = Counter((trial.name, trial.place) for trial in fault_trials.single(scenario))
        assert tried == Counter(
            (fault.name, call.words) for fault in FAULTS.values() for call in calls if fault.possible(call)
        )
        assert set(tried.values()) == {1}
        assert {place for _name, place in tried} == {call.words for call in calls}
        assert len(calls) == len(run.requests)


def test_the_share_holds_every_fault() -> None:
    """Two of each, and pairs."""
    kinds = Counter(trial.kind if trial.kind in fault_trials.SHARE else trial.name for trial in fault_trials.share())
    assert kinds == {**dict.fromkeys(FAULTS, fault_trials.OF_EACH_FAULT), **fault_trials.SHARE}
