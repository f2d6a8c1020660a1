# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kill a playbook at a point, run it once more, and compare with a run that nobody disturbed."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arm_emulator import Emulator
from support.playbook_runner import PlaybookRunner, Run, azure_environment

from . import oracle
from .playbooks import Killed, Point, run_and_kill, wait_for
from .scenarios import Scenario

SECRET = "the-secret-of-the-tests"
SECONDS: dict[str, Any] = {"replication_seconds": 2, "operation_seconds": 0.1}


class Place:
    """An emulator and a folder for the runs of one scenario."""

    def __init__(self, scenario: Scenario, emulator: Emulator, folder: Path) -> None:
        self.emulator, self.folder = emulator, folder
        self.runner = PlaybookRunner(folder, {**azure_environment(emulator), "AZURE_SECRET": SECRET})
        self.command = scenario.command(folder)

    def run(self) -> Run:
        """One run to its end; what is logged is its own."""
        self.emulator.clear_requests()
        return self.runner(*self.command)

    def end(self, ordered: bool) -> dict[str, Any]:
        """Every resource, once nothing moves any more."""
        wait_for(lambda: not oracle.unsettled(self.emulator), 10)
        return oracle.resources(self.emulator, ordered)


@dataclass(frozen=True)
class Good:
    """How a run that nobody disturbed was, and what it left."""

    requests: int
    tasks: int
    writes: Counter[str]
    end: dict[str, Any]


def undisturbed(scenario: Scenario, folder: Path) -> Good:
    """Run it once."""
    with Emulator(scenario.seed, **SECONDS) as emulator:
        place = Place(scenario, emulator, folder)
        run = place.run().ok()
        return Good(
            len(emulator.requests), len(run.results), oracle.writes(emulator.requests), place.end(scenario.ordered)
        )


def trial(scenario: Scenario, point: Point, good: Good, thrice: bool = True) -> list[str] | None:
    """What is wrong after a kill there and one more run; None if the run ended before the point."""
    with tempfile.TemporaryDirectory(prefix="kills.") as name, Emulator(scenario.seed, **SECONDS) as emulator:
        place = Place(scenario, emulator, Path(name))
        killed = run_and_kill(emulator, place.runner, place.command, point)
        if not killed.reached:
            return None
        wrong = _after_the_kill(emulator, killed, point, good)
        written = oracle.writes(emulator.requests)
        again = place.run()
        written += oracle.writes(emulator.requests)
        wrong += oracle.unready(emulator) if again.rc == 0 else [f"the next run failed: {again.output[-2000:]}"]
        end = place.end(scenario.ordered)
        wrong += oracle.difference(good.end, end)
        if written != good.writes:
            wrong.append(f"written in both runs {dict(written)}, and by one that nobody disturbs {dict(good.writes)}")
        wrong += _third(place) if thrice else []
        wrong += [f"{file} holds a token or the secret" for file in oracle.secrets_in(place.folder, SECRET)]
        return wrong


def _after_the_kill(emulator: Emulator, killed: Killed, point: Point, good: Good) -> list[str]:
    """What lived on asked nothing more, but for what was on its way already."""
    late = emulator.requests[killed.requests :]
    asked = [f"{one['method']} {one['path']}" for one in late if one["kind"] != "token"]
    workers = len(killed.processes) - 1
    at_a_request = point.what == "request" and not point.later  # then one worker is known to wait for its answer
    on_its_way = max(0, workers - at_a_request)
    return [f"asked after the kill: {asked}"] if len(asked) > on_its_way else []


def _third(place: Place) -> list[str]:
    """A third run finds all done."""
    run = place.run()
    written = oracle.writes(place.emulator.requests)
    if run.rc or run.changed or written:
        return [f"the third run: exit code {run.rc}, changed {run.changed}, wrote {dict(written)}"]
    return []
