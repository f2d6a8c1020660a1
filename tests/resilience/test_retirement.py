# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deletes and restores of managed images under faults, kills and another run."""

from __future__ import annotations

import pytest

from resilience.retirement import Trial, every_trial, few_trials, wrong


@pytest.mark.trials(
    ["trial"], share=lambda: [(one,) for one in few_trials()], every=lambda: [(one,) for one in every_trial()]
)
def test_an_image_is_there_or_recorded_and_replaced(trial: Trial) -> None:
    assert wrong(trial) == []
