# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Making a version: the checks, the number and the write."""

from __future__ import annotations

import contextlib
import dataclasses
import typing as t

from .._resources import image_version
from .._resources.diff import creation_changes
from .._resources.errors import AzureError, Conflict, InvalidRequest
from .._resources.fields import Body
from .._resources.managed_image import largest_disk_gb
from .._resources.numbers import next_number, read_number
from .._resources.provisioning_state import provisioning_state
from .._resources.resource_id import ResourceId, parse_id, same_id
from .._run import reads
from .._run.context import Context
from .body import limit_warnings, new_version, refuse_contradictions, refuse_unfit
from .poller import keep_pace
from .request import Request, refuse_past
from .result import NEW_SET_BY_AZURE, Done

UPDATED = 200  # Azure's status for a write of what was there already; 201 for what it has made


class SourceBusy(Exception):
    """`rid` has to wait: `version` is being made from the same source (its id, or the source's where that is unknown)."""

    def __init__(self, rid: ResourceId, version: str) -> None:
        super().__init__(version)
        self.rid, self.version = rid, version


class VersionExists(Exception):
    """Somebody else has made the version of that number meanwhile: what exists decides anew."""


@dataclasses.dataclass(frozen=True)
class Planned:
    """The body that a create sends, and what Azure may refuse in it. `source_added`: the version's own region was not named."""

    body: Body
    source_added: bool
    limit_warnings: list[str]


def create(ctx: Context, request: Request, rid: ResourceId, base: Body | None = None) -> Done:
    """Start the version, or in check mode foretell it. SourceBusy if it has to wait its turn, Taken if it came too late."""
    planned = plan_create(ctx, request, rid, base)
    if ctx.check_mode:
        done = foretold(rid, planned)
        reads.predict_child(ctx, request.definition, done.body)
        return done
    with _one_at_a_time(ctx, request):
        refuse_to_queue(ctx, request, rid)
        accepted = _put(ctx, request, rid, planned.body)
        return _started(ctx, request, rid, accepted, planned)


def _one_at_a_time(ctx: Context, request: Request) -> contextlib.AbstractContextManager[None]:
    """Tasks of one run that clone one source begin one after another, so that each knows what the one before it has begun."""
    return ctx.memory.lock(f"clone:{request.source.key}") if request.source else contextlib.nullcontext()


def plan_create(ctx: Context, request: Request, rid: ResourceId, base: Body | None = None) -> Planned:
    """The create after every check that can be made before it; warns of what Azure may refuse."""
    image = reads.read(ctx, request.source) if request.source else None
    definition = reads.read(ctx, rid.parent)
    gallery = rid.parent.parent
    if definition is None and reads.read(ctx, gallery) is None:
        raise InvalidRequest(
            f"{gallery.words} does not exist, so no version can be made in it. Make it first. Nothing was written."
        )
    planned = checked_create(ctx, request, rid, image, definition, base)
    for warning in planned.limit_warnings:
        ctx.warn(warning)
    return planned


def checked_create(
    ctx: Context,
    request: Request,
    rid: ResourceId,
    image: Body | None,
    definition: Body | None,
    base: Body | None = None,
) -> Planned:
    """The create from an image and in a definition that were read already; makes no request."""
    if request.source is None:
        raise InvalidRequest(
            f"{rid.words} does not exist, and to make it the task must give a source. Nothing was written."
        )
    image = refuse_unfit(request.source, image, definition, rid)
    refuse_past(request.wanted, ctx.clock.now())
    body, plan = new_version(image, request.wanted, request.regions, base)
    refuse_contradictions(body, request.wanted.get("location"))
    return Planned(body, plan.source_added, limit_warnings(body, largest_disk_gb(image)))


def foretold(rid: ResourceId, planned: Planned) -> Done:
    """The version as check mode returns it."""
    whole = {"id": str(rid), "name": rid.name, **planned.body}
    changes = creation_changes(image_version.shape(whole), NEW_SET_BY_AZURE)
    return Done(rid, whole, True, changes, source_region_added=planned.source_added, set_by_azure=NEW_SET_BY_AZURE)


def _started(ctx: Context, request: Request, rid: ResourceId, accepted: t.Any, planned: Planned) -> Done:
    done = foretold(rid, planned)
    done.body, done.set_by_azure = accepted.body or done.body, ()
    keep_pace(ctx, rid, accepted.retry_after)
    if request.source:
        ctx.memory.put(f"busy:{request.source.key}", str(rid))
    return done


def _put(ctx: Context, request: Request, rid: ResourceId, body: Body) -> t.Any:
    """The accepted write, of a version that was not there before."""
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
    return accepted


def other_source(rid: ResourceId, body: Body, request: Request) -> str:
    """The refusal of a number that another source has."""
    made_from = image_version.source_id(body) or "disks or snapshots"
    return (
        f"{rid.words} exists and was made from {made_from}, not from {request.source}. "
        "A version's source never changes: choose another number, or next_patch for the next free one. Nothing was written."
    )


def refuse_to_queue(ctx: Context, request: Request, rid: ResourceId) -> None:
    """Taken if this run has begun the very version that is asked for, SourceBusy if it is making another from the same source."""
    begun = ctx.memory.get(f"busy:{request.source.key}") if request.source else None
    if not begun:
        return
    other = parse_id(begun, "image_version")
    body = ctx.arm.get(other)
    alike = request.numbered and request.when_cloned == "reuse" and other.parent.key == request.definition.key
    if body is not None and (alike or other.key == rid.key):
        raise VersionExists(begun)
    if provisioning_state(body) == "Creating":
        raise SourceBusy(rid, begun)


def versions_of(ctx: Context, definition: ResourceId) -> list[Body]:
    """All versions of a definition, fresh, and those that earlier tasks of this check-mode run would have made."""
    predicted = reads.predicted_children(ctx, definition)
    if reads.predicted(ctx, definition):
        return predicted
    return [*reads.children(ctx, definition, "image_version"), *predicted]


def next_free(request: Request, versions: t.Iterable[Body]) -> ResourceId:
    """The id of the next free number, counting versions in every state as used; the proposed number if that is free."""
    used = {number for body in versions if (number := read_number(body["name"]))}
    if request.proposed and read_number(request.proposed) not in used:
        return request.rid(request.proposed)
    return request.rid(str(next_number(request.name, used)))


def busy_version(request: Request, versions: t.Iterable[Body]) -> str | None:
    """The id of a version that is being made from the same source, if there is one among these."""
    for body in versions:
        if provisioning_state(body) == "Creating" and same_id(image_version.source_id(body), str(request.source)):
            return str(body["id"])
    return None
