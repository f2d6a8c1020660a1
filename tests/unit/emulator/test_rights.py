"""What a caller may do: refusals, lists that are short without an error, permissions, role assignments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import COMPUTE, DEFAULT_SUBSCRIPTION, GROUP, SEED, Azure

SUBSCRIPTION = GROUP.partition("/resourceGroups")[0]
OTHER = f"{SUBSCRIPTION}/resourceGroups/other"
IMAGES = "2024-07-01"
AUTHORIZATION = "2022-04-01"


def granted(make_azure: Callable[..., Azure], *assignments: dict[str, Any], **seed: Any) -> Azure:
    """Two groups with an image each, and a caller with these role assignments."""
    groups = [*SEED["resource_groups"], {"name": "other", "location": "eastus2"}]
    images = [*SEED["images"], {"name": "image", "resource_group": "other"}]
    entries = [{"client_id": "client", **one} for one in assignments]
    return make_azure({**SEED, "resource_groups": groups, "images": images, "role_assignments": entries, **seed})


def groups_of(azure: Azure, path: str, version: str = IMAGES) -> set[str]:
    """The resource groups of what a list of the subscription shows."""
    return {one["id"].split("/")[4].lower() for one in azure.get(f"{SUBSCRIPTION}/{path}", version)["value"]}


def permissions(azure: Azure, scope: str) -> list[Any]:
    """The actions that are granted at a scope."""
    path = f"{scope}/providers/Microsoft.Authorization/permissions"
    return [(one["actions"], one["notActions"]) for one in azure.get(path, AUTHORIZATION)["value"]]


def test_a_client_of_which_nothing_is_said_may_do_everything(make_azure: Callable[..., Azure]) -> None:
    azure = granted(make_azure, {"client_id": "another", "role": "Reader"})
    assert permissions(azure, SUBSCRIPTION) == permissions(azure, GROUP) == [(["*"], [])]
    assert azure.call("DELETE", f"{COMPUTE}/images/image", None, IMAGES).status == 202


def test_lists_of_the_subscription_are_short_without_an_error(make_azure: Callable[..., Azure]) -> None:
    azure = granted(make_azure, {"role": "Reader", "resource_group": "rg"})
    images = "providers/Microsoft.Compute/images"
    for path, version in ((images, IMAGES), ("resources", "2021-04-01"), ("resourceGroups", "2021-04-01")):
        assert groups_of(azure, path, version) == {"rg"}
    assert groups_of(granted(make_azure, {"role": "Reader"}), images) == {"rg", "other"}
    assert permissions(azure, SUBSCRIPTION) == []
    assert permissions(azure, GROUP) == [(["*/read"], [])]


def test_single_requests_and_lists_of_a_group_are_refused(make_azure: Callable[..., Azure]) -> None:
    azure = granted(make_azure, {"role": "Reader", "resource_group": "rg"})
    for path in (f"{OTHER}/providers/Microsoft.Compute/images", f"{OTHER}/providers/Microsoft.Compute/images/image"):
        assert azure.error(azure.call("GET", path, None, IMAGES)) == (403, "AuthorizationFailed")
    refusal = azure.call("DELETE", f"{COMPUTE}/images/image", None, IMAGES)
    assert azure.error(refusal) == (403, "AuthorizationFailed")
    action = "perform action 'Microsoft.Compute/images/delete' over scope"
    assert f"{action} '{COMPUTE}/images/image'" in refusal.json()["error"]["message"]
    assert azure.call("GET", f"{COMPUTE}/images/image", None, IMAGES).status == 200


def test_a_role_of_ones_own(make_azure: Callable[..., Azure]) -> None:
    actions = ["Microsoft.Compute/images/*", "Microsoft.Compute/galleries/images/versions/read"]
    azure = granted(make_azure, {"role": "Images", "actions": actions, "not_actions": ["*/delete"], "scope": GROUP})
    assert azure.call("PATCH", f"{COMPUTE}/images/image", {"tags": {}}, IMAGES).status == 200
    assert azure.error(azure.call("DELETE", f"{COMPUTE}/images/image", None, IMAGES)) == (403, "AuthorizationFailed")
    assert azure.error(azure.call("GET", f"{COMPUTE}/galleries/gallery")) == (403, "AuthorizationFailed")
    definition = f"{COMPUTE}/galleries/gallery/images/definition"
    assert azure.get(f"{definition}/versions")["value"] == []
    assert permissions(azure, f"{COMPUTE}/images/image") == [(actions, ["*/delete"])]


def test_subscriptions_without_a_role_are_not_listed(make_azure: Callable[..., Azure]) -> None:
    second = "11111111-1111-1111-1111-111111111111"
    assignment = {"role": "Reader", "resource_group": "rg", "subscription": DEFAULT_SUBSCRIPTION}
    azure = granted(make_azure, assignment, subscriptions=[DEFAULT_SUBSCRIPTION, second])
    listed = azure.get("/subscriptions", "2022-12-01")["value"]
    assert [one["subscriptionId"] for one in listed] == [DEFAULT_SUBSCRIPTION]


def refused(make_azure: Callable[..., Azure], action: str, method: str, path: str, body: Any = None) -> bool:
    """Whether a caller with all rights but this one gets a refusal that names it."""
    azure = granted(make_azure, {"role": "Most", "actions": ["*"], "not_actions": [action]})
    answer = azure.call(method, path, body, "2016-09-01" if "/locks" in path else AUTHORIZATION)
    return answer.status == 403 and f"perform action '{action}' over scope" in answer.json()["error"]["message"]


def test_rights_that_are_not_of_resources(make_azure: Callable[..., Azure]) -> None:
    locks = f"{GROUP}/providers/Microsoft.Authorization/locks"
    level = {"properties": {"level": "ReadOnly"}}
    roles = "/providers/Microsoft.Authorization/roleAssignments"
    resources = "Microsoft.Resources/subscriptions/resourceGroups/resources/read"
    assert refused(make_azure, "Microsoft.Authorization/locks/read", "GET", locks)
    assert refused(make_azure, "Microsoft.Authorization/locks/read", "GET", locks.replace(GROUP, SUBSCRIPTION))
    assert refused(make_azure, "Microsoft.Authorization/locks/write", "PUT", f"{locks}/lock", level)
    assert refused(make_azure, "Microsoft.Authorization/roleAssignments/read", "GET", f"{COMPUTE}/images/image{roles}")
    assert refused(make_azure, resources, "GET", f"{GROUP}/resources")
    contributor = granted(make_azure, {"role": "Contributor"})
    assert contributor.error(contributor.call("PUT", f"{locks}/lock", level, "2016-09-01")) == (
        403,
        "AuthorizationFailed",
    )


def test_the_list_of_a_groups_resources_is_short(make_azure: Callable[..., Azure]) -> None:
    actions = ["Microsoft.Compute/images/read", "Microsoft.Resources/subscriptions/resourceGroups/resources/read"]
    azure = granted(make_azure, {"role": "Images", "actions": actions})
    types = {one["type"] for one in azure.get(f"{GROUP}/resources", "2021-04-01")["value"]}
    assert types == {"Microsoft.Compute/images"}


def test_role_assignments_are_listed(make_azure: Callable[..., Azure]) -> None:
    person = "33333333-3333-3333-3333-333333333333"
    image = {"client_id": None, "principal_id": person, "role": "Contributor", "scope": f"{COMPUTE}/images/image"}
    azure = granted(make_azure, {"role": "Owner"}, image)
    path = "/providers/Microsoft.Authorization/roleAssignments"

    def roles(scope: str, query: str = "") -> list[str]:
        found = azure.get(f"{scope}{path}{query}", AUTHORIZATION)["value"]
        return [one["properties"]["roleDefinitionId"].rsplit("/", 1)[1][:8] for one in found]

    assert roles(f"{COMPUTE}/images/image") == ["8e3af657", "b24988ac"]
    assert roles(SUBSCRIPTION) == ["8e3af657", "b24988ac"]
    assert roles(SUBSCRIPTION, "?$filter=atScope()") == ["8e3af657"]
    assert roles(SUBSCRIPTION, f"?$filter=principalId eq '{person}'") == ["b24988ac"]
    assert roles(f"{COMPUTE}/images/other") == ["8e3af657"]


BAD_SEEDS = {
    "actions": (
        {"client_id": "x", "role": "Mine"},
        "actions: is needed, since role 'Mine' is not one of Owner, Contributor",
    ),
    "no principal": ({"role": "Reader"}, r"role_assignments\[0\]: must have client_id or principal_id"),
    "scope": (
        {"client_id": "x", "role": "Reader", "scope": "rg"},
        "must be the id of a subscription, group or resource",
    ),
}


@pytest.mark.parametrize("what", BAD_SEEDS)
def test_a_seed_with_a_mistake(make_azure: Callable[..., Azure], what: str) -> None:
    entry, words = BAD_SEEDS[what]
    with pytest.raises(ValueError, match=words):
        make_azure({**SEED, "role_assignments": [entry]})
