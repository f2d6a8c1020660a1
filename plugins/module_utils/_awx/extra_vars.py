"""The file of extra variables that AWX writes for a job: the text of an answer at a place in it."""

from __future__ import annotations

import re

FILE = "/env/extravars"
# A text that AWX marks as unsafe; in one with single quotes, YAML writes a quote twice.
_ANSWER = re.compile(r"!unsafe '((?:[^']|'')*)'\s*")


def answer_at(line: str, column: int) -> str | None:
    """The answer that begins at a column of a line, counted from 1; None if another value is there or it has several lines."""
    found = _ANSWER.fullmatch(line, column - 1)
    return found[1].replace("''", "'") if found else None
