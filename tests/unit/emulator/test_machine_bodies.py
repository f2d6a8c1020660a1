"""Bodies of machines, disks and run commands with a wrong value at every place; and a restart between two requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from arm_emulator.service import Service
from arm_emulator.store import Store

from .conftest import COMPUTE, Azure
from .machine_requests import API, COMMAND, MACHINE, NIC, PLAN, agent, body, created, interface, put, seed, version
from .test_bodies import WRONG, changed, places, without

Make = Callable[..., Azure]
_LUN = {"lun": 0, "createOption": "FromImage", "caching": "None", "deleteOption": "Delete",
        "managedDisk": {"storageAccountType": "Premium_LRS"}}  # fmt: skip
_OS_DISK = {"createOption": "FromImage", "caching": "ReadOnly", "deleteOption": "Delete", "diskSizeGB": 64,
            "managedDisk": {"storageAccountType": "Premium_LRS"}}  # fmt: skip
_MACHINE = {
    **body(),
    "plan": PLAN,
    "identity": {"type": "SystemAssigned"},
    "properties": {
        **body()["properties"],
        "storageProfile": {"imageReference": {"id": version("plain")}, "osDisk": _OS_DISK, "dataDisks": [_LUN]},
    },
}
_FROM = {"createOption": "FromImage", "galleryImageReference": {"id": version("plain"), "lun": 0}}
_DISK = {"sku": {"name": "Premium_LRS"}, "properties": {"creationData": _FROM, "diskSizeGB": 12, "osType": "Linux"}}
_COMMAND = {"properties": {"source": {"script": "true"}, "parameters": [{"name": "a", "value": "b"}], "timeoutInSeconds": 9,
                           "asyncExecution": False, "runAsUser": "u"}}  # fmt: skip
BODIES: dict[str, tuple[str, dict[str, Any], str]] = {
    "machine": (MACHINE, _MACHINE, API),
    "disk": (f"{COMPUTE}/disks/new", _DISK, "2023-04-02"),
    "run command": (COMMAND, _COMMAND, API),
}


def wrong_bodies(whole: dict[str, Any]) -> list[dict[str, Any]]:
    """Each place with each wrong value, and without it."""
    found = [changed(whole, place, wrong) for place in places(whole) for wrong in WRONG]
    return found + [without(whole, place) for place in places(whole)]


@pytest.mark.parametrize("name", BODIES)
def test_nothing_that_is_sent_is_a_mistake_of_ours(name: str, make_azure: Make) -> None:
    path, sent, api = BODIES[name]
    azure = make_azure(seed(), machine_seconds=1.0)
    interface(azure)
    if name == "run command":
        created(azure)
    reached: set[int] = set()
    for wrong in wrong_bodies({"location": "eastus2", "tags": {"a": "b"}, **sent}):
        for method in ("PUT", "PATCH"):
            answer = azure.call(method, path, wrong, api)
            reached.add(answer.status)
            assert answer.status < 500
            if answer.status < 300:
                azure.wait(answer)
                azure.get(f"{path}?$expand=instanceView", api)
        if azure.call("DELETE", path, None, api).status == 202:
            azure.clock.advance(10)
        if name == "machine" and azure.call("GET", NIC, version="2024-05-01").status == 404:
            interface(azure)
    assert {202 if name == "disk" else 201, 400} <= reached, "bodies were taken, and others refused"


@pytest.mark.parametrize("action", ["runCommand", "retrieveBootDiagnosticsData", "deallocate", "generalize", "start"])
def test_actions_take_any_body(action: str, make_azure: Make) -> None:
    azure = make_azure(seed())
    created(azure)
    for wrong in ({}, {"commandId": 5}, {"commandId": "RunShellScript", "script": 5}, {"properties": []}):
        assert azure.call("POST", f"{MACHINE}/{action}", wrong, API).status < 500
        azure.clock.advance(60)
    assert azure.error(azure.call("POST", f"{MACHINE}s/{action}", {}, API)) == (404, "ResourceNotFound")


def test_a_restart_changes_nothing(make_azure: Make) -> None:
    azure = make_azure(seed(), machine_seconds=27.0)
    put(azure)
    before = azure.get(MACHINE, API)
    store = Store()
    store.load(azure.service.store.text())
    azure.service = Service(azure.service.settings, store, azure.clock)
    assert azure.get(MACHINE, API) == before
    azure.clock.advance(60)
    assert agent(azure) == "Ready"
    azure.call("DELETE", MACHINE, version=API)
    azure.clock.advance(60)
    assert azure.call("GET", NIC, version="2024-05-01").status == 404
