"""What the hosts of a batch share, agreed before the first write: numbers, the region of a new gallery, one new definition.

Every host has planned for itself. If several would create the same resource, the first in the order of the images' names decides,
so that a run creates what its check mode predicted, whichever host comes first, and the newest image has the highest number. A
plan that contradicts it is refused.
"""

from __future__ import annotations

import copy
import typing as t

from .._resources.errors import InvalidRequest
from .._resources.numbers import NEXT, Number, next_number, parse_number
from .._resources.text import natural

Plan = t.Mapping[str, t.Any]

# Options of a definition that are immutable in Azure.
_FIXED = ("location", "os_type", "os_state", "hyper_v_generation", "architecture", "publisher", "offer", "sku")
_FACTS = {"os_type": "OS type", "hyper_v_generation": "Hyper-V generation"}


def plan_batch(plans: t.Iterable[Plan]) -> dict[str, t.Any]:
    """`{changes, warnings}` from what clone_plan returned on each host.

    `changes` has an entry for each plan that was considered, by its `numbering.key`. In it, `number` is that of a new version,
    `location` that of a new gallery, `definition` has the options of a new definition that another host's image describes, and
    `refused` is why the host has to fail.
    """
    made = [planned["plan"] for planned in plans if planned.get("plan") and planned["plan"]["numbering"]]
    made.sort(key=lambda plan: (natural(plan["numbering"]["name"]), plan["numbering"]["source"], plan["source_id"]))
    changes: dict[str, dict[str, t.Any]] = {plan["numbering"]["key"]: {} for plan in made}
    makers: dict[str, Plan] = {}
    locations: dict[str, str] = {}
    taken: dict[tuple[str, str], Plan] = {}
    for plan in made:
        own = plan["numbering"]
        maker, change = makers.setdefault(own["definition"], plan), changes[own["key"]]
        if location := ((plan["gallery"] or {}).get("defaults") or {}).get("location"):
            change["location"] = locations.setdefault(own["definition"].rpartition("/images/")[0], location)
        if reason := _taken_number(taken, plan) or _contradiction(maker, plan):
            change["refused"] = reason
        elif own["new_definition"] and maker is not plan:
            change["definition"] = _shared(maker, plan)
    numbered = [plan["numbering"] for plan in made if "refused" not in changes[plan["numbering"]["key"]]]
    for key, number in propose(numbered).items():
        changes[key]["number"] = number
    return {"changes": changes, "warnings": list(_twins(made))}


def apply_batch(plan: Plan, batch: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The plan of a host with what plan_batch has decided for it; InvalidRequest if it contradicts another host's."""
    change = batch["changes"][plan["numbering"]["key"]]
    if "refused" in change:
        raise InvalidRequest(change["refused"])
    result = copy.deepcopy({**plan, "definition": change.get("definition", plan["definition"])})
    if "location" in change and result["gallery"]:  # another host of the same image may have created it since
        result["gallery"]["defaults"] = {"location": change["location"]}
    if "number" in change and plan["numbering"]["version"] in NEXT:
        result["version"] = change["number"]
        result["version_id"] = f"{plan['definition_id']}/versions/{change['number']}"
        result["image_version"]["defaults"] = {"name": change["number"]}
    return result


def propose(entries: t.Iterable[Plan]) -> dict[str, str]:
    """A number for each `key` of entries, in the order of the images' names.

    An entry is `{key, definition, name, source, version, highest}`. `version` is a number that the user has set, which counts as
    used, or a step; `highest` is the highest number in the definition, or None. Entries of one key are one version.
    """
    by_key: dict[str, Plan] = {}
    result: dict[str, str] = {}
    used: dict[str, set[Number]] = {}
    for entry in entries:
        by_key.setdefault(entry["key"], entry)
    for key, entry in by_key.items():
        numbers = used.setdefault(entry["definition"], set())
        if entry["highest"]:
            numbers.add(parse_number(entry["highest"]))
        if entry["version"] not in NEXT:
            numbers.add(parse_number(entry["version"]))
            result[key] = entry["version"]
    for key, entry in sorted(by_key.items(), key=lambda one: (natural(one[1]["name"]), one[1]["source"], one[0])):
        if key not in result:
            try:
                number = next_number(entry["version"], used[entry["definition"]])
            except InvalidRequest:
                continue  # the module image_version fails with the reason on that host
            used[entry["definition"]].add(number)
            result[key] = str(number)
    return result


def _taken_number(taken: dict[tuple[str, str], Plan], plan: Plan) -> str:
    """Why a given number cannot be used: another source of the batch has it."""
    own = plan["numbering"]
    if own["version"] in NEXT:
        return ""
    first = taken.setdefault((own["definition"], own["version"]), plan)
    if first["numbering"]["source"] == own["source"]:
        return ""
    return (
        f"Two images of this run have version {own['version']} of {plan['definition_id']}: {first['source_id']} and "
        f"{plan['source_id']}. Set another number, or next_patch for the next free one. Nothing was written for this image."
    )


def _contradiction(maker: Plan, plan: Plan) -> str:
    """Why this image cannot go into the new definition that the maker's describes."""
    own, first = plan["numbering"], maker["numbering"]
    if first["key"] == own["key"] or not own["new_definition"]:
        return ""
    options = {**first["facts"], **(maker["definition"].get("defaults") or {}), **maker["definition"]}
    lines = [
        f"{option} {options.get(option)!r} and {plan['definition'][option]!r}"
        for option in _FIXED
        if option in own["given"] and _differ(options.get(option), plan["definition"][option])
    ]
    lines += [
        f"{words} {first['facts'].get(option)} and {own['facts'].get(option)}"
        for option, words in _FACTS.items()
        if option not in own["given"] and _differ(first["facts"].get(option), own["facts"].get(option))
    ]
    if not lines:
        return ""
    return (
        f"Two images of this run would create {plan['definition_id']} with different properties ({maker['source_id']} and "
        f"{plan['source_id']}): {'; '.join(lines)}. Set another definition name for this image. Nothing was written for it."
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
        seen.setdefault((own["definition"], own["name"].lower()), {})[own["source"]] = plan["source_id"]
    for (definition, _name), sources in seen.items():
        if len(sources) > 1:
            yield same_name_sources(definition.rpartition("/")[2], list(sources.values()))


def same_name_sources(definition: str, sources: list[str]) -> str:
    """The warning of them."""
    return (
        f"The image definition {definition} gets versions of {len(sources)} images of one name: {', '.join(sources[:5])}. "
        "Set a definition name for each if they are different images."
    )
