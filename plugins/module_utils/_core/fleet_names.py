# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of image definitions for a fleet: the naming rule of the playbook migrate_fleet, and what it is when nobody gives one.

What somebody has given is a wish, which an existing definition has to fulfil. What is derived from the image only serves to make
a definition: one that exists keeps its publisher, offer and SKU.
"""

from __future__ import annotations

import datetime
import hashlib
import re
import typing as t

from .errors import Refused
from .ids import parse_id
from .survey import FLAT, PREFIX, VARIABLES
from .typed import typed, unset

Mapping = t.Mapping[str, t.Any]

RULE = "migrate_fleet_"
IDENTITY = ("publisher", "offer", "sku")
# The parts of a name: the flat variable of the role, the variable of the rule, the image's tag.
_PARTS = {
    "name": ("definition_name", "definition_name", "definition"),
    **{part: (part, part, part) for part in IDENTITY},
}
_LONGEST = {"name": 80, "publisher": 128, "offer": 64, "sku": 64}


def fleet_names(variables: Mapping, host: str) -> dict[str, t.Any]:
    """The definition that an image goes into.

    `variables` are those of the role and of the rule by their full names, and `managed_image`; what says nothing is unset.
    The result has `definition`, the role's mapping with all that is given and the name; `derived`, what to make it with beyond
    that; and `gallery`, `{subscription_id, resource_group, name}` or None.
    """
    given = {
        name: _read(variables, name) for name in ("source", "source_id", "gallery", "definition", "subscription_id")
    }
    definition = {**(given["definition"] or {})}
    image: Mapping = variables.get("managed_image") or {}
    for part, (flat, rule, _tag) in _PARTS.items():
        for value in (_read(variables, flat), _ruled(variables, rule)):
            if definition.get(part) is None and value is not None:
                definition[part] = value
    tags = {str(key).lower(): value for key, value in (image.get("tags") or {}).items()}
    if definition.get("name") is None:
        name = tags.get("definition") or image.get("name") or _source_name(given, host)
        definition["name"] = legal(name, _LONGEST["name"])
    derived = {
        part: legal(tags.get(part) or definition["name"], _LONGEST[part])
        for part in IDENTITY
        if definition.get(part) is None
    }
    return {"definition": _plain(definition), "derived": derived, "gallery": _gallery(variables, given)}


def _read(variables: Mapping, name: str) -> t.Any:
    return typed(variables.get(PREFIX + name), VARIABLES[name], PREFIX + name)


def _ruled(variables: Mapping, name: str) -> str | None:
    return t.cast("str | None", typed(variables.get(RULE + name), {"type": "str"}, RULE + name))


def _source_name(given: Mapping, host: str) -> t.Any:
    source = given["source"] if given["source"] is not None else given["source_id"]
    if isinstance(source, dict):
        source = source.get("name") or source.get("id")
    return str(source).strip().rstrip("/").rpartition("/")[2] if not unset(source) else host


def _gallery(variables: Mapping, given: Mapping) -> dict[str, t.Any] | None:
    place = dict(given["gallery"] or {})
    for flat, (mapping, key) in FLAT.items():
        if mapping == "gallery" and place.get(key) is None:
            place[key] = _read(variables, flat)
    if not place.get("resource_group") or not place.get("name"):
        return None
    return {
        "subscription_id": given["subscription_id"],
        "resource_group": place["resource_group"],
        "name": place["name"],
    }


def _plain(value: t.Any) -> t.Any:
    """Dates as text, so that a template can hand the value on."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, (datetime.date, datetime.datetime)) else value


def legal(text: t.Any, longest: int) -> str:
    """A text as Azure takes it for a name: other characters become dashes; one that is too long ends with a hash of it."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", str(text)).lstrip("._-").rstrip(".-") or "image"
    if len(name) <= longest:
        return name
    return f"{name[: longest - 9]}-{hashlib.sha256(str(text).encode()).hexdigest()[:8]}"


def definition_key(gallery: Mapping | None, name: str) -> str:
    """What two mentions of a definition share."""
    place = gallery or {}
    parts = (place.get("subscription_id") or "", place.get("resource_group") or "", place.get("name") or "", name)
    return "/".join(parts).lower()


def fleet_known(results: t.Iterable[Mapping]) -> list[str]:
    """The keys of the definitions that there are, from the items of a loop over image_definition_info.

    Each item is a gallery as fleet_names tells it; one that could not be read has no definitions here.
    """
    known = []
    for result in results:
        for definition in result.get("image_definitions") or ():
            try:
                name = parse_id(definition["id"], "image_definition").name
            except Refused:
                continue
            known.append(definition_key(result["item"], name))
    return sorted(known)


def fleet_definition(names: Mapping, known: t.Container[str]) -> dict[str, t.Any]:
    """The role's mapping: with what is derived only where the definition has to be made."""
    given: dict[str, t.Any] = dict(names["definition"])
    exists = definition_key(names["gallery"], str(given["name"])) in known
    return given if exists else {**names["derived"], **given}
