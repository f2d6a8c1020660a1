"""Nothing is made in what is being deleted: it would be left without a parent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import COMPUTE, DEFINITION, GALLERY, GROUP, SEED, VERSION, Azure, version_body

POLICY = {"isSoftDeleteEnabled": True}
KEEPING = {**SEED, "galleries": [{"name": "gallery", "resource_group": "rg", "soft_delete_policy": POLICY}]}
NEW = {
    "location": "eastus2",
    "properties": {"osType": "Linux", "identifier": {"publisher": "p", "offer": "o", "sku": "new"}},
}


@pytest.mark.parametrize("restored", [True, False], ids=["restored", "created"])
def test_no_version_in_a_definition_that_is_being_deleted(make_azure: Callable[..., Azure], restored: bool) -> None:
    azure = make_azure(KEEPING)
    if restored:
        azure.wait(azure.call("PUT", VERSION, version_body()))
        azure.wait(azure.call("DELETE", VERSION))
        azure.clock.advance(60)
    deletion = azure.call("DELETE", DEFINITION)
    assert deletion.status == 202
    refused = azure.call("PUT", VERSION, {"location": "eastus2"} if restored else version_body())
    assert azure.error(refused) == (409, "OperationNotAllowed")
    azure.wait(deletion)
    assert azure.error(azure.call("GET", VERSION)) == (404, "ParentResourceNotFound")
    assert azure.call("PUT", DEFINITION, NEW).status == 201
    assert azure.error(azure.call("GET", VERSION)) == (404, "ResourceNotFound")


def test_no_definition_in_a_gallery_that_is_being_deleted(azure: Azure) -> None:
    azure.wait(azure.call("DELETE", DEFINITION))
    azure.clock.advance(60)
    deletion = azure.call("DELETE", GALLERY)
    assert azure.error(azure.call("PUT", DEFINITION, NEW)) == (409, "OperationNotAllowed")
    azure.wait(deletion)
    assert azure.error(azure.call("GET", DEFINITION)) == (404, "ParentResourceNotFound")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"{COMPUTE}/galleries/new", {"location": "eastus2"}),
        (f"{GALLERY}/images/new", NEW),
        (f"{GALLERY}/images/definition/versions/2.0.0", version_body()),
        (f"{COMPUTE}/images/new", {"location": "eastus2"}),
        (GALLERY, {"location": "eastus2"}),
        (GROUP, {"location": "eastus2"}),
    ],
)
def test_nothing_in_a_group_that_is_being_deleted(path: str, body: dict[str, Any], azure: Azure) -> None:
    assert azure.call("DELETE", GROUP, None, "2021-04-01").status == 202
    api_version = "2024-07-01" if "Compute/images" in path else "2021-04-01" if path == GROUP else "2024-03-03"
    refused = azure.call("PUT", path, body, api_version)
    assert azure.error(refused) == (409, "ResourceGroupBeingDeleted")
    azure.clock.advance(60)
    azure.call("PUT", GROUP, {"location": "eastus2"}, "2021-04-01")
    assert azure.service.describe_state() == [
        one for one in azure.service.describe_state() if one["kind"] == "resource_group"
    ]
