"""Virtual machines: read, list, create or update, delete."""

from __future__ import annotations

import re

from . import lifecycle, machine_body, machine_create, machine_update
from .common import effects, outcome_of, page, upper_group
from .context import Context
from .errors import resource_not_found
from .messages import Answer, Json, empty, pretty
from .paths import TYPES, resource_id
from .store import Resource

_SCALE_SET = re.compile(r"'?virtualMachineScaleSet/id'?\s+eq\s+'([^']+)'", re.IGNORECASE)


def read(ctx: Context) -> Answer:
    """GET one; $expand=instanceView adds the reports of platform and agent."""
    resource = require(ctx)
    expand = (ctx.request.param("$expand") or "").lower() == "instanceview"
    headers = {} if expand else machine_body.headers(ctx, resource)
    return pretty(200, machine_body.render(ctx, resource, expand=expand), headers)


def require(ctx: Context) -> Resource:
    """The machine of the target or of its child."""
    target, names = ctx.target, ctx.target.names[:1]
    resource = ctx.get(resource_id("virtual_machine", target.subscription, target.group, names))
    if resource is None:
        ctx.require_group()
        raise resource_not_found(TYPES["virtual_machine"], names, target.group)
    return resource


def listing(ctx: Context) -> Answer:
    """GET all of a group or of the subscription, or those of a scale set."""
    key = ctx.require_group().key if ctx.target.group else f"/subscriptions/{ctx.target.subscription}"
    found = lifecycle.children(ctx.store, ctx.settings, key, "virtual_machine", ctx.now)
    asked = ctx.request.param("$filter") or ""
    match = _SCALE_SET.search(asked)
    if match:
        found = [one for one in found if scale_set(one) == match[1].lower()]
    expand = (ctx.request.param("$expand") or "").lower() == "instanceview"
    capitals = bool(asked) or not ctx.target.group
    return page(ctx, found, lambda one: _listed(ctx, one, expand, capitals))


def scale_set(resource: Resource) -> str:
    """The normalized ID of the machine's scale set, or an empty string."""
    return str((resource.properties.get("virtualMachineScaleSet") or {}).get("id", "")).lower()


def _listed(ctx: Context, resource: Resource, expand: bool, capitals: bool) -> Json:
    """The list of a subscription, and every list with a filter, spells the group in capitals (recorded)."""
    document = machine_body.render(ctx, resource, expand=expand, listed=True)
    if capitals:
        document["id"] = upper_group(document["id"])
        owner = document["properties"].get("virtualMachineScaleSet")
        if owner:
            document["properties"]["virtualMachineScaleSet"] = {"id": upper_group(owner["id"])}
    return document


def write(ctx: Context) -> Answer:
    """PUT and PATCH."""
    patch = ctx.request.method == "PATCH"
    existing = ctx.get(ctx.target.key)
    body = ctx.body()
    if existing is not None:
        return machine_update.update(ctx, existing, body, patch)
    if patch:
        raise resource_not_found(TYPES["virtual_machine"], ctx.target.names, ctx.target.group)
    return machine_create.create(ctx, body)


def remove(ctx: Context) -> Answer:
    """DELETE: 202, 204 when it is gone. Again while it runs: the same operation (a guess)."""
    resource = ctx.get(ctx.target.key)
    if resource is None:
        return empty(204)
    if resource.state == "Deleting" and resource.job is not None:
        running = ctx.store.operations.get(resource.job.operation)
        if running is not None:
            return ctx.started(202, running, None, monitor=True)
    machine_update.check_etag(ctx, resource)
    resource.state = "Deleting"
    found = effects(ctx, resource.id, "interface_reserved", "cascade")
    resource.extra["reserves"] = "interface_reserved" in found
    if "cascade" in found:
        resource.extra["cascade"] = found["cascade"][0]
    outcome, error = outcome_of(found)
    seconds = ctx.settings.machine_delete_seconds
    operation = ctx.begin(resource, "delete", seconds, outcome=outcome, error=error)
    return ctx.started(202, operation, None, monitor=True)
