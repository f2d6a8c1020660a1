"""The state file is replaced as a whole."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from arm_emulator import Emulator


def test_a_write_that_is_interrupted_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written to the file itself before the new one is complete."""
    file = tmp_path / "state.json"
    state = Emulator({"resource_groups": [{"name": "rg", "location": "eastus"}]}).state
    state.save(file)
    before = file.read_text()

    def interrupted(*_unused: Any) -> None:
        assert file.read_text() == before
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    state.resources.clear()
    with pytest.raises(KeyboardInterrupt):
        state.save(file)
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
    assert file.read_text() == before
