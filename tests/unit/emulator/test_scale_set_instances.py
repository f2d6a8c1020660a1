"""Instances of scale sets: scaling, roll-outs, actions, and the machines of Flexible sets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import COMPUTE, Azure
from .machine_requests import IMAGE, definition, seed, version
from .scale_set_requests import (
    API,
    INSTANCES,
    SET,
    body,
    created,
    done,
    images,
    patch,
    put,
    repoint,
    with_versions,
)

Make = Callable[..., Azure]
PLAIN = version("plain")


@pytest.fixture
def azure(make_azure: Make) -> Azure:
    return make_azure(seed())


def _states(azure: Azure) -> list[str]:
    return [one["properties"]["provisioningState"] for one in azure.get(INSTANCES, API)["value"]]


def _act(azure: Azure, action: str, *ids: str) -> Any:
    answer = azure.call("POST", f"{SET}/{action}", {"instanceIds": list(ids)} if ids else {}, API)
    assert (answer.status, "Location" in answer.headers) == (202, True), answer.body
    return azure.wait(answer)


# -- Uniform -----------------------------------------------------------------------------------------------------------
def test_instances_are_created_and_read(azure: Azure) -> None:
    answer = put(azure, body(definition("plain")))
    assert _states(azure) == ["Creating", "Creating"]
    azure.wait(answer)
    one = azure.get(f"{INSTANCES}/1", API)
    assert (one["name"], one["instanceId"], one["id"]) == ("set_1", "1", f"{SET}/virtualMachines/1")
    properties = one["properties"]
    assert (properties["provisioningState"], properties["osProfile"]["computerName"]) == ("Succeeded", "set000001")
    assert properties["storageProfile"]["osDisk"]["name"].startswith("set_set_1_OsDisk_1_")
    assert azure.error(azure.call("GET", f"{INSTANCES}/7", version=API)) == (404, "NotFound")
    expanded = azure.get(f"{INSTANCES}?$expand=instanceView", API)["value"][0]["properties"]["instanceView"]
    assert [status["code"] for status in expanded["statuses"]] == ["ProvisioningState/succeeded", "PowerState/running"]


def test_the_list_of_instances_counts_by_instance_and_by_set(azure: Azure) -> None:
    created(azure)
    header = azure.call("GET", INSTANCES, version=API).headers["x-ms-ratelimit-remaining-resource"]
    assert header == ",".join(
        f"Microsoft.Compute/{part}"
        for part in (
            "HighCostGetVMScaleSetSubscriptionMaximum;1079",
            "HighCostGetVMScaleSetResource;29",
            "VMScaleSetVMViewsSubscriptionMaximum;29998",
        )
    )


def test_pages_of_instances(make_azure: Make) -> None:
    azure = make_azure(seed(page_size=2))
    created(azure, capacity=3)
    first = azure.get(INSTANCES, API)
    rest = azure.get(first["nextLink"].removeprefix("https://127.0.0.1:1"), API)
    assert [one["instanceId"] for one in first["value"] + rest["value"]] == ["0", "1", "2"]


def test_a_manual_policy_leaves_instances_until_they_are_upgraded(azure: Azure) -> None:
    created(azure, PLAIN, 3)
    done(azure, repoint(azure, definition("plain")))
    assert images(azure) == [(number, PLAIN, False) for number in "012"]
    assert _act(azure, "manualupgrade", "1")["status"] == "Succeeded"
    assert images(azure) == [("0", PLAIN, False), ("1", definition("plain"), True), ("2", PLAIN, False)]
    assert _act(azure, "manualupgrade", "*")["status"] == "Succeeded"
    assert {latest for _name, _image, latest in images(azure)} == {True}


@pytest.mark.parametrize("mode", ["Automatic", "Rolling"])
def test_other_policies_update_instances_at_once(mode: str, azure: Azure) -> None:
    created(azure, IMAGE, upgradePolicy={"mode": mode}, profile={})
    answer = repoint(azure, PLAIN)
    assert answer.json()["properties"]["provisioningState"] == "Updating"
    assert (_states(azure), images(azure)[0][1:]) == (["Updating"] * 2, (IMAGE, False))
    done(azure, answer)
    assert images(azure) == [("0", PLAIN, True), ("1", PLAIN, True)]


def test_tags_roll_nothing_out(azure: Azure) -> None:
    created(azure, IMAGE, upgradePolicy={"mode": "Automatic"})
    patch(azure, {"tags": {"a": "b"}})
    assert _states(azure) == ["Succeeded"] * 2


def test_a_new_version_changes_new_instances_only(make_azure: Make) -> None:
    azure = make_azure(seed())
    created(azure, definition("plain"))
    newer = {"properties": {"storageProfile": {"source": {"id": IMAGE}}}, "location": "eastus2"}
    azure.wait(azure.call("PUT", version("plain", "2.0.0"), newer))
    done(azure, patch(azure, {"sku": {"capacity": 3}}))
    listed = azure.get(INSTANCES, API)["value"]
    exact = [one["properties"]["storageProfile"]["imageReference"]["exactVersion"] for one in listed]
    assert exact == ["1.0.0", "1.0.0", "2.0.0"]
    assert all(latest for _name, _image, latest in images(azure))
    done(azure, repoint(azure, definition("plain")))  # the same id: the model has the new version from now on
    assert not any(latest for _name, _image, latest in images(azure))


def test_scaling_in_and_out(azure: Azure) -> None:
    created(azure, capacity=5)
    done(azure, patch(azure, {"sku": {"capacity": 2}}))
    left = [name for name, _image, _latest in images(azure)]
    done(azure, put(azure, {"location": "eastus2", "sku": {"name": "Standard_D2s_v5", "capacity": 3}}))
    assert (len(left), [name for name, _image, _latest in images(azure)]) == (2, [*left, "5"])


def test_an_image_that_is_gone_stops_new_instances_and_reimages_alone(azure: Azure) -> None:
    created(azure)
    azure.wait(azure.call("DELETE", IMAGE, version=API))
    done(azure, patch(azure, {"tags": {"a": "b"}}))
    done(azure, patch(azure, {"sku": {"capacity": 1}}))
    assert azure.error(patch(azure, {"sku": {"capacity": 4}})) == (404, "ResourceNotFound")
    assert _act(azure, "reimage")["error"]["code"] == "ResourceNotFound"


def test_an_image_from_which_instances_are_created_cannot_be_deleted(azure: Azure) -> None:
    answer = put(azure, body())
    refused = azure.call("DELETE", IMAGE, version=API)
    text = (
        "Operation 'Image Delete' is not allowed since the Virtual Machines 'set_0', 'set_1' are being provisioned using the "
        "Image 'image'."
    )
    assert (azure.error(refused), refused.json()["error"]["message"]) == ((409, "OperationNotAllowed"), text)
    azure.wait(answer)
    assert azure.call("DELETE", IMAGE, version=API).status == 202


def test_power_and_delete_of_instances(azure: Azure) -> None:
    created(azure, capacity=3)
    _act(azure, "deallocate", "0")
    view = azure.get(f"{INSTANCES}/0?$expand=instanceView", API)["properties"]["instanceView"]
    assert view["statuses"][1]["code"] == "PowerState/deallocated"
    _act(azure, "delete", "0", "2")
    assert azure.get(SET, API)["sku"]["capacity"] == 1
    summary = azure.get(f"{SET}/instanceView", API)["virtualMachine"]["statusesSummary"]
    assert summary == [{"code": "ProvisioningState/succeeded", "count": 1}]
    assert azure.get(f"{SET}/osUpgradeHistory", API) == {"value": []}


@pytest.mark.parametrize("ids", [["9"], [], "0", None])
def test_an_upgrade_needs_instances_that_exist(ids: Any, azure: Azure) -> None:
    created(azure)
    answer = azure.call("POST", f"{SET}/manualupgrade", {"instanceIds": ids}, API)
    assert azure.error(answer) == (400, "InvalidParameter")


def test_instances_of_a_failed_roll_out_keep_their_model(make_azure: Make) -> None:
    azure = make_azure(seed())
    created(azure, IMAGE, upgradePolicy={"mode": "Automatic"})
    azure.service.faults.order({"resource": "Sets/set$", "operation_fails": {"code": "RolloutFailed", "message": "no"}})
    assert azure.wait(repoint(azure, PLAIN))["error"]["code"] == "RolloutFailed"
    assert (_states(azure), images(azure)[0]) == (["Failed"] * 2, ("0", IMAGE, False))
    azure.wait(repoint(azure, PLAIN))
    assert _states(azure) == ["Succeeded"] * 2


def test_an_image_that_does_not_boot_fails_new_instances(make_azure: Make) -> None:
    azure = make_azure(with_versions(images=[{"name": "image", "resource_group": "rg", "boot": "not_generalized"}]))
    assert azure.wait(put(azure, body()))["error"]["code"] == "OSProvisioningClientError"
    assert _states(azure) == ["Failed"] * 2


def test_what_the_surroundings_refuse_creates_nothing(make_azure: Make) -> None:
    azure = make_azure(with_versions(images=[{"name": "image", "resource_group": "rg", "boot": "quota"}]))
    assert azure.error(put(azure, body())) == (409, "OperationNotAllowed")
    assert azure.call("GET", SET, version=API).status == 404
    assert azure.wait(put(azure, body(capacity=0)))["status"] == "Succeeded"
    assert azure.error(patch(azure, {"sku": {"capacity": 1}})) == (409, "OperationNotAllowed")
    assert azure.get(SET, API)["sku"]["capacity"] == 0


# -- Flexible ----------------------------------------------------------------------------------------------------------
def _machines(azure: Azure) -> list[Any]:
    query = f"$filter=%27virtualMachineScaleSet/id%27%20eq%20%27{SET}%27"
    found: list[Any] = azure.get(f"{COMPUTE}/virtualMachines?{query}", API)["value"]
    return found


def _flexible(azure: Azure, capacity: int = 2, **options: Any) -> None:
    created(azure, PLAIN, capacity, orchestrationMode="Flexible", platformFaultDomainCount=1, **options)
    azure.clock.advance(100)


def test_instances_of_a_flexible_set_are_machines(azure: Azure) -> None:
    _flexible(azure)
    storage = azure.get(SET, API)["properties"]["virtualMachineProfile"]["storageProfile"]
    assert storage["osDisk"]["deleteOption"] == "Delete"
    one, _other = _machines(azure)
    assert (one["name"][:4], one["properties"]["provisioningState"]) == ("set_", "Succeeded")
    assert one["properties"]["storageProfile"]["imageReference"] == {"id": PLAIN, "exactVersion": "1.0.0"}
    assert "VirtualMachineProfileTimeCreated" in one["tags"]
    assert azure.get(INSTANCES, API)["value"] == []
    refused = azure.call("POST", f"{SET}/manualupgrade", {"instanceIds": ["0"]}, API)
    assert azure.error(refused) == (409, "OperationNotAllowed")


def test_a_flexible_set_scales_and_goes_with_its_machines(azure: Azure) -> None:
    _flexible(azure)
    done(azure, patch(azure, {"sku": {"capacity": 3}}))
    assert len(_machines(azure)) == 3
    done(azure, patch(azure, {"sku": {"capacity": 1}}))
    azure.clock.advance(100)
    assert len(_machines(azure)) == 1
    azure.wait(azure.call("DELETE", SET, version=API))
    azure.clock.advance(100)
    assert (_machines(azure), azure.get(f"{COMPUTE}/disks", "2023-04-02")["value"]) == ([], [])


@pytest.mark.parametrize(("mode", "image"), [("Manual", PLAIN), ("Automatic", IMAGE)])
def test_a_flexible_set_with_another_image(mode: str, image: str, azure: Azure) -> None:
    _flexible(azure, upgradePolicy={"mode": mode})
    storage = azure.get(SET, API)["properties"]["virtualMachineProfile"]["storageProfile"]
    azure.wait(repoint(azure, IMAGE))
    assert storage["imageReference"] == {"id": PLAIN}
    assert {one["properties"]["storageProfile"]["imageReference"]["id"] for one in _machines(azure)} == {image}


def test_a_fault_orders_how_one_machine_boots(azure: Azure) -> None:
    azure.service.faults.order({"resource": "virtualMachines/set_", "boot": "not_generalized"})
    _flexible(azure)
    azure.clock.advance(3000)
    states = [one["properties"]["provisioningState"] for one in _machines(azure)]
    assert sorted(states) == ["Failed", "Succeeded"]
