"""Playbooks that are killed, and emulators that are killed under a playbook: the next run completes what is missing."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from arm_emulator import Emulator
from resilience import kills, restarts
from resilience.killed_playbook import Point, Victim, runs, wait_for
from resilience.playbooks import CREATE, SCENARIOS, Scenario
from resilience.restarts import Restart
from resilience.seeds import VERSIONS_ID


def few_points() -> list[tuple[Scenario, Point]]:
    """The main process before the version is started, and all processes when it was just started."""
    return [
        (CREATE, Point(1, only_main=True, asked=f"GET {VERSIONS_ID}")),
        (CREATE, Point(1, asked=f"PUT {VERSIONS_ID}/1.0.0")),
    ]


def every_point() -> list[tuple[Scenario, Point]]:
    return few_points() + [(scenario, point) for scenario in SCENARIOS.values() for point in kills.points(scenario)]


@pytest.mark.trials(["scenario", "point"], share=few_points, every=every_point)
def test_a_killed_playbook(scenario: Scenario, point: Point) -> None:
    wrong = kills.trial(scenario, point, thrice=point.only_main or not point.asked)
    if wrong is None:
        pytest.skip("the run ended before this point")
    assert wrong == []


def one_restart() -> list[tuple[Restart]]:
    return [(Restart("served", CREATE.size.polling),)]


def every_restart() -> list[tuple[Restart]]:
    return [(restart,) for restart in restarts.points(CREATE)]


@pytest.mark.trials(["restart"], share=one_restart, every=every_restart)
def test_an_emulator_that_is_killed_and_restarted(restart: Restart) -> None:
    wrong = restarts.trial(CREATE, restart)
    if wrong is None:
        pytest.skip("the run ended before this point")
    assert wrong == []


@pytest.mark.trials(
    ["seconds"], share=lambda: [(0.3,), (0.5,)], every=lambda: [(0.17 * number,) for number in range(1, 11)]
)
def test_the_emulator_keeps_what_it_acknowledged(seconds: float) -> None:
    assert restarts.lost_writes(seconds) == []


@pytest.mark.trials(["scenario"], share=lambda: [(CREATE,)], every=lambda: [(one,) for one in SCENARIOS.values()])
def test_no_point_is_left_out(scenario: Scenario) -> None:
    good, size = kills.undisturbed(scenario.name), scenario.size
    assert (good.requests <= size.requests, good.tasks <= size.tasks, good.writes.total() <= size.writes) == (True,) * 3


def test_nothing_is_sent_after_a_kill(tmp_path: Path) -> None:
    """When ansible's main process is killed in a long wait, its workers send nothing more and leave nothing behind."""
    with Emulator(CREATE.seed, replication_seconds=120, operation_seconds=0.1) as emulator:
        place = kills.Place(CREATE, emulator, tmp_path)
        victim = Victim(place.runner, place.command)

        def polls() -> int:
            return sum(one["method"] == "GET" and one["path"].endswith("/1.0.0") for one in emulator.requests)

        assert wait_for(lambda: polls() >= 4)
        workers = victim.kill(only_main=True)
        assert len(workers) > 1
        sent = len(emulator.requests)
        time.sleep(3)
        assert len(emulator.requests) <= sent + 1, "a request that was on its way may end"
        assert not any(map(runs, workers))
        assert not [path for path in Path("/proc").glob("[0-9]*/cwd") if _leads_to(path, tmp_path)]


def _leads_to(link: Path, folder: Path) -> bool:
    try:
        return link.resolve() == folder.resolve()
    except OSError:
        return False
