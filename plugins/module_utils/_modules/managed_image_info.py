"""Managed images of a resource group or subscription, one or all."""

from __future__ import annotations

import typing as t

from .._arm.auth.options import AUTH_OPTIONS
from .._resources import managed_image
from .._run.context import Context
from .._run.info import NAME_OPTION, of_group
from .._run.module_spec import ModuleSpec


def _run(ctx: Context) -> dict[str, t.Any]:
    bodies = of_group(ctx, "managed_image")
    return {"changed": False, "images": [managed_image.shape(body) for body in bodies]}


SPEC = ModuleSpec(
    name="managed_image_info",
    options={**AUTH_OPTIONS, "resource_group": {"type": "str"}, **NAME_OPTION},
    run=_run,
)
