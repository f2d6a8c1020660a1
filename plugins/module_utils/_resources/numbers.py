"""Version numbers: three integers, ordered as integers (1.10.0 comes after 1.9.3)."""

from __future__ import annotations

import re
import typing as t

from .errors import InvalidRequest

LARGEST = 2147483647
NEXT = ("next_patch", "next_minor", "next_major")
_SHAPE = re.compile(r"(\d{1,10})\.(\d{1,10})\.(\d{1,10})", re.ASCII)


class Number(t.NamedTuple):
    """`major.minor.patch`."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


def parse_number(text: t.Any, where: str = "name", *, or_step: bool = False) -> Number:
    """Parse `1.2.3`; InvalidRequest for anything that Azure refuses, and for leading zeros (`01.2.3`).

    With `or_step`, the option also allows next_patch and the like, which the message then mentions.
    """
    shape = _SHAPE.fullmatch(str(text))
    hint = ""
    if isinstance(text, float) or (not shape and re.fullmatch(r"\d+(\.\d+)?", str(text))):
        hint = (
            f' The value is {text}, and YAML also reads 1.10 as 1.1. Write all three parts in quotes, such as "1.10.0".'
        )
    if not shape:
        raise InvalidRequest(
            f"{where}: {str(text)!r} is not a version number. It is Major.Minor.Patch, three integers "
            f"from 0 to {LARGEST}, such as 1.0.0{', or one of ' + ', '.join(NEXT) if or_step else ''}.{hint}"
        )
    number = Number(*(int(part) for part in shape.groups()))
    if max(number) > LARGEST:
        raise InvalidRequest(f"{where}: {text!r} has a part over {LARGEST}, the maximum that Azure allows.")
    if str(number) != str(text):
        raise InvalidRequest(f"{where}: {text!r} has leading zeros. Write {number}.")
    return number


def read_number(text: str) -> Number | None:
    """The number of an existing version, or None if its name is not a number."""
    shape = _SHAPE.fullmatch(text)
    return Number(*(int(part) for part in shape.groups())) if shape else None


def next_number(step: str, used: t.Iterable[Number]) -> Number:
    """The first free number after the highest in use: 1.9.3 gives 1.9.4, 1.10.0 or 2.0.0; nothing in use gives 1.0.0."""
    highest = max(used, default=None)
    if highest is None:
        return Number(1, 0, 0)
    major, minor, patch = highest
    result = {
        "next_patch": Number(major, minor, patch + 1),
        "next_minor": Number(major, minor + 1, 0),
        "next_major": Number(major + 1, 0, 0),
    }[step]
    if max(result) > LARGEST:
        raise InvalidRequest(
            f"name: {step} after {highest} would exceed {LARGEST}, the maximum that Azure allows. Set a number instead."
        )
    return result
