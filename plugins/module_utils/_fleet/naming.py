"""Names of image definitions for a fleet: the naming rule of the playbook migrate_fleet, and its default.

A value that a user gives must match an existing definition. A value that is derived from the image is only used to create one: an
existing definition keeps its publisher, offer and SKU.
"""

from __future__ import annotations

import datetime
import hashlib
import re
import typing as t

from .._resources.names import check_name
from .._role.coercion import typed, unset
from .._role.variables import PREFIX, VARIABLES
from .options import RULE

Mapping = t.Mapping[str, t.Any]

IDENTITY = ("publisher", "offer", "sku")
# The parts of a name: the flat variable of the role, the variable of the rule, the image's tag.
_PARTS = {
    "name": ("definition_name", "definition_name", "definition"),
    **{part: (part, part, part) for part in IDENTITY},
}
_LONGEST = {"name": 80, "publisher": 128, "offer": 64, "sku": 64}
_MAPPINGS = ("source", "source_id", "definition", "definition_defaults")
# The variables that are read.
INPUTS = (
    *(PREFIX + name for name in _MAPPINGS),
    *(start + name for flat, rule, _tag in _PARTS.values() for start, name in ((PREFIX, flat), (RULE, rule))),
    "managed_image",
)


def fleet_names(variables: Mapping, host: str) -> dict[str, t.Any]:
    """The definition that an image goes into.

    `variables` are those of the role and of the rule by their full names, and `managed_image`; what says nothing is unset.
    The result has `definition`, the role's mapping with all that is given and the name, and `defaults`, what to make it with
    beyond that.
    """
    given = {name: _read(variables, name) for name in _MAPPINGS}
    definition = {**(given["definition"] or {})}
    image: Mapping = variables.get("managed_image") or {}
    for part, (flat, rule, _tag) in _PARTS.items():
        for where, value in ((PREFIX + flat, _read(variables, flat)), (RULE + rule, _ruled(variables, rule))):
            if definition.get(part) is None and value is not None:
                definition[part] = check_name("image_definition" if part == "name" else part, value, where)
    tags = {str(key).lower(): value for key, value in (image.get("tags") or {}).items()}
    if definition.get("name") is None:
        name = tags.get("definition") or image.get("name") or _source_name(given, host)
        definition["name"] = legal(name, _LONGEST["name"])
    derived = {
        part: legal(tags.get(part) or definition["name"], _LONGEST[part])
        for part in IDENTITY
        if definition.get(part) is None
    }
    defaults = {**derived, **(given["definition_defaults"] or {})}
    return {"definition": _plain(definition), "defaults": _plain(defaults)}


def _read(variables: Mapping, name: str) -> t.Any:
    return typed(variables.get(PREFIX + name), VARIABLES[name], PREFIX + name)


def _ruled(variables: Mapping, name: str) -> str | None:
    return t.cast("str | None", typed(variables.get(RULE + name), {"type": "str"}, RULE + name))


def _source_name(given: Mapping, host: str) -> t.Any:
    source = given["source"] if given["source"] is not None else given["source_id"]
    if isinstance(source, dict):
        source = source.get("name") or source.get("id")
    return str(source).strip().rstrip("/").rpartition("/")[2] if not unset(source) else host


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
