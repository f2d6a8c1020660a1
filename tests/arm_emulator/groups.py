"""Resource groups. The gateway answers for them, on one line."""

from __future__ import annotations

from . import operations, regions, rights
from .common import take_tags
from .context import Context
from .errors import ArmError, group_not_found, wrong_location
from .messages import Answer, Json, empty, one_line
from .store import Job, Operation, Resource


def render(ctx: Context, resource: Resource) -> Json:
    """id, name, type, location, tags?, properties; no type up to 2017-05-10 (recorded)."""
    document: Json = {"id": resource.id, "name": resource.name}
    if ctx.version > "2017-05-10":
        document["type"] = "Microsoft.Resources/resourceGroups"
    document["location"] = resource.location
    if resource.body.get("tags") is not None:
        document["tags"] = resource.body["tags"]
    document["properties"] = {"provisioningState": resource.state}
    return document


def read(ctx: Context) -> Answer:
    """GET one."""
    return one_line(200, render(ctx, ctx.require_group()))


def exists(ctx: Context) -> Answer:
    """HEAD: 204 or 404, no body."""
    return empty(204 if ctx.get(ctx.target.key) else 404)


def listing(ctx: Context) -> Answer:
    """GET all of the subscription."""
    found = ctx.store.below(f"/subscriptions/{ctx.target.subscription}", "resource_group")
    live = rights.readable(ctx, [resource for resource in found if ctx.get(resource.key) is not None])
    return one_line(200, {"value": [render(ctx, resource) for resource in live]})


def write(ctx: Context) -> Answer:
    """PUT: 201 or 200, done at once. PATCH: tags."""
    patch = ctx.request.method == "PATCH"
    existing = ctx.get(ctx.target.key)
    body = ctx.body()
    if existing is None:
        if patch:
            raise group_not_found(ctx.target.group)
        existing = Resource(ctx.target.id, "resource_group", {"location": _location(ctx, body, None)})
        ctx.store.add(existing)
        status = 201
    else:
        if not patch:
            _location(ctx, body, existing)
        status = 200
    take_tags(ctx, body, existing.body, patch=patch)
    existing.touch()
    ctx.changed = True
    return one_line(status, render(ctx, existing))


def _location(ctx: Context, body: Json, existing: Resource | None) -> str:
    asked = body.get("location")
    if not asked or not regions.known(asked):
        text = f"The provided location '{asked or ''}' is not available for resource group."
        code = "LocationNotAvailableForResourceGroup" if asked else "LocationRequired"
        raise ArmError(400, code, text, gateway=True)
    location = regions.short(asked)
    if existing is not None and existing.location != location:
        raise wrong_location(existing.name, existing.location, existing.name, location)
    return location


def remove(ctx: Context) -> Answer:
    """DELETE: 202 with Location and Retry-After, everything in it goes (recorded 2025)."""
    resource = ctx.require_group()
    seconds = ctx.settings.operation_seconds
    operation = ctx.store.begin(
        Operation(
            operations.new_id(),
            "group",
            resource.location,
            ctx.target.subscription,
            ctx.now,
            ctx.now + seconds,
            resource=resource.id,
        )
    )
    for nested in ctx.store.beneath(resource.key):
        nested.state = "Deleting"
        nested.job = Job("delete", operation.id, ctx.now, ctx.now + seconds)
        nested.touch()
    resource.state = "Deleting"
    resource.job = Job("delete", operation.id, ctx.now, ctx.now + seconds)
    resource.touch()
    ctx.changed = True
    return empty(202, {"Location": _results(ctx, operation.id), "Retry-After": _wait(ctx)})


def _wait(ctx: Context) -> str:
    """Azure says 15."""
    return str(max(1, min(15, round(ctx.settings.operation_seconds))))


def _results(ctx: Context, operation_id: str) -> str:
    path = f"/subscriptions/{ctx.target.subscription}/operationresults/{operation_id}"
    return f"{ctx.request.base}{path}?api-version={ctx.version}"


def results(ctx: Context) -> Answer:
    """Where a group's delete is: 202 while it runs, then 200 without a body."""
    operation = ctx.store.operations.get(ctx.target.name.lower())
    if operation is None or operation.family != "group":
        raise ArmError(404, "NotFound", "The operation was not found.", gateway=True)
    if operation.status(ctx.now) == "InProgress":
        return empty(202, {"Location": _results(ctx, operation.id), "Retry-After": _wait(ctx)})
    return empty(200)
