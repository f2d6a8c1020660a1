"""Runs the module image_verification with the variables of the host, or divides the canaries of a batch of hosts into rounds."""

from __future__ import annotations

import typing as t

from ..module_utils._modules.image_verification import SPEC
from ..plugin_utils.batch import assign_rounds, in_step
from ..plugin_utils.host_variables import HostAction


class ActionModule(HostAction):
    spec = SPEC
    role = "verify_image_version"
    more = ("verify_fleet_at_once",)
    counted = ("canaries",)
    without_source: t.ClassVar[dict[str, t.Any]] = {"plan": {"needed": False, "canaries": []}}

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Plan, divide into rounds, or give the verdict of what was planned."""
        if batch := self._task.args.get("batch"):
            return {"changed": False, "rounds": assign_rounds(task_vars or {}, str(batch), in_step(self._task))}
        result = super().run(tmp, task_vars)
        if result.get("skipped") or self._task.args.get("planned"):
            return result
        return {**result, "task": str(self._task._uuid)}
