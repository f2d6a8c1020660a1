# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook migrate_fleet against the emulator."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from fleets import Fleet

from support.playbook_runner import PlaybookRunner


@pytest.fixture
def fleet(emulator: object, run_playbook: PlaybookRunner) -> Fleet:
    """Migrates hosts, and returns the results."""
    return Fleet(emulator, run_playbook)
