"""An emulator that kills itself: python -m resilience.dying_emulator WHEN NUMBER and the options of arm_emulator.

WHEN is `arriving` (that request has arrived), `served` (its work is done and saved, its answer not sent) or `saving` (the state
was written that many times, the last time not yet to its final name).
"""

from __future__ import annotations

import os
import signal
import sys
import types
from collections.abc import Callable
from typing import Any

from arm_emulator import cli, journal, service, store


def _dies(number: int) -> Callable[[], None]:
    count = 0

    def step() -> None:
        nonlocal count
        count += 1
        if count == number:
            os.kill(os.getpid(), signal.SIGKILL)

    return step


def arm(when: str, number: int) -> None:
    """Kill this process at that moment."""
    step = _dies(number)
    serve, log, replace = service.Service.handle, journal.Journal.add, os.replace

    def arriving(*arguments: Any) -> Any:
        step()
        return serve(*arguments)

    def served(*arguments: Any) -> None:
        log(*arguments)
        step()

    def saving(*arguments: Any) -> None:
        step()
        replace(*arguments)

    if when == "arriving":
        service.Service.handle = arriving  # type: ignore[method-assign]
    elif when == "served":
        journal.Journal.add = served  # type: ignore[method-assign]
    else:  # the certificate is saved in the same way, and does not count
        store.os = types.SimpleNamespace(**{**vars(os), "replace": saving})  # type: ignore[assignment]


if __name__ == "__main__":
    arm(sys.argv[1], int(sys.argv[2]))
    sys.exit(cli.main(sys.argv[3:]))
