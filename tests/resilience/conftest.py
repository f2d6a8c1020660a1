"""A share of the trials, or with `-m exhaustive` every one.

Each parametrized test names the two functions that return its arguments: @trials(share=…, every=…).
"""

from __future__ import annotations

from typing import Any

import pytest

from support import guards

loopback_only = guards.loopback_only  # a fixture of this folder


def _exhaustive(config: pytest.Config) -> bool:
    return "exhaustive" in config.option.markexpr.split()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    marker = metafunc.definition.get_closest_marker("trials")
    if marker is None:
        return
    choose = marker.kwargs["every" if _exhaustive(metafunc.config) else "share"]
    try:
        chosen = list(choose())
    except Exception as error:  # noqa: BLE001 - one failed test instead of the end of the whole run of pytest
        chosen = [(error,) * len(marker.args[0])]
    metafunc.parametrize(marker.args[0], [pytest.param(*one, id=_name(*one)) for one in chosen])


def pytest_itemcollected(item: pytest.Item) -> None:
    if _exhaustive(item.config):
        item.add_marker("exhaustive")


def _name(*arguments: Any) -> str:
    return "-".join(str(argument) for argument in arguments)


@pytest.fixture(autouse=True)
def _trials_are_known(request: pytest.FixtureRequest) -> None:
    """Raise the error that made it impossible to list the trials."""
    callspec = getattr(request.node, "callspec", None)
    for value in callspec.params.values() if callspec else ():
        if isinstance(value, Exception):
            raise value
