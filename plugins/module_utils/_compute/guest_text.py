"""Text that a guest wrote: bounded, and without anything that a terminal would obey."""

from __future__ import annotations

import re

from .._resources.text import printable

_SEQUENCES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])|\x9b[0-?]*[ -/]*[@-~]")
LINES, LENGTH, REASON = 60, 8000, 600


def last_lines(text: str, lines: int = LINES, length: int = LENGTH) -> str:
    """The end of a text, at most so many lines and characters."""
    plain = _SEQUENCES.sub("", text[-16 * length :].replace("\r\n", "\n").replace("\r", "\n"))
    kept = [line.rstrip() for line in printable(plain).splitlines() if line.strip()]
    return "\n".join(kept[-lines:])[-length:]


def one_line(text: str) -> str:
    """A text of Azure's or a guest's, for one line of output."""
    return " ".join(last_lines(text, length=REASON).split())
