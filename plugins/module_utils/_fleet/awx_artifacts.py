# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report that a later job reads as YAML without quotes.

AWX marks all texts of a job's artifacts as `!unsafe` for the next job, and ansible-core types such a text anew: 2024-01-31
becomes a date, 0123 becomes 83, and = ends the job. A text that YAML could take for something else therefore has quotes of its
own.
"""

from __future__ import annotations

import re
import typing as t

Mapping = t.Mapping[str, t.Any]

# Rather too many than too few: what YAML 1.1 or 1.2 might read as a number, a date, a truth value, null or a sign of its own.
_AMBIGUOUS = re.compile(
    r"""\s*(
    | ~ | = | << | ! | & | \* | null | y | n | yes | no | on | off | true | false
    | [-+]?0[box][0-9a-f_]*
    | [-+]?[0-9_]*\.?[0-9_]*(e[-+]?[0-9_]*)?
    | [-+]?[0-9_]+(:[0-9_]*)+(\.[0-9_]*)?
    | [-+]?\.(inf|nan)
    | [0-9]{4}-[0-9]+-[0-9]+([t\s].*)?
    )\s*""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_TIMES = ("started", "ended")  # read as texts and as dates


def quoted(text: str) -> str:
    """The text, in quotes if YAML could read it as something else, or if it begins with one."""
    return f"'{text}'" if text.startswith("'") or _AMBIGUOUS.fullmatch(text) else text


def unquoted(text: str) -> str:
    """What `quoted` was given."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == "'" else text


def encode(report: Mapping) -> dict[str, t.Any]:
    """A report for later jobs."""
    return {key: value if key in _TIMES else _each(quoted, value) for key, value in report.items()}


def decode(report: Mapping) -> dict[str, t.Any]:
    """A report of an earlier job, as it was before it was handed on."""
    return {key: value if key in _TIMES else _each(unquoted, value) for key, value in report.items()}


def _each(change: t.Callable[[str], str], value: t.Any) -> t.Any:
    """The value with each text in it changed. Keys are the report's own and need it not."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _each(change, item) for key, item in value.items()}
    return [_each(change, item) for item in value] if isinstance(value, list) else value
