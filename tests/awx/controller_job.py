"""Jobs and inventory updates, built as AWX builds them and run by ansible-runner; only the container is missing.

What AWX mounts as /runner is the private data folder itself. The container's /root and /tmp are folders beside it, so that a
test sees all that a job leaves behind. The collection is where a project update puts it, in requirements_collections.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import ansible_runner
import yaml
from awx_inventory import Inventory

from support.collection_tree import ROOT, collections_path
from support.playbook_runner import SUBSCRIPTION, SYSTEM_PATH
from support.unsafe_yaml import Untrusted

BIN = Path(sys.prefix) / "bin"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
REVISION = "d6af4b916be502f1f2684a5e913b88d2b9abeb74"
MAX_EVENT_RES = 700_000
SECRET = "a-secret/that+never=may~show"
CA_FILE = "env/tmpca_bundle"  # AWX names the files of a custom credential env/tmpXXXX
INVENTORY_FILE = "inventory/managed_images.azure_gallery.yml"
LOCALHOST = {"all": {"hosts": ["localhost"]}, "_meta": {"hostvars": {"localhost": {}}}}
COLLECTIONS = (
    "/runner/requirements_collections:/runner/project/collections:~/.ansible/collections:/usr/share/ansible/collections"
)


def extra_vars_file(variables: Mapping[str, Any], trusted: Mapping[str, Any]) -> str:
    """env/extravars: what stands in the template's own extra_vars as it is, all else marked as unsafe."""
    parts = []
    for name, value in variables.items():
        own = name in trusted and trusted[name] == value
        parts.append(yaml.dump({name: value}, Dumper=yaml.SafeDumper if own else Untrusted, default_flow_style=False))
    return "".join(parts)


def azure_rm(subscription: str = SUBSCRIPTION, **fields: str) -> dict[str, str]:
    """What the credential type *Microsoft Azure Resource Manager* puts into a job's environment."""
    environment = {"AZURE_SUBSCRIPTION_ID": subscription}
    if fields.get("client") and fields.get("tenant"):
        names = {"AZURE_CLIENT_ID": "client", "AZURE_TENANT": "tenant", "AZURE_SECRET": "secret"}
    else:
        names = {"AZURE_AD_USER": "username", "AZURE_PASSWORD": "password"}
    environment.update({variable: fields.get(name, "") for variable, name in names.items()})
    if fields.get("cloud_environment"):
        environment["AZURE_CLOUD_ENVIRONMENT"] = fields["cloud_environment"]
    return environment


def meta_variables(job: int, template: str, **more: Any) -> dict[str, Any]:
    """What AWX adds to the extra variables of every job."""
    values = {
        "job_id": job,
        "job_launch_type": "manual",
        "user_id": 1,
        "user_name": "admin",
        "user_email": "admin@localhost",
        "user_first_name": "",
        "user_last_name": "",
        "inventory_id": 2,
        "inventory_name": "Managed images",
        "project_revision": REVISION,
        "project_scm_branch": "",
        "job_template_id": 10,
        "job_template_name": template,
        "execution_node": "node1",
        **more,
    }
    return {f"{prefix}_{name}": value for name, value in values.items() for prefix in ("awx", "tower")}


def arguments(
    check: bool = False, diff: bool = False, forks: int = 0, limit: str = "", verbosity: int = 0
) -> list[str]:
    """env/cmdline of a job without a machine credential."""
    return [
        *(["--check"] if check else []),
        *("-u", "root"),
        *(["--diff"] if diff else []),
        *([f"--forks={forks}"] if forks else []),
        *(["-l", limit] if limit else []),
        *(["-" + "v" * min(5, verbosity)] if verbosity else []),
    ]


def base_environment() -> dict[str, str]:
    """What every process of AWX gets: its settings ANSIBLE_*, and what podman's side adds."""
    return {
        "ANSIBLE_FORCE_COLOR": "True",
        "ANSIBLE_HOST_KEY_CHECKING": "False",
        "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True",
        "ANSIBLE_PARAMIKO_RECORD_HOST_KEYS": "False",
        "ANSIBLE_UNSAFE_WRITES": "1",
        "AWX_PRIVATE_DATA_DIR": "/runner",
    }


def job_environment(job: int) -> dict[str, str]:
    """The environment of a job, credentials apart."""
    return {
        **base_environment(),
        "JOB_ID": str(job),
        "INVENTORY_ID": "2",
        "PROJECT_REVISION": REVISION,
        "AWX_HOST": "https://platformhost",
        "MAX_EVENT_RES": str(MAX_EVENT_RES),
        "ANSIBLE_RETRY_FILES_ENABLED": "False",
        "ANSIBLE_SSH_CONTROL_PATH_DIR": "/runner/cp",
        "ANSIBLE_COLLECTIONS_PATH": COLLECTIONS,
        "ANSIBLE_COLLECTIONS_PATHS": COLLECTIONS,
        "ANSIBLE_ROLES_PATH": "/runner/requirements_roles:~/.ansible/roles:/usr/share/ansible/roles:/etc/ansible/roles",
    }


def update_environment(update: int, source_vars: Mapping[str, Any]) -> dict[str, str]:
    """The environment of an inventory update from a project, credentials apart."""
    environment = {
        **base_environment(),
        "INVENTORY_SOURCE_ID": "3",
        "INVENTORY_UPDATE_ID": str(update),
        "ANSIBLE_INVENTORY_EXPORT": "True",
        "ANSIBLE_VERBOSE_TO_STDERR": "True",
        "ANSIBLE_HOST_PATTERN_MISMATCH": "error",
        "ANSIBLE_COLLECTIONS_PATHS": COLLECTIONS,
    }
    blocked = {*environment, "HOME", "USER", "_", "TERM", "PATH"}
    return {**environment, **{name: str(value) for name, value in source_vars.items() if name not in blocked}}


@dataclass
class Job:
    """A job, or an inventory update, that has run or runs."""

    id: int
    folder: Path
    machine: Path  # holds what is the container's: root and tmp
    command: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    artifacts: dict[str, Any] = field(default_factory=dict)
    runner: Any = None
    thread: Any = None

    @property
    def status(self) -> str:
        return str(self.runner.status)

    @property
    def output(self) -> str:
        """What the job's page shows, without colours."""
        return COLOUR.sub("", "\n".join(event["stdout"] for event in self.events if event["stdout"]).replace("\r", ""))

    @property
    def stats(self) -> dict[str, dict[str, int]]:
        """The recap: ok, changed, failures and so on, each by host; empty after a cancel."""
        return next((event["event_data"] for event in self.events if event["event"] == "playbook_on_stats"), {})

    def results(self, action: str = "", host: str = "") -> list[dict[str, Any]]:
        """Results of an action, as AWX keeps them."""
        kept = [
            event["event_data"]
            for event in self.events
            if event["event"] in ("runner_on_ok", "runner_on_failed") and event["event_data"].get("res") is not None
        ]
        return [
            one["res"]
            for one in kept
            if host in ("", one["host"]) and action in ("", one["task_action"], one["task_action"].rpartition(".")[2])
        ]

    def wait(self, timeout: float = 120) -> Job:
        """Itself, when it has ended."""
        self.thread.join(timeout)
        assert not self.thread.is_alive(), f"no end after {timeout:g} s:\n{self.output[-4000:]}"
        return self

    def ok(self) -> Job:
        assert self.status == "successful", self.output
        return self

    def failed(self) -> Job:
        assert self.status == "failed", self.output
        return self


class Controller:
    """Launches jobs on an emulator, with credentials as AWX injects them."""

    starting = threading.Lock()

    def __init__(self, folder: Path, machines: Path, emulator: Any) -> None:
        self.folder, self.machines, self.emulator = folder, machines, emulator
        self.credential = azure_rm(
            client="11111111-1111-1111-1111-111111111111",
            secret=SECRET,
            tenant=SUBSCRIPTION,
            cloud_environment=emulator.url,
        )
        # The environment of the image, which that of a job overrides, with blank values too.
        self.image = {"REQUESTS_CA_BUNDLE": f"/runner/{CA_FILE}"}
        self.jobs: list[Job] = []

    def launch(self, playbook: str, *args: Any, **options: Any) -> Job:
        """A job from its start to its end; see `start`."""
        return self.start(playbook, *args, **options).wait()

    def start(
        self,
        playbook: str,
        variables: Mapping[str, Any] | None = None,
        *,
        inventory: Mapping[str, Any] | None = None,
        own_variables: Mapping[str, Any] | None = None,
        credential: Mapping[str, str] | None = None,
        cancel: Callable[[], bool] | None = None,
        job_timeout: int = 0,
        idle_timeout: int = 0,
        **prompts: Any,
    ) -> Job:
        """Begin a job.

        `variables` are survey answers, prompted variables and artifacts; `own_variables` the template's, which AWX trusts;
        `inventory` the inventory script's data, by default a localhost alone; `prompts` what arguments() takes.
        """
        job = self._new_job()
        own = dict(own_variables or {})
        template = playbook.removesuffix(".yml").replace("_", " ").capitalize()
        given = {**own, **(variables or {}), **meta_variables(job.id, template)}
        self._write(job, "env/extravars", extra_vars_file(given, own))
        self._write(job, "env/cmdline", ansible_runner.utils.args2cmdline(*arguments(**{"forks": 5, **prompts})))
        script = f"#! /usr/bin/env python3\n# -*- coding: utf-8 -*-\nprint({json.dumps(inventory or LOCALHOST)!r})\n"
        self._write(job, "inventory/hosts", script, 0o700)
        settings = {"job_timeout": job_timeout, **({"idle_timeout": idle_timeout} if idle_timeout else {})}
        environment = {**job_environment(job.id), **(self.credential if credential is None else credential)}
        self._run(job, environment, settings, playbook=playbook, cancel_callback=cancel or (lambda: False))
        return job

    def update(
        self,
        options: Mapping[str, Any] | None = None,
        *,
        source_vars: Mapping[str, Any] | None = None,
        credential: Mapping[str, str] | None = None,
        limit: str = "",
    ) -> tuple[Job, dict[str, Any] | None]:
        """An inventory update from a file of the project: the one that is shipped, or one with these options.

        With it goes what it has put out; None if there is nothing, and AWX would leave the inventory as it is.
        """
        job = self._new_job()
        source, output = f"/runner/project/{INVENTORY_FILE}", job.folder / f"artifacts/{job.id}/output.json"
        if options is not None:
            self._write(job, f"project/{INVENTORY_FILE}", json.dumps(dict(options)))
        command = ["ansible-inventory", "--list", "--export", "-i", source, *(["--limit", limit] if limit else [])]
        command += ["--output", str(output), "--playbook-dir", os.path.dirname(source), "-vvv"]
        self._write(job, "args", " ".join(command))
        environment = {**update_environment(job.id, source_vars or {}), **(credential or self.credential)}
        self._run(job, environment, {"job_timeout": 0}, cancel_callback=lambda: False)
        job.wait()
        return job, json.loads(output.read_text(encoding="utf-8")) if output.exists() else None

    def imported(self, options: Mapping[str, Any]) -> Inventory:
        """An inventory that an update has filled."""
        job, output = self.update(options)
        assert output is not None, job.ok().output
        return Inventory(output)

    # How a job is made

    def _new_job(self) -> Job:
        number = len(self.jobs) + 10
        job = Job(number, self.folder / f"job_{number}", self.machines / str(number))
        self.jobs.append(job)
        for folder in ("env", "inventory", "cp", f"artifacts/{number}"):
            (job.folder / folder).mkdir(parents=True, mode=0o700)
        for folder in ("root", "tmp"):
            (job.machine / folder).mkdir(parents=True)
        (job.folder / "requirements_collections").symlink_to(collections_path())
        shutil.copytree(ROOT / "awx", job.folder / "project")
        self._write(job, "project/ansible.cfg", (ROOT / "awx/ansible.cfg").read_text(encoding="utf-8"), 0o644)
        shutil.copy(self.emulator.ca_file, job.folder / CA_FILE)
        return job

    def _write(self, job: Job, name: str, text: str, mode: int = 0o600) -> None:
        place = job.folder / name
        place.write_text(text.replace("/runner/", f"{job.folder}/"), encoding="utf-8")
        place.chmod(mode)

    def _run(self, job: Job, environment: Mapping[str, str], settings: Mapping[str, Any], **params: Any) -> None:
        """Write the rest of the private data folder, and start ansible-runner on it."""
        outside = {
            "PATH": f"{BIN}:{SYSTEM_PATH}",
            "HOME": str(job.machine / "root"),
            "TMPDIR": str(job.machine / "tmp"),
            "PYTHONDONTWRITEBYTECODE": "1",
            **self.image,
        }
        job.environment = {**outside, **environment}
        self._write(job, "env/envvars", json.dumps(job.environment))
        # AWX looks at cancel and timeouts every 5 s; here every second.
        written = {"suppress_ansible_output": True, "suppress_output_file": True, "pexpect_timeout": 1, **settings}
        self._write(job, "env/settings", json.dumps(written))

        def keep(event: dict[str, Any]) -> bool:
            job.events.append(event)
            job.artifacts = event.setdefault("event_data", {}).get("artifact_data") or job.artifacts
            return False

        # Without a container ansible-runner adds the environment of its caller. One at a time has it cleared.
        with self.starting, mock.patch.dict(os.environ, clear=True):
            job.thread, job.runner = ansible_runner.run_async(
                ident=job.id, private_data_dir=str(job.folder), event_handler=keep, quiet=True, **params
            )
        job.command = job.runner.config.command
