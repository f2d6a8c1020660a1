"""Runs the module clone_plan with the variables of the host, or assigns the numbers of a batch from the plans of its hosts."""

from __future__ import annotations

import typing as t

from ..module_utils._modules.clone_plan import SPEC
from ..plugin_utils.batch import assign
from ..plugin_utils.host_variables import HostAction


class ActionModule(HostAction):
    spec = SPEC
    without_source: t.ClassVar[dict[str, t.Any]] = {"plan": {"needed": False}}

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Plan, or assign the numbers."""
        if batch := self._task.args.get("batch"):
            return assign(task_vars or {}, str(batch), bool(self._task.check_mode))
        result = super().run(tmp, task_vars)
        # Only in process do later tasks of the run know what this one has read.
        return result if result.get("skipped") else {"in_process": False, **result, "task": str(self._task._uuid)}

    def _run_here(self, variables: dict[str, t.Any]) -> dict[str, t.Any]:
        return {**super()._run_here(variables), "in_process": True}
