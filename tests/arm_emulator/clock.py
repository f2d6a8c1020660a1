"""Where the emulator takes its time from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Anything that knows the time."""

    def now(self) -> datetime:
        """The time, aware, in UTC."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The time, in UTC."""
        return datetime.now(UTC)


class ManualClock:
    """A clock that a test moves, so that the test need not sleep."""

    def __init__(self, start: datetime | None = None) -> None:
        self._now = start or datetime(2026, 4, 23, 3, 8, 11, 555903, tzinfo=UTC)

    def now(self) -> datetime:
        """The time it was set to."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Let that much time pass."""
        self._now += timedelta(seconds=seconds)

    def set(self, moment: datetime) -> None:
        """Go to a moment."""
        self._now = moment


def stamp(seconds: float) -> str:
    """A moment as the service prints it: seven digits of a second, trailing zeros trimmed, an offset.

    Recorded: `2023-06-25T12:45:41.1197239+00:00`; a time without a fraction has no point at all.
    """
    moment = datetime.fromtimestamp(seconds, UTC)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    if moment.microsecond:
        text += f".{moment.microsecond:06d}{moment.microsecond % 9 + 1}"
    return text + "+00:00"


def ticks(seconds: float) -> int:
    """Hundreds of nanoseconds since the year 1: the 18 digits that a signed operation URL carries as `t`."""
    return 621355968000000000 + int(seconds * 10_000_000)


def parse_instant(text: object) -> float | None:
    """Seconds since the epoch of an ISO 8601 text; None when it is not one. Without an offset it is UTC."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC).timestamp()
    except OverflowError:  # the first or the last hours that there are, in another zone
        return None
