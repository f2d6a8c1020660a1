# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Galleries of a resource group or subscription, one or all."""

from __future__ import annotations

import typing as t

from .._azure.options import AUTH_OPTIONS
from .._core.errors import Refused
from .._core.fields import Body
from .._core.ids import ResourceId, parse_id
from .._core.names import check_name
from .._core.resources.gallery import GALLERY
from .context import Context
from .info import NAME_OPTION, one_or_all
from .task import Task


def _run(ctx: Context) -> dict[str, t.Any]:
    group, name = ctx.params["resource_group"], ctx.params["name"]
    if name and not group:
        raise Refused("name: a gallery is looked up in a resource group; give resource_group too.")
    if group:
        check_name("resource_group", group, "resource_group")
    if name:
        check_name("gallery", name, "name")
    subscription = ctx.arm.subscription_id
    parent = ResourceId("resource_group", subscription, group) if group else ResourceId("subscription", subscription)
    rid = ResourceId("gallery", subscription, group, name) if name else None
    bodies = [_as_asked(body, group) for body in one_or_all(ctx, parent, "gallery", rid)]
    return {"changed": False, "galleries": [GALLERY.shape(body) for body in bodies]}


def _as_asked(body: Body, group: str | None) -> Body:
    """Lists of galleries, and nothing else, spell the resource group in capitals: the task's own spelling instead."""
    if not group:
        return body
    found = parse_id(body["id"], "gallery")
    return {**body, "id": str(ResourceId("gallery", found.subscription_id, group, found.name))}


TASK = Task(
    name="gallery_info",
    options={**AUTH_OPTIONS, "resource_group": {"type": "str"}, **NAME_OPTION},
    run=_run,
)
