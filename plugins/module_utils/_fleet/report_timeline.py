"""The timeline of replication as data: a row for each image, with a lane for each region, over the time of the run.

Positions are percentages of the width, so that the picture fits any page and its text is never stretched.
"""

from __future__ import annotations

import collections
import datetime
import typing as t

from .._resources.dates import parse_instant
from .._resources.text import duration

Mapping = t.Mapping[str, t.Any]
LANE, GAP = 6, 1  # heights in pixels
REGION_COLORS = 8  # the classes r0 to r7 of page.css
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400)
_MOST_TICKS = 9
TIPS = {"wait": "waiting", "copy": "replicating", "fail": "failed", "open": "not ready"}


class Bar(t.NamedTuple):
    """A period of one region, in seconds since the start of the run. `kind` is a key of TIPS; `fail` and `open` are moments."""

    kind: str
    start: float
    end: float


def bars(steps: t.Sequence[tuple[float, str]], started: float, ended: float) -> list[Bar]:
    """The periods of one region, from the times when each of its states was first seen.

    Until it was first seen replicating it waited. One that was never seen replicating did so all the time until it ended.
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
    """The time of the run as percentages of the width."""

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
        """Seconds since the start."""
        return (parse_instant(moment, "time").at - self.zero).total_seconds() if moment else default

    def percent(self, seconds: float) -> str:
        """A position, or a width."""
        return f"{100 * seconds / self.seconds:.2f}%"

    def clock(self, seconds: float) -> str:
        """The time of day."""
        return f"{self.zero + datetime.timedelta(seconds=seconds):%H:%M:%S}"

    @property
    def ticks(self) -> list[int]:
        """Round numbers of seconds, few enough to be readable."""
        step = next((step for step in _STEPS if self.seconds / step <= _MOST_TICKS), None)
        step = step or 86400 * round(self.seconds / 86400 / _MOST_TICKS + 0.5)
        return list(range(0, int(self.seconds) + 1, step))


def timeline(images: t.Sequence[Mapping]) -> dict[str, t.Any] | None:
    """The scale, the classes of the regions, and the rows; None if no image has a timeline."""
    shown = [image for image in images if image["timeline"]]
    if not shown:
        return None
    scale = Scale(shown)
    names = sorted({step["region"] for image in shown for step in image["timeline"]})
    uses = collections.Counter(image["image"] for image in images)
    return {
        "scale": scale,
        "classes": {name: f"r{index % REGION_COLORS}" for index, name in enumerate(names)},
        "rows": [_row(image, _name(image, uses[image["image"]] > 1), scale) for image in shown],
    }


def _name(image: Mapping, shared: bool) -> str:
    """The name of the image, with its host if other images have the same name."""
    if not shared:
        return str(image["image"])
    return str(image["host"]) if image["image"] in image["host"] else f"{image['image']} ({image['host']})"


def _row(image: Mapping, name: str, scale: Scale) -> dict[str, t.Any]:
    """An image, with the bars of each of its regions from top to bottom."""
    lanes: dict[str, list[tuple[float, str]]] = {}
    for step in sorted(image["timeline"], key=lambda step: step["region"]):
        lanes.setdefault(step["region"], []).append((scale.at(step["at"]), str(step["state"])))
    started, ended = scale.at(image["started"]), scale.at(image["ended"], scale.seconds)
    ends = ", ".join(f"{region} {steps[-1][1]}" for region, steps in lanes.items())
    return {
        "image": image,
        "name": name,
        "title": " ".join(filter(None, [name, image["definition"], image["version"]])),
        "spoken": f"{name}: {ends}; took {duration(image['seconds'])}",
        "lanes": {region: bars(steps, started, ended) for region, steps in lanes.items()},
    }
