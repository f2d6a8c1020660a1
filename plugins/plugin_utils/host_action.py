"""The action of a module that takes the variables of the host as one option."""

from __future__ import annotations

import typing as t

from .host_variables import HostVariables
from .in_process import InProcessAction


class HostAction(InProcessAction):
    """Subclasses set the `role` that follows the copy, with `more` variables of it; without one, the copy's own are read.

    A host of a fleet without a source is skipped, and `without_source` is added to its result.
    """

    role = ""
    more: tuple[str, ...] = ()
    without_source: t.ClassVar[dict[str, t.Any]] = {}

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Fill the option `variables`, unless the task has the option `planned` instead, and run."""
        variables = task_vars or {}
        if not self._task.args.get("planned"):
            reader = HostVariables(self._templar, variables)
            found = reader.of_version(self.role, *self.more) if self.role else reader.of_role()
            if found is None:
                return {"changed": False, "skipped": True, "msg": "The host has no source.", **self.without_source}
            self._task.args = self._arguments(found, variables)
        return super().run(tmp, task_vars)

    def _arguments(self, found: dict[str, t.Any], variables: dict[str, t.Any]) -> dict[str, t.Any]:
        given = self._task.args
        return {**given, "variables": {**found, **(given.get("variables") or {})}}
