"""Version numbers are three integers, not text."""

from __future__ import annotations

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import InvalidRequest
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.numbers import (
    LARGEST,
    Number,
    next_number,
    parse_number,
    read_number,
)


@pytest.mark.parametrize("text", ["0.0.0", "1.0.0", "2018.12.1", f"{LARGEST}.{LARGEST}.{LARGEST}"])
def test_good_numbers(text):
    assert str(parse_number(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "1", "1.0", "1.0.0.0", "1.0.a", "-1.0.0", "v1.0.0", "01.0.0", "1.0.00", "latest", " 1.0.0", "1.0.0 ", "1..0",
     f"1.0.{LARGEST + 1}", "1.0.99999999999", "१.0.0", "1.0.0\n"],
)  # fmt: skip
def test_bad_numbers_are_refused_by_name(text):
    with pytest.raises(InvalidRequest) as caught:
        parse_number(text)
    assert repr(text) in str(caught.value)


@pytest.mark.parametrize("value", [1.1, "1.1", "7"])
def test_yaml_numbers_get_the_hint_to_quote(value):
    with pytest.raises(InvalidRequest, match="quotes"):
        parse_number(value)


@pytest.mark.parametrize(
    ("step", "used", "expected"),
    [
        ("next_patch", [], "1.0.0"),
        ("next_major", [], "1.0.0"),
        ("next_patch", ["1.9.3", "1.10.2", "1.2.9"], "1.10.3"),
        ("next_patch", ["1.9.3"], "1.9.4"),
        ("next_minor", ["1.9.3"], "1.10.0"),
        ("next_major", ["1.9.3"], "2.0.0"),
    ],
)
def test_the_next_number(step, used, expected):
    assert str(next_number(step, [parse_number(text) for text in used])) == expected


@pytest.mark.parametrize("step", ["next_patch", "next_minor", "next_major"])
def test_no_number_after_the_largest(step):
    with pytest.raises(InvalidRequest, match=str(LARGEST)):
        next_number(step, [Number(LARGEST, LARGEST, LARGEST)])


def test_names_that_are_no_numbers_are_not_read():
    assert read_number("latest") is None
    assert read_number("1.10.0") == (1, 10, 0)
