"""Verifications that are killed, and two that meet: no canary is left, and nothing is promoted on doubt."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from arm_emulator import Emulator
from resilience import verifications
from resilience.killed_playbook import Point, run_and_kill, wait_for
from support.playbook_runner import PlaybookRunner, azure_environment


def few_cuts() -> Iterator[tuple[int, str]]:
    numbers = range(4, verifications.undisturbed() + 1, 6)
    yield from ((number, ("run", "absent")[place % 2]) for place, number in enumerate(numbers))


def every_cut() -> Iterator[tuple[int, str]]:
    yield from ((number, then) for number in range(verifications.undisturbed() + 1) for then in ("run", "absent"))


@pytest.mark.trials(["number", "then"], share=few_cuts, every=every_cut)
def test_a_verification_that_is_killed_after_each_request(number: int, then: str) -> None:
    assert verifications.trial(number, then) == []


def few_meetings() -> Iterator[tuple[int, int]]:
    yield from ((number, 3 + 7 * number % 31) for number in range(2, verifications.undisturbed(), 9))


def every_meeting() -> Iterator[tuple[int, int]]:
    numbers = range(verifications.undisturbed() + 1)
    yield from ((after, many) for after in numbers for many in numbers[1:])


@pytest.mark.trials(["after", "many"], share=few_meetings, every=every_meeting)
def test_two_verifications_of_one_version_at_once(after: int, many: int) -> None:
    assert verifications.meeting(after, many) == []


def few_points() -> list[tuple[Point]]:
    return [(Point(1, asked="PUT " + verifications.GROUP_ID + "/providers/Microsoft.Compute/virtualMachines"),)]


def every_point() -> list[tuple[Point]]:
    return few_points() + [
        (Point(number, only_main=main),) for main in (False, True) for number in range(1, verifications.REQUESTS)
    ]


@pytest.mark.trials(["point"], share=few_points, every=every_point)
def test_a_playbook_that_is_killed(point: Point, tmp_path: Path) -> None:
    """With SIGKILL; the next run finds the canary, and deletes it, since its time is over."""
    seed = {**verifications.seed(), "machine_seconds": 0.2}
    with Emulator(seed, replication_seconds=0.5, operation_seconds=0.05) as emulator:
        runner = PlaybookRunner(tmp_path, azure_environment(emulator))
        variables = tmp_path / "variables.json"
        short = {**verifications.VARIABLES, "verify_image_version_wait_timeout": "20"}
        variables.write_text(json.dumps(short), encoding="utf-8")
        inventory = tmp_path / "inventory.json"
        hosts = {"web": {"clone_managed_image_source": "web"}}
        inventory.write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
        command = ["cloudimages.azure_gallery.verify_fleet", "-e", f"@{variables}", "-i", str(inventory)]
        killed = run_and_kill(emulator, runner, command, point)
        if not killed.reached:
            pytest.skip("the run ended before this point")
        wait_for(lambda: False, 21)  # until the canary's time is over
        again = runner(*command).ok()
        assert not [one.id for one in emulator.state.resources.values() if "canary" in one.id], again.output
        profile = emulator.resource(verifications.VERSION_ID)["properties"]["publishingProfile"]
        assert profile["excludeFromLatest"] is False
