"""Waiting: a region that fails, a run that is killed and joined, loops on one host, and sources that are busy."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from typing import Any

import pytest
from role_runs import ROLE, RoleRuns, definition, failures, result, seed, variables, version, version_id

FAST = {"replication_seconds": 2, "operation_seconds": 0.1}
WHY = "The replication to eastus2 failed: out of capacity."


@pytest.mark.emulator(seed=seed(), **FAST)
def test_a_region_that_fails_is_named_with_the_reason(role: RoleRuns) -> None:
    role.emulator.order_fault(resource="versions/1.0.0", region_fails={"region": "eastus2", "details": WHY})
    run = role.local(variables())
    assert run.rc == 2
    assert len(failures(run)) == 1
    message = failures(run)[0]
    assert "eastus2" in message
    assert "out of capacity" in message
    assert run.tasks("Fail if an image is not ready")[-1].failed
    assert result(run)["message"] == message
    assert (result(run)["failed"], result(run)["version_id"]) == (True, version_id("1.0.0"))
    states = {region["name"]: region["state"] for region in result(run)["replication"]["regions"]}
    assert states == {"southcentralus": "Completed", "eastus2": "Failed"}
    role.writes()
    again = role.local(variables())
    assert again.rc == 2
    assert "eastus2" in failures(again)[0]
    assert role.writes() == []


def _start(role: RoleRuns, values: dict[str, Any]) -> subprocess.Popen[bytes]:
    import json

    place = role.run_playbook.folder / "started.json"
    place.write_text(json.dumps(values), encoding="utf-8")
    command = [str(role.run_playbook.bin / "ansible-playbook"), ROLE, "-e", f"@{place}"]
    return subprocess.Popen(
        command,
        env=role.run_playbook.environment(),
        cwd=role.run_playbook.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


@pytest.mark.emulator(seed=seed(), replication_seconds=20, operation_seconds=0.1)
def test_killed_while_it_waits_and_joined_by_the_next_run(role: RoleRuns) -> None:
    process = _start(role, variables())
    deadline = time.monotonic() + 60
    key = version_id("1.0.0")
    try:
        while role.emulator.resource(key) is None and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(1.0)
        assert role.emulator.resource(key)["provisioning_state"] == "Creating"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    role.writes()
    joined = role.local(variables()).ok()
    assert role.writes() == []
    assert result(joined)["changed"] is False
    assert result(joined)["version_id"] == key
    assert joined.task("List the versions that are replicating").changed
    assert [one for one in role.emulator.state.resources if "/versions/" in one] == [key.lower()]


@pytest.mark.emulator(seed=seed(), replication_seconds=4, operation_seconds=0.1)
def test_a_joined_version_is_changed_once_it_is_ready(role: RoleRuns) -> None:
    role.local(variables(wait=False)).ok()
    role.writes()
    run = role.local(variables(exclude_from_latest=True)).ok()
    assert role.writes() == ["PUT galleries/pics/images/web/versions/1.0.0"]
    assert result(run)["changed"] is True
    assert role.local(variables(exclude_from_latest=True)).ok().changed == 0


def loop(names: list[str], **more: Any) -> list[dict[str, Any]]:
    """A play that runs the role in a loop on localhost."""
    own = {"source": "{{ image }}", "definition": {"publisher": "pub", "offer": "off", "sku": "{{ image }}"}}
    task = {
        "name": "Clone all",
        "ansible.builtin.include_role": {"name": ROLE},
        "vars": variables(**{**own, **more}),
        "loop": names,
        "loop_control": {"loop_var": "image"},
    }
    verdict = {"name": "Wait", "ansible.builtin.include_role": {"name": ROLE, "tasks_from": "verdict"}}
    play = {
        "name": "Loop",
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
        "tasks": [task, verdict] if "flush" in more else [task],
    }
    return [play]


def results(run: Any) -> list[dict[str, Any]]:
    for name in ("Complete the results", "Keep the result"):
        if run.tasks(name):
            found: list[dict[str, Any]] = run.tasks(name)[-1]["ansible_facts"]["clone_managed_image_results"]
            return found
    return []


@pytest.mark.emulator(seed=seed("a", "b", "c"), **FAST)
def test_a_loop_on_localhost(role: RoleRuns) -> None:
    run = role.run_playbook(loop(["a", "b", "c"])).ok()
    assert [one["version_id"] for one in results(run)] == [version_id("1.0.0", name) for name in "abc"]
    assert [one["replication"]["state"] for one in results(run)] == ["Completed"] * 3
    assert len(run.tasks("Wait for replication")) == 3
    again = role.run_playbook(loop(["a", "b", "c"])).ok()
    assert again.changed == 0
    assert [one["changed"] for one in results(again)] == [False] * 3


@pytest.mark.emulator(seed=seed("a", "b", "c"), **FAST)
def test_a_loop_into_one_definition_in_check_mode_and_run(role: RoleRuns) -> None:
    play = loop(["c", "a", "b"], definition={"name": "one", "publisher": "pub", "offer": "off", "sku": "s"})
    predicted = role.run_playbook(play, check=True).ok()
    assert role.writes() == []
    made = role.run_playbook(play).ok()
    assert [one["version"] for one in results(made)] == ["1.0.0", "1.0.1", "1.0.2"]
    assert [one["version"] for one in results(predicted)] == ["1.0.0", "1.0.1", "1.0.2"]


@pytest.mark.emulator(seed=seed("a", "b", "c"), **FAST)
def test_start_many_and_wait_once(role: RoleRuns) -> None:
    role.emulator.order_fault(resource="b/versions/1.0.0", region_fails={"region": "eastus2", "details": WHY})
    run = role.run_playbook(loop(["a", "b", "c"], flush=False))
    assert run.rc == 2
    assert len(run.tasks("Wait for replication")) == 1
    assert [one["failed"] for one in results(run)] == [False, True, False]
    assert [one["replication"]["state"] for one in results(run)] == ["Completed", "Failed", "Completed"]
    assert len(failures(run)) == 1
    assert "out of capacity" in failures(run)[0]


def same_source(**more: Any) -> list[dict[str, Any]]:
    """The source a into the definitions x and y: Azure makes one version at a time of a source."""
    definition = {"name": "{{ image }}", "publisher": "p", "offer": "o", "sku": "{{ image }}"}
    return loop(["x", "y"], **{"source": "a", "definition": definition, **more})


@pytest.mark.parametrize("more", [{}, {"flush": False}])
@pytest.mark.emulator(seed=seed("a"), **FAST)
def test_a_busy_source_waits_its_turn(role: RoleRuns, more: dict[str, Any]) -> None:
    run = role.run_playbook(same_source(**more)).ok()
    assert [one["version_id"] for one in results(run)] == [version_id("1.0.0", name) for name in "xy"]
    assert [one["failed"] for one in results(run)] == [False, False]
    assert role.run_playbook(same_source(**more)).ok().changed == 0


@pytest.mark.emulator(
    seed=seed("a", definitions=[definition("other")], versions=[version(of="other", source="a")]), **FAST
)
def test_a_source_that_another_run_keeps_busy(role: RoleRuns) -> None:
    role.emulator.order_fault(resource="versions/", source_busy=True, times=1)
    run = role.local(variables("a")).ok()
    assert result(run)["replication"]["state"]
    assert result(run)["version"] == "1.0.0"
