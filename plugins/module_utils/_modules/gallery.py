"""The gallery: create, update or delete it."""

from __future__ import annotations

import typing as t

from .._arm.auth.options import AUTH_OPTIONS
from .._resources.errors import NotFound
from .._resources.fields import LOCATION, Body
from .._resources.gallery import GALLERY
from .._resources.resource_id import named_id
from .._run.context import Context
from .._run.ensure import SET_BY_AZURE, Desired, absent, present, read_defaults
from .._run.module_spec import CREATE_OPTIONS, STATE, ModuleSpec, required


def _run(ctx: Context) -> dict[str, t.Any]:
    params = ctx.params
    wanted, defaults = GALLERY.wanted(params), read_defaults(GALLERY, params)
    rid = ctx.by_subscription(lambda subscription_id: named_id("gallery", subscription_id, params, "name"))
    if params["state"] == "absent":
        return absent(ctx, rid, GALLERY, "image_definition")
    desired = Desired(rid, GALLERY, wanted, params["append_tags"], (*SET_BY_AZURE, "unique_name"), defaults=defaults)
    return present(ctx, desired, lambda: _new_body(ctx, desired), lambda body: body)


def _new_body(ctx: Context, desired: Desired) -> Body:
    """The body of a create; without a location, the gallery is in the region of its resource group."""
    group = desired.rid.parent
    wanted = desired.completed().wanted
    if LOCATION.path not in wanted:
        body = ctx.arm.get(group)
        if body is None:
            raise NotFound(f"{group.words} does not exist. Create the resource group first. Nothing was written.")
        wanted[LOCATION.path] = LOCATION.kind.shown(body["location"])
    return GALLERY.applied({}, wanted)


SPEC = ModuleSpec(
    name="gallery",
    options={
        **AUTH_OPTIONS,
        **required("resource_group", "name"),
        **STATE,
        **CREATE_OPTIONS,
        **GALLERY.options(),
    },
    run=_run,
)
