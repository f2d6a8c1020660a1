"""A service with versions, a subnet and an interface, and the requests that make machines in it."""

from __future__ import annotations

import copy
from typing import Any

from arm_emulator.messages import Answer

from .conftest import COMPUTE, GROUP, Azure

API = "2024-07-01"
NETWORK = f"{GROUP}/providers/Microsoft.Network"
SUBNET = f"{NETWORK}/virtualNetworks/vnet/subnets/subnet"
NIC = f"{NETWORK}/networkInterfaces/nic"
MACHINE = f"{COMPUTE}/virtualMachines/machine"
COMMAND = f"{MACHINE}/runCommands/check"
IMAGE = f"{COMPUTE}/images/image"
USER = "user"
KEY = {"path": f"/home/{USER}/.ssh/authorized_keys", "keyData": "ssh-ed25519 AAAA"}
PLAN = {"name": "plan", "publisher": "vendor", "product": "offer"}
TRUSTED = {"securityProfile": {"securityType": "TrustedLaunch"}}
_IN = {"resource_group": "rg", "gallery": "gallery"}


def definition(name: str) -> str:
    """The id of a definition."""
    return f"{COMPUTE}/galleries/gallery/images/{name}"


def version(name: str, number: str = "1.0.0") -> str:
    """The id of a version."""
    return f"{definition(name)}/versions/{number}"


def _definition(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, **_IN, **more}


def security(value: str) -> dict[str, Any]:
    """The security type of a definition."""
    return {"hyper_v_generation": "V2", "features": [{"name": "SecurityType", "value": value}]}


DEFINITIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "second": {"hyper_v_generation": "V2"},
    "supported": security("TrustedLaunchSupported"),
    "trusted": security("TrustedLaunch"),
    "planned": {"purchase_plan": PLAN},
    "arm": {"hyper_v_generation": "V2", "architecture": "Arm64"},
    "windows": {"os_type": "Windows"},
    "specialized": {"os_state": "Specialized"},
}
SEED: dict[str, Any] = {
    "resource_groups": [{"name": "rg", "location": "eastus2"}],
    "virtual_networks": [{"name": "vnet", "resource_group": "rg", "subnets": ["subnet"]}],
    "images": [
        {"name": "image", "resource_group": "rg", "data_disks": [{"lun": 0, "size_gb": 10}]},
        {"name": "far", "resource_group": "rg", "location": "westus2"},
    ],
    "galleries": [{"name": "gallery", "resource_group": "rg"}],
    "definitions": [_definition(name, **more) for name, more in DEFINITIONS.items()],
    "versions": [
        {
            "name": "1.0.0",
            **_IN,
            "definition": name,
            "os_disk_gb": 40,
            "source": IMAGE if name == "plain" else f"{IMAGE}s",
        }
        for name in DEFINITIONS
    ],
}


def seed(**changes: Any) -> dict[str, Any]:
    """The seed with other lists."""
    return {**copy.deepcopy(SEED), **changes}


def booting(outcome: Any, name: str = "plain") -> dict[str, Any]:
    """The seed with a version that boots so."""
    changed = seed()
    for entry in changed["versions"]:
        if entry["definition"] == name:
            entry["boot"] = outcome
    return changed


def body(image: str | None = None, **properties: Any) -> dict[str, Any]:
    """The body of a machine's create; a property that is None is left out."""
    storage: dict[str, Any] = {"osDisk": {"createOption": "FromImage", "deleteOption": "Delete"}}
    storage["imageReference"] = {"id": image or version("plain")}
    whole = {
        "hardwareProfile": {"vmSize": "Standard_D2s_v5"},
        "storageProfile": storage,
        "osProfile": {
            "computerName": "machine",
            "adminUsername": USER,
            "linuxConfiguration": {"disablePasswordAuthentication": True, "ssh": {"publicKeys": [KEY]}},
        },
        "networkProfile": {"networkInterfaces": [{"id": NIC, "properties": {"deleteOption": "Delete"}}]},
        "diagnosticsProfile": {"bootDiagnostics": {"enabled": True}},
        **properties,
    }
    return {"location": "eastus2", "properties": {name: value for name, value in whole.items() if value is not None}}


def interface(azure: Azure, name: str = "nic", location: str = "eastus2") -> str:
    """Make an interface; its id."""
    configuration = {"name": "ipconfig1", "properties": {"subnet": {"id": SUBNET}}}
    rid = f"{NETWORK}/networkInterfaces/{name}"
    answer = azure.call(
        "PUT", rid, {"location": location, "properties": {"ipConfigurations": [configuration]}}, "2024-05-01"
    )
    assert answer.status == 201, answer.body
    return rid


def put(azure: Azure, image: str | None = None, plan: Any = None, **properties: Any) -> Answer:
    """Ask for the machine, with its interface."""
    if azure.call("GET", NIC, version="2024-05-01").status == 404:
        interface(azure)
    whole = body(image, **properties)
    return azure.call("PUT", MACHINE, {**whole, "plan": plan} if plan else whole, API)


def created(azure: Azure, image: str | None = None, **properties: Any) -> Any:
    """Create the machine and wait; its body."""
    answer = put(azure, image, **properties)
    assert answer.status == 201, answer.body
    assert azure.wait(answer)["status"] == "Succeeded"
    return azure.get(MACHINE, API)


def view(azure: Azure) -> Any:
    """The machine's instance view."""
    return azure.get(f"{MACHINE}?$expand=instanceView", API)["properties"]["instanceView"]


def agent(azure: Azure) -> str:
    """What the agent's status is."""
    return str(view(azure)["vmAgent"]["statuses"][0]["displayStatus"])
