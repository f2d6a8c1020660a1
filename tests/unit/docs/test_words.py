"""Texts that users and contributors read use the field's words (CONTRIBUTING.md, "Language").

Checked are documentation, YAML files, names, comments and docstrings, and in plugins every string.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest

from support import checkout
from support.collection_tree import ROOT

WORDS = re.compile(
    r"\b(?:told|tells?|telling|foretells?|foretold|anew|begun|shall|somebody|nobody"
    r"|what there is|for good|in their words|no matter of ours)\b",
    re.IGNORECASE,
)
NAMES = re.compile(r"(?:^|_)(told|foretell|foretold|anew|begun|shall|somebody|nobody)(?:_|$)")
IS_NONE = re.compile(r"\bis none\b")  # lower case: Python's "is None" is code
PROSE = {".md", ".rst", ".txt"}
SETTINGS = {".yml", ".yaml", ".toml", ".cfg", ".ini", ".j2", ".sh"}
# Other people's words, and this check's own.
SKIPPED = re.compile(
    r"LICENSES?(/|$)|CHANGELOG\.md$|changelogs/changelog\.yaml$|tests/recordings/|tests/unit/docs/test_words\.py$"
)


def files() -> list[str]:
    """The files of the checkout that are checked."""
    return [name for name in checkout.files() if not SKIPPED.match(name)]


def comments(text: str) -> str:
    """The comments of a YAML file or the like."""
    return "\n".join(re.findall(r"(?:^|\s)#(.*)", text))


def python_texts(source: str, strings: bool) -> str:
    """Names, comments and docstrings of a Python file; with strings also its other strings."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    found = []
    for token in tokens:
        if token.type == tokenize.COMMENT:
            found.append(token.string)
        elif token.type == tokenize.NAME:
            found += NAMES.findall(token.string)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found.append(ast.get_docstring(node) or "")
        elif strings and isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append(node.value)
    return "\n".join(found)


def offenders(name: str, text: str) -> set[str]:
    """The words of a file that another word should replace."""
    kind = Path(name).suffix
    if kind == ".py":
        read = python_texts(text, name.startswith("plugins/"))
        return {word.lower() for word in WORDS.findall(read) + IS_NONE.findall(read)}
    if kind in PROSE:
        return {word.lower() for word in WORDS.findall(text) + IS_NONE.findall(text)}
    if kind in SETTINGS or Path(name).name in ("Makefile", "run"):
        # Outside of comments "is none" is a test of Jinja's.
        return {word.lower() for word in WORDS.findall(text) + IS_NONE.findall(comments(text))}
    return set()


def in_file(name: str) -> set[str]:
    return offenders(name, (ROOT / name).read_text(encoding="utf-8", errors="replace"))


@pytest.mark.skipif(not files(), reason="not a checkout")
def test_new_texts_use_plain_words() -> None:
    found = {name: sorted(words) for name in files() if (words := in_file(name))}
    assert found == {}, "use another word (CONTRIBUTING.md, Language)"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("docs/x.md", "Azure tells the region."),
        ("docs/x.rst", "There is none."),
        ("roles/x/tasks/main.yml", "- name: See what there is"),
        ("roles/x/tasks/main.yml", "# The list is none"),
        ("plugins/modules/x.py", "fail('nobody has it')"),
        ("plugins/modules/x.py", "f'{name} was begun'"),
        ("tests/unit/x.py", "x = 1  # made anew"),
        ("tests/unit/x.py", "is_begun = True"),
        ("tests/unit/x.py", "def f():\n    '''It shall end.'''"),
    ],
)
def test_a_word_is_found(name: str, text: str) -> None:
    assert len(offenders(name, text)) == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("roles/x/tasks/main.yml", "when: value is none"),
        ("plugins/modules/x.py", "# The value is None\nfile.tell()"),
        ("tests/unit/x.py", "assert 'nobody' in text"),
        ("docs/x.md", "An intelligent shallow copy, good for tests."),
        ("docs/x.png", "nobody"),
    ],
)
def test_other_texts_pass(name: str, text: str) -> None:
    assert offenders(name, text) == set()
