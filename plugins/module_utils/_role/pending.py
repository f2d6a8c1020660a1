"""What a host of the role clone_managed_image waits for: a list of entries, one for each image, and what becomes of them.

An entry holds all that a later task needs: `plan` (options of image_version, by the number that the version has got), `wait` (the
entry for wait_for_replication, or None), `wait_timeout`, `started` (seconds since the epoch), `credentials`, `flush` (whether the
role waits for it by itself), `index` (its place in the results of the host), `turn` and `again` (see note), `version` (what
image_version returned last), `changed`, `outcome` (what wait_for_replication returned), `message` and `state`:

pending  it is waited for, by `wait`
left     the host's own image_version has to run once more
done     it is ready in every region
failed   it is not, for the reason in `message`
"""

from __future__ import annotations

import typing as t

from .._resources.resource_id import same_id

Entry = dict[str, t.Any]
Mapping = t.Mapping[str, t.Any]
_VERSION_PATH = "/versions/"
_KEPT = ("image_version", "replication_pending", "deferred", "waits_for", "update_pending", "set_by_azure")


def awaited(version: Mapping) -> str | None:
    """The ID to wait for after a task image_version; None for none, or for a source that is busy elsewhere."""
    if version.get("deferred"):
        waits_for = str(version.get("waits_for") or "")
        return waits_for if _VERSION_PATH in waits_for.lower() else None
    if version.get("replication_pending"):
        return str(version["image_version"]["id"])
    return None


def failure(version: Mapping) -> str | None:
    """The message of a task image_version that failed, also under `failed_when: false`; None if it succeeded."""
    if version.get("failed") or (version.get("msg") and not version.get("skipped")):
        return str(version.get("msg") or "The task failed without a message.")
    return None


def pending(
    entries: t.Iterable[Entry], waited: Mapping | None = None, runs: t.Iterable[Mapping] = (), now: float = 0.0
) -> list[Entry]:
    """The list after a wait (what wait_for_replication returned), or after a loop of image_version over entries (`runs`)."""
    outcomes = {str(one["id"]).lower(): one for one in (waited or {}).get("results") or ()}
    result = [_resolve(entry, outcomes) for entry in entries]
    for run in runs:
        item: Mapping = run[run["ansible_loop_var"]]
        for place, entry in enumerate(result):
            if entry["index"] == item["index"]:
                result[place] = _update(entry, run, now)
    return result


def note(
    entries: t.Iterable[Entry],
    version: Mapping,
    plan: Mapping,
    index: int,
    now: float,
    waited: Mapping | None = None,
) -> list[Entry]:
    """The list with a new entry, after the first task image_version of an image; `waited` is what an earlier wait returned.

    `turn`: another version is being created from its source, and Azure creates one at a time. `again`: the version has to be
    changed once it is ready.
    """
    entry: Entry = {
        "plan": {**plan["image_version"], "wait_timeout": None},
        "wait_timeout": plan["wait_timeout"],
        "credentials": plan["credentials"],
        "flush": plan["flush"],
        "index": index,
        "changed": False,
    }
    return [*pending(entries, waited), _update(entry, version, now)]


def _update(entry: Entry, version: Mapping, now: float) -> Entry:
    """The entry after one more task image_version."""
    message = failure(version)
    kept = {key: version.get(key) for key in _KEPT}
    if message and not kept["image_version"]:
        kept = entry.get("version") or kept
    body = version.get("image_version")
    rid = None if message else awaited(version)
    turn, again = bool(version.get("deferred")), bool(version.get("update_pending"))
    plan = entry["plan"]
    if body and not turn:  # what this run has started is not deleted by it, and is not numbered a second time
        plan = {**plan, "name": body["name"], "defaults": None, "when_cloned": None, "on_failed": "fail"}
    wait = {"id": rid, "wait_timeout": entry["wait_timeout"]} if rid else None
    if wait and plan.get("poll_interval"):
        wait["poll_interval"] = plan["poll_interval"]
    return {
        **entry,
        "plan": plan,
        "version": kept,
        "changed": entry["changed"] or bool(version.get("changed")),
        "turn": turn,
        "again": again,
        "wait": wait,
        "started": now,
        "outcome": None,
        "message": message,
        "state": _state(message, rid, turn or again),
    }


def _state(message: str | None, rid: str | None, unfinished: bool) -> str:
    if message:
        return "failed"
    if rid:
        return "pending"
    return "left" if unfinished else "done"


def _resolve(entry: Entry, outcomes: Mapping) -> Entry:
    """The entry after a wait; one that the wait did not cover, or could not read, stays pending."""
    if entry["state"] != "pending":
        return entry
    outcome = next((one for rid, one in outcomes.items() if same_id(rid, entry["wait"]["id"])), None)
    if outcome is None or outcome["state"] == "Error":
        return entry
    kept = {key: outcome.get(key) for key in ("state", "regions", "timeline", "message")}
    if outcome["state"] == "Completed" or (entry["turn"] and outcome["state"] != "TimedOut"):
        return {**entry, "outcome": kept, "state": "left" if entry["turn"] or entry["again"] else "done"}
    return {**entry, "outcome": kept, "state": "failed", "message": str(outcome["message"])}


def not_ready(entries: t.Iterable[Entry], waited: Mapping | None = None) -> list[str]:
    """What a play has to be warned of that ends without the entry point verdict: one line for each image that is not ready."""
    return [
        f"{entry['plan'].get('source') or entry['version']['image_version']['id']}: "
        f"{entry['message'] or 'the version was not started or changed.'}"
        for entry in pending(entries, waited)
        if entry["state"] != "done" and not entry["flush"]
    ]
