"""Reads what the decision to change the image of a scale set rests on."""

from __future__ import annotations

import dataclasses

from .._resources.errors import Denied, InvalidRequest
from .._resources.fields import Body
from .._resources.image_version import source_id
from .._resources.regions import short_region
from .._resources.resource_id import ResourceId, parse_id, same_id
from .._run import reads
from .._run.context import Context
from .._versions.decide import unknown_times
from .._versions.latest import latest_in, number_of
from .._versions.poller import EXPAND
from .scale_set_facts import Facts, Request, current_image


def read_facts(ctx: Context, request: Request, scale_set: Body) -> Facts:
    """Everything that the rules look at. The versions of a definition are read again, since the write depends on them."""
    latest, version, current = None, request.meant or request.image, current_image(scale_set)
    if request.image.kind == "image_definition":
        listed = ctx.arm.list(request.image, "image_version") if reads.read(ctx, request.image) else []
        number = latest_in(short_region(scale_set["location"]), listed)
        latest = next((body for body in listed if body["name"] == number), None)
        # The highest version of the scale set's managed image is what its definition is meant to stand for.
        mine = [body for body in listed if current and same_id(source_id(body), current)]
        found = max(mine, key=number_of, default=latest)
        version = request.meant or (parse_id(found["id"], "image_version") if found else request.image)
    is_version = version.kind == "image_version"
    facts = Facts(
        request,
        ctx.clock.now(),
        scale_set,
        version=ctx.arm.get(version, expand=EXPAND) if is_version else None,
        definition=reads.read(ctx, version.parent if is_version else version) or None,
        latest=latest,
        locks=_locks(ctx, request.scale_set),
    )
    return _with_current_image(ctx, facts, current)


def _with_current_image(ctx: Context, facts: Facts, current: str | None) -> Facts:
    """With the managed image or the definition of the model. Images of other tenants cannot be read."""
    try:
        rid = parse_id(current, "managed_image", "image_definition", "image_version")
        rid = rid.parent if rid.kind == "image_version" else rid
        image = reads.read(ctx, rid)
    except InvalidRequest as error:
        ctx.debug(error.message)
        return facts
    except Denied as error:
        return dataclasses.replace(facts, unreadable=error.message)
    if not image or rid.kind != "managed_image":
        return dataclasses.replace(facts, image=image or None)
    found = reads.creation_times(ctx, rid.parent)
    if found.problem:
        ctx.warn(unknown_times(rid.parent))
    return dataclasses.replace(facts, image=image, created=found.times.get(rid.key))


def _locks(ctx: Context, scale_set: ResourceId) -> list[Body]:
    """The locks; Azure itself decides, so that locks which cannot be read refuse nothing."""
    try:
        return list(ctx.arm.locks(scale_set))
    except Denied as error:
        ctx.debug(error.message)
        return []
