"""Many hosts: one wait for all, a verdict for each, numbers in a defined order, and other strategies."""

from __future__ import annotations

from typing import Any

import pytest
from role_runs import (
    IDENTITY,
    SUBSCRIPTION,
    RoleRuns,
    definition,
    failures,
    result,
    seed,
    variables,
    version,
    version_id,
)

FAST = {"replication_seconds": 2, "operation_seconds": 0.1}
NAMES = ["img10", "img9", "img1"]


def fleet(names: list[str], **more: Any) -> dict[str, dict[str, Any]]:
    return {f"host-{name}": variables(name, **more) for name in names}


ONE = {"definition": {"name": "one", **IDENTITY, "sku": "s"}}


@pytest.mark.parametrize("serial", [None, 2])
@pytest.mark.emulator(seed=seed(*NAMES), **FAST)
def test_several_hosts_with_definitions_of_their_own(role: RoleRuns, serial: int | None) -> None:
    play = {"serial": serial} if serial else {}
    run = role.hosts(fleet(NAMES), play).ok()
    assert {result(run, f"host-{name}")["version_id"] for name in NAMES} == {
        version_id("1.0.0", name) for name in NAMES
    }
    assert len(run.tasks("Wait for replication")) == (2 if serial else 1)
    lists = [one for one in role.emulator.requests if one["listing"] and one["kind"] == "managed_image"]
    assert len(lists) == 1
    role.writes()
    again = role.hosts(fleet(NAMES), play).ok()
    assert again.changed == 0
    assert role.writes() == []


@pytest.mark.emulator(seed=seed(*NAMES), **FAST)
def test_one_definition_is_numbered_by_the_names(role: RoleRuns) -> None:
    hosts = fleet(NAMES, **ONE)
    expected = {"host-img1": "1.0.0", "host-img9": "1.0.1", "host-img10": "1.0.2"}
    predicted = role.hosts(hosts, check=True).ok()
    assert role.writes() == []
    assert {host: result(predicted, host)["version"] for host in hosts} == expected
    made = role.hosts(hosts).ok()
    assert {host: result(made, host)["version"] for host in hosts} == expected
    assert role.writes().count("PUT galleries/pics/images/one") == 1
    again = role.hosts(hosts).ok()
    assert again.changed == 0
    assert {host: result(again, host)["version"] for host in hosts} == expected


@pytest.mark.emulator(seed=seed("img1"), **FAST)
@pytest.mark.parametrize("latency", [0.0, 0.3])
def test_two_hosts_of_one_source_make_one_version(role: RoleRuns, latency: float) -> None:
    """Even if both have read the versions before either has started one."""
    role.emulator.order_fault(method="GET", kind="image_version", times=0, do={"delay": latency})
    run = role.hosts({"a": variables("img1"), "b": variables("img1")}).ok()
    assert role.writes().count("PUT galleries/pics/images/img1/versions/1.0.0") == 1
    assert {result(run, host)["version"] for host in "ab"} == {"1.0.0"}


@pytest.mark.emulator(seed=seed(*NAMES), **FAST)
def test_a_failure_is_of_its_host_alone(role: RoleRuns) -> None:
    role.emulator.order_fault(resource="img9/versions/", region_fails={"region": "eastus2", "details": "no room"})
    hosts = {**fleet(NAMES), "host-none": variables("missing")}
    run = role.hosts(hosts)
    assert run.rc == 2
    assert {host: one["failures"] for host, one in run.recap.items()} == {
        "host-img10": 0,
        "host-img9": 1,
        "host-img1": 0,
        "host-none": 1,
    }
    assert ["no room" in message and "eastus2" in message for message in failures(run, "host-img9")] == [True]
    assert result(run, "host-img1")["replication"]["state"] == "Completed"
    assert {host: result(run, host)["failed"] for host in hosts} == {
        "host-img10": False,
        "host-img9": True,
        "host-img1": False,
        "host-none": True,
    }


READY = version(
    of="a", source="a", target_regions=["southcentralus", {"name": "eastus2", "storage_account_type": "Standard_ZRS"}]
)


@pytest.mark.parametrize(
    ("first", "message"),
    [
        ({"definition": {**IDENTITY, "sku": "a", "description": "new"}}, "It is ready in every region."),
        ({"when_cloned": "new", "wait": False}, "It is replicating."),
    ],
    ids=["only its definition changes", "it does not wait"],
)
@pytest.mark.emulator(seed=seed("a", "b", "c", definitions=[definition("a")], versions=[READY]), **FAST)
def test_the_first_host_has_nothing_to_wait_for(role: RoleRuns, first: dict[str, Any], message: str) -> None:
    """The shared wait runs on it all the same, for the others."""
    run = role.hosts({"a": variables("a", **first), "b": variables("b"), "c": variables("c")}).ok()
    assert result(run, "a")["message"] == message
    for host in "bc":
        assert result(run, host)["message"] == "It is ready in every region."
        assert result(run, host)["replication"]["timeline"]
    assert len(run.tasks("Wait for replication")) == 1


@pytest.mark.emulator(seed=seed("img1"), **FAST)
def test_one_source_into_several_definitions(role: RoleRuns) -> None:
    hosts = {name: variables("img1", definition={"name": name, **IDENTITY, "sku": name}) for name in ("x", "y", "z")}
    run = role.hosts(hosts).ok()
    assert {result(run, name)["version_id"] for name in hosts} == {version_id("1.0.0", name) for name in hosts}
    assert role.hosts(hosts).ok().changed == 0


@pytest.mark.emulator(seed=seed(*NAMES), **FAST)
def test_strategy_free(role: RoleRuns) -> None:
    hosts = fleet(NAMES, **ONE)
    run = role.hosts(hosts, {"strategy": "free"}).ok()
    assert sorted(result(run, host)["version"] for host in hosts) == ["1.0.0", "1.0.1", "1.0.2"]
    assert role.hosts(hosts, {"strategy": "free"}).ok().changed == 0


SECOND = "22222222-2222-2222-2222-222222222222"
APPLICATIONS = {
    f"{number}" * 8 + "-1111-1111-1111-111111111111": owned for number, owned in ((3, SUBSCRIPTION), (4, SECOND))
}
TWO_TENANTS = {
    "subscriptions": [SUBSCRIPTION, SECOND],
    "clients": [{"client_id": client, "subscriptions": [owned]} for client, owned in APPLICATIONS.items()],
    "resource_groups": [
        {"name": "rg", "location": "southcentralus", "subscription": owned} for owned in APPLICATIONS.values()
    ],
    "galleries": [{"name": "pics", "resource_group": "rg", "subscription": owned} for owned in APPLICATIONS.values()],
    "images": [
        {"name": name, "resource_group": "rg", "location": "southcentralus", "subscription": owned}
        for owned in APPLICATIONS.values()
        for name in NAMES
    ],
}


EACH_ITS_OWN = {
    "group/cloudimages.azure_gallery.azure": {
        "client_id": "{{ application }}",
        "secret": "the-secret-of-both",
        "tenant": SUBSCRIPTION,
    }
}


@pytest.mark.emulator(seed=TWO_TENANTS, **FAST)
def test_hosts_that_sign_in_otherwise_have_a_wait_of_their_own(role: RoleRuns) -> None:
    hosts = {
        f"{name}-{client[0]}": {**variables(name, subscription_id=owned), "application": client}
        for client, owned in APPLICATIONS.items()
        for name in NAMES
    }
    run = role.hosts(hosts, {"module_defaults": EACH_ITS_OWN}).ok()
    assert {result(run, host)["replication"]["state"] for host in hosts} == {"Completed"}
    assert len(run.tasks("Wait for replication")) == 1
    first = {one["id"].split("/")[2] for one in run.task("Wait for replication")["results"]}
    late = {run_host for run_host in hosts if hosts[run_host]["clone_managed_image_subscription_id"] not in first}
    assert {one.host for one in run.tasks("Start or update the remaining versions")} == late


@pytest.mark.emulator(seed=seed(*NAMES), **FAST)
def test_as_ordinary_modules(role: RoleRuns) -> None:
    play = {"vars": {"azure_gallery_in_process": False}}
    hosts = fleet(NAMES[:2], **ONE)
    predicted = role.hosts(hosts, play, check=True).ok()
    assert role.writes() == []
    made = role.hosts(hosts, play).ok()
    versions = {host: result(made, host)["version"] for host in hosts}
    assert versions == {"host-img9": "1.0.0", "host-img10": "1.0.1"}
    assert {result(predicted, host)["changed"] for host in hosts} == {True}
    assert role.hosts(hosts, play).ok().changed == 0
