"""Runs the module image_repointing with the variables of the host."""

from __future__ import annotations

import typing as t

from ..module_utils._modules.image_repointing import SPEC
from ..plugin_utils.host_variables import HostVariables
from ..plugin_utils.in_process import InProcessAction


class ActionModule(InProcessAction):
    spec = SPEC

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Fill the option `variables` from the variables of the host, and run."""
        found = HostVariables(self._templar, task_vars or {}).of_version("repoint_scale_sets")
        if found is None:
            return {"changed": False, "skipped": True, "msg": "The host has no source."}
        self._task.args = {**self._task.args, "variables": {**found, **(self._task.args.get("variables") or {})}}
        return super().run(tmp, task_vars)
