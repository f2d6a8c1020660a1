# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the hosts of a batch share, settled before the first write: numbers, the region of a new gallery, one new definition.

Every host has planned for itself. Where several would make the same thing, the first in the order of the images' names says how,
so that a run makes what its check mode foretold, whichever host comes first; what contradicts it is refused.
"""

from __future__ import annotations

import typing as t

from .._resources.numbers import NEXT
from .numbering import natural, propose

Plan = t.Mapping[str, t.Any]

# Options of a definition that Azure never changes.
_FIXED = ("location", "os_type", "os_state", "hyper_v_generation", "architecture", "publisher", "offer", "sku")
_FACTS = {"os_type": "OS type", "hyper_v_generation": "Hyper-V generation"}


def plan_batch(plans: t.Iterable[Plan]) -> dict[str, t.Any]:
    """`{numbers, locations, definitions, refused, shared, warnings}` from what clone_plan returned on each host.

    By a plan's `numbering.key`: `numbers` of new versions, `definitions` the options of new definitions that another host's image
    describes, `refused` the reasons of hosts that have to fail, `shared` the keys of these two. `locations` of new galleries by
    `numbering.gallery`.
    """
    made = [planned["plan"] for planned in plans if planned.get("plan") and planned["plan"]["numbering"]]
    made.sort(
        key=lambda plan: (natural(plan["numbering"]["name"]), *map(plan["numbering"].get, ("source", "source_id")))
    )
    result: dict[str, t.Any] = {"locations": {}, "definitions": {}, "refused": {}, "warnings": []}
    makers: dict[str, Plan] = {}
    taken: dict[tuple[str, str], Plan] = {}
    for plan in made:
        own = plan["numbering"]
        if plan["gallery"] and plan["gallery"].get("default_location"):
            result["locations"].setdefault(own["gallery"], plan["gallery"]["default_location"])
        reason = _taken_number(taken, plan) or _contradiction(makers.setdefault(own["definition"], plan), plan)
        if reason:
            result["refused"][own["key"]] = reason
        elif own["new_definition"] and makers[own["definition"]] is not plan:
            result["definitions"][own["key"]] = _shared(makers[own["definition"]], plan)
    result["warnings"] = list(_twins(made))
    refused = result["refused"]
    numbered = [plan["numbering"] for plan in made if plan["numbering"]["key"] not in refused]
    return {"numbers": propose(numbered), **result, "shared": sorted([*result["definitions"], *refused])}


def _taken_number(taken: dict[tuple[str, str], Plan], plan: Plan) -> str:
    """Why a given number cannot be had: another source of the batch has it."""
    own = plan["numbering"]
    if own["version"] in NEXT:
        return ""
    first = taken.setdefault((own["definition"], own["version"]), plan)["numbering"]
    if first["source"] == own["source"]:
        return ""
    return (
        f"version {own['version']} of {plan['definition_id']} is to be made from {first['source_id']} and "
        f"from {own['source_id']} in this run. "
        "Give each its own number, or next_patch for the next free one. Nothing was written for this image."
    )


def _contradiction(maker: Plan, plan: Plan) -> str:
    """Why this image cannot go into the new definition that the maker's describes."""
    own, first = plan["numbering"], maker["numbering"]
    if first["key"] == own["key"] or not own["new_definition"]:
        return ""
    lines = [
        f"{option} {maker['definition'].get(option)!r} and {plan['definition'].get(option)!r}"
        for option in _FIXED
        if option in own["given"]
        and _differ(maker["definition"].get(option, first["facts"].get(option)), plan["definition"][option])
    ]
    lines += [
        f"{words} {first['facts'].get(option)} and {own['facts'].get(option)}"
        for option, words in _FACTS.items()
        if option not in own["given"] and _differ(first["facts"].get(option), own["facts"].get(option))
    ]
    if not lines:
        return ""
    return (
        f"{plan['definition_id']} does not exist yet, and two images of this run would make it differently "
        f"({first['source_id']} and {own['source_id']}): {'; '.join(lines)}. "
        "Give this image a definition of another name. Nothing was written for it."
    )


def _differ(one: t.Any, other: t.Any) -> bool:
    return str(one).strip().lower() != str(other).strip().lower()


def _shared(maker: Plan, plan: Plan) -> dict[str, t.Any]:
    """The maker's options with what this host's variables say of what may change."""
    if maker["numbering"]["key"] == plan["numbering"]["key"]:  # two hosts of one source, perhaps spelled otherwise
        return {**maker["definition"]}
    own = {name: plan["definition"][name] for name in plan["numbering"]["given"] if name not in _FIXED}
    return {**maker["definition"], **own}


def _twins(made: list[Plan]) -> t.Iterator[str]:
    """Images of one name from several resource groups in one definition: right where they are builds of one thing only."""
    seen: dict[tuple[str, str], dict[str, str]] = {}
    for plan in made:
        own = plan["numbering"]
        seen.setdefault((own["definition"], own["name"].lower()), {})[own["source"]] = own["source_id"]
    for (definition, _name), sources in seen.items():
        if len(sources) > 1:
            yield same_name_sources(definition.rpartition("/")[2], list(sources.values()))


def same_name_sources(definition: str, sources: list[str]) -> str:
    """The warning of them."""
    return (
        f"The image definition {definition} gets versions of {len(sources)} images of one name: {', '.join(sources[:5])}. "
        "If they are not builds of one thing, name a definition for each."
    )
