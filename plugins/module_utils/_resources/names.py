# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Azure accepts as a name; checked before anything is asked, so that a slip of the keyboard costs no request."""

from __future__ import annotations

import re
import typing as t

from .errors import InvalidRequest


class Rule(t.NamedTuple):
    """A pattern, and the same in words."""

    pattern: re.Pattern[str]
    words: str


_RULES = {
    "gallery": Rule(
        re.compile(r"[A-Za-z0-9]([A-Za-z0-9._]{0,78}[A-Za-z0-9])?"),
        "1 to 80 letters, digits, periods and underscores (no dash), with a letter or digit at both ends",
    ),
    "image_definition": Rule(
        re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,78}[A-Za-z0-9_])?"),
        "1 to 80 letters, digits, periods, underscores and dashes, with a letter or digit first and no period or dash last",
    ),
    "managed_image": Rule(
        re.compile(r"[A-Za-z0-9_]([A-Za-z0-9._-]{0,78}[A-Za-z0-9_])?"),
        "1 to 80 letters, digits, periods, underscores and dashes",
    ),
    "resource_group": Rule(
        re.compile(r"[\w().-]{0,89}[\w()-]"),
        "1 to 90 letters, digits, periods, underscores, dashes and parentheses, not ending with a period",
    ),
    "publisher": Rule(
        re.compile(r"[A-Za-z0-9._-]{0,127}[A-Za-z0-9_-]"),
        "1 to 128 letters, digits, periods, underscores and dashes, not ending with a period",
    ),
    "offer": Rule(
        re.compile(r"[A-Za-z0-9._-]{0,63}[A-Za-z0-9_-]"),
        "1 to 64 letters, digits, periods, underscores and dashes, not ending with a period",
    ),
    "subscription": Rule(
        re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
        "a GUID such as 00000000-0000-0000-0000-000000000000",
    ),
}
_RULES["sku"] = _RULES["offer"]


def check_text(text: str, where: str) -> str:
    """`text` if it can be sent; InvalidRequest for half a character, which a broken escape such as \\ud800 leaves behind."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidRequest(
            f"{where}: {text!r} cannot be sent: its character {error.start + 1} is half of a pair. Write the whole character."
        ) from None
    return text


def read_text(value: t.Any, where: str) -> str:
    """`value` if it is a text that can be sent; InvalidRequest otherwise."""
    if not isinstance(value, str):
        raise InvalidRequest(f"{where}: {value!r} is not a text. Put it in quotes if it is meant as one.")
    return check_text(value, where)


def check_name(rule: str, value: t.Any, where: str) -> str:
    """`value` if it keeps `rule`; InvalidRequest otherwise, naming the option `where`."""
    text = "" if value is None else str(value)
    if not _RULES[rule].pattern.fullmatch(text):
        raise InvalidRequest(f"{where}: {text!r} is not allowed. It takes {_RULES[rule].words}.{unresolved(text)}")
    return text


def unresolved(text: str) -> str:
    """The reason why a text still is a template, or nothing."""
    if "{{" not in text:
        return ""
    return (
        " Ansible does not resolve a template in the variables or survey answers of an AWX launch: put it into the variables "
        "of the job template."
    )
