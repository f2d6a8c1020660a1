"""The variables of the role clone_managed_image: their types and defaults, and how they become the options of modules.

They are read once; all that comes later uses what `read_variables` returns.
"""

from __future__ import annotations

import dataclasses
import typing as t

from .._resources.errors import InvalidRequest
from .._resources.image_definition import IMAGE_DEFINITION
from .._resources.image_version import IMAGE_VERSION
from .._resources.numbers import NEXT, parse_number
from .._resources.text import nearest
from .._run.poll_interval import read_seconds
from .coercion import typed

PREFIX = "clone_managed_image_"
RESULTS = ("result", "results")  # facts that the role sets

_TEXT, _FLAG, _INTEGER = {"type": "str"}, {"type": "bool"}, {"type": "int"}
_VERSION = IMAGE_VERSION.options()
# Variables that bear the name and type of an option of image_version.
VERSION_OPTIONS: dict[str, dict[str, t.Any]] = {
    "target_regions": {"type": "list", "elements": "raw"},
    **{
        name: {"type": _VERSION[name]["type"]}
        for name in (
            "replica_count",
            "storage_account_type",
            "replication_mode",
            "exclude_from_latest",
            "end_of_life_date",
            "allow_deletion_of_replicated_locations",
            "block_deletion_before_end_of_life",
            "tags",
        )
    },
    "region_policy": {"type": "str", "choices": ["merge", "exact"], "default": "merge"},
    "when_cloned": {"type": "str", "choices": ["reuse", "new"], "default": "reuse"},
    "on_failed": {"type": "str", "choices": ["fail", "recreate", "retry_regions"], "default": "fail"},
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
    "wait": {**_FLAG, "default": True},
    "wait_timeout": {**_INTEGER, "default": 21600},
    "poll_interval": _INTEGER,
    "flush": {**_FLAG, "default": True},
    "strict": {**_FLAG, "default": False},
    "subscription_id": _TEXT,
    **dict.fromkeys(FLAT, _TEXT),
    "purchase_plan": IMAGE_DEFINITION.options()["purchase_plan"],
}
_AS_THEY_ARE = (
    "version",
    "create_gallery",
    "wait",
    "wait_timeout",
    "poll_interval",
    "flush",
    "strict",
    "subscription_id",
)


@dataclasses.dataclass(frozen=True)
class RoleOptions:
    """What the variables say. `gallery`, `definition` and `options` (of the version) hold only what is set.

    `definition_defaults` completes a definition that has to be made, and is never compared with one that exists.
    """

    source: t.Any
    gallery: dict[str, t.Any]
    definition: dict[str, t.Any]
    definition_defaults: dict[str, t.Any]
    version: str
    options: dict[str, t.Any]
    create_gallery: bool
    wait: bool
    wait_timeout: int
    poll_interval: int | None
    flush: bool
    strict: bool
    subscription_id: str | None


def read_variables(variables: t.Mapping[str, t.Any]) -> RoleOptions:
    """The variables, by their full names, as RoleOptions; InvalidRequest for unknown names and invalid values."""
    _refuse_unknown(variables, PREFIX, VARIABLES)
    said = {name: typed(variables.get(PREFIX + name), spec, PREFIX + name) for name, spec in VARIABLES.items()}
    values: dict[str, t.Any] = {
        name: VARIABLES[name].get("default") if value is None else value for name, value in said.items()
    }
    mappings: dict[str, dict[str, t.Any]] = {name: dict(values[name] or {}) for name in ("gallery", "definition")}
    for flat, (mapping, key) in FLAT.items():
        if values[flat] is not None:
            mappings[mapping].setdefault(key, values[flat])
    _check(values, mappings["gallery"])
    return RoleOptions(
        source=values["source_id"] if values["source"] is None else values["source"],
        gallery=mappings["gallery"],
        definition=mappings["definition"],
        definition_defaults=values["definition_defaults"] or {},
        options={name: values[name] for name in VERSION_OPTIONS if values[name] is not None},
        **{name: values[name] for name in _AS_THEY_ARE},
    )


def read_own_variables(
    variables: t.Mapping[str, t.Any], role: str, specs: t.Mapping[str, t.Mapping[str, t.Any]]
) -> dict[str, t.Any]:
    """The values of another role's own variables, by their names without `<role>_`, with defaults; None where unset.

    `specs` has an argument spec for each, as VARIABLES does, except `version_id`, which all of these roles have.
    InvalidRequest for unknown names and invalid values. Variables of other roles are ignored.
    """
    prefix, known = f"{role}_", {"version_id": _TEXT, **specs}
    _refuse_unknown([name for name in variables if name.startswith(prefix)], prefix, known)
    said = {name: typed(variables.get(prefix + name), spec, prefix + name) for name, spec in known.items()}
    return {name: known[name].get("default") if value is None else value for name, value in said.items()}


def _refuse_unknown(variables: t.Iterable[str], prefix: str, specs: t.Iterable[str]) -> None:
    known = {prefix + name for name in specs}
    unknown = sorted(name for name in variables if name not in known)
    if unknown:
        listed = "; ".join(f"{name} is not a variable of the role.{nearest(name, known)}" for name in unknown)
        raise InvalidRequest(f"{listed} Names that begin with {prefix} belong to the role. Nothing was written.")


def _check(values: t.Mapping[str, t.Any], gallery: t.Mapping[str, t.Any]) -> None:
    for key in ("resource_group", "name"):
        if key not in gallery:
            raise InvalidRequest(
                f"{PREFIX}gallery: {key} is missing. Give the mapping {{resource_group: ..., name: ...}}, "
                f"or {PREFIX}gallery_resource_group and {PREFIX}gallery_name."
            )
    if values["version"] not in NEXT:
        parse_number(values["version"], f"{PREFIX}version", or_step=True)
    read_seconds(values["wait_timeout"], f"{PREFIX}wait_timeout", 0)
    if values["poll_interval"] is not None:
        read_seconds(values["poll_interval"], f"{PREFIX}poll_interval", 1)
