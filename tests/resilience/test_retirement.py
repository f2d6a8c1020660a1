"""Deletes and restores of managed images under faults, kills and another run."""

from __future__ import annotations

import pytest

from resilience.retirement import Trial, every_trial, few_trials, wrong


@pytest.mark.trials(
    ["trial"], share=lambda: [(one,) for one in few_trials()], every=lambda: [(one,) for one in every_trial()]
)
def test_an_image_is_there_or_recorded_and_replaced(trial: Trial) -> None:
    assert wrong(trial) == []
