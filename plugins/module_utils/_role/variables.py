"""The variables of the role clone_managed_image: their types and defaults, and how they become the options of modules.

They are read once; all that comes later uses what `read_variables` returns.
"""

from __future__ import annotations

import types
import typing as t

from .._resources.errors import InvalidRequest
from .._resources.image_definition import IMAGE_DEFINITION
from .._resources.image_version import IMAGE_VERSION
from .._resources.managed_image import parse_source
from .._resources.names import check_name
from .._resources.numbers import NEXT, parse_number
from .._resources.resource_id import ResourceId
from .._resources.text import nearest
from .._run.poll_interval import read_seconds
from .._versions.request import POLICIES, WAIT_OPTIONS
from .coercion import typed

ROLE = "clone_managed_image"
PREFIX = f"{ROLE}_"
RESULTS = ("result", "results")  # facts that the role sets

Specs = t.Mapping[str, t.Mapping[str, t.Any]]
_TEXT, _FLAG = {"type": "str"}, {"type": "bool"}
# Variables that bear the name and type of an option of image_version.
VERSION_OPTIONS: dict[str, dict[str, t.Any]] = {
    "target_regions": {"type": "list", "elements": "raw"},
    **{name: spec for name, spec in IMAGE_VERSION.options().items() if name not in ("location", "append_tags")},
    **POLICIES,
}
# Flat variables: the mapping, and the key of it, that each stands for.
FLAT = {
    "gallery_name": ("gallery", "name"),
    "gallery_resource_group": ("gallery", "resource_group"),
    "gallery_location": ("gallery", "location"),
    "definition_name": ("definition", "name"),
    "publisher": ("definition", "publisher"),
    "offer": ("definition", "offer"),
    "sku": ("definition", "sku"),
    "purchase_plan": ("definition", "purchase_plan"),
}
VARIABLES: dict[str, dict[str, t.Any]] = {
    "source": {"type": "raw"},
    "source_id": _TEXT,
    "gallery": {
        "type": "dict",
        "options": {**dict.fromkeys(("resource_group", "name", "location"), _TEXT), "tags": {"type": "dict"}},
    },
    "create_gallery": {**_FLAG, "default": False},
    "definition": {"type": "dict", "options": {"name": _TEXT, **IMAGE_DEFINITION.options()}},
    "definition_defaults": {"type": "dict", "options": IMAGE_DEFINITION.options()},
    "version": {"type": "number", "default": "next_patch"},
    **VERSION_OPTIONS,
    **WAIT_OPTIONS,
    "flush": {**_FLAG, "default": True},
    "strict": {**_FLAG, "default": False},
    "subscription_id": _TEXT,
    **dict.fromkeys(FLAT, _TEXT),
    "purchase_plan": IMAGE_DEFINITION.options()["purchase_plan"],
}
# The variables by their names without the prefix, with defaults, None where unset. `gallery` and `definition` have what the flat
# variables say too, `source` is also from `source_id`. `gallery`, `definition`, `definition_defaults` (which completes a new
# definition, and is never compared with one that exists) and `options` (of the version) hold only what is set.
RoleOptions = types.SimpleNamespace


def read_variables(variables: t.Mapping[str, t.Any]) -> RoleOptions:
    """The variables, by their full names, as RoleOptions; InvalidRequest for unknown names and invalid values."""
    values = _read(variables, PREFIX, VARIABLES)
    for name in ("gallery", "definition", "definition_defaults"):
        values[name] = dict(values[name] or {})
    for flat, (mapping, key) in FLAT.items():
        if values[flat] is not None:
            values[mapping].setdefault(key, values[flat])
    for key in ("resource_group", "name"):
        if key not in values["gallery"]:
            raise InvalidRequest(
                f"{PREFIX}gallery: {key} is missing. Give the mapping {{resource_group: ..., name: ...}}, "
                f"or {PREFIX}gallery_resource_group and {PREFIX}gallery_name."
            )
    if values["version"] not in NEXT:
        parse_number(values["version"], f"{PREFIX}version", or_step=True)
    read_seconds(values["wait_timeout"], f"{PREFIX}wait_timeout", 0)
    if values["poll_interval"] is not None:
        read_seconds(values["poll_interval"], f"{PREFIX}poll_interval", 1)
    if values["subscription_id"] is not None:
        check_name("subscription", values["subscription_id"], f"{PREFIX}subscription_id")
    if values["source"] is None:
        values["source"] = values["source_id"]
    options = {name: values[name] for name in VERSION_OPTIONS if values[name] is not None}
    return RoleOptions(**values, options=options)


def read_own_variables(variables: t.Mapping[str, t.Any], role: str, specs: Specs) -> dict[str, t.Any]:
    """The values of another role's own variables, by their names without `<role>_`, with defaults; None where unset.

    `specs` has an argument spec for each, as VARIABLES does, except `version_id`, which all of these roles have.
    InvalidRequest for unknown names and invalid values. Variables of other roles are ignored.
    """
    return _read(own(variables, f"{role}_"), f"{role}_", {"version_id": _TEXT, **specs})


def own(variables: t.Mapping[str, t.Any], prefix: str) -> dict[str, t.Any]:
    """Those whose names begin with a role's prefix."""
    return {name: value for name, value in variables.items() if name.startswith(prefix)}


def _read(variables: t.Mapping[str, t.Any], prefix: str, specs: Specs) -> dict[str, t.Any]:
    known = [prefix + name for name in specs]
    unknown = sorted(name for name in variables if name not in known)
    if unknown:
        listed = "; ".join(f"{name} is not a variable of the role.{nearest(name, known)}" for name in unknown)
        raise InvalidRequest(f"{listed} Names that begin with {prefix} belong to the role. Nothing was written.")
    said = {name: typed(variables.get(prefix + name), spec, prefix + name) for name, spec in specs.items()}
    return {name: specs[name].get("default") if value is None else value for name, value in said.items()}


def clone_target(wishes: RoleOptions, subscription_id: str) -> tuple[ResourceId, ResourceId | None]:
    """The image definition and the managed image that the variables name; no image if they name a version by its number.

    InvalidRequest for names that Azure does not allow, and if no version can be found by them.
    """
    group = check_name("resource_group", wishes.gallery["resource_group"], f"{PREFIX}gallery.resource_group")
    gallery = check_name("gallery", wishes.gallery["name"], f"{PREFIX}gallery.name")
    source = parse_source(wishes.source, subscription_id, group)
    if source is None and ("name" not in wishes.definition or wishes.version in NEXT):
        raise InvalidRequest(
            f"{PREFIX}source_id is not set, nor is {PREFIX}source: one of them must name a managed image. Only for a version "
            f"that exists can both be left out, with its definition in {PREFIX}definition_name and its number in "
            f"{PREFIX}version."
        )
    name, where = wishes.definition.get("name"), f"{PREFIX}definition_name"
    if name is None and source:
        name, where = source.name, f"{where} (by default the source's name)"
    definition = check_name("image_definition", name, where)
    return ResourceId("image_definition", subscription_id, group, gallery, definition), source
