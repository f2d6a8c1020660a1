"""Runs in which all goes well show and leave no secret, by any way to run a module and any screen."""

from __future__ import annotations

import re
import sys

import pytest
from plays import MODULES, SEED, SUBSCRIPTION, every_module
from watched import ENVIRONMENT, EXTRA_VARS, MODULE_PAYLOAD, RUN_MEMORY, WatchedRuns

pytestmark = pytest.mark.emulator(seed=SEED, replication_seconds=0.5, operation_seconds=0.05)
IDENTITY = {"client_id": "option-client", "tenant": SUBSCRIPTION, "secret": "{{ the_secret }}"}
# In ansible's own process not one file is written beside these, for however short a time.
BY_ANSIBLE_OR_THE_TEST = re.compile(
    r"ansible\.(cfg|log)|(playbook|results|extra_vars)_\d+\.\w+|(tree|facts|junit|reports)/.*"
)
DEFAULTS = {"group/cloudimages.azure_gallery.azure": IDENTITY}


def test_in_ansibles_own_process(watched: WatchedRuns) -> None:
    """First as a plan, then in earnest."""
    plan = watched.play(every_module(), "-vvvv", check=True, diff=True, env={"ANSIBLE_STDOUT_CALLBACK": "oneline"})
    plan.only(ENVIRONMENT, RUN_MEMORY)
    watch = watched.play(every_module(), "-vvvv", diff=True).only(ENVIRONMENT, RUN_MEMORY)
    assert watch.run.ok().stdout.count("runs in Ansible's process") == len(MODULES)
    assert {"ansible.log", "tree/localhost", "reports/fleet_report.html"} < watch.probe.files
    assert not [name for name in watch.probe.files if not BY_ANSIBLE_OR_THE_TEST.fullmatch(name)]


def test_as_ordinary_modules(watched: WatchedRuns) -> None:
    """By a Python of its own, with the credentials as defaults of the modules, which ansible writes into each module."""
    python = watched.folder / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    watch = watched.play(
        every_module(module_defaults=DEFAULTS),
        "-vvvv",
        extra_vars={"the_secret": watched.secret("option secret"), "ansible_python_interpreter": str(python)},
        env={"ANSIBLE_STDOUT_CALLBACK": "minimal", "AZURE_SECRET": None},
    )
    watch.only(EXTRA_VARS, MODULE_PAYLOAD, RUN_MEMORY)
    handed_over = MODULES.keys() - {"fleet_report"}  # which only runs on the controller
    assert watch.run.ok().stdout.count("runs as a module because ansible_python_interpreter is") == len(handed_over)
