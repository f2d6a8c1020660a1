"""The context in which a module runs."""

from __future__ import annotations

import functools
import typing as t
from dataclasses import dataclass

from .._arm.client import ArmClient
from .._arm.task import Clock, Task, silent
from .._resources.text import printable
from .poll_interval import HEARTBEAT

Read = t.TypeVar("Read")


class _Heard(Clock):
    """A clock that reports progress during a long sleep, at least every HEARTBEAT seconds.

    Without output, AWX closes log streams and ends jobs with an idle timeout.
    """

    def __init__(self, clock: Clock, progress: t.Callable[[str], None]) -> None:
        self._clock, self._progress = clock, progress
        self._last = clock.monotonic()
        self.now, self.monotonic = clock.now, clock.monotonic  # type: ignore[method-assign]

    def say(self, line: str) -> None:
        """Report a line of progress."""
        self._last = self.monotonic()
        self._progress(printable(line))

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ends = self.monotonic() + seconds
        # A second later, since the caller may report progress itself after the sleep.
        while self._last + HEARTBEAT + 1 < ends:
            self._clock.sleep(max(0.0, self._last + HEARTBEAT - self.monotonic()))
            self.say(f"still waiting for Azure, for {ends - self.monotonic():.0f} s more")
        self._clock.sleep(max(0.0, ends - self.monotonic()))


@dataclass
class Context(Task):
    """One execution of a task, as a module's function sees it. `warn` adds a warning to the result."""

    params: dict[str, t.Any]
    diff_mode: bool = False
    warn: t.Callable[[str], None] = silent

    def __post_init__(self) -> None:
        heard = _Heard(self.clock, self.progress)
        self.clock, self.progress = heard, heard.say
        warn = functools.cache(self.warn)  # each line once, though a task may decide several times
        debug = self.debug
        # The lines contain text from Azure. Errors are made printable by their own class.
        self.warn, self.debug = (lambda line: warn(printable(line))), (lambda line: debug(printable(line)))

    @functools.cached_property
    def arm(self) -> ArmClient:
        """The client for the Resource Manager of the credential options, created at its first use."""
        return ArmClient(self)

    def by_subscription(self, read: t.Callable[[str], Read]) -> Read:
        """The result of `read` for the subscription's ID. It runs with a placeholder first, to fail before any sign-in."""
        read(self.params.get("subscription_id") or "00000000-0000-0000-0000-000000000000")
        return read(self.arm.subscription_id)

    @property
    def has_written(self) -> bool:
        """Whether Azure has accepted a write of this task."""
        return "arm" in self.__dict__ and self.arm.run_state.has_written

    def close(self) -> None:
        """Close the connection."""
        if "arm" in self.__dict__:
            self.arm.connection.close()
