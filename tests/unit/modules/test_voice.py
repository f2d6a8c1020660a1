"""What a wait for many versions says: a line that counts them, not often; a failure at once; a line at the end."""

from __future__ import annotations

import types
import typing as t

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import AzureError
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.resource_id import parse_id
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._run.poll_interval import HEARTBEAT
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._versions.poller import (
    ProgressReporter,
    Watched,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._versions.readiness import Phase, Reading

IMAGES = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Compute/galleries/g/images"


class Wait:
    """150 versions that are waited for, and what is said of them when."""

    def __init__(self) -> None:
        self.now = 0.0
        self.lines: list[str] = []
        self.items = [
            Watched(parse_id(f"{IMAGES}/d/versions/1.0.{number}", "image_version"), 21600) for number in range(150)
        ]
        clock = types.SimpleNamespace(monotonic=lambda: self.now)
        ctx = t.cast("t.Any", types.SimpleNamespace(clock=clock, progress=self.lines.append))
        self.voice = ProgressReporter(ctx, self.items)

    def becomes(self, number: int, phase: Phase, progress: int | None = None) -> None:
        self.items[number].reading = Reading(phase, phase.value, progress=progress)

    def at(self, now: float) -> list[str]:
        """What is said then."""
        self.now = now
        before = len(self.lines)
        self.voice.update([item for item in self.items if item.phase is Phase.PENDING], now)
        return self.lines[before:]


@pytest.fixture
def wait() -> Wait:
    return Wait()


def test_at_once_then_not_often_and_at_the_end(wait: Wait) -> None:
    assert wait.at(0.5) == ["150 versions: 150 pending; 0 s of 6 h"]
    said = []
    for number in range(150):
        wait.becomes(number, Phase.DONE)
        said += wait.at(240 + 0.2 * number)
    assert said == [
        "150 versions: 1 done, 149 pending; 4 min of 6 h",
        "150 versions: 51 done, 99 pending; 4 min of 6 h",
        "150 versions: 101 done, 49 pending; 4 min of 6 h",
        "150 versions: 150 done; 4 min of 6 h",
    ]


def test_a_failure_and_an_error_at_once(wait: Wait) -> None:
    wait.at(0)
    wait.becomes(3, Phase.FAILED)
    assert wait.at(1) == ["g/d/1.0.3: failed"]
    wait.items[4].error = AzureError("No way.")
    assert wait.at(2) == ["g/d/1.0.4: No way."]
    assert wait.at(10) == ["150 versions: 2 failed, 148 pending; 10 s of 6 h"]


def test_silence_is_broken(wait: Wait) -> None:
    wait.at(0)
    for number, progress in ((0, 40), (1, 12), (2, None)):
        wait.becomes(number, Phase.PENDING, progress)
    assert wait.at(HEARTBEAT - 1) == []
    assert wait.at(HEARTBEAT) == ["150 versions: 150 pending (least 12 %); 1 min of 6 h"]
    assert wait.at(HEARTBEAT + 1) == []


def test_those_that_are_late_are_reported_at_the_end(wait: Wait) -> None:
    wait.at(21590)
    wait.lines.clear()
    wait.voice.update([], 21600)
    assert wait.lines == ["150 versions: 150 pending; 6 h of 6 h"]
