"""What becomes of a write: waiting for one that takes seconds, why it has failed, and tags that a policy has changed."""

from __future__ import annotations

import itertools
import typing as t

from .._arm.errors import from_operation
from .._resources.errors import AzureError, NotReady
from .._resources.fields import Body
from .._resources.provisioning_state import is_busy, provisioning_state
from .._resources.resource_id import ResourceId
from .._resources.tags import overruled
from .._resources.text import message, one_line
from .context import Context
from .poll_interval import next_settling_pause

SETTLE_SECONDS = 600.0


def wait_provisioned(ctx: Context, rid: ResourceId, body: Body | None, seconds: float = SETTLE_SECONDS) -> Body | None:
    """Poll until Azure no longer works on it, and return its body, or None if it was deleted."""
    began = ctx.clock.monotonic()
    for attempt in itertools.count():
        if body is None or not (is_busy(body) or provisioning_state(body) == "Deleting"):
            break
        if ctx.clock.monotonic() - began > seconds:
            raise NotReady(
                f"{rid.words} is still {provisioning_state(body)} after {seconds:.0f} seconds. "
                "Run the task again to continue waiting."
            )
        ctx.clock.sleep(next_settling_pause(attempt))
        body = ctx.arm.get(rid)
    return body


def write_provisioned(ctx: Context, rid: ResourceId, body: Body | None, seconds: float = SETTLE_SECONDS) -> Body:
    """Wait until a write has succeeded; NotReady with Azure's reason if it failed."""
    final = wait_provisioned(ctx, rid, body, seconds)
    if final is None:
        raise NotReady(f"{rid.words} was written and then deleted by another client. Run the task again.")
    if provisioning_state(final) != "Succeeded":
        reason, details = operation_error(ctx, rid)
        raise NotReady(f"{rid.words} was written and is {provisioning_state(final)}: {reason}", **details)
    return final


def operation_error(ctx: Context, rid: ResourceId) -> tuple[str, dict[str, t.Any]]:
    """Azure's reason as text and as result keys: the operation that this run started has it, not the failed resource."""
    body, silence = None, "has no reason any more: an earlier run started the operation, or its answer was lost"
    try:
        body = ctx.arm.operation(rid)
    except AzureError as failed:  # it must not hide the original failure
        silence = f"did not return the reason: {failed.message.rstrip('.')}"
    if body is not None and body.get("error"):
        failure = from_operation(body, "")
        return failure.message.rstrip("."), failure.details
    if body is not None:
        return f"its operation is {one_line(body.get('status'))}, and Azure gives no reason", {}
    return f"Azure {silence}. Its activity log may have it: {activity_log(rid)}", {}


def activity_log(rid: ResourceId) -> str:
    """The command that lists the failures of a resource in Azure's activity log."""
    return f"az monitor activity-log list --resource-id {rid} --status Failed"


def warn_overruled(ctx: Context, rid: ResourceId, sent: Body, answered: Body | None) -> None:
    """Warn about tags that Azure did not store as requested, because an Azure Policy changes requests."""
    names = overruled(sent.get("tags"), answered.get("tags")) if answered else []
    if names:
        ctx.warn(
            message(
                f"tags: Azure did not store {', '.join(names)} on {rid.words} as requested; an Azure Policy probably sets "
                f"{'it' if len(names) == 1 else 'them'}. Set the same value in the task, or exempt the resource from the policy."
            )
        )
