"""A fleet: names of definitions from any image, numbers of versions in any order, and a report of whatever was said."""

from __future__ import annotations

import html.parser
import json
import typing as t

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet import report, report_text
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet.naming import fleet_names, legal
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet.page import page
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.names import check_name
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.numbers import LARGEST, parse_number
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.text import natural
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._role.batch import propose
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._role.variables import PREFIX

from support import report_samples as samples

from . import strategies as some
from .words import refusal

_RULES = {"name": "image_definition", "publisher": "publisher", "offer": "offer", "sku": "sku"}

# Names


@given(some.any_text, st.sampled_from([64, 80, 128]))
def test_any_text_becomes_a_name(text: str, longest: int) -> None:
    name = legal(text, longest)
    assert len(name) <= longest
    check_name("image_definition", name[:80].rstrip(".-"), "name")
    assert legal(name, longest) == name


@given(
    some.names("managed_image"), st.dictionaries(st.sampled_from(["definition", "SKU", "offer", "x"]), some.any_text)
)
def test_every_image_has_a_definition_that_azure_takes(image: str, tags: dict[str, str]) -> None:
    variables = {"managed_image": {"name": image, "tags": tags}}
    named = fleet_names(variables, "host")
    assert fleet_names(variables, "another host") == named
    for part, rule in _RULES.items():
        check_name(rule, {**named["defaults"], **named["definition"]}[part], part)


@given(st.sampled_from(sorted(_RULES)), some.any_object, st.booleans())
def test_what_is_given_is_the_name_or_refused(part: str, value: t.Any, ruled: bool) -> None:
    variable = f"migrate_fleet_{'definition_name' if part == 'name' else part}" if ruled else PREFIX + "definition"
    variables = {variable: value if ruled else {part: value}, "managed_image": {"name": "web"}}
    named = refusal(value, lambda: fleet_names(variables, "host"), variable)
    if named is not None:
        json.dumps(named)
        assert {**named["defaults"], **named["definition"]}[part]


# Numbers


@st.composite
def _entries(draw: t.Any) -> list[dict[str, t.Any]]:
    """What the hosts of a play want: sources of a few definitions, each of which has a highest number or none."""
    highest = {name: draw(st.none() | some.small_numbers.map(str)) for name in ("one", "two")}
    found = []
    for source in draw(st.lists(some.any_text, max_size=6, unique=True)):
        definition = draw(st.sampled_from(sorted(highest)))
        version = draw(some.steps)
        entry = {"definition": definition, "name": source, "source": source, "version": version}
        found.append({"key": f"{definition} {source}", "highest": highest[definition], **entry})
    return found


@given(_entries(), st.randoms())
def test_numbers_are_unique_and_the_same_in_any_order(entries: list[dict[str, t.Any]], random: t.Any) -> None:
    numbers = propose(entries)
    mixed = [*entries, *entries]  # a source of two hosts is one version
    random.shuffle(mixed)
    assert propose(mixed) == numbers
    assert set(numbers) == {entry["key"] for entry in entries}
    for definition in ("one", "two"):
        mine = [entry for entry in entries if entry["definition"] == definition]
        found = [parse_number(numbers[entry["key"]]) for entry in mine]
        assert len(set(found)) == len(found)
        assert all(
            number > parse_number(entry["highest"])
            for number, entry in zip(found, mine, strict=True)
            if entry["highest"]
        )
        in_order = sorted(mine, key=lambda entry: (natural(entry["name"]), entry["source"]))
        assert sorted(found) == [parse_number(numbers[entry["key"]]) for entry in in_order]


@given(st.integers(0, LARGEST), st.integers(0, LARGEST), st.text("ab-", max_size=3))
def test_numbers_in_names_count_as_numbers(one: int, other: int, before: str) -> None:
    first, second = natural(f"{before}{one}"), natural(f"{before}{other}")
    assert (first < second) == (one < other)


# Report


class _Skeleton(html.parser.HTMLParser):
    """The tags of a page with their attributes' names, and its texts."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[t.Any] = []
        self.texts = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: t.Any) -> None:
        self.tags.append((tag, [name for name, _value in attrs]))

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts += data


_said = some.any_text.filter(str.strip)


def _document(words: t.Sequence[str], failed: bool) -> dict[str, t.Any]:
    """A report of one image, for which each of these words was said somewhere."""
    host, group, message, details = words
    given_image = samples.image("web", took=400, states={"eastus2": "Failed"} if failed else {})
    given_image["result"] |= {"message": message, "failed": failed, "source_id": None}
    for region in given_image["result"]["replication"]["regions"]:
        region["details"] = details
    known = {"name": host, "resource_group": group, "disks": []}
    return report.document([{**given_image, "host": host, "managed_image": known}], [])


@given(st.tuples(*[_said] * 4), st.booleans())
def test_no_text_changes_what_a_page_is_made_of(words: tuple[str, ...], failed: bool) -> None:
    document = _document(words, failed)
    assert json.loads(json.dumps(document)) == document
    made = _Skeleton(page(document))
    plain = [f"word{words.index(word)}" for word in words]
    assert made.tags == _Skeleton(page(_document(plain, failed))).tags
    for word in words[:2]:
        assert report_text.printable(word).strip()[:50] in made.texts
    page(document).encode()


@given(some.any_text)
def test_lines_for_the_screen_steer_nothing(text: str) -> None:
    reported = report_text.lines(report.summary(_document([text or "x", "rg", text, text], True)))
    for line in reported:
        assert line.isprintable() or "\N{REPLACEMENT CHARACTER}" in line or not text.isprintable()
        assert "\n" not in line
        assert "\x1b" not in line
        line.encode()


@given(some.marred(samples.image("web", took=400, states={"eastus2": "Failed"})))
def test_a_report_that_is_made_can_be_written(image: t.Any) -> None:
    """A damaged result gives a report, or Python raises an error, which the module turns into a message."""
    try:
        document = report.document([image])
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError, report.InvalidRequest):
        return
    assert report.summary(document)["counts"]["images"] == 1
    page(document).encode()
    json.dumps(document).encode()
