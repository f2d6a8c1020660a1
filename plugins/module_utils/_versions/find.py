"""Which version a task is about, and everything about it that decide() looks at. Nothing is written."""

from __future__ import annotations

import dataclasses
import typing as t

from .._resources.errors import NotFound
from .._resources.fields import Body, value_at
from .._resources.image_version import source_id
from .._resources.numbers import next_number, read_number
from .._resources.provisioning_state import is_busy, provisioning_state
from .._resources.resource_id import ResourceId, same_id
from .._run import reads
from .._run.context import Context
from .decide import Current, creates
from .poller import EXPAND
from .readiness import usable_regions, was_interrupted
from .request import Request


def find(ctx: Context, request: Request, definition_exists: bool = True) -> Current:
    """The version of the number that the task names, or the highest that was cloned from its source, or the next free one."""
    now = ctx.clock.now()
    exists = definition_exists and not reads.predicted(ctx, request.definition)
    predicted = reads.predicted_children(ctx, request.definition)  # by earlier tasks of this check-mode run
    if not request.numbered:
        rid = request.rid(request.name)
        body = ctx.arm.get(rid, expand=EXPAND) if exists else None
        return Current(rid, body or next((one for one in predicted if same_id(one["id"], str(rid))), None), now)
    source = t.cast("ResourceId", request.source)
    versions = [*(_listed(ctx, request.definition) if exists else ()), *predicted]
    numbers = {number: body for body in versions if (number := read_number(body["name"]))}
    mine = {number: body for number, body in numbers.items() if same_id(source_id(body), str(source))}
    highest = max(numbers, default=None)
    if mine and request.when_cloned == "reuse":
        rid, body = request.rid(str(max(mine))), mine[max(mine)]
        if not is_busy(body):
            body = ctx.arm.get(rid, expand=EXPAND)  # a list has no replication status
        return Current(rid, body, now, highest)
    for body in mine.values():
        if provisioning_state(body) == "Creating":  # Azure creates one at a time from a source
            ctx.cache.put(f"busy:{source.key}", body["id"])
    free = request.proposed
    if free is None or read_number(free) in numbers:  # versions in every state count as used
        free = str(next_number(request.name, numbers))
    return Current(request.rid(free), None, now, highest, _twin(source, versions))


def _listed(ctx: Context, definition: ResourceId) -> list[Body]:
    try:
        return list(ctx.arm.list(definition, "image_version"))
    except NotFound:
        return []


def _twin(source: ResourceId, versions: list[Body]) -> str | None:
    sources = [source_id(body) or "" for body in versions]
    of_that_name = [one for one in sources if one.rpartition("/")[2].lower() == source.name.lower()]
    return next((one for one in of_that_name if not same_id(one, str(source))), None)


def read_current(ctx: Context, request: Request, found: Current, definition: Body | None = None) -> Current:
    """What decide() needs, read once a run where that is enough. `definition` is known already, or predicted."""
    rid, body, source = found.rid, found.body, request.source
    replaced = ctx.cache.get(replaced_key(rid)) or (body if was_interrupted(body, request.on_failed) else None)
    known: dict[str, t.Any] = {"definition": definition, "replaced": replaced}
    if source and (body is None or same_id(source_id(body), str(source))):
        known["image"] = reads.read(ctx, source)
        exists = body is not None and provisioning_state(body) != "Deleting"
        if creates(body, request):
            known |= _for_create(ctx, rid, definition, body if exists else None)
        if exists and known["image"] is not None:
            times = reads.creation_times(ctx, source.parent)
            known |= {"created": times.times.get(source.key), "creation_problem": times.problem}
    return dataclasses.replace(found, **known)


def _for_create(ctx: Context, rid: ResourceId, definition: Body | None, failed: Body | None) -> dict[str, t.Any]:
    """What decide() also needs if the version is created, or created again after it `failed`."""
    if definition is None:
        definition = reads.read(ctx, rid.parent)
    gallery = reads.read(ctx, rid.parent.parent) if definition is None or failed else {}
    soft_delete = bool(value_at(gallery, "properties.softDeletePolicy.isSoftDeleteEnabled"))
    listed = ctx.arm.list_soft_deleted(rid.parent) if failed and soft_delete and not usable_regions(failed) else ()
    recycled = rid.name in {one["name"] for one in listed}
    return {"definition": definition, "gallery": gallery, "soft_delete": soft_delete, "recycled": recycled}


def replaced_key(rid: ResourceId) -> str:
    """Where the run's memory keeps a failed version from its deletion until it is created again."""
    return f"replaced:{rid.key}"
