"""managed_image with a fault, a kill or another run at one of its requests.

The image exists, or it is recorded and its version exists.
"""

from __future__ import annotations

import functools
import json
import tempfile
from pathlib import Path
from typing import NamedTuple

from resilience.disturbance import FAULTS, disturbed
from support.harness import Harness, Kept, Outcome
from support.retired_images import IMAGE, SEED, VERSION, verify

ABSENT = {"resource_group": "rg", "name": "web", "replaced_by": VERSION, "state": "absent"}
RESTORE = {"resource_group": "rg", "name": "web", "source": VERSION}


class Trial(NamedTuple):
    """What is done, at which of its requests what happens."""

    what: str
    request: int
    fault: str

    def __str__(self) -> str:
        return f"{self.what}-{self.request}-{self.fault.replace(' ', '-')}"


@functools.cache
def start(what: str) -> Kept:
    """The state before: an image, or none."""
    harness = Harness(seed=SEED)
    verify(harness.emulator, harness.clock.now())
    if what == "restore":
        del harness.emulator.state.resources[IMAGE.lower()]
    return harness.keep()


def attempt(harness: Harness, what: str, folder: Path) -> Outcome:
    """One run."""
    options = {**ABSENT, "records": str(folder)} if what == "retire" else RESTORE
    return harness.run("managed_image", options)


@functools.cache
def requests_of(what: str) -> int:
    """How many requests an undisturbed run sends."""
    with tempfile.TemporaryDirectory() as folder:
        harness = Harness(start(what))
        assert attempt(harness, what, Path(folder)).changed
        return len([one for one in harness.emulator.requests if one["kind"] != "token"])


def every_trial() -> list[Trial]:
    """Each request with each fault."""
    whats = ("retire", "restore")
    return [Trial(what, number, fault) for what in whats for fault in FAULTS for number in range(requests_of(what))]


def few_trials() -> list[Trial]:
    """A share of them, among them those around the delete."""
    return every_trial()[::9]


def disks(harness: Harness) -> list[str]:
    """The disks that exist."""
    return [one.name for one in harness.emulator.state.resources.values() if one.kind == "disk"]


def safe(harness: Harness, folder: Path) -> list[str]:
    """What is wrong if the image is neither there nor recorded and replaced."""
    resources = harness.emulator.state.resources
    image = resources.get(IMAGE.lower())
    if image is not None and image.state != "Deleting":
        return []
    records = [json.loads(path.read_text()) for path in folder.glob("web_*.json")]
    good = [one for one in records if one["image_id"] == IMAGE and one["replaced_by"] == VERSION and one["image"]]
    return [] if good and VERSION.lower() in resources else [f"gone without a record: {records}"]


def wrong(trial: Trial) -> list[str]:
    """Everything that is wrong after the fault, and after one and two more runs."""
    with tempfile.TemporaryDirectory() as name:
        folder, harness = Path(name), Harness(start(trial.what))
        disturbed(harness, trial.request, trial.fault, lambda: attempt(harness, trial.what, folder))
        found = safe(harness, folder) if trial.what == "retire" else []
        harness.clock.sleep(60)
        again = attempt(harness, trial.what, folder)
        if again.failed:
            found.append(f"the next run failed: {again.message}")
        there = IMAGE.lower() in harness.emulator.state.resources
        if trial.what == "retire":
            (path,) = folder.glob("*.json")
            record = json.loads(path.read_text())
            found += [] if not there and record["state"] == "deleted" else [f"not deleted, or not closed: {record}"]
        elif not there or disks(harness):
            found.append(f"not restored, or disks are left: {disks(harness)}")
        last = attempt(harness, trial.what, folder)
        return found + ([f"the third run: {last.result}"] if last.failed or last.changed or last.writes else [])
