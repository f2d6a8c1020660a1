"""README, the site's table of contents and the integration targets name everything that exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from support import error_codes
from support.collection_tree import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
# Each page is in one of the site's tables of contents.
UNLISTED = {"index"}
# Modules of the collection's own role and playbooks.
WITHOUT_TARGET = {"clone_plan", "fleet_report", "image_repointing", "image_retirement", "image_verification"}
MODULES = {path.stem for path in (ROOT / "plugins/modules").glob("*.py")}


def included(kind: str) -> set[str]:
    """The names in the rows of a kind, and in the rows below it that have none."""
    rows = re.findall(r"^\| ([\w ]*?) ?\| (`.*?) \| .* \|$", README, re.MULTILINE)
    names: dict[str, set[str]] = {}
    current = ""
    for title, cell in rows:
        current = title or current
        names.setdefault(current, set()).update(re.findall(r"`(\w+)`", cell))
    return names.get(kind, set())


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        ("modules", "plugins/modules/*.py"),
        ("roles", "roles/*"),
        ("playbooks", "playbooks/*.yml"),
        ("inventory plugin", "plugins/inventory/*.py"),
    ],
)
def test_the_readme_lists_what_is_included(kind: str, pattern: str) -> None:
    assert included(kind) == {path.stem for path in ROOT.glob(pattern)}


@pytest.mark.skipif(not (ROOT / "docs/index.md").exists(), reason="not a checkout")
def test_the_site_lists_every_page() -> None:
    index = (ROOT / "docs/index.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^(\w+)$", index, re.MULTILINE))
    assert listed == {path.stem for path in (ROOT / "docs").glob("*.md")} - UNLISTED


def test_every_module_has_an_integration_target() -> None:
    targets = ROOT / "tests/integration/targets"
    tested = {path.name for path in targets.glob("*")}
    for aliases in targets.glob("*/aliases"):
        tested |= set(aliases.read_text(encoding="utf-8").split())
    assert MODULES - WITHOUT_TARGET - tested == set()


# Troubleshooting


def quoted(title: str) -> list[str]:
    """What the first column of a table of the troubleshooting page quotes."""
    page = (ROOT / "docs/troubleshooting.md").read_text(encoding="utf-8")
    section = page.partition(f"## {title}\n")[2].partition("\n## ")[0]
    rows = [row.split(" | ")[0] for row in section.splitlines() if row.startswith("| `")]
    return [span for row in rows for span in re.findall(r"`([^`]+)`", row)]


def strings(folder: Path) -> str:
    """Every string of the sources, one a line."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in folder.rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return "\n".join(node.value for node in nodes if isinstance(node.value, str))


def test_quoted_messages_exist() -> None:
    """A message that was rewritten is quoted as it is now."""
    found = strings(ROOT / "plugins/module_utils")
    assert len(quoted("Messages of the collection")) > 5
    assert [text for text in quoted("Messages of the collection") if text not in found] == []


def test_the_table_of_error_codes_is_up_to_date() -> None:
    """Otherwise run: python tests/support/error_codes.py"""
    text = error_codes.PAGE.read_text(encoding="utf-8")
    assert error_codes.page(text) == text
    assert len(quoted("Errors that Azure returns, by code")) > 20
