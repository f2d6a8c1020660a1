"""Runs the module image_retirement with the variables of the host."""

from __future__ import annotations

import typing as t

from ..module_utils._modules.image_retirement import SPEC
from ..plugin_utils.host_variables import SOURCES, HostAction
from ..plugin_utils.records import from_start

_JOBS = ("awx_job_id", "tower_job_id")


class ActionModule(HostAction):
    spec = SPEC
    role = "retire_managed_image"
    more = SOURCES
    counted = ("approved",)

    def _arguments(self, found: dict[str, t.Any], variables: dict[str, t.Any]) -> dict[str, t.Any]:
        records = f"{self.role}_records"
        if records in found:
            found = {**found, records: from_start(found[records])}
        in_awx = any(variables.get(name) for name in _JOBS)
        return {"in_awx": in_awx, **super()._arguments(found, variables)}
