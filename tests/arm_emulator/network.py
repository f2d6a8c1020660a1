"""Requests about Microsoft.Network: virtual networks, subnets, security groups, public addresses, interfaces."""

from __future__ import annotations

import copy

from . import lifecycle
from .common import effects, outcome_of, page, require_location, take_tags
from .context import Context
from .errors import ArmError, resource_not_found
from .messages import Answer, Json, empty, pretty
from .network_bodies import etag, render
from .network_use import refuse_delete, touched
from .network_writes import take
from .paths import parse
from .resource_types import TYPES, parent_kind
from .store import Job, Resource

# A change of these takes an operation, others are done at once (recorded).
_SLOW_CONFIGURATION = ("privateIPAllocationMethod",)


def read(ctx: Context) -> Answer:
    """GET one; its etag is also a header (recorded)."""
    resource = ctx.get(ctx.target.key)
    if resource is None:
        require_parent(ctx)
        raise _not_found(ctx)
    return pretty(200, render(ctx, resource), {"ETag": etag(ctx, resource)})


def listing(ctx: Context) -> Answer:
    """GET all of a parent, of a group or of the subscription."""
    if ctx.target.names:
        parent = require_parent(ctx)
        key = parent.key if parent else ""
    else:
        key = ctx.require_group().key if ctx.target.group else f"/subscriptions/{ctx.target.subscription}"
    found = lifecycle.children(ctx.store, ctx.settings, key, ctx.target.kind, ctx.now)
    return page(ctx, found, lambda resource: render(ctx, resource))


def require_parent(ctx: Context) -> Resource | None:
    """The network of a subnet, the group of a rule; a missing one is the gateway's 404, also for reads (recorded)."""
    ctx.require_group()
    if parent_kind(ctx.target.kind) is None:
        return None
    target = ctx.target.parent()
    parent = ctx.get(target.key)
    if parent is None:
        raise resource_not_found(TYPES[target.kind], target.names, target.group)
    return parent


def _not_found(ctx: Context) -> ArmError:
    """A missing child of an existing parent is the provider's own 404: a guess."""
    if parent_kind(ctx.target.kind) is None:
        return resource_not_found(TYPES[ctx.target.kind], ctx.target.names, ctx.target.group)
    return ArmError(404, "NotFound", f"Resource {ctx.target.id} not found.", details=True)


def write(ctx: Context) -> Answer:
    """PUT, and PATCH of tags, which is done at once (a guess)."""
    existing = ctx.get(ctx.target.key)
    body = ctx.body()
    if ctx.request.method == "PATCH":
        return _tag(ctx, existing, body)
    parent = require_parent(ctx)
    before = _content(ctx, existing) if existing else {}
    resource = existing or Resource(ctx.target.id, ctx.target.kind, {})
    if parent is None:
        resource.body["location"] = require_location(ctx, body, existing)
        take_tags(ctx, body, resource.body, patch=False)
    take(ctx, resource, body.get("properties") or {})
    if existing is None:
        resource.extra["born"] = ctx.now
        ctx.store.add(resource)
    touched(resource)
    if parent is not None:
        touched(parent)
    return _begin(ctx, resource, parent, before)


def _content(ctx: Context, resource: Resource) -> Json:
    """The properties of a resource and of its children, by ID."""
    return {one.key: copy.deepcopy(one.properties) for one in [resource, *_children(ctx, resource)]}


def _tag(ctx: Context, existing: Resource | None, body: Json) -> Answer:
    if existing is None:
        raise _not_found(ctx)
    take_tags(ctx, body, existing.body, patch=True)
    touched(existing)
    ctx.changed = True
    return pretty(200, render(ctx, existing))


def _at_once(resource: Resource, before: Json) -> bool:
    """Whether a write is done when it is answered: interfaces mostly are (recorded)."""
    if resource.kind != "network_interface":
        return False
    if not before:
        return True
    return _slow(before[resource.key]) == _slow(resource.properties)


def _slow(properties: Json) -> tuple[object, object]:
    entries = [entry["properties"] for entry in properties["ipConfigurations"]]
    methods = [entry.get(name) for entry in entries for name in _SLOW_CONFIGURATION]
    return methods, bool(properties.get("enableAcceleratedNetworking"))


def _begin(ctx: Context, resource: Resource, parent: Resource | None, before: Json) -> Answer:
    found = effects(ctx, resource.id)
    outcome, error = outcome_of(found)
    if "vanish_after" in found:
        resource.vanish = ctx.now + float(found["vanish_after"][0])
    ctx.changed = True
    status = 200 if before else 201
    if _at_once(resource, before) and outcome == "Succeeded":
        resource.state, resource.job = "Succeeded", None
        return pretty(status, render(ctx, resource, capitals=False))
    if before != _content(ctx, resource):  # a PUT of other tags alone takes an operation all the same (recorded)
        resource.state = "Updating"
    operation = ctx.begin(resource, "update", ctx.settings.operation_seconds, outcome=outcome, error=error)
    operation.location = operation.location or (parent.location if parent else "")
    for child in _children(ctx, resource):
        child.state = resource.state
        child.job = Job("update", operation.id, operation.start, operation.end, outcome)
        child.touch()
    return ctx.started(status, operation, render(ctx, resource, capitals=False))


def _children(ctx: Context, resource: Resource) -> list[Resource]:
    """Subnets of a network, rules of a group."""
    return [one for one in ctx.store.beneath(resource.key) if parent_kind(one.kind) == resource.kind]


def remove(ctx: Context) -> Answer:
    """DELETE: 202, or 204 when it is gone; refused at once while it is in use (recorded)."""
    resource = ctx.get(ctx.target.key)
    if resource is None:
        return empty(204)
    refuse_delete(ctx, resource)
    outcome, error = outcome_of(effects(ctx, resource.id))
    slow = resource.kind == "network_interface"
    seconds = ctx.settings.interface_delete_seconds if slow else ctx.settings.operation_seconds
    operation = ctx.begin(resource, "delete", seconds, outcome=outcome, error=error)
    for one in [resource, *_children(ctx, resource)]:
        one.state = "Deleting"
        one.job = Job("delete", operation.id, operation.start, operation.end, outcome)
        one.touch()
    if parent_kind(resource.kind):
        parent = ctx.store.resources[parse(resource.id).parent().key]
        operation.location = parent.location
        touched(parent)
    return ctx.started(202, operation, None, monitor=True)
