"""No file of the project names paths or hosts of the machines on which it is developed, or contains a secret."""

from __future__ import annotations

import re

import pytest

from support.checkout import files
from support.collection_tree import ROOT

# The patterns are written so that they do not match themselves.
PATTERNS = {
    "a path of a developer's machine": re.compile(
        r"(?<![\w.$}~-])/(?:work|root|Users/\w+|home/(?!(?:runner|u|me|azureuser)\b)[a-z]\w*|tmp/w|opt/(?:pypi|wheels))(?=/)"
    ),
    "a package registry's host": re.compile(
        r"\b(?:pypi\.(?:org|python\.org)|pythonhosted\.(?:org|com)|registry\.npmjs\.(?:org|com)"
        r"|deb\.debian\.(?:org|net)|crates\.(?:io)\b|proxy\.golang\.(?:org))"
    ),
    "a private key": re.compile(r"-{5}BEGIN (?:[A-Z]+ )?PRIVATE [K]EY-{5}\s+\S{40}"),
}


def search(text: str) -> list[tuple[int, str, str]]:
    """Line number, kind and text of each leak."""
    return [
        (text.count("\n", 0, match.start()) + 1, what, match.group(0).splitlines()[0])
        for what, pattern in PATTERNS.items()
        for match in pattern.finditer(text)
    ]


@pytest.mark.skipif(not files(), reason="not a checkout")
def test_no_file_has_a_leak() -> None:
    texts = {name: (ROOT / name).read_text(encoding="utf-8", errors="replace") for name in files()}
    assert {name: found for name, text in texts.items() if (found := search(text))} == {}


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
    assert [line for line, _what, _found in search(f"first\n{text}\n")] == [2]


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
def test_other_texts_pass(text: str) -> None:
    assert search(text) == []
