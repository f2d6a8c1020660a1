# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The picture of replication: a row for each image, in it a lane for each region, along the time of the run.

Places are in percent of the width, so that the picture fits any page and text is never stretched.
"""

from __future__ import annotations

import collections
import datetime
import typing as t

from .._resources.dates import parse_instant
from .markup import Markup, element, text
from .report_style import REGION_COLOURS
from .report_text import lasting

Mapping = t.Mapping[str, t.Any]
LANE, GAP = 6, 1  # heights in pixels
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400)
_MOST_TICKS = 9


class Bar(t.NamedTuple):
    """A stretch of one region's time, in seconds since the run began; `kind` is wait, copy, fail or open."""

    kind: str
    start: float
    end: float


def bars(steps: t.Sequence[tuple[float, str]], started: float, ended: float) -> list[Bar]:
    """The stretches of one region, from when it was seen in which state.

    Before it was first seen to replicate it waited; one that ended before anybody saw it replicate did so all the time.
    """
    replicating = [at for at, state in steps if state == "Replicating"]
    final = next(((at, state) for at, state in steps if state in ("Completed", "Failed")), None)
    end = final[0] if final else ended
    begin = min(replicating[0] if replicating else (started if final else end), end)
    result = [Bar("wait", started, begin)] if begin > started else []
    if end > begin or final:
        result.append(Bar("copy", begin, end))
    if final is None:
        result.append(Bar("open", end, end))
    elif final[1] == "Failed":
        result.append(Bar("fail", end, end))
    return result


class Scale:
    """The time of the run as percent of the width."""

    def __init__(self, images: t.Iterable[Mapping]) -> None:
        times = [
            moment
            for image in images
            for moment in (image["started"], image["ended"], *(step["at"] for step in image["timeline"]))
            if moment
        ]
        moments = [parse_instant(moment, "time").at for moment in times]
        self.zero = min(moments)
        self.seconds = max(1.0, (max(moments) - self.zero).total_seconds())

    def at(self, moment: str | None, default: float = 0.0) -> float:
        """Seconds since the beginning."""
        return (parse_instant(moment, "time").at - self.zero).total_seconds() if moment else default

    def percent(self, seconds: float) -> str:
        """A place, or a width."""
        return f"{100 * seconds / self.seconds:.2f}%"

    @property
    def ticks(self) -> list[int]:
        """Round numbers of seconds, few enough to be read."""
        step = next((step for step in _STEPS if self.seconds / step <= _MOST_TICKS), None)
        step = step or 86400 * round(self.seconds / 86400 / _MOST_TICKS + 0.5)
        return list(range(0, int(self.seconds) + 1, step))


def picture(images: t.Sequence[Mapping]) -> Markup:
    """The legend, the axis and the rows; nothing where no image has a timeline."""
    shown = [image for image in images if image["timeline"]]
    if not shown:
        return Markup("")
    scale = Scale(shown)
    names = sorted({step["region"] for image in shown for step in image["timeline"]})
    colours = {name: f"r{index % REGION_COLOURS}" for index, name in enumerate(names)}
    times = collections.Counter(image["image"] for image in images)
    rows = [_row(image, _name(image, times[image["image"]] > 1), scale, colours) for image in shown]
    lanes = element("div", _grid(scale), *rows, class_="lanes")
    return Markup(f"{_legend(colours)}{element('div', _axis(scale), lanes, class_='card')}")


def _legend(colours: t.Mapping[str, str]) -> Markup:
    keys = [
        *((name, [_rect(0, "100%", colour)]) for name, colour in colours.items()),
        ("waits to begin", [_rect(0, "100%", "key wait")]),
        ("replicates", [_rect(0, "100%", "key")]),
        ("ends with a failure", [_rect(0, "100%", "key"), _rect(18, "6", "fail")]),
        ("not ready when the run stopped waiting", [_rect(0, "12", "key"), _rect(13, "10", "open", 1, 8)]),
    ]
    items = [element("li", element("svg", *shapes, aria_hidden="true"), text(name)) for name, shapes in keys]
    return element("ul", *items, class_="legend")


def _rect(x: t.Any, width: str, class_: str, y: int = 0, height: int = 10, title: str = "") -> Markup:
    tip = [element("title", text(title))] if title else []
    return element("rect", *tip, x=x, y=y, width=width, height=height, class_=class_)


def _axis(scale: Scale) -> Markup:
    words = []
    for tick in scale.ticks:
        anchor = "start" if tick == 0 else "end" if tick > 0.97 * scale.seconds else "middle"
        words.append(element("text", text(_tick_words(tick)), x=scale.percent(tick), y=12, text_anchor=anchor))
    from_when = f"{scale.zero:%H:%M:%S} UTC"
    return element(
        "div",
        element("span", text(f"image; time since {from_when}")),
        element("svg", *words, aria_hidden="true"),
        element("span", text("took"), class_="took"),
        class_="axis",
    )


def _tick_words(seconds: int) -> str:
    return "0" if seconds == 0 else lasting(seconds)


def _grid(scale: Scale) -> Markup:
    lines = [element("line", x1=scale.percent(tick), x2=scale.percent(tick), y1=0, y2="100%") for tick in scale.ticks]
    return element("div", element("svg", *lines, aria_hidden="true"), class_="grid")


def _name(image: Mapping, shared: bool) -> str:
    """The image's name, with the host where others have the same."""
    if not shared:
        return str(image["image"])
    return str(image["host"]) if image["image"] in image["host"] else f"{image['image']} ({image['host']})"


def _row(image: Mapping, name: str, scale: Scale, colours: t.Mapping[str, str]) -> Markup:
    regions = sorted({step["region"] for step in image["timeline"]})
    shapes = [
        shape for lane, region in enumerate(regions) for shape in _lane(image, region, lane, scale, colours[region])
    ]
    ends = [f"{region} {_last_state(image, region)}" for region in regions]
    spoken = f"{name}: {', '.join(ends)}; took {lasting(image['seconds'])}"
    height = len(regions) * (LANE + GAP) - GAP
    full = f"{name} ({image['definition'] or '?'} {image['version'] or ''})"
    return element(
        "div",
        element("bdi", text(name), class_=f"name {image['outcome']}", title=full),
        element("svg", element("title", text(spoken)), *shapes, role="img", height=height),
        element("span", text(lasting(image["seconds"])), class_="took"),
        class_="row",
        data_text=search_words(image),
    )


def _steps(image: Mapping, region: str, scale: Scale) -> list[tuple[float, str]]:
    return [(scale.at(step["at"]), step["state"]) for step in image["timeline"] if step["region"] == region]


def _last_state(image: Mapping, region: str) -> str:
    return [str(step["state"]) for step in image["timeline"] if step["region"] == region][-1]


def _lane(image: Mapping, region: str, lane: int, scale: Scale, colour: str) -> list[Markup]:
    started, ended = scale.at(image["started"]), scale.at(image["ended"], scale.seconds)
    shapes = []
    y = lane * (LANE + GAP)
    for stretch in bars(_steps(image, region, scale), started, ended):
        tip = f"{region}: {_WORDS[stretch.kind]}, {_clock(scale, stretch)}"
        if stretch.kind in ("fail", "open"):
            # A mark of fixed width: of a failure at the end of the bar, of an open end behind it.
            shape = (
                _rect(-7, "7", "fail", 0, LANE, tip) if stretch.kind == "fail" else _rect(1, "9", "open", 0, LANE, tip)
            )
            mark = element("svg", shape, x=scale.percent(stretch.end), y=y, height=LANE)
            shapes.append(mark)
            continue
        class_ = f"{colour} wait" if stretch.kind == "wait" else colour
        width = scale.percent(stretch.end - stretch.start)
        shapes.append(_rect(scale.percent(stretch.start), width, class_, y, LANE, tip))
    return shapes


_WORDS = {"wait": "waits", "copy": "replicates", "fail": "failed", "open": "not ready"}


def _clock(scale: Scale, stretch: Bar) -> str:
    def at(seconds: float) -> str:
        return f"{scale.zero + datetime.timedelta(seconds=seconds):%H:%M:%S}"

    if stretch.kind in ("fail", "open"):
        return at(stretch.end)
    return f"{at(stretch.start)} to {at(stretch.end)} ({lasting(stretch.end - stretch.start)})"


def search_words(image: Mapping) -> str:
    """What the filter box looks in."""
    keys = ("image", "host", "resource_group", "gallery", "definition", "version", "outcome")
    regions = [f"{region['name']} {region['state']}" for region in image["regions"]]
    return " ".join([*(str(image[key]) for key in keys if image[key]), *regions]).lower()
