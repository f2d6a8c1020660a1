# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SDK's own clients, models and pollers, as a user of azure-mgmt-compute has them; more of other people's in interop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from interop.sdk import SEED, Walk


def test_pollers(emulator_factory: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    with emulator_factory.manager(seed=SEED, replication_seconds=1) as emulator:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(emulator.ca_file))
        did: list[str] = []
        Walk(emulator.url, say=did.append)()
        assert len(set(did)) == 21, sorted(set(did))
        polls = [one for one in emulator.requests if one["kind"] == "operation"]
        assert {one["status"] for one in polls} <= {200, 202}
        assert {"monitor" in one["query"] for one in polls} == {True, False}
