"""Target regions: what a task may write, and what becomes of the regions that are there."""

from __future__ import annotations

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import InvalidRequest
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.target_regions import (
    parse_regions,
    plan_regions,
    shown_region,
)

from support.bodies import region

HAVE = [region("South Central US", 1), region("East US 2", 3, "Standard_ZRS")]
OWN = "southcentralus"
DES = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/diskEncryptionSets/des"


def paths(plan):
    return {change.path: (change.before, change.after) for change in plan.changes}


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("eastus2", {"name": "eastus2"}),
        ("East US 2=1", {"name": "eastus2", "regional_replica_count": 1}),
        ("eastus2=standard_zrs", {"name": "eastus2", "storage_account_type": "Standard_ZRS"}),
        (
            "eastus2=1=STANDARD_zrs",
            {"name": "eastus2", "regional_replica_count": 1, "storage_account_type": "Standard_ZRS"},
        ),
        (
            "eastus2=2=Future_Type",
            {"name": "eastus2", "regional_replica_count": 2, "storage_account_type": "Future_Type"},
        ),
        ({"name": "East US 2"}, {"name": "eastus2"}),
        (
            {"name": "eastus2", "regional_replica_count": "2", "exclude_from_latest": "yes"},
            {"name": "eastus2", "regional_replica_count": 2, "exclude_from_latest": True},
        ),
    ],
)
def test_shorthand_and_mappings(item, expected):
    assert parse_regions([item]) == [expected]


@pytest.mark.parametrize(
    "item",
    ["eastus2=0", "eastus2=-1", "eastus2=", "eastus2=1=", "eastus2=standard_zrs=1", "eastus2=1=2", "eastus2=1=lrs=x", "=1", "", 5,
     "eastus2=two",
     {"name": ""}, {}, {"name": "eastus2", "replica_count": 1}, {"name": "eastus2", "regional_replica_count": True},
     {"name": "eastus2", "exclude_from_latest": "perhaps"}, {"name": "eastus2", "encryption": {"os": 1}}],
)  # fmt: skip
def test_what_is_not_understood_is_refused(item):
    with pytest.raises(InvalidRequest, match="target_regions"):
        parse_regions([item])


def test_a_region_named_twice_is_refused_whatever_its_spelling():
    with pytest.raises(InvalidRequest, match="eastus2 is named twice"):
        parse_regions(["East US 2", "westus", {"name": "eastus2"}])


def test_order_and_spelling_are_no_change():
    plan = plan_regions(parse_regions(["eastus2=3=standard_zrs", "SouthCentralUS=1"]), HAVE, OWN)
    assert (plan.changes, plan.unmanaged) == ([], [])


def test_a_region_left_out_stays_under_merge_and_is_named():
    plan = plan_regions(parse_regions(["southcentralus"]), HAVE, OWN)
    assert (plan.changes, plan.unmanaged) == ([], ["eastus2"])
    assert plan.regions == HAVE


def test_a_region_left_out_goes_under_exact_but_never_the_source():
    plan = plan_regions(parse_regions(["westus"]), HAVE, "southcentralus", policy="exact")
    assert plan.removed == ["eastus2"]
    assert [item["name"] for item in plan.regions] == ["South Central US", "westus"]


def test_a_task_without_regions_changes_none():
    plan = plan_regions(None, HAVE, "southcentralus", policy="exact", given={"regional_replica_count": 9})
    assert (plan.changes, plan.regions) == ([], HAVE)


def test_the_default_count_is_for_named_regions_without_their_own():
    wanted = parse_regions(["southcentralus", "eastus2=2"])
    plan = plan_regions(wanted, HAVE, "southcentralus", given={"regional_replica_count": 5})
    assert paths(plan) == {
        "target_regions.southcentralus.regional_replica_count": (1, 5),
        "target_regions.eastus2.regional_replica_count": (3, 2),
    }


def test_every_region_is_sent_with_count_and_type():
    plan = plan_regions(parse_regions(["westus"]), HAVE, "southcentralus", new={"regional_replica_count": 2})
    assert plan.regions[-1] == region("westus", 2)
    assert all({"regionalReplicaCount", "storageAccountType"} <= set(item) for item in plan.regions)


def test_the_versions_own_region_is_added_and_marked():
    plan = plan_regions(parse_regions(["eastus2"]), [], OWN)
    assert [item["name"] for item in plan.regions] == ["southcentralus", "eastus2"]
    assert plan.source_added
    assert "own region" in next(change.why for change in plan.changes if change.path == "target_regions.southcentralus")


def test_the_own_region_is_not_added_beside_encrypted_ones():
    wanted = parse_regions([{"name": "eastus2", "encryption": {"os_disk": {"disk_encryption_set_id": DES}}}])
    with pytest.raises(InvalidRequest, match="southcentralus"):
        plan_regions(wanted, [], OWN)


def test_storage_type_and_encryption_of_a_region_cannot_change():
    wanted = parse_regions(
        ["southcentralus=standard_zrs", {"name": "eastus2", "encryption": {"os_disk": {"disk_encryption_set_id": DES}}}]
    )
    plan = plan_regions(wanted, HAVE, OWN)
    assert {change.path: bool(change.fixed) for change in plan.changes} == {
        "target_regions.southcentralus.storage_account_type": True,
        "target_regions.eastus2.encryption": True,
    }


def test_encryption_goes_to_azure_and_back():
    asked = {"os_disk": {"disk_encryption_set_id": DES, "security_type": "EncryptedWithCmk"}, "data_disks": [
        {"lun": 0, "disk_encryption_set_id": DES}]}  # fmt: skip
    plan = plan_regions(parse_regions([{"name": "southcentralus", "encryption": asked}]), [], OWN)
    sent = plan.regions[0]
    assert sent["encryption"] == {
        "osDiskImage": {
            "diskEncryptionSetId": DES,
            "securityProfile": {"confidentialVMEncryptionType": "EncryptedWithCmk"},
        },
        "dataDiskImages": [{"lun": 0, "diskEncryptionSetId": DES}],
    }
    again = plan_regions(parse_regions([shown_region(sent)]), [sent], OWN)
    assert again.changes == []


def test_nothing_that_azure_says_of_a_region_is_lost():
    have = [region("South Central US", additionalReplicaSets=[{"regionalReplicaCount": 1}], excludeFromLatest=True)]
    plan = plan_regions(parse_regions(["southcentralus=2"]), have, OWN)
    assert plan.regions[0]["additionalReplicaSets"] == [{"regionalReplicaCount": 1}]
    assert plan.regions[0]["excludeFromLatest"] is True
    assert have[0]["regionalReplicaCount"] == 1, "what was read is not written to"
