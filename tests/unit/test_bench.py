"""What the benchmarks compare a first run with."""

from __future__ import annotations

import sys

import pytest

from support.collection_tree import ROOT

sys.path.insert(0, str(ROOT / "tests/bench"))

import floor


@pytest.mark.parametrize(
    ("images", "in_steps", "ideal"),
    [
        (1, 431.12, 431.12),
        (150, 431.12, 431.12),
        (151, 611.12, 611.12),  # the 151st definition waits for the next 3 minutes
        (400, 971.12, 791.12),  # 360 s for definitions; of 400 versions at once, 25 wait for the next 3 minutes
        (500, 1151.12, 971.12),
    ],
)
def test_the_time_that_limits_and_replication_take(images: int, in_steps: float, ideal: float) -> None:
    assert floor.in_steps(images, 431) == pytest.approx(in_steps)
    assert floor.ideal(images, 431) == pytest.approx(ideal)


def test_a_long_window_counts_as_well() -> None:
    """750 definitions in 30 minutes."""
    assert floor.earliest("image_definition", [0.0] * 751)[-1] == 1800
