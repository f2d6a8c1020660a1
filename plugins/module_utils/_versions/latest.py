"""Which version of a definition is the latest, in all and in a region, and what keeps a version from being it."""

from __future__ import annotations

import copy
import typing as t

from .._resources.fields import Body, Change
from .._resources.image_version import profile, regions_by_name
from .._resources.numbers import Number, read_number
from .._resources.provisioning_state import provisioning_state


def number_of(body: Body) -> Number:
    """The number of a version, to compare with."""
    return read_number(body["name"]) or Number(0, 0, 0)


def latest(bodies: t.Iterable[Body]) -> list[Body]:
    """The version that Azure calls latest: the highest that Succeeded and is not excluded."""
    eligible = [
        body
        for body in bodies
        if provisioning_state(body) == "Succeeded" and not profile(body).get("excludeFromLatest")
    ]
    return [max(eligible, key=number_of)] if eligible else []


def latest_in(region: str, bodies: t.Iterable[Body]) -> str | None:
    """The number that latest stands for in a region; None for none. A version keeps its replicas while it is updated."""
    eligible = [
        body for body in bodies if provisioning_state(body) in ("Succeeded", "Updating") and includes(region, body)
    ]
    return str(max(map(number_of, eligible))) if eligible else None


def includes(region: str, body: Body) -> bool:
    """Whether the region is one of a version's target regions, and neither it nor the whole version is excluded from latest."""
    target = regions_by_name(body).get(region)
    return bool(target and not target.get("excludeFromLatest") and not profile(body).get("excludeFromLatest"))


def included(body: Body) -> tuple[Body, list[Change]]:
    """The version excluded from latest nowhere, and the changes for that."""
    result, changes = copy.deepcopy(body), []
    places = [("", profile(result))]
    places += [(f"target_regions.{name}.", region) for name, region in regions_by_name(result).items()]
    for path, place in places:
        if place.get("excludeFromLatest"):
            place["excludeFromLatest"] = False
            changes.append(Change(f"{path}exclude_from_latest", True, False))
    return result, changes
