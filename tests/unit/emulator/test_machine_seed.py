"""Machines, disks and boot outcomes of a seed, and of faults."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from arm_emulator import boot
from arm_emulator.faults import FaultError, parse
from arm_emulator.seed import SeedError

from .conftest import COMPUTE, Azure
from .machine_requests import API, IMAGE, MACHINE, agent, seed, version, view

Make = Callable[..., Azure]
ENTRY = {"name": "machine", "resource_group": "rg"}


def test_a_planted_machine_is_like_a_created_one(make_azure: Make) -> None:
    entry = {
        **ENTRY, "image": version("plain"), "vm_size": "Standard_B2s", "tags": {"a": "b"}, "security_type": "TrustedLaunch",
        "interfaces": ["nic"], "data_disks": [{"lun": 3, "size_gb": 7, "delete_option": "Delete"}],
        "delete_option": "Delete", "ephemeral": True, "created_time": "2025-01-01T00:00:00Z", "boot_diagnostics": True,
        "scale_set": f"{COMPUTE}/virtualMachineScaleSets/set",
    }  # fmt: skip
    azure = make_azure(seed(machines=[entry]))
    properties = azure.get(MACHINE, API)["properties"]
    storage = properties["storageProfile"]
    assert storage["imageReference"] == {"id": version("plain"), "exactVersion": "1.0.0"}
    assert (storage["osDisk"]["deleteOption"], storage["osDisk"]["diffDiskSettings"]) == ("Delete", {"option": "Local"})
    assert (storage["dataDisks"][0]["lun"], storage["dataDisks"][0]["diskSizeGB"]) == (3, 7)
    assert properties["timeCreated"] == "2025-01-01T00:00:00+00:00"
    assert agent(azure) == "Ready"
    azure.wait(azure.call("DELETE", MACHINE, version=API))
    azure.clock.advance(60)
    assert azure.get(f"{COMPUTE}/disks", "2023-04-02")["value"] == []


def test_machines_of_a_scale_set_are_listed_by_filter(make_azure: Make) -> None:
    owner = f"{COMPUTE}/virtualMachineScaleSets/set"
    azure = make_azure(seed(machines=[{**ENTRY, "scale_set": owner}, {**ENTRY, "name": "other"}]))
    path = f"{COMPUTE}/virtualMachines?$filter=%27virtualMachineScaleSet/id%27%20eq%20%27{owner}%27"
    (found,) = azure.get(path, API)["value"]
    assert (found["name"], "/resourceGroups/RG/" in found["id"]) == ("machine", True)


def test_a_machine_being_created_ends_after_its_time(make_azure: Make) -> None:
    azure = make_azure(seed(machines=[{**ENTRY, "image": IMAGE, "state": "Creating", "seconds": 50}]))
    assert azure.error(azure.call("DELETE", IMAGE, version=API)) == (409, "OperationNotAllowed")
    azure.clock.advance(51)
    assert azure.get(MACHINE, API)["properties"]["provisioningState"] == "Succeeded"


@pytest.mark.parametrize("power", ["stopped", "deallocated"])
def test_power_of_a_planted_machine(power: str, make_azure: Make) -> None:
    azure = make_azure(seed(machines=[{**ENTRY, "power": power}]))
    assert view(azure)["statuses"][1]["code"] == f"PowerState/{power}"


def test_a_planted_disk(make_azure: Make) -> None:
    azure = make_azure(
        seed(disks=[{"name": "disk", "resource_group": "rg", "os_type": "Linux", "source": version("plain")}])
    )
    properties = azure.get(f"{COMPUTE}/disks/disk", "2023-04-02")["properties"]
    assert (properties["diskState"], properties["creationData"]["createOption"]) == ("Unattached", "FromImage")


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "image": ({"machines": [{**ENTRY, "image": "x"}]}, "seed.machines[0].image: must be the id of a managed image"),
    "power": ({"machines": [{**ENTRY, "power": "on"}]}, "seed.machines[0].power: must be one of running, stopped"),
    "created": ({"machines": [{**ENTRY, "created_time": "then"}]}, "seed.machines[0].created_time: must be a date"),
    "interface": ({"machines": [{**ENTRY, "interfaces": [5]}]}, "seed.machines[0].interfaces[0]: must be the id or"),
    "key": ({"machines": [{**ENTRY, "size": 1}]}, "seed.machines[0]: unknown key 'size'"),
    "twice": ({"machines": [ENTRY, ENTRY]}, "is there twice"),
    "group": ({"machines": [{**ENTRY, "resource_group": "x"}]}, "there is no resource group"),
    "sku": ({"disks": [{**ENTRY, "sku": "Fast"}]}, "seed.disks[0].sku: must be one of Standard_LRS"),
    "boot": ({"images": [{**ENTRY, "boot": "quickly"}]}, "seed.images[0].boot.outcome: must be one of boots"),
    "boot key": ({"images": [{**ENTRY, "boot": {"size": 1}}]}, "seed.images[0].boot: unknown key 'size'"),
    "boot type": ({"images": [{**ENTRY, "boot": 5}]}, "seed.images[0].boot: must be an object"),
    "boot value": ({"images": [{**ENTRY, "boot": {"sizes": "x"}}]}, "seed.images[0].boot.sizes: wrong type"),
    "command": ({"images": [{**ENTRY, "boot": {"run_command": {"code": 1}}}]}, "seed.images[0].run_command: unknown key"),
    "seconds": ({"machine_seconds": "x"}, "seed.machine_seconds: must be a number"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_mistakes_are_named(what: str, make_azure: Make) -> None:
    changes, words = WRONG[what]
    with pytest.raises(SeedError) as error:
        make_azure(seed(**changes))
    assert words in str(error.value)


@pytest.mark.parametrize(
    "spec", [{"boot": "quickly"}, {"run_command": {"state": "Odd"}}, {"run_command": 5}, {"cascade": "x"}]
)
def test_faults_are_checked(spec: dict[str, Any]) -> None:
    with pytest.raises(FaultError):
        parse({"resource": "x", **spec})


@pytest.mark.parametrize("outcome", boot.OUTCOMES)
def test_a_boot_specification_survives_a_state_file(outcome: str) -> None:
    spec = boot.parse({"outcome": outcome, "sizes": ["a"], "run_command": {"exit_code": 1}, "agent_seconds": 0})
    assert boot.parse(spec.plain()) == spec
