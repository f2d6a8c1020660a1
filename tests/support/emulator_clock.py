"""One time for the emulator and the code under test, in which no test waits."""

from __future__ import annotations

import datetime

from arm_emulator import ManualClock


class EndlessWait(BaseException):
    """The code slept so often that it would never end. Not an Exception, or the code would take it for a failure of Azure."""


class EmulatorClock:
    """The emulator's clock as the collection's; sleeping moves it."""

    def __init__(self, most_sleeps: int = 100_000) -> None:
        # Always the same, so that what is rounded, as the end of a token, is rounded alike in every run.
        self.shared = ManualClock(datetime.datetime(2026, 4, 23, 3, 0, tzinfo=datetime.UTC))
        self.began = self.shared.now()
        self._sleeps, self._most_sleeps = 0, most_sleeps

    def now(self) -> datetime.datetime:
        return self.shared.now()

    def monotonic(self) -> float:
        return (self.shared.now() - self.began).total_seconds()

    def timestamp(self) -> float:
        return self.shared.now().timestamp()

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self._sleeps += 1
        if self._sleeps > self._most_sleeps:
            raise EndlessWait(f"slept {self._sleeps} times, now for {seconds} s")
        self.shared.advance(seconds)
