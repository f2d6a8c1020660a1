# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A version that failed: leave it, make it anew, or take the failed regions out and add them again."""

from __future__ import annotations

from .._resources.dates import parse_instant
from .._resources.errors import InvalidRequest, NotReady
from .._resources.fields import Body, Change
from .._resources.image_version import profile, replication, shape
from .._resources.provisioning_state import provisioning_state
from .._resources.regions import short_region
from .._resources.resource_id import ResourceId
from .._run import reads
from .._run.context import Context
from .._run.operations import operation_error
from .create import VersionExists, plan_create, refuse_to_queue
from .region_retry import remove_regions, restore_regions
from .request import Request
from .result import Done, wait_ready
from .update import put_update, refuse_other_source

WAYS_OUT = (
    "on_failed: recreate deletes it and makes it anew where that loses nothing; "
    "on_failed: retry_regions takes the failed regions out and adds them again."
)


def failed_regions(body: Body) -> list[str]:
    """Regions whose replication failed."""
    return [region["name"] for region in replication(body)["regions"] if region["state"] == "Failed"]


def has_failed(body: Body) -> bool:
    """The version as a whole, or one of its regions."""
    return provisioning_state(body) in ("Failed", "Canceled") or bool(failed_regions(body))


def fail(ctx: Context, rid: ResourceId, body: Body) -> NotReady:
    """The failure of a version that a run finds failed; nothing was written."""
    regions = [
        f"{region['name']}: {region['details'] or 'Azure gives no details'}"
        for region in replication(body)["regions"]
        if region["state"] == "Failed"
    ]
    if regions and provisioning_state(body) == "Succeeded":
        return NotReady(
            f"{rid.words} failed to replicate to {'; '.join(regions)}. {WAYS_OUT}", image_version=shape(body)
        )
    reason, details = operation_error(ctx, rid)
    where = f" Regions: {'; '.join(regions)}." if regions else ""
    state = provisioning_state(body)
    return NotReady(
        f"{rid.words} exists and is {state}: {reason}.{where} {WAYS_OUT}", image_version=shape(body), **details
    )


def make_way(ctx: Context, request: Request, done: Done, timeout: float) -> None:
    """Delete a failed version that is to be made anew. InvalidRequest where that could lose anything."""
    rid, body = done.rid, done.body
    refuse_other_source(ctx, request, rid, body)
    _refuse_loss(ctx, request, rid, body)
    plan_create(ctx, request, rid, body)  # every check of a create, before anything is deleted
    if not ctx.check_mode:
        refuse_to_queue(ctx, request, rid)
        ctx.arm.delete(rid, bypass_soft_delete=_soft_delete(ctx, rid))
        if not ctx.arm.gone(rid, timeout):
            raise VersionExists(str(rid))


def interrupted(request: Request, body: Body) -> Body | None:
    """A version in deletion that was never ready anywhere: a run that was to make it anew may have been killed at it."""
    states = [region["state"] for region in replication(body)["regions"]]
    return body if request.on_failed == "recreate" and states and "Completed" not in states else None


def made_anew() -> Change:
    """Of a version that was deleted to be made anew."""
    return Change("provisioning_state", "Failed", None, why="deleted and made anew (on_failed: recreate)")


def _refuse_loss(ctx: Context, request: Request, rid: ResourceId, body: Body) -> None:
    ready = _usable_in(body)
    why = None
    if ready:
        why = f"it is usable in {', '.join(ready)}; on_failed: retry_regions repairs the other regions"
    elif provisioning_state(body) == "Succeeded":
        why = "it Succeeded once, so a region may have been in use"
    elif request.wanted.get("block_deletion_before_end_of_life") or deletion_blocked(ctx, body):
        why = "block_deletion_before_end_of_life protects it"
    elif _in_recycle_bin(ctx, rid):
        why = "its name also stands in the gallery's recycle bin; restore or purge that version first"
    if why:
        raise InvalidRequest(
            f"on_failed: recreate does not delete {rid.words}: {why}. Nothing was deleted.", image_version=shape(body)
        )


def _usable_in(body: Body) -> list[str]:
    """Regions that have it."""
    return [region["name"] for region in replication(body)["regions"] if region["state"] == "Completed"]


def deletion_blocked(ctx: Context, body: Body) -> bool:
    """Whether Azure forbids to delete it: its end of life is still to come, and the safety setting says so."""
    safety = body["properties"].get("safetyProfile") or {}
    date = profile(body).get("endOfLifeDate")
    return bool(safety.get("blockDeletionBeforeEndOfLife") and date and parse_instant(date).at > ctx.clock.now())


def _soft_delete(ctx: Context, rid: ResourceId) -> bool:
    """Whether the gallery keeps deleted versions, so that only a delete that says so makes the name free."""
    gallery = reads.read(ctx, rid.parent.parent) or {}
    return bool(((gallery.get("properties") or {}).get("softDeletePolicy") or {}).get("isSoftDeleteEnabled"))


def _in_recycle_bin(ctx: Context, rid: ResourceId) -> bool:
    return _soft_delete(ctx, rid) and rid.name in {body["name"] for body in ctx.arm.list_soft_deleted(rid.parent)}


def retry_regions(ctx: Context, request: Request, done: Done, timeout: float) -> bool:
    """Take the failed regions out and add them again, as Azure's own message advises; never the version's own region.

    Whether both writes are done: with `wait: false` only the first is, since the second has to wait for it.
    """
    rid, body = done.rid, done.body
    refuse_other_source(ctx, request, rid, body)
    own = short_region(body["location"])
    broken = failed_regions(body)
    if not broken and _usable_in(body):
        return _write_again(ctx, request, done)
    if not broken or own in broken:
        why = f"its own region {own} failed" if own in broken else "no single region failed, the version as a whole did"
        raise InvalidRequest(
            f"on_failed: retry_regions cannot repair {rid.words}: {why}. See on_failed: recreate. Nothing was written."
        )
    done.changed = True
    done.changes += [
        Change(
            f"target_regions.{name}",
            "Failed",
            "Replicating",
            why="taken out and added again (on_failed: retry_regions)",
        )
        for name in broken
    ]
    if ctx.check_mode:
        done.set_by_azure = ("replication", "provisioning_state")
        return True
    done.body = put_update(ctx, rid, remove_regions(body, broken), body)
    if not request.wait:
        done.update_pending = [f"target_regions.{name}" for name in broken]
        return False
    ready = wait_ready(ctx, request, done, timeout)
    done.body = put_update(ctx, rid, restore_regions(ready), ready)
    return True


def _write_again(ctx: Context, request: Request, done: Done) -> bool:
    """The last update failed, though no region did: it is made again. Whether the rest may follow, as in retry_regions()."""
    why = "its last write is made again (on_failed: retry_regions)"
    done.changed = True
    done.changes.append(Change("provisioning_state", provisioning_state(done.body), "Succeeded", why=why))
    if ctx.check_mode:
        done.set_by_azure = ("replication", "provisioning_state")
        return True
    done.body = put_update(ctx, done.rid, done.body, done.body)
    done.update_pending = [] if request.wait else ["provisioning_state"]
    return request.wait
