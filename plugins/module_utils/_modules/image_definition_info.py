"""Image definitions of a gallery, one or all."""

from __future__ import annotations

import typing as t

from .._arm.auth.options import AUTH_OPTIONS
from .._resources.image_definition import IMAGE_DEFINITION
from .._resources.names import check_name
from .._resources.resource_id import named_id
from .._run.context import Context
from .._run.info import NAME_OPTION, one_or_all
from .._run.module_spec import ModuleSpec, required


def _run(ctx: Context) -> dict[str, t.Any]:
    name = check_name("image_definition", ctx.params["name"], "name") if ctx.params["name"] else None
    parent = ctx.by_subscription(
        lambda subscription_id: named_id("gallery", subscription_id, ctx.params, "gallery_name")
    )
    bodies = one_or_all(ctx, parent, "image_definition", parent.child("image_definition", name) if name else None)
    return {"changed": False, "image_definitions": [IMAGE_DEFINITION.shape(body) for body in bodies]}


SPEC = ModuleSpec(
    name="image_definition_info",
    options={
        **AUTH_OPTIONS,
        **required("resource_group", "gallery_name"),
        **NAME_OPTION,
    },
    run=_run,
)
