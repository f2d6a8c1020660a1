"""Filters of managed images by name, resource group, region, OS type and tags.

Names are shell patterns, or regular expressions after `~`, as in Ansible's host patterns.
"""

from __future__ import annotations

import dataclasses
import fnmatch
import re
import typing as t

from .._resources.errors import InvalidRequest
from .._resources.regions import short_region

Image = t.Mapping[str, t.Any]


class Pattern(t.NamedTuple):
    """A compiled pattern."""

    expression: re.Pattern[str]

    def matches(self, text: str) -> bool:
        """Whether a text matches. A shell pattern has to match all of it, a regular expression its beginning."""
        return bool(self.expression.match(text))


def _read_patterns(given: t.Iterable[str], where: str, *, ignore_case: bool) -> tuple[Pattern, ...]:
    """The patterns of an option; InvalidRequest for an invalid regular expression."""
    return tuple(_read_pattern(text, where, re.IGNORECASE if ignore_case else 0) for text in given)


def _read_pattern(text: str, where: str, flags: int) -> Pattern:
    if not text.startswith("~"):
        return Pattern(re.compile(fnmatch.translate(text), flags))
    try:
        return Pattern(re.compile(text[1:], flags))
    except (re.error, OverflowError, RecursionError) as error:  # the latter for endless counts and nesting
        raise InvalidRequest(f"{where}: {text[1:]!r} is not a regular expression ({error}).") from error


@dataclasses.dataclass(frozen=True)
class Filter:
    """One entry of include_filters or exclude_filters. An image has to match all of its keys."""

    names: tuple[Pattern, ...] = ()
    resource_groups: tuple[Pattern, ...] = ()
    locations: frozenset[str] = frozenset()
    os_types: frozenset[str] = frozenset()
    tags: tuple[tuple[str, tuple[Pattern, ...]], ...] = ()

    def matches(self, image: Image) -> bool:
        """Whether an image, in its returned form, matches."""
        return (
            _any(self.names, image["name"])
            and _any(self.resource_groups, image["resource_group"])
            and (not self.locations or image["location"] in self.locations)
            and (not self.os_types or str(image["os_type"]).lower() in self.os_types)
            and self._tagged({name.lower(): value for name, value in image["tags"].items()})
        )

    def _tagged(self, tags: t.Mapping[str, str]) -> bool:
        return all(name in tags and _any(patterns, tags[name]) for name, patterns in self.tags)


def _any(patterns: tuple[Pattern, ...], text: str) -> bool:
    return not patterns or any(pattern.matches(text) for pattern in patterns)


def read_filters(entries: t.Any, where: str) -> tuple[Filter, ...]:
    """The filters of the option `where`; InvalidRequest for an unknown key, since a misspelled filter would match every image."""
    if entries is not None and not isinstance(entries, (list, tuple)):
        raise InvalidRequest(f"{where}: {entries!r} is not a list of filters.")
    return tuple(_read_filter(entry, f"{where}[{index}]") for index, entry in enumerate(entries or ()))


def _read_filter(entry: t.Any, where: str) -> Filter:
    known = [field.name for field in dataclasses.fields(Filter)]
    given = {key: value for key, value in entry.items() if value is not None} if isinstance(entry, dict) else {}
    unknown = sorted(str(key) for key in given if key not in known)
    if not given or unknown:
        wrong = f"{', '.join(map(repr, unknown))} is not known" if unknown else f"{entry!r} has no filter"
        raise InvalidRequest(f"{where}: {wrong}. An entry is a mapping with any of {', '.join(known)}.")
    return Filter(
        names=_patterns(given, "names", where),
        resource_groups=_patterns(given, "resource_groups", where),
        locations=frozenset(
            short_region(item, f"{where}.locations") for item in _given_texts(given, "locations", where)
        ),
        os_types=frozenset(_os_type(item, where) for item in _given_texts(given, "os_types", where)),
        tags=_tags(given.get("tags"), f"{where}.tags") if "tags" in given else (),
    )


def _given_texts(given: t.Mapping[str, t.Any], key: str, where: str) -> list[str]:
    return texts(given[key], f"{where}.{key}") if key in given else []


def texts(value: t.Any, where: str) -> list[str]:
    """The items of a string or of a list of strings, which must not be empty."""
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or not items:
        raise InvalidRequest(f"{where}: {value!r} is not a string or a list of strings.")
    for item in items:
        if not isinstance(item, str) or not item.strip():
            raise InvalidRequest(f"{where}: {item!r} is not a string, or is empty. Put it in quotes, or remove it.")
    return [str(item) for item in items]


def _patterns(given: t.Mapping[str, t.Any], key: str, where: str) -> tuple[Pattern, ...]:
    return _read_patterns(_given_texts(given, key, where), f"{where}.{key}", ignore_case=True)


def _os_type(text: str, where: str) -> str:
    if text.lower() not in ("linux", "windows"):
        raise InvalidRequest(f"{where}.os_types: {text!r} is not an OS type. Allowed are Linux and Windows.")
    return text.lower()


def _tags(value: t.Any, where: str) -> tuple[tuple[str, tuple[Pattern, ...]], ...]:
    if not isinstance(value, dict) or not value:
        raise InvalidRequest(f"{where}: {value!r} is not a mapping of tag names to values.")
    found = []
    for name, wanted in value.items():
        place = f"{where}.{name}"
        # The value of a tag may be empty.
        patterns = _read_patterns([""] if wanted == "" else texts(wanted, place), place, ignore_case=False)
        found.append((str(name).lower(), patterns))
    return tuple(found)


def is_meant(image: Image, include: t.Sequence[Filter], exclude: t.Sequence[Filter]) -> bool:
    """Whether an image matches an entry of `include`, unless that is empty, and no entry of `exclude`."""
    if include and not any(entry.matches(image) for entry in include):
        return False
    return not any(entry.matches(image) for entry in exclude)
