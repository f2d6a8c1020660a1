"""Runs the module image_retirement with the variables of the host."""

from __future__ import annotations

import typing as t

from ..module_utils._modules.image_retirement import SPEC
from ..plugin_utils.host_variables import SOURCES, HostVariables
from ..plugin_utils.in_process import InProcessAction
from ..plugin_utils.paths import from_start

ROLE = "retire_managed_image"
_JOBS = ("awx_job_id", "tower_job_id")


class ActionModule(InProcessAction):
    spec = SPEC
    counted = ("approved",)

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Fill the options from the variables of the host, and run."""
        variables = task_vars or {}
        found = HostVariables(self._templar, variables).of_version(ROLE, *SOURCES)
        if found is None:
            return {"changed": False, "skipped": True, "msg": "The host has no source."}
        given, records = self._task.args, f"{ROLE}_records"
        if records in found:
            found = {**found, records: from_start(found[records])}
        in_awx = any(variables.get(name) for name in _JOBS)
        self._task.args = {"in_awx": in_awx, **given, "variables": {**found, **(given.get("variables") or {})}}
        return super().run(tmp, task_vars)
