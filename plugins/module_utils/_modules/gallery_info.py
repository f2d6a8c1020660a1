"""Galleries of a resource group or subscription, one or all."""

from __future__ import annotations

import typing as t

from .._arm.auth.options import AUTH_OPTIONS
from .._resources.gallery import GALLERY
from .._run.context import Context
from .._run.info import NAME_OPTION, of_group
from .._run.module_spec import ModuleSpec


def _run(ctx: Context) -> dict[str, t.Any]:
    return {"changed": False, "galleries": [GALLERY.shape(body) for body in of_group(ctx, "gallery")]}


SPEC = ModuleSpec(
    name="gallery_info",
    options={**AUTH_OPTIONS, "resource_group": {"type": "str"}, **NAME_OPTION},
    run=_run,
)
