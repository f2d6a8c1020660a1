# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a fleet run as data: one entry for each image, and the counts.

An entry is what the JSON file holds of an image. Its `outcome` is one of OUTCOMES. Nothing here asks Azure or a clock: times come
with the results, so that the same results give the same report.
"""

from __future__ import annotations

import datetime
import typing as t

from .._resources.dates import format_time, parse_instant
from .._resources.errors import InvalidRequest
from .._resources.resource_id import ResourceId, parse_id, same_id
from .._role.numbering import natural
from .merge import sources
from .report_text import MOST_NAMED, OUTCOMES, own_words, rerun, shorten

Mapping = t.Mapping[str, t.Any]
Entry = dict[str, t.Any]

SCHEMA = 1
MOST_FAILURES = 100  # in a result; the files hold all

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
    outcome = _outcome(given, result, said, check_mode)
    image: Entry = {
        "host": str(given["host"]),
        **_source(given, result),
        **_target(result),
        "outcome": outcome,
        "message": own_words(str(given.get("reason") or result.get("message") or _NO_RESULT).strip()),
        "advice": None,
        "regions": [_region(region) for region in replication.get("regions") or ()],
        "size_gb": _size(given),
        **_times(given, result, waited, "planned" if check_mode else outcome),
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


def _outcome(given: Mapping, result: Mapping, said: Mapping, check_mode: bool) -> str:
    if given.get("reason") or result.get("failed"):
        return "failed"
    if not result:
        return "skipped"
    # One that an earlier run began and this one waited for was not there already.
    done = "migrated" if result.get("changed") or said else "unchanged"
    replication: Mapping = result.get("replication") or {}
    regions = replication.get("regions") or ()
    under_way = any(region.get("state") != "Completed" for region in regions)
    if check_mode:
        return "pending" if under_way and not result.get("changed") else done
    if under_way or not result.get("version_id"):
        return "pending"
    # A version that was begun and not waited for has no replication yet; one that was there without any is Shallow.
    unseen = not regions and replication.get("state") is None and bool(result.get("changed"))
    return "pending" if unseen else done


def _id(text: t.Any, *kinds: str) -> ResourceId | None:
    try:
        return parse_id(text, *kinds) if text else None
    except InvalidRequest:
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


def _times(given: Mapping, result: Mapping, waited: Mapping, outcome: str) -> Entry:
    """When the image's own version began and ended; null for what nobody saw.

    All images of a batch are waited for together, so its end (`ended`) is only that of an image whose wait ran out of time. The
    others' is the last time of their timeline.
    """
    steps: t.Sequence[Mapping] = (waited.get("outcome") or {}).get("timeline") or ()
    if not steps:
        begun = given.get("started") if result.get("changed") and outcome in ("pending", "migrated") else None
        return {"started": _shown_moment(_moment(begun)), "ended": None, "seconds": None}
    started = _moment(waited.get("started") or given.get("started"))
    late = (result.get("replication") or {}).get("state") == "TimedOut"
    ended = None if outcome == "pending" else _moment((late and given.get("ended")) or steps[-1]["at"])
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
    if "run it again later" in image["message"]:
        return f"{_AGAIN} later."
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
    return rerun([image["host"]])


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
        {**{key: image[key] for key in keys}, "reason": shorten(image["message"])}
        for image in report["images"]
        if image["outcome"] == "failed"
    ]


def summary(report: Mapping) -> Entry:
    """What is small enough for a result, a job's artifacts and a notification, whatever the size of the fleet."""
    failed = failures(report)
    skipped_hosts = [image["host"] for image in report["images"] if image["outcome"] == "skipped"]
    kept = {key: report[key] for key in ("schema", "check_mode", "counts", "started", "ended", "seconds")}
    return {
        **kept,
        "failures": failed[:MOST_FAILURES],
        "failures_left_out": max(0, len(failed) - MOST_FAILURES),
        "skipped_hosts": skipped_hosts[:MOST_NAMED],
        "sources": sources(report["images"]),
        "incomplete": None,
    }


def merged(summaries: t.Sequence[Mapping], incomplete: str | None = None) -> Entry:
    """The summaries of the parts of a fleet as one. `incomplete`: what is known to be missing."""
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
        "skipped_hosts": [str(host) for one in summaries for host in one.get("skipped_hosts") or ()][:MOST_NAMED],
        "incomplete": incomplete,
    }
