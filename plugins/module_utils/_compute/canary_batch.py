"""Any number of canaries in one process: each is started, then one loop waits for all, and the same for deleting them."""

from __future__ import annotations

import datetime
import typing as t

from .._resources.errors import AzureError, GalleryError, InvalidRequest
from .._resources.fields import Body
from .._resources.resource_id import parse_id
from .._run.context import Context
from . import canary_body
from .canary import Canary
from .canary_plan import plan_canary, run_id, subject_of
from .canary_removal import Removal
from .canary_request import Request
from .canary_result import Entry, entry, error_entry
from .canary_verdict import PASSED
from .stepwise import watch

LOG_TRIES, LOG_PAUSE = 3, 10.0  # the log does not exist at first


def present(ctx: Context, requests: t.Sequence[Request]) -> list[Entry]:
    """The result of each canary, in the order of the requests. All are planned before the first is created."""
    planned: list[Canary | GalleryError] = []
    for request in requests:
        try:
            planned.append(Canary(ctx, plan_canary(ctx, request)))
        except GalleryError as error:
            planned.append(error)
    canaries = [one for one in planned if isinstance(one, Canary)]
    for canary in canaries:
        canary.advance()
    watch(ctx, [one for one in canaries if one.plan.request.wait and not ctx.check_mode])
    _read_logs(ctx, canaries)
    return [entry(one) if isinstance(one, Canary) else error_entry(one) for one in planned]


def _read_logs(ctx: Context, canaries: t.Sequence[Canary]) -> None:
    """The boot log of each that did not pass; a missing one changes nothing."""
    ended = [one for one in canaries if one.verdict.final and one.verdict.verdict != PASSED]
    missing = [one for one in ended if one.seen.state is not None and not one.error]
    for attempt in range(LOG_TRIES):
        if missing and attempt:
            ctx.clock.sleep(LOG_PAUSE)
        for canary in list(missing):
            try:
                found = ctx.arm.boot_log(canary.plan.ids.machine)
            except AzureError as error:
                ctx.debug(f"{canary.plan.name}: no boot log: {error.message}")
                found = ""
            if found is not None:
                canary.boot_log = found
                missing.remove(canary)


def absent(ctx: Context, requests: t.Sequence[Request]) -> list[Entry]:
    """Delete each canary; the result of each, in the order of the requests."""
    entries: list[Entry] = []
    removals: list[tuple[Entry, Removal]] = []
    waited: list[Removal] = []
    for request in requests:
        result: Entry = {"changed": False, "canary": None, "deleted": [], "failed": False, "message": "absent"}
        entries.append(result)
        try:
            found = _removals(ctx, request, result)
        except GalleryError as error:
            result |= error_entry(error)
            continue
        removals += [(result, removal) for removal in found]
        waited += found if request.wait else []
    for _result, removal in removals:
        removal.advance()
    watch(ctx, waited)
    for result, removal in removals:
        _note(result, removal)
    return entries


def _note(result: Entry, removal: Removal) -> None:
    result["deleted"] += removal.deleted
    result["changed"] = bool(result["deleted"])
    if removal.left:
        result |= {**removal.left.details, "failed": True, "message": removal.left.message}
    elif result["deleted"] and not result["failed"]:
        result["message"] = f"deleted {', '.join(result['deleted'])}"


def _removals(ctx: Context, request: Request, result: Entry) -> list[Removal]:
    """What is to be deleted, unless another run is still at work with it; the result says so."""
    if request.older_than is not None:
        return _leftovers(ctx, request, ctx.clock.now() - datetime.timedelta(seconds=request.older_than))
    name, digest = request.name, ""
    if name is None:
        subject = subject_of(ctx, request)[0]
        name, digest = subject.name, subject.digest
    ids = canary_body.names(request.group, name, [])
    body = ctx.arm.get(ids.machine) or ctx.arm.get(ids.interface)
    run, created = canary_body.tag(body, canary_body.RUN_TAG), canary_body.created(body)
    age = datetime.timedelta(seconds=request.wait_timeout)
    if run and run != run_id(ctx, request) and created and ctx.clock.now() - created < age:
        result["message"] = (
            f"{ids.machine.words} was created by another run less than {request.wait_timeout:.0f} s ago and "
            "was not deleted. If that run was killed, delete it with canary_vm, state: absent and wait_timeout: 0."
        )
        result["spared"] = True
        ctx.warn(result["message"])
        return []
    # Tags and image of the canary itself decide, since its version may have been deleted or created again.
    luns = canary_body.tagged_luns(body) if body else _version_luns(ctx, request)
    version = canary_body.image_of(body or {}) or str(request.version or "")
    return [Removal(ctx, canary_body.names(request.group, name, luns), version, digest)]


def _version_luns(ctx: Context, request: Request) -> list[int]:
    """Where at most disks are left."""
    if request.version is None:
        return []
    try:
        return canary_body.luns_of(ctx.arm.get(request.version) or {})
    except AzureError as error:
        ctx.debug(f"{request.version.words}: {error.message}")
        return []


def _leftovers(ctx: Context, request: Request, before: datetime.datetime) -> list[Removal]:
    """Every canary of the resource group that was created before, whatever it tested: by name, our tags and their time.

    A machine must also have been created from a gallery. What a younger or foreign machine holds is left alone.
    """
    canaries: dict[str, dict[str, Body]] = {}  # what exists of each, by its name
    for kind in ("virtual_machine", "network_interface", "disk"):
        for body in ctx.arm.list(request.group, kind):
            if name := canary_body.canary_of(kind, body["name"]):
                canaries.setdefault(name, {})[body["name"].lower()] = body
    removals = []
    for name, bodies in sorted(canaries.items()):
        machine = bodies.get(name)
        old = {part: body for part, body in bodies.items() if _is_old(body, name, before)}
        if machine is None:
            old = {part: body for part, body in old.items() if not canary_body.holder_of(body)}
        if not old or (machine and not (name in old and _from_gallery(machine))):
            continue
        luns = sorted({lun for body in old.values() for lun in canary_body.tagged_luns(body)})
        ids = canary_body.names(request.group, name, luns)
        if machine is None:
            ids = ids._replace(disks=tuple(rid for rid in ids.disks if rid.name.lower() in old))
        digest = canary_body.tag(next(iter(old.values())), canary_body.HASH_TAG)
        removals.append(Removal(ctx, ids, canary_body.image_of(machine or {}), digest))
    return removals


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
