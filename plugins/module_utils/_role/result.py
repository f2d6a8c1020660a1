"""The fact `clone_managed_image_result`: how the clone of one image ended."""

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

_PREDICTED = {
    Action.CREATE: "created",
    Action.RECREATE: "deleted and created again",
    Action.RETRY_REGIONS: "removed from the regions that failed and added to them again",
}


def clone_result(
    planned: Mapping | None,
    *,
    gallery: Mapping | None = None,
    definition: Mapping | None = None,
    version: Mapping | None = None,
    pending: t.Iterable[Entry] = (),
    waited: Mapping | None = None,
    index: int = 0,
) -> dict[str, t.Any]:
    """The fact.

    `planned` is what clone_plan returned; `gallery`, `definition` and `version` the results of the tasks that follow; `pending`
    what the host waits for (pending.py), with an entry of this image, by its `index`; `waited` what the shared wait returned.
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
    for step in (gallery or {}, definition or {}):
        result["changed"] = result["changed"] or bool(step.get("changed"))
        if message := failure(step):
            return {**result, "failed": True, "message": message}
    own = next((entry for entry in resolve(pending, waited) if entry["index"] == index), None)
    if own is not None:
        return {**result, **ended(own), "changed": result["changed"] or own["changed"]}
    version = version or {}
    result["changed"] = result["changed"] or bool(version.get("changed"))
    if message := failure(version):
        return {**result, **_version(version), "failed": True, "message": message}
    if version.get("skipped"):  # check mode without a memory that tasks share
        predicted = {"version_id": plan["version_id"], "version": plan["version"], "changed": True}
        return {**result, **predicted, "message": "It would be created."}
    if version.get("set_by_azure"):
        verb = _PREDICTED.get(Action(plan["action"]), "updated")
        return {**result, **_version(version), "message": f"It would be {verb}."}
    return {**result, **_version(version), "message": _words(version)}


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
    return "It is replicating." if version.get("replication_pending") else "It is ready in every region."


def ended(entry: Entry) -> dict[str, t.Any]:
    """The keys of the fact that come from an entry: how the version ended as far as is known."""
    found = {**_version(entry["version"]), "failed": entry["state"] == "failed", "changed": entry["changed"]}
    outcome = entry["outcome"]
    if outcome and not entry["turn"]:
        kept = {key: outcome[key] for key in ("state", "regions", "timeline")}
        found["replication"] = {
            **kept,
            "started": format_time(datetime.datetime.fromtimestamp(entry["started"], datetime.UTC)),
        }
    if entry["state"] == "done":
        return {**found, "message": "It is ready in every region."}
    return {**found, "message": entry["message"] or _words(entry["version"])}


def late_results(
    results: t.Iterable[Mapping], pending: t.Iterable[Entry], waited: Mapping | None = None
) -> list[dict[str, t.Any]]:
    """The results of a host after the wait for all that it started with `clone_managed_image_flush: false`."""
    by_index = {entry["index"]: entry for entry in resolve(pending, waited)}
    return [
        {**result, **_late(result, by_index[index])} if index in by_index else dict(result)
        for index, result in enumerate(results)
    ]


def _late(result: Mapping, entry: Entry) -> dict[str, t.Any]:
    found = ended(entry)
    return {**found, "changed": bool(result["changed"]) or found["changed"]}
