"""Managed disks, and managed images made from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import COMPUTE, Azure
from .machine_requests import seed, version

API = "2023-04-02"
DISK = f"{COMPUTE}/disks/disk"
Make = Callable[..., Azure]


@pytest.fixture
def azure(make_azure: Make) -> Azure:
    """Versions; the plain one has a data disk at LUN 0."""
    return make_azure(seed())


def from_version(lun: int | None = None, image: str | None = None) -> dict[str, Any]:
    """The body of a disk made from a version."""
    reference: dict[str, Any] = {"id": image or version("plain")}
    if lun is not None:
        reference["lun"] = lun
    creation = {"createOption": "FromImage", "galleryImageReference": reference}
    return {"location": "eastus2", "sku": {"name": "Premium_LRS"}, "properties": {"creationData": creation}}


def empty(size: int | None = 5) -> dict[str, Any]:
    """The body of an empty disk."""
    properties: dict[str, Any] = {"creationData": {"createOption": "Empty"}}
    return {"location": "eastus2", "properties": {**properties, "diskSizeGB": size} if size else properties}


def test_a_disk_from_a_version(azure: Azure) -> None:
    answer = azure.call("PUT", DISK, from_version(), API)
    shown = answer.json()
    assert answer.status == 202
    assert (shown["sku"], list(shown["properties"])) == ({"name": "Premium_LRS"}, ["creationData", "provisioningState"])
    assert shown["properties"]["provisioningState"] == "Updating"
    assert "/DiskOperations/" in answer.headers["Azure-AsyncOperation"]
    assert "monitor=true" in answer.headers["Location"]
    ended = azure.wait(answer)
    disk = azure.get(DISK, API)
    assert ended["properties"]["output"] == disk
    assert disk["properties"]["osType"] == "Linux"
    assert (disk["properties"]["diskSizeGB"], disk["properties"]["diskState"], disk["properties"]["tier"]) == (
        30,
        "Unattached",
        "P4",
    )
    assert disk["properties"]["creationData"]["imageReference"] == {"id": version("plain")}


def test_the_data_disk_of_a_lun(azure: Azure) -> None:
    azure.wait(azure.call("PUT", DISK, from_version(0), API))
    properties = azure.get(DISK, API)["properties"]
    assert ("osType" in properties, properties["diskSizeGB"]) == (False, 10)
    assert properties["creationData"]["galleryImageReference"] == {"id": version("plain"), "lun": 0}


REFUSED: dict[str, tuple[dict[str, Any], int, str]] = {
    "no such LUN": (from_version(7), 400, "InvalidParameter"),
    "no such version": (from_version(image=version("plain", "9.9.9")), 404, "GalleryImageNotFound"),
    "no version": (from_version(image=f"{COMPUTE}/images/image"), 400, "InvalidParameter"),
    "no source": ({"location": "eastus2", "properties": {}}, 400, "InvalidParameter"),
    "no size": (empty(None), 400, "InvalidParameter"),
    "no location": ({"properties": empty()["properties"]}, 400, "LocationRequired"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused(what: str, azure: Azure) -> None:
    body, status, code = REFUSED[what]
    assert azure.error(azure.call("PUT", DISK, body, API)) == (status, code)
    assert azure.call("GET", DISK, version=API).status == 404


def test_disks_are_listed_and_deleted(azure: Azure) -> None:
    azure.wait(azure.call("PUT", DISK, {**empty(), "tags": {"a": "b"}}, API))
    (disk,) = azure.get(f"{COMPUTE}/disks", API)["value"]
    assert (disk["name"], disk["tags"]) == ("disk", {"a": "b"})
    answer = azure.call("DELETE", DISK, version=API)
    assert (answer.status, "Location" in answer.headers) == (202, True)
    azure.wait(answer)
    assert azure.get(f"{COMPUTE}/disks", API)["value"] == []
    assert azure.call("DELETE", DISK, version=API).status == 204


def test_a_disk_grows_and_does_not_shrink(azure: Azure) -> None:
    azure.wait(azure.call("PUT", DISK, empty(), API))
    azure.wait(azure.call("PATCH", DISK, {"properties": {"diskSizeGB": 8}}, API))
    assert azure.get(DISK, API)["properties"]["diskSizeBytes"] == 8 * 1024**3
    assert azure.error(azure.call("PUT", DISK, empty(), API)) == (400, "InvalidParameter")


def test_a_copy_of_a_disk(azure: Azure) -> None:
    azure.wait(azure.call("PUT", DISK, from_version(), API))
    creation = {"createOption": "Copy", "sourceResourceId": DISK}
    azure.wait(azure.call("PUT", f"{DISK}2", {"location": "eastus2", "properties": {"creationData": creation}}, API))
    copy = azure.get(f"{DISK}2", API)["properties"]
    assert (copy["diskSizeGB"], copy["osType"]) == (30, "Linux")
    assert copy["creationData"]["sourceUniqueId"] == azure.get(DISK, API)["properties"]["uniqueId"]


def test_an_image_from_disks_of_a_version(azure: Azure) -> None:
    azure.wait(azure.call("PUT", DISK, from_version(), API))
    azure.wait(azure.call("PUT", f"{DISK}0", from_version(0), API))
    storage = {
        "osDisk": {"osType": "Linux", "osState": "Generalized", "managedDisk": {"id": DISK}},
        "dataDisks": [{"lun": 0, "managedDisk": {"id": f"{DISK}0"}}],
    }
    image = f"{COMPUTE}/images/restored"
    body = {"location": "eastus2", "properties": {"storageProfile": storage}}
    azure.wait(azure.call("PUT", image, body, "2024-07-01"))
    shown = azure.get(image, "2024-07-01")["properties"]["storageProfile"]
    assert (shown["osDisk"]["diskSizeGB"], shown["dataDisks"][0]["diskSizeGB"]) == (30, 10)
    azure.wait(azure.call("DELETE", DISK, version=API))
    assert azure.get(image, "2024-07-01")["properties"]["provisioningState"] == "Succeeded"


@pytest.mark.parametrize("what", ["trusted launch", "not ready"])
def test_disks_that_make_no_image(what: str, azure: Azure) -> None:
    body = from_version()
    if what == "trusted launch":
        body["properties"]["securityProfile"] = {"securityType": "TrustedLaunch"}
    answer = azure.call("PUT", DISK, body, API)
    if what == "trusted launch":
        azure.wait(answer)
    storage = {"osDisk": {"osType": "Linux", "managedDisk": {"id": DISK}}}
    image = {"location": "eastus2", "properties": {"storageProfile": storage}}
    refused = {"trusted launch": (400, "BadRequest"), "not ready": (409, "OperationNotAllowed")}
    assert azure.error(azure.call("PUT", f"{COMPUTE}/images/new", image, "2024-07-01")) == refused[what]
