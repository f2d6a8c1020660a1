"""Who waits for whose canaries: one host for all, or each for its own where the strategy lets hosts run ahead."""

from __future__ import annotations

import types
import typing as t
from unittest import mock

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.run_cache import RunCache
from ansible_collections.cloudimages.azure_gallery.plugins.plugin_utils import batch
from ansible_collections.cloudimages.azure_gallery.plugins.plugin_utils.batch import assign_rounds, in_step

PLANS: dict[str, dict[str, t.Any]] = {
    host: {"task": "1", "plan": {"canaries": [{"location": host}], "at_once": 10, "credentials": "me"}}
    for host in ("a", "b")
}


class HostVars:
    def raw_get(self, host: str) -> dict[str, t.Any]:
        return {"plan": PLANS[host]}


def rounds(host: str, together: bool) -> dict[str, t.Any]:
    variables = {"inventory_hostname": host, "ansible_play_batch": ["a", "b"], "hostvars": HostVars()}
    with mock.patch.object(batch, "RUN", RunCache(lambda: 0.0)):
        return assign_rounds(variables, "plan", together)["0"]


def test_one_host_waits_for_all_or_each_for_its_own() -> None:
    def seen(host: str, together: bool) -> tuple[str, list[str]]:
        part = rounds(host, together)
        return part["waiter"], [canary["location"] for canary in part["waits"]]

    assert [seen(host, True) for host in "ab"] == [("a", ["a", "b"]), ("a", [])]
    assert [seen(host, False) for host in "ab"] == [("a", ["a"]), ("b", ["b"])]


def test_a_plan_of_an_earlier_use_of_the_role_does_not_count() -> None:
    with mock.patch.dict(PLANS["b"], task="0"):
        assert rounds("a", True)["waits"] == PLANS["a"]["plan"]["canaries"]


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("linear", True),
        ("ansible.builtin.linear", True),
        ("debug", True),
        ("ansible.builtin.free", False),
        ("host_pinned", False),
    ],
)
def test_the_strategy_of_the_play_decides(strategy: str, expected: bool) -> None:
    block = types.SimpleNamespace(_play=types.SimpleNamespace(strategy=strategy))
    include = types.SimpleNamespace(_parent=block)
    assert in_step(types.SimpleNamespace(_parent=include)) is expected
