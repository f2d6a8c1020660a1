"""What the client needs to know of the task that it works for."""

from __future__ import annotations

import datetime
import random as random_module
import time
import typing as t
from dataclasses import dataclass, field

from .run_cache import RunCache


def silent(line: str) -> None:
    """Drop the line."""


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


@dataclass
class Task:
    """One execution of a task.

    `params` are its options, those of credentials among them. `progress` displays a line, `debug` one with -vvv. All tasks of a
    run share `cache`. `alive` returns whether the process that started the task still runs.
    """

    params: dict[str, t.Any]
    check_mode: bool = False
    progress: t.Callable[[str], None] = silent
    debug: t.Callable[[str], None] = silent
    clock: Clock = field(default_factory=Clock)
    cache: RunCache = field(default_factory=RunCache)
    random: random_module.Random = field(default_factory=random_module.Random)
    alive: t.Callable[[], bool] = lambda: True
