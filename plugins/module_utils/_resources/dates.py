"""Dates, compared as points in time, since Azure returns them with its server's offset."""

from __future__ import annotations

import datetime
import re
import typing as t

from .errors import InvalidRequest

_SHAPE = re.compile(r"^\d{4}-\d{2}-\d{2}(?P<time>[Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?( ?[Zz]|[+-]\d{2}:?\d{2})?)?$")


class Instant(t.NamedTuple):
    """A point in time. With `whole_day` it has only a date, and equals any instant of that UTC day."""

    at: datetime.datetime
    whole_day: bool = False


def parse_instant(value: t.Any, where: str = "date") -> Instant:
    """Parse `2030-01-01` or `2030-01-01T00:00:00Z`, with any offset (default UTC) and any number of fractional digits."""
    text = str(value).strip()
    shape = _SHAPE.match(text)
    if not shape:
        raise InvalidRequest(
            f"{where}: {text!r} is not a date. Write it as 2030-01-31, or with a time as 2030-01-31T12:00:00Z."
        )
    try:
        at = datetime.datetime.fromisoformat(text.upper().replace(" Z", "Z"))
        if at.tzinfo is None:
            at = at.replace(tzinfo=datetime.UTC)
        return Instant(at.astimezone(datetime.UTC), whole_day=shape["time"] is None)
    except (ValueError, OverflowError) as error:
        raise InvalidRequest(f"{where}: {text!r} is not a date: {error}.") from None


def same_instant(have: Instant, want: Instant) -> bool:
    """A wanted date without a time equals every instant of its UTC day."""
    return have.at.date() == want.at.date() if want.whole_day else have.at == want.at


def format_time(moment: datetime.datetime) -> str:
    """A time as text in UTC, to the second."""
    return moment.astimezone(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def format_instant(instant: Instant) -> str:
    """The text in UTC with `Z`, and with fractions of a second only if there are any."""
    return instant.at.isoformat().replace("+00:00", "Z")
