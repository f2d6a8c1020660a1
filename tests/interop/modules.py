"""azure.azcollection's modules in a playbook, in an environment of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from support.playbook_runner import PlaybookRunner, Run, TaskResult, azure_environment

Options = Mapping[str, Any]
SSH_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1eQ2vXk5m0F0mX8xq8n3m3k6l1m6w0mFq1n2p3q4r5 user@example.com\n"


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

    def guide(self, tasks: list[dict[str, Any]], variables: Options) -> list[TaskResult]:
        """Tasks as a guide shows them, all of which must succeed, for a user with an SSH key; their results."""
        key = self._runner.folder / "home/.ssh/id_ed25519.pub"
        key.parent.mkdir(parents=True, exist_ok=True)
        key.write_text(SSH_KEY, encoding="utf-8")
        return self._play(tasks, False, variables).results

    def _run(self, tasks: Any, check: bool, **keywords: Any) -> Run:
        named = [
            {"name": f"Task {number}", f"azure.azcollection.{module}": dict(options), **keywords}
            for number, (module, options) in enumerate(tasks)
        ]
        return self._play(named, check)

    def _play(self, tasks: list[dict[str, Any]], check: bool, variables: Options | None = None) -> Run:
        for task in tasks:
            self._note(next(key for key in task if "." in key).replace("azcollection.", "azcollection: "))
        play = {"name": "Modules", "hosts": "localhost", "gather_facts": False, "tasks": tasks}
        return self._runner([play], check=check, extra_vars=variables, timeout=300).ok()
