"""The pure rules of canaries: verdicts, names, and the text of guests."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._compute import canary_body, canary_secret
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._compute.canary_request import read_request
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._compute.canary_result import last_lines
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._compute.canary_verdict import (
    Observed,
    Script,
    another_size_may_do,
    decide,
    observe,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.resource_id import ResourceId

READY = Observed("Succeeded", power="running", agent_ready=True)
VERSION = ResourceId("image_version", "sub", "rg", "pics", "web", "1.0.0")
SUBJECT = canary_body.Subject(VERSION, "2026-04-23T03:00:00+00:00", "eastus2", ("Standard_D2s_v5",), "Standard", None)
GENERATION = "The selected VM size 'x' cannot boot Hypervisor Generation '1'."
ONLY_TRUSTED = (
    "The provided gallery image only supports creation of VMs and VM Scale Sets with 'TrustedLaunch' security"
)
NOT_TRUSTED = "Use of TrustedLaunch setting is not supported for the provided image. Please select"


@pytest.mark.parametrize(
    ("seen", "verdict"),
    [
        (Observed("Creating"), "Booting"),
        (Observed("Updating"), "Booting"),
        (Observed("Creating", late=True), "Unverified"),
        (Observed(None), "Unverified"),
        (Observed("Deleting"), "Unverified"),
        (Observed("Failed"), "Unverified"),
        (Observed("Failed", "OSProvisioningTimedOut"), "Failed"),
        (Observed("Failed", "OSProvisioningClientError"), "Failed"),
        (Observed("Failed", "OSProvisioningInternalError"), "Failed"),
        (Observed("Failed", "AllocationFailed"), "Unverified"),
        (Observed("Failed", "SomethingNew"), "Unverified"),
        (Observed(None, "VMMarketplaceInvalidInput"), "Failed"),
        (Observed(None, "MarketplacePurchaseEligibilityFailed"), "Unverified"),
        (Observed(None, "AuthorizationFailed"), "Unverified"),
        (Observed(None, "RequestDisallowedByPolicy"), "Unverified"),
        (Observed(None, "InvalidParameter", "The value x provided for the VM size is not valid."), "Unverified"),
        (Observed(None, "BadRequest", GENERATION), "Failed"),
        (Observed(None, "BadRequest", ONLY_TRUSTED), "Failed"),
        (Observed(None, "BadRequest", NOT_TRUSTED), "Failed"),
        (Observed(None, "BadRequest", "something else"), "Unverified"),
        (Observed("Succeeded", power="running"), "Booting"),
        (Observed("Succeeded", power="running", late=True), "Failed"),
        (Observed("Succeeded", power="deallocated", late=True), "Unverified"),
        (READY, "Passed"),
        (dataclasses.replace(READY, late=True), "Passed"),
        (dataclasses.replace(READY, script=Script()), "Booting"),
        (dataclasses.replace(READY, script=Script("Running")), "Booting"),
        (dataclasses.replace(READY, script=Script("Running"), late=True), "Unverified"),
        (dataclasses.replace(READY, script=Script("Succeeded", 0)), "Passed"),
        (dataclasses.replace(READY, script=Script("Failed", 127)), "Failed"),
        (dataclasses.replace(READY, script=Script("Failed", 0)), "Unverified"),
        (dataclasses.replace(READY, script=Script("TimedOut", 0)), "Unverified"),
        (dataclasses.replace(READY, script=Script("Succeeded")), "Unverified"),
        (dataclasses.replace(READY, script=Script(error="the run command failed")), "Unverified"),
    ],
)
def test_the_verdict(seen: Observed, verdict: str) -> None:
    assert decide(seen).verdict == verdict


def test_a_reason_is_no_template() -> None:
    assert decide(Observed("Failed", "Odd{0}", "{seen.code} {{ x }}")).reason == "{seen.code} {{ x }} (Odd{0})"


@pytest.mark.parametrize(
    ("code", "message", "expected"),
    [
        ("SkuNotAvailable", "", True),
        ("AllocationFailed", "", True),
        ("OperationNotAllowed", "exceeding approved standardDSFamily Cores Quota", True),
        ("OperationNotAllowed", "something else", False),
        ("AuthorizationFailed", "", False),
    ],
)
def test_whether_another_size_may_do(code: str, message: str, expected: bool) -> None:
    assert another_size_may_do(code, message) is expected


def test_a_failed_machine_shows_its_code_in_the_instance_view() -> None:
    status = {"code": "ProvisioningState/failed/OSProvisioningTimedOut", "message": "too late"}
    body: dict[str, Any] = {"properties": {"provisioningState": "Failed", "instanceView": {"statuses": [status]}}}
    seen = observe(body, False)
    assert (seen.code, seen.message) == ("OSProvisioningTimedOut", "too late")


@pytest.mark.parametrize(
    "change",
    [
        {"version": ResourceId("image_version", "sub", "rg", "pics", "web", "1.0.1")},
        {"published": "2026-04-23T03:00:01+00:00"},
        {"location": "westus2"},
        {"sizes": ("Standard_D2s_v5", "Standard_D2s_v4")},
        {"security_type": "TrustedLaunch"},
        {"script": "true"},
    ],
)
def test_the_name_is_that_of_one_test(change: dict[str, Any]) -> None:
    assert dataclasses.replace(SUBJECT, **change).name != SUBJECT.name


@pytest.mark.parametrize(
    "change",
    [
        {"version": ResourceId("image_version", "SUB", "RG", "Pics", "WEB", "1.0.0")},
        {"published": "2026-04-22T22:00:00.0000000-05:00"},
        {"sizes": ("standard_d2s_v5",)},
    ],
)
def test_the_name_does_not_depend_on_spelling(change: dict[str, Any]) -> None:
    assert dataclasses.replace(SUBJECT, **change).name == SUBJECT.name


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("virtual_machine", "canary-0123456789ab", "canary-0123456789ab"),
        ("virtual_machine", "canary-0123456789abc", None),
        ("virtual_machine", "canary-0123456789ab-nic", None),
        ("network_interface", "canary-0123456789ab-nic", "canary-0123456789ab"),
        ("disk", "canary-0123456789ab-os", "canary-0123456789ab"),
        ("disk", "canary-0123456789ab-data12", "canary-0123456789ab"),
        ("disk", "canary-0123456789ab", None),
        ("disk", "my-os", None),
    ],
)
def test_whose_part_it_is(kind: str, name: str, expected: str | None) -> None:
    assert canary_body.canary_of(kind, name) == expected


def test_our_tags_cannot_be_set() -> None:
    request = read_request(
        {
            "resource_group": "rg",
            "tags": {"a": "b", "Cloudimages_Canary": "mine"},
            "wait": True,
            "wait_timeout": 0,
            "name": "x",
        },
        "sub",
        "absent",
    )
    names = canary_body.names(request.group, "x", [0, 5])
    plan = canary_body.Plan(request, SUBJECT, names, [0, 5], "Linux", False, None, "run")
    found = plan.tags("now")
    assert found == {
        "a": "b",
        "cloudimages_canary": SUBJECT.digest,
        "cloudimages_canary_run": "run",
        "cloudimages_canary_created": "now",
        "cloudimages_canary_luns": "0,5",
    }


def test_a_secret_is_new_each_time() -> None:
    windows = [canary_secret.os_profile("Windows", "0123456789ab")["adminPassword"] for _unused in range(2)]
    assert windows[0] != windows[1]
    assert all(20 < len(password) < 73 for password in windows)
    linux = [canary_secret.os_profile("Linux", "0123456789ab") for _unused in range(2)]
    assert linux[0] != linux[1]
    assert "adminPassword" not in linux[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\r\nb\n\n", "a\nb"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("a\x00b\x07", "a\ufffdb\ufffd"),
        ("left\u202eright", "left\ufffdright"),
    ],
)
def test_the_text_of_a_guest_is_plain(text: str, expected: str) -> None:
    assert last_lines(text) == expected


def test_the_text_of_a_guest_is_bounded() -> None:
    assert last_lines("x" * 100_000, length=50) == "x" * 50
    assert last_lines("\n".join(map(str, range(500))), lines=3) == "497\n498\n499"
