"""The record of the playbook restore_managed_image: a path may be a template, a record never."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.plugin_utils.records import NAME, read_record

RECORD = {"schema": 1, "image": {"tags": {"a": "{{ x }}"}}}


class Templar:
    @staticmethod
    def template(value: t.Any) -> t.Any:
        return value.replace("{{ folder }}", "records") if isinstance(value, str) else value


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (RECORD, RECORD),
        (json.dumps(RECORD), RECORD),
        (json.dumps(RECORD)[:-1] + "{{ folder }}", json.dumps(RECORD)[:-1] + "{{ folder }}"),
        ("records/web.json", "records/web.json"),
        ("{{ folder }}/web.json", "records/web.json"),
        (3, 3),
    ],
)
def test_what_is_read(value: t.Any, read: t.Any) -> None:
    assert read_record(Templar(), {NAME: "mine", "mine": value}) == (read, None)


@pytest.mark.parametrize("value", [None, "", "  ", "null", {}])
def test_unset(value: t.Any) -> None:
    for variables in ({NAME: "mine", "mine": value}, {NAME: "mine"}):
        found, problem = read_record(Templar(), variables)
        assert (found, str(problem).partition(".")[0]) == (None, "mine is not set")
    assert read_record(Templar(), {"mine": value}) == (None, None)
