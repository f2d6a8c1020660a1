"""Options at which Ansible's own validator ends in a traceback, or shows a secret, unless they are prepared for it."""

from __future__ import annotations

from typing import Any

import pytest

from support.harness import SECRET, Harness

PLACE = {"resource_group": "rg", "gallery_name": "pics", "name": "web"}


@pytest.fixture(params=[False, True], ids=["in_process", "module"])
def module(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        (
            "image_definition",
            {**PLACE, "purchase_plan": False},
            "purchase_plan: 'False' is not a mapping. Allowed keys are name, ",
        ),
        ("image_definition", {**PLACE, "purchase_plan": [1]}, "purchase_plan: '[1]' is not a mapping"),
        ("image_definition", {**PLACE, "recommended_vcpus": {"min": float("inf")}}, "'min' is of type"),
        ("fleet_report", {"images": [None]}, "images: 'None' is not a mapping. Allowed keys are host, "),
        ("fleet_report", {"images": 1}, "images: '1' is not a mapping"),
        ("wait_for_replication", {"versions": ["x"], "poll_interval": float("inf")}, "'poll_interval' is of type"),
        ("wait_for_replication", {"versions": ["x"], "poll_interval": "1e99999"}, "'poll_interval' is of type"),
        ("wait_for_replication", {"versions": ["x"], "poll_interval": "9" * 5000}, "'poll_interval' is of type"),
    ],
)
def test_an_option_is_named(name: str, options: dict[str, Any], words: str, module: bool) -> None:
    done = Harness().run(name, options, module=module)
    assert done.invalid
    assert words in done.message


def test_half_a_character_is_refused(module: bool) -> None:
    """By ansible-core 2.19 and later, or else by us."""
    done = Harness().run("gallery_info", {"name": "\ud800", "resource_group": "rg"}, module=module)
    assert "invalid UTF8" in done.message or "name: '\\ud800' is not allowed" in done.message


@pytest.mark.parametrize("wrong", ["junk", [], {"nothing": 1}])
def test_wrong_options_do_not_show_the_secret_beside_them(wrong: Any, module: bool) -> None:
    done = Harness().run("image_definition", {**PLACE, "purchase_plan": wrong}, module=module)
    assert done.invalid
    assert SECRET not in str(done.result)


@pytest.mark.parametrize("subscription", ["../x", "a b", "a?b", "x" * 65])
def test_a_subscription_is_no_path(subscription: str, module: bool) -> None:
    harness = Harness()
    done = harness.run("gallery_info", {"subscription_id": subscription}, module=module)
    assert "is not the id of a subscription" in done.message
    assert not harness.emulator.requests


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"images": None}, "images: null is not a list"),
        ({"images": [{"host": "web", "result": {"replication": "x"}}]}, r"images\[0\]: .* is not a result of the role"),
        ({"images": [{"host": "web", "started": "soon"}]}, r"images\[0\]: .*'soon' is not a date"),
        ({"reports": [{"counts": {"images": "x"}, "failures": [], "schema": 1}]}, r"reports\[0\]: "),
        ({"images": [], "folder": "a\x00b"}, "this is not a possible path"),
    ],
)
def test_a_report_of_something_else(options: dict[str, Any], words: str, module: bool) -> None:
    done = Harness().run("fleet_report", options, module=module)
    with pytest.raises(type(done.error), match=words):  # type: ignore[arg-type]
        raise done.error or AssertionError(done.result)


def test_a_null_character_is_the_tasks_to_refuse(module: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python 3.12 and later pass no null character to syslog, where a module logs its options."""

    def as_of_3_12(_priority: int, text: str) -> None:
        if "\0" in text:
            raise ValueError("embedded null character")

    monkeypatch.setattr("syslog.syslog", as_of_3_12)
    done = Harness().run("fleet_report", {"images": [], "folder": "a\0b"}, module=module)
    assert "this is not a possible path" in done.message
