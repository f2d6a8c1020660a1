"""Hosts that create the same gallery, definition or version: check mode predicts what the run does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from role_runs import IDENTITY, RoleRuns, failures, image, result, seed, variables

from support.playbook_runner import Run

FAST = {"replication_seconds": 1, "operation_seconds": 0.1}
WEST = [image("img1", location="westus2"), image("img2", location="eastus"), image("img3", location="westus2")]
ONE = {"definition": {"name": "one", **IDENTITY, "sku": "s"}}


def predicted_and_run(role: RoleRuns, hosts: dict[str, dict[str, Any]]) -> tuple[Run, Run]:
    """A run in check mode and one after it, which have to end alike on every host."""
    check = role.hosts(hosts, check=True, diff=True)
    assert role.writes() == []
    run = role.hosts(hosts, diff=True)
    for host in hosts:
        before, after = result(check, host), result(run, host)
        for key in ("failed", "changed", "version"):
            assert before[key] == after[key], (host, key)
        if after["failed"]:
            assert failures(check, host) == failures(run, host)
    for task in ("Create the gallery", "Create or update the image definition"):
        assert diffs(check, task) == diffs(run, task)
    return check, run


def diffs(run: Run, task: str) -> list[str]:
    """What all hosts show of a task; which of them is the first to make the thing is chance."""
    return sorted(json.dumps(one.result.get("diff"), sort_keys=True) for one in run.tasks(task))


def fleet(names: list[str], **more: Any) -> dict[str, dict[str, Any]]:
    return {f"host-{name}": variables(name, target_regions=..., **more) for name in names}


@pytest.mark.emulator(seed=seed(*WEST, gallery=False), **FAST)
def test_a_gallery_of_images_from_two_regions(role: RoleRuns) -> None:
    """Without a location it is made where the first image is; the others do not ask for theirs."""
    hosts = fleet(["img3", "img2", "img1"], create_gallery=True)
    _check, run = predicted_and_run(role, hosts)
    run.ok()
    writes = role.writes()
    assert writes.count("PUT galleries/pics") == 1
    gallery = role.emulator.resource(f"{result(run, 'host-img1')['definition_id'].partition('/images/')[0]}")
    assert gallery["location"] == "westus2"
    assert role.hosts(hosts).ok().changed == 0


@pytest.mark.emulator(seed=seed(*WEST), **FAST)
def test_a_definition_of_images_from_two_regions(role: RoleRuns) -> None:
    hosts = fleet(["img3", "img2", "img1"], **ONE)
    _check, run = predicted_and_run(role, hosts)
    run.ok()
    assert role.writes().count("PUT galleries/pics/images/one") == 1
    definition = role.emulator.resource(result(run, "host-img2")["definition_id"])
    assert definition["location"] == "westus2"
    assert role.hosts(hosts).ok().changed == 0


@pytest.mark.emulator(
    seed=seed("img1", image("img2", hyper_v_generation="V2"), image("img3", os_type="Windows")), **FAST
)
def test_images_that_contradict_each_other(role: RoleRuns) -> None:
    _check, run = predicted_and_run(role, fleet(["img3", "img2", "img1"], **ONE))
    assert {host: result(run, host)["failed"] for host in ("host-img1", "host-img2", "host-img3")} == {
        "host-img1": False,
        "host-img2": True,
        "host-img3": True,
    }
    assert "Hyper-V generation V1 and V2" in failures(run, "host-img2")[0]
    assert result(run, "host-img2")["message"] == failures(run, "host-img2")[0]
    assert "OS type Linux and Windows" in failures(run, "host-img3")[0]


@pytest.mark.emulator(seed=seed("img1", "img2"), **FAST)
def test_one_number_for_two_images(role: RoleRuns) -> None:
    _check, run = predicted_and_run(role, fleet(["img2", "img1"], version="1.0.0", **ONE))
    assert [result(run, host)["failed"] for host in ("host-img1", "host-img2")] == [False, True]
    assert "version 1.0.0" in failures(run, "host-img2")[0]


@pytest.mark.emulator(seed=seed("img1"), **FAST)
def test_a_resource_group_that_is_not_there(role: RoleRuns) -> None:
    """The plan reports a missing resource group of a gallery before the first write."""
    hosts = {
        "a": variables(
            {"resource_group": "rg", "name": "img1"},
            definition={**IDENTITY, "sku": "s"},
            gallery={"resource_group": "nope", "name": "pics"},
            create_gallery=True,
        )
    }
    _check, run = predicted_and_run(role, hosts)
    assert "resource group" in failures(run, "a")[0]
    assert "does not exist" in failures(run, "a")[0]
    assert role.writes() == []


TWIN = image("img1", resource_group="other", location="southcentralus")
OWN = {"definition": {**IDENTITY, "sku": "img1"}}
GROUPS = [{"name": name, "location": "southcentralus"} for name in ("rg", "other")]


@pytest.mark.emulator(seed={**seed("img1", TWIN), "resource_groups": GROUPS}, **FAST)
def test_images_of_one_name_from_two_groups(role: RoleRuns) -> None:
    """Their default names are one definition: a warning, in the same run and where the other is there already."""
    hosts = {group: variables({"resource_group": group, "name": "img1"}, **OWN) for group in ("rg", "other")}
    first = role.hosts({"rg": hosts["rg"]}).ok()
    assert "of one name" not in first.stdout + first.stderr
    late = role.hosts({"other": hosts["other"]}, check=True).ok()
    both = role.hosts(hosts).ok()
    for run in (late, both):
        assert "2 images of one name" in " ".join((run.stdout + run.stderr).split())
    assert "of one name" not in " ".join((role.hosts(hosts).ok().stdout).split())
