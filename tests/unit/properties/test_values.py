"""Ids, names, regions, dates, tags and numbers: what is right comes through unchanged, what is wrong is refused in words."""

from __future__ import annotations

import datetime
import re
import typing as t

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources import dates, numbers, regions, tags
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources import resource_id as ids
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import InvalidRequest
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.names import check_name

from . import strategies as some
from .words import refusal

RULES = ("gallery", "image_definition", "managed_image", "resource_group", "publisher", "offer")


# Ids


@given(some.ids(), st.data())
def test_an_id_in_any_spelling_is_the_same_id(rid: ids.ResourceId, data: t.Any) -> None:
    text = data.draw(some.respelled(str(rid)))
    assert ids.parse_id(text, rid.kind) == rid
    assert ids.parse_id(text, *some.ID_KINDS).kind == rid.kind
    assert ids.same_id(text.strip(), str(rid))
    assert str(ids.parse_id(str(rid), rid.kind)) == str(rid)


@given(some.ids(), some.ids())
def test_ids_are_equal_when_their_texts_are_without_case(one: ids.ResourceId, other: ids.ResourceId) -> None:
    assert (one == other) == (str(one).lower() == str(other).lower())
    assert one.parent == other.parent if one == other else one.parent != one


@given(some.bad_ids | some.any_object | some.ids().map(str), st.sampled_from(sorted(some.ID_KINDS)))
def test_an_id_that_is_taken_is_a_safe_path(value: t.Any, kind: str) -> None:
    rid = refusal(value, lambda: ids.parse_id(value, kind))
    if rid is not None:
        assert rid.kind == kind
        assert ids.parse_id(str(rid), kind) == rid
        assert not re.search(r"[?#%\\\x00-\x1f\ud800-\udfff]|/\.\.?(/|$)", str(rid)), str(rid)
        str(rid).encode()


# Names


@given(st.sampled_from(RULES).flatmap(lambda rule: st.tuples(st.just(rule), some.names(rule))))
def test_good_names_are_taken_as_they_are(pair: tuple[str, str]) -> None:
    assert check_name(pair[0], pair[1], "name") == pair[1]


@given(st.sampled_from(RULES).flatmap(lambda rule: st.tuples(st.just(rule), some.bad_names(rule) | some.any_object)))
def test_names_that_are_taken_fit_into_an_id(pair: tuple[str, t.Any]) -> None:
    rule, value = pair
    name = refusal(value, lambda: check_name(rule, value, "name"), "name: ")
    if name is not None:
        rid = ids.ResourceId("managed_image", "sub", "rg", name)
        assert ids.parse_id(str(rid), "managed_image").name == name


# Regions


@given(some.short_regions, st.data())
def test_a_region_has_one_short_name(short: str, data: t.Any) -> None:
    assert regions.short_region(data.draw(some.spelled(short))) == short
    assert regions.is_known_region(short)


@given(some.any_object | some.bad_regions)
def test_a_region_that_is_taken_is_short(value: t.Any) -> None:
    short = refusal(value, lambda: regions.short_region(value, "location"), "location: ")
    if short is not None:
        assert re.fullmatch(r"[a-z][a-z0-9]{0,63}", short)
        assert regions.short_region(short) == short


# Dates


@given(some.moments, some.offsets, st.sampled_from(["T", " ", "t"]))
def test_an_instant_in_any_offset_is_the_same(moment: datetime.datetime, offset: datetime.timezone, mark: str) -> None:
    elsewhere = moment.astimezone(offset).isoformat().replace("T", mark)
    found = dates.parse_instant(elsewhere)
    assert (found.at, found.whole_day) == (moment, False)
    assert dates.parse_instant(dates.format_instant(found)) == found
    assert dates.same_instant(dates.parse_instant(elsewhere), dates.parse_instant(dates.format_instant(found)))


@given(some.moments, some.moments)
def test_a_day_is_every_instant_of_it(have: datetime.datetime, day: datetime.datetime) -> None:
    want = dates.parse_instant(day.date().isoformat())
    assert dates.same_instant(dates.parse_instant(have.isoformat()), want) == (have.date() == day.date())
    assert dates.same_instant(dates.parse_instant(dates.format_instant(want)), want)


@given(some.moments)
def test_a_moment_is_written_to_the_second_and_read_again(moment: datetime.datetime) -> None:
    assert dates.parse_instant(dates.format_time(moment)).at == moment.replace(microsecond=0)


@given(some.moments, st.booleans())
def test_what_yaml_makes_of_a_date_is_the_same_date(moment: datetime.datetime, day: bool) -> None:
    text = moment.date().isoformat() if day else dates.format_instant(dates.Instant(moment))
    read = yaml.safe_load(text)
    assert isinstance(read, datetime.date)
    assert dates.parse_instant(read.isoformat()) == dates.parse_instant(text)


@given(some.bad_dates | some.any_object)
def test_a_date_that_is_taken_can_be_sent(value: t.Any) -> None:
    found = refusal(value, lambda: dates.parse_instant(value, "end_of_life_date"), "end_of_life_date: ")
    if found is not None:
        assert dates.parse_instant(dates.format_instant(found)).at == found.at


# Tags


@given(some.tags)
def test_tags_become_text_once(given_tags: dict[str, t.Any]) -> None:
    read = tags.read_tags(given_tags)
    assert all(isinstance(value, str) for value in read.values())
    assert tags.read_tags(read) == read


@given(some.azure_tags, some.tags, st.booleans(), st.sampled_from(["", "a", "B"]))
def test_tags_are_merged_once(have: dict[str, str], want: dict[str, t.Any], append: bool, keep: str) -> None:
    wanted = tags.read_tags(want)

    def own(name: str) -> bool:
        return name.lower() == keep.lower()

    merged = tags.merge_tags(have, wanted, append, own)
    assert tags.merge_tags(merged, wanted, append, own) == merged
    lowered = {key.lower(): value for key, value in merged.items()}
    assert len(lowered) == len(merged)
    assert all(lowered[key.lower()] == value for key, value in wanted.items())
    left = {key for key in have if key.lower() in lowered}
    assert left <= set(merged), "the spelling that is stored stays"
    expected = {
        *(key.lower() for key in wanted),
        *(key.lower() for key in have if append or key.lower() == keep.lower()),
    }
    assert set(lowered) == expected


@given(some.bad_tags | some.any_value)
def test_tags_that_are_taken_are_what_azure_takes(value: t.Any) -> None:
    if not isinstance(value, dict):
        return
    read = refusal(value, lambda: tags.read_tags(value), "tags")
    if read is not None:
        assert all(1 <= len(key) <= 512 and len(text) <= 256 for key, text in read.items())
        str(read).encode()


# Numbers


@given(some.numbers, some.numbers)
def test_numbers_are_ordered_as_numbers(one: numbers.Number, other: numbers.Number) -> None:
    assert numbers.parse_number(str(one)) == one == numbers.read_number(str(one))
    assert (one < other) == (tuple(map(int, str(one).split("."))) < tuple(map(int, str(other).split("."))))


@given(st.sets(some.numbers | some.small_numbers), some.steps)
def test_the_next_number_is_free_and_greater(used: set[numbers.Number], step: str) -> None:
    found = refusal(step, lambda: numbers.next_number(step, used), "name: ")
    if found is None:
        assert max(used)[("next_major", "next_minor", "next_patch").index(step)] == numbers.LARGEST
        return
    assert found not in used
    assert all(found > number for number in used)
    assert numbers.parse_number(str(found)) == found


@given(some.bad_versions | some.any_object)
def test_a_number_that_is_taken_is_in_its_one_spelling(value: t.Any) -> None:
    found = refusal(value, lambda: numbers.parse_number(value), "name: ")
    if found is not None:
        assert str(found) == str(value)


@given(st.integers(0, 99), st.integers(0, 99))
def test_two_parts_are_a_number_to_yaml_and_refused_with_that_hint(major: int, minor: int) -> None:
    text = f"{major}.{minor}"
    for value in (text, yaml.safe_load(text), major):
        with pytest.raises(InvalidRequest, match=r"Write all three parts in quotes"):
            numbers.parse_number(value)
