"""The interval between two polls of a version."""

from __future__ import annotations

import math
import typing as t

from .._resources.errors import InvalidRequest

LONGEST_WAIT = 1_000_000_000  # seconds, about thirty years: a larger value is a mistake
SHORTEST, LONGEST = 2.0, 60.0
NEAR_END, NEAR_END_PAUSE = 90, 15.0
HEARTBEAT = 60.0  # the longest time without a line of progress


def read_seconds(value: t.Any, where: str, least: float) -> float:
    """A number of seconds of the option `where`; InvalidRequest for anything else."""
    try:
        seconds = float(value)
    except (TypeError, ValueError, OverflowError):
        seconds = math.nan
    if isinstance(value, bool) or not least <= seconds <= LONGEST_WAIT:
        raise InvalidRequest(f"{where}: {value!r} is not a number of seconds from {least:g} to {LONGEST_WAIT}.")
    return seconds


def next_pause(
    age: float, asked: float | None = None, service: float | None = None, progress: int | None = None
) -> float:
    """Seconds until the next poll of a version that is `age` seconds old.

    `asked`, the interval of the task, has priority. `service` is the Retry-After of the write. Without both, the interval is a
    quarter of the age, from 2 to 60 seconds. From 90 percent of progress on, it is at most 15 seconds.
    """
    if asked:
        return float(asked)
    pause = service or min(LONGEST, max(SHORTEST, age / 4))
    if progress is not None and progress >= NEAR_END:
        return min(pause, NEAR_END_PAUSE)
    return pause


def budget_pause(reads: int, left: t.Mapping[str, int]) -> float:
    """Seconds between two rounds of `reads` requests each that keep them within Azure's rate limits.

    `left` is the number of requests that remain, by bucket. While four rounds remain in the 3 minute window and twenty in the
    30 minute window, no pause is needed. After that, the remaining requests are spread over the window.
    """
    pause = 0.0
    for bucket, window, plenty in (
        ("GetGalleryImageVersion3Min", 180.0, 4),
        ("GetGalleryImageVersion30Min", 1800.0, 20),
    ):
        remaining = next((count for name, count in left.items() if name.endswith(bucket)), None)
        if remaining is not None and remaining < plenty * reads:
            pause = max(pause, window * reads / max(1, remaining))
    return min(pause, 1800.0)


def next_settling_pause(attempt: int) -> float:
    """Seconds until the next poll of a gallery or definition: 0.13, 0.22, 0.38 … up to 10.

    Azure creates a definition within 0.12 seconds (median of the recordings).
    """
    return float(min(10.0, 0.13 * 1.7**attempt))
