"""Whether the reports of the jobs of a fleet cover all images that were planned."""

from __future__ import annotations

import typing as t

from .._resources.text import natural
from .report_text import join_first

Mapping = t.Mapping[str, t.Any]
MOST_SOURCES = 1000  # that a report names; above, only their numbers are compared

_LOST = "A job was canceled, timed out or lost: launch it again."
_NO_RUN = "{} left no report, only the plan is known: its job was canceled, timed out or lost. Launch it again."


def sources(images: t.Sequence[Mapping]) -> list[dict[str, t.Any]] | None:
    """The images that were not skipped, as host/name, grouped by the start of their ids.

    A name is neither a key nor a text of its own: read as YAML it could become a number (awx_artifacts).
    """
    if len(images) > MOST_SOURCES:
        return None
    found: dict[str, list[str]] = {}
    for image in images:
        if image["outcome"] != "skipped":
            place, _slash, name = (image["source_id"] or "").rpartition("/")
            found.setdefault(place, []).append(f"{image['host']}/{name}")
    return [{"place": place or None, "images": listed} for place, listed in found.items()]


def latest(runs: t.Sequence[Mapping]) -> list[Mapping]:
    """Without the reports whose images a later one has as well: the jobs that verify and promote are of the same images."""
    kept: list[Mapping] = []
    known: set[str] = set()
    for one in reversed(runs):
        hosts = set(_ids([one]) or ())
        if not hosts or not hosts <= known:
            kept.insert(0, one)
            known |= hosts
    return kept


def incomplete(plans: t.Sequence[Mapping], runs: t.Sequence[Mapping]) -> str | None:
    """Which planned images the reports of `runs` do not cover; None if they cover all, or there was no plan."""
    if not plans:
        return None
    if not runs:
        return _NO_RUN.format(str(plans[0].get("job", "migrate")).capitalize())
    planned, done = _ids(plans), _ids(runs)
    if planned is None or done is None:
        number, reported = _number(plans), _number(runs)
        return f"{reported} of the {number} planned images were reported. {_LOST}" if reported < number else None
    known = set(filter(None, done.values()))
    # The host decides only if one of both has no id, such as an image that failed before it was found.
    missing = [
        host
        for host, source in planned.items()
        if source not in known and (host not in done or (source and done[host]))
    ]
    if not missing:
        return None
    missing.sort(key=natural)
    covered = f"{len(planned) - len(missing)} of the {len(planned)} planned images were reported"
    return f"{covered}; missing: {join_first(missing, len(missing))}. {_LOST}"


def _ids(reports: t.Iterable[Mapping]) -> dict[str, str] | None:
    """The id of each host's image, empty if it is not known; None if a report does not name its images."""
    found: dict[str, str] = {}
    for one in reports:
        if one.get("sources") is None:
            return None
        for part in one["sources"]:
            for image in part["images"]:
                host, _slash, name = image.rpartition("/")
                found[host] = f"{part['place']}/{name}".lower() if part["place"] else ""
    return found


def _number(reports: t.Iterable[Mapping]) -> int:
    return sum(int(one["counts"].get("images", 0)) - int(one["counts"].get("skipped", 0)) for one in reports)
