# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A version that is ready: compare, refuse what cannot change, and update the rest with one write."""

from __future__ import annotations

from .._resources.errors import AzureError, Conflict, GalleryError, InvalidRequest, NotReady
from .._resources.fields import Body
from .._resources.image_version import FINGERPRINT_TAG, source_id
from .._resources.managed_image import fingerprint
from .._resources.resource_id import ResourceId, same_id
from .._run import reads
from .._run.context import Context
from .._run.ensure import refuse_fixed
from .body import Comparison, compare, limit_warnings, update_request
from .create import other_source
from .poller import keep_pace
from .request import Request, refuse_past
from .result import Done


def checked_comparison(ctx: Context, request: Request, rid: ResourceId, body: Body) -> Comparison:
    """The comparison with what is there, after everything that could forbid the change; nothing is written here."""
    refuse_other_source(ctx, request, rid, body)
    comparison = compare(body, request.wanted, request.regions, request.region_policy, request.append_tags)
    refuse_fixed(rid, comparison.changes)
    changed = {change.path for change in comparison.changes}
    if "end_of_life_date" in changed:
        refuse_past(request.wanted, ctx.clock.now())
    removed = comparison.regions.removed
    if removed and request.wanted.get("allow_deletion_of_replicated_locations") is False:
        raise InvalidRequest(
            f"target_regions: region_policy exact would remove {', '.join(removed)} from {rid.words}, and the task itself says "
            "allow_deletion_of_replicated_locations: false. Set it to true, name the regions, or use region_policy: merge. "
            "Nothing was written."
        )
    return comparison


def refuse_other_source(ctx: Context, request: Request, rid: ResourceId, body: Body) -> None:
    """InvalidRequest if the version was made from another image, or from an earlier build of this one."""
    if request.source is None:
        return
    if not same_id(source_id(body), str(request.source)):
        raise InvalidRequest(other_source(rid, body, request))
    stored = (body.get("tags") or {}).get(FINGERPRINT_TAG)
    image = reads.read(ctx, request.source) if stored else None
    if image and fingerprint(image) != stored:
        raise InvalidRequest(
            f"{rid.words} was made from {request.source} as it was then; the image has been rebuilt under its name since. "
            "Clone the new build with when_cloned: new and a next_* version, or name a version number that is free. "
            "Nothing was written."
        )


def update(ctx: Context, request: Request, done: Done) -> None:
    """Make a ready version what the task asks for, or foretell it in check mode; `done` tells what was done."""
    comparison = checked_comparison(ctx, request, done.rid, done.body)
    plan = comparison.regions
    done.unmanaged = plan.unmanaged
    warn_of_unmanaged(ctx, done.rid, plan.unmanaged)
    if not comparison.changes:
        return
    if request.regions is None and any(change.path == "replica_count" for change in comparison.changes):
        ctx.warn(
            "replica_count is for the regions that target_regions names; the regions that are there keep their own counts."
        )
    for warning in limit_warnings(comparison.body):
        ctx.warn(warning)
    done.changes += comparison.changes
    done.changed = True
    done.source_region_added = plan.source_added
    if ctx.check_mode:
        done.body = comparison.body
        done.set_by_azure = ("replication",)
        return
    done.body = _write(ctx, done.rid, comparison, done.body)


def warn_of_unmanaged(ctx: Context, rid: ResourceId, regions: list[str]) -> None:
    """Say which regions stay although the task does not name them."""
    if regions:
        ctx.warn(
            f"{rid.words} also has the regions {', '.join(regions)}, which the task does not name. "
            "They stay (region_policy: merge); region_policy: exact removes them."
        )


def _write(ctx: Context, rid: ResourceId, comparison: Comparison, before: Body) -> Body:
    try:
        return put_update(ctx, rid, comparison.body, before)
    except Conflict as error:
        if comparison.regions.removed:
            raise _removal_refused(rid, comparison, error) from error
        raise


def put_update(ctx: Context, rid: ResourceId, body: Body, before: Body) -> Body:
    """Change a version that is there; the version as Azure answers."""
    try:
        accepted = ctx.arm.put(rid, update_request(body), before=before)
    except AzureError as error:
        if ctx.arm.get(rid) is None:
            raise NotReady(
                f"{rid.words} was deleted by somebody before it could be changed. Run this again."
            ) from error
        raise
    keep_pace(ctx, rid, accepted.retry_after)
    return accepted.body or body


def _removal_refused(rid: ResourceId, comparison: Comparison, error: Conflict) -> GalleryError:
    return InvalidRequest(
        f"Azure refused to remove {', '.join(comparison.regions.removed)} from {rid.words}: {error.message} "
        "If the version forbids removing regions, allow it first with allow_deletion_of_replicated_locations: true, "
        "or keep the regions with region_policy: merge.",
        **error.details,
    )
