"""Finding canaries that a run left behind, whatever they tested."""

from __future__ import annotations

import datetime

from .._resources.errors import InvalidRequest
from .._resources.fields import Body
from .._resources.resource_id import parse_id
from .._run.context import Context
from . import canary_body
from .canary_removal import Removal
from .canary_request import Request

_KINDS = ("virtual_machine", "network_interface", "disk")


def leftovers(ctx: Context, request: Request) -> list[Removal]:
    """The removal of every canary of the resource group that is older than asked: by name, our tags and their time.

    A machine must also have been created from a gallery. What a younger or foreign machine holds is left alone.
    """
    bodies: dict[str, dict[str, list[Body]]] = {}
    for kind in _KINDS:
        for body in ctx.arm.list(request.group, kind):
            name = canary_body.canary_of(kind, body["name"])
            if name:
                bodies.setdefault(name, {}).setdefault(kind, []).append(body)
    before = ctx.clock.now() - datetime.timedelta(seconds=request.older_than or 0)
    return [
        removal for name, found in sorted(bodies.items()) if (removal := _removal(ctx, request, name, found, before))
    ]


def _removal(
    ctx: Context, request: Request, name: str, found: dict[str, list[Body]], before: datetime.datetime
) -> Removal | None:
    machines = found.get("virtual_machine", [])
    old = {kind: [body for body in some if _is_old(body, name, before)] for kind, some in found.items()}
    if machines and not (old["virtual_machine"] and _from_gallery(machines[0])):
        return None
    bodies = [body for some in old.values() for body in some]
    if not machines:
        bodies = [body for body in bodies if not canary_body.holder_of(body)]
    if not bodies:
        return None
    luns = sorted({lun for body in bodies for lun in canary_body.tagged_luns(body)})
    ids = canary_body.names(request.group, name, luns)
    if not machines:
        mine = {body["name"].lower() for body in bodies}
        ids = ids._replace(disks=tuple(rid for rid in ids.disks if rid.name.lower() in mine))
    version = canary_body.image_of(machines[0]) if machines else ""
    return Removal(ctx, ids, version, canary_body.tag(bodies[0], canary_body.HASH_TAG))


def _is_old(body: Body, name: str, before: datetime.datetime) -> bool:
    """Whether our tags say that it belongs to this canary and when it was created."""
    created = canary_body.created(body)
    ours = canary_body.tag(body, canary_body.HASH_TAG).startswith(name.removeprefix("canary-"))
    return ours and created is not None and created < before


def _from_gallery(machine: Body) -> bool:
    try:
        parse_id(canary_body.image_of(machine), "image_version", "image_definition")
    except InvalidRequest:
        return False
    return True
