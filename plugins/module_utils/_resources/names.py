"""Azure's rules for names, checked before the first request."""

from __future__ import annotations

import re
import typing as t

from .errors import InvalidRequest
from .text import nearest

# A pattern, and its description.
_RULES = {
    "gallery": (
        r"[A-Za-z0-9]([A-Za-z0-9._]{0,78}[A-Za-z0-9])?",
        "1 to 80 letters, digits, periods and underscores (no dash), with a letter or digit at both ends",
    ),
    "image_definition": (
        r"[A-Za-z0-9]([A-Za-z0-9._-]{0,78}[A-Za-z0-9_])?",
        "1 to 80 letters, digits, periods, underscores and dashes, with a letter or digit first and no period or dash last",
    ),
    "managed_image": (
        r"[A-Za-z0-9_]([A-Za-z0-9._-]{0,78}[A-Za-z0-9_])?",
        "1 to 80 letters, digits, periods, underscores and dashes",
    ),
    "resource_group": (
        r"[\w().-]{0,89}[\w()-]",
        "1 to 90 letters, digits, periods, underscores, dashes and parentheses, not ending with a period",
    ),
    "scale_set": (
        r"[A-Za-z0-9_]([A-Za-z0-9._-]{0,62}[A-Za-z0-9_])?",
        "1 to 64 letters, digits, periods, underscores and dashes",
    ),
    "publisher": (
        r"[A-Za-z0-9._-]{0,127}[A-Za-z0-9_-]",
        "1 to 128 letters, digits, periods, underscores and dashes, not ending with a period",
    ),
    "offer": (
        r"[A-Za-z0-9._-]{0,63}[A-Za-z0-9_-]",
        "1 to 64 letters, digits, periods, underscores and dashes, not ending with a period",
    ),
    "subscription": (
        r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
        "a GUID such as 00000000-0000-0000-0000-000000000000",
    ),
}
_RULES["sku"] = _RULES["offer"]


def check_text(text: str, where: str) -> str:
    """`text` if it can be sent; InvalidRequest for half a character, the result of a broken escape such as \\ud800."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidRequest(
            f"{where}: {text!r} cannot be sent: its character {error.start + 1} is half of a pair. Write the whole character."
        ) from None
    return text


def read_text(value: t.Any, where: str) -> str:
    """`value` if it is a string that can be sent; InvalidRequest otherwise."""
    if not isinstance(value, str):
        raise InvalidRequest(f"{where}: {value!r} is not a string. Put it in quotes.")
    return check_text(value, where)


def check_keys(value: t.Any, keys: t.Collection[str], where: str) -> dict[str, t.Any]:
    """`value` if it is a mapping with only these keys; InvalidRequest otherwise."""
    if not isinstance(value, dict):
        raise InvalidRequest(f"{where}: {value!r} is not a mapping.")
    unknown = sorted("null" if key is None else str(key) for key in value if key not in keys)
    if unknown:
        raise InvalidRequest(
            f"{where}: {', '.join(map(repr, unknown))} is not an option.{nearest(unknown[0], keys)} "
            f"Allowed are {', '.join(keys)}. Nothing was written."
        )
    return value


def check_name(rule: str, value: t.Any, where: str) -> str:
    """`value` if it matches `rule`; InvalidRequest for the option `where` otherwise."""
    text = "" if value is None else str(value)
    pattern, words = _RULES[rule]
    if not re.fullmatch(pattern, text):
        raise InvalidRequest(f"{where}: {text!r} is not allowed. It takes {words}.{unresolved(text)}")
    return text


def unresolved(text: str) -> str:
    """A hint for a value that is still a template, or an empty string."""
    if "{{" not in text:
        return ""
    return (
        " Ansible does not resolve templates in the variables or survey answers of an AWX launch. Move it to the variables "
        "of the job template."
    )
