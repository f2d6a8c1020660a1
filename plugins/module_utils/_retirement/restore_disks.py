"""The disks that a restore creates from a version and deletes again."""

from __future__ import annotations

from .._resources.errors import AzureError, InvalidRequest, NotReady
from .._resources.fields import Body
from .._resources.provisioning_state import provisioning_state
from .._resources.resource_id import ResourceId
from .._run.context import Context
from .._run.provisioning import write_provisioned
from .restore_body import Disks, Lun, disks_of

ABSENT, PAUSE = 4, 5.0
READY_SECONDS = 3600.0  # Azure copies in the background; a large disk is usable after minutes


def existing(ctx: Context, disks: Disks) -> dict[Lun, Body]:
    """Those that an earlier run has left; InvalidRequest for a disk of another origin by one of the names."""
    found = {}
    for lun, rid in disks.ids.items():
        body = ctx.arm.get(rid)
        if body is None:
            continue
        if not disks.has(body):
            raise InvalidRequest(
                f"{rid.words} exists and is no disk of this restore. Rename or delete it. Nothing was written."
            )
        found[lun] = body
    return found


def create(ctx: Context, disks: Disks, location: str, recorded: Body, there: dict[Lun, Body]) -> None:
    """Create those that do not exist, and wait until all are Succeeded. `recorded` is the image that they restore."""
    before = disks_of(recorded)
    written = dict(there)
    for lun, rid in disks.ids.items():
        if provisioning_state(there.get(lun) or {}) in ("Succeeded", "Updating", "Creating"):
            continue
        body = disks.body(lun, location, before.get(lun) or {})
        ctx.progress(f"creating {rid.words} from {disks.version}")
        accepted = ctx.arm.put(rid, body, before=there.get(lun), readable={"tags": body["tags"]})
        written[lun] = accepted.body or {}
    for lun, rid in disks.ids.items():
        write_provisioned(ctx, rid, written[lun], READY_SECONDS)


def remove(ctx: Context, disks: Disks) -> None:
    """Delete those of this restore, and wait until they are gone. NotReady if one is left."""
    bodies = {rid: ctx.arm.get(rid) for rid in disks.ids.values()}
    found = {rid: body for rid, body in bodies.items() if body and disks.has(body)}
    problems = []
    for rid, body in found.items():
        try:
            if provisioning_state(body) != "Deleting":
                ctx.arm.delete(rid, regardless=True)
        except AzureError as error:
            problems.append(error.message)
    if problems:
        left = ", ".join(map(str, found))
        raise NotReady(f"Disks of the restore are left: {left}. Run this again. {problems[0]}")
    if found:
        _wait_gone(ctx, list(found))


def _wait_gone(ctx: Context, rids: list[ResourceId]) -> None:
    """Wait until all are absent in several readings over 15 s, since Azure's readers see a delete at different times."""
    ends = ctx.clock.monotonic() + READY_SECONDS
    absent = 0
    while True:
        there = [rid for rid in rids if ctx.arm.read(rid) is not None]
        absent = 0 if there else absent + 1
        if absent == ABSENT:
            return
        if there and ctx.clock.monotonic() > ends:
            raise NotReady(
                f"{there[0].words} was still there {READY_SECONDS:.0f} s after Azure had accepted its deletion."
            )
        ctx.clock.sleep(PAUSE)
