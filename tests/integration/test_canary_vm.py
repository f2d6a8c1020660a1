"""canary_vm as an ordinary module: the tasks of one run know each other's canary."""

from __future__ import annotations

from typing import Any

import pytest

from support.playbook_runner import PlaybookRunner

HERE = {"resource_group": "rg", "location": "eastus2"}
RG = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers"
CANARY = {
    "resource_group": "rg",
    "version": f"{RG}/Microsoft.Compute/galleries/pics/images/web/versions/1.0.0",
    "subnet_id": f"{RG}/Microsoft.Network/virtualNetworks/vnet/subnets/subnet",
}
SEED = {
    "machine_seconds": 1,
    "resource_groups": [{"name": "rg", "location": "eastus2"}],
    "virtual_networks": [{"name": "vnet", "subnets": ["subnet"], **HERE}],
    "images": [{"name": "web", **HERE}],
    "galleries": [{"name": "pics", **HERE}],
    "definitions": [{"name": "web", "gallery": "pics", **HERE}],
    "versions": [
        {
            "name": "1.0.0",
            "gallery": "pics",
            "definition": "web",
            "source": {"name": "web", "resource_group": "rg"},
            **HERE,
        }
    ],
}


@pytest.mark.emulator(seed=SEED, operation_seconds=0.1)
def test_as_an_ordinary_module(emulator: Any, run_playbook: PlaybookRunner) -> None:
    module = "cloudimages.azure_gallery.canary_vm"
    tasks = [
        {"name": "Start", module: {**CANARY, "wait": False}},
        {"name": "Wait", module: CANARY},
        {"name": "Delete", module: {**CANARY, "state": "absent"}},
    ]
    play = [{"name": "Test", "hosts": "localhost", "gather_facts": False, "tasks": tasks}]
    run = run_playbook(play, extra_vars={"azure_gallery_in_process": False}, timeout=240).ok()
    assert run.task("Start")["canary"]["verdict"] == "Booting"
    assert run.task("Wait")["canary"]["verdict"] == "Passed"
    assert run.task("Delete").changed
    kinds = {one.kind for one in emulator.state.resources.values()}
    assert not kinds & {"virtual_machine", "network_interface", "disk"}, run.output
    assert "adminPassword" not in run.output
