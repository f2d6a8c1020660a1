# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The project's own checks find what they are for."""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from support.collection_tree import ROOT

CHECKS = ROOT / "tests" / "checks"
pytestmark = pytest.mark.skipif(not CHECKS.is_dir(), reason="an installed collection does not have the checks")
if CHECKS.is_dir():
    sys.path.append(str(CHECKS))
    import artifact
    import consistency
    import leaks


@pytest.mark.parametrize(
    "text",
    [
        "path: /" + "work/main/x",
        "'/" + "root/.ssh'",
        "see /" + "home/someone/file",
        "https://" + "pypi." + "org/simple",
        "files." + "pythonhosted." + "org",
        "-----BEGIN PRIVATE " + "KEY-----\n" + "A" * 64,
    ],
)
def test_a_leak_is_found(text: str) -> None:
    assert [line for line, _what, _found in leaks.search(f"first\n{text}\n")] == [2]


@pytest.mark.parametrize(
    "text",
    [
        "/home/" + "runner/work",
        "plugins/work/x",
        "network/root/x",
        "~/" + "work/x",
        "https://example.com/work/x",
        "/root",
        "-----BEGIN PRIVATE KEY-----\n...",
    ],
)
def test_what_is_no_leak(text: str) -> None:
    assert leaks.search(text) == []


def tarball(folder: Path, name: str, size: int = 1) -> Path:
    place = folder / "x.tar.gz"
    with tarfile.open(place, "w:gz") as archive:
        member = tarfile.TarInfo(name)
        member.size = size
        archive.addfile(member, io.BytesIO(b"x" * size))
    return place


@pytest.mark.parametrize(
    "name", [".venv/x", "secret.txt", "plugins/modules/x.pyc", "tests/checks/run.py", "tests/key.pem", "docs/.x", "a~"]
)
def test_a_surprising_file_is_found(tmp_path: Path, name: str) -> None:
    assert len(artifact.unexpected(tarball(tmp_path, name))) == 1


def test_files_that_belong(tmp_path: Path) -> None:
    assert artifact.unexpected(tarball(tmp_path, "plugins/modules/gallery.py")) == []
    assert len(artifact.unexpected(tarball(tmp_path, "plugins/modules/gallery.py", artifact.LARGEST + 1))) == 1


def test_bounds_in_texts_are_compared_as_numbers() -> None:
    assert consistency.normal("33.0.0") == consistency.normal("33")
    assert consistency.normal("1.30") != consistency.normal("1.3")
    assert consistency.MENTION.findall("- azure-core >= 1.31") == [("azure-core", "1.31")]


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
