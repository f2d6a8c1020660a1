"""Creating a managed image again from an image version, with what a record says about the earlier one."""

from __future__ import annotations

import dataclasses
import typing as t

from .._resources.body_checks import Outgoing, check_body
from .._resources.diff import creation_changes, diff_of
from .._resources.errors import InvalidRequest
from .._resources.fields import Body
from .._resources.image_version import replication, target_regions
from .._resources.managed_image import shape
from .._resources.provisioning_state import provisioning_state
from .._resources.regions import short_region
from .._resources.resource_id import ResourceId, same_id
from .._resources.tags import RESTORED_TAG, tag_value
from .._run import reads
from .._run.context import Context
from .._run.provisioning import wait_provisioned, write_provisioned
from .._versions.poller import EXPAND
from . import restore_body, restore_disks
from .record import Record

IMAGE_SECONDS = 3600.0
Result = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Request:
    """The image to create, and the version to create it from. None: from the record, else from the version."""

    image: ResourceId
    version: ResourceId
    location: str | None = None
    tags: dict[str, str] | None = None
    record: Record | None = None

    @property
    def recorded(self) -> Body:
        """The earlier image; empty without a record."""
        return self.record["image"] if self.record else {}


def present(ctx: Context, request: Request) -> Result:
    """Create the image unless it was restored from this version already; use or delete the disks of an interrupted run."""
    version = ctx.arm.get(request.version, expand=EXPAND)
    if version is None:
        raise InvalidRequest(
            f"source: {request.version.words} does not exist, so nothing can be restored from it. Nothing was written."
        )
    disks = restore_body.Disks.of(request.image, request.version, version)
    image = wait_provisioned(ctx, request.image, ctx.arm.get(request.image), IMAGE_SECONDS)
    if image is not None and _is_restored(request, image):
        return _exists(ctx, request, image, disks)
    return _create(ctx, request, version, disks, image)


def _is_restored(request: Request, image: Body) -> bool:
    """Whether it is the restored image; one of another origin is refused."""
    origin = tag_value(image, RESTORED_TAG)
    if not same_id(origin, str(request.version)):
        what = f"was restored from {origin}" if origin else "is no restored image"
        raise InvalidRequest(
            f"{request.image.words} exists and {what}. Choose another name, or delete it. Nothing was written."
        )
    return provisioning_state(image) == "Succeeded"


def _exists(ctx: Context, request: Request, image: Body, disks: restore_body.Disks) -> Result:
    left = restore_disks.existing(ctx, disks)
    if left and not ctx.check_mode:
        restore_disks.remove(ctx, disks)
    return _result(request, image, bool(left), [str(disks.ids[lun]) for lun in left])


def _create(ctx: Context, request: Request, version: Body, disks: restore_body.Disks, failed: Body | None) -> Result:
    location = _location(request, version)
    definition = _definition(ctx, request)
    tags = restore_body.tags_of(request.tags, request.recorded)
    body = restore_body.image_body(request.version, definition, location, disks.ids, tags, request.recorded)
    check_body(Outgoing(request.image, body, ctx.clock.now()))
    there = restore_disks.existing(ctx, disks)
    if ctx.check_mode:
        predicted = restore_body.predicted(body, version)
        image: Body = {"id": str(request.image), "name": request.image.name, **predicted}
    else:
        restore_disks.create(ctx, disks, location, request.recorded, there)
        ctx.progress(f"creating {request.image.words}")
        accepted = ctx.arm.put(request.image, body, before=failed)
        image = write_provisioned(ctx, request.image, accepted.body, IMAGE_SECONDS)
        ctx.arm.run_state.remember(request.image, image)
        restore_disks.remove(ctx, disks)
    return _result(request, image, True, [str(rid) for rid in disks.ids.values()])


def _result(request: Request, image: Body, changed: bool, disks: list[str]) -> Result:
    shown = shape(image)
    changes = creation_changes(shown, ("provisioning_state",)) if changed else []
    return {
        "changed": changed,
        "managed_image": shown,
        "record": request.record,
        "lost": restore_body.lost(request.record),
        "disks": disks,
        "diff": diff_of(request.image, changes),
    }


def _location(request: Request, version: Body) -> str:
    """The region of the image, in which the version must have a complete copy."""
    location = short_region(request.location or request.recorded.get("location") or version["location"])
    state = provisioning_state(version)
    regions = [short_region(one["name"]) for one in target_regions(version)]
    shown = {one["name"]: one["state"] for one in replication(version)["regions"]}
    why = None
    if state not in ("Succeeded", "Updating"):
        why = f"is {state}, not Succeeded"
    elif location not in regions:
        why = f"is not replicated to {location}, only to {', '.join(regions)}"
    elif shown.get(location) != "Completed":
        why = f"is not Completed in {location} but {shown.get(location) or 'Unknown'}"
    if why:
        raise InvalidRequest(
            f"source: {request.version.words} {why}. Name another version, or a region in which it is Completed. "
            "Nothing was written."
        )
    return location


def _definition(ctx: Context, request: Request) -> Body:
    """The definition, if a managed image can be created of its versions."""
    body = reads.read(ctx, request.version.parent)
    if body is None:
        raise InvalidRequest(f"{request.version.parent.words} does not exist. Nothing was written.")
    properties = body.get("properties") or {}
    features = {one["name"]: one["value"] for one in properties.get("features") or ()}
    why = None
    if str(properties.get("osState") or "").lower() == "specialized":
        why = "its OS state is Specialized"
    elif features.get("SecurityType") in ("TrustedLaunch", "ConfidentialVM"):
        why = f"its security type is {features['SecurityType']}"
    if why:
        raise InvalidRequest(
            f"source: no managed image can be created from a version of {request.version.parent.words}: {why}. "
            "Nothing was written."
        )
    return body
