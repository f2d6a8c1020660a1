# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of one image: the fact clone_managed_image_result, from the results of the role's tasks."""

from __future__ import annotations

import typing as t

from .._resources.image_version import every_region
from .._resources.resource_id import same_id
from .pending import Entry, entry_of, next_step

Mapping = t.Mapping[str, t.Any]
_STEPS = ("gallery", "definition", "image_version")


def clone_result(planned: Mapping | None, steps: Mapping, waiting: t.Iterable[Entry]) -> dict[str, t.Any]:
    """The fact.

    `planned` is what clone_plan returned; `steps` the results of the tasks that follow, by _STEPS, and what was `settled` before
    them; `waiting` the host's list.
    A task that was not reached has the result of an earlier image in a loop, so what comes after a failure is not looked at.
    """
    planned = planned or {}
    plan: Mapping = planned.get("plan") or {}
    result = {
        "source_id": plan.get("source_id") or planned.get("source_id"),
        "definition_id": plan.get("definition_id") or planned.get("definition_id"),
        "size_gb": plan.get("size_gb"),
        "version_id": None,
        "version": None,
        "changed": False,
        "replication": None,
        "failed": not plan,
        "message": planned.get("msg") or "The plan was not made.",
    }
    if not plan:
        return result
    if not plan["needed"]:
        return {**result, **_version(planned), "message": "It was there already, ready in every region."}
    refusal = ((steps.get("settled") or {}).get("refused") or {}).get((plan.get("numbering") or {}).get("key"))
    if refusal:
        return {**result, "failed": True, "message": str(refusal)}
    for name in _STEPS:
        step: Mapping = steps.get(name) or {}
        result["changed"] = result["changed"] or bool(step.get("changed"))
        if step.get("failed"):
            return {**result, **_version(step), "failed": True, "message": str(step.get("msg"))}
    version: Mapping = steps.get("image_version") or {}
    if version.get("skipped"):  # check mode without a memory that tasks share
        foretold = {"version_id": plan["version_id"], "version": plan["version"], "changed": True}
        return {**result, **foretold, "message": "It would be made."}
    return {**result, **_version(version), **_ended(version, list(waiting))}


def _version(step: Mapping) -> dict[str, t.Any]:
    body = step.get("image_version")
    if not body:
        return {}
    replication = body["replication"]
    if step.get("replication_pending"):  # a region that Azure does not tell of is what is waited for
        names = [region["name"] for region in body["target_regions"]]
        replication = {**replication, "regions": every_region(names, replication["regions"])}
    return {"version_id": body["id"], "version": body["name"], "replication": replication}


def _ended(version: Mapping, waiting: list[Entry]) -> dict[str, t.Any]:
    """How the wait for the version ended, if there was one."""
    entry = entry_of(waiting, version)
    outcome = entry["outcome"] if entry else None
    failed = next_step(waiting, version) == "failed" or bool(outcome and outcome["state"] == "Error")
    if version.get("deferred"):
        words = f"Not begun: another version is being made from the same source ({version.get('waits_for')})."
        return {"failed": failed, "message": outcome["message"] if failed and outcome else words}
    if entry is None or outcome is None:
        words = "It is replicating." if version.get("replication_pending") else "It is ready in every region."
        return {"failed": False, "message": "It would be made or changed." if version.get("set_by_azure") else words}
    words = str(outcome["message"]) if failed else "It is ready in every region."
    return {
        "replication": {
            **{key: outcome.get(key) for key in ("state", "regions", "timeline")},
            "started": entry["started"],
        },
        "failed": failed,
        "message": words,
    }


def late_results(
    results: t.Iterable[Mapping], waiting: t.Iterable[Entry], late: t.Iterable[Mapping] = ()
) -> list[dict[str, t.Any]]:
    """Results of a play that began many and waited once, with what the wait found out.

    `late` is what image_version returned for versions whose turn came only after the wait.
    """
    ended = [entry for entry in waiting if entry["outcome"] and not entry["turn"]]
    begun = [version for version in late if version.get("image_version")]
    return [_late(dict(result), ended, begun) for result in results]


def _late(result: dict[str, t.Any], ended: list[Entry], begun: list[Mapping]) -> dict[str, t.Any]:
    for entry in ended:
        if result["version_id"] and same_id(entry["id"], result["version_id"]):
            noted = {"replication_pending": True, "image_version": {"id": entry["id"]}}
            return {**result, **_ended(noted, [entry])}
    for version in begun:
        if not result["version_id"] and _is_of(result, version["image_version"]):
            return {**result, **_version(version), **_ended(version, []), "changed": bool(version["changed"])}
    return result


def _is_of(result: Mapping, body: Mapping) -> bool:
    """Whether a version is the one that a result could not tell of yet."""
    definition = body["id"].rpartition("/versions/")[0]
    return same_id(definition, result["definition_id"]) and same_id(body["source_id"], result["source_id"])
