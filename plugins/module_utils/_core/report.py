# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a fleet run as data: one entry for each image, the counts, and the same in words.

An entry is what the JSON file holds of an image. Its `outcome` is one of OUTCOMES. Nothing here asks Azure or a clock: times come
with the results, so that the same results give the same report.
"""

from __future__ import annotations

import datetime
import shlex
import typing as t

from .dates import format_time, parse_instant
from .errors import Refused
from .ids import ResourceId, parse_id, same_id
from .numbering import natural

Mapping = t.Mapping[str, t.Any]
Entry = dict[str, t.Any]

SCHEMA = 1
OUTCOMES = ("failed", "pending", "migrated", "unchanged", "skipped")  # in the order of the report
WORDS = {
    "failed": "failed",
    "pending": "still replicating",
    "migrated": "migrated",
    "unchanged": "already there",
    "skipped": "skipped",
}
PLANNED_WORDS = {**WORDS, "failed": "would fail", "pending": "would wait", "migrated": "would be migrated"}
MOST_FAILURES = 100  # in a result; the files hold all
LONGEST_REASON = 800

_A_TIME = "a time of the run (started, ended, at)"
_NO_RESULT = "No source, or not reached: there is no result of this host."
_AGAIN = "Run the playbook again"


# One image


def entry(given: Mapping, check_mode: bool = False) -> Entry:
    """What the report says of one image, from what a play knows of it (the option `images` of the module)."""
    result: Mapping = given.get("result") or {}
    waited = _own_wait(given, result)
    said: Mapping = waited.get("outcome") or {}
    replication: Mapping = result.get("replication") or {}
    outcome = _outcome(given, result, check_mode)
    image: Entry = {
        "host": str(given["host"]),
        **_source(given, result),
        **_target(result),
        "outcome": outcome,
        "message": str(given.get("reason") or result.get("message") or _NO_RESULT).strip(),
        "advice": None,
        "regions": [_region(region) for region in replication.get("regions") or ()],
        "size_gb": _size(given),
        **_times(given, waited, outcome, bool(result.get("changed")) and not check_mode),
        "timeline": [_step(step) for step in said.get("timeline") or ()],
    }
    if outcome == "failed":
        image["advice"] = _advice(image, replication.get("state"), check_mode)
    return image


def skipped(host: str) -> Entry:
    """The entry of a host that has no result."""
    return entry({"host": host})


def _own_wait(given: Mapping, result: Mapping) -> Mapping:
    """The wait for the image's own version, of all that its host waited for."""
    waits: list[Mapping] = [wait for wait in given.get("waited") or () if wait.get("outcome")]
    return next((wait for wait in waits if result.get("version_id") and same_id(wait["id"], result["version_id"])), {})


def _outcome(given: Mapping, result: Mapping, check_mode: bool) -> str:
    if given.get("reason") or result.get("failed"):
        return "failed"
    if not result:
        return "skipped"
    done = "migrated" if result.get("changed") else "unchanged"
    if check_mode:
        return done
    if not result.get("version_id"):
        return "pending"
    replication: Mapping = result.get("replication") or {}
    regions = replication.get("regions") or ()
    if any(region.get("state") != "Completed" for region in regions):
        return "pending"
    # A version that was begun and not waited for has no replication yet; one that was there without any is Shallow.
    unseen = not regions and replication.get("state") is None and bool(result.get("changed"))
    return "pending" if unseen else done


def _id(text: t.Any, *kinds: str) -> ResourceId | None:
    try:
        return parse_id(text, *kinds) if text else None
    except Refused:
        return None


def _source(given: Mapping, result: Mapping) -> Entry:
    """Where the image is, from its id; else from what the inventory says of it."""
    image: Mapping = given.get("managed_image") or {}
    wanted = given.get("source")
    said: Mapping = wanted if isinstance(wanted, dict) else {"id": wanted, "name": wanted}
    text = result.get("source_id") or image.get("id") or said.get("id")
    rid = _id(text, "managed_image")
    if rid is not None:
        place = {"image": rid.name, "resource_group": rid.resource_group, "subscription_id": rid.subscription_id}
        return {**place, "source_id": str(rid)}
    keys = ("resource_group", "subscription_id")
    name = image.get("name") or said.get("name") or given["host"]
    return {"image": str(name), **{key: _text(image.get(key) or said.get(key)) for key in keys}, "source_id": None}


def _text(value: t.Any) -> str | None:
    return None if value in (None, "") else str(value)


def _target(result: Mapping) -> Entry:
    rid = _id(result.get("version_id"), "image_version") or _id(result.get("definition_id"), "image_definition")
    return {
        "gallery": rid.names[0] if rid else None,
        "definition": rid.names[1] if rid else None,
        "version": _text(result.get("version")),
        "version_id": _text(result.get("version_id")),
    }


def _region(region: Mapping) -> Entry:
    return {key: region.get(key) for key in ("name", "state", "progress", "details")}


def _size(given: Mapping) -> int | None:
    """The sum of its disks, as the run has read them, or else as the inventory tells of them."""
    if given.get("size_gb"):
        return int(given["size_gb"])
    sizes = [disk.get("size_gb") for disk in (given.get("managed_image") or {}).get("disks") or ()]
    known = [int(size) for size in sizes if size is not None]
    return sum(known) if known else None


def _step(step: Mapping) -> Entry:
    at = format_time(parse_instant(step["at"], _A_TIME).at)
    return {"at": at, "region": str(step["region"]), "state": str(step["state"])}


def _times(given: Mapping, waited: Mapping, outcome: str, changed: bool) -> Entry:
    """When the image's own version began and ended; null for an image that nothing was done for.

    All images of a batch are waited for together, so the end is what the timeline says, where every region has ended.
    """
    steps: t.Sequence[Mapping] = (waited.get("outcome") or {}).get("timeline") or ()
    if not steps and not changed:
        return {"started": None, "ended": None, "seconds": None}
    started = _moment(waited.get("started") or given.get("started"))
    last = {step["region"]: step["state"] for step in steps}
    over = bool(last) and all(state in ("Completed", "Failed") for state in last.values())
    ended = _moment(steps[-1]["at"] if over else given.get("ended"))
    if outcome == "pending":
        ended = None
    seconds = max(0, round((ended - started).total_seconds())) if started and ended else None
    return {"started": _shown_moment(started), "ended": _shown_moment(ended), "seconds": seconds}


def _moment(text: t.Any) -> datetime.datetime | None:
    return parse_instant(text, _A_TIME).at if text else None


def _shown_moment(moment: datetime.datetime | None) -> str | None:
    return format_time(moment) if moment else None


def _advice(image: Entry, state: str | None, check_mode: bool) -> str:
    """What to do, in addition to what the message says."""
    if state == "TimedOut":
        return f"{_AGAIN} to join the wait, with a larger clone_managed_image_wait_timeout if replication needs longer."
    if state == "Absent":
        return f"Somebody deleted the version while it replicated. {_AGAIN} to make it anew."
    if image["version_id"] and "Failed" in (state, *(region["state"] for region in image["regions"])):
        ready = any(region["state"] == "Completed" for region in image["regions"])
        way = (
            "retry_regions, which takes the failed regions out and adds them again"
            if ready
            else "recreate, which deletes the failed version and makes it anew where that loses nothing"
        )
        return f"{_AGAIN} with clone_managed_image_on_failed={way}."
    if "on_failed: " in image["message"]:
        return f"{_AGAIN} with clone_managed_image_on_failed set to one of these."
    if check_mode:
        return "Correct it before the run; the other images are not held up by it."
    return f"Correct what the message names, then run the playbook again with --limit {shlex.quote(printable(image['host']))}."


# All images


def document(
    images: t.Iterable[Mapping],
    hosts: t.Iterable[str] = (),
    *,
    check_mode: bool = False,
) -> Entry:
    """The whole report, as the JSON file holds it. `hosts` without an image are told as skipped."""
    given = list(images)
    entries = [entry(one, check_mode) for one in given]
    known = {image["host"] for image in entries}
    entries += [skipped(host) for host in dict.fromkeys(map(str, hosts)) if host not in known]
    entries.sort(key=_order)
    started = _outermost(min, [image.get("started") for image in given])
    ended = _outermost(max, [image.get("ended") for image in given])
    return {
        "schema": SCHEMA,
        "check_mode": check_mode,
        "counts": counts(entries),
        "started": _shown_moment(started),
        "ended": _shown_moment(ended),
        "seconds": round((ended - started).total_seconds()) if started and ended else None,
        "images": entries,
    }


def _order(image: Entry) -> tuple[t.Any, ...]:
    """Failed ones first, then the slowest; then by name, in which numbers count as numbers."""
    names = natural(image["image"]), natural(image["resource_group"] or ""), natural(image["host"])
    return (OUTCOMES.index(image["outcome"]), -(image["seconds"] or 0), *names, image["host"])


def _outermost(choose: t.Callable[..., t.Any], times: list[t.Any]) -> datetime.datetime | None:
    moments = [moment for text in times if (moment := _moment(text))]
    return t.cast("datetime.datetime | None", choose(moments, default=None))


def counts(entries: t.Iterable[Mapping]) -> dict[str, int]:
    """How many of each outcome, and of all."""
    listed = [image["outcome"] for image in entries]
    return {"images": len(listed), **{outcome: listed.count(outcome) for outcome in OUTCOMES}}


def failures(report: Mapping) -> list[Entry]:
    """The failed ones, as a result and a job's artifacts hold them: the reason shortened, what to do beside it."""
    keys = ("host", "image", "resource_group", "gallery", "definition", "version", "advice")
    return [
        {**{key: image[key] for key in keys}, "reason": shortened(image["message"])}
        for image in report["images"]
        if image["outcome"] == "failed"
    ]


def shortened(text: str, longest: int = LONGEST_REASON) -> str:
    """A text of bounded length."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def summary(report: Mapping) -> Entry:
    """What is small enough for a result, a job's artifacts and a notification, whatever the size of the fleet."""
    failed = failures(report)
    kept = {key: report[key] for key in ("schema", "check_mode", "counts", "started", "ended", "seconds")}
    return {**kept, "failures": failed[:MOST_FAILURES], "failures_left_out": max(0, len(failed) - MOST_FAILURES)}


def merged(summaries: t.Sequence[Mapping]) -> Entry:
    """The summaries of the parts of a fleet as one."""
    failed = [failure for one in summaries for failure in one["failures"]]
    started = _outermost(min, [one.get("started") for one in summaries])
    ended = _outermost(max, [one.get("ended") for one in summaries])
    left_out = sum(one.get("failures_left_out", 0) for one in summaries)
    keys = ("images", *OUTCOMES)
    return {
        "schema": SCHEMA,
        "check_mode": any(one.get("check_mode") for one in summaries),
        "counts": {key: sum(int(one["counts"].get(key, 0)) for one in summaries) for key in keys},
        "started": _shown_moment(started),
        "ended": _shown_moment(ended),
        "seconds": round((ended - started).total_seconds()) if started and ended else None,
        "failures": failed[:MOST_FAILURES],
        "failures_left_out": left_out + max(0, len(failed) - MOST_FAILURES),
    }


# In words


def lasting(seconds: float | None) -> str:
    """`42 s`, `7 min 5 s`, `1 h 5 min`; a dash where it is not known."""
    if seconds is None:
        return "–"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def headline(report: Mapping) -> str:
    """The counts in words, from a report or its summary."""
    planned = bool(report["check_mode"])
    words = PLANNED_WORDS if planned else WORDS
    told = [f"{report['counts'][outcome]} {words[outcome]}" for outcome in OUTCOMES if report["counts"][outcome]]
    number = report["counts"]["images"]
    text = f"{number} image{'s' * (number != 1)}"
    text += f": {', '.join(told)}" if told else ""
    if planned:
        return f"Plan, nothing was written: {text}."
    return f"{text}, in {lasting(report['seconds'])}." if report["seconds"] is not None else f"{text}."


def lines(told: Mapping, most: int = MOST_FAILURES) -> list[str]:
    """A summary for the screen: the counts, and each failed image with the reason and what to do."""
    shown = told["failures"][:most]
    result = [headline(told)]
    for failure in shown:
        result.append(f"FAILED {_named(failure)}: {failure['reason']}")
        result.append(f"What to do: {failure['advice']}")
    more = told["failures_left_out"] + len(told["failures"]) - len(shown)
    if more:
        result.append(f"and {more} more that failed")
    return [" ".join(printable(line).split()) for line in result]


def _named(failure: Mapping) -> str:
    place = "/".join(str(failure[key]) for key in ("gallery", "definition", "version") if failure.get(key))
    host = f" (host {failure['host']})" if failure["host"] != failure["image"] else ""
    return f"{failure['image']}{host}{f' to {place}' if place else ''}"


def printable(text: t.Any) -> str:
    """A text with nothing in it that steers a terminal, a browser or the direction of what follows."""
    return "".join(character if _harmless(character) else "\N{REPLACEMENT CHARACTER}" for character in str(text))


def _harmless(character: str) -> bool:
    code = ord(character)
    if code < 0x20 or 0x7F <= code < 0xA0:
        return character in "\n\t"
    steering = 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069 or code in (0x200E, 0x200F, 0x061C)
    return not (steering or 0xD800 <= code <= 0xDFFF or code in (0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF))
