"""No image that failed ends as a success, whatever the shared wait could see: each host's own image_version decides."""

from __future__ import annotations

from typing import Any

import pytest
from role_runs import ROLE, RoleRuns, failures, result, seed, variables, version_id
from test_fleet import APPLICATIONS, EACH_ITS_OWN, NAMES, TWO_TENANTS
from test_waiting import loop, results, same_source

from support.playbook_runner import Run

FAST = {"replication_seconds": 2, "operation_seconds": 0.1}
# Only the shared wait signs in to a cloud that does not exist.
WRONG = {"cloudimages.azure_gallery.wait_for_replication": {"cloud_environment": "Nowhere"}}
WHY = "No room"
FAILS = {"region_fails": {"region": "eastus2", "details": WHY}, "times": 0}


@pytest.mark.emulator(seed=seed("a", "b"), **FAST)
def test_a_wait_that_failed_as_a_whole(role: RoleRuns) -> None:
    """Each host then waits for its own version, so a failed version does not affect a ready one."""
    role.emulator.order_fault(resource="images/b/versions/1.0.0$", **FAILS)
    run = role.hosts({name: variables(name) for name in "ab"}, {"module_defaults": WRONG})
    assert run.rc == 2
    assert "Nowhere" in run.task("Wait for replication")["msg"]
    assert (result(run, "a")["failed"], result(run, "a")["replication"]["state"]) == (False, "Completed")
    assert result(run, "b")["failed"]
    assert WHY in result(run, "b")["message"]
    assert result(run, "b")["message"] == failures(run, "b")[-1]
    assert role.writes().count("PUT galleries/pics/images/a/versions/1.0.0") == 1


@pytest.mark.emulator(seed=seed("a", "b"), **FAST)
def test_a_version_that_is_ready_is_not_waited_for_again(role: RoleRuns) -> None:
    role.emulator.order_fault(resource="images/b/versions/1.0.0$", **FAILS)
    run = role.hosts({name: variables(name) for name in "ab"})
    assert [result(run, host)["failed"] for host in "ab"] == [False, True]
    assert len(run.task("Wait for replication")["results"]) == 2
    assert run.task("Wait once more for all hosts of the batch")["results"] == []


@pytest.mark.emulator(seed=seed("a", "b"), **FAST)
def test_a_wait_for_all_that_were_started_that_failed_as_a_whole(role: RoleRuns) -> None:
    role.emulator.order_fault(resource="images/b/versions/1.0.0$", **FAILS)
    run = role.run_playbook([{**loop(["a", "b"], flush=False)[0], "module_defaults": WRONG}])
    assert run.rc == 2
    assert [one["failed"] for one in results(run)] == [False, True]
    assert WHY in results(run)[1]["message"]
    assert WHY in failures(run)[-1]


@pytest.mark.emulator(seed=TWO_TENANTS, **FAST)
def test_hosts_that_sign_in_otherwise_are_waited_for_at_the_end_too(role: RoleRuns) -> None:
    """The shared wait covers the versions of one sign-in only."""
    hosts = {
        f"host-{name}": {**variables(name, subscription_id=owned, flush=False), "application": client}
        for name, (client, owned) in zip(NAMES, APPLICATIONS.items(), strict=False)
    }
    role.emulator.order_fault(resource="/versions/1.0.0$", **FAILS)
    tasks = [
        {"name": "Clone", "ansible.builtin.import_role": {"name": ROLE}},
        {"name": "Verdict", "ansible.builtin.include_role": {"name": ROLE, "tasks_from": "verdict"}},
    ]
    run = role.hosts(hosts, {"tasks": tasks, "module_defaults": EACH_ITS_OWN})
    assert run.rc == 2
    for host in hosts:
        found = run.tasks("Complete the results", host)[-1]["ansible_facts"]["clone_managed_image_results"]
        assert [(one["failed"], one["replication"]["state"]) for one in found] == [(True, "Failed")]
        assert WHY in failures(run, host)[-1]


def ended(run: Run) -> tuple[int, list[tuple[bool, str | None]]]:
    return run.rc, [(one["failed"], one["version_id"]) for one in results(run)]


X, Y = version_id("1.0.0", "x"), version_id("1.0.0", "y")
# What fails of the source a in the definition x, and what then becomes of y, which has to wait for x.
KINDS: dict[str, dict[str, Any]] = {
    "region": {"resource": "images/x/versions/1.0.0$", **FAILS},
    "whole version": {"resource": "images/x/versions/1.0.0$", "operation_fails": {"code": "Conflict", "message": WHY}},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("flush", [True, False])
@pytest.mark.emulator(seed=seed("a"), **FAST)
def test_one_source_into_two_definitions_of_which_the_first_fails(role: RoleRuns, kind: str, flush: bool) -> None:
    role.emulator.order_fault(**KINDS[kind])
    if flush:
        run = role.run_playbook(same_source())
        assert (run.rc, len(results(run))) == (2, 1), "the loop ends at the image that failed"
        assert results(run)[0]["failed"]
        return
    run = role.run_playbook(same_source(flush=False))
    assert ended(run) == (2, [(True, X), (False, Y)])
    assert WHY in results(run)[0]["message"]
    assert WHY in failures(run)[-1]
    last = run.tasks("Complete the results")[-1]["ansible_facts"]["clone_managed_image_result"]
    assert last == results(run)[1], "no longer what it was before the wait"


@pytest.mark.emulator(seed=seed("a", "b"), **FAST)
def test_a_failure_that_was_rescued_fails_no_later_verdict(role: RoleRuns) -> None:
    role.emulator.order_fault(resource="images/a/versions/1.0.0$", **FAILS)
    play = loop(["a"], flush=False)[0]
    start, verdict = play["tasks"]
    rescued = {"name": "Wait", "block": [start, verdict], "rescue": [{"name": "On", "ansible.builtin.debug": {}}]}
    run = role.run_playbook([{**play, "tasks": [rescued, {**start, "loop": ["b"]}, verdict]}])
    assert run.rc == 0, run.output
    assert [one["failed"] for one in results(run)] == [True, False]
    assert [one["replication"]["state"] for one in results(run)] == ["Failed", "Completed"]


@pytest.mark.emulator(seed=seed("a", "b"), replication_seconds=15, operation_seconds=0.1)
def test_a_play_without_verdict_warns_of_what_is_not_ready(role: RoleRuns) -> None:
    role.emulator.order_fault(resource="images/x/versions/1.0.0$", **FAILS)
    (play,) = same_source(flush=False)
    run = role.run_playbook([{**play, "tasks": play["tasks"][:1]}])
    text = " ".join((run.stdout + run.stderr).split())
    assert WHY in text
    failed, not_started = run.task("Warn of images that are not ready")["msg"]
    assert WHY in failed
    assert not_started == "The version was not started or changed."
    assert f"images/a: {not_started}" in text
    fine = loop(["b"], flush=False)[0]
    assert "WARNING" not in role.run_playbook([{**fine, "tasks": fine["tasks"][:1]}]).ok().output
