"""Kill a playbook at a point, run it once more, and compare with an undisturbed run."""

from __future__ import annotations

import functools
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arm_emulator import Emulator
from support.playbook_runner import PlaybookRunner, Run, azure_environment

from . import oracle
from .killed_playbook import Killed, Point, run_and_kill, wait_for
from .playbooks import SCENARIOS, Scenario
from .seeds import Json

SECRET = "the-secret-of-the-tests"
SECONDS: dict[str, Any] = {"replication_seconds": 2, "operation_seconds": 0.1}


class Place:
    """An emulator and a folder for the runs of one scenario."""

    def __init__(self, scenario: Scenario, emulator: Emulator, folder: Path) -> None:
        self.emulator, self.folder = emulator, folder
        self.runner = PlaybookRunner(folder, {**azure_environment(emulator), "AZURE_SECRET": SECRET})
        self.command = scenario.command(folder)

    def run(self) -> Run:
        """One run to its end; the emulator's log is then its own."""
        self.emulator.clear_requests()
        return self.runner(*self.command)

    def end(self, ordered: bool) -> Json:
        """Every resource, once all writes are complete."""
        wait_for(lambda: not list(oracle.unsettled(self.emulator)), 10)
        return oracle.resources(self.emulator.service.describe_state(), ordered)


@dataclass(frozen=True)
class Good:
    """What an undisturbed run sent, and what it left."""

    requests: int
    tasks: int
    writes: Counter[str]
    end: Json


@functools.cache
def undisturbed(name: str) -> Good:
    """Run the scenario of that name once."""
    scenario = SCENARIOS[name]
    with tempfile.TemporaryDirectory(prefix="kills.") as folder, Emulator(scenario.seed, **SECONDS) as emulator:
        place = Place(scenario, emulator, Path(folder))
        run = place.run().ok()
        requests = emulator.requests
        return Good(len(requests), len(run.results), oracle.writes(requests), place.end(scenario.ordered))


def points(scenario: Scenario) -> Iterator[Point]:
    """At every request with all processes and with the main one alone, at every task, and between polls."""
    for only_main in (False, True):
        yield from (Point(number, only_main=only_main) for number in range(1, scenario.size.requests + 1))
        for seconds in (0.2, 0.5, 0.8):
            yield Point(scenario.size.polling, only_main=only_main, later=seconds)
    yield from (Point(number, "task") for number in range(1, scenario.size.tasks))


def trial(scenario: Scenario, point: Point, thrice: bool = True) -> list[str] | None:
    """What is wrong after a kill at the point and one more run; None if the run ended before."""
    good = undisturbed(scenario.name)
    with tempfile.TemporaryDirectory(prefix="kills.") as name, Emulator(scenario.seed, **SECONDS) as emulator:
        place = Place(scenario, emulator, Path(name))
        killed = run_and_kill(emulator, place.runner, place.command, point)
        if not killed.reached:
            assert point.what == "task" or point.later or point.number > scenario.size.polling, killed.output
            return None
        wrong = _after_the_kill(emulator, killed, point)
        written = oracle.writes(emulator.requests)
        again = place.run()
        written += oracle.writes(emulator.requests)
        wrong += oracle.unready(emulator) if again.rc == 0 else [f"the next run failed: {again.output[-2000:]}"]
        wrong += oracle.difference(good.end, place.end(scenario.ordered))
        wrong += oracle.written(written, good.writes)
        wrong += last_run("the third run", place) if thrice else []
        wrong += oracle.secrets_in(place.folder, SECRET)
        return wrong


def _after_the_kill(emulator: Emulator, killed: Killed, point: Point) -> list[str]:
    """The remaining processes send nothing more, but for what was on its way already."""
    late = emulator.requests[killed.requests :]
    sent = [f"{one['method']} {one['path']}" for one in late if one["kind"] != "token"]
    workers = len(killed.processes) - 1
    at_a_request = point.what == "request" and not point.later  # then one worker waits for its answer
    on_its_way = max(0, workers - at_a_request)
    return [f"sent after the kill: {sent}"] if len(sent) > on_its_way else []


def last_run(which: str, place: Place) -> list[str]:
    """A run that has nothing left to do."""
    run = place.run()
    written = oracle.writes(place.emulator.requests)
    if run.rc or run.changed or written:
        return [f"{which}: exit code {run.rc}, changed {run.changed}, wrote {dict(written)}: {run.output[-2000:]}"]
    return []
