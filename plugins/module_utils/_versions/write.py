"""Writing a version: its turn at the source, the create and the update."""

from __future__ import annotations

import typing as t

from .._resources import image_version
from .._resources.errors import AzureError, Conflict, InvalidRequest, NotReady
from .._resources.fields import Body
from .._resources.provisioning_state import is_busy, provisioning_state
from .._resources.resource_id import ResourceId, parse_id, same_id
from .._run.context import Context
from .._run.provisioning import warn_overruled
from .action import Action
from .body import update_request
from .decide import Current, Decision
from .find import replaced_key
from .poller import EXPAND, keep_pace
from .readiness import has_failed, published
from .request import Request

UPDATED = 200  # Azure's status for a write of an existing resource; 201 for one that it has created


class SourceBusy(Exception):
    """`rid` has to wait: `version` is being created from the same source (its id, or the source's where that is unknown)."""

    def __init__(self, rid: ResourceId, version: str) -> None:
        super().__init__(version)
        self.rid, self.version = rid, version


class VersionExists(Exception):
    """Another run has created the version of that number meanwhile: decide again."""


def create(ctx: Context, request: Request, current: Current, decision: Decision, timeout: float) -> Body:
    """Create the version, after deleting the failed one that it replaces; the version as Azure answers.

    SourceBusy if it has to wait its turn, VersionExists if it came too late.
    """
    rid, source = current.rid, t.cast("ResourceId", request.source)
    busy = f"busy:{source.key}"  # where the run's memory has the version that it last started from this source
    # Tasks of one run that clone one source start one after another, so that each knows what the one before it started.
    with ctx.cache.lock(f"clone:{source.key}"):
        if decision.action is Action.RECREATE:
            _delete_failed(ctx, current, ctx.cache.get(busy), timeout)
        else:
            _refuse_to_queue(ctx, request, rid, ctx.cache.get(busy))
        accepted = _put(ctx, request, rid, t.cast("Body", decision.sent))
        ctx.cache.put(busy, str(rid))
    ctx.cache.forget(replaced_key(rid))
    keep_pace(ctx, rid, accepted.retry_after)
    return accepted.body or decision.body


def _delete_failed(ctx: Context, current: Current, started: str | None, timeout: float) -> None:
    """Delete a failed version; until it is created again the run keeps what it had."""
    rid = current.rid
    if started and not same_id(started, str(rid)):
        other = ctx.arm.get(parse_id(started, "image_version"))
        if provisioning_state(other) == "Creating":
            raise SourceBusy(rid, started)
    now = ctx.arm.get(rid, expand=EXPAND)
    if now is None or is_busy(now) or not has_failed(now) or published(now) != published(current.body):
        raise VersionExists(str(rid))  # another task has repaired or deleted it since the decision
    ctx.cache.put(replaced_key(rid), current.body)
    ctx.arm.delete(rid, bypass_soft_delete=current.soft_delete)
    if not ctx.arm.gone(rid, timeout):
        raise VersionExists(str(rid))


def _refuse_to_queue(ctx: Context, request: Request, rid: ResourceId, started: str | None) -> None:
    """VersionExists if this run has started the wanted version, SourceBusy if it is creating another from the same source."""
    if not started:
        return
    other = parse_id(started, "image_version")
    body = ctx.arm.get(other)
    alike = request.numbered and request.when_cloned == "reuse" and other.parent == request.definition
    if body is not None and (alike or other == rid):
        raise VersionExists(started)
    if provisioning_state(body) == "Creating":
        raise SourceBusy(rid, started)


def _put(ctx: Context, request: Request, rid: ResourceId, body: Body) -> t.Any:
    """The accepted write, of a version that did not exist before."""
    try:
        accepted = ctx.arm.put(rid, body, before=None)
    except Conflict as error:
        if ctx.arm.get(rid) is None:
            raise
        raise VersionExists(str(rid)) from error
    except AzureError as error:
        if "too many requests on source" in str(error.azure_message).lower():
            raise SourceBusy(rid, str(request.source)) from error
        raise
    mine = same_id(image_version.source_id(accepted.body or {}), str(request.source))
    if not mine or (request.when_cloned == "new" and accepted.status == UPDATED):
        raise VersionExists(str(rid))
    warn_overruled(ctx, rid, body, accepted.body)
    return accepted


def update(ctx: Context, current: Current, decision: Decision) -> Body:
    """Send the change that was decided; the version as Azure answers."""
    rid, body = current.rid, t.cast("Body", decision.sent)
    sent = update_request(body)
    try:
        accepted = ctx.arm.put(rid, sent, before=current.body)
    except AzureError as error:
        if ctx.arm.get(rid) is None:
            raise NotReady(f"{rid.words} was deleted before it could be changed. Run the task again.") from error
        removed = ", ".join(decision.regions.removed)
        if isinstance(error, Conflict) and removed:
            raise InvalidRequest(
                f"Azure refused to remove {removed} from {rid.words}: {error.message} "
                "If the version forbids removing regions, set allow_deletion_of_replicated_locations: true first, "
                "or keep the regions with region_policy: merge.",
                **error.details,
            ) from error
        raise
    keep_pace(ctx, rid, accepted.retry_after)
    warn_overruled(ctx, rid, sent, accepted.body)
    return accepted.body or body
