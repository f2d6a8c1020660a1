"""The tasks of the role verify_image_version for one host, without Ansible around them."""

from __future__ import annotations

import typing as t

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._role.verification import rounds, rounds_of

Json = dict[str, t.Any]
Task = t.Callable[..., Json]  # runs a module by its name, and returns its result, also of a failure


def verify(task: Task, variables: t.Mapping[str, t.Any], check: bool = False) -> Json:
    """The fact that the role leaves; the tasks are those of roles/verify_image_version/tasks."""
    planned = task("image_verification", variables=dict(variables))
    if planned.get("failed") or not planned["plan"]["needed"]:
        return t.cast("Json", planned["verification"])
    plan = planned["plan"]
    recorded = task("image_verification", planned=plan, **_boot(task, plan, check))
    result: Json = recorded["verification"]
    if recorded.get("wait"):
        (updated,) = task("wait_for_replication", versions=[recorded["wait"]])["results"]
        if updated["state"] not in ("Completed", "Error"):
            return {**result, "failed": True, "message": updated["message"]}
    return result


def _boot(task: Task, plan: Json, check: bool) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {"canaries": [], "removals": []}
    for part in rounds_of("host", rounds({"host": plan})).values():
        if not check:
            task("canary_vm", canaries=part["own"], wait=False)
        found["canaries"] += task("canary_vm", canaries=part["waits"])["results"]
        if not check:
            found["removals"] += task("canary_vm", canaries=part["waits"], state="absent")["results"]
    return found
