"""The fact `clone_managed_image_results`: how the clones of a host ended, one result for each image."""

from __future__ import annotations

import datetime
import typing as t

from .._resources.dates import format_time
from .._resources.errors import InvalidRequest
from .._resources.image_version import every_region
from .._versions.action import Action
from .pending import Entry, failure
from .pending import pending as resolve

Mapping = t.Mapping[str, t.Any]

_READY = "It is ready in every region."
_PREDICTED = {
    Action.CREATE: "created",
    Action.RECREATE: "deleted and created again",
    Action.RETRY_REGIONS: "removed from the regions that failed and added to them again",
}


def clone_results(
    results: t.Iterable[Mapping],
    *,
    plan: Mapping | None = None,
    steps: t.Sequence[Mapping] = (),
    pending: t.Iterable[Entry] = (),
    waited: Mapping | None = None,
) -> list[dict[str, t.Any]]:
    """The results so far, completed by what the host waits for (`pending`, by index) and what the shared wait returned.

    With `plan`, what clone_plan returned, the result of one more image is added; `steps` are those of the tasks that followed,
    the last that of image_version.
    """
    entries = {entry["index"]: entry for entry in resolve(pending, waited=waited)}
    found = [dict(one) for one in results]
    if plan is not None:
        found.append(_result(plan, steps, len(found) in entries))
    for index, one in enumerate(found):
        if index in entries and not one["failed"]:
            ended = _ended(entries[index])
            found[index] = {**one, **ended, "changed": one["changed"] or ended["changed"]}
    return found


def _result(planned: Mapping, steps: t.Sequence[Mapping], is_pending: bool) -> dict[str, t.Any]:
    """The result of one image; if it has an entry, what that says of its version is added later.

    A task that was not reached has the result of an earlier image in a loop, so what comes after a failure is ignored.
    """
    if not planned:  # even a plan that failed has a message
        raise InvalidRequest(
            "The clone of this host was not planned. Run the role clone_managed_image from its first task, without "
            "--start-at-task."
        )
    plan: Mapping = planned.get("plan") or {}
    result = {
        "source_id": plan.get("source_id") or planned.get("source_id"),
        "definition_id": plan.get("definition_id") or planned.get("definition_id"),
        "size_gb": plan.get("size_gb"),
        "version_id": None,
        "version": None,
        "changed": False,
        "replication": None,
        "failed": not plan or bool(planned.get("failed")),
        "message": planned.get("msg") or "The clone was not planned.",
    }
    if result["failed"]:
        return result
    if not plan["needed"]:
        return {**result, **_version(planned), "message": "It was there already, ready in every region."}
    for step in steps[:-1] if is_pending else steps:
        result["changed"] = result["changed"] or bool(step.get("changed"))
        if message := failure(step):
            return {**result, **_version(step), "failed": True, "message": message}
    version = steps[-1] if steps else {}
    if version.get("skipped"):  # check mode without a memory that tasks share
        predicted = {"version_id": plan["version_id"], "version": plan["version"], "changed": True}
        return {**result, **predicted, "message": "It would be created."}
    message = _words(version)
    if version.get("set_by_azure"):
        message = f"It would be {_PREDICTED.get(Action(plan['action']), 'updated')}."
    return {**result, **_version(version), "message": message}


def _version(step: Mapping) -> dict[str, t.Any]:
    body = step.get("image_version")
    if not body:
        return {}
    replication = body["replication"]
    if step.get("replication_pending"):  # a region that Azure does not list yet is what is waited for
        names = [region["name"] for region in body["target_regions"]]
        replication = {**replication, "regions": every_region(names, replication["regions"])}
    return {"version_id": body["id"], "version": body["name"], "replication": replication}


def _words(version: Mapping) -> str:
    if version.get("deferred"):
        return f"Not started: another version is being created from the same source ({version.get('waits_for')})."
    return "It is replicating." if version.get("replication_pending") else _READY


def _ended(entry: Entry) -> dict[str, t.Any]:
    """The keys of a result that come from an entry: how the version ended as far as is known."""
    found = {**_version(entry["version"]), "failed": entry["state"] == "failed", "changed": entry["changed"]}
    outcome = entry["outcome"]
    if outcome and not entry["version"]["deferred"]:
        started = format_time(datetime.datetime.fromtimestamp(entry["started"], datetime.UTC))
        found["replication"] = {**{key: outcome[key] for key in ("state", "regions", "timeline")}, "started": started}
    return {**found, "message": _READY if entry["state"] == "done" else entry["message"] or _words(entry["version"])}
