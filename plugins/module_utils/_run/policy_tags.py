"""Tags that Azure did not store as requested, because an Azure Policy changes requests."""

from __future__ import annotations

from .._resources.fields import Body
from .._resources.resource_id import ResourceId
from .._resources.tags import overruled
from .._resources.text import message
from .context import Context


def warn_overruled(ctx: Context, rid: ResourceId, sent: Body, answered: Body | None) -> None:
    """Warn about tags that differ between a request and its response."""
    names = overruled(sent.get("tags"), answered.get("tags")) if answered else []
    if names:
        ctx.warn(
            message(
                f"tags: Azure did not store {', '.join(names)} on {rid.words} as requested; an Azure Policy probably sets "
                f"{'it' if len(names) == 1 else 'them'}. Set the same value in the task, or exempt the resource from the policy."
            )
        )
