"""The reason of a failure, which Azure keeps in the operation and not in the failed resource."""

from __future__ import annotations

import typing as t

from .._arm.errors import from_operation
from .._resources.errors import AzureError
from .._resources.resource_id import ResourceId
from .._resources.text import one_line
from .context import Context


def operation_error(ctx: Context, rid: ResourceId) -> tuple[str, dict[str, t.Any]]:
    """Azure's reason as text and as result keys, read from the last operation that this run started."""
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
