"""Differences as data and as `--diff` output."""

from __future__ import annotations

import typing as t

from .errors import InvalidRequest
from .fields import Change, put_at
from .resource_id import KIND_WORDS, ResourceId


def _nested(pairs: t.Iterable[tuple[str, t.Any]]) -> dict[str, t.Any]:
    """Dotted paths as a tree with the structure of the options."""
    tree: dict[str, t.Any] = {}
    for path, value in pairs:
        put_at(tree, path, value)
    return tree


def diff_of(rid: t.Any, changes: t.Iterable[Change]) -> dict[str, t.Any]:
    """Before and after, restricted to the differences."""
    changes = list(changes)
    return {
        "before_header": str(rid),
        "after_header": str(rid),
        "before": _nested((change.path, change.before) for change in changes if change.before is not None),
        "after": _nested((change.path, change.after) for change in changes if change.after is not None),
    }


def removal_diff(rid: t.Any, shape: dict[str, t.Any]) -> dict[str, t.Any]:
    """The diff of a delete."""
    return {"before_header": str(rid), "after_header": str(rid), "before": shape, "after": {}}


def creation_changes(shape: t.Mapping[str, t.Any], left_out: t.Collection[str] = ()) -> list[Change]:
    """The changes of a create, one for each returned key with a value."""
    skipped = {"id", "name", "resource_group", "gallery_name", "image_definition_name", *left_out}
    return [
        Change(path, None, value)
        for path, value in shape.items()
        if path not in skipped and value not in (None, {}, [])
    ]


def display(value: t.Any) -> str:
    """A value of a change, for a message."""
    if value is None or value in ({}, []):
        return "not set"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return ", ".join(f"{key} {display(item)}" for key, item in value.items() if item not in (None, {}, []))
    if isinstance(value, list):
        return "; ".join(map(display, value))
    return str(value) if value != "" else "empty"


def refuse_fixed(rid: ResourceId, changes: list[Change], derived: t.Collection[str] = ()) -> None:
    """InvalidRequest for changes of immutable properties, with the current and the requested value of each.

    `derived` are the paths with values from the source instead of the task.
    """
    fixed = [change for change in changes if change.fixed]
    if not fixed:
        return
    lines = [
        f"{change.path} is {display(change.before)}, and {'the source has' if change.path in derived else 'the task sets'} "
        f"{display(change.after)}: {change.fixed}"
        for change in fixed
    ]
    another = f"create another {KIND_WORDS[rid.kind]} under another name"
    own = any(change.path not in derived for change in fixed)
    raise InvalidRequest(
        f"{rid.words} exists, and these properties are immutable: {' '.join(lines)} "
        f"{'Omit the option to keep the value, or ' + another if own else another.capitalize()}. Nothing was written.",
        changes=[change.returned() for change in changes],
    )
