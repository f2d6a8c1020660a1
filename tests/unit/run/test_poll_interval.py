"""How far apart readings are."""

from __future__ import annotations

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._run.poll_interval import (
    LONGEST,
    NEAR_END_PAUSE,
    SHORTEST,
    budget_pause,
    next_pause,
)

THREE, THIRTY = "Microsoft.Compute/GetGalleryImageVersion3Min", "Microsoft.Compute/GetGalleryImageVersion30Min"


@pytest.mark.parametrize(
    ("reads", "left", "pause"),
    [
        (500, {}, 0),
        (100, {THREE: 1900, THIRTY: 9900}, 0),
        (500, {THREE: 1500, THIRTY: 10000}, 60),
        (500, {THREE: 2000, THIRTY: 9000}, 100),
        (500, {THREE: 0, THIRTY: 0}, 1800),
    ],
)
def test_the_calls_that_are_left_are_spread_over_their_window(reads, left, pause):
    assert budget_pause(reads, left) == pytest.approx(pause)


def test_readings_thin_out_with_age_and_the_task_then_azure_decide():
    assert (next_pause(0), next_pause(100), next_pause(10_000)) == (SHORTEST, 25, LONGEST)
    assert next_pause(0, asked=7, service=60) == 7
    assert next_pause(0, service=60) == 60
    assert next_pause(10_000, progress=95) == NEAR_END_PAUSE
