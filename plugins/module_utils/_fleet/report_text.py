# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a fleet run in words: for the screen, and text of others as it may be shown."""

from __future__ import annotations

import re
import shlex
import typing as t

Mapping = t.Mapping[str, t.Any]

OUTCOMES = ("failed", "pending", "migrated", "unchanged", "skipped")  # in the order of the report
WORDS = {
    "failed": "failed",
    "pending": "still replicating",
    "migrated": "migrated",
    "unchanged": "already there",
    "skipped": "skipped",
}
PLANNED_WORDS = {**WORDS, "failed": "would fail", "pending": "would wait", "migrated": "would be migrated"}
MOST_NAMED = 5  # of many hosts
LONGEST_REASON = 800
# What ansible-core says of its own doings before the text of a filter or a module.
_WRAPPED = re.compile(
    r"((Task|Module|Action) failed: |Finalization of task args for '[^']*' failed: |Error while resolving value for '[^']*': "
    r"|The (filter|lookup|test) plugin '[^']*' failed: )+"
)


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


def lines(told: Mapping) -> list[str]:
    """A summary for the screen: the counts, each reason of a failure with what to do, and what was skipped."""
    result = [headline(told)]
    if told.get("incomplete"):
        result.append(told["incomplete"])
    for same in _by_reason(told["failures"]):
        result += _failed(same)
    if told["failures_left_out"]:
        result.append(f"and {told['failures_left_out']} more that failed")
    if told.get("skipped_hosts"):
        number = told["counts"]["skipped"]
        hosts = join_first(told["skipped_hosts"], number)
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


def _by_reason(failures: t.Iterable[Mapping]) -> list[list[Mapping]]:
    """The failures with the same reason and, but for the host in it, the same advice."""
    found: dict[tuple[str, str], list[Mapping]] = {}
    for failure in failures:
        advice = "" if failure["advice"] == rerun([failure["host"]]) else str(failure["advice"])
        found.setdefault((str(failure["reason"]), advice), []).append(failure)
    return list(found.values())


def _failed(same: t.Sequence[Mapping]) -> list[str]:
    first, hosts = same[0], [failure["host"] for failure in same]
    if len(same) == 1:
        return [f"FAILED {_named(first)}: {first['reason']}", f"What to do: {first['advice']}"]
    advice = rerun(hosts) if first["advice"] == rerun(hosts[:1]) else first["advice"]
    told = f"FAILED {len(same)} images: {first['reason']}"
    return [told, f"Hosts: {join_first(hosts, len(hosts))}", f"What to do: {advice}"]


def _named(failure: Mapping) -> str:
    place = "/".join(str(failure[key]) for key in ("gallery", "definition", "version") if failure.get(key))
    host = f" (host {failure['host']})" if failure["host"] != failure["image"] else ""
    return f"{failure['image']}{host}{f' to {place}' if place else ''}"


def shorten(text: str, longest: int = LONGEST_REASON) -> str:
    """A text of bounded length."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def own_words(message: str) -> str:
    """A message without what ansible-core puts before it."""
    wrapped = _WRAPPED.match(message)
    return (message[wrapped.end() :] if wrapped else message) or message


def printable(text: t.Any) -> str:
    """A text with nothing in it that steers a terminal, a browser or the direction of what follows."""
    return "".join(character if _harmless(character) else "\N{REPLACEMENT CHARACTER}" for character in str(text))


def _harmless(character: str) -> bool:
    code = ord(character)
    if code < 0x20 or 0x7F <= code < 0xA0:
        return character in "\n\t"
    steering = 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069 or code in (0x200E, 0x200F, 0x061C)
    return not (steering or 0xD800 <= code <= 0xDFFF or code in (0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF))
