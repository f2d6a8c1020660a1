"""Changing an existing version with one write."""

from __future__ import annotations

import typing as t

from .._resources.errors import AzureError, Conflict, GalleryError, InvalidRequest, NotReady
from .._resources.fields import Body
from .._resources.resource_id import ResourceId
from .._run.context import Context
from .._run.policy_tags import warn_overruled
from .body import update_request
from .decide import Current, Decision
from .poller import keep_pace


def update(ctx: Context, current: Current, decision: Decision) -> Body:
    """Send the change that was decided; the version as Azure answers."""
    rid, body = current.rid, t.cast("Body", decision.sent)
    sent = update_request(body)
    try:
        accepted = ctx.arm.put(rid, sent, before=current.body)
    except AzureError as error:
        if ctx.arm.get(rid) is None:
            raise NotReady(f"{rid.words} was deleted before it could be changed. Run the task again.") from error
        if isinstance(error, Conflict) and decision.regions.removed:
            raise _removal_refused(rid, decision.regions.removed, error) from error
        raise
    keep_pace(ctx, rid, accepted.retry_after)
    warn_overruled(ctx, rid, sent, accepted.body)
    return accepted.body or body


def _removal_refused(rid: ResourceId, removed: list[str], error: Conflict) -> GalleryError:
    return InvalidRequest(
        f"Azure refused to remove {', '.join(removed)} from {rid.words}: {error.message} "
        "If the version forbids removing regions, set allow_deletion_of_replicated_locations: true first, "
        "or keep the regions with region_policy: merge.",
        **error.details,
    )
