"""Image definitions of a gallery, one or all."""

from __future__ import annotations

import typing as t

from .._arm.auth.options import AUTH_OPTIONS
from .._resources.image_definition import IMAGE_DEFINITION
from .._resources.names import check_name
from .._resources.resource_id import ResourceId
from .._run.context import Context
from .._run.info import NAME_OPTION, one_or_all
from .._run.module_spec import ModuleSpec


def _run(ctx: Context) -> dict[str, t.Any]:
    params = ctx.params
    group = check_name("resource_group", params["resource_group"], "resource_group")
    gallery = check_name("gallery", params["gallery_name"], "gallery_name")
    name = check_name("image_definition", params["name"], "name") if params["name"] else None
    parent = ResourceId("gallery", ctx.arm.subscription_id, group, gallery)
    bodies = one_or_all(ctx, parent, "image_definition", parent.child("image_definition", name) if name else None)
    return {"changed": False, "image_definitions": [IMAGE_DEFINITION.shape(body) for body in bodies]}


SPEC = ModuleSpec(
    name="image_definition_info",
    options={
        **AUTH_OPTIONS,
        "resource_group": {"type": "str", "required": True},
        "gallery_name": {"type": "str", "required": True},
        **NAME_OPTION,
    },
    run=_run,
)
