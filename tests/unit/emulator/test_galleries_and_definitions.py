"""Galleries and image definitions."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import COMPUTE, DEFINITION, GALLERY, GROUP, Azure

NEW = f"{COMPUTE}/galleries/gallery/images/new"


def definition(**properties: Any) -> dict[str, Any]:
    """The body of a definition's create."""
    identifier = {"publisher": "pub", "offer": "off", "sku": "sku"}
    return {"location": "EastUS2", "properties": {"osType": "Linux", "identifier": identifier, **properties}}


def test_gallery_create(azure: Azure) -> None:
    answer = azure.call("PUT", f"{COMPUTE}/galleries/my.Gallery_1", {"location": "East US 2"}, "2025-03-03")
    assert answer.status == 201
    assert "Retry-After" not in answer.headers
    body = answer.json()
    assert list(body) == ["name", "id", "type", "location", "properties"]
    unique = "00000000-0000-0000-0000-000000000000-MY.GALLERY_1"
    assert body["properties"] == {"identifier": {"uniqueName": unique}, "provisioningState": "Creating"}
    assert azure.get(body["id"])["properties"]["provisioningState"] == "Creating"
    assert azure.wait(answer)["status"] == "Succeeded"
    assert azure.get(body["id"])["properties"]["provisioningState"] == "Succeeded"


def test_gallery_update_has_succeeded_at_once(azure: Azure) -> None:
    answer = azure.call("PUT", GALLERY, {"location": "eastus2", "properties": {"description": "d", "identifier": {}}})
    assert answer.status == 200
    assert list(answer.json()["properties"]) == ["description", "identifier", "provisioningState"]
    assert answer.json()["properties"]["provisioningState"] == "Succeeded"
    assert "Azure-AsyncOperation" in answer.headers


def test_gallery_name_is_unique_in_the_subscription(azure: Azure) -> None:
    azure.call("PUT", f"{GROUP[:-2]}rg2", {"location": "eastus"})
    path = f"{GROUP[:-2]}rg2/providers/Microsoft.Compute/galleries/GALLERY"
    assert "is not unique" in azure.call("PUT", path, {"location": "eastus"}).json()["error"]["message"]


@pytest.mark.parametrize("name", ["with-dash", "_start", "end.", "a" * 81])
def test_gallery_names(azure: Azure, name: str) -> None:
    answer = azure.call("PUT", f"{COMPUTE}/galleries/{name}", {"location": "eastus"})
    assert azure.error(answer) == (400, "InvalidParameter")


def test_lists_that_have_the_group_in_capitals(azure: Azure) -> None:
    for path in (f"{COMPUTE}/galleries", f"{GROUP[:-18]}/providers/Microsoft.Compute/galleries"):
        assert "/resourceGroups/RG/" in azure.get(path)["value"][0]["id"]
    assert "/resourceGroups/rg/" in azure.get(f"{GALLERY}/images")["value"][0]["id"]
    assert "/resourceGroups/rg/" in azure.get(f"{COMPUTE}/images", "2024-03-01")["value"][0]["id"]
    assert "/resourceGroups/RG/" in azure.get(f"{COMPUTE}/images", "2024-07-01")["value"][0]["id"]


def test_a_list_over_several_regions_has_no_bucket(azure: Azure) -> None:
    path = f"{GROUP[:-18]}/providers/Microsoft.Compute/galleries"
    assert "x-ms-ratelimit-remaining-resource" in azure.call("GET", path).headers
    azure.call("PUT", f"{COMPUTE}/galleries/western", {"location": "westus"})
    headers = azure.call("GET", path).headers
    assert "x-ms-ratelimit-remaining-resource" not in headers
    assert len(headers["x-ms-original-request-ids"].split(",")) == 2


def test_definition_create(azure: Azure) -> None:
    answer = azure.call("PUT", NEW, definition(disallowed={}, features=[]) | {"tags": {}}, "2021-10-01")
    assert answer.status == 201
    body = answer.json()
    assert body["location"] == "eastus2"
    order = ["hyperVGeneration", "architecture", "osType", "osState", "identifier", "provisioningState"]
    assert list(body["properties"]) == order
    assert (body["properties"]["hyperVGeneration"], body["properties"]["osState"]) == ("V1", "Generalized")
    azure.wait(answer)
    assert azure.get(NEW)["properties"]["provisioningState"] == "Succeeded"


@pytest.mark.parametrize(
    ("version", "sent", "generation", "features"),
    [
        ("2024-03-03", {}, "V1", None),
        ("2025-03-03", {}, "V2", "TrustedLaunchSupported"),
        ("2026-03-03", {"hyperVGeneration": "V1"}, "V1", None),
        ("2025-03-03", {"features": [{"name": "SecurityType", "value": "Standard"}]}, "V2", "Standard"),
    ],
)
def test_defaults_of_newer_api_versions(
    azure: Azure, version: str, sent: dict[str, Any], generation: str, features: str | None
) -> None:
    properties = azure.call("PUT", NEW, definition(**sent), version).json()["properties"]
    assert properties["hyperVGeneration"] == generation
    assert (properties["features"][0]["value"] if features else properties.get("features")) == features


def test_architecture_since_2021_07(azure: Azure) -> None:
    assert "architecture" not in azure.get(DEFINITION, "2020-09-30")["properties"]
    assert azure.get(DEFINITION, "2021-07-01")["properties"]["architecture"] == "x64"


@pytest.mark.parametrize(
    "change",
    [
        {"osType": "Windows"},
        {"osState": "Specialized"},
        {"hyperVGeneration": "V2"},
        {"architecture": "Arm64"},
        {"eula": "new"},
        {"privacyStatementUri": "https://new"},
        {"purchasePlan": {"name": "n"}},
        {"features": [{"name": "SecurityType", "value": "TrustedLaunch"}]},
    ],
)
def test_definition_immutable(azure: Azure, change: dict[str, Any]) -> None:
    azure.wait(azure.call("PUT", NEW, definition(eula="old")))
    answer = azure.call("PUT", NEW, definition(**change))
    assert azure.error(answer) == (409, "PropertyChangeNotAllowed")
    assert answer.json()["error"]["target"] == f"galleryImage.properties.{next(iter(change))}"


def test_identifier_is_immutable_and_unique(azure: Azure) -> None:
    changed = definition()
    changed["properties"]["identifier"]["sku"] = "another"
    azure.wait(azure.call("PUT", NEW, definition()))
    assert azure.call("PUT", NEW, changed).json()["error"]["target"] == "galleryImage.properties.identifier.sku"
    taken = azure.call("PUT", f"{GALLERY}/images/third", definition())
    assert "identified by (publisher:pub, offer:off, sku:sku) already exists" in taken.json()["error"]["message"]


def test_definition_update(azure: Azure) -> None:
    azure.wait(azure.call("PUT", NEW, definition(description="old", releaseNoteUri="u", endOfLifeDate="2030-01-01")))
    answer = azure.call("PUT", NEW, definition(recommended={"vCPUs": {"min": 1, "max": 2}}))
    assert (answer.status, answer.json()["properties"]["provisioningState"]) == (200, "Updating")
    azure.wait(answer)
    properties = azure.get(NEW)["properties"]
    assert "description" not in properties  # a PUT replaces
    assert properties["endOfLifeDate"] == "2030-01-01T00:00:00+00:00"  # but a date cannot be cleared
    assert properties["recommended"]["vCPUs"]["max"] == 2


def test_patch_of_tags_alone(azure: Azure) -> None:
    answer = azure.call("PATCH", DEFINITION, {"tags": {"a": "b"}})
    assert (answer.status, answer.json()["tags"]) == (200, {"a": "b"})
    assert azure.call("PATCH", DEFINITION, {"properties": {"description": "d"}}).status == 409  # osType left out


def test_features_change_with_allow_update_image(azure: Azure) -> None:
    azure.wait(azure.call("PUT", NEW, definition(features=[{"name": "SecurityType", "value": "ConfidentialVm"}])))
    assert azure.get(NEW)["properties"]["features"][0]["value"] == "ConfidentialVM"
    feature = {"name": "DiskControllerTypes", "value": "SCSI", "startsAtVersion": "2.0.0"}
    azure.wait(azure.call("PUT", NEW, definition(allowUpdateImage=True, features=[feature])))
    properties = azure.get(NEW)["properties"]
    assert list(properties["features"][0]) == ["startsAtVersion", "name", "value"]
    assert "allowUpdateImage" not in properties


@pytest.mark.parametrize(
    ("properties", "text"),
    [
        ({"identifier": {"publisher": "p.", "offer": "o", "sku": "s"}}, "identifier.publisher is not valid"),
        ({"identifier": {"publisher": "p", "offer": "o" * 65, "sku": "s"}}, "cannot exceed 64 characters"),
        ({"recommended": {"memory": {"min": 8, "max": 4}}}, "must not be greater than the maximum"),
        ({"recommended": {"vCPUs": {"min": 0}}}, "out of range"),
        ({"osType": "BeOS"}, "BeOS"),
        ({"endOfLifeDate": "2020-01-01"}, "future date"),
    ],
)
def test_definition_refused(azure: Azure, properties: dict[str, Any], text: str) -> None:
    answer = azure.call("PUT", NEW, definition(**properties))
    assert azure.error(answer) == (400, "InvalidParameter")
    assert text in answer.json()["error"]["message"]


def test_deleted_definition(azure: Azure) -> None:
    azure.wait(azure.call("PUT", NEW, definition()))
    answer = azure.call("DELETE", NEW)
    assert (answer.status, answer.body, "Retry-After" in answer.headers) == (202, b"", False)
    azure.wait(answer)
    assert azure.call("GET", NEW).status == 404
    assert azure.call("DELETE", NEW).status == 204


def test_definition_in_no_gallery(azure: Azure) -> None:
    answer = azure.call("PUT", f"{COMPUTE}/galleries/absent/images/new", definition())
    assert answer.json()["error"]["message"].endswith("Parent resource 'absent' not found.")
    assert azure.error(azure.call("GET", f"{COMPUTE}/galleries/absent/images")) == (404, "ParentResourceNotFound")


def test_a_soft_delete_policy_takes_a_moment(azure: Azure) -> None:
    body = {"location": "eastus2", "properties": {"softDeletePolicy": {"isSoftDeleteEnabled": True}}}
    answer = azure.call("PUT", GALLERY, body)
    assert (answer.status, answer.json()["properties"]["provisioningState"]) == (200, "Updating")
    azure.wait(answer)
    assert azure.get(GALLERY)["properties"]["provisioningState"] == "Succeeded"


def test_a_community_gallery(azure: Azure) -> None:
    info = {"eula": "e", "publicNamePrefix": "p", "publisherUri": "u"}
    profile = {"communityGalleryInfo": info, "permissions": "Community"}
    azure.wait(azure.call("PUT", GALLERY, {"location": "eastus2", "properties": {"sharingProfile": profile}}))
    shown = azure.get(GALLERY)["properties"]["sharingProfile"]
    assert list(shown) == ["permissions", "communityGalleryInfo"]
    names = ["communityGalleryEnabled", "publisherUri", "eula", "publicNamePrefix", "publicNames"]
    assert (list(shown["communityGalleryInfo"]), shown["communityGalleryInfo"]["communityGalleryEnabled"]) == (
        names,
        False,
    )
    azure.wait(azure.call("POST", f"{GALLERY}/share", {"operationType": "EnableCommunity"}))
    assert azure.get(GALLERY)["properties"]["sharingProfile"]["communityGalleryInfo"]["communityGalleryEnabled"] is True
    azure.wait(azure.call("POST", f"{GALLERY}/share", {"operationType": "Reset"}))
    assert azure.get(GALLERY)["properties"]["sharingProfile"] == {"permissions": "Private"}
