"""Management locks: at which scopes they are, how they are listed, and what they forbid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import COMPUTE, GALLERY, GROUP, SEED, VERSION, Azure, version_body

API = "2016-09-01"
NETWORKS = "2024-05-01"
SUBSCRIPTION = GROUP.partition("/resourceGroups")[0]
IMAGE = f"{COMPUTE}/images/image"
VNET = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet"
SEEDED: dict[str, Any] = {**SEED, "virtual_networks": [{"name": "vnet", "resource_group": "rg", "subnets": ["subnet"]}]}


@pytest.fixture
def azure(make_azure: Callable[..., Azure]) -> Azure:
    """The usual seed, and a virtual network."""
    return make_azure(SEEDED)


def lock_id(scope: str, name: str = "lock") -> str:
    """The id of a lock as requests spell it."""
    return f"{scope}/providers/Microsoft.Authorization/locks/{name}"


def lock(azure: Azure, scope: str, level: str = "CanNotDelete", name: str = "lock") -> Any:
    """Create a lock."""
    answer = azure.call("PUT", lock_id(scope, name), {"properties": {"level": level}}, API)
    assert answer.status == 201
    return answer.json()


def names(azure: Azure, scope: str, query: str = "") -> list[str]:
    """The names in a list of locks."""
    return [one["name"] for one in azure.get(f"{scope}/providers/Microsoft.Authorization/locks{query}", API)["value"]]


def test_the_life_of_a_lock(azure: Azure) -> None:
    body = lock(azure, IMAGE)
    rid = lock_id(IMAGE).replace("/resourceGroups/", "/resourcegroups/")
    expected = {
        "properties": {"level": "CanNotDelete"},
        "id": rid,
        "type": "Microsoft.Authorization/locks",
        "name": "lock",
    }
    assert body == expected
    assert list(body) == ["properties", "id", "type", "name"]
    assert azure.get(lock_id(IMAGE), API) == body
    changed = azure.call("PUT", lock_id(IMAGE), {"properties": {"level": "readonly", "notes": "why"}}, API)
    assert (changed.status, changed.json()["properties"]) == (200, {"level": "ReadOnly", "notes": "why"})
    gone = azure.call("DELETE", lock_id(IMAGE), None, API)
    assert (gone.status, gone.body) == (200, b"")
    assert azure.call("DELETE", lock_id(IMAGE), None, API).status == 204
    assert azure.error(azure.call("GET", lock_id(IMAGE), None, API)) == (404, "LockNotFound")
    assert azure.call("DELETE", IMAGE, None, "2024-07-01").status == 202


REFUSED = {
    "level": (IMAGE, {"properties": {"level": "Never"}}, (400, "InvalidLockLevel")),
    "a number": (IMAGE, {"properties": {"level": 7}}, (400, "InvalidParameter")),
    "no level": (IMAGE, {}, (400, "InvalidLockLevel")),
    "no image": (f"{IMAGE}-none", {"properties": {"level": "ReadOnly"}}, (404, "ResourceNotFound")),
    "no group": (
        f"{SUBSCRIPTION}/resourceGroups/none",
        {"properties": {"level": "ReadOnly"}},
        (404, "ResourceGroupNotFound"),
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused_locks(azure: Azure, what: str) -> None:
    scope, body, refusal = REFUSED[what]
    assert azure.error(azure.call("PUT", lock_id(scope), body, API)) == refusal


def test_lists_have_what_is_above_and_below_and_with_a_filter_not_below(azure: Azure) -> None:
    for scope, name in ((SUBSCRIPTION, "s"), (GROUP, "g"), (VNET, "v"), (f"{VNET}/subnets/subnet", "n"), (IMAGE, "i")):
        lock(azure, scope, name=name)
    at_scope = "?$filter=atScope()"
    assert sorted(names(azure, SUBSCRIPTION)) == ["g", "i", "n", "s", "v"]
    assert names(azure, SUBSCRIPTION, at_scope) == ["s"]
    assert sorted(names(azure, GROUP)) == ["g", "i", "n", "s", "v"]
    assert sorted(names(azure, GROUP, at_scope)) == ["g", "s"]
    assert sorted(names(azure, VNET)) == ["g", "n", "s", "v"]
    assert sorted(names(azure, VNET, at_scope)) == ["g", "s", "v"]
    assert sorted(names(azure, IMAGE.upper().replace("/SUBSCRIPTIONS/", "/subscriptions/"), at_scope)) == [
        "g",
        "i",
        "s",
    ]


WRITES: dict[str, tuple[str, str, Any, str]] = {
    "an image": ("PATCH", IMAGE, {"tags": {"a": "b"}}, "2024-07-01"),
    "a gallery": ("PUT", GALLERY, {"location": "eastus2"}, "2024-03-03"),
    "a version": ("PUT", VERSION, version_body(), "2024-03-03"),
    "a network": ("PATCH", VNET, {"tags": {}}, NETWORKS),
    "a subnet": ("PUT", f"{VNET}/subnets/x", {"properties": {"addressPrefix": "10.0.7.0/24"}}, NETWORKS),
    "a group": ("PATCH", GROUP, {"tags": {}}, "2021-04-01"),
    "shares": ("POST", f"{GALLERY}/share", {"operationType": "Reset"}, "2024-03-03"),
}


@pytest.mark.parametrize("what", WRITES)
@pytest.mark.parametrize("scope", [SUBSCRIPTION, GROUP])
def test_a_read_only_lock_forbids_every_write_below_it(azure: Azure, scope: str, what: str) -> None:
    method, path, body, version = WRITES[what]
    lock(azure, scope, "CanNotDelete", "other")
    assert azure.call(method, path, body, version).status < 300
    lock(azure, scope, "ReadOnly")
    refusal = azure.call(method, path, body, version)
    assert (azure.error(refusal), refusal.headers["x-ms-failure-cause"]) == ((409, "ScopeLocked"), "gateway")
    id_of = path.removesuffix("/share")
    assert refusal.json()["error"]["message"] == (
        f"The scope '{id_of}' cannot perform write operation because following scope(s) are locked: '{scope}'. Please remove "
        "the lock and try again."
    )
    assert azure.call("GET", IMAGE, None, "2024-07-01").status == 200


DELETES = {
    "at it": (IMAGE, IMAGE, "2024-07-01"),
    "above": (GROUP, IMAGE, "2024-07-01"),
    "at the subscription": (SUBSCRIPTION, f"{GALLERY}/images/definition", "2024-03-03"),
    "below": (f"{VNET}/subnets/subnet", VNET, NETWORKS),
    "in the group": (IMAGE, GROUP, "2021-04-01"),
    "of nothing": (GROUP, f"{COMPUTE}/images/none", "2024-07-01"),
}


@pytest.mark.parametrize("what", DELETES)
@pytest.mark.parametrize("level", ["CanNotDelete", "ReadOnly"])
def test_any_lock_at_above_or_below_forbids_a_delete(azure: Azure, what: str, level: str) -> None:
    scope, rid, version = DELETES[what]
    lock(azure, scope, level)
    refusal = azure.call("DELETE", rid, None, version)
    assert azure.error(refusal) == (409, "ScopeLocked")
    words = f"The scope '{rid}' cannot perform delete operation because following scope(s) are locked: '{scope}'."
    assert refusal.json()["error"]["message"].startswith(words)
    assert azure.call("DELETE", lock_id(scope), None, API).status == 200, "a lock does not protect itself"
    assert azure.call("DELETE", rid, None, version).status in (202, 204)


def test_a_lock_forbids_nothing_beside_it(azure: Azure) -> None:
    lock(azure, IMAGE, "ReadOnly")
    assert azure.call("DELETE", f"{COMPUTE}/images/other", None, "2024-07-01").status == 202
    azure.call("PUT", f"{COMPUTE}/images/image2", {"location": "eastus2", "properties": {}}, "2024-07-01")
    assert azure.call("PATCH", GROUP, {"tags": {}}, "2021-04-01").status == 200, "a lock below forbids no write"


def test_seeded_locks(make_azure: Callable[..., Azure]) -> None:
    locks = [
        {"name": "whole"},
        {"name": "group", "resource_group": "rg", "level": "readonly", "notes": "text"},
        {"name": "deep", "scope": IMAGE},
    ]
    azure = make_azure({**SEED, "locks": locks})
    assert sorted(names(azure, GROUP)) == ["deep", "group", "whole"]
    assert azure.get(lock_id(GROUP, "group"), API)["properties"] == {"level": "ReadOnly", "notes": "text"}
    assert azure.error(azure.call("DELETE", IMAGE, None, "2024-07-01")) == (409, "ScopeLocked")


BAD_SEEDS = {
    "level": ({"level": "Never"}, r"locks\[0\].level: must be one of CanNotDelete, ReadOnly, is 'Never'"),
    "scope": ({"scope": "rg"}, r"locks\[0\].scope: must be the id of a subscription, group or resource, is 'rg'"),
    "key": ({"group": "rg"}, "unknown key 'group'"),
}


@pytest.mark.parametrize("what", BAD_SEEDS)
def test_a_seed_with_a_mistake(make_azure: Callable[..., Azure], what: str) -> None:
    entry, words = BAD_SEEDS[what]
    with pytest.raises(ValueError, match=words):
        make_azure({**SEED, "locks": [entry]})
