"""Names of image definitions for a fleet: the naming rule of the playbook migrate_fleet, and its default.

A value that a user gives must match an existing definition. A value that is derived from the image is only used to create one: an
existing definition keeps its publisher, offer and SKU.
"""

from __future__ import annotations

import hashlib
import re
import typing as t

from .._resources.names import check_name
from .._role.coercion import typed, unset
from .._role.variables import PREFIX, VARIABLES
from .options import RULE

Mapping = t.Mapping[str, t.Any]

# The parts of a name: the variable of the role and of the rule, without its prefix, and the longest text.
_PARTS = {"name": ("definition_name", 80), "publisher": ("publisher", 128), "offer": ("offer", 64), "sku": ("sku", 64)}
_MAPPINGS = ("source", "source_id", "definition", "definition_defaults")
# The variables that are read.
INPUTS = (
    *(PREFIX + name for name in _MAPPINGS),
    *(start + name for name, _longest in _PARTS.values() for start in (PREFIX, RULE)),
    "managed_image",
)


def fleet_names(variables: Mapping, host: str) -> dict[str, t.Any]:
    """The definition that an image goes into.

    `variables` are those of the role and of the rule by their full names, and `managed_image`; what says nothing is unset.
    The result has `definition`, the role's mapping with all that is given and the name, and `defaults`, what to make it with
    beyond that.
    """
    given = {name: typed(variables.get(PREFIX + name), VARIABLES[name], PREFIX + name) for name in _MAPPINGS}
    definition = {**(given["definition"] or {})}
    image: Mapping = variables.get("managed_image") or {}
    for part, (name, _longest) in _PARTS.items():
        for where in (PREFIX + name, RULE + name):
            value = typed(variables.get(where), VARIABLES[name], where)
            if definition.get(part) is None and value is not None:
                definition[part] = check_name("image_definition" if part == "name" else part, value, where)
    tags = {str(key).lower(): value for key, value in (image.get("tags") or {}).items()}
    if definition.get("name") is None:
        name = tags.get("definition") or image.get("name") or _source_name(given, host)
        definition["name"] = legal(name, _PARTS["name"][1])
    derived = {
        part: legal(tags.get(part) or definition["name"], longest)
        for part, (_name, longest) in _PARTS.items()
        if definition.get(part) is None
    }
    return {"definition": definition, "defaults": {**derived, **(given["definition_defaults"] or {})}}


def _source_name(given: Mapping, host: str) -> t.Any:
    source = given["source"] if given["source"] is not None else given["source_id"]
    if isinstance(source, dict):
        source = source.get("name") or source.get("id")
    return str(source).strip().rstrip("/").rpartition("/")[2] if not unset(source) else host


def legal(text: t.Any, longest: int) -> str:
    """A text as Azure takes it for a name: other characters become dashes; one that is too long ends with a hash of it."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", str(text)).lstrip("._-").rstrip(".-") or "image"
    if len(name) <= longest:
        return name
    return f"{name[: longest - 9]}-{hashlib.sha256(str(text).encode()).hexdigest()[:8]}"
