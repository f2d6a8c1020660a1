"""Scale sets get their new image under faults, kills and another run."""

from __future__ import annotations

import pytest

from resilience.repointing import Trial, every_trial, few_trials, wrong


@pytest.mark.trials(
    ["trial"], share=lambda: [(one,) for one in few_trials()], every=lambda: [(one,) for one in every_trial()]
)
def test_a_model_has_the_old_image_or_the_new_one(trial: Trial) -> None:
    assert wrong(trial) == []
