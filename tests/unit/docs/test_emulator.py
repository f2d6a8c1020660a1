"""docs/emulator.md lists the existing faults, kinds of requests and keys of a seed."""

from __future__ import annotations

import re

import pytest

from arm_emulator import coverage
from arm_emulator.faults import DETAILS, KINDS, REQUEST_ACTIONS, RESOURCE_ACTIONS
from arm_emulator.seed import TOP
from support.collection_tree import ROOT

TEXT = (ROOT / "docs" / "emulator.md").read_text(encoding="utf-8")


def keys(*headings: str) -> set[str]:
    """What the first column of the table with these headings names: of `{"a", "b": c}` a and b, of `d: {e}` d."""
    table = re.search(rf"^\| {' [|] '.join(headings)} \|\n\|[ |-]*\n((?:\|.*\n)+)", TEXT, re.MULTILINE)
    assert table, f"there is no table of {headings}"
    spans = [span for row in table[1].splitlines() for span in re.findall(r"`([^`]+)`", row.split(" | ")[0])]
    return {name for span in spans for name in re.findall(r'"(\w+)"' if span.startswith("{") else r"\A\w+", span)}


def kinds() -> set[str]:
    sentence = re.search(r"`kind` one of (.*?); omitted keys", TEXT, re.DOTALL)
    assert sentence
    return set(re.findall(r"`(\w+)`", sentence[1]))


@pytest.mark.parametrize(
    ("documented", "there"),
    [
        (keys("`do`", "effect"), {*REQUEST_ACTIONS, *DETAILS}),
        (keys("key", "effect"), set(RESOURCE_ACTIONS)),
        (keys("key", "entries"), set(TOP.split())),
        (kinds(), set(KINDS)),
    ],
    ids=["actions", "about resources", "seed", "kinds"],
)
def test_what_is_documented_is_what_there_is(documented: set[str], there: set[str]) -> None:
    assert documented == there


def test_the_coverage_page_is_up_to_date() -> None:
    """Otherwise run in tests/: python -m arm_emulator.coverage > ../docs/emulator_coverage.md"""
    assert (ROOT / "docs" / "emulator_coverage.md").read_text(encoding="utf-8") == coverage.page()


def test_every_guess_has_a_place() -> None:
    places = [place for place, _text in coverage.guesses()]
    assert len(places) > 10
    assert "definitions._refuse_taken_identifier" in places
