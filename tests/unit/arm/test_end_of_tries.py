"""Requests are not repeated after the end of the run."""

from __future__ import annotations

import random
from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.answer import Answer
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth.certificates import Trust
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.retry import Lost, Tries
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.task import Task
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import RunEnded, Unavailable


@pytest.mark.parametrize("ends", [True, False])
def test_nothing_is_repeated_after_the_end(clock: Any, ends: bool) -> None:
    asked: list[int] = []

    def lost() -> Answer:
        asked.append(1)
        raise Lost(ConnectionResetError())

    task = Task({}, clock=clock, random=random.Random(0), alive=lambda: not (ends and clock.slept))
    tries = Tries(task, "Could not read", "https://management.azure.com", Trust(True, "requests"))
    with pytest.raises(RunEnded if ends else Unavailable):
        tries.answer(lost)
    assert len(asked) == (1 if ends else 5)
