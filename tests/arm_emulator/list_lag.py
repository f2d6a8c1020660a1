"""Lists are answered from caches: they show a change later than a read of the resource does."""

from __future__ import annotations

from .context import Context
from .paths import TYPES
from .store import Resource

Before = tuple[dict[str, object], dict[str, object], str]  # body, extra and state


def note(ctx: Context, before: Before | None) -> None:
    """After a write: apply the faults that keep lists from showing it. `before` is what it changed."""
    found = ctx.request.method in ("PUT", "PATCH") and ctx.target.kind in TYPES
    resource = ctx.store.resources.get(ctx.target.key) if found else None
    if resource is None:
        return
    for _name, seconds in ctx.faults.for_resource(resource.id, "unlisted"):
        resource.extra["unlisted"] = ctx.now + float(seconds)
    if before is None:
        return
    body, extra, state = before
    for _name, seconds in ctx.faults.for_resource(resource.id, "outdated"):
        kept = {name: value for name, value in extra.items() if name != "outdated"}
        until = ctx.now + float(seconds)
        resource.extra["outdated"] = {"until": until, "body": body, "extra": kept, "state": state}


def shown_from(ctx: Context, resource: Resource) -> float:
    """When a resource appears in lists."""
    lag = ctx.settings.list_lag
    return max((resource.created or 0.0) + lag if lag else 0.0, float(resource.extra.get("unlisted", 0.0)))


def as_listed(ctx: Context, resource: Resource) -> Resource:
    """The resource as lists show it."""
    old = resource.extra.get("outdated")
    if old is None or ctx.now >= old["until"]:
        return resource
    return Resource(resource.id, resource.kind, old["body"], old["state"], extra=old["extra"], created=resource.created)
