"""Regions that a repair removes from a version for a while, noted in its tags until they are added again.

The version itself records what it lacks, so no region is lost when the run ends between the two writes.
"""

from __future__ import annotations

import copy
import json
import typing as t

from .._resources.fields import Body
from .._resources.image_version import profile, regions_by_name
from .._resources.tags import LONGEST_VALUE, RETRY_PREFIX
from .._resources.target_regions import ArmRegion


def remove_regions(body: Body, names: t.Collection[str]) -> Body:
    """The version without these regions, with a note of each."""
    tags, regions = dict(body.get("tags") or {}), regions_by_name(body)
    for name in names:
        if region := regions.pop(name, None):
            tags.update(_notes(name, region))
    return _with(body, list(regions.values()), tags)


def restore_regions(body: Body, only: t.Collection[str] | None = None) -> Body:
    """The version with the regions that are noted (of `only`, if given), and without the notes."""
    tags = body.get("tags") or {}
    notes = {key: value for key, value in tags.items() if key.startswith(RETRY_PREFIX)}
    if not notes:
        return body
    regions = regions_by_name(body)
    for region in _read(notes):
        if only is None or region["name"] in only:
            regions.setdefault(region["name"], region)
    return _with(body, list(regions.values()), {key: value for key, value in tags.items() if key not in notes})


def _with(body: Body, regions: list[ArmRegion], tags: dict[str, str]) -> Body:
    result = copy.deepcopy(body)
    profile(result)["targetRegions"] = copy.deepcopy(regions)
    result["tags"] = tags
    return result


def _notes(name: str, region: ArmRegion) -> dict[str, str]:
    """The region in as many tags as it takes."""
    text = json.dumps({**region, "name": name}, separators=(",", ":"))
    starts = range(0, len(text), LONGEST_VALUE)
    return {
        f"{RETRY_PREFIX}{name}_{number}": text[start : start + LONGEST_VALUE] for number, start in enumerate(starts)
    }


def _read(notes: t.Mapping[str, str]) -> list[ArmRegion]:
    """The regions of some notes; a note that was changed so that it cannot be read is left out."""
    pieces: dict[str, dict[int, str]] = {}
    for key, value in notes.items():
        name, _bar, number = key.removeprefix(RETRY_PREFIX).rpartition("_")
        if number.isdecimal():
            pieces.setdefault(name, {})[int(number)] = value
    found = []
    for name, numbered in pieces.items():
        try:
            region = json.loads("".join(numbered[number] for number in sorted(numbered)))
        except ValueError:
            continue
        if isinstance(region, dict) and region.get("name") == name:
            found.append(region)
    return found
