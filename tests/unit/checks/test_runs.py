"""A run of pytest in which no test ran fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from support.collection_tree import ROOT

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("def test_x(): pass", 0),
        ("def test_x(): raise ValueError", 1),
        ("import pytest\ndef test_x(): pytest.skip()", 5),
        ("", 5),
    ],
)
def test_a_run_without_a_test_fails(tmp_path: Path, body: str, code: int) -> None:
    (tmp_path / "test_one.py").write_text(body, encoding="utf-8")
    # The project's settings and conftest, but this file alone.
    command = [sys.executable, "-m", "pytest", "-q", "-c", str(ROOT / "pyproject.toml"), "-p", "conftest"]
    result = subprocess.run(
        [*command, f"--rootdir={tmp_path}", str(tmp_path / "test_one.py")],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT / "tests"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == code, result.stdout + result.stderr
