# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Galleries of a resource group or subscription, one or all."""

from __future__ import annotations

import typing as t

from .._arm.auth.options import AUTH_OPTIONS
from .._resources.fields import Body
from .._resources.gallery import GALLERY
from .._resources.resource_id import ResourceId, parse_id
from .._run.context import Context
from .._run.info import NAME_OPTION, of_group
from .._run.module_spec import ModuleSpec


def _run(ctx: Context) -> dict[str, t.Any]:
    group = ctx.params["resource_group"]
    bodies = [_as_asked(body, group) for body in of_group(ctx, "gallery")]
    return {"changed": False, "galleries": [GALLERY.shape(body) for body in bodies]}


def _as_asked(body: Body, group: str | None) -> Body:
    """Lists of galleries, and nothing else, spell the resource group in capitals: the task's own spelling instead."""
    if not group:
        return body
    found = parse_id(body["id"], "gallery")
    return {**body, "id": str(ResourceId("gallery", found.subscription_id, group, found.name))}


SPEC = ModuleSpec(
    name="gallery_info",
    options={**AUTH_OPTIONS, "resource_group": {"type": "str"}, **NAME_OPTION},
    run=_run,
)
