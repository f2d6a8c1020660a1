"""Creating a version: its turn at the source, and the write."""

from __future__ import annotations

import contextlib
import typing as t

from .._resources import image_version
from .._resources.errors import AzureError, Conflict
from .._resources.fields import Body
from .._resources.provisioning_state import is_busy, provisioning_state
from .._resources.resource_id import ResourceId, parse_id, same_id
from .._run import reads
from .._run.context import Context
from .._run.policy_tags import warn_overruled
from .action import Action
from .decide import Current, Decision
from .find import replaced_key
from .poller import EXPAND, keep_pace
from .request import Request
from .state import has_failed, published

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
    rid = current.rid
    with _one_at_a_time(ctx, request):
        if decision.action is Action.RECREATE:
            _delete_failed(ctx, request, current, timeout)
        else:
            _refuse_to_queue(ctx, request, rid)
        accepted = _put(ctx, request, rid, t.cast("Body", decision.sent))
        if request.source:
            ctx.memory.put(f"busy:{request.source.key}", str(rid))
    ctx.memory.forget(replaced_key(rid))
    keep_pace(ctx, rid, accepted.retry_after)
    return accepted.body or decision.body


def _one_at_a_time(ctx: Context, request: Request) -> contextlib.AbstractContextManager[None]:
    """Tasks of one run that clone one source start one after another, so that each knows what the one before it started."""
    return ctx.memory.lock(f"clone:{request.source.key}") if request.source else contextlib.nullcontext()


def _delete_failed(ctx: Context, request: Request, current: Current, timeout: float) -> None:
    """Delete a failed version; until it is created again the run keeps what it had."""
    rid = current.rid
    busy = _started(ctx, request)
    if (
        busy
        and not same_id(busy, str(rid))
        and provisioning_state(ctx.arm.get(parse_id(busy, "image_version"))) == "Creating"
    ):
        raise SourceBusy(rid, busy)
    now = ctx.arm.get(rid, expand=EXPAND)
    if now is None or is_busy(now) or not has_failed(now) or published(now) != published(current.body):
        raise VersionExists(str(rid))  # another task has repaired or deleted it since the decision
    ctx.memory.put(replaced_key(rid), current.body)
    ctx.arm.delete(rid, bypass_soft_delete=current.soft_delete)
    if not ctx.arm.gone(rid, timeout):
        raise VersionExists(str(rid))


def _started(ctx: Context, request: Request) -> str | None:
    """The version that this run last started from the same source."""
    return ctx.memory.get(f"busy:{request.source.key}") if request.source else None


def _refuse_to_queue(ctx: Context, request: Request, rid: ResourceId) -> None:
    """VersionExists if this run has started the wanted version, SourceBusy if it is creating another from the same source."""
    started = _started(ctx, request)
    if not started:
        return
    other = parse_id(started, "image_version")
    body = ctx.arm.get(other)
    alike = request.numbered and request.when_cloned == "reuse" and other.parent.key == request.definition.key
    if body is not None and (alike or other.key == rid.key):
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


def predict(ctx: Context, request: Request, decision: Decision) -> None:
    """In check mode: later tasks find the version that would have been created."""
    reads.predict_child(ctx, request.definition, decision.body)
