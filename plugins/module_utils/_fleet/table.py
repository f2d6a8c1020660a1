"""The CSV file of a report, for those who replace ids in templates."""

from __future__ import annotations

import re
import typing as t

from .._resources.text import printable
from .jobs import job_of

# A spreadsheet reads a cell that begins so as a formula.
_FORMULA = re.compile(r"\s*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def table(report: t.Mapping[str, t.Any]) -> str | None:
    """The columns of the report's job, of the images whose first two values are known; None if the job has no table."""
    columns = job_of(report).table
    if not columns:
        return None
    first, second = (key for _heading, key in columns[:2])
    rows = [
        [image.get(key) for _heading, key in columns]
        for image in report["images"]
        if image.get(first) and image.get(second)
    ]
    return "".join(",".join(map(_cell, row)) + "\n" for row in [[heading for heading, _key in columns], *rows])


def _cell(value: t.Any) -> str:
    text = printable("" if value is None else value)
    if _FORMULA.match(text):
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"' if re.search(r'[",\n]', text) else text
