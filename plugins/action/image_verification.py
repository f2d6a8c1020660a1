"""Runs the module image_verification with the variables of the host, or divides the canaries of a batch of hosts into rounds."""

from __future__ import annotations

import typing as t

from ..module_utils._modules.image_verification import SPEC
from ..plugin_utils.canary_rounds import assign_rounds, in_step, read_variables
from ..plugin_utils.in_process import RUN, InProcessAction


class ActionModule(InProcessAction):
    spec = SPEC
    counted = ("canaries",)

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Fill the option `variables` from the variables of the host, and run."""
        variables = task_vars or {}
        if batch := self._task.args.get("batch"):
            return {"changed": False, "rounds": assign_rounds(RUN, variables, str(batch), in_step(self._task))}
        if self._task.args.get("planned"):
            return super().run(tmp, task_vars)
        found = read_variables(self._templar, variables)
        if found is None:
            plan = {"needed": False, "boots": False}
            return {"changed": False, "skipped": True, "msg": "The host has no source.", "plan": plan}
        self._task.args = {**self._task.args, "variables": {**found, **(self._task.args.get("variables") or {})}}
        return {**super().run(tmp, task_vars), "task": str(self._task._uuid)}
