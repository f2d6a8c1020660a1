"""What exists decides: the table of decide(), by state and option, and what it refuses."""

from __future__ import annotations

import dataclasses
import datetime

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources import managed_image
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import InvalidRequest
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.resource_id import parse_id
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.tags import FINGERPRINT_TAG
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._versions.action import Action
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._versions.decide import Current, decide
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._versions.request import read_request

from support.bodies import IMAGE_ID, SUBSCRIPTION, VERSION_ID, definition, image, region, version

NOW = datetime.datetime(2026, 4, 23, tzinfo=datetime.UTC)
RID = parse_id(VERSION_ID, "image_version")
BOTH = ["southcentralus", "eastus2"]
DONE = dict.fromkeys(BOTH, "Completed")
LATER = "2030-01-01T00:00:00Z"
OPTIONS = {
    "resource_group": "rg",
    "gallery_name": "pics",
    "image_definition_name": "web",
    "name": "1.0.0",
    "source": "web",
    "state": "present",
    "append_tags": True,
    "region_policy": "merge",
    "when_cloned": "reuse",
    "on_failed": "fail",
    "wait": True,
    "wait_timeout": 21600,
}
ABSENT = dict.fromkeys(("target_regions", "poll_interval", "proposed"))


def request(**options):
    return read_request({**ABSENT, **OPTIONS, **options}, SUBSCRIPTION)


def current(body, **more):
    known = {"image": image(), "definition": definition(), "gallery": {}}
    return Current(RID, body, NOW, **{**known, **more})


def decided(body, options=None, **more):
    return decide(current(body, **more), request(**(options or {})))


def tagged(body, **tags):
    return {**body, "tags": {FINGERPRINT_TAG: managed_image.fingerprint(image()), **tags}}


CHANGE = {"exclude_from_latest": True}
RECREATE, RETRY = {"on_failed": "recreate"}, {"on_failed": "retry_regions"}
EAST_FAILED = {"southcentralus": "Completed", "eastus2": "Failed"}
OWN_FAILED = {"southcentralus": "Failed", "eastus2": "Completed"}
ALL_FAILED = dict.fromkeys(BOTH, "Failed")
REPLICATING = {"southcentralus": "Completed", "eastus2": "Replicating"}
NOT_LISTED = {"southcentralus": "Completed"}


# state, replication status, options: the action, and the paths of the changes (None: those of a whole new version)
TABLE = [
    (None, None, {}, Action.CREATE, None),
    (None, None, RECREATE, Action.CREATE, None),
    ("Deleting", DONE, {}, Action.CREATE, None),
    ("Deleting", ALL_FAILED, RECREATE, Action.CREATE, None),
    *(
        (state, status, options, action, paths)
        for state in ("Creating", "Updating", "Migrating", "Anything")
        for status in (None, DONE, REPLICATING, ALL_FAILED)
        for options, action, paths in (
            ({}, Action.WAIT, []),
            (RECREATE, Action.WAIT, []),
            (RETRY, Action.WAIT, []),
            (CHANGE, Action.UPDATE, ["exclude_from_latest"]),
        )
    ),
    ("Succeeded", DONE, {}, Action.NONE, []),
    ("Succeeded", DONE, {"wait": False}, Action.NONE, []),
    ("Succeeded", DONE, {"source": None}, Action.NONE, []),
    ("Succeeded", DONE, RECREATE, Action.NONE, []),
    ("Succeeded", DONE, CHANGE, Action.UPDATE, ["exclude_from_latest"]),
    ("Succeeded", REPLICATING, {}, Action.WAIT, []),
    ("Succeeded", NOT_LISTED, {}, Action.WAIT, []),
    ("Succeeded", REPLICATING, CHANGE, Action.UPDATE, ["exclude_from_latest"]),
    ("Succeeded", EAST_FAILED, {}, Action.FAIL, []),
    ("Succeeded", EAST_FAILED, RETRY, Action.RETRY_REGIONS, ["target_regions.eastus2"]),
    (
        "Succeeded",
        EAST_FAILED,
        {**RETRY, **CHANGE},
        Action.RETRY_REGIONS,
        ["target_regions.eastus2", "exclude_from_latest"],
    ),
    (
        "Succeeded",
        EAST_FAILED,
        {**RETRY, "target_regions": ["southcentralus"], "region_policy": "exact"},
        Action.UPDATE,
        ["target_regions.eastus2"],
    ),
    ("Failed", None, {}, Action.FAIL, []),
    ("Failed", ALL_FAILED, CHANGE, Action.FAIL, []),
    ("Canceled", ALL_FAILED, {}, Action.FAIL, []),
    ("Failed", ALL_FAILED, RECREATE, Action.RECREATE, None),
    ("Canceled", None, RECREATE, Action.RECREATE, None),
    ("Failed", EAST_FAILED, RETRY, Action.RETRY_REGIONS, ["target_regions.eastus2"]),
    ("Failed", DONE, RETRY, Action.UPDATE, ["provisioning_state"]),
    ("Failed", DONE, {**RETRY, **CHANGE}, Action.UPDATE, ["provisioning_state", "exclude_from_latest"]),
]


@pytest.mark.parametrize(("state", "status", "options", "action", "paths"), TABLE)
def test_what_exists_decides(state, status, options, action, paths):
    decision = decided(state and tagged(version(state, status=status)), options)
    assert decision.action is action
    if paths is not None:
        assert [change.path for change in decision.changes] == paths


REFUSED = [
    (None, None, {"source": None}, {}, "does not exist"),
    (None, None, {}, {"image": None}, "images/web does not exist"),
    (None, None, {}, {"image": image(provisioningState="Updating")}, "Updating"),
    (None, None, {}, {"definition": None}, "image_definition"),
    (None, None, {}, {"definition": None, "gallery": None}, "gallery"),
    ("Succeeded", DONE, {"source": "db"}, {}, "images/db"),
    ("Creating", None, {"source": "db"}, {}, "images/db"),
    ("Failed", ALL_FAILED, {"source": "db", **RECREATE}, {}, "images/db"),
    ("Succeeded", DONE, {"replication_mode": "Shallow"}, {}, "replication_mode"),
    ("Creating", None, {"storage_account_type": "Premium_LRS"}, {}, "storage_account_type"),
    (
        "Succeeded",
        DONE,
        {
            "target_regions": ["southcentralus"],
            "region_policy": "exact",
            "allow_deletion_of_replicated_locations": False,
        },
        {},
        "would remove eastus2",
    ),
    ("Failed", ALL_FAILED, RETRY, {}, "southcentralus failed"),
    ("Failed", None, RETRY, {}, "as a whole"),
    ("Succeeded", OWN_FAILED, RETRY, {}, "southcentralus failed"),
    ("Failed", ALL_FAILED, {**RECREATE, "source": None}, {}, "created again"),
    ("Failed", EAST_FAILED, RECREATE, {}, "usable in southcentralus"),
    ("Succeeded", EAST_FAILED, RECREATE, {}, "usable in southcentralus"),
    ("Succeeded", ALL_FAILED, RECREATE, {}, "succeeded once"),
    ("Failed", ALL_FAILED, {**RECREATE, "block_deletion_before_end_of_life": True}, {}, "protects"),
    ("Failed", ALL_FAILED, RECREATE, {"recycled": True}, "recycle bin"),
    ("Failed", ALL_FAILED, RECREATE, {"image": None}, "images/web does not exist"),
    ("Failed", ALL_FAILED, RECREATE, {"definition": definition(osType="Windows")}, "OS type"),
]


@pytest.mark.parametrize(("state", "status", "options", "facts", "word"), REFUSED)
def test_what_contradicts_what_exists_is_refused(state, status, options, facts, word):
    with pytest.raises(InvalidRequest, match=word) as refusal:
        decided(state and tagged(version(state, status=status)), options, **facts)
    assert str(refusal.value).endswith(("Nothing was written.", "Nothing was deleted."))


@pytest.mark.parametrize("tag", [FINGERPRINT_TAG, "Source_Fingerprint", None])
@pytest.mark.parametrize(
    ("created", "rebuilt"),
    [
        (None, False),
        ("2026-01-02T08:05:05Z", False),  # the version was published at 08:04:05 UTC
        ("2026-01-02T08:05:06Z", True),
        ("2020-01-01T00:00:00Z", False),
    ],
)
@pytest.mark.parametrize("stored", ["same", "other"])
@pytest.mark.parametrize("restored", [True, False])
def test_a_rebuilt_image_is_another_image(tag, created, rebuilt, stored, restored):
    source = image()
    if restored:
        source["tags"] = {"Restored_From": VERSION_ID.upper()}
    fingerprint = managed_image.fingerprint(image()) if stored == "same" else "of another build"
    body = {**version(status=DONE), "tags": {tag: fingerprint} if tag else {}}
    expected = not restored and (rebuilt or (tag is not None and stored == "other"))
    if not expected:
        assert decided(body, image=source, created=created).action is Action.NONE
        return
    with pytest.raises(InvalidRequest, match="rebuilt since"):
        decided(body, image=source, created=created)


def test_an_unknown_creation_time_is_said():
    notes = decided(tagged(version(status=DONE)), creation_problem="Could not list: Denied.").notes
    assert len(notes) == 1
    assert FINGERPRINT_TAG in notes[0]


def test_what_is_sent_is_complete_and_leads_to_no_further_change():
    body = tagged(version(status=DONE), team="x")
    decision = decided(body, {"target_regions": ["westus=2"], "tags": {"a": 1}})
    assert [one["name"] for one in decision.sent["properties"]["publishingProfile"]["targetRegions"]] == [
        "South Central US",
        "East US 2",
        "westus",
    ]
    assert set(decision.sent["tags"]) == {FINGERPRINT_TAG, "team", "a"}
    after = decided({**decision.body, "id": VERSION_ID}, {"target_regions": ["westus=2"], "tags": {"a": 1}})
    assert after.changes == []


def test_the_second_decision_of_a_retry_adds_the_regions_again_with_what_the_task_changes():
    failed = tagged(version(status=EAST_FAILED))
    first = decided(failed, {**RETRY, **CHANGE})
    assert [one["name"] for one in first.sent["properties"]["publishingProfile"]["targetRegions"]] == [
        "South Central US"
    ]
    ready = {**first.sent, "properties": {**first.sent["properties"], "replicationStatus": {}}}
    second = decided(ready, {**RETRY, **CHANGE})
    assert second.action is Action.UPDATE
    assert [one["name"] for one in second.sent["properties"]["publishingProfile"]["targetRegions"]] == [
        "South Central US",
        "eastus2",
    ]
    assert set(second.sent["tags"]) == {FINGERPRINT_TAG}
    assert second.sent["properties"]["publishingProfile"]["excludeFromLatest"] is True


@pytest.mark.parametrize("on_failed", ["fail", "recreate", "retry_regions"])
@pytest.mark.parametrize(
    "spoil",
    [
        {"tags": {f"t{n}": "v" for n in range(50)}},
        {"endOfLifeDate": "2026-04-23T00:30:00Z"},
        {"endOfLifeDate": "2020-01-01T00:00:00Z"},
    ],
)
@pytest.mark.parametrize(("state", "status"), [("Failed", ALL_FAILED), ("Failed", None), ("Canceled", ALL_FAILED)])
def test_nothing_is_deleted_that_cannot_be_created_again(state, status, spoil, on_failed):
    profile = {"endOfLifeDate": spoil["endOfLifeDate"]} if "endOfLifeDate" in spoil else {}
    body = {**version(state, status=status, **profile), "tags": spoil.get("tags", {})}
    if on_failed == "fail":
        assert decided(body).action is Action.FAIL
    else:
        with pytest.raises(InvalidRequest, match="Nothing was written"):
            decided(body, {"on_failed": on_failed})
    repaired = {"tags": {"only": "this"}, "append_tags": False, "end_of_life_date": LATER}
    assert decided(body, {"on_failed": "recreate", **repaired}).action is Action.RECREATE


def test_a_deletion_of_another_run_is_completed_with_what_the_version_had():
    failed = tagged(version("Deleting", status=ALL_FAILED, regions=[region("South Central US", 3)]), team="x")
    decision = decide(dataclasses.replace(current(failed), replaced=failed), request())
    assert decision.action is Action.CREATE
    assert decision.sent["tags"]["team"] == "x"
    assert decision.changes[0].path == "provisioning_state"
    assert decision.sent["properties"]["storageProfile"] == {"source": {"id": IMAGE_ID}}
