"""What a caller needs to see and to write scale sets, how long lists lag, and the limits of their requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import COMPUTE, GROUP, Azure
from .machine_requests import IMAGE, definition, seed, version
from .scale_set_requests import API, SET, body, done, model, patch, put, repoint

Make = Callable[..., Azure]
SUBSCRIPTION = GROUP.partition("/resourceGroups")[0]
ALL = f"{SUBSCRIPTION}/providers/Microsoft.Compute/virtualMachineScaleSets"
MACHINES = f"{SUBSCRIPTION}/providers/Microsoft.Compute/virtualMachines"
PERMISSIONS = "providers/Microsoft.Authorization/permissions"
WRITE = ["Microsoft.Compute/virtualMachineScaleSets/*", "Microsoft.Compute/images/read"]


def _with_sets(make_azure: Make, image: str = IMAGE, **changes: Any) -> Azure:
    """A set and a machine in each of two groups."""
    groups = [{"name": name, "location": "eastus2"} for name in ("rg", "other")]
    sets = [{"name": "set", "resource_group": group["name"], "image": image, "os_disk_gb": 64} for group in groups]
    machines = [{"name": "vm", "resource_group": group["name"], "image": image} for group in groups]
    return make_azure(seed(resource_groups=groups, scale_sets=sets, machines=machines, **changes))


def _role(*actions: str, **more: Any) -> dict[str, Any]:
    return {"client_id": "client", "role": "own", "actions": list(actions), **more}


# -- rights ------------------------------------------------------------------------------------------------------------
def test_lists_are_short_for_a_role_on_a_group(make_azure: Make) -> None:
    azure = _with_sets(make_azure, role_assignments=[{"client_id": "client", "role": "Reader", "resource_group": "rg"}])
    for path in (ALL, MACHINES):
        assert [one["id"].split("/")[4] for one in azure.get(path, API)["value"]] == ["RG"]
    assert azure.get(f"{SUBSCRIPTION}/{PERMISSIONS}", "2022-04-01")["value"] == []
    assert azure.get(f"{GROUP}/{PERMISSIONS}", "2022-04-01")["value"][0]["actions"] == ["*/read"]
    other = SET.replace("/rg/", "/other/")
    for path in (other, f"{other}/virtualMachines", f"{other}/virtualMachines/0"):
        assert azure.error(azure.call("GET", path, version=API)) == (403, "AuthorizationFailed")
    assert azure.error(patch(azure, {"tags": {}})) == (403, "AuthorizationFailed")


def test_instances_need_a_right_of_their_own(make_azure: Make) -> None:
    azure = _with_sets(make_azure, role_assignments=[_role("Microsoft.Compute/virtualMachineScaleSets/read")])
    assert len(azure.get(ALL, API)["value"]) == 2
    refused = azure.call("GET", f"{SET}/virtualMachines", version=API)
    assert azure.error(refused) == (403, "AuthorizationFailed")
    assert "'Microsoft.Compute/virtualMachineScaleSets/virtualMachines/read'" in refused.json()["error"]["message"]


REPOINTED = {
    version("plain"): "Microsoft.Compute/galleries/images/versions/read",
    definition("plain"): "Microsoft.Compute/galleries/images/read",
}


@pytest.mark.parametrize("image", REPOINTED)
def test_who_repoints_a_set_needs_the_right_to_read_the_image(image: str, make_azure: Make) -> None:
    azure = _with_sets(make_azure, role_assignments=[_role(*WRITE)])
    refused = repoint(azure, image)
    assert azure.error(refused) == (403, "LinkedAuthorizationFailed")
    assert f"'{REPOINTED[image]}'" in refused.json()["error"]["message"]
    allowed = _with_sets(make_azure, role_assignments=[_role(*WRITE, REPOINTED[image])])
    done(allowed, repoint(allowed, image))


def test_everybody_who_writes_a_repointed_set_needs_it(make_azure: Make) -> None:
    azure = _with_sets(make_azure, version("plain"), role_assignments=[_role(*WRITE)])
    before = azure.get(SET, API)
    for answer in (patch(azure, {"tags": {"a": "b"}}), put(azure, {"location": "eastus2", "sku": {"capacity": 1}})):
        assert azure.error(answer) == (403, "LinkedAuthorizationFailed")
    assert azure.get(SET, API) == before


# -- lists lag ---------------------------------------------------------------------------------------------------------
def test_lists_show_an_old_model_for_some_time(make_azure: Make) -> None:
    azure = _with_sets(make_azure)
    azure.service.faults.order({"resource": "rg/.*Sets/set$", "outdated": 500})
    done(azure, repoint(azure, version("plain")))

    def listed() -> str:
        (one,) = azure.get(f"{COMPUTE}/virtualMachineScaleSets", API)["value"]
        return str(one["properties"]["virtualMachineProfile"]["storageProfile"]["imageReference"]["id"])

    assert listed() == IMAGE
    read = azure.get(SET, API)["properties"]["virtualMachineProfile"]["storageProfile"]
    assert read["imageReference"] == {"id": version("plain")}
    azure.clock.advance(500)
    assert listed() == version("plain")


def test_lists_leave_out_a_new_set_for_some_time(make_azure: Make) -> None:
    azure = _with_sets(make_azure)
    azure.service.faults.order({"resource": "Sets/new$", "unlisted": 60})
    assert put(azure, body(), SET.replace("/set", "/new")).status == 201
    assert len(azure.get(ALL, API)["value"]) == 2
    azure.clock.advance(60)
    assert len(azure.get(ALL, API)["value"]) == 3


# -- limits ------------------------------------------------------------------------------------------------------------
def test_lists_of_instances_are_limited_by_set(make_azure: Make) -> None:
    azure = _with_sets(make_azure)
    azure.service.limits.enforced = True
    for _unused in range(30):
        azure.get(f"{SET}/virtualMachines", API)
    refused = azure.call("GET", f"{SET}/virtualMachines", version=API)
    assert (refused.status, int(refused.headers["Retry-After"])) == (429, 180)
    assert azure.call("GET", SET.replace("/rg/", "/other/") + "/virtualMachines", version=API).status == 200


BUCKETS = {
    "read": ("GET", SET, None, ["GetVMScaleSetSubscriptionMaximum;2399", "GetVMScaleSetResource;35"]),
    "list": ("GET", ALL, None, ["HighCostGetVMScaleSetSubscriptionMaximum;1079"]),
    "patch": (
        "PATCH",
        SET,
        model({"storageProfile": {"imageReference": {"id": version("plain")}}}),
        [
            "VMScaleSetActionsSubscriptionMaximum;1499", "VMScaleSetActionsResource;11",
            "VMScaleSetBatchedVMRequestsSubscriptionMaximum;6000", "VmssQueuedVMOperations;0",
        ],
    ),
    "upgrade": (
        "POST",
        f"{SET}/manualupgrade",
        {"instanceIds": ["*"]},
        [
            "VMScaleSetActionsSubscriptionMaximum;1499", "VMScaleSetBatchedVMRequestsSubscriptionMaximum;5999",
            "VmssQueuedVMOperations;0",
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BUCKETS)
def test_buckets(name: str, make_azure: Make) -> None:
    method, path, sent, expected = BUCKETS[name]
    answer = _with_sets(make_azure).call(method, path, sent, API)
    assert answer.status < 300, answer.body
    found = answer.headers["x-ms-ratelimit-remaining-resource"].replace("Microsoft.Compute/", "")
    assert found.split(",") == expected
