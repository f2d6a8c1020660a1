"""The tasks of the role verify_image_version for one host, without Ansible around them."""

from __future__ import annotations

import typing as t

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._role import verification_result as results
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._role.verification import rounds, rounds_of

Json = dict[str, t.Any]
Task = t.Callable[..., Json]  # runs a module by its name, and returns its result, also of a failure


def verify(task: Task, variables: t.Mapping[str, t.Any], check: bool = False) -> Json:
    """The fact that the role leaves; the tasks are those of roles/verify_image_version/tasks."""
    planned = task("image_verification", variables=dict(variables))
    if planned.get("failed"):
        return results.result(planned)
    plan = planned["plan"]
    verdicts = _boot(task, plan, check) if plan["boots"] else []
    recorded = updated = None
    if plan["needed"]:
        recorded = task("image_verification", planned=plan, canaries=verdicts)
        if recorded.get("wait"):
            updated = task("wait_for_replication", versions=[recorded["wait"]])
    return results.result(planned, canaries=verdicts, recorded=recorded, updated=updated)


def _boot(task: Task, plan: Json, check: bool) -> list[Json]:
    found: list[Json] = []
    for part in rounds_of("host", rounds({"host": plan})).values():
        started = task("canary_vm", canaries=part["own"], wait=False)
        waited = deleted = None
        booting = results.named(part["waits"], [started], booting=True)
        if booting and not check:
            waited = task("canary_vm", canaries=booting)
        if not check:
            deleted = task("canary_vm", canaries=results.named(part["waits"], [started]), state="absent")
        found += results.verdicts(part, started, waited, deleted)
    return found
