"""Runs the module canary_vm inside ansible's own worker where that gives the same result."""

from __future__ import annotations

import secrets
import typing as t

from ..module_utils._modules.canary_vm import SPEC
from ..plugin_utils.in_process import RUN, InProcessAction


class ActionModule(InProcessAction):
    spec = SPEC
    counted = ("canaries",)

    def _hand_over(self, variables: dict[str, t.Any], obstacle: str) -> dict[str, t.Any]:
        """The module, by itself, does not know which tasks belong to one run."""
        if not self._task.args.get("run_id"):
            self._task.args["run_id"] = RUN.once("canary-run", 1e9, lambda: secrets.token_hex(8))
        return super()._hand_over(variables, obstacle)
