"""What the hosts of a batch share, agreed before the first write: numbers, the region of a new gallery, one new definition.

Every host has planned for itself. If several would create the same resource, the first in the order of the images' names decides,
so that a run creates what its check mode predicted, whichever host comes first. A plan that contradicts it is refused.
"""

from __future__ import annotations

import copy
import typing as t

from .._resources.errors import InvalidRequest
from .._resources.numbers import NEXT
from .numbering import natural, propose

Plan = t.Mapping[str, t.Any]

# Options of a definition that are immutable in Azure.
_FIXED = ("location", "os_type", "os_state", "hyper_v_generation", "architecture", "publisher", "offer", "sku")
_FACTS = {"os_type": "OS type", "hyper_v_generation": "Hyper-V generation"}


def plan_batch(plans: t.Iterable[Plan]) -> dict[str, t.Any]:
    """`{numbers, locations, definitions, refused, keys, warnings}` from what clone_plan returned on each host.

    By a plan's `numbering.key`: `numbers` of new versions, `definitions` the options of new definitions that another host's image
    describes, `refused` the reasons of hosts that have to fail. `keys` are all plans that were considered; `locations` of new
    galleries are by `numbering.gallery`.
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
        if location := ((plan["gallery"] or {}).get("defaults") or {}).get("location"):
            result["locations"].setdefault(own["gallery"], location)
        reason = _taken_number(taken, plan) or _contradiction(makers.setdefault(own["definition"], plan), plan)
        if reason:
            result["refused"][own["key"]] = reason
        elif own["new_definition"] and makers[own["definition"]] is not plan:
            result["definitions"][own["key"]] = _shared(makers[own["definition"]], plan)
    result["warnings"] = list(_twins(made))
    refused = result["refused"]
    numbered = [plan["numbering"] for plan in made if plan["numbering"]["key"] not in refused]
    return {"numbers": propose(numbered), **result, "keys": sorted({plan["numbering"]["key"] for plan in made})}


def apply_batch(plan: Plan, batch: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The plan of a host with what plan_batch has decided for it; InvalidRequest if it contradicts another host's."""
    own = plan["numbering"]
    if refusal := batch["refused"].get(own["key"]):
        raise InvalidRequest(refusal)
    result = copy.deepcopy(dict(plan))
    result["definition"] = batch["definitions"].get(own["key"], plan["definition"])
    if location := batch["locations"].get(own["gallery"]):
        result["gallery"]["defaults"] = {"location": location}
    number = batch["numbers"].get(own["key"])
    if number and own["version"] in NEXT:
        result["version"] = number
        result["version_id"] = f"{plan['definition_id']}/versions/{number}"
        result["image_version"]["defaults"] = {"name": number}
    return result


def _taken_number(taken: dict[tuple[str, str], Plan], plan: Plan) -> str:
    """Why a given number cannot be used: another source of the batch has it."""
    own = plan["numbering"]
    if own["version"] in NEXT:
        return ""
    first = taken.setdefault((own["definition"], own["version"]), plan)["numbering"]
    if first["source"] == own["source"]:
        return ""
    return (
        f"Two images of this run have version {own['version']} of {plan['definition_id']}: {first['source_id']} and "
        f"{own['source_id']}. Set another number, or next_patch for the next free one. Nothing was written for this image."
    )


def _contradiction(maker: Plan, plan: Plan) -> str:
    """Why this image cannot go into the new definition that the maker's describes."""
    own, first = plan["numbering"], maker["numbering"]
    if first["key"] == own["key"] or not own["new_definition"]:
        return ""
    options = {**(maker["definition"].get("defaults") or {}), **maker["definition"]}
    lines = [
        f"{option} {options.get(option)!r} and {plan['definition'].get(option)!r}"
        for option in _FIXED
        if option in own["given"]
        and _differ(options.get(option, first["facts"].get(option)), plan["definition"][option])
    ]
    lines += [
        f"{words} {first['facts'].get(option)} and {own['facts'].get(option)}"
        for option, words in _FACTS.items()
        if option not in own["given"] and _differ(first["facts"].get(option), own["facts"].get(option))
    ]
    if not lines:
        return ""
    return (
        f"Two images of this run would create {plan['definition_id']} with different properties ({first['source_id']} and "
        f"{own['source_id']}): {'; '.join(lines)}. Set another definition name for this image. Nothing was written for it."
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
        "Set a definition name for each if they are different images."
    )
