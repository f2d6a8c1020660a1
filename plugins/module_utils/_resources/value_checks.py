"""Checks of the values in a body that comes from elsewhere, as a table by path.

In a path, [] stands for every item of a list and ! for a value that is required. Other values may be null. What a path leads
through is an object, or a list of objects, without a row of its own.
"""

from __future__ import annotations

import typing as t

from .dates import parse_instant
from .errors import InvalidRequest
from .regions import short_region

Check = t.Callable[[t.Any], "str | None"]  # what the value should have been, or None where it is
Checks = list[tuple[str, list[str], Check]]
_TYPES: dict[type, str] = {dict: "an object", list: "a list", str: "a text", int: "a number", bool: "true or false"}


def _typed(kind: type) -> Check:
    def check(value: t.Any) -> str | None:
        fits = isinstance(value, kind) and not (kind is int and isinstance(value, bool))
        return None if fits else _TYPES[kind]

    return check


def _read_by(reader: t.Callable[[t.Any], t.Any], what: str) -> Check:
    """A check that a text can be read by what reads it later."""

    def check(value: t.Any) -> str | None:
        try:
            reader(value)
        except InvalidRequest:
            return what
        return None if isinstance(value, str) else what

    return check


OBJECT, LIST, TEXT, NUMBER, FLAG = map(_typed, (dict, list, str, int, bool))
REGION, DATE = _read_by(short_region, "the name of a region"), _read_by(parse_instant, "a date")


def as_checks(table: t.Mapping[str, Check]) -> Checks:
    """The path of each check, outer ones first, as text and in steps; where a value may be left out, null passes."""
    rows: dict[str, tuple[list[str], Check]] = {}

    def add(path: str, check: Check, required: bool) -> None:
        above, _dot, _name = path.removesuffix("[]").rpartition(".")
        if path.endswith("[]"):
            add(path[:-2], LIST, False)
        elif above:
            add(above, OBJECT, above.endswith("[]"))
        rows.setdefault(path, (path.replace("[]", ".[]").split("."), check if required else _or_null(check)))

    for path, check in table.items():
        add(path.rstrip("!"), check, path.endswith("!"))
    return [(path, *row) for path, row in rows.items()]


def wrong_values(body: t.Mapping[str, t.Any], checks: Checks) -> t.Iterator[tuple[str, t.Any, str]]:
    """The path of each value that a check does not accept, the value, and what it should have been.

    Read only the first: what is below a wrong value cannot be read.
    """
    for path, steps, check in checks:
        for value in _at(body, steps):
            expected = check(value)
            if expected:
                yield path, value, expected


def _or_null(check: Check) -> Check:
    return lambda value: None if value is None else check(value)


def _at(value: t.Any, steps: list[str]) -> t.Iterator[t.Any]:
    """The values at a path; none where something on the way is not there."""
    for index, step in enumerate(steps):
        if value is None:
            return
        if step == "[]":
            for item in value:
                yield from _at(item, steps[index + 1 :])
            return
        value = value.get(step)
    yield value
