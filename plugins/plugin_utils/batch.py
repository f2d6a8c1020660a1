"""What the hosts of a batch agree on, from what each has registered: once, and then read from the cache of the run."""

from __future__ import annotations

import typing as t

from ..module_utils._resources.errors import GalleryError
from ..module_utils._role.batch import apply_batch, plan_batch
from ..module_utils._role.verification import rounds, rounds_of
from .in_process import RUN, ActionFailed

Mapping = t.Mapping[str, t.Any]
RUN_SECONDS = 1e9  # as long as the run


def assign(variables: Mapping, register: str, check_mode: bool) -> dict[str, t.Any]:
    """What the task that planned returned on this host, with the numbers and the definition that the batch has agreed on."""
    planned = _planned(variables, register, "clone_managed_image")
    # By its keys, since not all of it is JSON.
    kept = ("plan", "task", "in_process", "image_version", "replication_pending")
    own: dict[str, t.Any] = {**{key: planned.get(key) for key in kept}, "changed": False}
    numbering = own["plan"]["numbering"]
    if not numbering:
        return own
    batch = _agreed(
        variables,
        register,
        own["task"],
        lambda results: {**plan_batch(results.values()), "first": numbering["key"]},
        lambda found: numbering["key"] in found["changes"],
    )
    try:
        plan = apply_batch(own["plan"], batch)
    except GalleryError as error:
        ids = {key: own["plan"][key] for key in ("source_id", "definition_id")}
        raise ActionFailed(error.message, result=ids) from error
    if check_mode and not own["in_process"]:  # an ordinary module does not know what an earlier one would have created
        if plan["gallery"]:
            plan["definition"] = None
        if plan["gallery"] or own["plan"]["definition"]:
            plan["image_version"] = None
    warnings = {"warnings": batch["warnings"]} if batch["first"] == numbering["key"] else {}
    return {**own, "plan": plan, **warnings}


def assign_rounds(variables: Mapping, register: str, together: bool = True) -> dict[str, Mapping]:
    """The rounds in which the canaries of this host are booted, from the plans of all hosts; from its own unless `together`."""
    own, host = _planned(variables, register, "verify_image_version"), str(variables["inventory_hostname"])
    if not together:
        return rounds_of(host, rounds({host: own["plan"]}))
    found = _agreed(
        variables,
        register,
        own["task"],
        lambda results: {"rounds": rounds({one: results[one]["plan"] for one in results}), "hosts": list(results)},
        lambda found: host in found["hosts"],
    )
    return rounds_of(host, found["rounds"])


def _planned(variables: Mapping, register: str, role: str) -> Mapping:
    """What the task that planned has returned on this host."""
    own = _registered(variables, register, variables["inventory_hostname"])
    if not (own.get("plan") and own.get("task")):
        raise ActionFailed(
            f"{register} of this host has no plan. Run the role {role} from its first task, without --start-at-task."
        )
    return own


def _agreed(
    variables: Mapping,
    register: str,
    task: str,
    agree: t.Callable[[dict[str, Mapping]], dict[str, t.Any]],
    holds: t.Callable[[Mapping], bool],
) -> dict[str, t.Any]:
    """What `agree` gives for the results of the batch's hosts, when the first of them asks.

    It is asked again for a host that the result does not hold, since its plan came later, as with the strategy free.
    """

    def made() -> dict[str, t.Any]:
        results = {str(host): _registered(variables, register, host) for host in variables["ansible_play_batch"]}
        return agree({host: one for host, one in results.items() if one.get("plan") and one.get("task") == task})

    found: dict[str, t.Any] = RUN.once(f"batch:{task}:{register}", RUN_SECONDS, made, holds)
    return found


def _registered(variables: Mapping, register: str, host: str) -> Mapping:
    """What a host has registered. Read raw, since templating all hosts is slow."""
    found = variables["hostvars"].raw_get(host)
    result = found.get(register) if isinstance(found, dict) else None
    return result if isinstance(result, dict) and not result.get("failed") else {}


def in_step(task: t.Any) -> bool:
    """Whether all hosts end a task before any starts the next, so that one can wait for the others."""
    parent = task
    while parent is not None and getattr(parent, "_play", None) is None:
        parent = parent._parent
    strategy = str(parent._play.strategy) if parent is not None else "linear"
    return strategy.rpartition(".")[2] not in ("free", "host_pinned")
