"""Virtual machine scale sets: read, list, create or update, delete; and their instances."""

from __future__ import annotations

from . import lifecycle, scale_set_body, scale_set_instances, scale_set_machines, scale_set_model, scale_set_writes
from .common import effects, listed_id, outcome_of, page, paged
from .context import Context
from .errors import ArmError, resource_not_found
from .machine_update import check_etag
from .messages import Answer, empty, pretty
from .paths import TYPES, resource_id
from .store import Resource


def require(ctx: Context) -> Resource:
    """The scale set of the target or of its child."""
    target, names = ctx.target, ctx.target.names[:1]
    resource = ctx.get(resource_id("scale_set", target.subscription, target.group, names))
    if resource is None:
        ctx.require_group()
        raise resource_not_found(TYPES["scale_set"], names, target.group)
    return resource


def read(ctx: Context) -> Answer:
    """GET one."""
    resource = require(ctx)
    return pretty(200, scale_set_body.render(resource), scale_set_body.headers(ctx, resource))


def listing(ctx: Context) -> Answer:
    """GET all of a group or of the subscription."""
    key = ctx.require_group().key if ctx.target.group else f"/subscriptions/{ctx.target.subscription}"
    found = lifecycle.children(ctx.store, ctx.settings, key, "scale_set", ctx.now)
    return page(ctx, found, lambda one: scale_set_body.render(one, listed_id(ctx, one)))


def write(ctx: Context) -> Answer:
    """PUT and PATCH."""
    patch = ctx.request.method == "PATCH"
    body = ctx.body()
    existing = ctx.get(ctx.target.key)
    if existing is not None:
        return scale_set_writes.update(ctx, existing, body, patch)
    if patch:
        raise resource_not_found(TYPES["scale_set"], ctx.target.names, ctx.target.group)
    return scale_set_writes.create(ctx, body)


def remove(ctx: Context) -> Answer:
    """DELETE: 202, 204 when it is gone. The machines of a Flexible set go with it (a guess)."""
    resource = ctx.get(ctx.target.key)
    if resource is None:
        return empty(204)
    check_etag(ctx, resource)
    resource.state = "Deleting"
    if scale_set_model.flexible(resource.properties):
        for machine in scale_set_machines.owned(ctx, resource):
            scale_set_machines.delete(ctx, machine)
    else:
        resource.extra["instances"] = [{**one, "state": "Deleting"} for one in resource.extra["instances"]]
        ctx.counted.append(("VMScaleSetBatchedVMRequests", len(resource.extra["instances"])))
    outcome, error = outcome_of(effects(ctx, resource.id))
    operation = ctx.begin(resource, "delete", ctx.settings.scale_set_seconds, outcome=outcome, error=error)
    return ctx.started(202, operation, None, monitor=True)


# -- instances ---------------------------------------------------------------------------------------------------------
def instances(ctx: Context) -> Answer:
    """GET the instances of a Uniform set; a Flexible one answers none here (a guess)."""
    resource = require(ctx)
    found = resource.extra["instances"]
    ctx.counted.append(("VMScaleSetVMViews", len(found)))
    expand = _expanded(ctx)
    return paged(ctx, found, lambda one: scale_set_instances.render(ctx, resource, one, expand=expand))


def instance(ctx: Context) -> Answer:
    """GET one instance (the refusal is a guess)."""
    resource = require(ctx)
    for one in resource.extra["instances"]:
        if one["id"] == ctx.target.name:
            return pretty(200, scale_set_instances.render(ctx, resource, one, expand=_expanded(ctx)))
    raise ArmError(404, "NotFound", "The entity was not found in this Azure location.")


def _expanded(ctx: Context) -> bool:
    return (ctx.request.param("$expand") or "").lower() == "instanceview"
