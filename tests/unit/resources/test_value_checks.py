"""The table of checks of a body."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.value_checks import (
    DATE,
    LIST,
    NUMBER,
    OBJECT,
    TEXT,
    as_checks,
    wrong_values,
)

CHECKS = as_checks({"a": OBJECT, "a.b!": TEXT, "c": LIST, "c[]!": OBJECT, "c[].n": NUMBER, "d": DATE})


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, None),
        ({"a": {"b": "x"}, "c": [{"n": 1}, {}], "d": "2026-01-01"}, None),
        ({"a": {}}, ("a.b", None, "a text")),
        ({"a": "x"}, ("a", "x", "an object")),
        ({"c": [None]}, ("c[]", None, "an object")),
        ({"c": [{"n": 1}, {"n": True}]}, ("c[].n", True, "a number")),
        ({"d": "soon"}, ("d", "soon", "a date")),
    ],
)
def test_the_first_wrong_value(body: dict[str, t.Any], wrong: t.Any) -> None:
    assert next(wrong_values(body, CHECKS), None) == wrong
