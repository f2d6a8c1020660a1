"""Inputs of every kind: valid, nearly valid, and hostile."""

from __future__ import annotations

import datetime
import typing as t

from hypothesis import strategies as st

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.numbers import LARGEST, NEXT, Number
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.resource_id import ResourceId
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.storage import KNOWN_TYPES

from . import edge_values

Strategy = st.SearchStrategy[t.Any]


def pick(values: t.Sequence[t.Any]) -> Strategy:
    """One of these; as sampled_from, which would write out all of them, the huge ones too, to describe itself."""
    return st.integers(0, len(values) - 1).map(lambda at: values[at])


# Anything

any_text = pick(edge_values.TEXTS) | st.text(st.characters(), max_size=20) | st.text("abc01.-_=/{}[]:, \n", max_size=12)
any_number = pick(edge_values.NUMBERS) | st.integers() | st.floats()
any_scalar = st.none() | st.booleans() | any_number | any_text
# What Ansible can hand to a task: JSON, with all that Python's reader takes.
any_value = st.recursive(
    any_scalar,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_text, inner, max_size=3),
    max_leaves=6,
)
# What a function may meet beyond that, from a template or a plugin.
any_object = any_value | st.sampled_from([b"bytes", b"\xff", datetime.date(2030, 1, 1), ("a",), {1: 2, "a": 3}, {"a"}])


@st.composite
def marred(draw: t.Any, whole: t.Any) -> t.Any:
    """What is right, with one part of it, however deep, replaced by anything or left out."""
    if not whole or not isinstance(whole, (dict, list)) or draw(st.integers(0, 4)) == 0:
        return draw(any_value)
    copy = dict(whole) if isinstance(whole, dict) else list(whole)
    at = draw(st.sampled_from(sorted(copy) if isinstance(copy, dict) else range(len(copy))))
    if draw(st.integers(0, 9)) == 0:
        del copy[at]
    else:
        copy[at] = draw(marred(copy[at]))
    return copy


# Names

_PLAIN = "abcXYZ019"
_ALPHABETS = {  # of the first, a middle and the last character; and the most there may be
    "gallery": (_PLAIN, "._", _PLAIN, 80),
    "image_definition": (_PLAIN, "._-", _PLAIN, 80),
    "managed_image": (_PLAIN + "_", "._-", _PLAIN + "_", 80),
    "resource_group": (_PLAIN + "._-()é日", "._-()é日", _PLAIN + "_-()é日", 90),
    "publisher": (_PLAIN + "._-", "._-", _PLAIN + "_-", 128),
    "offer": (_PLAIN + "._-", "._-", _PLAIN + "_-", 64),
}


def names(rule: str) -> Strategy:
    """Names that keep a rule."""
    first, middle, last, longest = _ALPHABETS[rule]
    some = st.text(_PLAIN + middle, max_size=8) | st.just("a" * (longest - 2))
    return st.sampled_from(_PLAIN) | st.tuples(st.sampled_from(first), some, st.sampled_from(last)).map("".join)


def bad_names(rule: str) -> Strategy:
    """Names that break it in one place."""
    wrong = ["/", "\\", "?", "#", "%", " ", "\n", "\x00", "{{", "\ud800", "\u202e"]
    at = st.integers(0, 3)
    marred = st.builds(lambda name, bad, at: name[:at] + bad + name[at:], names(rule), st.sampled_from(wrong), at)
    return st.sampled_from(["", "a" * (_ALPHABETS[rule][3] + 1)]) | marred | names(rule).map(lambda name: f"{name}.")


# Numbers of versions

_parts = st.integers(0, LARGEST) | st.sampled_from([0, 1, 9, 10, LARGEST - 1, LARGEST])
numbers = st.builds(Number, _parts, _parts, _parts)
small_numbers = st.builds(Number, *[st.integers(0, 3)] * 3)
steps = st.sampled_from(NEXT)
bad_versions = pick(edge_values.VERSIONS)

# Regions

REGIONS = {
    "southcentralus": "South Central US",
    "eastus2": "East US 2",
    "westeurope": "West Europe",
    "uaenorth": "UAE North",
    "usgovvirginia": "USGov Virginia",
}
short_regions = st.sampled_from(sorted(REGIONS))


def spelled(short: str) -> Strategy:
    """A region in any spelling that Azure or a person writes."""
    display = REGIONS[short]
    return st.sampled_from([short, display, display.lower(), short.upper(), f" {display} ", display.replace(" ", "  ")])


bad_regions = pick(edge_values.REGIONS)
many_regions = pick([edge_values.MANY_REGIONS])
counts = st.integers(1, 100)
storage_types = st.sampled_from([*KNOWN_TYPES, *map(str.lower, KNOWN_TYPES), "Premium_V9"])


@st.composite
def shorthand(draw: t.Any) -> tuple[str, dict[str, t.Any]]:
    """A region in az's shorthand, and the mapping that it stands for."""
    short = draw(short_regions)
    count, storage = draw(st.none() | counts), draw(st.none() | storage_types)
    text = "=".join([draw(spelled(short)), *(str(part) for part in (count, storage) if part is not None)])
    return text, {"name": short, "regional_replica_count": count, "storage_account_type": storage}


@st.composite
def odd_regions(draw: t.Any) -> dict[str, t.Any]:
    """A region's mapping of which one key is wrong."""
    kinds = {
        "regional_replica_count": edge_values.REGION_COUNTS,
        "storage_account_type": edge_values.STORAGE_TYPES,
        "encryption": edge_values.ENCRYPTIONS,
        "exclude_from_latest": ("x", 2, [], {}, float("nan")),
    }
    key = draw(st.sampled_from(sorted(kinds)))
    return {"name": "eastus2", key: draw(pick(kinds[key]) | any_value)}


# Ids

ID_KINDS = {"resource_group": 0, "managed_image": 1, "gallery": 1, "image_definition": 2, "image_version": 3}


@st.composite
def ids(draw: t.Any, *kinds: str) -> ResourceId:
    """An id of one of these kinds, or of any."""
    kind = draw(st.sampled_from(kinds or tuple(ID_KINDS)))
    parts = [draw(names("gallery")) for _name in range(ID_KINDS[kind])]
    return ResourceId(kind, str(draw(st.uuids())), draw(names("resource_group")), *parts)


def respelled(text: str) -> Strategy:
    """The same ID in another spelling."""
    return st.sampled_from([text, text.upper(), text.lower(), f"{text}/", f" {text} ", text.strip("/")])


bad_ids = pick(edge_values.IDS)

# Dates

_FIRST, _LAST = datetime.datetime(1, 1, 2), datetime.datetime(9999, 12, 30)  # noqa: DTZ001  hypothesis wants them naive
moments = st.datetimes(_FIRST, _LAST, timezones=st.just(datetime.UTC))
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: datetime.timezone(datetime.timedelta(minutes=minutes)))
bad_dates = pick(edge_values.DATES)

# Tags

_words = st.text("abAB01 .-_:é", max_size=6)


def _tags_of(values: Strategy) -> Strategy:
    pairs = st.tuples(_words.filter(bool), values)
    return st.lists(pairs, max_size=4, unique_by=lambda pair: pair[0].lower()).map(dict)


tags = _tags_of(_words | st.integers(0, 9) | st.booleans())
azure_tags = _tags_of(_words)
bad_tags = pick(edge_values.TAGS)
