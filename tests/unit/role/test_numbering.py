"""Numbers for the versions of a play: in the order of the images' names, without gaps, the same however the hosts come."""

from __future__ import annotations

import random
from typing import Any

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.text import natural
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._role.batch import propose


def entry(name: str, version: str = "next_patch", highest: str | None = None, **more: Any) -> dict[str, Any]:
    values = {"definition": "d", "source": f"/{name}", "name": name, "version": version, "highest": highest, **more}
    return {"key": f"{values['definition']} {values['source']}", **values}


def numbers(*entries: dict[str, Any]) -> list[str | None]:
    found = propose(entries)
    return [found.get(one["key"]) for one in entries]


def test_names_with_numbers_are_compared_as_numbers() -> None:
    names = ["web-10", "web-9", "Web-1", "db-2", "web-9-b", "9", "10"]
    assert sorted(names, key=natural) == ["db-2", "Web-1", "web-9", "web-9-b", "web-10", "9", "10"]
    assert numbers(entry("i-10"), entry("i-9"), entry("i-1")) == ["1.0.2", "1.0.1", "1.0.0"]


def test_any_order_of_the_hosts_gives_the_same() -> None:
    entries = [entry(f"image{number}", highest="1.9.3") for number in range(20)]
    expected = propose(entries)
    for _attempt in range(5):
        random.shuffle(entries)
        assert propose(entries) == expected
    assert expected["d /image19"] == "1.9.23"


def test_each_definition_by_itself() -> None:
    assert numbers(entry("a"), entry("b", definition="e", highest="4.0.0")) == ["1.0.0", "4.0.1"]


def test_one_source_is_one_version() -> None:
    assert numbers(entry("a"), entry("a"), entry("b")) == ["1.0.0", "1.0.0", "1.0.1"]
    again = [entry("a", highest="1.0.0", key=key) for key in ("x", "y")]
    again = [{**one, "key": key} for one, key in zip(again, ("x", "y"), strict=True)]
    assert numbers(*again) == ["1.0.1", "1.0.2"]


def test_steps_may_differ_and_given_numbers_count_as_used() -> None:
    assert numbers(
        entry("a", "next_major", "1.2.3"), entry("b", "next_minor", "1.2.3"), entry("c", highest="1.2.3")
    ) == [
        "2.0.0",
        "2.1.0",
        "2.1.1",
    ]
    assert numbers(entry("a"), entry("b", "3.0.0")) == ["3.0.1", "3.0.0"]


def test_the_largest_number_is_left_to_the_module() -> None:
    assert numbers(entry("a", highest="1.0.2147483646"), entry("b", highest="1.0.2147483646")) == [
        "1.0.2147483647",
        None,
    ]


def test_nothing() -> None:
    assert propose([]) == {}
