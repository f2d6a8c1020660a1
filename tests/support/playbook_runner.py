"""Run the real ansible-playbook (or another of ansible's commands) as a user would, in an environment of its own.

Nothing of the caller's environment but PATH's system part reaches it: no variables of Azure, Ansible or TLS, no home.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support import fork_server
from support.collection_tree import collections_path

BIN = Path(sys.prefix) / "bin"
CALLBACKS = Path(__file__).resolve().parents[1] / "integration" / "callback_plugins"
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class TaskResult:
    """What one task, or one item of its loop, ended with on one host."""

    host: str
    task: str
    action: str
    status: str
    item: bool
    ignored: bool
    result: dict[str, Any]

    @property
    def changed(self) -> bool:
        return bool(self.result.get("changed"))

    @property
    def failed(self) -> bool:
        return self.status in ("failed", "unreachable", "item_failed")

    @property
    def skipped(self) -> bool:
        return self.status in ("skipped", "item_skipped")

    def __getitem__(self, key: str) -> Any:
        return self.result[key]


@dataclass(frozen=True)
class Run:
    """A finished command."""

    command: list[str]
    rc: int
    stdout: str
    stderr: str
    results: list[TaskResult] = field(default_factory=list)
    recap: dict[str, dict[str, int]] = field(default_factory=dict)
    stats: dict[str, Any] = field(default_factory=dict)  # set_stats, by host or "_run"

    @property
    def output(self) -> str:
        return f"$ {' '.join(self.command)}\n{self.stdout}{self.stderr}(exit code {self.rc})"

    def tasks(self, name: str | None = None, host: str | None = None, items: bool = False) -> list[TaskResult]:
        """The results of tasks, in order: of a task's name ("role : name" too), of a host; or of the items of loops."""
        return [
            one
            for one in self.results
            if one.item == items
            and (host is None or one.host == host)
            and (name is None or name in (one.task, one.task.split(" : ")[-1]))
        ]

    def task(self, name: str, host: str | None = None) -> TaskResult:
        """The one result of that name."""
        found = self.tasks(name, host)
        if len(found) != 1:
            raise AssertionError(f"{len(found)} results of the task {name!r}, not one\n{self.output}")
        return found[0]

    def items(self, name: str, host: str | None = None) -> list[TaskResult]:
        return self.tasks(name, host, items=True)

    @property
    def changed(self) -> int:
        return sum(host["changed"] for host in self.recap.values())

    def ok(self) -> Run:
        """Itself, when it succeeded."""
        if self.rc:
            raise AssertionError(self.output)
        return self


def azure_environment(emulator: Any) -> dict[str, str]:
    """What points the collection, azure.azcollection and azure-identity to an emulator."""
    return {
        "AZURE_SUBSCRIPTION_ID": SUBSCRIPTION,
        "AZURE_TENANT": SUBSCRIPTION,
        "AZURE_CLIENT_ID": "11111111-1111-1111-1111-111111111111",
        "AZURE_SECRET": "the-secret-of-the-tests",
        "AZURE_CLOUD_ENVIRONMENT": emulator.url,
        "REQUESTS_CA_BUNDLE": str(emulator.ca_file),
    }


class PlaybookRunner:
    """Callable: runs a playbook. `command` runs anything else in the same environment."""

    def __init__(self, folder: Path, azure: Mapping[str, str] | None = None, bin_folder: Path = BIN) -> None:
        self.folder = folder
        # Since ansible-core 2.21 ansible-playbook makes a socket beneath TMPDIR, whose path must not exceed 107 bytes.
        self.temporary = tempfile.mkdtemp(prefix="run-")
        weakref.finalize(self, shutil.rmtree, self.temporary, ignore_errors=True)
        self.azure = dict(azure or {})
        self.bin = bin_folder
        self.new_process = False  # set where a test looks at the process from outside
        self._count = 0

    def environment(self, results: Path | None = None, env: Mapping[str, str | None] | None = None) -> dict[str, str]:
        """The whole environment; a None in env takes a variable away."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        config = self.folder / "ansible.cfg"
        config.touch()
        variables: dict[str, str | None] = {
            "PATH": f"{self.bin}:{SYSTEM_PATH}",
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "TMPDIR": self.temporary,
            "PYTHONDONTWRITEBYTECODE": "1",
            "ANSIBLE_CONFIG": str(config),
            "ANSIBLE_HOME": str(home / ".ansible"),
            "ANSIBLE_COLLECTIONS_PATH": str(collections_path()),
            "ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default",
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_FORKS": "5",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            **self.azure,
        }
        if results:
            variables.update(
                ANSIBLE_CALLBACK_PLUGINS=str(CALLBACKS),
                ANSIBLE_CALLBACKS_ENABLED="task_results",
                TASK_RESULTS_FILE=str(results),
            )
        variables.update(env or {})
        return {name: value for name, value in variables.items() if value is not None}

    def __call__(
        self,
        playbook: str | Path | Sequence[Mapping[str, Any]],
        *args: str,
        extra_vars: Mapping[str, Any] | None = None,
        env: Mapping[str, str | None] | None = None,
        check: bool = False,
        diff: bool = False,
        inventory: str | Path | None = None,
        timeout: float = 120,
    ) -> Run:
        """Run a playbook: its text, its plays as data, its path, or its full name (namespace.collection.playbook)."""
        self._count += 1
        results = self.folder / f"results_{self._count}.jsonl"
        results.touch()
        command = [self._playbook(playbook), *args]
        if inventory is not None:
            command += ["-i", str(inventory)]
        if extra_vars is not None:
            place = self.folder / f"extra_vars_{self._count}.json"
            place.write_text(json.dumps(extra_vars), encoding="utf-8")
            command += ["-e", f"@{place}"]
        command += ["--check"] * check + ["--diff"] * diff
        run = self._run(["ansible-playbook", *command], self.environment(results, env), timeout)
        events = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
        recaps = [event for event in events if event["event"] == "recap"]
        return Run(
            command=run.command,
            rc=run.rc,
            stdout=run.stdout,
            stderr=run.stderr,
            results=[
                TaskResult(**{k: v for k, v in event.items() if k != "event"})
                for event in events
                if event["event"] == "result"
            ],
            recap=recaps[-1]["hosts"] if recaps else {},
            stats=recaps[-1]["custom"] if recaps else {},
        )

    def command(self, *command: str, env: Mapping[str, str | None] | None = None, timeout: float = 120) -> Run:
        """Another command of ansible's in the same environment: ansible-doc, ansible-inventory, …"""
        return self._run(list(command), self.environment(env=env), timeout)

    def _playbook(self, playbook: str | Path | Sequence[Mapping[str, Any]]) -> str:
        if isinstance(playbook, Path):
            return str(playbook)
        if isinstance(playbook, str) and "\n" not in playbook.strip():
            return playbook  # a path or a full name; a playbook has more than one line
        place = self.folder / f"playbook_{self._count}.yml"
        place.write_text(playbook if isinstance(playbook, str) else json.dumps(playbook), encoding="utf-8")
        return str(place)

    def _run(self, command: list[str], environment: dict[str, str], timeout: float) -> Run:
        tool = self.bin / command[0]
        python = None if self.new_process else fork_server.interpreter(tool, environment)
        if python:
            returncode, stdout, stderr = fork_server.run(python, tool, command[1:], environment, self.folder, timeout)
        else:
            arguments = [str(tool) if tool.exists() else command[0], *command[1:]]
            returncode, stdout, stderr = _run_in_new_process(arguments, environment, self.folder, timeout)
        if returncode is None:
            raise AssertionError(f"no end after {timeout:g} s: {' '.join(command)}\n{stdout[-4000:]}{stderr[-4000:]}")
        return Run(command=command, rc=returncode, stdout=stdout, stderr=stderr)


def _run_in_new_process(
    command: list[str], environment: dict[str, str], folder: Path, timeout: float
) -> tuple[int | None, str, str]:
    with _process(command, environment, folder) as process:
        try:
            stdout, stderr = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            _kill(process)
            return (None, *process.communicate())
    return process.returncode, stdout, stderr


@contextlib.contextmanager
def _process(command: list[str], environment: dict[str, str], folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process in a session of its own, which leaves nothing running behind."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        _kill(process)


def _kill(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
