"""The rounds in which the canaries of a batch of hosts are booted: agreed on once, then read from the memory of the run."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleActionFail

from ..module_utils._arm.run_cache import RunCache
from ..module_utils._role.verification import AT_ONCE, ROLE, rounds, rounds_of
from .batch_plans import RUN_SECONDS
from .host_variables import HostVariables

Mapping = t.Mapping[str, t.Any]


def read_variables(templar: t.Any, variables: Mapping) -> dict[str, t.Any] | None:
    """The variables of the role on this host; None for a host of a fleet without a source."""
    return HostVariables(templar, variables).of_version(ROLE, AT_ONCE)


def in_step(task: t.Any) -> bool:
    """Whether all hosts end a task before any starts the next, so that one can wait for the others."""
    parent = task
    while parent is not None and getattr(parent, "_play", None) is None:
        parent = parent._parent
    strategy = str(parent._play.strategy) if parent is not None else "linear"
    return strategy.rpartition(".")[2] not in ("free", "host_pinned")


def assign_rounds(memory: RunCache, variables: Mapping, register: str, together: bool = True) -> dict[str, Mapping]:
    """The rounds of this host, from the plans that all hosts of the batch have registered; from its own unless `together`."""
    host = str(variables["inventory_hostname"])
    own = _planned(variables, host, register)
    if own is None:
        raise AnsibleActionFail(
            f"{register} of this host has no plan. Run the role {ROLE} from its first task, without --start-at-task."
        )
    if not together:
        return rounds_of(host, rounds({host: own["plan"]}))
    task = own["task"]

    def agree() -> dict[str, t.Any]:
        hosts = [str(one) for one in variables["ansible_play_batch"]]
        planned = {one: result for one in hosts if (result := _planned(variables, one, register))}
        plans = {one: result["plan"] for one, result in planned.items() if result["task"] == task}
        return {"rounds": rounds(plans), "hosts": list(plans)}

    # A host whose plan came later, as with the strategy free, asks again.
    found = memory.once(f"rounds:{task}:{register}", RUN_SECONDS, agree, lambda agreed: host in agreed["hosts"])
    return rounds_of(host, found["rounds"])


def _planned(variables: Mapping, host: str, register: str) -> dict[str, t.Any] | None:
    """What a host has registered. Read raw, since templating all hosts is slow."""
    found = variables["hostvars"].raw_get(host)
    result = found.get(register) if isinstance(found, dict) else None
    if not isinstance(result, dict) or result.get("failed") or not result.get("task"):
        return None
    return result
