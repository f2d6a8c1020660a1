"""Compares bodies of a resource in which the same instant, region or id may be spelled differently."""

from __future__ import annotations

import contextlib
import re
import typing as t

from .._resources.dates import parse_instant
from .._resources.errors import InvalidRequest

# Properties that Azure changes without a write.
_MOVING = ("replicationStatus", "validationsProfile", "instanceView")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


def _normal(value: t.Any) -> t.Any:
    if isinstance(value, dict):
        return {key: _normal(item) for key, item in value.items() if key not in _MOVING}
    if isinstance(value, list):
        return [_normal(item) for item in value]
    if not isinstance(value, str):
        return value
    if _INSTANT.match(value):  # Azure writes dates in the offset of whichever server answers
        with contextlib.suppress(InvalidRequest):
            return parse_instant(value).at
    return value.replace(" ", "").lower()


def same(one: dict[str, t.Any] | None, other: dict[str, t.Any] | None) -> bool:
    """Whether two readings of a resource show that no client wrote in between."""
    return bool(_normal(one) == _normal(other))


def shows(current: dict[str, t.Any] | None, written: dict[str, t.Any]) -> bool:
    """Whether a resource's body contains all that was written: the write has arrived."""
    return current is not None and _contains(_normal(current), _normal(written))


def _contains(there: t.Any, wanted: t.Any) -> bool:
    if isinstance(wanted, dict):
        if not isinstance(there, dict):
            return not wanted and there is None
        return all(_contains(there.get(key), item) for key, item in wanted.items())
    if isinstance(wanted, list):
        if not isinstance(there, list):
            return not wanted and there is None
        return len(there) == len(wanted) and all(map(_contains, there, wanted))
    return wanted is None or (wanted is False and there is None) or bool(there == wanted)
