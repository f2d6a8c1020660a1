"""The models of scale sets: create, read, list, update with etags, delete."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import COMPUTE, Azure
from .machine_requests import IMAGE, definition, seed, version
from .scale_set_requests import API, EMPTY_DISK, PLATFORM, SET, body, created, done, model, patch, profile, put, repoint

Make = Callable[..., Azure]


@pytest.fixture
def azure(make_azure: Make) -> Azure:
    return make_azure(seed())


# -- create, read, list, delete ----------------------------------------------------------------------------------------
def test_a_model_has_azures_defaults_in_the_recorded_order(azure: Azure) -> None:
    found = created(azure)
    assert list(found) == ["name", "id", "type", "location", "sku", "etag", "properties"]
    assert found["sku"] == {"name": "Standard_D2s_v5", "tier": "Standard", "capacity": 2}
    properties = found["properties"]
    assert list(properties) == [
        "singlePlacementGroup", "orchestrationMode", "upgradePolicy", "virtualMachineProfile", "provisioningState",
        "overprovision", "doNotRunExtensionsOnOverprovisionedVMs", "uniqueId", "platformFaultDomainCount", "timeCreated",
    ]  # fmt: skip
    assert (properties["orchestrationMode"], properties["provisioningState"]) == ("Uniform", "Succeeded")
    storage = properties["virtualMachineProfile"]["storageProfile"]
    assert storage["imageReference"] == {"id": IMAGE}
    assert storage["osDisk"]["diskSizeGB"] == 30


def test_create_answers_201_with_an_operation_and_an_etag(azure: Azure) -> None:
    answer = put(azure, body())
    assert (answer.status, answer.json()["properties"]["provisioningState"]) == (201, "Creating")
    assert (answer.headers["ETag"], answer.json()["etag"]) == ('"1"', '"1"')
    assert "Location" not in answer.headers
    assert answer.headers["x-ms-ratelimit-remaining-resource"].startswith(
        "Microsoft.Compute/CreateVMScaleSetSubscriptionMaximum;374,Microsoft.Compute/CreateVMScaleSetResource;11"
    )


def test_a_model_by_definition_has_no_exact_version(azure: Azure) -> None:
    storage = created(azure, definition("plain"))["properties"]["virtualMachineProfile"]["storageProfile"]
    assert storage["imageReference"] == {"id": definition("plain")}
    (instance, _other) = azure.get(f"{SET}/virtualMachines", API)["value"]
    exact = {"id": definition("plain"), "exactVersion": "1.0.0"}
    assert instance["properties"]["storageProfile"]["imageReference"] == exact


def test_a_password_is_never_answered(azure: Azure) -> None:
    names = {"computerNamePrefix": "set", "adminUsername": "user", "adminPassword": "Secret-12345"}
    assert "Secret" not in str(created(azure, profile={"osProfile": names}))


def test_the_list_of_a_subscription_has_the_group_in_capitals(azure: Azure) -> None:
    created(azure)
    subscription = COMPUTE.partition("/resourceGroups")[0]
    (listed,) = azure.get(f"{subscription}/providers/Microsoft.Compute/virtualMachineScaleSets", API)["value"]
    assert "/resourceGroups/RG/" in listed["id"]
    assert listed["properties"]["virtualMachineProfile"]["storageProfile"]["imageReference"]["id"] == IMAGE
    (grouped,) = azure.get(f"{COMPUTE}/virtualMachineScaleSets", API)["value"]
    assert grouped["id"] == SET


def test_delete(azure: Azure) -> None:
    created(azure)
    answer = azure.call("DELETE", SET, version=API)
    assert (answer.status, "Location" in answer.headers) == (202, True)
    azure.wait(answer)
    assert azure.call("GET", SET, version=API).status == 404
    assert azure.call("DELETE", SET, version=API).status == 204


def test_an_absent_set(azure: Azure) -> None:
    assert azure.error(azure.call("GET", SET, version=API)) == (404, "ResourceNotFound")
    assert azure.error(patch(azure, {"tags": {}})) == (404, "ResourceNotFound")
    assert azure.error(put(azure, body(), if_match='"1"')) == (412, "PreconditionFailed")


# -- updates -----------------------------------------------------------------------------------------------------------
def test_an_etag_that_is_not_the_current_one_is_refused(azure: Azure) -> None:
    old = created(azure)["etag"]
    answer = patch(azure, {"tags": {"a": "b"}}, if_match=old)
    assert (answer.status, answer.headers["ETag"], answer.json()["tags"]) == (200, '"2"', {"a": "b"})
    azure.wait(answer)
    for headers in ({"if_match": old}, {"if_none_match": "*"}):
        assert azure.error(patch(azure, {"tags": {}}, **headers)) == (412, "PreconditionFailed")
        assert azure.error(azure.call("DELETE", SET, None, API, **headers)) == (412, "PreconditionFailed")
    assert azure.get(SET, API)["tags"] == {"a": "b"}


def test_a_put_of_what_is_stored_leaves_the_etag(azure: Azure) -> None:
    found = created(azure)
    assert done(azure, put(azure, found))["etag"] == found["etag"]


def test_a_put_without_a_reference_keeps_the_image(azure: Azure) -> None:
    found = created(azure)
    del found["properties"]["virtualMachineProfile"]["storageProfile"]["imageReference"]
    found["tags"] = {"foo": "bar"}
    after = done(azure, put(azure, found))
    assert after["properties"]["virtualMachineProfile"]["storageProfile"]["imageReference"] == {"id": IMAGE}


def test_a_patch_without_a_reference_is_refused(azure: Azure) -> None:
    created(azure)
    answer = patch(azure, model({"storageProfile": {"osDisk": {"createOption": "FromImage"}}}))
    assert azure.error(answer) == (400, "InvalidParameter")
    assert answer.json()["error"]["message"] == "Required parameter 'imageReference' is missing (null)."


def test_a_storage_profile_that_is_sent_replaces_the_stored_one(azure: Azure) -> None:
    storage = {
        "osDisk": {"createOption": "FromImage", "diskSizeGB": 64, "diffDiskSettings": {"option": "Local"}},
        "imageReference": {"id": IMAGE},
        "dataDisks": [EMPTY_DISK],
    }
    before = created(azure, profile={"storageProfile": storage})["properties"]["virtualMachineProfile"][
        "storageProfile"
    ]
    assert (before["osDisk"]["diskSizeGB"], before["dataDisks"][0]["lun"]) == (64, 5)
    whole = done(azure, repoint(azure, version("plain")))["properties"]["virtualMachineProfile"]["storageProfile"]
    assert whole == {**before, "imageReference": {"id": version("plain")}}
    partial = done(azure, patch(azure, model({"storageProfile": {"imageReference": {"id": IMAGE}}})))
    after = partial["properties"]["virtualMachineProfile"]["storageProfile"]
    assert ("dataDisks" in after, "diffDiskSettings" in after["osDisk"], after["osDisk"]["diskSizeGB"]) == (
        False,
        False,
        30,
    )


def test_what_an_update_leaves_out_is_kept(azure: Azure) -> None:
    before = created(azure, tags={})
    sent = {"location": "eastus2", "sku": {"name": "Standard_D2s_v5", "tier": "Standard", "capacity": 2}}
    assert done(azure, put(azure, sent)) == before


def test_only_sent_parts_of_a_platform_image_change(azure: Azure) -> None:
    created(azure, PLATFORM)
    after = done(azure, patch(azure, model({"storageProfile": {"imageReference": {"sku": "11"}}})))
    storage = after["properties"]["virtualMachineProfile"]["storageProfile"]
    assert storage["imageReference"] == {**PLATFORM, "sku": "11"}


def test_an_identity_comes_and_goes(azure: Azure) -> None:
    created(azure)
    assert done(azure, patch(azure, {"identity": {"type": "SystemAssigned"}}))["identity"]["principalId"]
    assert "identity" not in done(azure, patch(azure, {"identity": {"type": "None"}}))


def test_trusted_launch_goes_back_to_standard(azure: Azure) -> None:
    created(azure, version("supported"), profile={"securityProfile": {"securityType": "TrustedLaunch"}})
    after = done(azure, patch(azure, model({"securityProfile": {"securityType": "Standard"}})))
    assert after["properties"]["virtualMachineProfile"]["securityProfile"] == {}


def test_a_flexible_set_may_have_no_profile(azure: Azure) -> None:
    sent = {"location": "eastus2", "properties": {"orchestrationMode": "Flexible", "platformFaultDomainCount": 1}}
    assert azure.wait(put(azure, sent))["status"] == "Succeeded"
    found = azure.get(SET, API)
    assert ("sku" in found, "virtualMachineProfile" in found["properties"]) == (False, False)


# -- refusals ----------------------------------------------------------------------------------------------------------
TRUSTED = {"securityProfile": {"securityType": "TrustedLaunch"}}
BIG = {"storageProfile": {"osDisk": {"createOption": "FromImage"}, "imageReference": {"id": IMAGE}}}
REFUSED: dict[str, tuple[dict[str, Any], tuple[int, str]]] = {
    "managed image with Trusted Launch": (body(profile=TRUSTED), (400, "BadRequest")),
    "Trusted Launch only": (body(version("trusted")), (400, "BadRequest")),
    "generation": (body(version("second"), size="Standard_A2_v2"), (400, "BadRequest")),
    "architecture": (body(version("arm")), (400, "BadRequest")),
    "plan": (body(version("planned")), (400, "VMMarketplaceInvalidInput")),
    "specialized": (body(version("specialized")), (400, "InvalidParameter")),
    "no image": (body(profile={"storageProfile": {"osDisk": {}}}), (400, "InvalidParameter")),
    "no profile": ({**body(), "properties": {"upgradePolicy": {"mode": "Manual"}}}, (400, "InvalidParameter")),
    "no policy": (
        {**body(), "properties": {"virtualMachineProfile": profile()}},
        (400, "InvalidParameter"),
    ),
    "policy": (body(upgradePolicy={"mode": "Never"}), (400, "InvalidParameter")),
    "size": (body(size="Huge"), (400, "InvalidParameter")),
    "no prefix": (body(profile={"osProfile": {"adminUsername": "user"}}), (400, "InvalidParameter")),
    "absent image": (body(f"{IMAGE}s"), (404, "ResourceNotFound")),
    "image of another region": (body(f"{COMPUTE}/images/far"), (404, "ResourceNotFound")),
    "absent version": (body(version("plain", "9.0.0")), (404, "GalleryImageNotFound")),
    "data disk of no image": (
        body(
            version("second"),
            profile={
                "storageProfile": {
                    "imageReference": {"id": version("second")},
                    "dataDisks": [{"lun": 3, "createOption": "FromImage"}],
                }
            },
        ),
        (400, "InvalidParameter"),
    ),
    "automatic upgrades of a version": (
        body(
            version("plain"),
            upgradePolicy={"mode": "Rolling", "automaticOSUpgradePolicy": {"enableAutomaticOSUpgrade": True}},
        ),
        (400, "BadRequest"),
    ),
    "capacity": (body(capacity=-1), (400, "InvalidParameter")),
    "address": (
        body(
            profile={
                "networkProfile": {
                    "networkInterfaceConfigurations": [{"properties": {"ipConfigurations": [{"properties": 1}]}}]
                }
            }
        ),
        (400, "InvalidParameter"),
    ),
    "type": (body(upgradePolicy=[]), (400, "InvalidParameter")),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_create_is_refused(name: str, azure: Azure) -> None:
    sent, expected = REFUSED[name]
    answer = put(azure, sent)
    assert azure.error(answer) == expected, answer.body
    assert azure.call("GET", SET, version=API).status == 404


CHANGES: dict[str, tuple[dict[str, Any], tuple[int, str]]] = {
    "platform": (model({"storageProfile": {"imageReference": PLATFORM}}), (409, "OperationNotAllowed")),
    "Trusted Launch": (model(TRUSTED), (400, "BadRequest")),
    "system": (
        model({"storageProfile": {"imageReference": {"id": version("windows")}}}),
        (409, "PropertyChangeNotAllowed"),
    ),
    "mode": ({"properties": {"orchestrationMode": "Flexible"}}, (409, "PropertyChangeNotAllowed")),
    "user": (model({"osProfile": {"adminUsername": "other"}}), (409, "PropertyChangeNotAllowed")),
    "prefix": (model({"osProfile": {"computerNamePrefix": "other"}}), (409, "PropertyChangeNotAllowed")),
    "Trusted Launch only": (
        model({"storageProfile": {"imageReference": {"id": version("trusted")}}}),
        (400, "BadRequest"),
    ),
    "absent": (
        model({"storageProfile": {"imageReference": {"id": version("plain", "9.9.9")}}}),
        (404, "GalleryImageNotFound"),
    ),
    "automatic": (
        {"properties": {"upgradePolicy": {"automaticOSUpgradePolicy": {"enableAutomaticOSUpgrade": True}}}},
        (400, "BadRequest"),
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_refused_and_changes_nothing(name: str, azure: Azure) -> None:
    before = created(azure)
    sent, expected = CHANGES[name]
    answer = patch(azure, sent)
    assert azure.error(answer) == expected, answer.body
    assert azure.get(SET, API) == before


def test_a_custom_image_may_not_replace_a_platform_image(azure: Azure) -> None:
    created(azure, PLATFORM)
    answer = repoint(azure, IMAGE)
    text = "The Image type for a Virtual Machine Scale Set may not be changed."
    assert (azure.error(answer), answer.json()["error"]["message"]) == ((409, "OperationNotAllowed"), text)
    other = patch(azure, model({"storageProfile": {"imageReference": {"offer": "other"}}}))
    assert other.json()["error"]["message"] == "Changing property 'imageReference.offer' is not allowed."


def test_a_disk_smaller_than_the_images_fails_the_operation(azure: Azure) -> None:
    created(azure)
    answer = repoint(azure, version("second"))  # of 40 GB
    result = azure.wait(answer)
    assert (answer.status, result["status"], result["error"]["code"]) == (200, "Failed", "OperationNotAllowed")
    assert "specified disk size 30 GB is smaller" in result["error"]["message"]
    assert azure.get(SET, API)["properties"]["provisioningState"] == "Failed"
