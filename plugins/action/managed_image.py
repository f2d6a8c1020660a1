"""Runs the module managed_image inside ansible's own worker where that gives the same result."""

from __future__ import annotations

import typing as t

from ..module_utils._modules.managed_image import SPEC
from ..plugin_utils.in_process import InProcessAction
from ..plugin_utils.records import from_start, read_record


class ActionModule(InProcessAction):
    spec = SPEC

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """As the base does it, with paths that are relative to where Ansible was started, if the task runs there."""
        record, problem = read_record(self._templar, task_vars or {})
        if problem:
            return {"changed": False, "failed": True, "msg": problem}
        if record is not None:
            self._task.args = {**self._task.args, "record": record}
        if self._connection.transport in ("local", "ansible.builtin.local"):
            paths = {
                name: from_start(self._task.args[name]) for name in ("records", "record") if name in self._task.args
            }
            self._task.args = {**self._task.args, **paths}
        return super().run(tmp, task_vars)
