"""Tests with other people's clients: `make interop` installs those and runs these."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from interop.az import Az
from interop.clients import CLIENTS
from interop.modules import Modules

Note = Callable[[str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--clients", default="", help="only the tests of these clients, with commas between them")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "client(name): needs that client of interop.clients")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    chosen = [name for name in config.getoption("--clients").split(",") if name] or list(CLIENTS)
    left = [item for item in items if not {mark.args[0] for mark in item.iter_markers("client")} <= set(chosen)]
    items[:] = [item for item in items if item not in left]
    config.hook.pytest_deselected(items=left)


@pytest.fixture(autouse=True)
def _installed(request: pytest.FixtureRequest) -> None:
    for mark in request.node.iter_markers("client"):
        if not CLIENTS[mark.args[0]].bin.is_dir():
            pytest.skip(f"{mark.args[0]} is not installed: make interop")


@pytest.fixture
def note(record_property: Callable[[str, object], None]) -> Note:
    """Counts the commands of a client, for the summary."""
    return lambda what: record_property("ran", what)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What each client ran in tests that passed. The reports come from every worker."""
    ran = Counter(
        value
        for report in terminalreporter.stats.get("passed", [])
        for name, value in report.user_properties
        if name == "ran"
    )
    if not ran:
        return
    terminalreporter.section("checked")
    for client in sorted({what.split(":")[0] for what in ran}):
        kinds = {what.split(": ")[1]: count for what, count in sorted(ran.items()) if what.startswith(f"{client}:")}
        terminalreporter.write_line(f"{client}: {len(kinds)} kinds, {sum(kinds.values())} runs")
        terminalreporter.write_line("    " + ", ".join(f"{kind} {count}" for kind, count in kinds.items()))


@pytest.fixture
def make_az(tmp_path: Path, note: Note) -> Callable[[Any], Az]:
    """The Azure CLI on an emulator."""
    return lambda emulator: Az(CLIENTS["az"].bin / "az", emulator, tmp_path / "az", note)


@pytest.fixture
def az(emulator: Any, make_az: Callable[[Any], Az]) -> Az:
    """The Azure CLI, signed in."""
    cli = make_az(emulator)
    cli.sign_in()
    return cli


@pytest.fixture
def modules(emulator: Any, tmp_path: Path, note: Note) -> Iterator[Modules]:
    """azure.azcollection's modules."""
    folder = tmp_path / "ansible"
    folder.mkdir()
    yield Modules(CLIENTS["azcollection"].place, emulator, folder, note)
    shutil.rmtree(folder)
