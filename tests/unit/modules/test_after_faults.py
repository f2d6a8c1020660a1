"""Bugs that the tests in tests/resilience found: missing reasons, and failures that no later run repaired."""

from __future__ import annotations

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.run_cache import RunCache
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._modules import clone_plan

from .conftest import GALLERY_ID, IDENTITY, TASKS, VERSION, VERSION_ID

REASON = {"code": "Conflict", "message": "It cannot be."}


def test_a_cancelled_operation_is_said_to_be_that(azure):
    azure.emulator.order_fault(resource="/galleries/pics$", operation_cancelled=True)
    result = azure.run("gallery", resource_group="rg", name="pics")
    assert result["failed"]
    assert "its operation is Canceled" in result["msg"]
    assert "activity-log" not in result["msg"]


def test_of_a_cancelled_version_the_regions_come_first(parents):
    parents.emulator.order_fault(resource="/versions/1.0.0$", operation_cancelled=True)
    result = parents.run("image_version", **VERSION)
    assert (
        "Failed: replication failed in southcentralus: Azure gives no details. Its operation is Canceled"
        in result["msg"]
    )


def test_a_version_that_this_run_created_and_another_deleted_is_reported_as_deleted(parents):
    parents.emulator.order_fault(resource="/versions/1.0.0$", vanish_after=30)
    memory = RunCache(parents.clock.monotonic)
    parents.run("image_version", **VERSION, wait=False, memory=memory)
    result = parents.run("wait_for_replication", versions=[VERSION_ID], memory=memory)
    assert result["results"][0]["state"] == "Absent"
    assert "it was deleted while it was waited for" in result["msg"]


def broken_update(parents):
    """A version of which an update failed as a whole: it is Failed, and ready in every region."""
    parents.emulator.order_fault(resource="/versions/1.0.0$", operation_fails=REASON)
    result = parents.run("image_version", **VERSION, exclude_from_latest=True)
    assert "It cannot be (Conflict, operation" in result["msg"]


def test_an_update_that_failed_as_a_whole_is_made_again(cloned):
    broken_update(cloned)
    options = {**VERSION, "exclude_from_latest": True, "on_failed": "retry_regions"}
    result = cloned.predicted("image_version", **options)
    assert [change["path"] for change in result["changes"]] == ["provisioning_state"]
    assert [method for method, _path in cloned.writes] == ["PUT"]
    assert result["image_version"]["provisioning_state"] == "Succeeded"
    assert not cloned.run("image_version", **VERSION, exclude_from_latest=True)["changed"]


def test_without_waiting_the_rest_is_left_for_later(cloned):
    broken_update(cloned)
    result = cloned.run("image_version", **VERSION, on_failed="retry_regions", wait=False)
    assert (result["replication_pending"], result["update_pending"]) == (True, [])
    assert [method for method, _path in cloned.writes] == ["PUT"]


@pytest.mark.parametrize("on_failed", ["recreate", "fail"])
def test_it_is_not_deleted_for_that(cloned, on_failed):
    broken_update(cloned)
    assert cloned.run("image_version", **VERSION, on_failed=on_failed)["failed"]
    assert cloned.writes == []


@pytest.mark.parametrize("create", [True, False])
def test_a_gallery_whose_making_failed_is_made_again(azure, monkeypatch, create):
    monkeypatch.setitem(TASKS, "clone_plan", clone_plan.SPEC)
    place = {"resource_group": "rg", "name": "pics"}
    wishes = {"source": "web", "gallery": place, "definition": IDENTITY, "create_gallery": create}
    variables = {f"clone_managed_image_{name}": value for name, value in wishes.items()}
    azure.emulator.order_fault(resource="/galleries/pics$", operation_fails=REASON)
    assert azure.run("gallery", **place)["failed"]
    plan = azure.run("clone_plan", variables=variables)["plan"]
    assert plan["gallery"] == ({**place, "location": "southcentralus"} if create else None)
    if create:
        azure.run("gallery", **plan["gallery"])
        azure.clock.sleep(1)
        assert azure.emulator.resource(GALLERY_ID)["provisioning_state"] == "Succeeded"
        assert azure.run("clone_plan", variables=variables)["plan"]["gallery"] is None


def test_a_reason_that_cannot_be_read_does_not_hide_the_failures_of_the_others(parents):
    memory = RunCache(parents.clock.monotonic)
    other = VERSION_ID.replace("1.0.0", "2.0.0")
    parents.run("image_version", **VERSION, wait=False, memory=memory)
    parents.emulator.order_fault(resource="/versions/2.0.0$", operation_fails=REASON)
    parents.run("image_version", **{**VERSION, "name": "2.0.0", "source": "db"}, wait=False, memory=memory)
    parents.emulator.order_fault(kind="operation", times=0, do={"status": 403, "code": "AuthorizationFailed"})
    result = parents.run("wait_for_replication", versions=[VERSION_ID, other], memory=memory)
    assert [item["state"] for item in result["results"]] == ["Completed", "Failed"]
    assert "did not return the reason: Could not read the operation" in result["msg"]
    assert "activity-log" in result["msg"]


def test_the_regions_that_failed_are_named_where_the_operation_is_unknown(parents):
    parents.emulator.order_fault(resource="/versions/1.0.0$", region_fails={"region": "eastus2", "details": "no room"})
    parents.run("image_version", **VERSION, target_regions=["southcentralus", "eastus2"], wait=False)
    result = parents.run("wait_for_replication", versions=[VERSION_ID])
    assert "replication failed in eastus2: no room" in result["msg"]
    assert "has no reason any more" in result["msg"]


def test_a_wait_in_which_azure_could_not_be_read_says_so(parents):
    parents.run("image_version", **VERSION, wait=False)
    parents.emulator.order_fault(method="GET", kind="image_version", after=1, times=0, do={"status": 503})
    result = parents.run("wait_for_replication", versions=[VERSION_ID], wait_timeout=900)
    assert "last seen: Creating" in result["msg"]
    assert "The last reading failed: Could not read image version" in result["msg"]
    parents.emulator.clear_faults()
    late = parents.run("wait_for_replication", versions=[VERSION_ID], wait_timeout=0, check=True)
    assert "The last reading failed" not in str(late)
