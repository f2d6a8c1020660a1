"""Runs the module clone_plan with the variables of the host, or assigns the numbers of a batch from the plans of its hosts."""

from __future__ import annotations

import typing as t

from ..module_utils._modules.clone_plan import SPEC
from ..plugin_utils.batch_plans import assign
from ..plugin_utils.host_variables import HostVariables
from ..plugin_utils.in_process import RUN, InProcessAction


class ActionModule(InProcessAction):
    spec = SPEC

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Fill the option `variables` from the variables of the host, and run."""
        variables = task_vars or {}
        if batch := self._task.args.get("batch"):
            return assign(RUN, variables, str(batch), bool(self._task.check_mode))
        found = HostVariables(self._templar, variables).of_role()
        if found is None:
            message = "The host has no source."
            return {"changed": False, "skipped": True, "msg": message, "plan": {"needed": False}}
        self._task.args = {**self._task.args, "variables": {**found, **(self._task.args.get("variables") or {})}}
        result = super().run(tmp, task_vars)
        # Only in process do later tasks of the run know what this one has read.
        return {"in_process": False, **result, "task": str(self._task._uuid)}

    def _run_here(self, variables: dict[str, t.Any]) -> dict[str, t.Any]:
        return {**super()._run_here(variables), "in_process": True}
