"""What uses managed images, image definitions and image versions."""

from __future__ import annotations

import typing as t

from .._arm.auth.options import AUTH_OPTIONS
from .._compute.usage_scan import scan
from .._run.context import Context
from .._run.module_spec import ModuleSpec


def _run(ctx: Context) -> dict[str, t.Any]:
    found = scan(ctx, ctx.params["images"] or (), ctx.params["subscriptions"])
    for one in found.not_scanned:
        if one["subscription_id"]:
            ctx.warn(one["reason"])
    not_scanned = [*found.unlisted, *found.not_scanned]
    return {"changed": False, "uses": found.uses, "scanned": found.scanned, "not_scanned": not_scanned}


SPEC = ModuleSpec(
    name="image_usage_info",
    options={
        **AUTH_OPTIONS,
        "images": {"type": "list", "elements": "str"},
        "subscriptions": {"type": "list", "elements": "str"},
    },
    run=_run,
)
