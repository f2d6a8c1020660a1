# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A wait that fails as a whole, and not for one version, tells nobody that a version is ready: its hosts fail with the reason."""

from __future__ import annotations

import pytest
from role_runs import ROLE, RoleRuns, failures, result, seed, variables
from test_fleet import APPLICATIONS, EACH_ITS_OWN, NAMES, TWO_TENANTS
from test_waiting import loop, results

FAST = {"replication_seconds": 2, "operation_seconds": 0.1}
# The wait alone is told of a cloud that there is not.
WRONG = {"cloudimages.azure_gallery.wait_for_replication": {"cloud_environment": "Nowhere"}}
TOLD = "cloud_environment 'Nowhere' is not a cloud"
WHY = "No room."


@pytest.mark.emulator(seed=seed("a", "b"), **FAST)
def test_each_host_fails_and_says_why(role: RoleRuns) -> None:
    hosts = {name: variables(name) for name in "ab"}
    run = role.hosts(hosts, {"module_defaults": WRONG})
    assert run.rc == 2
    for host in hosts:
        assert result(run, host)["failed"]
        assert TOLD in result(run, host)["message"]
        assert any(TOLD in message for message in failures(run, host))
    again = role.hosts(hosts)
    assert again.rc == 0, "the versions were begun, and the next run waits for them"
    assert role.writes().count("PUT galleries/pics/images/a/versions/1.0.0") == 1


@pytest.mark.emulator(seed=seed("a", "b"), **FAST)
def test_a_wait_for_all_that_were_started(role: RoleRuns) -> None:
    plays = loop(["a", "b"], flush=False)
    run = role.run_playbook([{**plays[0], "module_defaults": WRONG}])
    assert run.rc == 2
    assert [one["failed"] for one in results(run)] == [True, True]
    assert all(TOLD in one["message"] for one in results(run))
    assert TOLD in failures(run)[-1]


@pytest.mark.emulator(seed=TWO_TENANTS, **FAST)
def test_hosts_that_sign_in_otherwise_are_waited_for_at_the_end_too(role: RoleRuns) -> None:
    """The one wait for all sees the versions of one sign-in only."""
    hosts = {
        f"host-{name}": {**variables(name, subscription_id=owned, flush=False), "application": client}
        for name, (client, owned) in zip(NAMES, APPLICATIONS.items(), strict=False)
    }
    role.emulator.order_fault(resource="/versions/1.0.0$", region_fails={"region": "eastus2", "details": WHY}, times=0)
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
