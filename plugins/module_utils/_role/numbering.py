"""Numbers for the versions that a play creates, assigned before the first write: in the order of the images' names.

So a run uses the numbers that its check mode predicted, and the newest image has the highest.
"""

from __future__ import annotations

import re
import typing as t

from .._resources.errors import InvalidRequest
from .._resources.numbers import NEXT, Number, next_number, parse_number

Entry = t.Mapping[str, t.Any]


def natural(text: str) -> list[tuple[int, int, str, str]]:
    """A sort key in which numbers count as numbers: image-9 comes before image-10."""
    return [_natural(part) for part in re.split(r"(\d+)", text.lower()) if part]


def _natural(part: str) -> tuple[int, int, str, str]:
    digits = part.lstrip("0")  # of two numbers the one with more digits is greater; int() takes no more than 4300
    return (1, len(digits), digits, part) if part.isdecimal() else (0, 0, part, "")


def propose(entries: t.Iterable[Entry]) -> dict[str, str]:
    """A number for each `key` of entries.

    An entry is `{key, definition, name, source, version, highest}`. `version` is a number that the user has set, which counts as
    used, or a step; `highest` is the highest number in the definition, or None. Entries of one key are one version.
    """
    by_definition: dict[str, dict[str, Entry]] = {}
    for entry in entries:
        by_definition.setdefault(entry["definition"], {}).setdefault(entry["key"], entry)
    result: dict[str, str] = {}
    for group in by_definition.values():
        result.update(_of_one_definition(list(group.values())))
    return result


def _of_one_definition(entries: list[Entry]) -> dict[str, str]:
    given = {entry["key"]: parse_number(entry["version"]) for entry in entries if entry["version"] not in NEXT}
    used: set[Number] = {parse_number(entry["highest"]) for entry in entries if entry["highest"]} | set(given.values())
    result = {key: str(number) for key, number in given.items()}
    for entry in sorted(entries, key=lambda entry: (natural(entry["name"]), entry["source"], entry["key"])):
        if entry["key"] not in given:
            try:
                number = next_number(entry["version"], used)
            except InvalidRequest:
                continue  # the module image_version fails with the reason on that host
            used.add(number)
            result[entry["key"]] = str(number)
    return result
