# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A few of the points that `python -m kills` tries (from tests/): kills, restarts of the emulator, and runs that meet."""

from __future__ import annotations

from pathlib import Path

import pytest
from kills import at_once, cuts, restarts, together, trials
from kills.playbooks import Point
from kills.scenarios import CREATE, GALLERY_ID

VERSIONS = f"{GALLERY_ID}/images/web/versions"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> trials.Good:
    return trials.undisturbed(CREATE, Path(tmp_path_factory.mktemp("undisturbed")))


@pytest.mark.parametrize(
    "point",
    [Point(1, only_main=True, asked=f"GET {VERSIONS}"), Point(1, asked=f"PUT {VERSIONS}/1.0.0")],
    ids=["main process, before the version is begun", "all processes, when it has just been begun"],
)
def test_a_killed_playbook(good: trials.Good, point: Point) -> None:
    assert trials.trial(CREATE, point, good, thrice=point.only_main) == []


def test_an_emulator_that_is_killed_and_comes_back(good: trials.Good) -> None:
    outcome = restarts.trial(CREATE, restarts.Restart("served", good.requests - 2), good)
    assert outcome is not None
    assert outcome.wrong == []


@pytest.mark.parametrize("seconds", [0.3, 0.5])
def test_the_emulator_keeps_what_it_acknowledged(seconds: float) -> None:
    assert restarts.lost_writes(seconds) == []


def test_slices_that_run_at_once() -> None:
    assert at_once.trial(at_once.SLICES, 0.2) == []


@pytest.mark.parametrize("job", cuts.JOBS, ids=lambda job: job.name)
def test_tasks_that_are_cut(job: cuts.Job) -> None:
    good = cuts.undisturbed(job)
    for number in range(1, good.requests + 1, 5):
        assert cuts.trial(job, number, good) == [], f"cut at request {number} of {good.requests}"


@pytest.mark.parametrize("meeting", together.MEETINGS, ids=lambda meeting: meeting.name)
def test_tasks_that_meet(meeting: together.Meeting) -> None:
    plans = list(together.plans(meeting))
    assert len(plans) > 50
    for plan in plans[:: len(plans) // 8]:
        assert together.trial(meeting, plan) == [], plan
