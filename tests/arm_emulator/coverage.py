"""`python -m arm_emulator.coverage` prints the page docs/emulator_coverage.md, from the tables and sources of the emulator."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path

from .resource_types import RESOURCE_TYPES, VIEWS
from .routes import ROUTES

_HEAD = """\
# Coverage of the emulator

What `tests/arm_emulator` answers, and what is guessed. This page is generated from the emulator's code by
`python -m arm_emulator.coverage` (in `tests/`); a test compares the two.

## Operations

Other operations on these types, and other types, are answered with 404 or 405, as Azure does for what it does not know.
"""
_VERSIONS = """
## API versions

Another version is refused with the list of the supported ones. For kinds that are not listed any date is accepted.
"""
_GUESSES = """
## Guesses

No recorded traffic and no documentation shows the following. The first column is the place in the code.
"""


def operations() -> list[tuple[str, str]]:
    """Each kind of resource or request with its methods; GET of a list is `list`."""
    found: dict[str, list[str]] = {}
    for kind, listing, method in ROUTES:
        found.setdefault(kind, []).append("list" if listing and method == "GET" else method)
    return [(kind, ", ".join(methods)) for kind, methods in sorted(found.items())]


def type_name(kind: str) -> str:
    """Azure's name of a kind, if it is a resource type."""
    views = {view: path for path, (view, _owner, _listing) in VIEWS.items()}
    return RESOURCE_TYPES[kind].type if kind in RESOURCE_TYPES else views.get(kind, "")


def guesses() -> list[tuple[str, str]]:
    """Every function whose docstring or comments mention a guess: its place, and the text."""
    found = []
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.name in ("coverage.py", "errors.py"):
            continue
        source = path.read_text(encoding="utf-8")
        lines = source.splitlines()
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Module | ast.FunctionDef):
                found += [(f"{path.stem}{_suffix(node)}", text) for text in _mentions(node, lines)]
    return found


def _suffix(node: ast.Module | ast.FunctionDef) -> str:
    return f".{node.name}" if isinstance(node, ast.FunctionDef) else ""


def _mentions(node: ast.Module | ast.FunctionDef, lines: list[str]) -> list[str]:
    """The docstring, if it mentions a guess, and the lines of code whose comment does."""
    docstring = " ".join((ast.get_docstring(node) or "").split())
    found = [docstring] if "guess" in docstring else []
    if isinstance(node, ast.FunctionDef):
        body = lines[node.body[0].lineno - 1 : node.end_lineno]
        found += [f"`{line.split('  #')[0].strip()}`" for line in body if "guess" in line.partition("  #")[2]]
    return found


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"| {' | '.join(['---'] * len(head))} |"]
    return "\n".join([*lines, *(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows)])


def page() -> str:
    """The whole page."""
    types = [(kind, f"`{name}`" if (name := type_name(kind)) else "", methods) for kind, methods in operations()]
    versions = [(f"`{one.type}`", ", ".join(one.versions)) for one in RESOURCE_TYPES.values() if one.versions]
    return "\n".join(
        [
            _HEAD,
            _table(
                ("kind", "Azure's type", "methods"), [(f"`{kind}`", name, methods) for kind, name, methods in types]
            ),
            _VERSIONS,
            _table(("type", "versions"), versions),
            _GUESSES,
            _table(("place", "guess"), [(f"`{place}`", text) for place, text in guesses()]),
            "",
        ]
    )


if __name__ == "__main__":
    print(page(), end="")
