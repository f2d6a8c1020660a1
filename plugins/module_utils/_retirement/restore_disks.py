"""The disks that a restore creates from a version and deletes again. Their names are decided before the first write."""

from __future__ import annotations

import dataclasses

from .._resources.errors import AzureError, InvalidRequest, NotReady
from .._resources.fields import Body
from .._resources.provisioning_state import provisioning_state
from .._resources.resource_id import ResourceId
from .._run.context import Context
from .._run.provisioning import write_provisioned
from . import restore_body
from .restore_body import Lun

ABSENT, PAUSE = 4, 5.0
READY_SECONDS = 3600.0  # Azure copies in the background; a large disk is usable after minutes


@dataclasses.dataclass(frozen=True)
class Disks:
    """The disks of one restore, by LUN; `hashed` is what their tag holds."""

    version: ResourceId
    hashed: str
    ids: dict[Lun, ResourceId]


def names(image: ResourceId, version: ResourceId, body: Body) -> Disks:
    """The disks of the restore of an image from a version."""
    hashed = restore_body.digest(image, version, body)
    return Disks(version, hashed, {lun: restore_body.disk_id(image, hashed, lun) for lun in restore_body.luns(body)})


def existing(ctx: Context, disks: Disks) -> dict[Lun, Body]:
    """Those that an earlier run has left; InvalidRequest for a disk of another origin by one of the names."""
    found = {}
    for lun, rid in disks.ids.items():
        body = ctx.arm.get(rid)
        if body is None:
            continue
        if not restore_body.is_ours(body, disks.hashed, disks.version):
            raise InvalidRequest(
                f"{rid.words} exists and is no disk of this restore. Rename or delete it. Nothing was written."
            )
        found[lun] = body
    return found


def create(ctx: Context, disks: Disks, location: str, recorded: Body, there: dict[Lun, Body]) -> None:
    """Create those that do not exist, and wait until all are Succeeded. `recorded` is the image that they restore."""
    before = restore_body.disks_of(recorded)
    written = dict(there)
    for lun, rid in disks.ids.items():
        if provisioning_state(there.get(lun) or {}) in ("Succeeded", "Updating", "Creating"):
            continue
        body = restore_body.disk_body(disks.version, location, lun, disks.hashed, before.get(lun) or {})
        ctx.progress(f"creating {rid.words} from {disks.version}")
        accepted = ctx.arm.put(rid, body, before=there.get(lun), readable={"tags": body["tags"]})
        written[lun] = accepted.body or {}
    for lun, rid in disks.ids.items():
        write_provisioned(ctx, rid, written[lun], READY_SECONDS)


def remove(ctx: Context, disks: Disks) -> None:
    """Delete those of this restore, and wait until they are gone. NotReady if one is left."""
    bodies = {lun: ctx.arm.get(rid) for lun, rid in disks.ids.items()}
    found = {
        lun: body for lun, body in bodies.items() if body and restore_body.is_ours(body, disks.hashed, disks.version)
    }
    problems = []
    for lun, body in found.items():
        try:
            if provisioning_state(body) != "Deleting":
                ctx.arm.delete(disks.ids[lun], regardless=True)
        except AzureError as error:
            problems.append(error.message)
    if problems:
        left = ", ".join(str(disks.ids[lun]) for lun in found)
        raise NotReady(f"Disks of the restore are left: {left}. Run this again. {problems[0]}")
    _wait_gone(ctx, [disks.ids[lun] for lun in found])


def _wait_gone(ctx: Context, rids: list[ResourceId]) -> None:
    """Wait until all are absent in several readings over 15 s, since Azure's readers see a delete at different times."""
    ends = ctx.clock.monotonic() + READY_SECONDS
    absent = dict.fromkeys(rids, 0)
    while left := [rid for rid, times in absent.items() if times < ABSENT]:
        for rid in left:
            absent[rid] = absent[rid] + 1 if ctx.arm.read(rid) is None else 0
        if all(times >= ABSENT for times in absent.values()):
            return
        if ctx.clock.monotonic() > ends:
            raise NotReady(
                f"{left[0].words} was still there {READY_SECONDS:.0f} s after Azure had accepted its deletion."
            )
        ctx.clock.sleep(PAUSE)
