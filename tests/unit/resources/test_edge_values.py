"""Values that ended in a traceback, in a wrong request or in a page of text before they were refused in words."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources import dates, numbers, regions, tags
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources import resource_id as ids
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import InvalidRequest
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.fields import (
    FEATURES,
    SET,
    STR,
    Field,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.target_regions import parse_regions
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.text import message, natural
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._role.coercion import typed
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._run.poll_interval import read_seconds

DIGITS = "9" * 5000  # more than Python reads as a number
HALF = "\ud800"  # half of a character, which cannot be sent
IMAGES = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/images"


def test_a_message_is_no_longer_than_one_reads() -> None:
    said = InvalidRequest(f"name: {'x' * 1_000_000!r} is not allowed. Choose another.").message
    assert len(said) < 2100
    assert said.startswith("name: 'xxx")
    assert said.endswith("x' is not allowed. Choose another.")
    assert message("a short one") == "a short one"


@pytest.mark.parametrize("name", ["..", ".", "a?b=c", "a#b", "%2e%2e", "a\x00", HALF, "x" * 91, "a\\b", ""])
def test_what_would_be_another_path_is_no_id(name: str) -> None:
    with pytest.raises(InvalidRequest, match=r"source: .* is not the id of a managed image"):
        ids.parse_id(f"{IMAGES}/{name}", "managed_image", where="source")


def test_an_early_year_has_four_digits() -> None:
    moment = datetime.datetime(33, 4, 3, 15, tzinfo=datetime.UTC)
    assert dates.format_time(moment) == "0033-04-03T15:00:00Z"


def test_a_region_has_a_length() -> None:
    with pytest.raises(InvalidRequest, match="not a region name"):
        regions.short_region("x" * 65)


@pytest.mark.parametrize(
    "read",
    [
        lambda: tags.read_tags({HALF: "x"}),
        lambda: tags.read_tags({"x": HALF}),
        lambda: STR.wanted(HALF, "tags"),
        lambda: SET.wanted(["a", HALF], "tags"),
        lambda: FEATURES.wanted({"a": HALF}, "tags"),
    ],
)
def test_half_a_character_is_not_sent(read: Any) -> None:
    with pytest.raises(InvalidRequest, match=r"^tags.*half of a pair"):
        read()


@pytest.mark.parametrize("words", [[""], ["Standard_LRS", " "], [None]])
def test_an_empty_word_is_none(words: list[Any]) -> None:
    with pytest.raises(InvalidRequest, match="disallowed_disk_types: an item of the list is empty"):
        SET.wanted(words, "disallowed_disk_types")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"A": "1", "a": "2"}, "named twice"),
        ({"a": ["b"]}, "is not a feature value"),
        ({"a": {"value": {}}}, "is not a feature value"),
        (
            {"a": {"value": "x", "starts_at_version": 1.1}},
            "features.a.starts_at_version: '1.1' is not a version number",
        ),
    ],
)
def test_features(value: Any, words: str) -> None:
    with pytest.raises(InvalidRequest, match=words):
        FEATURES.wanted(value, "features")


def test_steps_are_named_only_where_they_are_taken() -> None:
    with pytest.raises(InvalidRequest, match="or one of next_patch"):
        numbers.parse_number("x", or_step=True)
    with pytest.raises(InvalidRequest, match=r"such as 1\.0\.0\.$"):
        numbers.parse_number("x")


def test_null_where_azure_has_nothing() -> None:
    body: dict[str, Any] = {"properties": None}
    Field("end_of_life_date", "properties.publishingProfile.endOfLifeDate").put(body, "x")
    assert body == {"properties": {"publishingProfile": {"endOfLifeDate": "x"}}}


def _encrypted(**encryption: Any) -> list[Any]:
    return [{"name": "eastus", "encryption": encryption}]


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ([None], "None is not a target region"),
        ([False], "False is not a target region"),
        ([{"name": True}], "has no name"),
        (["=1"], "'=1' is not a target region"),
        (["eastus=-1"], r"target_regions\.eastus\.regional_replica_count: '-1' is not a replica count"),
        ([f"eastus={DIGITS}"], "is not a replica count"),
        (["eastus=²"], "is not a target region"),
        ([{"name": "eastus", "regional_replica_count": "٣"}], "is not a replica count"),
        ([{"name": "eastus", "storage_account_type": ["x"]}], r"storage_account_type: \['x'\] is not a string"),
        (_encrypted(data_disks=1), "1 is not a list"),
        (_encrypted(data_disks=[{"lun": "²", "disk_encryption_set_id": "x"}]), "needs a lun"),
        (_encrypted(data_disks=[{"lun": 1}, {"lun": "1"}]), "the lun 1 occurs twice"),
        (_encrypted(os_disk={"disk_encryption_set_id": 1}), "os_disk.disk_encryption_set_id: 1 is not a string"),
    ],
)
def test_regions(items: list[Any], words: str) -> None:
    with pytest.raises(InvalidRequest, match=words):
        parse_regions(items)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**400, "1e400", -1, True, None, "x", []])
def test_seconds(value: Any) -> None:
    with pytest.raises(InvalidRequest, match=r"^wait_timeout: .* is not a number of seconds from 0"):
        read_seconds(value, "wait_timeout", 0)


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("int", DIGITS, "is not a whole number"),
        ("dict", "!!int x", "'!!int x' is not a mapping"),
        ("dict", "!!timestamp x", "is not a mapping"),
        ("dict", "{a: &x {b: *x}}", "aliases are not taken here"),
        ("dict", "{a: " * 3000, "nested too deeply"),
        ("dict", "[" * 100_000, "nested too deeply"),
        ("bool", datetime.date(2030, 1, 2), "'2030-01-02' is not true or false"),
    ],
)
def test_text_of_a_survey(kind: str, value: Any, words: str) -> None:
    with pytest.raises(InvalidRequest, match=words):
        typed(value, {"type": kind}, "x")


def test_text_of_a_survey_stays_text() -> None:
    assert typed('{"a": NaN, "b": 1.10}', {"type": "dict"}, "x") == {"a": "NaN", "b": "1.10"}
    assert typed("{a: !!int 1, b: !!set {c}}", {"type": "dict"}, "x") == {"a": "1", "b": {"c": None}}


def test_numbers_of_any_length_are_ordered() -> None:
    assert sorted([f"a{DIGITS}", "a10", "a9", "a010"], key=natural) == ["a9", "a010", "a10", f"a{DIGITS}"]
