"""Creating virtual machines: what is answered, how it goes on, and what Azure refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from arm_emulator.sizes import family

from .conftest import COMPUTE, Azure
from .machine_requests import (
    API,
    IMAGE,
    MACHINE,
    NIC,
    PLAN,
    TRUSTED,
    agent,
    body,
    booting,
    created,
    definition,
    interface,
    put,
    seed,
    version,
    view,
)

Make = Callable[..., Azure]


@pytest.fixture
def azure(make_azure: Make) -> Azure:
    """Versions of every kind, and a subnet."""
    return make_azure(seed(), machine_seconds=27.0)


def test_a_create_is_answered_at_once_and_goes_on(azure: Azure) -> None:
    answer = put(azure)
    shown = answer.json()
    assert answer.status == 201
    assert (shown["properties"]["provisioningState"], shown["etag"], answer.headers["ETag"]) == (
        "Creating",
        '"1"',
        '"1"',
    )
    assert "/operations/" in answer.headers["Azure-AsyncOperation"]
    assert "Location" not in answer.headers
    assert answer.headers["Retry-After"] == "10"
    azure.clock.advance(26)
    assert azure.get(MACHINE, API)["properties"]["provisioningState"] == "Creating"
    azure.clock.advance(2)
    assert azure.get(MACHINE, API)["properties"]["provisioningState"] == "Succeeded"


def test_the_body_has_azures_defaults_and_order(azure: Azure) -> None:
    machine = created(azure)
    assert list(machine) == ["name", "id", "type", "location", "properties", "etag"]
    properties = machine["properties"]
    assert list(properties) == [
        "hardwareProfile", "provisioningState", "vmId", "storageProfile", "osProfile", "networkProfile",
        "diagnosticsProfile", "timeCreated",
    ]  # fmt: skip
    storage = properties["storageProfile"]
    assert storage["imageReference"] == {"id": version("plain"), "exactVersion": "1.0.0"}
    assert list(storage["osDisk"]) == [
        "osType", "name", "createOption", "caching", "managedDisk", "deleteOption", "diskSizeGB",
    ]  # fmt: skip
    (data,) = storage["dataDisks"]
    assert (data["lun"], data["createOption"], data["deleteOption"], data["toBeDetached"]) == (
        0,
        "FromImage",
        "Detach",
        False,
    )
    assert properties["osProfile"]["linuxConfiguration"]["ssh"]["publicKeys"][0]["keyData"] == "ssh-ed25519 AAAA"
    assert properties["networkProfile"]["networkInterfaces"] == [{"id": NIC, "properties": {"deleteOption": "Delete"}}]


def test_a_definition_stands_for_its_newest_version_in_the_region(make_azure: Make) -> None:
    numbers = {
        "1.9.0": {},
        "1.10.0": {},
        "2.0.0": {"exclude_from_latest": True},
        "3.0.0": {"target_regions": [{"name": "eastus2", "exclude_from_latest": True}]},
        "4.0.0": {"target_regions": ["westus2"], "location": "westus2"},
        "5.0.0": {"target_regions": [{"name": "eastus2", "state": "Replicating"}]},
    }
    common = {"gallery": "gallery", "resource_group": "rg", "definition": "plain"}
    azure = make_azure(seed(versions=[{"name": name, **common, **more} for name, more in numbers.items()]))
    machine = created(azure, definition("plain"))
    reference = machine["properties"]["storageProfile"]["imageReference"]
    assert reference == {"id": definition("plain"), "exactVersion": "1.10.0"}


def test_the_agent_is_ready_some_time_after_the_machine(azure: Azure) -> None:
    put(azure)
    assert view(azure)["statuses"][0]["code"] == "ProvisioningState/creating"
    azure.clock.advance(28)
    shown = view(azure)
    assert shown["vmAgent"]["vmAgentVersion"] == "Unknown"
    assert agent(azure) == "Not Ready"
    assert "osName" not in shown
    assert [one["code"] for one in shown["statuses"]] == ["ProvisioningState/succeeded", "PowerState/running"]
    azure.clock.advance(8)
    shown = view(azure)
    assert agent(azure) == "Ready"
    assert (shown["computerName"], shown["osName"], shown["osVersion"]) == ("machine", "ubuntu", "22.04")
    assert len(shown["disks"]) == 2
    assert shown["bootDiagnostics"] == {}


def test_an_instance_view_has_an_etag_in_the_body_alone(azure: Azure) -> None:
    created(azure)
    plain, expanded = (azure.call("GET", MACHINE + end, version=API) for end in ("", "?$expand=instanceView"))
    assert (plain.headers["ETag"], plain.json()["etag"], expanded.json()["etag"]) == ('"1"', '"1"', '"1"')
    assert "ETag" not in expanded.headers
    older = azure.call("GET", MACHINE, version="2023-09-01")
    assert "etag" not in older.json()
    assert "ETag" not in older.headers


def test_lists_spell_the_group_in_capitals_for_a_subscription_alone(azure: Azure) -> None:
    created(azure)
    (inside,) = azure.get(f"{COMPUTE}/virtualMachines", API)["value"]
    subscription = MACHINE.partition("/resourceGroups/")[0]
    (everywhere,) = azure.get(f"{subscription}/providers/Microsoft.Compute/virtualMachines", API)["value"]
    assert inside["id"] == MACHINE
    assert everywhere["id"] == MACHINE.replace("/rg/", "/RG/")
    assert "etag" not in inside


BAD_NIC = {"networkProfile": {"networkInterfaces": [{"id": f"{NIC}s"}]}}
ARM = {"hardwareProfile": {"vmSize": "Standard_D2ps_v5"}}
LINUX = {"computerName": "machine", "adminUsername": "user"}
WINDOWS = {**LINUX, "adminPassword": "Secret-12345"}
REFUSED: dict[str, tuple[dict[str, Any], int, str, str]] = {
    "plan needed": ({"image": version("planned")}, 400, "VMMarketplaceInvalidInput", "requires Plan information"),
    "another plan": ({"image": version("planned"), "plan": {**PLAN, "product": "x"}}, 400,
                     "MarketplacePurchaseEligibilityFailed", "OfferId: 'x' not found"),
    "only trusted launch": ({"image": version("trusted")}, 400, "BadRequest",
                            "only supports creation of VMs and VM Scale Sets with 'TrustedLaunch' security type"),
    "no trusted launch": ({"image": version("second"), **TRUSTED}, 400, "BadRequest",
                          "Use of TrustedLaunch setting is not supported for the provided image"),
    "trusted launch of a managed image": ({"image": IMAGE, **TRUSTED}, 400, "BadRequest",
                                          "Managed Images are not supported for virtual machines with security type"),
    "size without trusted launch": ({"image": version("supported"), **TRUSTED,
                                     "hardwareProfile": {"vmSize": "Standard_D2_v3"}}, 400, "BadRequest",
                                    "The VM size 'Standard_D2_v3' is not supported for creation of VMs"),
    "standard by name": ({"securityProfile": {"securityType": "Standard"}}, 400, "InvalidParameter", "securityType"),
    "generation of the size": ({"image": version("second"), "hardwareProfile": {"vmSize": "Standard_D2_v3"}}, 400,
                               "BadRequest", "cannot boot Hypervisor Generation '2'"),
    "generation of the image": ({**ARM}, 400, "BadRequest", "cannot boot Hypervisor Generation '1'"),
    "architecture": ({"image": version("arm")}, 400, "BadRequest", "CPU Architecture of 'x64'"),
    "unknown size": ({"hardwareProfile": {"vmSize": "Large"}}, 400, "InvalidParameter", "The value Large provided"),
    "no size": ({"hardwareProfile": None}, 400, "InvalidParameter", "'vmSize' is missing"),
    "no os profile": ({"osProfile": None}, 400, "InvalidParameter", "'osProfile' is missing"),
    "os profile of a specialized image": ({"image": version("specialized")}, 400, "InvalidParameter",
                                          "Parameter 'osProfile' is not allowed"),
    "no way in": ({"osProfile": LINUX}, 400, "InvalidParameter", "Authentication using either SSH"),
    "weak password": ({"osProfile": {**LINUX, "adminPassword": "secret"}}, 400, "InvalidParameter", "complexity"),
    "Windows without password": ({"image": version("windows"), "osProfile": LINUX}, 400, "InvalidParameter",
                                 "'adminPassword' is missing"),
    "long Windows name": ({"image": version("windows"), "osProfile": {**WINDOWS, "computerName": "a" * 16}}, 400,
                          "InvalidParameter", "more than 15 characters"),
    "no such version": ({"image": version("plain", "9.9.9")}, 404, "GalleryImageNotFound", "is not available in eastus2"),
    "no such definition": ({"image": definition("none")}, 404, "GalleryImageNotFound", "is not available in eastus2"),
    "image of another region": ({"image": f"{COMPUTE}/images/far"}, 404, "ResourceNotFound", "images/far"),
    "no interface": ({"networkProfile": None}, 400, "InvalidParameter", "networkInterfaces' is missing"),
    "no such interface": (BAD_NIC, 400, "InvalidResourceReference", "was not found"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_a_create_is_refused_for(what: str, azure: Azure) -> None:
    changes, status, code, words = REFUSED[what]
    answer = put(azure, **changes)
    assert azure.error(answer) == (status, code)
    assert words in answer.json()["error"]["message"]
    assert azure.call("GET", MACHINE, version=API).status == 404
    assert azure.get(f"{COMPUTE}/disks", "2023-04-02")["value"] == [], "what is refused leaves no disk"
    assert azure.call("DELETE", NIC, version="2024-05-01").status == 202, "and does not keep the interface"


ACCEPTED: dict[str, dict[str, Any]] = {
    "its plan": {"image": version("planned"), "plan": PLAN},
    "trusted launch": {"image": version("trusted"), **TRUSTED},
    "supported, with": {"image": version("supported"), **TRUSTED},
    "supported, without": {"image": version("supported")},
    "Arm64": {"image": version("arm"), **ARM},
    "Windows": {"image": version("windows"), "osProfile": WINDOWS},
    "specialized": {"image": version("specialized"), "osProfile": None},
    "managed image": {"image": IMAGE},
    "password": {"osProfile": {**LINUX, "adminPassword": "Secret-12345"}},
}


@pytest.mark.parametrize("what", ACCEPTED)
def test_what_is_created(what: str, azure: Azure) -> None:
    machine = created(azure, **ACCEPTED[what])
    assert "Secret" not in str(machine)
    assert "Secret" not in azure.service.store.text()


def test_a_region_counts_once_its_replica_is_complete(make_azure: Make) -> None:
    changed = seed()
    changed["versions"] = [{"name": "1.0.0", "gallery": "gallery", "resource_group": "rg", "definition": "plain",
                            "target_regions": [{"name": "eastus2", "state": "Replicating", "seconds": 100}]}]  # fmt: skip
    azure = make_azure(changed)
    assert azure.error(put(azure)) == (404, "GalleryImageNotFound")
    azure.clock.advance(101)
    assert put(azure).status == 201


CAPACITY = {
    "quota": (409, "OperationNotAllowed", "exceeding approved"),
    "sku_not_available": (409, "SkuNotAvailable", "Capacity Restrictions: Standard_D2s_v5"),
    "plan_needed": (400, "VMMarketplaceInvalidInput", "requires Plan information"),
}


@pytest.mark.parametrize("outcome", CAPACITY)
@pytest.mark.parametrize("ordered", ["seed", "fault"])
def test_outcomes_that_are_refused_at_once(outcome: str, ordered: str, make_azure: Make) -> None:
    azure = make_azure(booting(outcome) if ordered == "seed" else seed())
    if ordered == "fault":
        azure.service.faults.order({"resource": "virtualMachines/machine", "boot": outcome})
    answer = put(azure)
    status, code, words = CAPACITY[outcome]
    assert azure.error(answer) == (status, code)
    assert words in answer.json()["error"]["message"]


def test_an_outcome_of_some_sizes_leaves_the_others_alone(make_azure: Make) -> None:
    azure = make_azure(booting({"outcome": "quota", "sizes": ["Standard_D2s_v5"]}))
    assert azure.error(put(azure)) == (409, "OperationNotAllowed")
    assert put(azure, hardwareProfile={"vmSize": "Standard_B2s"}).status == 201


def test_an_interface_serves_one_machine(azure: Azure) -> None:
    created(azure)
    answer = azure.call("PUT", f"{MACHINE}2", body(), API)
    assert azure.error(answer) == (400, "NicInUse")
    network = {"networkInterfaces": [{"id": interface(azure, "second")}]}
    assert azure.call("PUT", f"{MACHINE}2", body(networkProfile=network), API).status == 201


def test_a_disk_smaller_than_the_images_is_refused(azure: Azure) -> None:
    whole = body()
    whole["properties"]["storageProfile"]["osDisk"]["diskSizeGB"] = 10
    interface(azure)
    answer = azure.call("PUT", MACHINE, whole, API)
    assert azure.error(answer) == (409, "OperationNotAllowed")
    assert "smaller than the size of the corresponding disk in the VM image: 30 GB" in answer.json()["error"]["message"]


def test_a_foreign_subscription_needs_rights(make_azure: Make) -> None:
    other = "33333333-3333-3333-3333-333333333333"
    own = "00000000-0000-0000-0000-000000000000"
    azure = make_azure(seed(subscriptions=[own, other], clients=[{"client_id": "client", "subscriptions": [own]}]))
    answer = put(azure, version("plain").replace(own, other))
    assert azure.error(answer) == (403, "LinkedAuthorizationFailed")


_JOIN = "Microsoft.Network/virtualNetworks/subnets/join/action"
_COMPUTE_RIGHTS = ["Microsoft.Compute/virtualMachines/*", "Microsoft.Network/networkInterfaces/*", _JOIN]
_READ_VERSION = "Microsoft.Compute/galleries/images/versions/read"
LINKED = {
    "no right to the version": (_COMPUTE_RIGHTS, _READ_VERSION),
    "no right to the interface": (
        [
            "Microsoft.Compute/*",
            "Microsoft.Network/networkInterfaces/write",
            "Microsoft.Network/networkInterfaces/read",
            _JOIN,
        ],
        "Microsoft.Network/networkInterfaces/join/action",
    ),
}


@pytest.mark.parametrize("what", LINKED)
def test_what_a_machine_refers_to_needs_rights(what: str, make_azure: Make) -> None:
    actions, missing = LINKED[what]
    granted = {"client_id": "client", "resource_group": "rg", "role": "Machines", "actions": actions}
    azure = make_azure(seed(role_assignments=[granted]))
    answer = put(azure)
    assert azure.error(answer) == (403, "LinkedAuthorizationFailed")
    assert f"'{missing}' on the linked scope(s)" in answer.json()["error"]["message"]


def test_sizes_of_a_region(make_azure: Make) -> None:
    azure = make_azure(seed())
    place = f"{MACHINE.partition('/resourceGroups')[0]}/providers/Microsoft.Compute/locations"
    found = {one["name"]: one for one in azure.get(f"{place}/southcentralus/vmSizes", API)["value"]}
    assert [name for name in found if family(name) is None] == []
    assert found["Standard_D4s_v5"]["numberOfCores"] == 4
    answer = azure.call("GET", f"{place}/nowhere/vmSizes", None, API)
    assert azure.error(answer) == (400, "NoRegisteredProviderFound")
