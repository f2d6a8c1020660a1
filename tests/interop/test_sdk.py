"""The SDK's own pollers, in the oldest version that is supported and in a new one."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from interop.clients import CLIENTS
from interop.sdk import SEED

SCRIPT = Path(__file__).with_name("sdk.py")
CLIENT_NAMES = [pytest.param(name, marks=pytest.mark.client(name)) for name in CLIENTS if name.startswith("sdk-")]


@pytest.mark.parametrize("client", CLIENT_NAMES)
@pytest.mark.parametrize(("seconds", "interval"), [(0.3, []), (1.5, ["1"])], ids=["default", "slow"])
def test_pollers(
    client: str, seconds: float, interval: list[str], emulator_factory: Callable[..., Any], note: Callable[[str], None]
) -> None:
    with emulator_factory.manager(seed=SEED, replication_seconds=2, operation_seconds=seconds) as emulator:
        environment = {**os.environ, "REQUESTS_CA_BUNDLE": emulator.ca_file, "PYTHONDONTWRITEBYTECODE": ""}
        done = subprocess.run(
            CLIENTS[client].command(str(SCRIPT), emulator.url, *interval),
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        for operation in done.stdout.split():
            note(f"{client}: {operation}")
        polls = [one for one in emulator.requests if one["kind"] == "operation"]
        assert {one["status"] for one in polls} <= {200, 202}
        # Some operations were followed by Azure-AsyncOperation, the deletion of the version by Location.
        assert {"monitor" in one["query"] for one in polls} == {True, False}
