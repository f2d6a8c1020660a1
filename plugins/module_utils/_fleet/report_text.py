"""The report of a fleet run as text for the screen, and foreign text made safe to show."""

from __future__ import annotations

import re
import shlex
import typing as t

from .._resources.text import duration, printable
from .jobs import job_of

Mapping = t.Mapping[str, t.Any]


MOST_NAMED = 5  # of many hosts
LONGEST_REASON = 800
# What ansible-core puts before the message of a filter or a module.
_WRAPPED = re.compile(
    r"((Task|Module|Action) failed: |Finalization of task args for '[^']*' failed: |Error while resolving value for '[^']*': "
    r"|The (filter|lookup|test) plugin '[^']*' failed: )+"
)
# What differs in messages that have the same reason: request ids, and numbers that stand alone.
_GUID_OR_NUMBER = re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|(?<![\w.-])\d+(?![\w.-])", re.IGNORECASE)


def headline(report: Mapping) -> str:
    """The counts as one sentence, from a report or its summary."""
    planned = bool(report["check_mode"])
    parts = [
        f"{report['counts'][key]} {both.planned if planned else both.label}"
        for key, both in job_of(report).outcomes.items()
        if report["counts"][key]
    ]
    number = report["counts"]["images"]
    text = f"{number} image{'s' * (number != 1)}"
    text += f": {', '.join(parts)}" if parts else ""
    if planned:
        return f"{'Plan' if report.get('incomplete') else 'Plan, nothing was written'}: {text}."
    return f"{text}, in {duration(report['seconds'])}." if report["seconds"] is not None else f"{text}."


def opening(summary: Mapping) -> list[str]:
    """The counts and what is missing; the latter comes first if only the plan of a run is known."""
    found = [headline(summary), *filter(None, [summary.get("incomplete")])]
    return found[::-1] if summary["check_mode"] else found


def lines(summary: Mapping) -> list[str]:
    """A summary for the screen: the counts, each reason with its images and what to do, and what was skipped."""
    result = opening(summary)
    for group in by_reason(summary["failures"]):
        result += _failed(group, job_of(summary).outcomes[group[0]["outcome"]].heading)
    if summary["failures_left_out"]:
        result.append(f"and {summary['failures_left_out']} more that failed")
    if summary.get("skipped_hosts"):
        number = summary["counts"]["skipped"]
        hosts = join_first(summary["skipped_hosts"], number)
        result.append(f"SKIPPED {number} host{'s' * (number != 1)} (no source, or not reached): {hosts}")
    return [" ".join(printable(line).split()) for line in result]


def join_first(names: t.Sequence[t.Any], number: int) -> str:
    """The first of so many names, and how many more there are."""
    shown = [str(name) for name in names[:MOST_NAMED]]
    return f"{', '.join(shown)}{f' and {number - len(shown)} more' if number > len(shown) else ''}"


def rerun(hosts: t.Sequence[t.Any]) -> str:
    """What to do for images whose options or surroundings are wrong."""
    named = shlex.quote(printable(",".join(map(str, hosts))))
    limit = f" with --limit {named} (in AWX: Limit of the job)" if len(hosts) <= MOST_NAMED else ""
    return f"Correct what the message names, then run the playbook again{limit}."


def by_reason(failures: t.Iterable[Mapping]) -> list[list[Mapping]]:
    """The failures that have the same outcome, reason and advice apart from the image, most images first."""
    found: dict[tuple[str, str, str], list[Mapping]] = {}
    for failure in failures:
        way = "" if failure["advice"] == rerun([failure["host"]]) else str(failure["advice"])
        found.setdefault((failure["outcome"], _same(failure), way), []).append(failure)
    return sorted(found.values(), key=len, reverse=True)


def _same(failure: Mapping) -> str:
    """The reason without what is this image's alone: its names, numbers and request ids."""
    keys = ("image", "host", "resource_group", "gallery", "definition", "version")
    own = sorted({str(failure[key]) for key in keys if failure.get(key)}, key=len, reverse=True)
    names = "|".join(map(re.escape, own))
    text = re.sub(rf"(?<![\w.-])({names})(?![\w-])", "…", failure["reason"], flags=re.IGNORECASE)
    return _GUID_OR_NUMBER.sub("#", text)


def advice(group: t.Sequence[Mapping]) -> str:
    """What to do for all failures of a group of `by_reason`."""
    first = group[0]
    hosts = [failure["host"] for failure in group]
    return rerun(hosts) if first["advice"] == rerun(hosts[:1]) else str(first["advice"])


def _failed(group: t.Sequence[Mapping], heading: str) -> list[str]:
    first, hosts = group[0], [failure["host"] for failure in group]
    todo = f"What to do: {advice(group)}"
    if len(group) == 1:
        return [f"{heading} {_named(first)}: {first['reason']}", todo]
    same = len({failure["reason"] for failure in group}) == 1
    example = "" if same else f", for example {_named(first)}"
    return [
        f"{heading} {len(group)} images{example}: {first['reason']}",
        f"Hosts: {join_first(hosts, len(hosts))}",
        todo,
    ]


def _named(failure: Mapping) -> str:
    place = "/".join(str(failure[key]) for key in ("gallery", "definition", "version") if failure.get(key))
    host = f" (host {failure['host']})" if failure["host"] != failure["image"] else ""
    return f"{failure['image']}{host}{f' to {place}' if place else ''}"


def own_words(message: str) -> str:
    """A message without what ansible-core puts before it."""
    wrapped = _WRAPPED.match(message)
    return (message[wrapped.end() :] if wrapped else message) or message


def map_texts(change: t.Callable[[str], str], value: t.Any) -> t.Any:
    """The value with every text in it changed, apart from keys."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: map_texts(change, item) for key, item in value.items()}
    return [map_texts(change, item) for item in value] if isinstance(value, list) else value
