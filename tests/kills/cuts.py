# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of tasks that are cut before each of their requests, and run once more."""

from __future__ import annotations

import contextlib
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import oracle
from .scenarios import GALLERY_ID, PREPARED, seed
from .steps import Azure, Cut, Step, azure
from .together import GONE, LONG, VERSION_GONE, definition, gallery, version, whole

VERSION_ID = f"{GALLERY_ID}/images/web/versions/1.0.0"
WAIT = ("wait_for_replication", {"versions": [VERSION_ID]})
FAILS = {"resource": "versions/1.0.0", "operation_fails": {"code": "Conflict", "message": "It cannot be."}}
REGION_FAILS = {"resource": "versions/1.0.0", "region_fails": {"region": "eastus2", "details": "Out of capacity."}}
NO_REGIONS = {"target_regions": None}
ALL = {"tags": {"team": "a"}, "replication_mode": "Full"}
CHANGED = [
    gallery(tags={"team": "b"}),
    definition(description="Web servers"),
    version(target_regions=["southcentralus", "eastus2", "westus=2"], exclude_from_latest=True, tags={"team": "b"}),
]


@dataclass(frozen=True)
class Job:
    """Steps on what there is after `before`, where `fault` was ordered."""

    name: str
    seed: dict[str, Any]
    steps: list[Step]
    before: list[Step] = field(default_factory=list)
    fault: dict[str, Any] = field(default_factory=dict)


JOBS = (
    Job("everything made", seed("web"), whole()),
    Job("everything made, the wait apart", seed("web"), [*whole(wait=False), WAIT]),
    Job("everything changed", seed("web"), CHANGED, whole()),
    Job(
        "regions taken out",
        PREPARED,
        [
            version(
                target_regions=["southcentralus"], region_policy="exact", allow_deletion_of_replicated_locations=True
            )
        ],
        [version()],
    ),
    Job("a failed version made anew", PREPARED, [version(on_failed="recreate", **ALL)], [version(**ALL)], FAILS),
    Job("a failed region retried", PREPARED, [version(on_failed="retry_regions")], [version()], REGION_FAILS),
    Job(
        "a failed region retried by a task that does not name it",
        PREPARED,
        [version(on_failed="retry_regions", **NO_REGIONS)],
        [version()],
        REGION_FAILS,
    ),
    Job(
        "a failed region retried without waiting",
        PREPARED,
        [version(on_failed="retry_regions", wait=False, **NO_REGIONS), WAIT, version(**NO_REGIONS)],
        [version()],
        REGION_FAILS,
    ),
    Job(
        "everything deleted",
        PREPARED,
        [VERSION_GONE, GONE, ("gallery", {"resource_group": "rg", "name": "pics", "state": "absent"})],
        [version()],
    ),
)


@dataclass(frozen=True)
class Good:
    """How an undisturbed run was, and what it left."""

    requests: int
    writes: Counter[str]
    end: dict[str, Any]


@contextlib.contextmanager
def _prepared(job: Job) -> Iterator[Azure]:
    with tempfile.TemporaryDirectory(prefix="kills.") as folder, azure(job.seed, Path(folder)) as place:
        if job.fault:
            place.emulator.order_fault(**job.fault)
        if job.before:
            place.run(job.before)
        place.emulator.clear_requests()
        yield place


def _end(place: Azure) -> dict[str, Any]:
    place.clock.sleep(LONG)
    return oracle.resources(place.emulator)


def undisturbed(job: Job) -> Good:
    """Run it once."""
    with _prepared(job) as place:
        ran = place.run(job.steps)
        assert ran.message is None, ran.message
        requests = place.emulator.requests
        return Good(len(requests), oracle.writes(requests), _end(place))


def trial(job: Job, number: int, good: Good) -> list[str]:
    """What is wrong after a run that was cut when so many requests were served, one more run, and a third."""
    with _prepared(job) as place:
        _cut(place, job, number)
        again = place.run(job.steps)
        wrong = [f"the next run failed: {again.message}"] if again.message else oracle.unready(place.emulator)
        wrong += oracle.difference(good.end, _end(place))
        written = oracle.writes(place.emulator.requests)
        if written != good.writes:
            wrong.append(f"written in both runs {dict(written)}, and by one that nobody cuts {dict(good.writes)}")
        place.emulator.clear_requests()
        third = place.run(job.steps)
        if third.message or third.changed or oracle.writes(place.emulator.requests):
            wrong.append(f"the third run: {third.message or 'it changed something'}")
        return wrong


def _cut(place: Azure, job: Job, number: int) -> None:
    def gate() -> None:
        if len(place.emulator.requests) >= number:
            raise Cut

    with contextlib.suppress(Cut):
        place.run(job.steps, gate)
