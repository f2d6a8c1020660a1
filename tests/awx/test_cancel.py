"""Jobs that AWX ends by SIGKILL: canceled, silent for too long, or too old. The next launch goes on from what is in Azure."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from controller_job import Controller, Job
from jobs_fixtures import (
    FAST,
    FORKING,
    GALLERY,
    GALLERY_ID,
    answers,
    controller,
    image_id,
    longest_gap,
    progress,
    seed,
    sound,
    versions,
)

pytestmark = FORKING
VERSION_ID = f"{GALLERY_ID}/images/web/versions/1.0.0"
ASKED = answers(source_id=image_id("web"), publisher="p", offer="o", sku="s")
IMAGES = seed("web", galleries=[GALLERY])
# Of what is left of a job: ansible-runner waits 5 s for its output to end, and then gives up.
LOOKED_AFTER = 3.5


class Ended:
    """A job that is ended from outside, and what its processes did after that.

    It is canceled once `when` says so; without it a timeout of the job's own (`options`) ends it.
    """

    def __init__(self, awx: Controller, when: Callable[[Job], Any] | None = None, **options: Any) -> None:
        self.awx = awx
        due = threading.Event()
        self.job = awx.start("clone_managed_image.yml", ASKED, own_variables=FAST, cancel=due.is_set, **options)
        main = self._wait_for(lambda: [pid for pid in processes(self.job) if parent(pid) == os.getpid()])[0]
        if when:
            self._wait_for(lambda: when(self.job))
            due.set()
        self._wait_for(lambda: parent(main) is None)
        self._see_what_is_left()
        self.job.wait()

    def _wait_for(self, condition: Callable[[], Any]) -> Any:
        ends = time.monotonic() + 120
        while not (found := condition()):
            assert time.monotonic() < ends, self.job.output
            time.sleep(0.01)
        return found

    def _see_what_is_left(self) -> None:
        """Now that the main process is gone nothing may be asked; in a container the workers would be gone with it."""
        time.sleep(0.2)  # a request that was under way may still be noted
        asked = len(self.awx.emulator.requests)
        time.sleep(LOOKED_AFTER)
        self.asked_after = self.awx.emulator.requests[asked:]
        for pid in processes(self.job):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def processes(job: Job) -> list[int]:
    """The processes of a job: all have its folder in their command."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if str(job.folder).encode() in (place / "cmdline").read_bytes():
                found.append(int(place.name))
    return found


def parent(pid: int) -> int | None:
    """A process's parent; None if it has ended."""
    try:
        state, number = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return None
    return None if state == "Z" else int(number)


def check_killed(ended: Ended, status: str) -> None:
    assert ended.job.status == status, ended.job.output
    assert ended.asked_after == []
    assert (ended.job.stats, ended.job.artifacts) == ({}, {})
    sound(ended.job)


def puts(awx: Controller, kind: str) -> list[Any]:
    return [one for one in awx.emulator.requests if one["method"] == "PUT" and one["kind"] == kind]


def polls(awx: Controller) -> int:
    return sum(one["method"] == "GET" and one["path"] == VERSION_ID for one in awx.emulator.requests)


def replicated(awx: Controller) -> None:
    """Let Azure have ended what it is at."""
    version = awx.emulator.state.resources[VERSION_ID.lower()]
    version.job.end = version.job.start
    for region in version.regions:
        region.start = region.end = version.job.start


def check_relaunch(awx: Controller) -> None:
    """One more launch ends well, and everything was made once in all."""
    sound(awx.launch("clone_managed_image.yml", ASKED, own_variables=FAST).ok())
    assert versions(awx.emulator) == {"web/1.0.0": "web"}
    assert awx.emulator.resource(VERSION_ID)["provisioning_state"] == "Succeeded"
    assert [len(puts(awx, made)) for made in ("image_definition", "image_version")] == [1, 1]


def heartbeats(job: Job) -> list[str]:
    return [line for line in progress(job) if line.startswith("still waiting for pics/web/1.0.0")]


def silent_while_the_definition_is_made(folder: Path) -> None:
    """The write has arrived, its answer does not come, and AWX ends a job that says nothing."""
    with controller(folder, IMAGES) as awx:
        awx.emulator.order_fault(method="PUT", kind="image_definition", do={"delay": 20})
        check_killed(Ended(awx, idle_timeout=6), "timeout")
        assert versions(awx.emulator) == {}
        check_relaunch(awx)


def canceled_from_the_first_write_of_a_version_on(folder: Path) -> None:
    """Before its answer has come, then while it replicates; then too old."""
    with controller(folder, IMAGES, replication_seconds=600) as awx:
        awx.emulator.order_fault(method="PUT", kind="image_version", do={"delay": 3})
        check_killed(Ended(awx, lambda job: puts(awx, "image_version")), "canceled")
        assert versions(awx.emulator) == {"web/1.0.0": "web"}

        seen = polls(awx)
        check_killed(Ended(awx, lambda job: polls(awx) > seen + 3), "canceled")
        check_killed(Ended(awx, job_timeout=6), "timeout")

        replicated(awx)
        check_relaunch(awx)


def canceled_after_a_minute_without_change(folder: Path) -> None:
    """Whoever reads along hears that the wait goes on."""
    with controller(folder, {**IMAGES, "faults": [{"resource": "versions", "region_stuck": "eastus2"}]}) as awx:
        ended = Ended(awx, heartbeats)
        check_killed(ended, "canceled")
        assert len(heartbeats(ended.job)[0]) < 80
        assert 59 < longest_gap(ended.job) < 65

        replicated(awx)
        check_relaunch(awx)


def test_jobs_that_are_killed(tmp_path: Path) -> None:
    """All at the same time, since they mostly wait; each on an emulator of its own."""
    scenarios = (
        canceled_after_a_minute_without_change,
        canceled_from_the_first_write_of_a_version_on,
        silent_while_the_definition_is_made,
    )
    with ThreadPoolExecutor() as aside:
        for run in [aside.submit(scenario, tmp_path / scenario.__name__) for scenario in scenarios]:
            run.result()
