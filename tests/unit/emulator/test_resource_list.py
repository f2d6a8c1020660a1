"""The list of all resources, and lists that lag."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import COMPUTE, GROUP, SEED, Azure

SUBSCRIPTION = GROUP.partition("/resourceGroups")[0]
API = "2021-04-01"
NETWORK = f"{GROUP}/providers/Microsoft.Network"
SEEDED: dict[str, Any] = {
    "resource_groups": [{"name": "rg", "location": "eastus2"}, {"name": "other", "location": "westus"}],
    "images": [
        {"name": "one", "resource_group": "rg", "tags": {"Job": "7"}, "created_time": "2025-05-06T07:08:09Z"},
        {"name": "two", "resource_group": "rg", "tags": {"job": "8"}},
        {"name": "three", "resource_group": "other"},
    ],
    "virtual_networks": [{"name": "vnet", "resource_group": "rg", "subnets": ["subnet"], "tags": {"job": "7"}}],
    "galleries": SEED["galleries"],
    "definitions": SEED["definitions"],
    "locks": [{"resource_group": "rg"}],
}


@pytest.fixture
def azure(make_azure: Callable[..., Azure]) -> Azure:
    """Images in two groups, a network, a gallery."""
    return make_azure(SEEDED)


def found(azure: Azure, scope: str, query: str = "") -> list[str]:
    """The last names of what is listed."""
    return [one["name"] for one in azure.get(f"{scope}/resources{query}", API)["value"]]


FILTERS = {
    "": ["three", "gallery", "definition", "one", "two", "vnet"],
    "resourceType eq 'microsoft.compute/IMAGES'": ["three", "one", "two"],
    "resourceType eq 'Microsoft.Compute/images' and name eq 'One'": ["one"],
    "resourceType eq 'Microsoft.Compute/images' or resourceType eq 'Microsoft.Compute/disks'": ["three", "one", "two"],
    "resourceGroup eq 'RG' and resourceType eq 'Microsoft.Compute/images'": ["one", "two"],
    "tagName eq 'job'": ["one", "two", "vnet"],
    "tagname eq 'JOB' and tagvalue eq '7'": ["one", "vnet"],
    "tagName eq 'job' and tagValue eq '9'": [],
    "location eq 'westus'": ["three"],
}


@pytest.mark.parametrize("text", FILTERS)
def test_filters(azure: Azure, text: str) -> None:
    assert found(azure, SUBSCRIPTION, f"?$filter={text}" if text else "") == FILTERS[text]


def test_a_group_alone(azure: Azure) -> None:
    assert found(azure, GROUP) == ["gallery", "definition", "one", "two", "vnet"]
    missing = azure.call("GET", f"{SUBSCRIPTION}/resourceGroups/none/resources", None, API)
    assert azure.error(missing) == (404, "ResourceGroupNotFound")


def test_times_are_shown_when_asked_for(azure: Azure) -> None:
    query = "?$filter=resourceType eq 'Microsoft.Compute/images'&$expand=createdTime,provisioningState"
    first = azure.get(f"{GROUP}/resources{query}", API)["value"][0]
    assert first == {
        "id": f"{COMPUTE}/images/one",
        "name": "one",
        "type": "Microsoft.Compute/images",
        "location": "eastus2",
        "tags": {"Job": "7"},
        "createdTime": "2025-05-06T07:08:09+00:00",
        "provisioningState": "Succeeded",
    }
    tagged = azure.get(f"{GROUP}/resources?$filter=tagName eq 'job'&$expand=createdTime", API)["value"][0]
    assert list(tagged) == ["id", "name", "type", "location"]


def test_an_image_that_is_created_again_has_another_time(azure: Azure) -> None:
    rid = f"{COMPUTE}/images/one"
    azure.call("DELETE", f"{GROUP}/providers/Microsoft.Authorization/locks/lock", None, "2016-09-01")
    azure.wait(azure.call("DELETE", rid, None, "2024-07-01"))
    disk = {"osType": "Linux", "osState": "Generalized", "managedDisk": {"id": f"{COMPUTE}/disks/disk"}}
    body = {"location": "eastus2", "properties": {"storageProfile": {"osDisk": disk}}}
    azure.wait(azure.call("PUT", rid, body, "2024-07-01"))
    query = "?$filter=name eq 'one'&$expand=createdTime"
    assert azure.get(f"{GROUP}/resources{query}", API)["value"][0]["createdTime"].startswith("2026-01-01T00:00:")


@pytest.mark.parametrize("text", ["name ne 'x'", "name eq 'x' or name eq 'y'", "colour eq 'x'", "name eq x"])
def test_a_filter_that_is_not_understood(azure: Azure, text: str) -> None:
    refusal = azure.call("GET", f"{SUBSCRIPTION}/resources?$filter={text}", None, API)
    assert azure.error(refusal) == (400, "InvalidFilterInQueryString")


def test_one_resource_is_missing_from_lists(azure: Azure) -> None:
    azure.service.faults.order({"resource": "images/new", "unlisted": 20})
    disk = {"osType": "Linux", "osState": "Generalized", "managedDisk": {"id": f"{COMPUTE}/disks/disk"}}
    body = {"location": "eastus2", "properties": {"storageProfile": {"osDisk": disk}}}
    for name in ("new", "newer"):
        assert azure.call("PUT", f"{COMPUTE}/images/{name}", body, "2024-07-01").status == 201
    images = f"{COMPUTE}/images"
    assert [one["name"] for one in azure.get(images, "2024-07-01")["value"]] == ["newer", "one", "two"]
    assert "new" not in found(azure, GROUP)
    azure.clock.advance(20)
    assert [one["name"] for one in azure.get(images, "2024-07-01")["value"]] == ["new", "newer", "one", "two"]
    assert "new" in found(azure, GROUP)


def test_lists_lag(make_azure: Callable[..., Azure]) -> None:
    azure = make_azure({**SEEDED, "list_lag": 30, "locks": []})
    subnet = {"subnet": {"id": f"{NETWORK}/virtualNetworks/vnet/subnets/subnet"}}
    body = {"location": "eastus2", "properties": {"ipConfigurations": [{"name": "i", "properties": subnet}]}}
    assert azure.call("PUT", f"{NETWORK}/networkInterfaces/nic", body, "2024-05-01").status == 201
    lists = [(f"{NETWORK}/networkInterfaces", "2024-05-01"), (f"{GROUP}/resources", API)]
    names = [{one["name"] for one in azure.get(path, version)["value"]} for path, version in lists]
    assert (names[0], "nic" in names[1], "vnet" in names[1]) == (set(), False, True)
    assert azure.call("GET", f"{NETWORK}/networkInterfaces/nic", None, "2024-05-01").status == 200
    azure.clock.advance(30)
    assert all("nic" in {one["name"] for one in azure.get(path, version)["value"]} for path, version in lists)
