"""The changelog names every module, plugin and role that its versions added."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from packaging.version import Version

from support.collection_tree import ROOT

FOLDERS = ("plugins/modules/*.py", "plugins/inventory/*.py", "plugins/lookup/*.py", "plugins/filter/*.yml", "roles/*")
CONTENT = sorted(path for folder in FOLDERS for path in ROOT.glob(folder))


def added(path: Path) -> Version:
    """The release that first has it; that of the whole, not of an option."""
    text = (path / "meta/argument_specs.yml" if path.is_dir() else path).read_text(encoding="utf-8")
    found = re.search(r"^ *version_added: [\"']?([\d.]+)", text, re.MULTILINE)
    assert found, f"{path.name}: version_added is missing"
    return Version(found[1])


@pytest.mark.parametrize("path", CONTENT, ids=lambda path: path.stem)
def test_content_of_a_released_version_is_named(path: Path) -> None:
    version = Version(yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"])
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").replace("\\", "")
    named = set(re.findall(r"^\* cloudimages\.azure_gallery\.(\w+) ", text, re.MULTILINE))
    assert path.stem in named or added(path) > version, "antsibull-changelog release, or a later version_added"
