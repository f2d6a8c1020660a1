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
