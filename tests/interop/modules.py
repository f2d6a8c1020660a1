# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""azure.azcollection's modules in a playbook, in an environment of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from support.playbook_runner import PlaybookRunner, TaskResult, azure_environment

Options = Mapping[str, Any]


class Modules:
    """Callable: runs modules one after another, all of which must succeed; their results."""

    def __init__(self, place: Path, emulator: Any, folder: Path, note: Callable[[str], None]) -> None:
        more = {
            "AZURE_DISABLE_INSTANCE_DISCOVERY": "true",
            "ANSIBLE_COLLECTIONS_PATH": str(place / "collections"),
            "ANSIBLE_PYTHON_INTERPRETER": str(place / "bin/python"),
            # Their imports take most of the time, so these may be compiled and kept.
            "PYTHONDONTWRITEBYTECODE": "",
        }
        self._runner = PlaybookRunner(folder, {**azure_environment(emulator), **more}, place / "bin")
        self._note = note

    def __call__(self, *tasks: tuple[str, Options], check: bool = False) -> list[TaskResult]:
        return self._run(tasks, check).results

    def failure(self, module: str, options: Options) -> str:
        """A task that must fail: its message."""
        tasks = [(module, options)]
        (result,) = self._run(tasks, False, ignore_errors=True).results
        assert result.failed, result
        return str(result["msg"])

    def _run(self, tasks: Any, check: bool, **keywords: Any) -> Any:
        plays = [
            {
                "name": "Modules",
                "hosts": "localhost",
                "gather_facts": False,
                "tasks": [
                    {"name": f"Task {number}", f"azure.azcollection.{module}": dict(options), **keywords}
                    for number, (module, options) in enumerate(tasks)
                ],
            }
        ]
        for module, _options in tasks:
            self._note(f"azure.azcollection: {module}")
        return self._runner(plays, check=check, timeout=300).ok()
