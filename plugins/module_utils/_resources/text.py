"""Printable and bounded text, durations, and booleans as text."""

from __future__ import annotations

import difflib
import re
import typing as t

LONGEST = 2000
_TAIL = 600  # of a shortened message, which contains the advice
# C0 and C1 but newline and tab, marks and overrides of direction, line separators, halves of pairs, byte order marks.
_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_TRUE = ("true", "yes", "on", "y", "t", "1")
_FALSE = ("false", "no", "off", "n", "f", "0")


def printable(text: t.Any) -> str:
    """The text without characters that control a terminal, a browser or the text direction."""
    return _STEERING.sub("\N{REPLACEMENT CHARACTER}", str(text))


def one_line(text: t.Any) -> str:
    """The printable text with each sequence of whitespace replaced by one space."""
    return printable(" ".join(str(text).split()))


def shorten(text: str, longest: int = LONGEST, tail: int = 0) -> str:
    """The text, shortened to at most `longest` characters with the last `tail` characters kept."""
    if len(text) <= longest:
        return text
    return f"{text[: longest - tail - 1]}…{text[len(text) - tail :]}"


def message(text: t.Any) -> str:
    """A printable message of bounded length that keeps its end, where the advice is."""
    return shorten(printable(text), LONGEST, _TAIL)


def clean(value: t.Any) -> t.Any:
    """The value with message() applied to every string in it."""
    if isinstance(value, str):
        return message(value)
    if isinstance(value, dict):
        return {clean(key): clean(item) for key, item in value.items()}
    return [clean(item) for item in value] if isinstance(value, (list, tuple)) else value


def duration(seconds: float | None, *, coarse: bool = False) -> str:
    """`42 s`, `7 min 5 s`, `1 h 5 min`; `coarse` leaves out seconds from a minute on. A dash for None."""
    if seconds is None:
        return "–"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    smallest = 0 if coarse or hours else rest
    parts = ((hours, "h"), (minutes, "min"), (smallest, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number)


def nearest(name: str, known: t.Iterable[str]) -> str:
    """` Did you mean x?` for the one that is spelled most alike, or an empty string."""
    spelled = {one.lower(): one for one in known}
    found = difflib.get_close_matches(name.lower(), spelled, 1)
    return f" Did you mean {spelled[found[0]]}?" if found else ""


def natural(text: str) -> list[tuple[int, int, str, str]]:
    """A sort key in which numbers count as numbers: image-9 comes before image-10."""
    return [_natural(part) for part in re.split(r"(\d+)", text.lower()) if part]


def _natural(part: str) -> tuple[int, int, str, str]:
    digits = part.lstrip("0")  # of two numbers the one with more digits is greater; int() takes no more than 4300
    return (1, len(digits), digits, part) if part.isdecimal() else (0, 0, part, "")


def read_bool(value: t.Any) -> bool | None:
    """The boolean that a value or its text represents, as in Ansible; None if it is not a boolean."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    return word in _TRUE if word in _TRUE or word in _FALSE else None
