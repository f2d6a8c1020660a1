"""The bodies of versions: the comparison with an existing version, creates and updates."""

from __future__ import annotations

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources import managed_image
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.image_version import (
    IMAGE_VERSION,
    shape,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.resource_id import parse_id
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.tags import FINGERPRINT_TAG
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.target_regions import parse_regions
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._versions import body as version_plan
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._versions.request import Request

from support.bodies import IMAGE_ID, VERSION_ID, image, region, version


def desired(regions=None, policy="merge", append_tags=True, **options):
    definition = parse_id(VERSION_ID, "image_version").parent
    wanted = IMAGE_VERSION.wanted(options)
    return Request(definition, "1.0.0", None, wanted, parse_regions(regions), append_tags, policy)


def compare(body, *regions, **options):
    return version_plan.compare(body, desired(*regions, **options))


def changed(comparison):
    return {change.path: (change.before, change.after) for change in comparison.changes}


def test_what_was_read_can_be_fed_back_and_changes_nothing():
    body = version(
        status={"southcentralus": "Completed", "eastus2": "Completed"}, endOfLifeDate="2030-11-30T19:00:00-05:00"
    )
    body["tags"] = {"Team": "web"}
    read = shape(body)
    options = {key: value for key, value in read.items() if key in IMAGE_VERSION.options()}
    comparison = compare(body, regions=read["target_regions"], **options)
    assert changed(comparison) == {}


@pytest.mark.parametrize("date", ["2030-12-01", "2030-12-01T00:00:00Z", "2030-12-01T01:00:00+01:00"])
def test_a_date_in_any_form_is_no_change(date):
    assert changed(compare(version(endOfLifeDate="2030-11-30T19:00:00-05:00"), end_of_life_date=date)) == {}


def test_only_what_differs_is_changed_and_the_rest_is_sent_as_it_is():
    body = version(endOfLifeDate="2030-12-01T00:00:00+00:00")
    body["tags"] = {"a": "1"}
    comparison = compare(body, regions=["southcentralus=2", "westus"], exclude_from_latest=True)
    assert set(changed(comparison)) == {
        "exclude_from_latest",
        "target_regions.southcentralus.regional_replica_count",
        "target_regions.westus",
    }
    sent = version_plan.update_request(comparison.body)
    assert sent["properties"]["publishingProfile"] == {
        "targetRegions": [region("southcentralus", 2), region("eastus2"), region("westus")],
        "replicaCount": 1,
        "excludeFromLatest": True,
        "endOfLifeDate": "2030-12-01T00:00:00+00:00",
        "storageAccountType": "Standard_LRS",
    }
    assert sent["properties"]["storageProfile"] == {"osDiskImage": {"hostCaching": "ReadWrite", "source": {}}}
    assert sent["properties"]["safetyProfile"] == {
        "allowDeletionOfReplicatedLocations": False,
        "blockDeletionBeforeEndOfLife": False,
    }
    assert sent["tags"] == {"a": "1"}


def test_a_lock_that_is_set_is_kept():
    body = version()
    body["properties"]["safetyProfile"]["blockDeletionBeforeEndOfLife"] = True
    sent = version_plan.update_request(compare(body, exclude_from_latest=True).body)
    assert sent["properties"]["safetyProfile"]["blockDeletionBeforeEndOfLife"] is True


def test_the_fixed_changes_are_marked():
    comparison = compare(version(), storage_account_type="Premium_LRS", replication_mode="Shallow")
    assert {change.path: bool(change.fixed) for change in comparison.changes} == {
        "storage_account_type": True,
        "replication_mode": True,
    }


def test_the_storage_type_is_compared_where_it_applies():
    body = version(regions=[region("South Central US", 1, "Standard_ZRS")])
    assert changed(compare(body, regions=["southcentralus"], storage_account_type="standard_zrs")) == {}


def test_exact_tags_keep_the_fingerprint():
    body = version()
    body["tags"] = {"a": "1", FINGERPRINT_TAG: "f"}
    assert changed(compare(body, tags={}, append_tags=False)) == {"tags": (body["tags"], {FINGERPRINT_TAG: "f"})}


def test_a_new_version_says_everything_that_we_know():
    wanted = desired(["eastus2=1=standard_zrs"], replica_count=2, tags={"a": 1})
    body, plan = version_plan.new_version(image(), wanted)
    assert body == {
        "location": "southcentralus",
        "tags": {"a": "1", FINGERPRINT_TAG: managed_image.fingerprint(image())},
        "properties": {
            "publishingProfile": {
                "replicaCount": 2,
                "storageAccountType": "Standard_LRS",
                "excludeFromLatest": False,
                "targetRegions": [region("southcentralus", 2), region("eastus2", 1, "Standard_ZRS")],
            },
            "safetyProfile": {"blockDeletionBeforeEndOfLife": False},
            "storageProfile": {"source": {"id": IMAGE_ID}},
        },
    }
    assert plan.source_added


def test_a_version_created_again_keeps_what_the_task_leaves_out():
    failed = version(
        "Failed",
        endOfLifeDate="2030-12-01T00:00:00+00:00",
        regions=[region("South Central US", 3), region("West US", 2)],
    )
    failed["tags"] = {"a": "1", FINGERPRINT_TAG: "old"}
    body, _plan = version_plan.new_version(image(), desired(), failed)
    profile = body["properties"]["publishingProfile"]
    assert [(item["name"], item["regionalReplicaCount"]) for item in profile["targetRegions"]] == [
        ("South Central US", 3),
        ("West US", 2),
    ]
    assert profile["endOfLifeDate"] == "2030-12-01T00:00:00Z"
    assert body["tags"] == {"a": "1", FINGERPRINT_TAG: managed_image.fingerprint(image())}


def test_the_fingerprint_changes_with_the_disk_and_not_with_tags():
    tagged = {**image(), "tags": {"x": "y"}}
    other = image()
    other["properties"]["storageProfile"]["osDisk"]["managedDisk"]["id"] += "2"
    assert managed_image.fingerprint(image()) == managed_image.fingerprint(tagged)
    assert managed_image.fingerprint(image()) != managed_image.fingerprint(other)


def test_a_version_that_is_created_again_has_one_fingerprint():
    failed = {**version("Failed"), "tags": {"Source_Fingerprint": "old", "team": "x"}}
    body, _plan = version_plan.new_version(image(), desired(), failed)
    assert body["tags"] == {"team": "x", "source_fingerprint": managed_image.fingerprint(image())}


def recreated(failed, *regions, **options):
    return version_plan.new_version(image(), desired(*regions, **options), failed)[0]


@pytest.mark.parametrize(
    ("options", "tags"),
    [
        ({}, {"Team": "x"}),
        ({"tags": {"a": "1"}}, {"Team": "x", "a": "1"}),
        ({"tags": {"team": "y"}}, {"Team": "y"}),
        ({"tags": {"a": "1"}, "append_tags": False}, {"a": "1"}),
        ({"tags": {}, "append_tags": False}, {}),
        ({"append_tags": False}, {"Team": "x"}),
        ({"tags": {"verified_at": "now", "Retry_Region_eastus2_0": "{}"}}, {"Team": "x"}),
    ],
)
def test_a_version_that_is_recreated_gets_the_tags_that_an_update_would_leave(options, tags):
    failed = {**version("Failed"), "tags": {"Team": "x", "Verified_At": "2026-01-01", "verified_in": "eastus2"}}
    body = recreated(failed, **options)
    assert body["tags"] == {**tags, FINGERPRINT_TAG: managed_image.fingerprint(image())}


@pytest.mark.parametrize(
    ("regions", "policy", "expected"),
    [
        (None, "merge", {"southcentralus": (3, "Standard_LRS"), "westus": (2, "Standard_ZRS")}),
        (["westus"], "merge", {"southcentralus": (3, "Standard_LRS"), "westus": (2, "Standard_ZRS")}),
        (["westus=standard_lrs"], "merge", {"southcentralus": (3, "Standard_LRS"), "westus": (2, "Standard_LRS")}),
        (["southcentralus=1"], "exact", {"southcentralus": (1, "Standard_LRS")}),
    ],
)
def test_a_version_that_is_recreated_has_the_task_s_regions_completed_from_the_failed_one(regions, policy, expected):
    failed = version("Failed", regions=[region("South Central US", 3), region("West US", 2, "Standard_ZRS")])
    sent = recreated(failed, regions, policy=policy)["properties"]["publishingProfile"]["targetRegions"]
    found = {
        one["name"].replace(" ", "").lower(): (one["regionalReplicaCount"], one["storageAccountType"]) for one in sent
    }
    assert found == expected


@pytest.mark.parametrize("tag", ["verified_at", "Verified_In", "verified_published", "source_fingerprint"])
def test_a_task_cannot_set_the_tags_of_this_collection_and_exact_tags_keep_them(tag):
    body = {**version(), "tags": {tag: "kept", "a": "1"}}
    assert changed(compare(body, tags={tag: "other", "a": "1"})) == {}
    assert changed(compare(body, tags={tag: "other"}, append_tags=False)) == {"tags": (body["tags"], {tag: "kept"})}
