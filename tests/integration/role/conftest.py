# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role against the emulator."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from role_runs import RoleRuns

from support.playbook_runner import PlaybookRunner


@pytest.fixture
def role(emulator: object, run_playbook: PlaybookRunner) -> RoleRuns:
    """Runs the role on hosts or on localhost, and returns its requests and writes."""
    return RoleRuns(emulator, run_playbook)
