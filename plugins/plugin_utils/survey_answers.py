"""The original text of survey answers from AWX.

ansible-core 2.19 and later parse an unsafe string as YAML, so the answer 22_04 arrives as the number 2204. A private interface
holds the position of such a value in its file. Without that interface the value is not changed.
"""

from __future__ import annotations

import contextlib
import functools
import re
import typing as t

_origin: t.Callable[[t.Any], t.Any] | None
try:
    from ansible._internal._datatag._tags import Origin

    _origin = Origin.get_tag
except (ImportError, AttributeError):
    _origin = None


# The file of extra variables that AWX writes for a job, and a text in it that is marked as unsafe: YAML writes a quote twice.
_FILE = "/env/extravars"
_ANSWER = re.compile(r"!unsafe '((?:[^']|'')*)'\s*")


def as_written(value: t.Any) -> t.Any:
    """The value with numbers and dates from survey answers replaced by the original text."""
    if _origin is None or value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, dict):
        return {key: as_written(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_written(item) for item in value]
    text = None
    with contextlib.suppress(AttributeError, IndexError, OSError, TypeError, ValueError):
        place = _origin(value)
        if place is not None and place.path.endswith(_FILE):
            text = _answer_at(_lines(place.path)[place.line_num - 1], place.col_num)
    return value if text is None else text


def _answer_at(line: str, column: int) -> str | None:
    """The answer that begins at a column of a line, counted from 1; None if another value is there or it has several lines."""
    found = _ANSWER.fullmatch(line, column - 1)
    return found[1].replace("''", "'") if found else None


@functools.lru_cache(maxsize=1)
def _lines(path: str) -> list[str]:
    with open(path, encoding="utf-8") as file:
        return file.read().split("\n")
