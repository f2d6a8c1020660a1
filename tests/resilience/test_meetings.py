"""Two runs that meet, in modules and as playbooks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from resilience import meetings, overlaps
from resilience.meetings import Meeting
from resilience.overlaps import Pair

SHARE = 9  # of each meeting


def share() -> Iterator[tuple[Meeting, int, int]]:
    for meeting in meetings.MEETINGS:
        turns = meetings.turns(meeting)
        yield from ((meeting, *turn) for turn in turns[:: len(turns) // (SHARE - 1)])


def every() -> Iterator[tuple[Meeting, int, int]]:
    return ((meeting, *turn) for meeting in meetings.MEETINGS for turn in meetings.turns(meeting))


@pytest.mark.trials(["meeting", "after", "many"], share=share, every=every)
def test_two_runs_meet(meeting: Meeting, after: int, many: int) -> None:
    assert meetings.trial(meeting, after, many) == []


@pytest.mark.parametrize("meeting", meetings.MEETINGS, ids=str)
def test_no_order_is_left_out(meeting: Meeting) -> None:
    sent = [meetings.requests_of(meeting, steps) for steps in (meeting.a, meeting.b)]
    assert all(map(int.__le__, sent, meeting.requests)), f"change the numbers of requests in meetings.py to {sent}"


def one_pair() -> list[tuple[Pair, float]]:
    return [(overlaps.SLICES, 0.2)]


def every_pair() -> list[tuple[Pair, float]]:
    return [(pair, seconds) for pair in overlaps.PAIRS for seconds in overlaps.SHIFTS]


@pytest.mark.trials(["pair", "seconds"], share=one_pair, every=every_pair)
def test_two_playbooks_at_once(pair: Pair, seconds: float) -> None:
    assert overlaps.trial(pair, seconds) == []
