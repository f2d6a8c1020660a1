"""What every test may use: the collection by its full name, the emulator, and ansible-playbook."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_ansible.units import inject_only

TESTS = Path(__file__).resolve().parent
sys.path.insert(0, str(TESTS))

from support.collection_tree import collections_path

# pytest-ansible gives Ansible's collection loader this path, so that tests import the collection as Ansible does. It would do so
# by itself, but only after the conftest.py of a folder that is named on the command line.
os.environ["ANSIBLE_COLLECTIONS_PATH"] = str(collections_path())
inject_only()

from support.playbook_runner import PlaybookRunner, azure_environment


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "seed(**lists): what the emulator of a unit test holds beside its own seed")
    config.addinivalue_line("markers", "emulator(**options): what the fixture 'emulator' is started with")
    config.addinivalue_line("markers", "seed(**seed): what the emulator of a module test holds besides two images")
    config.addinivalue_line("markers", "slow: takes seconds; `make units` leaves it out")
    config.addinivalue_line("markers", "trials(names, share, every): arguments of a test of tests/resilience")
    config.addinivalue_line("markers", "exhaustive: every trial of tests/resilience, with `-m exhaustive`")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A run in which no test passed or failed, because all were skipped or none was chosen, is no success."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(session.config, "workerinput") or session.config.option.collectonly:
        return
    if exitstatus == pytest.ExitCode.OK and not reporter.stats.get("passed") and not reporter.stats.get("xfailed"):
        session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED


@pytest.fixture(scope="session")
def emulator_factory() -> Iterator[Callable[..., Any]]:
    """Starts emulators in this process: emulator_factory(seed=…, replication_seconds=…, operation_seconds=…).

    All end with the session; `with emulator_factory.manager(…) as emulator:` ends one sooner.
    """
    with contextlib.ExitStack() as stack:

        def start(**options: Any) -> Any:
            return stack.enter_context(start.manager(**options))  # type: ignore[attr-defined]

        def manager(**options: Any) -> Any:
            from arm_emulator import Emulator

            return Emulator(**options)

        start.manager = manager  # type: ignore[attr-defined]
        yield start


@pytest.fixture
def emulator(request: pytest.FixtureRequest, emulator_factory: Callable[..., Any]) -> Iterator[Any]:
    """A fresh emulator for this test alone; the marker `emulator(seed=…, …)` says what it holds and how slow it is.

    Not shared by tests: what one of them made, ordered or used up would show in the next.
    """
    marker = request.node.get_closest_marker("emulator")
    with emulator_factory.manager(**(marker.kwargs if marker else {})) as running:  # type: ignore[attr-defined]
        yield running


@pytest.fixture
def run_playbook(request: pytest.FixtureRequest, tmp_path: Path) -> PlaybookRunner:
    """Runs ansible-playbook; signed in to the emulator when the test uses the fixture `emulator`.

    run_playbook(text_or_path, *args, extra_vars=None, env=None, check=False, diff=False, inventory=None, timeout=120)
    """
    azure = azure_environment(request.getfixturevalue("emulator")) if "emulator" in request.fixturenames else {}
    folder = tmp_path / "ansible"
    folder.mkdir()
    return PlaybookRunner(folder, azure)
