"""The tests' own tools report a playbook's run correctly."""

from __future__ import annotations

import json
import os
import time
from typing import Any

import pytest

from support.collection_tree import ROOT, collections_path
from support.playbook_runner import PlaybookRunner

PLAYBOOK = """
- name: All kinds of ends
  hosts: all
  gather_facts: false
  connection: local
  tasks:
    - name: Say it
      ansible.builtin.debug:
        msg: "hello {{ who | default('missing') }}"
      changed_when: true
    - name: Not here
      ansible.builtin.debug:
        msg: no
      when: inventory_hostname == 'two'
    - name: Loop
      ansible.builtin.debug:
        msg: "{{ item }}"
      loop: [1, 2]
    - name: Only the first fails
      ansible.builtin.assert:
        that: inventory_hostname == 'two'
    - name: Statistics
      ansible.builtin.set_stats:
        data:
          reached: "{{ inventory_hostname }}"
"""


def test_results_and_recap(run_playbook: PlaybookRunner) -> None:
    run = run_playbook(PLAYBOOK, inventory="one,two,", extra_vars={"who": "world"})
    assert run.rc == 2, run.output
    assert run.task("Say it", "one")["msg"] == "hello world"
    assert run.task("Say it", "one").changed
    assert run.task("Not here", "one").skipped
    assert not run.task("Not here", "two").skipped
    assert [one["msg"] for one in run.items("Loop", "two")] == [1, 2]
    assert run.task("Only the first fails", "one").failed
    assert run.task("Only the first fails", "two").action == "ansible.builtin.assert"
    assert run.tasks("Statistics", "one") == []
    assert run.recap["one"] == {
        "ok": 2,
        "changed": 1,
        "failures": 1,
        "unreachable": 0,
        "skipped": 1,
        "rescued": 0,
        "ignored": 0,
    }
    assert run.changed == 2
    assert run.stats["_run"] == {"reached": "two"}
    assert "TASK [Say it]" in run.stdout
    with pytest.raises(AssertionError, match="2 results of the task 'Say it'"):
        run.task("Say it")
    with pytest.raises(AssertionError, match="exit code 2"):
        run.ok()


def test_a_playbook_that_is_none(run_playbook: PlaybookRunner) -> None:
    run = run_playbook("- hosts: localhost\n  tasks: 7\n")
    assert run.rc != 0
    assert run.results == []
    assert run.recap == {}


def test_plays_as_data_check_and_diff(run_playbook: PlaybookRunner) -> None:
    task = {
        "name": "Modes",
        "ansible.builtin.debug": {"msg": "{{ ansible_check_mode }} {{ ansible_diff_mode }}"},
    }
    plays = [{"name": "Data", "hosts": "localhost", "gather_facts": False, "tasks": [task]}]
    assert run_playbook(plays).ok().task("Modes")["msg"] == "False False"
    assert run_playbook(plays, check=True, diff=True).ok().task("Modes")["msg"] == "True True"


@pytest.mark.parametrize("new_process", [False, True])
def test_the_callers_environment_stays_outside(
    run_playbook: PlaybookRunner, monkeypatch: pytest.MonkeyPatch, new_process: bool
) -> None:
    run_playbook.new_process = new_process
    for name in ("AZURE_CLIENT_ID", "ANSIBLE_FORKS", "REQUESTS_CA_BUNDLE", "SOMETHING_ELSE"):
        monkeypatch.setenv(name, "the caller's")
    run = run_playbook(
        """
- name: Environment
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Environment
      ansible.builtin.command: env
      changed_when: false
""",
        env={"GIVEN": "yes", "TMPDIR": None},
    ).ok()
    seen = dict(line.split("=", 1) for line in run.task("Environment")["stdout_lines"] if "=" in line)
    assert "the caller's" not in seen.values()
    assert seen["GIVEN"] == "yes"
    assert "TMPDIR" not in seen
    assert seen["HOME"] != os.environ.get("HOME")
    assert seen["ANSIBLE_COLLECTIONS_PATH"] == str(collections_path())


def test_it_is_this_checkout(run_playbook: PlaybookRunner) -> None:
    run = run_playbook.command(
        "ansible-galaxy", "collection", "list", "cloudimages.azure_gallery", "--format", "json"
    ).ok()
    assert str(collections_path()) in run.stdout
    link = collections_path() / "ansible_collections" / "cloudimages" / "azure_gallery"
    assert link.samefile(ROOT)


def test_a_fork_runs_like_a_new_process(run_playbook: PlaybookRunner) -> None:
    """The output, the exit code, and what a command finds around itself."""
    task = {
        "name": "Around",
        "ansible.builtin.debug": {
            "msg": ["{{ lookup('pipe', 'pwd; umask; ps -o sid= $PPID | wc -w') }}", "{{ ansible_playbook_python }}"]
        },
    }
    wrong = {"name": "Fail", "ansible.builtin.fail": {"msg": "\u20ac"}}
    place = run_playbook.folder / "play.yml"
    place.write_text(
        json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": [task, wrong]}]), encoding="utf-8"
    )
    runs = []
    for run_playbook.new_process in (False, True):
        runs.append((run_playbook(place), run_playbook.command("ansible-playbook", "--nonsense")))
    (forked, refused), (new, refused_too) = runs
    assert (forked.rc, forked.stdout, forked.stderr) == (new.rc, new.stdout, new.stderr)
    assert (refused.rc, refused.stdout, refused.stderr) == (refused_too.rc, refused_too.stdout, refused_too.stderr)
    assert "\u20ac" in forked.stdout


@pytest.mark.parametrize("new_process", [False, True])
def test_nothing_runs_for_ever(run_playbook: PlaybookRunner, new_process: bool) -> None:
    run_playbook.new_process = new_process
    started = time.monotonic()
    with pytest.raises(AssertionError, match="no end after 3 s"):
        run_playbook(
            """
- name: Sleep
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Sleep
      ansible.builtin.command: sleep 60
      changed_when: false
""",
            timeout=3,
        )
    assert time.monotonic() - started < 30


def test_without_the_emulator_there_are_no_credentials(run_playbook: PlaybookRunner) -> None:
    assert not [name for name in run_playbook.environment() if name.startswith("AZURE_")]


ASK = """
- name: Ask
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Ask
      ansible.builtin.uri:
        url: "{{ lookup('env', 'AZURE_CLOUD_ENVIRONMENT') }}/metadata/endpoints?api-version=2023-01-01"
        ca_path: "{{ lookup('env', 'REQUESTS_CA_BUNDLE') }}"
        return_content: true
"""


def test_the_emulator_answers_a_playbook(emulator: Any, run_playbook: PlaybookRunner) -> None:
    assert run_playbook.environment()["AZURE_CLOUD_ENVIRONMENT"] == emulator.url
    emulator.clear_requests()
    assert run_playbook(ASK).ok().task("Ask")["status"] == 200
    assert len(emulator.requests) == 1


@pytest.mark.emulator(seed={"resource_groups": [{"name": "seeded", "location": "eastus"}]})
def test_each_emulator_is_its_own(emulator: Any, emulator_factory: Any) -> None:
    with emulator_factory.manager() as other:
        assert other.url != emulator.url
    started = emulator_factory()
    assert started.url != emulator.url
    assert started.requests == []
