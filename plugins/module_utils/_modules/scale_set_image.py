"""The image of a scale set's model."""

from __future__ import annotations

import typing as t

from .._arm.auth.options import AUTH_OPTIONS
from .._compute.scale_set_facts import ALLOW, NONE, Request
from .._compute.scale_set_image import set_image
from .._resources.errors import InvalidRequest
from .._resources.names import check_name
from .._resources.numbers import parse_number
from .._resources.resource_id import ResourceId, parse_id
from .._run.context import Context
from .._run.module_spec import ModuleSpec, required
from .._run.poll_interval import read_seconds

WAIT_TIMEOUT = 3600
_NO_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"


def _run(ctx: Context) -> dict[str, t.Any]:
    _request(ctx.params, _NO_SUBSCRIPTION)  # the options are checked before the credentials are looked for
    return set_image(ctx, _request(ctx.params, ctx.arm.subscription_id))


def _request(params: t.Mapping[str, t.Any], subscription: str) -> Request:
    group = check_name("resource_group", params["resource_group"], "resource_group")
    name = check_name("scale_set", params["name"], "name")
    image = parse_id(params["image"], "image_version", "image_definition", where="image")
    if image.kind == "image_version":
        parse_number(image.name, "image")
    meant = parse_id(params["version"], "image_version", where="version") if params["version"] else None
    if meant and image not in (meant, meant.parent):
        raise InvalidRequest(
            f"version: {meant.words} is not {'a version of ' if image.kind == 'image_definition' else ''}{image.words}, which is "
            "in image. Correct one of them. Nothing was written."
        )
    return Request(
        ResourceId("scale_set", subscription, group, name),
        image,
        params["roll_out"],
        meant if image.kind == "image_definition" else None,
        read_seconds(params["wait_timeout"], "wait_timeout", 0),
    )


SPEC = ModuleSpec(
    name="scale_set_image",
    options={
        **AUTH_OPTIONS,
        **required("resource_group", "name", "image"),
        "version": {"type": "str"},
        "roll_out": {"type": "str", "choices": [NONE, ALLOW], "default": NONE},
        "wait_timeout": {"type": "int", "default": WAIT_TIMEOUT},
    },
    run=_run,
)
