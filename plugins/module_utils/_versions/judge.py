# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The version's part of a plan: what is there, what forbids what is asked, and whether there is anything to do.

The rules are those of the module image_version, from the same functions; nothing is written.
"""

from __future__ import annotations

import dataclasses
import typing as t

from .._resources.errors import NotFound
from .._resources.fields import Body
from .._resources.image_version import source_id
from .._resources.numbers import Number, next_number, read_number
from .._resources.provisioning_state import is_busy, provisioning_state
from .._resources.resource_id import ResourceId, same_id
from .._run import reads
from .._run.context import Context
from . import repair as version_repair
from .body import limit_warnings
from .create import checked_create
from .poller import EXPAND
from .request import Request
from .result import Done, is_pending
from .update import checked_comparison, refuse_other_source, warn_of_unmanaged


@dataclasses.dataclass(frozen=True)
class Found:
    """The version that the task is about, its body if it is there, and the highest number in its definition where that counts.

    `twin`: an image of the same name and another resource group that has versions there.
    """

    rid: ResourceId
    body: Body | None = None
    highest: Number | None = None
    twin: str | None = None


@dataclasses.dataclass
class Judged:
    """`needed`: there is something to write, or to wait for. `doubts`: what Azure may refuse."""

    needed: bool
    limit_warnings: list[str] = dataclasses.field(default_factory=list)
    unmanaged: list[str] = dataclasses.field(default_factory=list)


def find(ctx: Context, request: Request, exists: bool) -> Found:
    """Look for the version; `exists` says whether its definition does."""
    if not request.numbered:
        rid = request.rid(request.name)
        return Found(rid, ctx.arm.get(rid, expand=EXPAND) if exists else None)
    versions = _versions(ctx, request, exists)
    numbers = {number: body for body in versions if (number := read_number(body["name"]))}
    mine = [number for number, body in numbers.items() if same_id(source_id(body), str(request.source))]
    highest = max(numbers, default=None)
    if mine and request.when_cloned == "reuse":
        rid = request.rid(str(max(mine)))
        body: Body | None = numbers[max(mine)]
        if not is_busy(numbers[max(mine)]) and provisioning_state(body) != "Deleting":
            body = ctx.arm.get(rid, expand=EXPAND)  # a list does not tell of replication
        return Found(rid, body, highest)
    return Found(request.rid(str(next_number(request.name, numbers))), None, highest, _twin(request, versions))


def _twin(request: Request, versions: list[Body]) -> str | None:
    name = request.source.name.lower() if request.source else None
    sources = [source_id(body) or "" for body in versions]
    of_that_name = [one for one in sources if one.rpartition("/")[2].lower() == name]
    return next((one for one in of_that_name if not same_id(one, str(request.source))), None)


def _versions(ctx: Context, request: Request, exists: bool) -> list[Body]:
    predicted = reads.predicted_children(ctx, request.definition)
    try:
        return [*(reads.children(ctx, request.definition, "image_version") if exists else ()), *predicted]
    except NotFound:
        return predicted


def judge(ctx: Context, request: Request, found: Found, image: Body | None, definition: Body) -> Judged:
    """What has to be done; InvalidRequest or NotReady where the module image_version would be."""
    body = found.body
    state = provisioning_state(body)
    if body is None or state == "Deleting":
        return Judged(True, checked_create(ctx, request, found.rid, image, definition).limit_warnings)
    if not is_busy(body) and version_repair.has_failed(body):
        return _failed(ctx, request, found.rid, body, image, definition)
    comparison = checked_comparison(ctx, request, found.rid, body)
    unsure = limit_warnings(comparison.body) if comparison.changes else []
    needed = bool(comparison.changes) or is_busy(body) or is_pending(body)
    return Judged(needed, unsure, comparison.regions.unmanaged)


def _failed(
    ctx: Context, request: Request, rid: ResourceId, body: Body, image: Body | None, definition: Body
) -> Judged:
    if request.on_failed == "fail":
        raise version_repair.fail(ctx, rid, body)
    refuse_other_source(ctx, request, rid, body)
    if request.on_failed == "recreate":
        return Judged(True, checked_create(ctx, request, rid, image, definition, body).limit_warnings)
    return Judged(True)


def unchanged(ctx: Context, found: Found, judged: Judged) -> Done:
    """The result of a version that needs nothing."""
    warn_of_unmanaged(ctx, found.rid, judged.unmanaged)
    return Done(found.rid, t.cast("Body", found.body), unmanaged=judged.unmanaged)
