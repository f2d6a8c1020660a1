"""Filters of managed images by name, resource group, region, OS type and tags.

Names are shell patterns, or regular expressions after `~`, as in Ansible's host patterns. A shell pattern has to match all of a
text, a regular expression its beginning.
"""

from __future__ import annotations

import fnmatch
import re
import typing as t

from .._resources.errors import InvalidRequest
from .._resources.regions import short_region

Image = t.Mapping[str, t.Any]
Test = t.Callable[[Image], bool]
Filter = tuple[Test, ...]  # one entry of include_filters or exclude_filters; an image has to pass all of its tests


def _patterns(given: t.Iterable[str], where: str, flags: int = 0) -> t.Callable[[str], bool]:
    """A test of a text; InvalidRequest for an invalid regular expression."""
    compiled = [_pattern(text, where, flags) for text in given]
    return lambda text: any(pattern.match(str(text)) for pattern in compiled)


def _pattern(text: str, where: str, flags: int) -> re.Pattern[str]:
    if not text.startswith("~"):
        return re.compile(fnmatch.translate(text), flags)
    try:
        return re.compile(text[1:], flags)
    except (re.error, OverflowError, RecursionError) as error:  # the latter for endless counts and nesting
        raise InvalidRequest(f"{where}: {text[1:]!r} is not a regular expression ({error}).") from error


def _names(value: t.Any, where: str) -> Test:
    matches = _patterns(texts(value, where), where, re.IGNORECASE)
    return lambda image: matches(image["name"])


def _resource_groups(value: t.Any, where: str) -> Test:
    matches = _patterns(texts(value, where), where, re.IGNORECASE)
    return lambda image: matches(image["resource_group"])


def _locations(value: t.Any, where: str) -> Test:
    wanted = {short_region(item, where) for item in texts(value, where)}
    return lambda image: image["location"] in wanted


def _os_types(value: t.Any, where: str) -> Test:
    given = texts(value, where)
    for text in given:
        if text.lower() not in ("linux", "windows"):
            raise InvalidRequest(f"{where}: {text!r} is not an OS type. Allowed are Linux and Windows.")
    wanted = {text.lower() for text in given}
    return lambda image: str(image["os_type"]).lower() in wanted


def _tags(value: t.Any, where: str) -> Test:
    if not isinstance(value, dict) or not value:
        raise InvalidRequest(f"{where}: {value!r} is not a mapping of tag names to values.")
    wanted = {}
    for name, patterns in value.items():
        place = f"{where}.{name}"
        # The value of a tag may be empty.
        wanted[str(name).lower()] = _patterns([""] if patterns == "" else texts(patterns, place), place)

    def test(image: Image) -> bool:
        tags = {name.lower(): tag for name, tag in image["tags"].items()}
        return all(name in tags and matches(tags[name]) for name, matches in wanted.items())

    return test


_KEYS: dict[str, t.Callable[[t.Any, str], Test]] = {
    "names": _names,
    "resource_groups": _resource_groups,
    "locations": _locations,
    "os_types": _os_types,
    "tags": _tags,
}


def read_filters(entries: t.Any, where: str) -> tuple[Filter, ...]:
    """The filters of the option `where`; InvalidRequest for an unknown key, since a misspelled filter would match every image."""
    if entries is not None and not isinstance(entries, (list, tuple)):
        raise InvalidRequest(f"{where}: {entries!r} is not a list of filters.")
    return tuple(_read_filter(entry, f"{where}[{index}]") for index, entry in enumerate(entries or ()))


def _read_filter(entry: t.Any, where: str) -> Filter:
    given = {key: value for key, value in entry.items() if value is not None} if isinstance(entry, dict) else {}
    unknown = sorted(str(key) for key in given if key not in _KEYS)
    if not given or unknown:
        wrong = f"{', '.join(map(repr, unknown))} is not known" if unknown else f"{entry!r} has no filter"
        raise InvalidRequest(f"{where}: {wrong}. An entry is a mapping with any of {', '.join(_KEYS)}.")
    return tuple(_KEYS[key](value, f"{where}.{key}") for key, value in given.items())


def texts(value: t.Any, where: str) -> list[str]:
    """The items of a string or of a list of strings, which must not be empty."""
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or not items:
        raise InvalidRequest(f"{where}: {value!r} is not a string or a list of strings.")
    for item in items:
        if not isinstance(item, str) or not item.strip():
            raise InvalidRequest(f"{where}: {item!r} is not a string, or is empty. Put it in quotes, or remove it.")
    return [str(item) for item in items]


def is_meant(image: Image, include: t.Sequence[Filter], exclude: t.Sequence[Filter]) -> bool:
    """Whether an image, as it is returned, matches an entry of `include`, unless that is empty, and no entry of `exclude`."""

    def matches(entry: Filter) -> bool:
        return all(test(image) for test in entry)

    return (not include or any(map(matches, include))) and not any(map(matches, exclude))
