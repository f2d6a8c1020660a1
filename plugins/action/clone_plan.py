# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the module clone_plan, which it gives every variable of the role, so that the role need not list them."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleActionFail, AnsibleError

from ..module_utils._modules.clone_plan import PREFIX, RESULTS, SPEC
from ..plugin_utils.in_process import InProcessAction
from ..plugin_utils.survey_answers import as_written


class ActionModule(InProcessAction):
    spec = SPEC

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Fill the option `variables` from the variables of the host."""
        variables = task_vars or {}
        found = {name: self._value(name, variables) for name in variables if _is_input(name)}
        self._task.args = {**self._task.args, "variables": {**found, **(self._task.args.get("variables") or {})}}
        return {"result": None, **super().run(tmp, task_vars)}

    def _value(self, name: str, variables: dict[str, t.Any]) -> t.Any:
        """A variable, templated where its text may be a template; None for omit."""
        try:
            # in a mapping, since ansible-core 2.19 takes what is omitted out of one, and 2.18 puts a text in its place
            value = self._templar.template({name: variables[name]}).get(name)
        except AnsibleError as error:
            raise AnsibleActionFail(f"{name}: {error}", result={"result": None}) from error
        return None if isinstance(value, str) and value == variables.get("omit") else as_written(value)

    def _run_here(self, variables: dict[str, t.Any]) -> dict[str, t.Any]:
        """As the base does it; the role is told that later tasks of the run know what this one has read."""
        return {**super()._run_here(variables), "in_process": True}


def _is_input(name: str) -> bool:
    return name.startswith(PREFIX) and name not in {PREFIX + result for result in RESULTS}
