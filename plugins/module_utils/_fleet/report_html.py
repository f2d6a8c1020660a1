# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as one page: nothing is fetched, only the style and the script that stand in it are in force."""

from __future__ import annotations

import base64
import hashlib
import re
import typing as t

from .markup import Markup, element, text
from .report_style import SCRIPT, STYLE
from .report_text import OUTCOMES, lasting, shorten
from .report_timeline import picture, search_words

Mapping = t.Mapping[str, t.Any]
_LABELS = {
    "failed": "Failed",
    "pending": "Still replicating",
    "migrated": "Migrated",
    "unchanged": "Already there",
    "skipped": "Skipped",
}
_PLANNED = {**_LABELS, "failed": "Would fail", "pending": "Would wait", "migrated": "Would be migrated"}
# What failed stands in full above the table.
LONGEST_IN_TABLE = 200
_PLACE = re.compile(r"/subscriptions/[^/\s]+/resourceGroups/[^/\s]+/providers/Microsoft\.Compute/", re.IGNORECASE)
_COLUMNS = (
    "Outcome",
    "Image",
    "Resource group",
    "Gallery / definition / version",
    "Regions",
    "Size",
    "Took",
    "Message",
)


def page(report: Mapping) -> str:
    """The whole page, from the report as report.document makes it."""
    title = _title(report)
    policy = (
        f"default-src 'none'; style-src {_hash(STYLE)}; script-src {_hash(SCRIPT)}; base-uri 'none'; form-action 'none'"
    )
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", text(title)),
        element("style", Markup(STYLE)),
    )
    parts = [_header(report, title), _failures(report), _timeline(report), _table(report), _footer()]
    body = element("body", element("main", *parts), element("script", Markup(SCRIPT)))
    return f"<!DOCTYPE html>\n{element('html', head, body, lang='en')}\n"


def _hash(inline: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()}'"


def _labels(report: Mapping) -> Mapping:
    return _PLANNED if report["check_mode"] else _LABELS


def _title(report: Mapping) -> str:
    return "Fleet plan" if report["check_mode"] else "Fleet report"


def _header(report: Mapping, title: str) -> Markup:
    number = report["counts"]["images"]
    galleries = sorted({image["gallery"] for image in report["images"] if image["gallery"]})
    told = [f"{number} image{'s' * (number != 1)}"]
    if galleries:
        told.append(f"to {', '.join(galleries[:3])}{' and others' if len(galleries) > 3 else ''}")
    if report["started"] and report["ended"]:
        told.append(f"{_time(report['started'])} to {_time(report['ended'])} ({lasting(report['seconds'])})")
    plan = [element("p", text("Plan: nothing was written."), class_="plan")] if report["check_mode"] else []
    tiles = [_tile(report, outcome) for outcome in OUTCOMES]
    return element(
        "header",
        element("h1", text(title)),
        element("p", text(" · ".join(told)), class_="muted"),
        *plan,
        element("ul", *tiles, class_="tiles"),
        _navigation(report),
    )


def _time(instant: str) -> str:
    return instant.replace("T", " ").replace("Z", " UTC")


def _tile(report: Mapping, outcome: str) -> Markup:
    number = report["counts"][outcome]
    return element(
        "li",
        element("b", text(number)),
        text(_labels(report)[outcome]),
        class_=f"{outcome}{' zero' if not number else ''}",
    )


def _navigation(report: Mapping) -> Markup:
    places = [("failures", "What failed")] if report["counts"]["failed"] else []
    if any(image["timeline"] for image in report["images"]):
        places.append(("timeline", "Replication over time"))
    links = [element("a", text(words), href=f"#{place}") for place, words in [*places, ("images", "All images")]]
    tools = element(
        "span",
        element("label", text("Filter"), for_="filter"),
        element("input", id="filter", type="search", placeholder="name, group, region, outcome", autocomplete="off"),
        element("span", id="shown", class_="muted", role="status"),
        id="tools",
        hidden=True,
    )
    return element("nav", *links, tools)


def _failures(report: Mapping) -> Markup:
    failed = [image for image in report["images"] if image["outcome"] == "failed"]
    if not failed:
        return Markup("")
    words = "What would fail" if report["check_mode"] else "What failed"
    return element("section", element("h2", text(words), id="failures"), *map(_failure, failed))


def _failure(image: Mapping) -> Markup:
    return element(
        "article",
        element("h3", element("bdi", text(image["image"]))),
        *_host(image),
        element("span", *_route(image), class_="muted small"),
        element("p", element("bdi", text(image["message"]))),
        element("p", element("b", text("What to do: ")), element("bdi", text(image["advice"]))),
        class_="failure",
        data_text=search_words(image),
    )


def _route(image: Mapping) -> list[Markup]:
    """From the resource group to the version."""
    group = [element("bdi", text(image["resource_group"])), text(" → ")] if image["resource_group"] else []
    return [*group, _place(image)]


def _place(image: Mapping) -> Markup:
    names = [element("bdi", text(image[key])) for key in ("gallery", "definition", "version") if image[key]]
    return Markup(" / ".join(names) or "–")


def _timeline(report: Mapping) -> Markup:
    drawn = picture(report["images"])
    if not drawn:
        return Markup("")
    waited = sum(bool(image["timeline"]) for image in report["images"])
    note = f"{waited} of {report['counts']['images']} images were waited for; failed ones first, then the slowest."
    heading = element("h2", text("Replication over time"), id="timeline")
    return element("section", heading, element("p", text(note), class_="muted"), drawn)


def _table(report: Mapping) -> Markup:
    heads = [element("th", text(column), scope="col") for column in _COLUMNS]
    rows = [_row(image, _labels(report)) for image in report["images"]]
    table = element("table", element("thead", element("tr", *heads)), element("tbody", *rows), aria_labelledby="images")
    heading = element("h2", text("All images"), id="images")
    return element("section", heading, element("div", table, class_="card scroll"))


def _row(image: Mapping, labels: Mapping) -> Markup:
    outcome = image["outcome"]
    pill = element("span", text(labels[outcome]), class_=f"pill {outcome}")
    size = f"{image['size_gb']} GB" if image["size_gb"] is not None else "–"
    cells = [
        element("td", pill, data_value=OUTCOMES.index(outcome)),
        element("th", element("bdi", text(image["image"])), *_host(image), scope="row"),
        element("td", element("bdi", text(image["resource_group"] or "–"))),
        element("td", _place(image), class_="place"),
        element("td", _regions(image)),
        element("td", text(size), class_="number", data_value=image["size_gb"] or 0),
        element("td", text(lasting(image["seconds"])), class_="number", data_value=image["seconds"] or 0),
        element("td", element("bdi", text(_brief(image["message"]))), class_="text"),
    ]
    return element("tr", *cells, data_text=search_words(image))


def _brief(message: str) -> str:
    return shorten(_PLACE.sub("…/", message), LONGEST_IN_TABLE)


def _host(image: Mapping) -> list[Markup]:
    """Its host, where that has another name; images of the same name are told apart by it."""
    if image["host"] == image["image"]:
        return []
    return [element("div", element("bdi", text(f"host {image['host']}")), class_="muted small")]


def _regions(image: Mapping) -> Markup:
    """The regions of each state in one line, the failed ones first."""
    states: dict[str, list[Mapping]] = {}
    for region in sorted(image["regions"], key=lambda region: (region["state"] != "Failed", str(region["state"]))):
        states.setdefault(str(region["state"] or "Unknown"), []).append(region)
    items = [
        element(
            "li",
            element("b", text(f"{state}: ")),
            text(", ".join(_region(region) for region in regions)),
            class_="Failed" if state == "Failed" else None,
            title="; ".join(str(region["details"]) for region in regions if region["details"]) or None,
        )
        for state, regions in states.items()
    ]
    return element("ul", *items, class_="regions") if items else text("–")


def _region(region: Mapping) -> str:
    told = region["state"] == "Replicating" and region["progress"] is not None
    return f"{region['name']} {region['progress']} %" if told else str(region["name"])


def _footer() -> Markup:
    words = "Made by cloudimages.azure_gallery.fleet_report. The JSON file beside this page holds the same as data."
    return element("footer", element("p", text(words), class_="muted small"))
