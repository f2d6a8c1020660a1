"""How an image_version task ended: the result, which has the same shape in every case, or the failure."""

from __future__ import annotations

import dataclasses
import typing as t

from .._resources.diff import diff_of
from .._resources.errors import NotReady
from .._resources.fields import Body, Change
from .._resources.image_version import replication, shape
from .._resources.provisioning_state import provisioning_state
from .._resources.resource_id import ResourceId
from .._run.context import Context
from .decide import Decision
from .poller import Watched, outcome, watch, why_failed
from .readiness import failures
from .request import Request

WAYS_OUT = (
    "on_failed: recreate deletes it and creates it again where nothing is lost by that; "
    "on_failed: retry_regions removes the failed regions and adds them again."
)


@dataclasses.dataclass
class Done:
    """What was done so far to one version, or in check mode would be done."""

    rid: ResourceId
    body: Body = dataclasses.field(default_factory=dict)
    changes: list[Change] = dataclasses.field(default_factory=list)
    update_pending: list[str] = dataclasses.field(default_factory=list)
    unmanaged: list[str] = dataclasses.field(default_factory=list)
    source_region_added: bool = False
    set_by_azure: tuple[str, ...] = ()

    def take(self, decision: Decision) -> None:
        """Add what was decided; a change that an earlier decision of this task has announced counts once."""
        known = {change.path for change in self.changes}
        self.changes += [change for change in decision.changes if change.path not in known]
        self.unmanaged = decision.regions.unmanaged
        self.source_region_added = self.source_region_added or decision.regions.source_added


def result(done: Done, *, pending: bool) -> dict[str, t.Any]:
    """The returned keys."""
    given: dict[str, t.Any] = {
        "changed": bool(done.changes),
        "image_version": shape(done.body) if done.body else None,
        "replication_pending": pending,
        "update_pending": done.update_pending,
        "deferred": False,
        "unmanaged_regions": done.unmanaged,
        "changes": [change.returned() for change in done.changes],
        "diff": diff_of(done.rid, done.changes),
    }
    if done.source_region_added:
        given["source_region_added"] = True
    if done.set_by_azure:
        given["set_by_azure"] = list(done.set_by_azure)
    return given


def deferred(request: Request, rid: ResourceId, waits_for: str) -> dict[str, t.Any]:
    """Nothing was written, because a task with `wait: false` does not wait for `waits_for`."""
    source = str(request.source) if request.source else None
    given = {**result(Done(rid), pending=False), "deferred": True, "waits_for": waits_for}
    return {**given, "version_id": str(rid), "source_id": source}


def wait_ready(ctx: Context, request: Request, done: Done, timeout: float) -> Body:
    """Wait until the version is ready in every region; NotReady says why it is not, with what was done so far."""
    item = Watched(done.rid, timeout, request.poll_interval, seen=True)
    watch(ctx, [item])
    if item.state == "Completed":
        return item.body or done.body
    said = outcome(ctx, item)
    done.body = item.body or done.body
    given = result(done, pending=item.state == "TimedOut")
    details = {key: value for key, value in given.items() if key != "diff"}
    details.update({key: value for key, value in said.items() if key == "azure_error"})
    raise NotReady(said["message"], **details, state=item.state, regions=said["regions"])


def failure(ctx: Context, rid: ResourceId, body: Body) -> NotReady:
    """The error of a version that is found failed and left so, with the reason of its regions or of its operation."""
    regions = replication(body)["regions"]
    if provisioning_state(body) == "Succeeded":
        message = f"{rid.words} failed to replicate to {failures(regions)}. {WAYS_OUT}"
        return NotReady(message, image_version=shape(body))
    reason, details = why_failed(ctx, rid, regions)
    return NotReady(
        f"{rid.words} exists and is {provisioning_state(body)}: {reason.rstrip('.')}. {WAYS_OUT}",
        image_version=shape(body),
        **details,
    )
