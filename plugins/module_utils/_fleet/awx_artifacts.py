"""A report as an artifact of an AWX job, which a later job reads as YAML without quotes.

AWX marks every text of a job's artifacts as `!unsafe` for the next job, and ansible-core parses such a text as YAML: 2024-01-31
becomes a date, 0123 becomes 83, and = fails the job. So a text that YAML could parse as another type gets its own quotes.
"""

from __future__ import annotations

import re
import typing as t

from .report_text import map_texts

Mapping = t.Mapping[str, t.Any]

# What YAML 1.1 or 1.2 might parse as a number, a date, a boolean, null or an indicator; too many rather than too few.
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
_TIMES = ("started", "ended")  # accepted as text and as dates


def quoted(text: str) -> str:
    """The text, in quotes if YAML could parse it as another type, or if it starts with a quote."""
    return f"'{text}'" if text.startswith("'") or _AMBIGUOUS.fullmatch(text) else text


def unquoted(text: str) -> str:
    """The text that was given to `quoted`."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == "'" else text


def encode(report: Mapping) -> dict[str, t.Any]:
    """A report of this job, for later jobs."""
    return {key: value if key in _TIMES else map_texts(quoted, value) for key, value in report.items()}


def decode(report: Mapping) -> dict[str, t.Any]:
    """A report of an earlier job, as it was before `encode`."""
    return {key: value if key in _TIMES else map_texts(unquoted, value) for key, value in report.items()}
