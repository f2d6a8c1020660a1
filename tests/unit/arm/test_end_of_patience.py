"""Requests are not repeated after the end of the run."""

from __future__ import annotations

import random
from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth.certificates import Trust
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.retry import (
    Lost,
    Patience,
    Waiting,
    silent,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import RunEnded, Unavailable


@pytest.mark.parametrize("ends", [True, False])
def test_nothing_is_repeated_after_the_end(clock: Any, ends: bool) -> None:
    waiting = Waiting(clock, random.Random(0), silent, lambda: not (ends and clock.slept))
    patience = Patience(waiting, "Could not read", "", "https://management.azure.com", Trust(True, "requests"), None)
    for _more in range(0 if ends else 4):
        patience.after_lost(Lost(ConnectionResetError()))
    with pytest.raises(RunEnded if ends else Unavailable):
        patience.after_lost(Lost(ConnectionResetError()))
