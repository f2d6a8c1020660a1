"""Who needs a managed image at this moment.

A type of resource that creates machines adds a function to `FINDERS`.
"""

from __future__ import annotations

from collections.abc import Callable

from . import lifecycle
from .context import Context
from .store import Resource

Finder = Callable[[Context, Resource], list[str]]


def being_provisioned(ctx: Context, image: Resource) -> list[str]:
    """The names of the machines that are being created from an image, in every subscription."""
    return [name for find in FINDERS for name in find(ctx, image)]


def _machines(ctx: Context, image: Resource) -> list[str]:
    found = []
    for subscription in ctx.settings.subscriptions:
        key = f"/subscriptions/{subscription}"
        for machine in lifecycle.children(ctx.store, ctx.settings, key, "virtual_machine", ctx.now):
            reference = machine.properties["storageProfile"].get("imageReference") or {}
            if machine.state == "Creating" and str(reference.get("id", "")).lower() == image.key:
                found.append(machine.name)
    return found


def _instances(ctx: Context, image: Resource) -> list[str]:
    """Instances of Uniform scale sets; those of Flexible ones are machines."""
    found = []
    for subscription in ctx.settings.subscriptions:
        key = f"/subscriptions/{subscription}"
        for scale_set in lifecycle.children(ctx.store, ctx.settings, key, "scale_set", ctx.now):
            found += [
                f"{scale_set.name}_{one['id']}"
                for one in scale_set.extra["instances"]
                if one["state"] == "Creating" and str(one["image"].get("id", "")).lower() == image.key
            ]
    return found


FINDERS: list[Finder] = [_machines, _instances]
