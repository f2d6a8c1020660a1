"""Replace option values at which Ansible's validator raises an exception instead of reporting an error.

It looks for suboptions in values other than mappings, and converts `inf` and strings of thousands of digits to integers. Such
values are replaced by strings that it refuses.
"""

from __future__ import annotations

import re
import typing as t

from .._resources.text import message

_INTEGER = re.compile(r"\s*[+-]?\d{1,40}(\.0*)?\s*", re.ASCII)
Options = t.Mapping[str, t.Mapping[str, t.Any]]


def sanitize(options: Options, given: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """`given` with values that the validator of an argument spec can handle."""
    return {name: _value(options.get(name) or {}, value) for name, value in given.items()}


def _value(option: t.Mapping[str, t.Any], value: t.Any) -> t.Any:
    kind = option.get("type")
    if kind == "int" and isinstance(value, (str, float)):
        return value if _INTEGER.fullmatch(str(value)) else repr(str(value)[:60])
    if value is None or not option.get("options"):
        return value
    if kind == "list" and isinstance(value, list):
        return [_mapping(option["options"], item) for item in value]
    return _mapping(option["options"], value)


def _mapping(options: Options, value: t.Any) -> t.Any:
    return sanitize(options, value) if isinstance(value, dict) else str(value)


def wrong_suboption(options: Options, given: t.Mapping[str, t.Any]) -> str | None:
    """The message for an option with suboptions that is not a mapping, or None. Ansible's message does not name the option."""
    for name, option in options.items():
        value = given.get(name) if option.get("options") else None
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, str) and not item.lstrip().startswith("{") and "=" not in item:
                return message(f"{name}: {item!r} is not a mapping. Allowed keys are {', '.join(option['options'])}.")
    return None
