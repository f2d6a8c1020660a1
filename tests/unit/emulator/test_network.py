"""Virtual networks, subnets, security groups, public addresses and interfaces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from arm_emulator import attachments, network_use
from arm_emulator.context import Context
from arm_emulator.store import Resource

from .conftest import GROUP, Azure

API = "2024-05-01"
NETWORK = f"{GROUP}/providers/Microsoft.Network"
VNET = f"{NETWORK}/virtualNetworks/vnet"
SUBNET = f"{VNET}/subnets/subnet"
NSG = f"{NETWORK}/networkSecurityGroups/nsg"
ADDRESS = f"{NETWORK}/publicIPAddresses/address"
NIC = f"{NETWORK}/networkInterfaces/nic"
MACHINE = f"{GROUP}/providers/Microsoft.Compute/virtualMachines/machine"
SEED = {
    "resource_groups": [{"name": "rg", "location": "eastus2"}],
    "network_security_groups": [{"name": "nsg", "resource_group": "rg"}],
    "public_ip_addresses": [{"name": "address", "resource_group": "rg"}],
    "virtual_networks": [{"name": "vnet", "resource_group": "rg", "subnets": ["subnet", "other"]}],
}


@pytest.fixture
def azure(make_azure: Callable[..., Azure]) -> Azure:
    """A network with two subnets, a security group and a public address."""
    return make_azure(SEED)


def interface(subnet: str = SUBNET, **properties: Any) -> dict[str, Any]:
    """The body of an interface."""
    configuration = {
        "name": "ipconfig1",
        "properties": {"subnet": {"id": subnet}, **properties.pop("configuration", {})},
    }
    return {"location": "eastus2", "properties": {"ipConfigurations": [configuration], **properties}}


def stored(azure: Azure) -> Resource:
    """The interface in the store."""
    return azure.service.store.resources[NIC.lower()]


def with_machine(azure: Azure) -> Azure:
    """An interface that a virtual machine holds."""
    assert azure.call("PUT", NIC, interface(), API).status == 201
    attachments.attach(stored(azure), MACHINE)
    return azure


def test_an_interface_is_there_at_once(azure: Azure) -> None:
    answer = azure.call("PUT", NIC, {**interface(), "tags": {"a": "b"}}, API)
    body = answer.json()
    assert (answer.status, "Azure-AsyncOperation" in answer.headers) == (201, False)
    assert (body["properties"]["provisioningState"], body["tags"]) == ("Succeeded", {"a": "b"})
    assert body["properties"]["ipConfigurations"][0]["properties"]["privateIPAddress"] == "10.0.0.4"
    second = azure.call("PUT", f"{NIC}2", interface(), API).json()
    assert second["properties"]["ipConfigurations"][0]["properties"]["privateIPAddress"] == "10.0.0.5"
    read = azure.call("GET", NIC, None, API)
    assert (read.json()["etag"], read.headers["ETag"]) == (body["etag"], body["etag"])
    for scope in (GROUP, GROUP.partition("/resourceGroups")[0]):
        listed = azure.get(f"{scope}/providers/Microsoft.Network/networkInterfaces", API)["value"]
        assert [one["id"] for one in listed] == [NIC, f"{NIC}2"]


def test_the_other_resources_take_an_operation(azure: Azure) -> None:
    body = {"location": "eastus2", "properties": {"addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}}}
    body["properties"]["subnets"] = [{"name": "s", "properties": {"addressPrefix": "10.1.0.0/24"}}]  # type: ignore[index]
    answer = azure.call("PUT", f"{VNET}2", body, API)
    created = answer.json()["properties"]
    assert (answer.status, created["provisioningState"], "Location" in answer.headers) == (201, "Updating", False)
    assert created["subnets"][0]["properties"]["provisioningState"] == "Updating"
    assert azure.poll(answer).json() == {"status": "InProgress"}
    assert azure.wait(answer) == {"status": "Succeeded"}
    after = azure.get(f"{VNET}2", API)
    assert after["properties"]["subnets"][0]["properties"]["provisioningState"] == "Succeeded"
    assert after["etag"] != answer.json()["etag"]


def test_a_failed_operation_says_why(azure: Azure) -> None:
    order = {"resource": "networkInterfaces", "operation_fails": {"code": "SomeError", "message": "text"}}
    azure.service.faults.order(order)
    answer = azure.call("PUT", NIC, interface(), API)
    assert (answer.status, answer.json()["properties"]["provisioningState"]) == (201, "Updating")
    assert azure.wait(answer) == {"status": "Failed", "error": {"code": "SomeError", "message": "text"}}
    assert azure.get(NIC, API)["properties"]["provisioningState"] == "Failed"


def test_a_delete_answers_204_at_its_location(azure: Azure) -> None:
    answer = azure.call("DELETE", VNET, None, API)
    assert (answer.status, answer.body) == (202, b"")
    assert "/operationResults/" in answer.headers["Location"]
    assert azure.poll(answer, "Location").status == 202
    azure.wait(answer)
    done = azure.poll(answer, "Location")
    assert (done.status, done.body) == (204, b"")
    assert azure.call("DELETE", VNET, None, API).status == 204
    assert azure.error(azure.call("GET", SUBNET, None, API)) == (404, "ResourceNotFound")


def test_what_is_missing(azure: Azure) -> None:
    missing = azure.call("GET", f"{NETWORK}/virtualNetworks/none/subnets/subnet", None, API)
    assert (azure.error(missing), missing.headers["x-ms-failure-cause"]) == ((404, "ResourceNotFound"), "gateway")
    assert "Microsoft.Network/virtualNetworks/none'" in missing.json()["error"]["message"]
    assert azure.error(azure.call("GET", f"{VNET}/subnets/none", None, API)) == (404, "NotFound")
    assert azure.error(azure.call("GET", NIC, None, API)) == (404, "ResourceNotFound")


IN_USE = {
    NIC: ("NicInUse", f"is used by existing resource {MACHINE}."),
    NSG: ("InUseNetworkSecurityGroupCannotBeDeleted", f"the following resources: {NIC}."),
    ADDRESS: ("PublicIPAddressCannotBeDeleted", f"allocated to resource {NIC}/ipConfigurations/ipconfig1."),
    SUBNET: ("InUseSubnetCannotBeDeleted", f"Subnet subnet is in use by {NIC}/ipConfigurations/ipconfig1 and"),
    VNET: ("InUseSubnetCannotBeDeleted", f"Subnet subnet is in use by {NIC}/ipConfigurations/ipconfig1 and"),
}


@pytest.mark.parametrize("rid", IN_USE)
def test_what_is_in_use_stays(azure: Azure, rid: str) -> None:
    configuration = {"publicIPAddress": {"id": ADDRESS}}
    body = interface(networkSecurityGroup={"id": NSG}, configuration=configuration)
    assert azure.call("PUT", NIC, body, API).status == 201
    attachments.attach(stored(azure), MACHINE)
    refusal = azure.call("DELETE", rid, None, API)
    code, words = IN_USE[rid]
    assert azure.error(refusal) == (400, code)
    assert words in refusal.json()["error"]["message"]
    assert refusal.json()["error"]["details"] == []
    attachments.detach(stored(azure))
    azure.wait(azure.call("DELETE", NIC, None, API))
    assert rid == NIC or azure.call("DELETE", rid, None, API).status == 202, "the interface need not be read first"


def test_a_machine_shows_in_its_interface(azure: Azure) -> None:
    body = with_machine(azure).get(NIC, API)["properties"]
    assert (body["virtualMachine"], body["primary"]) == ({"id": MACHINE}, True)
    assert body["macAddress"].startswith("00-0D-3A-")
    held = azure.get(SUBNET, API)["properties"]["ipConfigurations"]
    assert held == [{"id": f"{NETWORK}/networkInterfaces/NIC/ipConfigurations/IPCONFIG1".replace("/rg/", "/RG/")}]
    attachments.detach(stored(azure))
    assert "virtualMachine" not in azure.get(NIC, API)["properties"]


def test_a_reserved_interface_is_free_after_three_minutes(azure: Azure) -> None:
    with_machine(azure)
    attachments.detach(stored(azure))
    attachments.reserve(stored(azure), MACHINE, azure.service.now() + 180)
    azure.clock.advance(179)
    refusal = azure.call("DELETE", NIC, None, API)
    assert azure.error(refusal) == (400, "NicReservedForAnotherVm")
    assert refusal.json()["error"]["message"].endswith(f"after 180 seconds. Reserved VM: {MACHINE}")
    azure.clock.advance(1)
    assert azure.call("DELETE", NIC, None, API).status == 202


def test_an_interface_is_refused_to_a_second_machine(azure: Azure) -> None:
    with_machine(azure)
    ctx = context(azure)
    network_use.refuse_attach(ctx, NIC, MACHINE.lower())
    with pytest.raises(Exception, match="is used by existing resource"):
        network_use.refuse_attach(ctx, NIC, f"{MACHINE}2")
    attachments.detach(stored(azure))
    network_use.refuse_attach(ctx, NIC, f"{MACHINE}2")
    attachments.reserve(stored(azure), MACHINE, azure.service.now() + 180)
    network_use.refuse_attach(ctx, NIC, MACHINE)
    with pytest.raises(Exception, match="reserved for another Virtual Machine"):
        network_use.refuse_attach(ctx, NIC, f"{MACHINE}2")


def context(azure: Azure) -> Context:
    """What a handler gets."""
    service = azure.service
    parts = service.store, service.settings, service.faults, service.signer, service.entra
    caller = service.entra._recognise(azure.token)
    assert caller
    return Context(None, None, API, service.now(), *parts, caller)  # type: ignore[arg-type]


BAD = {
    "no such subnet": (interface(f"{VNET}/subnets/none"), "InvalidResourceReference"),
    "no such group": (interface(networkSecurityGroup={"id": f"{NSG}2"}), "InvalidResourceReference"),
    "another region": ({**interface(), "location": "westus"}, "InvalidResourceReference"),
    "no name": (interface(ipConfigurations=[{"properties": {"subnet": {"id": SUBNET}}}]), "InvalidParameter"),
    "another type": (interface(configuration={"subnet": SUBNET}), "InvalidParameter"),
    "no list": (interface(ipConfigurations="x"), "InvalidParameter"),
    "no configuration": (interface(ipConfigurations=[]), "NetworkInterfaceMustHaveAtLeastOneIpConfiguration"),
    "too many tags": ({**interface(), "tags": dict.fromkeys(map(str, range(51)), "")}, "TagsExceedLimit"),
}


@pytest.mark.parametrize("what", BAD)
def test_refused_interfaces(azure: Azure, what: str) -> None:
    body, code = BAD[what]
    assert azure.error(azure.call("PUT", NIC, body, API)) == (400, code)
    assert azure.call("GET", NIC, None, API).status == 404


BAD_NETWORKS: dict[str, dict[str, Any]] = {
    "no address space": {},
    "no prefix": {"addressSpace": {"addressPrefixes": ["10.0.0.0"]}, "subnets": [{"name": "s", "properties": {}}]},
    "a bad prefix": {"addressSpace": {"addressPrefixes": ["10.0.0.1/8"]}},
    "a nameless subnet": {"addressSpace": {"addressPrefixes": ["10.0.0.0/8"]}, "subnets": [{"properties": {}}]},
    "prefixes as text": {"addressSpace": {"addressPrefixes": "10.0.0.0/8"}},
}


@pytest.mark.parametrize("what", BAD_NETWORKS)
def test_a_refused_network_leaves_nothing(azure: Azure, what: str) -> None:
    before = azure.service.describe_state()
    answer = azure.call("PUT", f"{VNET}2", {"location": "eastus2", "properties": BAD_NETWORKS[what]}, API)
    assert answer.status == 400
    assert azure.service.describe_state() == before


def test_a_restart_keeps_networks_and_locks(azure: Azure) -> None:
    azure.call("PUT", NIC, interface(), API)
    attachments.attach(stored(azure), MACHINE)
    lock = f"{GROUP}/providers/Microsoft.Authorization/locks/lock"
    azure.call("PUT", lock, {"properties": {"level": "ReadOnly"}}, "2016-09-01")
    before = azure.service.store.text()
    azure.service.store.clear()
    azure.service.store.load(before)
    assert azure.service.store.text() == before
    assert azure.get(NIC, API)["properties"]["virtualMachine"] == {"id": MACHINE}
    assert azure.error(azure.call("PATCH", NIC, {"tags": {}}, API)) == (409, "ScopeLocked")
    azure.call("DELETE", lock, None, "2016-09-01")
    assert azure.error(azure.call("DELETE", NIC, None, API)) == (400, "NicInUse")


def test_a_full_subnet(azure: Azure) -> None:
    body = {"properties": {"addressPrefix": "10.0.9.0/29"}}
    azure.wait(azure.call("PUT", f"{VNET}/subnets/tiny", body, API))
    statuses = [azure.call("PUT", f"{NIC}{n}", interface(f"{VNET}/subnets/tiny"), API).status for n in range(4)]
    assert statuses == [201, 201, 201, 400]


def test_a_network_that_is_put_again_loses_the_subnets_that_are_not_listed(azure: Azure) -> None:
    azure.call("PUT", NIC, interface(), API)
    kept = {"name": "subnet", "properties": {"addressPrefix": "10.0.0.0/24"}}
    body: dict[str, Any] = {"location": "eastus2", "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}}
    assert azure.error(azure.call("PUT", VNET, body, API)) == (400, "InUseSubnetCannotBeDeleted")
    assert len(azure.get(f"{VNET}/subnets", API)["value"]) == 2
    body["properties"]["subnets"] = [kept]
    azure.wait(azure.call("PUT", VNET, body, API))
    assert [one["name"] for one in azure.get(f"{VNET}/subnets", API)["value"]] == ["subnet"]


def test_tags_are_patched_at_once(azure: Azure) -> None:
    azure.call("PUT", NIC, {**interface(), "tags": {"a": "b"}}, API)
    answer = azure.call("PATCH", NIC, {"tags": {"c": "d"}}, API)
    assert (answer.status, answer.json()["tags"]) == (200, {"c": "d"})
    assert azure.get(NIC, API)["tags"] == {"c": "d"}
    assert azure.error(azure.call("PATCH", f"{NIC}2", {"tags": {}}, API)) == (404, "ResourceNotFound")


def test_a_put_of_other_tags_alone_is_succeeded_at_once(azure: Azure) -> None:
    answer = azure.call("PUT", NSG, {"location": "eastus2", "tags": {"a": "b"}}, API)
    body = answer.json()
    assert (answer.status, body["tags"], body["properties"]["provisioningState"]) == (200, {"a": "b"}, "Succeeded")
    assert azure.wait(answer) == {"status": "Succeeded"}
    rule = {"protocol": "Tcp", "access": "Deny", "priority": 100, "direction": "Inbound"}
    answer = azure.call("PUT", f"{NSG}/securityRules/rule", {"properties": rule}, API)
    assert answer.json()["properties"]["provisioningState"] == "Updating"
    assert azure.wait(answer) == {"status": "Succeeded"}
    assert [one["name"] for one in azure.get(NSG, API)["properties"]["securityRules"]] == ["rule"]


def test_a_group_takes_its_network_with_it(azure: Azure) -> None:
    azure.call("PUT", NIC, interface(), API)
    azure.call("DELETE", GROUP, None, "2021-04-01")
    azure.clock.advance(60)
    assert azure.service.describe_state() == []
    azure.call("PUT", GROUP, {"location": "eastus2"}, "2021-04-01")
    assert azure.get(f"{NETWORK}/networkInterfaces", API)["value"] == []


def test_a_seeded_interface(make_azure: Callable[..., Azure]) -> None:
    place = {"resource_group": "rg", "virtual_network": "vnet", "subnet": "subnet"}
    nics = [{"name": "nic", **place, "virtual_machine": "machine"}, {"name": "nic2", **place}]
    azure = make_azure({**SEED, "network_interfaces": nics})
    body = azure.get(NIC, API)["properties"]
    assert body["virtualMachine"] == {"id": MACHINE}
    second = azure.get(f"{NIC}2", API)["properties"]["ipConfigurations"][0]["properties"]
    assert (second["subnet"]["id"], second["privateIPAddress"]) == (SUBNET, "10.0.0.5")
    assert azure.error(azure.call("DELETE", NIC, None, API)) == (400, "NicInUse")


BAD_SEEDS = {
    "subnet": ({"subnet": "none"}, r"network_interfaces\[0\]: there is no subnet '.*/subnets/none' in the seed"),
    "location": ({"location": "westus"}, r"network_interfaces\[0\].location: must be that of its virtual network"),
    "group": ({"network_security_group": "x"}, "there is no network security group"),
}


@pytest.mark.parametrize("what", BAD_SEEDS)
def test_a_seed_with_a_mistake(make_azure: Callable[..., Azure], what: str) -> None:
    change, words = BAD_SEEDS[what]
    nic = {"name": "nic", "resource_group": "rg", "virtual_network": "vnet", "subnet": "subnet", **change}
    with pytest.raises(ValueError, match=words):
        make_azure({**SEED, "network_interfaces": [nic]})
