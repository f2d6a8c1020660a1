"""Plans of all hosts of a batch, from what each has registered: agreed on once, then read from the memory of the run."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleActionFail

from ..module_utils._arm.run_cache import RunCache
from ..module_utils._resources.errors import GalleryError
from ..module_utils._role.batch import apply_batch, plan_batch

RUN_SECONDS = 1e9  # as long as the run


def assign(memory: RunCache, variables: t.Mapping[str, t.Any], register: str, check_mode: bool) -> dict[str, t.Any]:
    """What the task that planned returned on this host, with the numbers and the definition that the batch has agreed on."""
    own = _planned(variables, str(variables["inventory_hostname"]), register)
    if not own.get("plan"):
        raise AnsibleActionFail(
            f"{register} of this host has no plan. Run the role clone_managed_image from its first task, without --start-at-task."
        )
    if not own["plan"]["numbering"]:
        return {**own, "changed": False}
    batch = _agreed(memory, variables, register, own)
    try:
        plan = apply_batch(own["plan"], batch)
    except GalleryError as error:
        ids = {key: own["plan"][key] for key in ("source_id", "definition_id")}
        raise AnsibleActionFail(error.message, result=ids) from error
    if check_mode and not own["in_process"]:  # an ordinary module does not know what an earlier one would have created
        if plan["gallery"]:
            plan["definition"] = None
        if plan["gallery"] or own["plan"]["definition"]:
            plan["image_version"] = None
    warnings = {"warnings": batch["warnings"]} if batch["first"] == own["plan"]["numbering"]["key"] else {}
    return {**own, "changed": False, "plan": plan, **warnings}


def _agreed(
    memory: RunCache, variables: t.Mapping[str, t.Any], register: str, own: t.Mapping[str, t.Any]
) -> dict[str, t.Any]:
    """Agreed on by the first host that asks. A host whose plan came later, as with the strategy free, asks again."""
    key = own["plan"]["numbering"]["key"]

    def agree() -> dict[str, t.Any]:
        hosts = (_planned(variables, host, register) for host in variables["ansible_play_batch"])
        return {**plan_batch(one for one in hosts if one.get("task") == own["task"]), "first": key}

    found: dict[str, t.Any] = memory.once(
        f"batch:{own['task']}:{register}", RUN_SECONDS, agree, lambda batch: key in batch["changes"]
    )
    return found


def _planned(variables: t.Mapping[str, t.Any], host: str, register: str) -> dict[str, t.Any]:
    """What a host has registered. Read raw, since templating all hosts is slow, and by its keys, since not all of it is JSON."""
    found = variables["hostvars"].raw_get(host)
    result = found.get(register) if isinstance(found, dict) else None
    if not isinstance(result, dict) or result.get("failed"):
        return {}
    kept = ("plan", "task", "in_process", "image_version", "replication_pending")
    return {key: result.get(key) for key in kept}
