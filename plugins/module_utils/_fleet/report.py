"""The report of a fleet run as data: one entry for each image, and the counts.

An entry is what the JSON file has for an image; its `outcome` is one of its job's (jobs.py). Nothing here reads Azure or a clock:
times are part of the results, so that the same results give the same report.
"""

from __future__ import annotations

import typing as t

from .._resources.dates import format_time, parse_instant
from .._resources.errors import InvalidRequest
from .._resources.resource_id import ResourceId, parse_id
from .._resources.text import natural, shorten
from .jobs import MIGRATE, Job, job_of
from .merge import sources
from .report_text import LONGEST_REASON, MOST_NAMED, own_words, rerun

Mapping = t.Mapping[str, t.Any]
Entry = dict[str, t.Any]

SCHEMA = 1
MOST_FAILURES = 100  # in a result; the files have all

_REGION = ("name", "state", "progress", "details")
_A_TIME = "a time of the run (started, ended, at)"
_NO_RESULT = "No source, or not reached: there is no result of this host."
_AGAIN = "Run the playbook again"


# One image


def entry(given: Mapping, check_mode: bool = False, job: Job = MIGRATE) -> Entry:
    """The entry of one image, from an item of the option `images` of the module."""
    result: Mapping = given.get("result") or {}
    replication: Mapping = result.get("replication") or {}
    outcome = _outcome(given, result, check_mode, job)
    image: Entry = {
        "host": str(given["host"]),
        **_source(given, result),
        **_target(result),
        "outcome": outcome,
        "message": own_words(str(given.get("reason") or result.get("message") or _NO_RESULT).strip()),
        "advice": None,
        "regions": [{key: region.get(key) for key in _REGION} for region in replication.get("regions") or ()],
        "size_gb": _size(given, result),
        **_times(given, result, "planned" if check_mode else outcome),
        "timeline": [_step(step) for step in replication.get("timeline") or ()],
        **job.own(result),
    }
    if job.outcomes[outcome].heading:
        image["advice"] = job.advice.get(outcome) or _advice(image, replication.get("state"), check_mode)
    return image


def _outcome(given: Mapping, result: Mapping, check_mode: bool, job: Job) -> str:
    if given.get("reason"):
        return "failed"
    return job.outcome(result, check_mode) if result else "skipped"


def _id(text: t.Any, *kinds: str) -> ResourceId | None:
    try:
        return parse_id(text, *kinds) if text else None
    except InvalidRequest:
        return None


def _source(given: Mapping, result: Mapping) -> Entry:
    """The managed image: from its id, or else from the inventory and the variables of the role."""
    image: Mapping = given.get("managed_image") or {}
    wanted = given.get("source")
    named: Mapping = wanted if isinstance(wanted, dict) else {"id": wanted, "name": wanted}
    text = result.get("source_id") or image.get("id") or named.get("id")
    rid = _id(text, "managed_image")
    if rid is not None:
        place = {"image": rid.name, "resource_group": rid.resource_group, "subscription_id": rid.subscription_id}
        return {**place, "source_id": str(rid)}
    keys = ("resource_group", "subscription_id")
    name = image.get("name") or named.get("name") or given["host"]
    return {"image": str(name), **{key: _text(image.get(key) or named.get(key)) for key in keys}, "source_id": None}


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


def _size(given: Mapping, result: Mapping) -> int | None:
    """The sum of its disks: as the run read it, or else from the inventory."""
    known = given.get("size_gb") or result.get("size_gb")
    if known:
        return int(known)
    sizes = [disk.get("size_gb") for disk in (given.get("managed_image") or {}).get("disks") or ()]
    listed = [int(size) for size in sizes if size is not None]
    return sum(listed) if listed else None


def _step(step: Mapping) -> Entry:
    return {"at": _utc(step["at"]), "region": str(step["region"]), "state": str(step["state"])}


def _times(given: Mapping, result: Mapping, outcome: str) -> Entry:
    """When the version of the image was started and when it was ready or failed; null if that was not seen.

    All images of a batch are waited for together, so the end of the batch (`ended`) is the end of an image only if its wait timed
    out. Otherwise it is the last time of its timeline.
    """
    replication: Mapping = result.get("replication") or {}
    start = _utc(replication.get("started") or given.get("started") or result.get("started"))
    steps: t.Sequence[Mapping] = replication.get("timeline") or ()
    if not steps:
        seen = result.get("changed") and outcome in ("pending", "migrated")
        return {"started": start if seen else None, "ended": None, "seconds": None}
    late = replication.get("state") == "TimedOut" and (given.get("ended") or result.get("ended"))
    ended = None if outcome == "pending" else _utc(late or steps[-1]["at"])
    return {"started": start, "ended": ended, "seconds": _seconds(start, ended)}


def _utc(text: t.Any) -> str | None:
    """A time as every report has it, so that the earlier of two is the lesser text."""
    return format_time(parse_instant(text, _A_TIME).at) if text else None


def _seconds(started: str | None, ended: str | None) -> int | None:
    if not started or not ended:
        return None
    return max(0, round((parse_instant(ended).at - parse_instant(started).at).total_seconds()))


def _advice(image: Entry, state: str | None, check_mode: bool) -> str:
    """What to do, in addition to the message."""
    if state == "TimedOut":
        return (
            f"{_AGAIN} to resume the wait, with a larger clone_managed_image_wait_timeout if replication needs longer."
        )
    if "run it again later" in image["message"]:
        return f"{_AGAIN} later."
    if state == "Absent":
        return f"The version was deleted while it replicated. {_AGAIN} to create it again."
    if image["version_id"] and "Failed" in (state, *(region["state"] for region in image["regions"])):
        ready = any(region["state"] == "Completed" for region in image["regions"])
        way = (
            "retry_regions, which removes the failed regions and adds them again"
            if ready
            else "recreate, which deletes the failed version and creates it again if no data is lost"
        )
        return f"{_AGAIN} with clone_managed_image_on_failed={way}."
    if "on_failed: " in image["message"]:
        return f"{_AGAIN} with clone_managed_image_on_failed set to one of these."
    if check_mode:
        return "Correct it before the run; the other images do not depend on it."
    return rerun([image["host"]])


# All images


def document(
    images: t.Iterable[Mapping],
    hosts: t.Iterable[str] = (),
    *,
    check_mode: bool = False,
    job: Job = MIGRATE,
) -> Entry:
    """The whole report, as the JSON file has it. `hosts` without an image count as skipped."""
    given: list[Mapping] = list(images)
    known = {str(image["host"]) for image in given}
    given += [{"host": host} for host in dict.fromkeys(map(str, hosts)) if host not in known]
    entries = sorted((entry(one, check_mode, job) for one in given), key=lambda image: _order(image, job))
    outcomes = [image["outcome"] for image in entries]
    counts = {"images": len(entries), **{outcome: outcomes.count(outcome) for outcome in job.outcomes}}
    return {**_head(job, check_mode, counts, [*map(_of_the_run, given), *entries]), "images": entries}


def _head(job: Job, check_mode: bool, counts: dict[str, int], parts: t.Iterable[Mapping]) -> Entry:
    """What a report and its summary begin with; `parts` have `started` and `ended`."""
    times = [(_utc(part.get("started")), _utc(part.get("ended"))) for part in parts]
    started = min((start for start, _end in times if start), default=None)
    ended = max((end for _start, end in times if end), default=None)
    return {
        "schema": SCHEMA,
        "job": job.name,
        "check_mode": check_mode,
        "counts": counts,
        "started": started,
        "ended": ended,
        "seconds": _seconds(started, ended),
    }


def _of_the_run(given: Mapping) -> Entry:
    result: Mapping = given.get("result") or {}
    return {key: given.get(key) or result.get(key) for key in ("started", "ended")}


def _order(image: Entry, job: Job) -> tuple[t.Any, ...]:
    """By outcome, failed ones first, then the slowest; then by name, in which numbers count as numbers."""
    names = natural(image["image"]), natural(image["resource_group"] or ""), natural(image["host"])
    return (list(job.outcomes).index(image["outcome"]), -(image["seconds"] or 0), *names, image["host"])


def failures(report: Mapping) -> list[Entry]:
    """The images with reasons, as a result and the artifacts of a job have them, with the reasons shortened."""
    outcomes = job_of(report).outcomes
    keys = ("host", "outcome", "image", "resource_group", "gallery", "definition", "version", "advice")
    return [
        {**{key: image[key] for key in keys}, "reason": shorten(image["message"], LONGEST_REASON)}
        for image in report["images"]
        if outcomes[image["outcome"]].heading
    ]


def summary(report: Mapping) -> Entry:
    """The part that is small enough for a result, the artifacts of a job and a notification, for a fleet of any size."""
    failed = failures(report)
    skipped_hosts = [image["host"] for image in report["images"] if image["outcome"] == "skipped"]
    kept = {key: report[key] for key in ("schema", "job", "check_mode", "counts", "started", "ended", "seconds")}
    return {
        **kept,
        "failures": failed[:MOST_FAILURES],
        "failures_left_out": max(0, len(failed) - MOST_FAILURES),
        "skipped_hosts": skipped_hosts[:MOST_NAMED],
        "sources": sources(report["images"]),
        "incomplete": None,
    }


def merged(summaries: t.Sequence[Mapping], incomplete: str | None = None) -> Entry:
    """The summaries of the parts of a fleet as one. `incomplete` says what is known to be missing."""
    # Summaries of an earlier version of the collection have only failed images.
    failed = [{"outcome": "failed", **failure} for one in summaries for failure in one["failures"]]
    left_out = sum(one.get("failures_left_out", 0) for one in summaries)
    job = job_of(summaries[0])
    keys = ("images", *job.outcomes)
    counts = {key: sum(int(one["counts"].get(key, 0)) for one in summaries) for key in keys}
    return {
        **_head(job, any(one.get("check_mode") for one in summaries), counts, summaries),
        "failures": failed[:MOST_FAILURES],
        "failures_left_out": left_out + max(0, len(failed) - MOST_FAILURES),
        "skipped_hosts": [str(host) for one in summaries for host in one.get("skipped_hosts") or ()][:MOST_NAMED],
        "incomplete": incomplete,
    }
