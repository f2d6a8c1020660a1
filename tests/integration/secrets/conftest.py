"""Canaries, and runs that are watched for them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from canaries import Hunt, canary
from fs_probe import PROC
from watched import WatchedRuns
from witness import Witness

from support.playbook_runner import PlaybookRunner


@pytest.fixture
def hunt() -> Hunt:
    return Hunt(canary("environment secret", "\"'\\/%+&=?:#;,|^$*.()[]{}<>`~!@ é\u20ac\t\n"), canary("option secret"))


@pytest.fixture
def witness(emulator: Any, hunt: Hunt) -> Witness:
    return Witness(emulator, hunt)


@pytest.fixture
def watched(run_playbook: PlaybookRunner, witness: Witness) -> WatchedRuns:
    """Runs that are watched, signed in by the environment."""
    if not PROC.is_dir():
        pytest.skip("there is no /proc, which shows the processes of a run")
    run_playbook.azure["AZURE_SECRET"] = witness.hunt["environment secret"]
    run_playbook.new_process = True  # whose command line and environment are to be seen
    return WatchedRuns(run_playbook, witness)
