"""A real ansible-playbook that is killed at a chosen moment.

The emulator runs in this process and kills from within, when a request has been served and its answer not yet sent: the worst
moment, since Azure has acted and the run does not know. Nothing is polled for that.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from arm_emulator import Emulator
from support.playbook_runner import PlaybookRunner

PATIENCE = 90.0  # seconds for anything that must happen


def wait_for(what: Callable[[], Any], seconds: float = PATIENCE) -> bool:
    """Whether it became true in time."""
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def family(pid: int) -> list[int]:
    """A process and its descendants; since ansible-core 2.19 each worker is in a session of its own."""
    found = [pid]
    for parent in found:
        with contextlib.suppress(OSError):
            found += map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split())
    return found


def _stat(pid: int) -> list[str]:
    """State, parent and more; of a process that does not exist, a zombie's."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ["Z", "0"]


def runs(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    return _stat(pid)[0] != "Z"


def _parent(pid: int) -> int:
    return int(_stat(pid)[1])


def _kill(*pids: int) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@dataclass(frozen=True)
class Point:
    """A run is killed `later` seconds after `number` requests (that contain `asked`) or results of tasks."""

    number: int
    what: str = "request"  # request | task
    only_main: bool = False
    later: float = 0.0
    asked: str = ""

    def __str__(self) -> str:
        who = "main process" if self.only_main else "all processes"
        when = f"{self.what} {self.number}{f' of {self.asked}' if self.asked else ''}"
        return f"{who} at {when}{f' + {self.later:g} s' if self.later else ''}"


@dataclass
class Killed:
    """A killed run, and what it did afterwards."""

    reached: bool = False
    processes: list[int] = field(default_factory=list)
    requests: int = 0  # served until the kill
    output: str = ""


class Victim:
    """A playbook in an environment of its own, started without waiting for it."""

    def __init__(self, runner: PlaybookRunner, command: list[str], name: str = "killed") -> None:
        self.results = runner.folder / f"{name}.jsonl"
        self.results.touch()
        self._output = runner.folder / f"{name}.out"
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                [str(runner.bin / "ansible-playbook"), *command],
                env=runner.environment(self.results),
                cwd=runner.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self, only_main: bool) -> list[int]:
        """Kill it; return the processes that it had."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGSTOP)  # so that it starts no more processes
        processes = family(self.process.pid)
        doomed = processes[: 1 if only_main else None]
        _kill(*doomed)
        # Ending takes some milliseconds, and its children are orphans only after its last thread.
        wait_for(lambda: not any(map(runs, doomed)) and not any(_parent(pid) == self.process.pid for pid in processes))
        return processes

    def ended(self, seconds: float = PATIENCE) -> int:
        """Its exit code."""
        return self.process.wait(seconds)

    @property
    def output(self) -> str:
        return self._output.read_text(encoding="utf-8", errors="replace")

    @property
    def tasks(self) -> int:
        """How many results of tasks there are."""
        return self.results.read_bytes().count(b"\n")


@contextlib.contextmanager
def _watching(emulator: Emulator, seen: Callable[[], None]) -> Iterator[None]:
    """Call `seen` when a request has been served, before its answer is sent."""
    journal = emulator.service.journal
    add = journal.add

    def added(*arguments: Any) -> None:
        add(*arguments)
        seen()

    journal.add = added  # type: ignore[method-assign]
    try:
        yield
    finally:
        journal.add = add  # type: ignore[method-assign]


def run_and_kill(emulator: Emulator, runner: PlaybookRunner, command: list[str], point: Point) -> Killed:
    """Start a playbook and kill it at the point. If it ends before, `reached` is false."""
    killed, dead = Killed(), threading.Event()
    emulator.clear_requests()

    def kill() -> None:
        with emulator.service.lock:  # nothing is served meanwhile
            if killed.reached or victim.process.poll() is not None:
                return
            killed.reached = True
            killed.requests = len(emulator.requests)
            killed.processes = victim.kill(point.only_main)
            dead.set()

    def seen() -> None:
        if point.what == "request" and not point.later and _served(emulator, point) == point.number:
            kill()

    with _watching(emulator, seen):
        with emulator.service.lock:  # nothing is served before the victim has its name
            victim = Victim(runner, command)
        if point.what == "task" or point.later:
            _await_point(emulator, victim, point)
            kill()
        victim.ended()
        if killed.reached:
            assert dead.wait(PATIENCE), "it was not killed"
            assert wait_for(lambda: not any(map(runs, killed.processes))), "processes of a killed run continue"
    killed.output = victim.output
    return killed


def _served(emulator: Emulator, point: Point) -> int:
    return sum(point.asked in f"{one['method']} {one['path']}" for one in list(emulator.requests))


def _await_point(emulator: Emulator, victim: Victim, point: Point) -> None:
    def count() -> int:
        return victim.tasks if point.what == "task" else _served(emulator, point)

    wait_for(lambda: count() >= point.number or victim.process.poll() is not None)
    time.sleep(point.later)
