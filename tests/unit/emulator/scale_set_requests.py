"""The requests that create and change scale sets, in the service with versions of the machines' tests."""

from __future__ import annotations

from typing import Any

from arm_emulator.messages import Answer

from .conftest import COMPUTE, GROUP, Azure
from .machine_requests import API, IMAGE, KEY, SUBNET, USER, seed, version

SET = f"{COMPUTE}/virtualMachineScaleSets/set"
INSTANCES = f"{SET}/virtualMachines"
PLATFORM = {"publisher": "Debian", "offer": "debian-10", "sku": "10", "version": "latest"}
EMPTY_DISK = {"lun": 5, "createOption": "Empty", "diskSizeGB": 4}


def reference(image: Any) -> Any:
    """The reference to an image: an id, or the parts of a platform image."""
    return {"id": image} if isinstance(image, str) else image


def profile(image: Any = IMAGE, **changes: Any) -> dict[str, Any]:
    """A virtualMachineProfile; what is None is left out."""
    names = {
        "computerNamePrefix": "set",
        "adminUsername": USER,
        "linuxConfiguration": {"disablePasswordAuthentication": True, "ssh": {"publicKeys": [KEY]}},
    }
    address = {"name": "ipconfig", "properties": {"subnet": {"id": SUBNET}}}
    interface = {"name": "nic", "properties": {"primary": "true", "ipConfigurations": [address]}}
    whole = {
        "storageProfile": {"osDisk": {"createOption": "FromImage"}, "imageReference": reference(image)},
        "osProfile": names,
        "networkProfile": {"networkInterfaceConfigurations": [interface]},
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not None}


def body(image: Any = IMAGE, capacity: int = 2, size: str = "Standard_D2s_v5", **properties: Any) -> dict[str, Any]:
    """The body of a create."""
    changes = properties.pop("profile", {})
    whole = {"upgradePolicy": {"mode": "Manual"}, "virtualMachineProfile": profile(image, **changes), **properties}
    return {"location": "eastus2", "sku": {"name": size, "capacity": capacity}, "properties": whole}


def put(azure: Azure, sent: Any, rid: str = SET, **headers: str) -> Answer:
    """A PUT."""
    return azure.call("PUT", rid, sent, API, **headers)


def patch(azure: Azure, sent: Any, rid: str = SET, **headers: str) -> Answer:
    """A PATCH."""
    return azure.call("PATCH", rid, sent, API, **headers)


def created(azure: Azure, *args: Any, **options: Any) -> Any:
    """Create the set and wait; its body."""
    answer = put(azure, body(*args, **options))
    assert answer.status == 201, answer.body
    assert azure.wait(answer)["status"] == "Succeeded"
    return azure.get(SET, API)


def done(azure: Azure, answer: Answer) -> Any:
    """Wait for an accepted write; the set."""
    assert answer.status in (200, 202), answer.body
    assert azure.wait(answer)["status"] == "Succeeded"
    return azure.get(SET, API)


def model(changes: dict[str, Any]) -> dict[str, Any]:
    """The body of an update of the virtualMachineProfile."""
    return {"properties": {"virtualMachineProfile": changes}}


def repoint(azure: Azure, image: Any, **headers: str) -> Answer:
    """A PATCH of the whole storage profile with another image."""
    storage = azure.get(SET, API)["properties"]["virtualMachineProfile"]["storageProfile"]
    return patch(azure, model({"storageProfile": {**storage, "imageReference": reference(image)}}), **headers)


def images(azure: Azure) -> list[tuple[str, str, bool]]:
    """Of each instance its id, its image and whether it has the latest model."""
    listed = azure.get(INSTANCES, API)["value"]
    found = [(one["instanceId"], one["properties"]["storageProfile"]["imageReference"], one) for one in listed]
    return [(name, image["id"], one["properties"]["latestModelApplied"]) for name, image, one in found]


def with_versions(*names: str, **changes: Any) -> dict[str, Any]:
    """The machines' seed with more versions of the definition `plain`."""
    more = [
        {
            "name": name,
            "resource_group": "rg",
            "gallery": "gallery",
            "definition": "plain",
            "os_disk_gb": 40,
            "source": IMAGE,
        }
        for name in names
    ]
    return seed(versions=[*seed()["versions"], *more], **changes)


__all__ = ["API", "COMPUTE", "GROUP", "IMAGE", "SET", "version"]
