"""Actions on the instances of a Uniform scale set, and the set's own views."""

from __future__ import annotations

from collections import Counter

from . import machine_images, scale_set_instances, scale_set_model
from .clock import stamp
from .common import effects, outcome_of
from .context import Context
from .errors import ArmError, invalid, marked_for_deletion
from .messages import Answer, Json, pretty
from .scale_sets import require
from .store import Resource

# The power state of an instance after each action.
_POWER = {
    "scale_set_deallocate": "deallocated",
    "scale_set_power_off": "stopped",
    "scale_set_restart": "running",
    "scale_set_start": "running",
}
ACTIONS = (*_POWER, "scale_set_upgrade", "scale_set_reimage", "scale_set_delete_instances")
_NEED_IDS = ("scale_set_upgrade", "scale_set_delete_instances")


def act(ctx: Context) -> Answer:
    """202 with both headers; the instances change when the operation ends."""
    resource = require(ctx)
    if resource.state == "Deleting":
        raise marked_for_deletion("VM Scale Set action", "VM Scale Set ", resource.name)
    if scale_set_model.flexible(resource.properties):
        text = "This operation is not supported for Virtual Machine Scale Sets in Flexible orchestration mode."
        raise ArmError(409, "OperationNotAllowed", text)  # a guess
    sent = ctx.request.json() if isinstance(ctx.request.json(), dict) else {}
    if ctx.target.kind in _NEED_IDS and not sent.get("instanceIds"):
        raise invalid("Required parameter 'instanceIds' is missing (null).", "instanceIds")
    chosen = {one["id"] for one in scale_set_instances.pick(resource, sent)}
    after, error = _after(ctx, resource, chosen)
    ctx.counted.append(("VMScaleSetBatchedVMRequests", len(chosen)))
    outcome, ordered = outcome_of(effects(ctx, resource.id))
    if outcome == "Succeeded" and error is not None:
        outcome, ordered = "Failed", error
    during = "Deleting" if ctx.target.kind == "scale_set_delete_instances" else "Updating"
    resource.extra["instances"] = [
        {**one, "state": during} if one["id"] in chosen else one for one in scale_set_instances.planned(resource)
    ]
    resource.state = "Updating"
    seconds = ctx.settings.roll_out_seconds
    operation = ctx.begin(resource, "act", seconds, outcome=outcome, error=ordered, fill={"instances": after})
    return ctx.started(202, operation, None, monitor=True)


def _after(ctx: Context, resource: Resource, chosen: set[str]) -> tuple[list[Json], Json | None]:
    """The instances at the end, and the error of an image that is gone."""
    kind, had = ctx.target.kind, scale_set_instances.planned(resource)
    if kind == "scale_set_delete_instances":
        resource.body["sku"] = {**resource.body["sku"], "capacity": len(had) - len(chosen)}
        return [one for one in had if one["id"] not in chosen], None
    if kind in _POWER:
        return [{**one, "power": _POWER[kind]} if one["id"] in chosen else one for one in had], None
    changed, error = [], None
    for one in had:
        if one["id"] in chosen:
            moves = kind == "scale_set_upgrade" and one["model"] != resource.extra["model"]
            model = resource.extra["model"] if moves else one["model"]
            if moves or kind == "scale_set_reimage":
                one, failed = _reimaged(ctx, resource, one, model)
                error = error or failed
        changed.append(one)
    return changed, error


def _reimaged(ctx: Context, resource: Resource, one: Json, model: int) -> tuple[Json, Json | None]:
    """An instance with the image of a model; that an image that is gone ends the operation is documented, its error a guess."""
    reference = scale_set_instances.model_of(resource, model)["profile"]["storageProfile"]["imageReference"]
    try:
        image = machine_images.find(ctx, reference, resource.location)
    except ArmError as error:
        return one, {"code": error.code, "message": error.message}
    return {**one, "model": model, "image": image.reference, "state": ""}, None


# -- views -------------------------------------------------------------------------------------------------------------
def view(ctx: Context) -> Answer:
    """GET the number of instances in each state, and the set's own (recorded)."""
    resource = require(ctx)
    states = Counter(scale_set_instances.state_of(one).lower() for one in resource.extra["instances"])
    summary = [{"code": f"ProvisioningState/{state}", "count": count} for state, count in sorted(states.items())]
    state = resource.state.lower()
    shown = "Provisioning succeeded" if state == "succeeded" else resource.state
    status = {"code": f"ProvisioningState/{state}", "level": "Info", "displayStatus": shown, "time": stamp(ctx.now)}
    return pretty(200, {"virtualMachine": {"statusesSummary": summary}, "statuses": [status]})


def history(ctx: Context) -> Answer:
    """GET the upgrades of the operating system: none, since automatic ones are not emulated."""
    require(ctx)
    return pretty(200, {"value": []})
