# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Differences as data, and what `--diff` shows of them."""

from __future__ import annotations

import typing as t

from .fields import Change


def _nested(pairs: t.Iterable[tuple[str, t.Any]]) -> dict[str, t.Any]:
    """Dotted paths as a tree, so that the diff reads like the options."""
    tree: dict[str, t.Any] = {}
    for path, value in pairs:
        *steps, last = path.split(".")
        place = tree
        for step in steps:
            place = place.setdefault(step, {})
        place[last] = value
    return tree


def diff_of(rid: t.Any, changes: t.Iterable[Change]) -> dict[str, t.Any]:
    """Before and after of only what differs."""
    changes = list(changes)
    return {
        "before_header": str(rid),
        "after_header": str(rid),
        "before": _nested((change.path, change.before) for change in changes if change.before is not None),
        "after": _nested((change.path, change.after) for change in changes if change.after is not None),
    }


def removal_diff(rid: t.Any, shape: dict[str, t.Any]) -> dict[str, t.Any]:
    """The whole of what is deleted."""
    return {"before_header": str(rid), "after_header": str(rid), "before": shape, "after": {}}


def creation_changes(shape: t.Mapping[str, t.Any], left_out: t.Collection[str] = ()) -> list[Change]:
    """A new resource as changes from nothing, one for each returned key that has a value."""
    skipped = {"id", "name", "resource_group", "gallery_name", "image_definition_name", *left_out}
    return [
        Change(path, None, value)
        for path, value in shape.items()
        if path not in skipped and value not in (None, {}, [])
    ]
