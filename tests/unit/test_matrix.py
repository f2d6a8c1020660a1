# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make matrix` says what it ran, and what it did not."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from support.collection_tree import ROOT

CHECKS = ROOT / "tests" / "checks"
pytestmark = pytest.mark.skipif(not CHECKS.is_dir(), reason="an installed collection does not have the checks")
if CHECKS.is_dir():
    sys.path.append(str(CHECKS))
    import matrix

REPORT = '<testsuites><testsuite tests="9" failures="2" errors="1" skipped="1"></testsuite></testsuites>'


def test_rows_are_chosen_by_the_beginning_of_their_name() -> None:
    assert [row.name for row in matrix.chosen("2.18 2.20-newest")] == ["2.18-oldest", "2.18-newest", "2.20-newest"]
    assert len(matrix.chosen("")) == 2 * len(matrix.CORES)
    with pytest.raises(SystemExit, match=r"no row begins with 2\.7"):
        matrix.chosen("2.18 2.7")


def test_the_extremes_are_put_together() -> None:
    pythons = {11: "a", 12: "b", 13: "c", 99: "d"}
    rows = matrix.chosen("2.18 2.20")
    for row in rows:
        matrix.assign(row, pythons)
    assert [row.python for row in rows] == ["a", "c", "b", "c"]


def test_what_each_row_installs() -> None:
    oldest, newest = (matrix.requirements(row) for row in matrix.chosen("2.19"))
    assert oldest[:2] == ["ansible-core~=2.19.0", "azure-core==1.31"]
    assert "azure-core>=1.31" in newest
    assert any(line.startswith("pytest>=") for line in newest)
    assert not any(line.startswith(("ruff", "ansible-core>")) for line in newest)


def test_a_row_without_a_python_is_named_and_no_success(capsys: pytest.CaptureFixture[str]) -> None:
    ran, left = matrix.chosen("2.18-oldest 2.21-newest")
    ran.python, ran.passed, ran.versions = "python3.11", 5, ["3.11.2", "2.18.1", "33.0.0", "1.31.0", "1.19.0"]
    matrix.assign(left, {11: "python3.11"})
    assert matrix.verdict([ran, left]) == 0
    assert "not run for want of a Python: 2.21-newest" in capsys.readouterr().out
    lines = matrix.table([ran, left]).splitlines()
    assert lines[1].split() == ["2.18-oldest", *ran.versions, "5", "0", "0", "0", "ok"]
    assert lines[2].endswith("not run: it needs a Python from 3.12 to 3.14")
    assert matrix.verdict([left]) == 1


def test_a_failed_row_fails_all(tmp_path: Path) -> None:
    (row,) = matrix.chosen("2.18-oldest")
    (tmp_path / "report.xml").write_text(REPORT)
    row.python = "python3.11"
    matrix.count(row, tmp_path / "report.xml")
    assert (row.passed, row.failed, row.skipped) == (5, 3, 1)
    row.problem = "FAILED"
    assert matrix.verdict([row]) == 1
