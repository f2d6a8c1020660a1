"""In unit tests the collection does not sleep, and nothing leaves the machine: both fail at once."""

from __future__ import annotations

import pytest

from support import guards

# Fixtures of this folder.
loopback_only, nothing_waits = guards.loopback_only, guards.nothing_waits

# Parts of the ids of tests that take seconds, beside the files that mark themselves.
SLOW = (
    *("emulator/test_replay.py", "emulator/test_recordings.py", "emulator/test_machine_bodies.py", "[many]"),
    *("modules/test_canary_vm.py", "modules/test_image_verification.py", "modules/test_verification_rights.py"),
    *("modules/test_usage_at_scale.py", "modules/test_managed_image.py"),
    *("a_list_that_never_ends", "nested too deeply", "six_hours", "ten_thousand", "500_images"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/unit/" in item.nodeid and any(part in item.nodeid for part in SLOW):
            item.add_marker(pytest.mark.slow)
