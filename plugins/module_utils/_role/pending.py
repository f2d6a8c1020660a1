"""What a host of the role clone_managed_image waits for: a list of entries, one for each image, and what becomes of them.

An entry holds all that a later task needs: `plan` (options of image_version, by the number that the version has got), `wait` (the
entry for wait_for_replication, or None), `wait_timeout`, `started` (seconds since the epoch), `credentials`, `flush` (whether the
role waits for it by itself), `again` (whether image_version has run once more), `index` (its place in the results of the host),
`version` (what image_version returned last), `changed`, `outcome` (what wait_for_replication returned), `message` and `state`:

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
_KEPT = ("image_version", "replication_pending", "deferred", "waits_for", "update_pending", "set_by_azure")


def failure(step: Mapping) -> str | None:
    """The message of a task that failed, also under `failed_when: false`; None if it succeeded."""
    if step.get("failed") or (step.get("msg") and not step.get("skipped")):
        return str(step.get("msg") or "The task failed without a message.")
    return None


def pending(
    entries: t.Iterable[Entry],
    *,
    waited: Mapping | None = None,
    runs: t.Iterable[Mapping] = (),
    version: Mapping | None = None,
    plan: Mapping | None = None,
    index: int = 0,
    now: float = 0.0,
) -> list[Entry]:
    """The list after a wait (what wait_for_replication returned), and after more tasks image_version.

    `runs` are the results of a loop over entries. `version` is that of the first task of an image, with the `plan` of clone_plan:
    it gets a new entry.
    """
    result = [_resolve(entry, (waited or {}).get("results") or ()) for entry in entries]
    if version is not None and plan is not None:
        known = {key: plan[key] for key in ("wait_timeout", "credentials", "flush")}
        options = {**plan["image_version"], "wait_timeout": None}
        entry = {**known, "plan": options, "index": index, "changed": False, "again": False}
        result.append(_update(entry, version, now))
    for run in runs:
        item: Mapping = run[run["ansible_loop_var"]]
        result = [
            _update({**entry, "again": True}, run, now) if entry["index"] == item["index"] else entry
            for entry in result
        ]
    return result


def _update(entry: Entry, version: Mapping, now: float) -> Entry:
    """The entry after one more task image_version."""
    message = failure(version)
    kept = {key: version.get(key) for key in _KEPT}
    if message and not kept["image_version"]:
        kept = entry.get("version") or kept
    plan, wait = entry["plan"], None if message else _awaited(version)
    if version.get("image_version") and not version.get("deferred"):
        # what this run has started is not deleted by it, and is not numbered a second time
        name = version["image_version"]["name"]
        plan = {**plan, "name": name, "defaults": None, "when_cloned": None, "on_failed": "fail"}
    if wait:
        interval = {"poll_interval": plan["poll_interval"]} if plan.get("poll_interval") else {}
        wait = {"id": wait, "wait_timeout": entry["wait_timeout"], **interval}
    state = "failed" if message else "pending" if wait else "left" if _unfinished(version) else "done"
    return {
        **entry,
        "plan": plan,
        "version": kept,
        "changed": entry["changed"] or bool(version.get("changed")),
        "wait": wait,
        "started": now,
        "outcome": None,
        "message": message,
        "state": state,
    }


def _awaited(version: Mapping) -> t.Any:
    """The ID to wait for; None for none, or for a source that is busy elsewhere."""
    if version.get("deferred"):
        waits_for = str(version.get("waits_for") or "")
        return waits_for if "/versions/" in waits_for.lower() else None
    return version["image_version"]["id"] if version.get("replication_pending") else None


def _unfinished(version: Mapping) -> bool:
    """Whether another version is created from its source first, or it has to be changed once it is ready."""
    return bool(version.get("deferred") or version.get("update_pending"))


def _resolve(entry: Entry, outcomes: t.Iterable[Mapping]) -> Entry:
    """The entry after a wait; one that the wait did not cover, or could not read, stays pending."""
    if entry["state"] != "pending":
        return entry
    outcome = next((one for one in outcomes if same_id(str(one["id"]), entry["wait"]["id"])), None)
    if outcome is None or outcome["state"] == "Error":
        return entry
    entry = {**entry, "outcome": {key: outcome.get(key) for key in ("state", "regions", "timeline", "message")}}
    if outcome["state"] == "Completed" or (entry["version"]["deferred"] and outcome["state"] != "TimedOut"):
        return {**entry, "state": "left" if _unfinished(entry["version"]) else "done"}
    return {**entry, "state": "failed", "message": str(outcome["message"])}


def not_ready(entries: t.Iterable[Entry]) -> list[Entry]:
    """The images that are not ready in a play that ends without the entry point verdict, each with a message."""
    return [
        {**entry, "message": entry["message"] or "The version was not started or changed."}
        for entry in entries
        if entry["state"] != "done" and not entry["flush"]
    ]
