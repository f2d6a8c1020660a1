# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long to wait between two readings of one version."""

from __future__ import annotations

import math
import typing as t

from .._resources.errors import InvalidRequest

LONGEST_WAIT = 1_000_000_000  # seconds, some thirty years: who asks for more has made a mistake
SHORTEST, LONGEST = 2.0, 60.0
NEAR_END, NEAR_END_PAUSE = 90, 15.0
HEARTBEAT = 60.0  # a wait says at least so often that it is still there


def read_seconds(value: t.Any, where: str, least: float) -> float:
    """A number of seconds of the option `where`; InvalidRequest for anything else."""
    try:
        seconds = float(value)
    except (TypeError, ValueError, OverflowError):
        seconds = math.nan
    if isinstance(value, bool) or not least <= seconds <= LONGEST_WAIT:
        raise InvalidRequest(
            f"{where}: {value!r} is not a number of seconds from {least:g} on (and up to {LONGEST_WAIT})."
        )
    return seconds


def next_pause(
    age: float, asked: float | None = None, service: float | None = None, progress: int | None = None
) -> float:
    """Seconds to the next reading of a version that is `age` seconds old.

    `asked` is the task's own interval and wins. `service` is what Azure said with the write (Retry-After). Without both, readings
    thin out with age, a quarter of it, from 2 to 60 seconds. Near its end (from 90 percent on) a version is read every 15 s.
    """
    if asked:
        return float(asked)
    pause = service or min(LONGEST, max(SHORTEST, age / 4))
    if progress is not None and progress >= NEAR_END:
        return min(pause, NEAR_END_PAUSE)
    return pause


def budget_pause(reads: int, left: t.Mapping[str, int]) -> float:
    """Seconds that a round of `reads` single readings has to be apart from the next, so that Azure need not refuse one.

    `left` is what Azure says remains of each window, by bucket. While there is plenty (four rounds of the 3 minutes, twenty of
    the 30) a round costs nothing; after that the rest is spread over the window.
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
    """Seconds before the next look at something that settles within seconds, such as a gallery: 0.13, 0.22, 0.38 … up to 10.

    Azure makes a definition in 0.12 seconds (the median of what was recorded).
    """
    return float(min(10.0, 0.13 * 1.7**attempt))
