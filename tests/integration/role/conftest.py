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
