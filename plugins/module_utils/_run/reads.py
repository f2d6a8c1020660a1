# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads that a run need not repeat, and what check mode has promised.

A task of the run that has just read or made a resource leaves its body here for the tasks that come after it. In check mode
the definition that a task would make stands here too, so that a version task later in the same run can be foretold.
A decision to write never rests on this: it reads its own resource again.
"""

from __future__ import annotations

import typing as t

from .._resources.errors import AzureError
from .._resources.fields import Body
from .._resources.resource_id import ResourceId
from .context import Context

FRESH_SECONDS = 60.0


def remember(ctx: Context, rid: ResourceId, body: Body | None) -> None:
    """Leave what was read or made; `{}` stands for known to be absent."""
    ctx.memory.put(f"body:{rid.key}", body or {})


def recall(ctx: Context, rid: ResourceId) -> Body | None:
    """What this run knows of it and is not older than a minute; {} for absent, None for not known."""
    found: Body | None = ctx.memory.get(f"body:{rid.key}", FRESH_SECONDS)
    return found


def predict(ctx: Context, rid: ResourceId, body: Body) -> None:
    """In check mode: this would have been made."""
    ctx.memory.put(f"promised:{rid.key}", body)


def predicted(ctx: Context, rid: ResourceId) -> Body | None:
    """What an earlier task of this check-mode run would have made."""
    found: Body | None = ctx.memory.get(f"promised:{rid.key}") if ctx.check_mode else None
    return found


def predict_child(ctx: Context, parent: ResourceId, body: Body) -> None:
    """In check mode: this would have been made beneath `parent`, which is not read again to find it."""
    key = f"promised-in:{parent.key}"
    ctx.memory.once(key, 1e9, lambda: [*(ctx.memory.get(key) or ()), body], lambda made: body in made)


def predicted_children(ctx: Context, parent: ResourceId) -> list[Body]:
    """What earlier tasks of this check-mode run would have made beneath `parent`."""
    return list(ctx.memory.get(f"promised-in:{parent.key}") or ()) if ctx.check_mode else []


def read(ctx: Context, rid: ResourceId) -> Body | None:
    """Read it once a minute and run; None if it is absent."""
    known = recall(ctx, rid)
    if known is None:
        known = ctx.arm.shared_get(rid)
    return known or predicted(ctx, rid)


class CreationTimes(t.NamedTuple):
    """When managed images were created, by id in lower case. `problem`: why the list could not be read."""

    times: t.Mapping[str, str]
    problem: str | None = None


def creation_times(ctx: Context, parent: ResourceId) -> CreationTimes:
    """Those of all images of a resource group or subscription, read once a minute and run, also if reading fails."""
    key = f"created:{ctx.arm.identity}:{parent.key}"  # others may be denied what this task may read
    found = ctx.memory.once(key, FRESH_SECONDS, lambda: _creation_times(ctx, parent))
    return CreationTimes(*found)


def _creation_times(ctx: Context, parent: ResourceId) -> CreationTimes:
    try:
        return CreationTimes(ctx.arm.creation_times(parent))
    except AzureError as error:
        ctx.debug(error.message)
        return CreationTimes({}, error.message)


def children(ctx: Context, rid: ResourceId, kind: str) -> list[dict[str, t.Any]]:
    """All of a kind beneath a parent, fresh."""
    return list(ctx.arm.list(rid, kind))
