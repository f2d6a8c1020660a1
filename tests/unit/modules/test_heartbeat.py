"""Whoever waits hears something once a minute: streams of logs and jobs with an idle timeout end in a longer silence."""

from __future__ import annotations

import itertools
import random
import typing as t

import pytest

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._modules import (
    image_version,
    wait_for_replication,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._run.context import Context
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._run.runner import outcome

HOURS = 3600
LONGEST_SILENCE = 62  # a reading and its answer may come between


class Listener:
    """Runs a task on an emulator, and knows when it said what."""

    def __init__(self, azure: t.Any) -> None:
        self.emulator, self.clock = azure.emulator, azure.clock
        self.lines: list[tuple[float, str]] = []
        self.began = self.ended = 0.0

    def run(self, task: t.Any, **options: t.Any) -> dict[str, t.Any]:
        signed_in = {"subscription_id": SUBSCRIPTION, "tenant": SUBSCRIPTION, "client_id": "me", "secret": "s"}
        given = {**signed_in, "cloud_environment": self.emulator.url, **options}
        context = Context(
            params=ArgumentSpecValidator(task.options, **task.rules).validate(given).validated_parameters,
            progress=lambda line: self.lines.append((self.clock.monotonic(), line)),
            clock=self.clock,
            random=random.Random(1),
        )
        self.lines.clear()
        self.began = self.clock.monotonic()
        result, unforeseen = outcome(task, context)
        assert unforeseen is None
        self.ended = self.clock.monotonic()
        return result

    @property
    def longest_silence(self) -> float:
        times = [self.began, *(time for time, _line in self.lines), self.ended]
        return max(later - earlier for earlier, later in itertools.pairwise(times))


SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
GALLERY_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/galleries/pics"
VERSION_ID = f"{GALLERY_ID}/images/web/versions/1.0.0"
PLACE = {"resource_group": "rg", "gallery_name": "pics", "image_definition_name": "web", "name": "1.0.0"}


@pytest.fixture
def listener(parents: t.Any) -> Listener:
    return Listener(parents)


@pytest.mark.parametrize("interval", [None, 300])
def test_six_hours_with_a_region_that_does_not_move(listener: Listener, interval: int | None) -> None:
    listener.emulator.order_fault(resource="versions/1.0.0", region_stuck="eastus2")
    listener.run(image_version.SPEC, **PLACE, source="web", target_regions=["southcentralus", "eastus2"], wait=False)
    result = listener.run(
        wait_for_replication.SPEC, versions=[VERSION_ID], wait_timeout=6 * HOURS, poll_interval=interval
    )
    assert result["results"][0]["state"] == "TimedOut"
    assert listener.ended - listener.began >= 6 * HOURS
    assert listener.longest_silence <= LONGEST_SILENCE
    assert len(listener.lines) < 500, "as many lines fill the log of a job"
    assert max(len(line) for _time, line in listener.lines) < 80


def test_azure_asks_for_five_minutes(listener: Listener) -> None:
    """A pause between two tries of one request."""
    wait = {"status": 429, "code": "OperationNotAllowed", "message": "Too many.", "headers": {"Retry-After": "300"}}
    listener.emulator.order_fault(method="GET", kind="image_definition", do=wait)
    listener.run(image_version.SPEC, **PLACE, source="web", wait=False)
    assert listener.ended - listener.began > 300
    assert listener.longest_silence <= LONGEST_SILENCE
    assert "the next try is in 30" in listener.lines[0][1]
    assert [line for _time, line in listener.lines[1:]] == [
        f"still waiting for Azure, for {left} s more" for left in (240, 180, 120, 60)
    ]


def test_a_deletion_that_takes_minutes(listener: Listener) -> None:
    listener.run(image_version.SPEC, **PLACE, source="web")
    listener.run(image_version.SPEC, **PLACE, state="absent")
    assert listener.ended - listener.began > 70
    assert listener.longest_silence <= LONGEST_SILENCE
