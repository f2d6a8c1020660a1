# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A part of the trials of tests/faults that holds every fault; `python -m faults`, in tests/, runs them all."""

from __future__ import annotations

import pytest
from faults import trials
from faults.table import FAULTS
from faults.trial import Trial

pytestmark = pytest.mark.slow

EACH, ORDERED, CHANCE = 2, 40, 10


def names(choose: str) -> list[str]:
    return [fault.name for fault in FAULTS.values() if fault.kind == choose]


def hold(chosen: list[Trial]) -> None:
    """Each is played, and nothing is to be complained of."""
    assert chosen
    for trial in chosen:
        complaints = trials.verdict(trial).complaints
        assert not complaints, f"{trial.scenario.name}: {trial.name}: {trial.place}: {complaints}"


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault(name: str) -> None:
    hold(trials.some(lambda trial: trial.name == name and trial.kind == FAULTS[name].kind, EACH))


@pytest.mark.parametrize("part", range(4))
def test_faults_in_every_order_that_matters(part: int) -> None:
    hold(trials.some(lambda trial: trial.kind == "pair", ORDERED)[part::4])


def test_pairs_by_chance() -> None:
    hold(trials.some(lambda trial: trial.kind == "pair by chance", CHANCE))


def test_every_request_meets_every_fault_that_it_can_have() -> None:
    """What is counted is what there is: nothing is left out by a slip in the table."""
    for name in trials.SCENARIOS:
        calls, run = trials.recorded(name)
        tried = [(trial.name, trial.place) for trial in trials.single(trials.SCENARIOS[name])]
        assert len(tried) == len(set(tried))
        assert {place for _name, place in tried} == {call.words for call in calls}
        for fault in FAULTS.values():
            places = {place for fault_name, place in tried if fault_name == fault.name}
            assert places == {call.words for call in calls if fault.befalls(call)}
        assert len(calls) == len(run.requests)
