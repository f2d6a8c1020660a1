"""The context in which a module runs."""

from __future__ import annotations

import datetime
import functools
import random as random_module
import time
import typing as t
from dataclasses import dataclass, field

from .._arm.client import ArmClient
from .._arm.connection import Connection
from .._arm.retry import Waiting, silent
from .._arm.run_cache import RunCache
from .._resources.text import printable
from .poll_interval import HEARTBEAT

Read = t.TypeVar("Read")


class Clock:
    """The machine's time. Tests use one that does not sleep."""

    def now(self) -> datetime.datetime:
        """The time, in UTC."""
        return datetime.datetime.now(datetime.UTC)

    def monotonic(self) -> float:
        """Seconds of a clock that never goes back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


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
class Context:
    """One execution of a task.

    `progress` displays a line, `warn` adds a warning to the result, `debug` displays a line with -vvv. All tasks of a run share
    `memory`. `alive` returns whether the process that started the task still runs.
    """

    params: dict[str, t.Any]
    check_mode: bool = False
    diff_mode: bool = False
    progress: t.Callable[[str], None] = silent
    warn: t.Callable[[str], None] = silent
    debug: t.Callable[[str], None] = silent
    clock: Clock = field(default_factory=Clock)
    memory: RunCache = field(default_factory=RunCache)
    random: random_module.Random = field(default_factory=random_module.Random)
    alive: t.Callable[[], bool] = lambda: True
    connect: t.Callable[[Context], Connection] | None = None

    def __post_init__(self) -> None:
        heard = _Heard(self.clock, self.progress)
        self.clock, self.progress = heard, heard.say
        warn, debug = self.warn, self.debug
        # The lines contain text from Azure. Errors are made printable by their own class.
        self.warn, self.debug = (lambda line: warn(printable(line))), (lambda line: debug(printable(line)))

    @functools.cached_property
    def arm(self) -> ArmClient:
        """The client for the Resource Manager of the credential options, created at its first use."""
        connection = self.connect(self) if self.connect else self._connection()
        return ArmClient(connection, self.memory, self.clock)

    def by_subscription(self, read: t.Callable[[str], Read]) -> Read:
        """The result of `read` for the subscription's ID. It runs with a placeholder first, to fail before any sign-in."""
        read(self.params.get("subscription_id") or "00000000-0000-0000-0000-000000000000")
        return read(self.arm.subscription_id)

    def _connection(self) -> Connection:
        return Connection(
            self.params,
            self.memory,
            Waiting(self.clock, self.random, self.progress, self.alive),
            check_mode=self.check_mode,
            alive=self.alive,
            debug=self.debug,
        )

    @property
    def has_written(self) -> bool:
        """Whether Azure has accepted a write of this task."""
        return "arm" in self.__dict__ and self.arm.has_written

    def close(self) -> None:
        """Close the connection."""
        if "arm" in self.__dict__:
            self.arm.close()
