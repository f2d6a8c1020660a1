# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the hosts of a play wait for in the role clone_managed_image: a list on each host, and what became of each entry.

An entry is `{id, wait_timeout, poll_interval, started, credentials, turn, outcome}`. `started` is a UTC time in ISO 8601. `turn`:
the version is another's, made from the same source, and this host's own can be begun once it is done. `outcome` is what
wait_for_replication said, or None so far.
`version` below is what the module image_version returned.
"""

from __future__ import annotations

import typing as t

from .._resources.resource_id import same_id

Entry = dict[str, t.Any]
Mapping = t.Mapping[str, t.Any]
_VERSION_PATH = "/versions/"


def awaited(version: Mapping) -> str | None:
    """The id that a host has to wait for after its task image_version; None for none, or for a source that is busy elsewhere."""
    if version.get("deferred"):
        waits_for = str(version.get("waits_for") or "")
        return waits_for if _VERSION_PATH in waits_for.lower() else None
    if version.get("replication_pending"):
        return str(version["image_version"]["id"])
    return None


def note(waiting: t.Iterable[Entry], version: Mapping, plan: Mapping, started: str) -> list[Entry]:
    """The list with what the version waits for now."""
    rid = awaited(version)
    kept = [entry for entry in waiting if rid is None or not same_id(entry["id"], rid)]
    if rid is None:
        return kept
    entry = {
        "id": rid,
        "wait_timeout": plan["wait_timeout"],
        "poll_interval": plan["poll_interval"],
        "started": started,
        "credentials": plan["credentials"],
        "turn": bool(version.get("deferred")),
        "outcome": None,
    }
    return [*kept, entry]


def _open(entry: Mapping) -> bool:
    """Whether nobody has yet seen how it ended."""
    return entry["outcome"] is None or entry["outcome"]["state"] == "Error"


def to_wait_for(lists: t.Iterable[t.Iterable[Entry]], own: t.Iterable[Entry]) -> list[dict[str, t.Any]]:
    """The option `versions` of one wait for all hosts that sign in as this one does (`own` is its list)."""
    mine = {entry["credentials"] for entry in own}
    result: dict[str, dict[str, t.Any]] = {}
    for entry in (entry for listed in lists for entry in listed):
        if not _open(entry) or entry["credentials"] not in mine:
            continue
        wanted = {"id": entry["id"], "wait_timeout": entry["wait_timeout"]}
        if entry["poll_interval"]:
            wanted["poll_interval"] = entry["poll_interval"]
        known = result.setdefault(entry["id"].lower(), wanted)
        known["wait_timeout"] = max(known["wait_timeout"], wanted["wait_timeout"])
    return list(result.values())


def by_id(results: t.Iterable[Mapping] | None, seen: str) -> dict[str, dict[str, t.Any]]:
    """What a wait that ended at the time `seen` found out, for `judged`: a host's own entry is found without reading all.

    The id stands in front only: AWX drops a result that is too large, and this is one of a thousand images.
    """
    return {
        str(result["id"]).lower(): {"seen": seen, "outcome": {key: result[key] for key in result if key != "id"}}
        for result in results or ()
    }


def judged(waiting: t.Iterable[Entry], found: Mapping) -> list[Entry]:
    """The list with what waits found out (`by_id`); what was seen before an entry was noted says nothing of it."""
    return [_judged(entry, found) for entry in waiting]


def _judged(entry: Entry, found: Mapping) -> Entry:
    said = found.get(entry["id"].lower()) if _open(entry) else None
    if said is None or said["seen"] < entry["started"]:
        return dict(entry)
    return {**entry, "outcome": dict(said["outcome"])}


def any_open(lists: t.Iterable[t.Iterable[Entry]]) -> bool:
    """Whether any of these hosts has something to wait for."""
    return any(_open(entry) for listed in lists for entry in listed)


def entry_of(waiting: t.Iterable[Entry], version: Mapping) -> Entry | None:
    """The entry that this version waits for."""
    rid = awaited(version)
    return next((entry for entry in waiting if rid and same_id(entry["id"], rid)), None)


def next_step(waiting: t.Iterable[Entry], version: Mapping) -> str:
    """What comes next for a host: `done`, `failed`, `wait` (nobody could see how it ended), or `start` (its turn has come)."""
    again = bool(version.get("deferred") or version.get("update_pending"))
    entry = entry_of(waiting, version)
    if entry is None:
        return "start" if again else "done"
    if _open(entry):
        return "wait"
    state = entry["outcome"]["state"]
    if state == "Completed" or (entry["turn"] and state != "TimedOut"):
        return "start" if again else "done"
    return "failed"
