"""Unexpected files in the artifact and problems of galaxy-importer are found."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from support.artifact_content import DATA, LARGEST, importer_problems, missing, unexpected
from support.collection_tree import ROOT

DONE = "INFO: Importer processing completed successfully"


def tarball(folder: Path, name: str, size: int = 1) -> Path:
    place = folder / "x.tar.gz"
    with tarfile.open(place, "w:gz") as archive:
        member = tarfile.TarInfo(name)
        member.size = size
        archive.addfile(member, io.BytesIO(b"x" * size))
    return place


@pytest.mark.parametrize(
    "name", [".venv/x", "secret.txt", "plugins/x.pyc", "tests/output/x", "tests/key.pem", "docs/.x", "a~"]
)
def test_an_unexpected_file_is_found(tmp_path: Path, name: str) -> None:
    assert len(unexpected(tarball(tmp_path, name))) == 1


def test_files_that_belong(tmp_path: Path) -> None:
    assert unexpected(tarball(tmp_path, "plugins/modules/gallery.py")) == []
    assert len(unexpected(tarball(tmp_path, "plugins/modules/gallery.py", LARGEST + 1))) == 1


def test_missing_data_is_found(tmp_path: Path) -> None:
    assert all((ROOT / name).is_file() for name in DATA)
    one = min(DATA)
    assert missing(tarball(tmp_path, one)) == [f"missing in the artifact: {name}" for name in sorted(DATA - {one})]


@pytest.mark.parametrize(
    ("line", "problems"),
    [
        ("WARNING: no changelog", 1),
        ("ERROR: no metadata", 1),
        ("INFO: fine", 0),
    ],
)
def test_problems_of_the_importer(line: str, problems: int) -> None:
    assert len(importer_problems(f"{line}\n{DONE}")) == problems
    assert len(importer_problems(line)) == problems + 1, "it did not complete"
