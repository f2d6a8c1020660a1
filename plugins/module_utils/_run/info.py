"""Shared by the info modules: list all children of a parent, or get one by name."""

from __future__ import annotations

import typing as t

from .._arm.auth.options import AUTH_OPTIONS
from .._resources.errors import InvalidRequest, NotFound
from .._resources.fields import Body
from .._resources.names import check_name
from .._resources.resource_id import KIND_WORDS, ResourceId
from .context import Context
from .module_spec import ModuleSpec

# Azure's codes for a missing parent. A missing subscription is an error.
_ABSENT_PARENT = ("ParentResourceNotFound", "ResourceNotFound", "ResourceGroupNotFound")
NAME_OPTION: dict[str, t.Any] = {"name": {"type": "str"}}


def spec_of_group(name: str, kind: str, returned: str, shape: t.Callable[[Body], dict[str, t.Any]]) -> ModuleSpec:
    """The info module over a resource group or subscription that returns the shapes of its resources of a kind under a key."""

    def run(ctx: Context) -> dict[str, t.Any]:
        return {"changed": False, returned: [shape(body) for body in _of_group(ctx, kind)]}

    return ModuleSpec(name, {**AUTH_OPTIONS, "resource_group": {"type": "str"}, **NAME_OPTION}, run)


def _of_group(ctx: Context, kind: str) -> list[Body]:
    """The resources selected by the options `resource_group` and `name`, or all of the subscription."""
    group, name = ctx.params["resource_group"], ctx.params["name"]
    if name and not group:
        raise InvalidRequest(
            f"name: the {KIND_WORDS[kind]} {name!r} is looked up in a resource group. Set resource_group too."
        )
    if group:
        check_name("resource_group", group, "resource_group")
    if name:
        check_name(kind, name, "name")
    subscription = ctx.arm.subscription_id
    parent = ResourceId("resource_group", subscription, group) if group else ResourceId("subscription", subscription)
    return one_or_all(ctx, parent, kind, ResourceId(kind, subscription, group, name) if name else None)


def one_or_all(
    ctx: Context, parent: ResourceId, kind: str, rid: ResourceId | None, expand: str | None = None
) -> list[Body]:
    """The bodies that an info module returns."""
    if rid is not None:
        body = ctx.arm.get(rid, expand=expand)
        if body is None and ctx.arm.get(parent) is None:
            ctx.warn(f"{parent.words} does not exist. The result is an empty list.")
        return [body] if body is not None else []
    try:
        return list(ctx.arm.list(parent, kind))
    except NotFound as error:
        if error.code not in _ABSENT_PARENT:
            raise
        ctx.warn(f"{parent.words} does not exist. The result is an empty list ({error.code}).")
        return []
