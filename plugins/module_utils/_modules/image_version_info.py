"""Versions of an image definition: all, one by number, or the latest."""

from __future__ import annotations

import typing as t

from .._arm.auth.options import AUTH_OPTIONS
from .._resources.image_version import shape
from .._resources.numbers import parse_number
from .._resources.resource_id import named_id
from .._run.context import Context
from .._run.info import NAME_OPTION, one_or_all
from .._run.module_spec import ModuleSpec, required
from .._versions.latest import latest, number_of
from .._versions.poller import EXPAND


def _run(ctx: Context) -> dict[str, t.Any]:
    params, names = ctx.params, ("gallery_name", "image_definition_name")
    if params["name"]:
        parse_number(params["name"])
    parent = ctx.by_subscription(lambda subscription_id: named_id("image_definition", subscription_id, params, *names))
    expand = EXPAND if params["expand_replication"] else None
    rid = parent.child("image_version", params["name"]) if params["name"] else None
    bodies = one_or_all(ctx, parent, "image_version", rid, expand)
    if params["latest"]:
        bodies = latest(bodies)
    if expand and rid is None:  # lists do not contain the status; versions that were deleted meanwhile are omitted
        read = [ctx.arm.get(parent.child("image_version", body["name"]), expand=EXPAND) for body in bodies]
        bodies = [body for body in read if body is not None]
    return {"changed": False, "image_versions": [shape(body) for body in sorted(bodies, key=number_of)]}


SPEC = ModuleSpec(
    name="image_version_info",
    options={
        **AUTH_OPTIONS,
        **required("resource_group", "gallery_name", "image_definition_name"),
        **NAME_OPTION,
        "expand_replication": {"type": "bool", "default": False},
        "latest": {"type": "bool", "default": False},
    },
    run=_run,
    mutually_exclusive=[("name", "latest")],
)
