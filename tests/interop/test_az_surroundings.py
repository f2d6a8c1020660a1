"""What az asks beside galleries and images: the account, resource groups, the resource provider, any resource."""

from __future__ import annotations

import pytest
from interop.az import COMPUTE, SEED, SUBSCRIPTION, Az

pytestmark = [pytest.mark.client("az"), pytest.mark.emulator(seed=SEED)]


def test_account_and_provider(az: Az) -> None:
    assert az("account show")["id"] == SUBSCRIPTION
    places = {place["name"]: place["displayName"] for place in az("account list-locations")}
    assert places["southcentralus"] == "South Central US"
    assert az("provider show -n Microsoft.Compute --query registrationState") == "Registered"


def test_resource_groups(az: Az) -> None:
    made = az("group create -n second -l westeurope --tags a=b")
    assert made == {
        "id": f"/subscriptions/{SUBSCRIPTION}/resourceGroups/second",
        "location": "westeurope",
        "managedBy": None,
        "name": "second",
        "properties": {"provisioningState": "Succeeded"},
        "tags": {"a": "b"},
        "type": "Microsoft.Resources/resourceGroups",
    }
    assert az("group show -n second") == made
    assert sorted(group["name"] for group in az("group list")) == ["myResourceGroup", "second"]
    assert az("group delete -n second --yes") is None
    assert az("group exists -n second") is False


def test_any_resource(az: Az) -> None:
    shown = az(f"resource show --ids {COMPUTE}/images/myImage")
    assert (shown["name"], shown["properties"]["hyperVGeneration"]) == ("myImage", "V1")
