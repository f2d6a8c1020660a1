"""The tags that say that a canary booted from an image version, and when they count."""

from __future__ import annotations

import datetime
import re
import typing as t

from .dates import format_time, parse_instant
from .errors import InvalidRequest
from .image_version import profile
from .tags import LONGEST_VALUE, VERIFICATION_TAGS, tag_value

AHEAD = datetime.timedelta(minutes=5)  # that the clock of whoever verified it may be fast
_REGION = re.compile(r"[a-z][a-z0-9]{1,63}")
_AT, _IN, _PUBLISHED = VERIFICATION_TAGS


def verification_tags(now: datetime.datetime, regions: t.Iterable[str], published: str) -> dict[str, str]:
    """The tags of a version that booted now in these regions, where it was `published` when it did.

    A clock that is slow does not make it verified before it was published, which would not count.
    """
    now = max(now, parse_instant(published).at + datetime.timedelta(seconds=1))
    named: list[str] = []
    for region in sorted(set(regions)):
        if len(" ".join([*named, region])) <= LONGEST_VALUE:
            named.append(region)
    return dict(zip(VERIFICATION_TAGS, (format_time(now), " ".join(named), published), strict=True))


def verified_in(version: t.Mapping[str, t.Any]) -> frozenset[str]:
    """The regions that the tag names; whether it counts, verified_at says. Other text is of someone who edited the tag."""
    return frozenset(word for word in str(tag_value(version, _IN) or "").split() if _REGION.fullmatch(word))


def verified_at(version: t.Mapping[str, t.Any], now: datetime.datetime) -> datetime.datetime | None:
    """When a version was verified; None if it was not, or if its tags are from an earlier version of that number."""
    published = profile(dict(version)).get("publishedDate")
    try:
        at = parse_instant(tag_value(version, _AT)).at
        booted, current = parse_instant(tag_value(version, _PUBLISHED)).at, parse_instant(published).at
    except InvalidRequest:
        return None
    return at if booted == current and current <= at <= now + AHEAD else None
