"""Sets the image of a scale set's model: one write, with everything else of its storage as it was read."""

from __future__ import annotations

import dataclasses
import shlex
import typing as t

from .._resources.diff import diff_of
from .._resources.errors import AzureError, Conflict, GalleryError, InvalidRequest, NotFound, NotReady, SignInFailed
from .._resources.fields import Body, Change, value_at
from .._resources.provisioning_state import provisioning_state
from .._resources.refusal import REFUSED, Refusal, refusals, refused
from .._resources.regions import short_region
from .._resources.resource_id import ResourceId, parse_id, same_id
from .._run.context import Context
from .._run.provisioning import wait_provisioned, write_provisioned
from . import usage
from .scale_set_facts import (
    Facts,
    Request,
    current_image,
    has_image,
    is_flexible,
    policy,
    storage_differences,
    storage_with,
)
from .scale_set_read import read_facts
from .scale_set_rules import RULES

_DECISIONS = 4  # the first one, and three more if another client writes in between
_PRECONDITION_FAILED = 412
_LATE, _PAUSE = 60.0, 5.0  # seconds
READ_VERSIONS, READ_DEFINITIONS = (
    "Microsoft.Compute/galleries/images/versions/read",
    "Microsoft.Compute/galleries/images/read",
)
Result = dict[str, t.Any]


class Absent(InvalidRequest):
    """The scale set does not exist."""


def set_image(ctx: Context, request: Request) -> Result:
    """Set the image unless the model has it already."""
    for _attempt in range(_DECISIONS):
        body = _read(ctx, request)
        # in Azure's spelling: a list that it was found in has the resource group in capitals
        request = dataclasses.replace(request, scale_set=parse_id(body["id"], "scale_set"))
        if has_image(body, request.image):
            return _result(ctx, request, body, None, [])
        try:
            return _changed(ctx, request, body)
        except GalleryError as error:
            if isinstance(error, AzureError) and error.status == _PRECONDITION_FAILED:  # another client has written
                continue
            shape = _shape(request, body, None)
            # Azure may have stored the new image, or not.
            error.details.setdefault("scale_set", {**shape, "image": None} if error.details.get("changed") else shape)
            raise
    raise NotReady(
        f"{request.scale_set.words}: other clients have changed it {_DECISIONS} times since it was read. Its image was not set. "
        "Run the task again.",
        scale_set=_shape(request, body, None),
    )


def _changed(ctx: Context, request: Request, body: Body) -> Result:
    """Check, and set the image; Azure answers 412 if another client has written since `body` was read."""
    facts = read_facts(ctx, request, body)
    found = refusals(RULES, facts)
    if found:
        what = f"{request.scale_set.words} keeps its image."
        raise refused(what, found, scale_set=_shape(request, body, facts))
    written = _predicted(body, request.image) if ctx.check_mode else _write(ctx, request, body)
    return _result(ctx, request, written, facts, [Change("image", current_image(body), str(request.image))])


def _read(ctx: Context, request: Request) -> Body:
    """The scale set once no other write is in progress: what it stores until then may change."""
    body = wait_provisioned(ctx, request.scale_set, ctx.arm.get(request.scale_set), request.wait_timeout)
    if body is None:
        raise Absent(f"{request.scale_set.words} does not exist. Correct resource_group and name. Nothing was written.")
    return body


def _write(ctx: Context, request: Request, before: Body) -> Body:
    """Send the change, wait until Azure has changed the model, and compare what else it stores."""
    storage = storage_with(before, request.image)
    change = {"properties": {"virtualMachineProfile": {"storageProfile": storage}}}
    try:
        accepted = ctx.arm.patch(request.scale_set, change, etag=before.get("etag"))
    except Conflict as error:
        if error.code != "ScopeLocked":
            raise
        reasons = [Refusal("locked", REFUSED, error.message)]
        raise refused(f"{request.scale_set.words} keeps its image.", reasons, **error.details) from error
    try:
        write_provisioned(ctx, request.scale_set, accepted.body, request.wait_timeout)
        after = _shown(ctx, request)
        if differences := storage_differences(storage, usage.model_storage(after)):
            raise NotReady(
                f"{request.scale_set.words} has its new image, and Azure has changed other storage settings of its model: "
                f"{', '.join(differences)}. Compare them with 'before' in the result, and set them again.",
                before=usage.model_storage(before),
            )
    except GalleryError as error:
        error.details["changed"] = True
        raise
    return after


def _shown(ctx: Context, request: Request) -> Body:
    """The scale set as it is read now. A reader of Azure may show the earlier model for a while."""
    deadline = ctx.clock.monotonic() + _LATE
    while True:
        body = ctx.arm.get(request.scale_set)
        if body is not None and has_image(body, request.image):
            return body
        if ctx.clock.monotonic() > deadline:
            shown = current_image(body) if body is not None else "absent"
            raise NotReady(
                f"{request.scale_set.words} was written, and its image is {shown}, not {request.image}: another client may have "
                "changed it. Run the task again."
            )
        ctx.clock.sleep(_PAUSE)


def _predicted(body: Body, image: ResourceId) -> Body:
    model = {**body["properties"]["virtualMachineProfile"], "storageProfile": storage_with(body, image)}
    return {**body, "properties": {**body["properties"], "virtualMachineProfile": model}}


# -- the result --------------------------------------------------------------------------------------------------------
def _result(ctx: Context, request: Request, body: Body, facts: Facts | None, changes: list[Change]) -> Result:
    shape = _shape(request, body, facts)
    # Automatic OS upgrades begin later, so that a run still sees the instances as they were.
    rolls_out = ctx.check_mode and bool(changes) and policy(body)[0] != "Manual"
    outdated = [] if rolls_out else _outdated(ctx, request, body)
    shape["outdated_instances"] = outdated
    shape["upgrade_command"] = _command(request.scale_set, outdated) if not is_flexible(body) else None
    return {
        "changed": bool(changes),
        "scale_set": shape,
        "changes": [change.returned() for change in changes],
        "diff": diff_of(request.scale_set, changes),
    }


def _shape(request: Request, body: Body, facts: Facts | None) -> Result:
    mode, automatic = policy(body)
    rid, version = request.scale_set, facts.version if facts else None
    if version is None and request.image.kind == "image_version" and has_image(body, request.image):
        version = {"id": str(request.image)}
    actions = [READ_VERSIONS] if request.image.kind == "image_version" else [READ_DEFINITIONS, READ_VERSIONS]
    return {
        "id": str(rid),
        "name": rid.name,
        "resource_group": rid.resource_group,
        "location": short_region(body["location"]),
        "tags": dict(body.get("tags") or {}),
        "provisioning_state": provisioning_state(body),
        "image": current_image(body),
        "previous_image": current_image(facts.scale_set) if facts else None,
        "version_id": version["id"] if version else None,
        "orchestration_mode": "Flexible" if is_flexible(body) else "Uniform",
        "upgrade_policy": mode,
        "automatic_os_upgrade": automatic,
        "capacity": int((body.get("sku") or {}).get("capacity") or 0),
        "required_actions": actions,
        "outdated_instances": None,
        "upgrade_command": None,
    }


def _outdated(ctx: Context, request: Request, scale_set: Body) -> list[str] | None:
    """The instances that are not on the model: their ids in the scale set, or their names. None if they cannot be listed."""
    rid = request.scale_set
    try:
        if is_flexible(scale_set):
            group = ctx.arm.list(rid.parent, "virtual_machine")
            mine = [one for one in group if same_id(value_at(one, "properties.virtualMachineScaleSet.id"), str(rid))]
            return sorted(str(one["name"]) for one in mine if not _is_current(one, request.image))
        listed = ctx.arm.list(rid, "scale_set_instance")
    except SignInFailed:
        raise
    except NotFound:
        return []
    except AzureError as error:
        ctx.warn(f"{error.message} The instances that are not on the model are not known.")
        return None
    found = [str(one.get("instanceId") or one["name"]) for one in listed if not _is_current(one, request.image)]
    return sorted(found, key=lambda name: (len(name), name))


def _is_current(instance: Body, image: ResourceId) -> bool:
    """Whether it was created from the model as it is. In check mode the model is still another one, so the image decides."""
    named = usage.reference(usage.storage_of(instance))
    return same_id(named, str(image)) and value_at(instance, "properties.latestModelApplied") is not False


def _command(scale_set: ResourceId, outdated: list[str] | None) -> str | None:
    if not outdated:
        return None
    group = shlex.quote(scale_set.resource_group)  # may contain parentheses
    return (
        f"az vmss update-instances --subscription {scale_set.subscription_id} --resource-group {group} "
        f"--name {scale_set.name} --instance-ids {' '.join(outdated)}"
    )
