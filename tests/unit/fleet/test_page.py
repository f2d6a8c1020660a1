"""The page: complete, self-contained, and safe whatever the names are."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet import report, report_text
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet.jobs import JOBS, MIGRATE
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet.page import (
    COLUMNS,
    Column,
    columns,
    page,
    regions,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet.report_timeline import Bar, Scale, bars

from support import report_samples as samples

TAGS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "script",
        "body",
        "main",
        "header",
        "section",
        "article",
        "footer",
        "nav",
    ),
    *("h1", "h2", "h3", "p", "b", "a", "ul", "li", "bdi", "div", "span", "label", "input"),
    *("table", "thead", "tbody", "tr", "th", "td", "svg", "rect", "line", "text", "details", "summary"),
}
ATTRIBUTES = {
    *("lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "for", "type", "placeholder"),
    *("autocomplete", "role", "hidden", "title", "scope", "data-text", "data-value", "aria-hidden", "aria-labelledby"),
    *("x", "y", "x1", "x2", "y1", "y2", "width", "height", "text-anchor"),
}
NEVER_CLOSED = {"meta", "input"}


class Page(HTMLParser):
    """Every tag with its attributes, in order, and the text of each kind of tag; fails on what is not nested."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.found: list[tuple[list[str], str, str]] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        assert len(dict(attrs)) == len(attrs), f"{tag}: an attribute twice"
        self.tags.append((tag, dict(attrs)))
        if tag not in NEVER_CLOSED:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in self._open[-1:]:
            self.texts.setdefault(tag, []).append(data)
            self.found.append(([*self._open], str(self.tags[-1][1].get("class")), data))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def below(self, outer: str, tag: str, class_: str = "") -> list[str]:
        """The texts of the tags of a kind and a class within another kind."""
        return [data for path, given, data in self.found if outer in path and path[-1] == tag and class_ in given]

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _attributes in self.tags)


FLEETS = {
    "twelve": lambda: report.document(samples.of_twelve()),
    "plan": lambda: report.document(samples.of_twelve(), check_mode=True),
    "hostile": lambda: report.document(samples.hostile()),
    "many": lambda: report.document(samples.summary_line()),
    "none": lambda: report.document([]),
    "unknown": lambda: report.document([{"host": "a", "reason": "no"}], ["b"]),
}


@pytest.fixture(params=FLEETS)
def fleet(request: pytest.FixtureRequest) -> dict[str, Any]:
    """A report, one after the other."""
    return FLEETS[request.param]()


def test_only_what_the_page_is_made_of(fleet: dict[str, Any]) -> None:
    """No tag or attribute comes from a name, nothing is fetched, and no style or script is in an attribute."""
    parsed = Page(page(fleet))
    assert {tag for tag, _attributes in parsed.tags} <= TAGS
    assert {name for _tag, attributes in parsed.tags for name in attributes} <= ATTRIBUTES
    assert [attributes["href"] for tag, attributes in parsed.tags if tag == "a" and attributes["href"][0] != "#"] == []
    assert [parsed.count(tag) for tag in ("style", "script")] == [1, 1]
    ids = [attributes["id"] for _tag, attributes in parsed.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_the_policy_allows_just_what_is_in_the_page(fleet: dict[str, Any]) -> None:
    parsed = Page(page(fleet))
    policy = next(attributes["content"] for tag, attributes in parsed.tags if "http-equiv" in attributes)
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    style, script = ("".join(parsed.texts[tag]) for tag in ("style", "script"))
    for name, inline in (("style-src", style), ("script-src", script)):
        digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
        assert rules[name] == f"'sha256-{digest}'"
    assert "url(" not in style
    assert "</" not in style + script


def test_hostile_names_are_text() -> None:
    html = page(report.document(samples.hostile()))
    html.encode("utf-8")
    assert [character for character in "\x00\x1b\x07\u202e" if character in html] == []
    shown = "".join(Page(html).texts["bdi"])
    for name in samples.HOSTILE:
        assert report_text.printable(name) in shown


def test_a_table_row_for_each_image(fleet: dict[str, Any]) -> None:
    parsed = Page(page(fleet))
    assert parsed.count("tr") == 1 + fleet["counts"]["images"]
    heads = [attributes["scope"] for tag, attributes in parsed.tags if tag == "th"]
    shown = [column for column in columns(MIGRATE) if any(column.value(image) is not None for image in fleet["images"])]
    assert heads == ["col"] * len(shown) + ["row"] * fleet["counts"]["images"]
    assert parsed.texts.get("th", [])[: len(shown)] == [column.heading for column in shown]


def test_a_timeline_of_each_wait(fleet: dict[str, Any]) -> None:
    parsed = Page(page(fleet))
    waited = [image for image in fleet["images"] if image["timeline"]]
    pictures = [attributes for tag, attributes in parsed.tags if tag == "svg" and attributes.get("role") == "img"]
    assert len(pictures) == len(waited)
    spoken = "\n".join(parsed.texts["title"])
    for image in waited:
        assert f"{report_text.printable(image['image'])}: " in spoken


def test_images_of_the_same_name_are_distinguished() -> None:
    failed = {"states": {"eastus2": "Failed"}, "result": {"failed": True, "message": "no room"}}
    hosts = {"web": "images-prod", "web_test": "images-test", "third": "images-old"}
    images = [samples.image("web", took=9, group=group, **failed) | {"host": host} for host, group in hosts.items()]
    parsed = Page(page(report.document([*images, samples.image("db", took=9) | {"host": "a-database"}])))
    failures, rows = parsed.below("article", "bdi"), parsed.below("div", "bdi", "name")
    assert [host for host in failures if host in hosts and host != "web"] == ["third", "web_test"]
    assert sorted(rows) == ["db", "web", "web (third)", "web_test"]


def test_a_plan_says_so() -> None:
    html = page(report.document(samples.of_twelve(), check_mode=True))
    assert "Plan: nothing was written." in html
    assert "Would be migrated" in html
    assert "nothing was written." not in page(report.document(samples.of_twelve())).replace("Nothing was written.", "")


def test_a_page_of_500_images_is_bounded() -> None:
    assert len(page(report.document(samples.summary_line()))) < 1_200_000


def test_the_same_report_gives_the_same_page() -> None:
    images = samples.summary_line(40)
    assert page(report.document(images)) == page(report.document(list(reversed(images))))


def test_colours_differ_from_their_ground() -> None:
    """WCAG's contrast of 4.5 for text, in the light and the dark."""
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#\w{6});", part))
        for part in page(report.document([])).split("@media (prefers-color-scheme: dark)")[:2]
    )
    dark = {**light, **dark}
    pairs = [
        ("text", "page"),
        ("text", "card"),
        ("muted", "page"),
        ("muted", "card"),
        ("accent", "page"),
        ("text", "failed-soft"),
    ]
    looks = sorted({outcome.look for job in JOBS.values() for outcome in job.outcomes.values()})
    pairs += [(name, f"{name}-soft") for name in looks] + [(name, "card") for name in looks]
    for colours in (light, dark):
        low = {pair: round(contrast(*(colours[name] for name in pair)), 1) for pair in pairs}
        assert {pair: value for pair, value in low.items() if value < 4.5} == {}


def contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


# Groups and columns


def failed_fleet() -> dict[str, Any]:
    """Seven images that failed for one reason apart from their names, and one for another."""
    same = [
        samples.refused(f"web-{n}", f"image definition {samples.definition_id(f'web-{n}')}: web-{n} has {50 + n} tags.")
        for n in range(7)
    ]
    return report.document([samples.refused("db", "no room"), *same, samples.image("fine")])


def test_a_reason_of_many_images_is_shown_once_with_their_number() -> None:
    parsed = Page(page(failed_fleet()))
    assert parsed.count("article") == 2
    headings = parsed.below("article", "h3") + parsed.below("h3", "bdi")
    assert headings == ["7 images", "db"]
    assert [text for text in parsed.below("article", "bdi") if "has 5" in text] == [
        f"image definition {samples.definition_id('web-0')}: web-0 has 50 tags."
    ]
    assert [name for name in parsed.below("li", "bdi") if name.startswith("web-")][::2] == [
        f"web-{n}" for n in range(7)
    ]


def test_many_completed_regions_are_folded() -> None:
    """So that the one that is open is seen."""
    states = [{"name": f"region{n}", "state": "Completed", "progress": 100, "details": None} for n in range(33)]
    states.append({"name": "late", "state": "Replicating", "progress": 40, "details": None})
    assert [(group["state"], len(group["names"]), group["folded"]) for group in regions({"regions": states}) or ()] == [
        ("Replicating", 1, False),
        ("Completed", 33, True),
    ]
    image = samples.image("web", took=9)
    image["result"]["replication"]["regions"] = states
    parsed = Page(page(report.document([image])))
    assert (parsed.count("details"), parsed.below("details", "summary")) == (1, [" 33 regions"])
    assert "late 40 %" in "".join(parsed.texts["li"])


def test_a_column_without_any_value_is_left_out() -> None:
    nothing_to_do = Page(page(report.document([samples.image("a"), samples.image("b")])))
    assert "Took" not in nothing_to_do.texts["th"]
    assert "Size" in nothing_to_do.texts["th"]


def test_a_column_is_one_row_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    verified = Column("Verified", "text", lambda image: image["host"] if image["host"] == "web-00" else None)
    monkeypatch.setattr(
        "ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet.page.COLUMNS", (*COLUMNS, verified)
    )
    html = page(report.document(samples.of_twelve()))
    assert html.count('<th scope="col">Verified</th>') == 1
    assert html.count('<td class="text"><bdi>web-00</bdi></td>') == 1


# The timeline


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([(4, "Replicating"), (9, "Completed")], [Bar("wait", 1, 4), Bar("copy", 4, 9)]),
        (
            [(4, "Unknown"), (6, "Replicating"), (9, "Failed")],
            [Bar("wait", 1, 6), Bar("copy", 6, 9), Bar("fail", 9, 9)],
        ),
        ([(9, "Completed")], [Bar("copy", 1, 9)]),  # it was never seen replicating
        ([(4, "Replicating")], [Bar("wait", 1, 4), Bar("copy", 4, 20), Bar("open", 20, 20)]),
        ([(4, "Unknown")], [Bar("wait", 1, 20), Bar("open", 20, 20)]),
        ([(0, "Completed")], [Bar("copy", 0, 0)]),  # before its beginning was noted
    ],
)
def test_bars(steps: list[tuple[float, str]], expected: list[Bar]) -> None:
    assert bars(steps, 1, 20) == expected


@pytest.mark.parametrize("seconds", [0, 1, 7, 61, 3599, 40_000, 604_800, 6_000_000])
def test_ticks_can_be_read(seconds: int) -> None:
    document = report.document([samples.image("a", took=seconds or None), samples.image("b", took=0.4)])
    ticks = Scale([image for image in document["images"] if image["timeline"]]).ticks
    assert ticks[0] == 0
    assert len(ticks) <= 11
