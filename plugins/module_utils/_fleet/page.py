"""The report as one HTML page: the data for page.html.j2, whose columns are the rows of COLUMNS.

The page fetches nothing, and its content security policy allows only its own style sheet and script.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import operator
import pkgutil
import re
import typing as t

from .._resources.text import duration, printable, shorten
from .jobs import Job, job_of
from .report_text import advice, by_reason, map_texts
from .report_timeline import GAP, LANE, TIPS, timeline

Mapping = t.Mapping[str, t.Any]
LONGEST_IN_TABLE = 200  # the failures above the table have the whole message
MOST_REGIONS = 4  # of one state that a cell names without being opened
_PLACE = re.compile(r"/subscriptions/[^/\s]+/resourceGroups/[^/\s]+/providers/Microsoft\.Compute/", re.IGNORECASE)


class Column(t.NamedTuple):
    """A column of the table of images; one that has no value for any image is left out."""

    heading: str
    cell: str  # the macro of page.html.j2 that shows the value, and the class of the cell
    value: t.Callable[[Mapping], t.Any]  # None: nothing to show
    order: t.Callable[[Mapping], t.Any] | None = None  # a number to sort by; without it, the text of the cell


def path_names(image: Mapping) -> list[str] | None:
    """Gallery, definition and version, as far as they are known."""
    return [image[key] for key in ("gallery", "definition", "version") if image[key]] or None


def regions(image: Mapping) -> list[dict[str, t.Any]] | None:
    """The regions by state, the failed ones first and the completed ones last."""
    found: dict[str, list[Mapping]] = {}
    for region in image["regions"]:
        found.setdefault(str(region["state"] or "Unknown"), []).append(region)
    ranked = sorted(found, key=lambda state: (state != "Failed", state == "Completed", state))
    return [_regions_of(state, found[state]) for state in ranked] or None


def _regions_of(state: str, listed: t.Sequence[Mapping]) -> dict[str, t.Any]:
    return {
        "state": state,
        "names": [_region(region) for region in listed],
        "details": "; ".join(str(region["details"]) for region in listed if region["details"]),
        "folded": state == "Completed" and len(listed) > MOST_REGIONS,
    }


def _region(region: Mapping) -> str:
    replicating = region["state"] == "Replicating" and region["progress"] is not None
    return f"{region['name']} {region['progress']} %" if replicating else str(region["name"])


def _short_message(image: Mapping) -> str:
    return shorten(_PLACE.sub("…/", image["message"]), LONGEST_IN_TABLE)


COLUMNS = (
    Column("Image", "name", lambda image: image),
    Column("Resource group", "text", operator.itemgetter("resource_group")),
    Column("Gallery / definition / version", "path", path_names),
    Column("Regions", "regions", regions),
    # here the columns of the job
    Column("Size", "size", operator.itemgetter("size_gb"), operator.itemgetter("size_gb")),
    Column("Took", "duration", operator.itemgetter("seconds"), operator.itemgetter("seconds")),
    Column("Message", "message", _short_message),
)


def columns(job: Job) -> tuple[Column, ...]:
    """The columns of the table for a job."""
    order = list(job.outcomes)
    first = Column("Outcome", "outcome", operator.itemgetter("outcome"), lambda image: order.index(image["outcome"]))
    own = [Column(heading, "text", functools.partial(_own_text_of, key)) for heading, key in job.columns]
    place = next(place for place, column in enumerate(COLUMNS) if column.cell == "size")
    return (first, *COLUMNS[:place], *own, *COLUMNS[place:])


def _own_text_of(key: str, image: Mapping) -> str | None:
    """A value of a job's own as text; a list by its items, each a text or what changes in a region."""
    value = image.get(key)
    if not isinstance(value, list):
        return None if value is None else str(value)
    return ", ".join(map(_item, value)) or None


def _item(item: t.Any) -> str:
    if not isinstance(item, dict):
        return str(item)
    before, after = (item.get(key) or "none" for key in ("before", "after"))
    return f"{item['region']}: {before if before == after else f'{before} → {after}'}"


def page(report: Mapping) -> str:
    """The whole page, from the report as report.document returns it."""
    data: Mapping = map_texts(printable, report)
    images, job = data["images"], job_of(data)
    style, script = _packaged("page.css"), _packaged("page.js")
    text: str = _template().render(
        report=data,
        title=job.plan_title if data["check_mode"] else job.title,
        labels={
            key: (outcome.planned if data["check_mode"] else outcome.label).capitalize()
            for key, outcome in job.outcomes.items()
        },
        looks={key: outcome.look for key, outcome in job.outcomes.items()},
        galleries=sorted({image["gallery"] for image in images if image["gallery"]}),
        failures=by_reason(
            [{**image, "reason": image["message"]} for image in images if job.outcomes[image["outcome"]].heading]
        ),
        timeline=timeline(images),
        lane_height=LANE,
        lane_gap=GAP,
        tips=TIPS,
        columns=[column for column in columns(job) if any(column.value(image) is not None for image in images)],
        style=style,
        script=script,
        policy=f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'",
    )
    return text


@functools.cache
def _template() -> t.Any:
    import jinja2

    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
    environment.filters |= {
        "advice": advice,
        "duration": duration,
        "path_names": path_names,
        "search_text": search_text,
    }
    return environment.from_string(_packaged("page.html.j2"))


@functools.cache
def _packaged(name: str) -> str:
    """A file beside this one. Found on the controller only, where Ansible does not package files other than Python."""
    return t.cast("bytes", pkgutil.get_data(__name__.rpartition(".")[0], name)).decode()


def _hash(inline: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()}'"


def search_text(image: Mapping) -> str:
    """The text that the filter of the page searches."""
    keys = ("image", "host", "resource_group", "gallery", "definition", "version", "outcome")
    states = [f"{region['name']} {region['state']}" for region in image["regions"]]
    return " ".join([*(str(image[key]) for key in keys if image[key]), *states]).lower()
