"""Resources that the tasks of a run share, and the predictions of check mode.

A task that reads or writes a resource stores its body for later tasks of the run. In check mode, resources that a task would
create are stored as well, so that later tasks can use them. Before a write, a task always reads its own resource again.
"""

from __future__ import annotations

import typing as t

from .._resources.errors import AzureError
from .._resources.fields import Body
from .._resources.resource_id import ResourceId
from .context import Context

FRESH_SECONDS = 60.0


def predict(ctx: Context, rid: ResourceId, body: Body) -> None:
    """Store the body of a resource that check mode would create."""
    ctx.cache.put(f"promised:{rid.key}", body)


def predicted(ctx: Context, rid: ResourceId) -> Body | None:
    """The body that an earlier task of this check-mode run would have created."""
    found: Body | None = ctx.cache.get(f"promised:{rid.key}") if ctx.check_mode else None
    return found


def predict_child(ctx: Context, parent: ResourceId, body: Body) -> None:
    """Store the body of a child of `parent` that check mode would create."""
    key = f"promised-in:{parent.key}"
    ctx.cache.once(key, 1e9, lambda: [*(ctx.cache.get(key) or ()), body], lambda made: body in made)


def predicted_children(ctx: Context, parent: ResourceId) -> list[Body]:
    """The children of `parent` that earlier tasks of this check-mode run would have created."""
    return list(ctx.cache.get(f"promised-in:{parent.key}") or ()) if ctx.check_mode else []


def read(ctx: Context, rid: ResourceId) -> Body | None:
    """Read it at most once a minute in a run; None if it is absent."""
    return ctx.arm.shared_get(rid) or predicted(ctx, rid)


class CreationTimes(t.NamedTuple):
    """The creation times of managed images, by id in lower case. `problem`: why the list could not be read."""

    times: t.Mapping[str, str]
    problem: str | None = None


def creation_times(ctx: Context, parent: ResourceId) -> CreationTimes:
    """The creation times of all images of a resource group or subscription, read at most once a minute in a run."""
    key = f"created:{ctx.arm.identity}:{parent.key}"  # others may be denied what this task may read
    found = ctx.cache.once(key, FRESH_SECONDS, lambda: _creation_times(ctx, parent))
    return CreationTimes(*found)


def _creation_times(ctx: Context, parent: ResourceId) -> CreationTimes:
    try:
        return CreationTimes(ctx.arm.creation_times(parent))
    except AzureError as error:
        ctx.debug(error.message)
        return CreationTimes({}, error.message)
