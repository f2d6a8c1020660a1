"""How machines end: boot outcomes, updates, power, deletes and what goes with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import COMPUTE, Azure
from .machine_requests import (
    API,
    IMAGE,
    KEY,
    MACHINE,
    NIC,
    agent,
    body,
    booting,
    created,
    interface,
    put,
    seed,
    version,
    view,
)

Make = Callable[..., Azure]
DISKS = f"{COMPUTE}/disks"


@pytest.fixture
def azure(make_azure: Make) -> Azure:
    """Versions, and a subnet, at Azure's own durations."""
    return make_azure(seed(), machine_seconds=27.0)


def disks(azure: Azure) -> list[str]:
    """The names of all disks, without their random part."""
    return [one["name"].rpartition("_")[0] for one in azure.get(DISKS, "2023-04-02")["value"]]


ENDINGS = {
    "provisioning_timed_out": ("OSProvisioningTimedOut", "did not finish in the allotted time", 1188),
    "not_generalized": ("OSProvisioningClientError", "the VM guest agent was detected running", 1188),
    "internal_error": ("OSProvisioningInternalError", "internal error", 27),
    "allocation_failed": ("AllocationFailed", "sufficient capacity", 27),
}


@pytest.mark.parametrize("outcome", ENDINGS)
def test_outcomes_of_the_operation(outcome: str, make_azure: Make) -> None:
    azure = make_azure(booting(outcome), machine_seconds=27.0)
    answer = put(azure)
    assert answer.status == 201
    code, words, seconds = ENDINGS[outcome]
    azure.clock.advance(seconds - 1)
    assert azure.poll(answer).json()["status"] == "InProgress"
    azure.clock.advance(2)
    ended = azure.poll(answer).json()
    assert (ended["status"], ended["error"]["code"]) == ("Failed", code)
    assert words in ended["error"]["message"]
    assert azure.get(MACHINE, API)["properties"]["provisioningState"] == "Failed"
    assert view(azure)["statuses"][0]["code"] == f"ProvisioningState/failed/{code}"
    assert (agent(azure) == "Ready") == (outcome == "not_generalized")


def test_an_agent_that_is_never_ready(make_azure: Make) -> None:
    azure = make_azure(booting("agent_never_ready"))
    created(azure)
    azure.clock.advance(7200)
    assert agent(azure) == "Not Ready"
    assert azure.get(MACHINE, API)["properties"]["provisioningState"] == "Succeeded"


def test_a_machine_that_vanishes(make_azure: Make) -> None:
    azure = make_azure(booting("vanishes"), machine_seconds=20.0)
    put(azure)
    azure.clock.advance(11)
    assert azure.call("GET", MACHINE, version=API).status == 404
    azure.clock.advance(600)
    assert disks(azure) == ["machine_disk2"], "what was to be deleted with it is gone, the rest stays"


def test_a_fault_orders_the_outcome_of_one_machine(azure: Azure) -> None:
    azure.service.faults.order({"resource": "virtualMachines/machine$", "boot": {"outcome": "internal_error"}})
    assert azure.wait(put(azure))["error"]["code"] == "OSProvisioningInternalError"


def test_an_ordered_failure_wins(azure: Azure) -> None:
    azure.service.faults.order(
        {"resource": "virtualMachines", "operation_fails": {"code": "PolicyViolation", "message": "m"}}
    )
    assert azure.wait(put(azure))["error"]["code"] == "PolicyViolation"


def test_versions_boot_as_the_image_that_they_are_made_from(make_azure: Make) -> None:
    azure = make_azure(seed(images=[{"name": "image", "resource_group": "rg", "boot": "internal_error"}], versions=[]))
    source = {"storageProfile": {"source": {"id": IMAGE}}}
    azure.wait(azure.call("PUT", version("plain", "2.0.0"), {"location": "eastus2", "properties": source}))
    assert azure.wait(put(azure, version("plain", "2.0.0")))["status"] == "Failed"


# Deleting


def test_a_delete_takes_what_has_the_option_and_leaves_the_rest(azure: Azure) -> None:
    created(azure)
    assert len(disks(azure)) == 2
    answer = azure.call("DELETE", MACHINE, version=API)
    assert answer.status == 202
    assert "monitor=true" in answer.headers["Location"]
    assert azure.get(MACHINE, API)["properties"]["provisioningState"] == "Deleting"
    assert azure.wait(answer)["status"] == "Succeeded"
    assert azure.call("GET", MACHINE, version=API).status == 404
    assert azure.call("DELETE", MACHINE, version=API).status == 204
    azure.clock.advance(60)
    assert disks(azure) == ["machine_disk2"]
    assert azure.call("GET", NIC, version="2024-05-01").status == 404


def test_disks_and_interfaces_go_some_time_after_their_machine(azure: Azure) -> None:
    created(azure)
    azure.call("DELETE", MACHINE, version=API)
    azure.clock.advance(30)
    assert azure.call("GET", MACHINE, version=API).status == 404
    assert len(disks(azure)) == 2
    assert azure.get(NIC, "2024-05-01")["properties"]["virtualMachine"]["id"] == MACHINE
    azure.clock.advance(11)
    assert disks(azure) == ["machine_disk2"]


def test_a_healthy_machine_leaves_its_interface_free(azure: Azure) -> None:
    created(azure, networkProfile={"networkInterfaces": [{"id": NIC}]})
    azure.wait(azure.call("DELETE", MACHINE, version=API))
    assert azure.call("DELETE", NIC, version="2024-05-01").status == 202


@pytest.mark.parametrize("why", ["failed create", "fault"])
def test_an_interface_is_reserved(why: str, azure: Azure) -> None:
    network = {"networkInterfaces": [{"id": NIC}]}
    if why == "fault":
        created(azure, networkProfile=network)
        azure.service.faults.order({"resource": "virtualMachines", "interface_reserved": True})
    else:
        azure.service.faults.order({"resource": "virtualMachines", "boot": "allocation_failed"})
        azure.wait(put(azure, networkProfile=network))
    azure.wait(azure.call("DELETE", MACHINE, version=API))
    answer = azure.call("DELETE", NIC, version="2024-05-01")
    assert azure.error(answer) == (400, "NicReservedForAnotherVm")
    assert azure.error(azure.call("PUT", f"{MACHINE}2", body(), API)) == (400, "NicReservedForAnotherVm")
    azure.clock.advance(181)
    assert azure.call("DELETE", NIC, version="2024-05-01").status == 202


@pytest.mark.parametrize(("cascade", "seconds", "left"), [(100, 99, True), (100, 101, False), ("fails", 1000, True)])
def test_a_fault_delays_or_prevents_what_goes_with_a_machine(
    cascade: Any, seconds: int, left: bool, azure: Azure
) -> None:
    created(azure)
    azure.service.faults.order({"resource": "virtualMachines/machine", "cascade": cascade})
    azure.call("DELETE", MACHINE, version=API)
    azure.clock.advance(29 + seconds)
    assert (azure.call("GET", NIC, version="2024-05-01").status == 200) == left
    assert ("machine_OsDisk_1" in disks(azure)) == left


def test_passwords_are_not_logged(azure: Azure) -> None:
    profile = {"computerName": "machine", "adminUsername": "user", "adminPassword": "Secret-12345"}
    created(azure, osProfile=profile)
    assert "Secret-12345" not in str(azure.service.journal.entries)


def test_what_a_machine_holds_cannot_be_deleted(azure: Azure) -> None:
    machine = created(azure)
    disk = machine["properties"]["storageProfile"]["osDisk"]["managedDisk"]["id"]
    answer = azure.call("DELETE", disk, version="2023-04-02")
    assert azure.error(answer) == (409, "OperationNotAllowed")
    assert answer.json()["error"]["message"].endswith(f"is attached to VM {MACHINE}.")
    assert azure.error(azure.call("DELETE", NIC, version="2024-05-01")) == (400, "NicInUse")


def test_a_second_delete_is_the_same_operation(azure: Azure) -> None:
    created(azure)
    first, second = (azure.call("DELETE", MACHINE, version=API) for _unused in range(2))
    assert (second.status, second.headers["x-ms-request-id"]) == (202, first.headers["x-ms-request-id"])


def test_a_group_takes_its_machines_along(azure: Azure) -> None:
    created(azure)
    azure.call("DELETE", MACHINE.partition("/providers/")[0], version="2021-04-01")
    azure.clock.advance(1)
    assert azure.call("GET", MACHINE, version=API).status == 404
    assert [one for one in azure.service.describe_state() if "/rg/" in one["id"]] == []


# Updating


def test_a_second_put_with_another_password_is_refused(azure: Azure) -> None:
    profile = {"computerName": "machine", "adminUsername": "user", "adminPassword": "Secret-12345"}
    created(azure, osProfile=profile)
    assert put(azure, osProfile=profile).status == 200
    answer = put(azure, osProfile={**profile, "adminPassword": "Secret-67890"})
    assert azure.error(answer) == (409, "PropertyChangeNotAllowed")
    assert answer.json()["error"]["target"] == "osProfile.adminPassword"
    assert azure.error(put(azure, version("second"), osProfile=profile)) == (409, "PropertyChangeNotAllowed")


def test_two_creates_of_one_name(azure: Azure) -> None:
    """The second is another run's: with its own key it is refused, and it does not disturb the first."""
    answer = put(azure)
    assert azure.error(put(azure)) == (409, "Conflict")
    ssh = {"publicKeys": [{**KEY, "keyData": "ssh-ed25519 BBBB"}]}
    profile = {"computerName": "machine", "adminUsername": "user", "linuxConfiguration": {"ssh": ssh}}
    refused = put(azure, osProfile=profile)
    assert azure.error(refused) == (409, "PropertyChangeNotAllowed")
    assert refused.json()["error"]["target"] == "linuxConfiguration.ssh.publicKeys"
    assert azure.wait(answer)["status"] == "Succeeded"


def test_tags_change_by_patch(azure: Azure) -> None:
    created(azure)
    answer = azure.call("PATCH", MACHINE, {"tags": {"a": "b"}}, API)
    assert (answer.status, answer.json()["tags"], answer.headers["ETag"]) == (200, {"a": "b"}, '"2"')
    assert answer.json()["properties"]["provisioningState"] == "Updating"
    assert azure.wait(answer)["status"] == "Succeeded"


def test_conditions(azure: Azure) -> None:
    created(azure)
    assert azure.error(azure.call("PATCH", MACHINE, {"tags": {}}, API, if_match='"7"')) == (412, "PreconditionFailed")
    assert azure.error(azure.call("DELETE", MACHINE, None, API, if_match='"7"')) == (412, "PreconditionFailed")
    assert azure.error(azure.call("PUT", MACHINE, body(), API, if_none_match="*")) == (412, "PreconditionFailed")
    assert azure.call("PATCH", MACHINE, {"tags": {}}, API, if_match='"1"').status == 200


def test_data_disks_that_are_left_out_are_detached(azure: Azure) -> None:
    created(azure)
    answer = azure.call("PATCH", MACHINE, {"properties": {"storageProfile": {"dataDisks": []}}}, API)
    assert answer.json()["properties"]["storageProfile"]["dataDisks"][0]["toBeDetached"] is True
    azure.wait(answer)
    machine = azure.get(MACHINE, API)
    assert machine["properties"]["storageProfile"]["dataDisks"] == []
    (data, _system) = azure.get(DISKS, "2023-04-02")["value"]
    assert (data["properties"]["diskState"], "managedBy" in data) == ("Unattached", False)


# Power, and images of machines


def test_a_machine_becomes_an_image(azure: Azure) -> None:
    created(azure)
    capture = {"location": "eastus2", "properties": {"sourceVirtualMachine": {"id": MACHINE}}}
    assert azure.error(azure.call("PUT", f"{COMPUTE}/images/new", capture, API)) == (409, "OperationNotAllowed")
    assert azure.error(azure.call("POST", f"{MACHINE}/generalize", version=API)) == (409, "OperationNotAllowed")
    answer = azure.call("POST", f"{MACHINE}/deallocate", version=API)
    assert (answer.status, view(azure)["statuses"][1]["code"]) == (202, "PowerState/deallocating")
    azure.wait(answer)
    shown = azure.get(MACHINE, API)["properties"]["storageProfile"]["osDisk"]
    assert (list(shown["managedDisk"]), "diskSizeGB" in shown) == (["id"], False)
    assert "vmAgent" not in view(azure)
    assert azure.call("POST", f"{MACHINE}/generalize", version=API).status == 200
    assert azure.error(azure.call("POST", f"{MACHINE}/start", version=API)) == (409, "OperationNotAllowed")
    answer = azure.call("PUT", f"{COMPUTE}/images/new", capture, API)
    assert azure.wait(answer)["status"] == "Succeeded"
    storage = azure.get(f"{COMPUTE}/images/new", API)["properties"]["storageProfile"]
    assert storage["osDisk"]["managedDisk"]["id"] == shown["managedDisk"]["id"]
    assert (storage["osDisk"]["diskSizeGB"], [one["lun"] for one in storage["dataDisks"]]) == (30, [0])


def test_a_started_machines_agent_reports_again(azure: Azure) -> None:
    created(azure)
    azure.wait(azure.call("POST", f"{MACHINE}/deallocate", version=API))
    azure.wait(azure.call("POST", f"{MACHINE}/start", version=API))
    azure.clock.advance(0.1)
    assert agent(azure) in ("Ready", "Not Ready")
    azure.clock.advance(10)
    assert agent(azure) == "Ready"
    assert view(azure)["statuses"][1]["code"] == "PowerState/running"


def test_an_image_cannot_be_deleted_while_machines_are_made_from_it(azure: Azure) -> None:
    answer = put(azure, IMAGE)
    refused = azure.call("DELETE", IMAGE, version=API)
    assert azure.error(refused) == (409, "OperationNotAllowed")
    assert refused.json()["error"]["message"] == (
        "Operation 'Image Delete' is not allowed since the Virtual Machines 'machine' are being provisioned using the "
        "Image 'image'."
    )
    azure.wait(answer)
    assert azure.call("DELETE", IMAGE, version=API).status == 202, "use alone does not protect it"


def test_other_types_can_say_that_they_need_an_image(azure: Azure, monkeypatch: pytest.MonkeyPatch) -> None:
    from arm_emulator import usage

    def instances(_ctx: Any, image: Any) -> list[str]:
        return [f"{image.name}-instance"]

    monkeypatch.setattr(usage, "FINDERS", [*usage.FINDERS, instances])
    answer = azure.call("DELETE", IMAGE, version=API)
    assert "'image-instance'" in answer.json()["error"]["message"]


def test_a_machine_from_disks(azure: Azure) -> None:
    """A disk of a version is attached: no image reference, and it boots as the version."""
    creation = {"createOption": "FromImage", "galleryImageReference": {"id": version("plain")}}
    disk = {"location": "eastus2", "properties": {"creationData": creation}}
    azure.wait(azure.call("PUT", f"{DISKS}/copy", disk, "2023-04-02"))
    attached = {"osDisk": {"createOption": "Attach", "osType": "Linux", "managedDisk": {"id": f"{DISKS}/copy"}}}
    interface(azure)
    machine = created(azure, osProfile=None, storageProfile=attached)
    assert "imageReference" not in machine["properties"]["storageProfile"]
    shown = azure.get(f"{DISKS}/copy", "2023-04-02")
    assert (shown["managedBy"], shown["properties"]["diskState"]) == (MACHINE, "Attached")
