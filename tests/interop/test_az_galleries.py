"""`az sig`: the galleries themselves."""

from __future__ import annotations

from typing import Any

import pytest
from interop.az import COMPUTE, SEED, SUBSCRIPTION, Az

pytestmark = [pytest.mark.client("az"), pytest.mark.emulator(seed=SEED)]
GALLERY = "-g myResourceGroup --gallery-name myGallery"


def test_create_show_update_list_delete(az: Az) -> None:
    expected = {
        "description": "the first",
        "id": f"{COMPUTE}/galleries/myGallery",
        "identifier": {"uniqueName": f"{SUBSCRIPTION}-MYGALLERY"},
        "location": "eastus",
        "name": "myGallery",
        "provisioningState": "Succeeded",
        "resourceGroup": "myResourceGroup",
        "tags": {"a": "b"},
        "type": "Microsoft.Compute/galleries",
    }
    assert az(f"sig create {GALLERY} --location eastus --description 'the first' --tags a=b") == expected
    assert az(f"sig show {GALLERY}") == expected
    changed = expected | {"description": "changed", "tags": {"a": "b", "c": "d"}}
    assert az(f"sig update {GALLERY} --set description=changed tags.c=d") == changed
    # In lists of galleries, and only there, Azure writes the group in capitals.
    listed = changed | {"id": expected["id"].replace("myResourceGroup", "MYRESOURCEGROUP")}
    listed["resourceGroup"] = "MYRESOURCEGROUP"
    assert az("sig list -g myResourceGroup") == [listed]
    assert az("sig list") == [listed]
    assert az(f"sig delete {GALLERY}") is None
    assert az("sig list -g myResourceGroup") == []


def test_location_of_the_group_and_soft_delete(az: Az) -> None:
    made = az(f"sig create {GALLERY} --soft-delete true")
    assert made["location"] == "southcentralus"
    assert made["softDeletePolicy"] == {"isSoftDeleteEnabled": True}


def test_without_waiting(az: Az) -> None:
    for line in (f"create {GALLERY} --no-wait", f"wait {GALLERY} --created --interval 1 --timeout 30"):
        assert az(f"sig {line}") is None
    assert az(f"sig update {GALLERY} --set tags.a=b --no-wait") is None
    assert az(f"sig show {GALLERY} --query tags") == {"a": "b"}
    for line in (f"delete {GALLERY} --no-wait", f"wait {GALLERY} --deleted --interval 1 --timeout 30"):
        assert az(f"sig {line}") is None
    assert az("sig list") == []


def test_refusals(az: Az) -> None:
    missing = (
        "The Resource 'Microsoft.Compute/galleries/myGallery' under resource group 'myResourceGroup' was not found."
    )
    code, name, text = az.refusal(f"sig show {GALLERY}")
    assert (code, name, text.split(" For more")[0]) == (3, "ResourceNotFound", missing)
    code, name, text = az.refusal("sig create -g myResourceGroup --gallery-name my-gallery")
    assert (code, name) == (1, "InvalidParameter")
    assert text.startswith("Gallery name is invalid. Allowed characters are English alphanumeric characters")
    text = "Resource group 'nowhere' could not be found."
    assert az.refusal("sig create -g nowhere --gallery-name g -l eastus") == (3, "ResourceGroupNotFound", text)
    assert az.refusal("sig list -g nowhere") == (3, "ResourceGroupNotFound", text)
    code, name, text = az.refusal("sig create -g myResourceGroup --gallery-name g -l atlantis")
    assert (code, name) == (1, "LocationNotAvailableForResourceType")
    assert text.startswith(
        "The provided location 'atlantis' is not available for resource type 'Microsoft.Compute/galleries'."
    )


@pytest.mark.emulator(seed=SEED | {"clients": [{"client_id": "someone", "secret": "else"}]})
def test_a_wrong_secret(emulator: Any, make_az: Any) -> None:
    with pytest.raises(AssertionError, match="AADSTS7000215: Invalid client secret provided"):
        make_az(emulator).sign_in()
