"""Each request of a canary's life with each fault: after one more `state: absent` nothing is left."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.run_cache import RunCache

from .conftest import Azure
from .test_canary_vm import OPTIONS, WORLD, made, world

# Kind, method, and how many are let through before the fault.
REQUESTS = (
    ("image_version", "GET", 1),
    ("virtual_network", "GET", 0),
    ("lock", "GET", 0),
    ("virtual_machine", "GET", 0),
    ("virtual_machine", "GET", 3),
    ("virtual_machine", "PUT", 0),
    ("virtual_machine", "DELETE", 0),
    ("network_interface", "GET", 0),
    ("network_interface", "PUT", 0),
    ("disk", "GET", 0),
    ("disk", "PATCH", 0),
    ("run_command", "GET", 0),
    ("run_command", "GET", 1),
    ("run_command", "PUT", 0),
)
FAULTS: dict[str, dict[str, t.Any]] = {
    "refused": {"status": 403, "code": "AuthorizationFailed"},
    "conflict": {"status": 409, "code": "Conflict"},
    "lasting error": {"status": 500, "code": "InternalServerError"},
    "lost before": {"reset_before": True},
    "lost after": {"reset_after": True},
}
LIFE = {**OPTIONS, "script": "check", "wait_timeout": 900}


@pytest.mark.slow
@pytest.mark.parametrize("name", FAULTS)
@world(network_interfaces=[{"name": "foreign", "resource_group": "rg", "location": "southcentralus",
                            "virtual_network": "vnet", "subnet": "subnet"}])  # fmt: skip
def test_no_fault_leaves_anything(name: str, azure: Azure) -> None:
    assert WORLD["machine_seconds"] == 27
    times = 5 if name == "lasting error" else 1
    for kind, method, after in REQUESTS:
        azure.emulator.reset()
        memory = RunCache(azure.clock.monotonic)
        azure.emulator.order_fault(kind=kind, method=method, after=after, times=times, do=FAULTS[name])
        booted = azure.run("canary_vm", **LIFE, memory=memory)
        verdict = (booted.get("canary") or {}).get("verdict")
        assert verdict in (None, "Passed", "Unverified"), (kind, method, after, booted)
        azure.run("canary_vm", **LIFE, state="absent", memory=memory)
        azure.emulator.clear_faults()
        last = azure.run("canary_vm", **{**LIFE, "wait_timeout": 0}, state="absent")
        assert not last.get("failed"), (kind, method, after, last)
        assert made(azure) == ["network_interface foreign"], (kind, method, after, booted, last)
