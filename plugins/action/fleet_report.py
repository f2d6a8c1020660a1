# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the module fleet_report inside ansible's own worker where that gives the same result."""

from __future__ import annotations

import os
import typing as t

from ..module_utils._modules.fleet_report import SPEC
from ..plugin_utils.in_process import InProcessAction


class ActionModule(InProcessAction):
    spec = SPEC
    counted = ("images", "hosts", "reports")

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """As the base does it, with a folder that is relative to where ansible was started."""
        folder = self._task.args.get("folder")
        if folder and self._connection.transport in ("local", "ansible.builtin.local"):
            self._task.args = {**self._task.args, "folder": os.path.abspath(os.path.expanduser(str(folder)))}
        return super().run(tmp, task_vars)
