"""Runs that are cut before each of their requests, and run once more.

Azure keeps what a request has done, and what a run knows is lost with it; so a run that is cut before each of its requests leaves
every state that a kill can leave.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from . import oracle
from .meetings import GONE, LONG, VERSION_GONE, definition, gallery, slow, version, whole
from .seeds import AWAY, HOME, PARENTS, VERSIONS_ID, Json, seed
from .stage import Cut, Stage, Step, in_order

WAIT = ("wait_for_replication", {"versions": [f"{VERSIONS_ID}/1.0.0"]})
FAILS = {"resource": "versions/1.0.0", "operation_fails": {"code": "Conflict", "message": "It cannot be."}}
REGION_FAILS = {"resource": "versions/1.0.0", "region_fails": {"region": AWAY, "details": "Out of capacity."}}
NO_REGIONS = {"target_regions": None}
ALL = {"tags": {"team": "a"}, "replication_mode": "Full"}
CHANGED = [
    gallery(tags={"team": "b"}),
    definition(description="Web servers"),
    version(target_regions=[HOME, AWAY, "westus=2"], exclude_from_latest=True, tags={"team": "b"}),
]
ONE_REGION = {
    "target_regions": [HOME],
    "region_policy": "exact",
    "allow_deletion_of_replicated_locations": True,
}
GALLERY_GONE = ("gallery", {"resource_group": "rg", "name": "pics", "state": "absent"})


@dataclass(frozen=True)
class Job:
    """Steps on what exists after `before`, where `fault` was ordered.

    `requests`: at least as many as a run sends. `regions`: of the version that exists in the end, all Completed.
    """

    name: str
    requests: int
    seed: Json
    steps: list[Step]
    before: list[Step] = field(default_factory=list)
    fault: Json = field(default_factory=dict)
    regions: tuple[str, ...] = (AWAY, HOME)

    def __str__(self) -> str:
        return self.name


JOBS = (
    Job("everything created", 21, seed("web"), whole()),
    Job("everything created, the wait apart", 21, seed("web"), [*whole(wait=False), WAIT]),
    Job("everything changed", 16, seed("web"), CHANGED, whole(), regions=(AWAY, HOME, "westus")),
    Job("regions removed", 14, PARENTS, [version(**ONE_REGION)], [version()], regions=(HOME,)),
    Job("a failed version recreated", 30, PARENTS, [version(on_failed="recreate", **ALL)], [version(**ALL)], FAILS),
    Job("a failed region retried", 17, PARENTS, [version(on_failed="retry_regions")], [version()], REGION_FAILS),
    Job(
        "a failed region retried without its name",
        17,
        PARENTS,
        [version(on_failed="retry_regions", **NO_REGIONS)],
        [version()],
        REGION_FAILS,
    ),
    Job(
        "a failed region retried without waiting",
        22,
        PARENTS,
        [version(on_failed="retry_regions", wait=False, **NO_REGIONS), WAIT, version(**NO_REGIONS)],
        [version()],
        REGION_FAILS,
    ),
    Job("everything deleted", 32, PARENTS, [VERSION_GONE, GONE, GALLERY_GONE], [version()], regions=()),
)


@dataclass(frozen=True)
class Good:
    """What an undisturbed run sent, and what it left."""

    requests: int
    writes: Counter[str]
    end: Json


@contextlib.contextmanager
def _prepared(job: Job) -> Iterator[Stage]:
    with Stage(slow(job.seed)) as stage:
        if job.fault:
            stage.emulator.order_fault(**job.fault)
        if job.before:
            stage.play(in_order(job.before), gate=_pass)
        stage.emulator.clear_requests()
        yield stage


def _pass() -> None:
    """A gate that is always open."""


def _end(stage: Stage) -> Json:
    stage.clock.sleep(LONG)
    return oracle.resources(stage.emulator.service.describe_state())


def undisturbed(job: Job) -> Good:
    """Run it once."""
    with _prepared(job) as stage:
        run = stage.play(in_order(job.steps), gate=_pass)
        assert run.message is None, run.message
        end = _end(stage)
        shown = [region for one in end.values() if one["kind"] == "image_version" for region in one["regions"]]
        assert sorted((region["region"], region["outcome"]) for region in shown) == [
            (name, "Completed") for name in job.regions
        ]
        return Good(len(run.requests), oracle.writes(run.requests), end)


def trial(job: Job, number: int, good: Good) -> list[str]:
    """What is wrong after a run that was cut when so many requests were served, one more run, and a third."""
    with _prepared(job) as stage:
        _cut(stage, job, number)
        again = stage.play(in_order(job.steps), gate=_pass)
        wrong = list(oracle.success(again)) or list(oracle.unready(stage.emulator))
        wrong += oracle.difference(good.end, _end(stage))
        wrong += oracle.written(oracle.writes(stage.emulator.requests), good.writes)
        wrong += (f"the third run: {one}" for one in oracle.idle(stage.play(in_order(job.steps), gate=_pass)))
        return wrong


def _cut(stage: Stage, job: Job, number: int) -> None:
    def gate() -> None:
        if len(stage.emulator.requests) >= number:
            raise Cut

    with contextlib.suppress(Cut):
        stage.play(in_order(job.steps), gate=gate)
