"""A scale set, and everything that the decision to change its image rests on, as it was read. Pure."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

from .._resources.fields import Body, value_at
from .._resources.regions import short_region
from .._resources.resource_id import ResourceId, same_id
from . import usage

NONE, ALLOW = "none", "allow"


class Advice(t.NamedTuple):
    """What to do for another result, in the words of the task's own options."""

    version: str = "name the version itself in image"
    definition: str = "set image to the definition"
    allow: str = "set roll_out to allow"


OWN_ADVICE = Advice()


@dataclasses.dataclass(frozen=True)
class Request:
    """What a task asks. `image` is a version or a definition, `meant` the version that the definition has to stand for."""

    scale_set: ResourceId
    image: ResourceId
    roll_out: str = NONE
    meant: ResourceId | None = None
    wait_timeout: float = 3600
    advice: Advice = OWN_ADVICE


@dataclasses.dataclass(frozen=True)
class Facts:
    """What was read. `version` is what new instances would get, `latest` what a definition stands for in the region.

    `image` is the managed image or the definition of the current model, None if it is gone or `unreadable`, which is the reason.
    `created` is when the managed image was created, None if unknown.
    """

    request: Request
    now: datetime.datetime
    scale_set: Body
    version: Body | None = None
    definition: Body | None = None
    latest: Body | None = None
    image: Body | None = None
    created: str | None = None
    unreadable: str | None = None
    locks: t.Sequence[Body] = ()

    @property
    def region(self) -> str:
        return short_region(self.scale_set["location"])

    @property
    def model(self) -> Body:
        """The profile of the machines; empty for a Flexible scale set without one."""
        return value_at(self.scale_set, "properties.virtualMachineProfile") or {}

    @property
    def storage(self) -> Body:
        return usage.model_storage(self.scale_set)

    @property
    def described(self) -> Body:
        """The properties of the image definition."""
        return (self.definition or {}).get("properties") or {}


def current_image(scale_set: Body) -> str | None:
    """The id of the custom image of the model."""
    return usage.reference(usage.model_storage(scale_set))


def has_image(scale_set: Body, image: ResourceId) -> bool:
    """Whether the model names exactly this image."""
    return same_id(current_image(scale_set), str(image))


def storage_with(scale_set: Body, image: ResourceId) -> Body:
    """The whole storage profile of the model with another image: Azure replaces all of it by what is sent."""
    return {**usage.model_storage(scale_set), "imageReference": {"id": str(image)}}


def policy(scale_set: Body) -> tuple[str, bool]:
    """The upgrade policy's mode, and whether Azure upgrades the operating system of instances by itself."""
    found = value_at(scale_set, "properties.upgradePolicy") or {}
    automatic = value_at(found, "automaticOSUpgradePolicy.enableAutomaticOSUpgrade")
    return str(found.get("mode") or "Manual"), bool(automatic)


def is_flexible(scale_set: Body) -> bool:
    """Whether its instances are virtual machines of their own."""
    return str(value_at(scale_set, "properties.orchestrationMode")).lower() == "flexible"


def storage_differences(before: Body, after: Body) -> list[str]:
    """The storage settings that differ, the image aside, by path."""
    one, other = (dict(_flat({**body, "imageReference": None})) for body in (before, after))
    return [path for path in dict.fromkeys([*one, *other]) if one.get(path) != other.get(path)]


def _flat(value: t.Any, path: str = "") -> t.Iterator[tuple[str, t.Any]]:
    """Each value by its path, items of lists by their LUN or their place; nothing for what is not set."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _flat(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            lun = item.get("lun") if isinstance(item, dict) else None
            yield from _flat(item, f"{path}[{place if lun is None else f'lun {lun}'}]")
    elif value is not None:
        yield path, value.lower() if isinstance(value, str) else value
