"""Reads what the decision to change the image of a scale set rests on."""

from __future__ import annotations

import dataclasses

from .._resources.errors import Denied, InvalidRequest
from .._resources.fields import Body
from .._resources.image_version import source_id
from .._resources.resource_id import ResourceId, parse_id, same_id
from .._run import reads
from .._run.context import Context
from .._versions.decide import unknown_times
from .._versions.latest import latest_in, number_of
from .._versions.poller import EXPAND
from .scale_set_facts import Facts, Request, current_image


def read_facts(ctx: Context, request: Request, scale_set: Body) -> Facts:
    """Everything that the rules look at. The versions of a definition are read again, since the write depends on them."""
    facts = Facts(request, ctx.clock.now(), scale_set, locks=_locks(ctx, request.scale_set))
    version = request.meant or request.image
    if request.image.kind == "image_definition":
        listed = ctx.arm.list(request.image, "image_version") if reads.read(ctx, request.image) else []
        number = latest_in(facts.region, listed)
        latest = next((body for body in listed if body["name"] == number), None)
        facts = dataclasses.replace(facts, latest=latest)
        version = request.meant or _of_source(listed, current_image(scale_set)) or _id(latest) or request.image
    body = ctx.arm.get(version, expand=EXPAND) if version.kind == "image_version" else None
    definition = version.parent if version.kind == "image_version" else version
    facts = dataclasses.replace(facts, version=body, definition=reads.read(ctx, definition) or None)
    return _with_current_image(ctx, facts)


def _id(version: Body | None) -> ResourceId | None:
    return parse_id(version["id"], "image_version") if version else None


def _of_source(versions: list[Body], image: str | None) -> ResourceId | None:
    """The highest version that was created from the scale set's managed image: what its definition is meant to stand for."""
    mine = [body for body in versions if image and same_id(source_id(body), image)]
    return _id(max(mine, key=number_of, default=None))


def _with_current_image(ctx: Context, facts: Facts) -> Facts:
    """With the managed image or the definition of the model. Images of other tenants cannot be read."""
    try:
        rid = parse_id(current_image(facts.scale_set), "managed_image", "image_definition", "image_version")
        rid = rid.parent if rid.kind == "image_version" else rid
        image = reads.read(ctx, rid)
    except InvalidRequest as error:
        ctx.debug(error.message)
        return facts
    except Denied as error:
        return dataclasses.replace(facts, unreadable=error.message)
    created = None
    if image and rid.kind == "managed_image":
        found = reads.creation_times(ctx, rid.parent)
        created = found.times.get(rid.key)
        if found.problem:
            ctx.warn(unknown_times(rid.parent))
    return dataclasses.replace(facts, image=image or None, created=created)


def _locks(ctx: Context, scale_set: ResourceId) -> list[Body]:
    """The locks; Azure itself decides, so that locks which cannot be read refuse nothing."""
    try:
        return list(ctx.arm.locks(scale_set))
    except Denied as error:
        ctx.debug(error.message)
        return []
