"""`az sig image-version`."""

from __future__ import annotations

from typing import Any

import pytest
from interop.az import COMPUTE, DEFINED, Az

from arm_emulator import ManualClock

# A clock that the test advances, to inspect intermediate states.
CLOCK = ManualClock()
pytestmark = [pytest.mark.client("az"), pytest.mark.emulator(seed=DEFINED, replication_seconds=2)]
DEFINITION = "-g myResourceGroup --gallery-name myGallery --gallery-image-definition myImageDefinition"
VERSION = f"{DEFINITION} --gallery-image-version 1.0.0"
SOURCE = f"{COMPUTE}/images/myImage"
ID = f"{COMPUTE}/galleries/myGallery/images/myImageDefinition/versions/1.0.0"


def region(name: str, count: int = 1, kind: str = "Standard_LRS") -> dict[str, Any]:
    return {"name": name, "regionalReplicaCount": count, "storageAccountType": kind}


def version(regions: list[dict[str, Any]], **profile: Any) -> dict[str, Any]:
    """A version as az shows it. Of validationsProfile it knows nothing that is in it."""
    common = {"excludeFromLatest": False, "replicaCount": 1, "storageAccountType": "Standard_LRS"}
    return {
        "id": ID,
        "location": "southcentralus",
        "name": "1.0.0",
        "provisioningState": "Succeeded",
        "publishingProfile": common | profile | {"targetRegions": regions},
        "resourceGroup": "myResourceGroup",
        "safetyProfile": {"allowDeletionOfReplicatedLocations": False, "reportedForPolicyViolation": False},
        "storageProfile": {
            "osDiskImage": {"hostCaching": "ReadWrite", "sizeInGB": 30, "source": {}},
            "source": {"id": SOURCE, "resourceGroup": "myResourceGroup"},
        },
        "tags": {},
        "type": "Microsoft.Compute/galleries/images/versions",
        "validationsProfile": {},
    }


def test_walkthrough(az: Az) -> None:
    wanted = "--target-regions southcentralus=1 eastus2=1=standard_zrs --replica-count 2"
    made = az(f"sig image-version create {VERSION} --managed-image myImage {wanted}")
    published = made["publishingProfile"]["publishedDate"]
    regions = [region("South Central US"), region("East US 2", 1, "Standard_ZRS")]
    expected = version(regions, replicaCount=2, publishedDate=published)
    assert made == expected
    assert az(f"sig image-version show {VERSION}") == expected
    assert az(f"sig image-version list {DEFINITION}") == [expected]
    replicated = az(f"sig image-version show {VERSION} --expand ReplicationStatus")
    summary = [{"progress": 100, "region": name, "state": "Completed"} for name in ("southcentralus", "eastus2")]
    assert replicated == expected | {"replicationStatus": {"aggregatedState": "Completed", "summary": summary}}
    added = az(f"sig image-version update {VERSION} --add publishingProfile.targetRegions name=westus2")
    # Without a count of its own a region takes the one that is sent with it.
    assert added == version([*regions, region("West US 2", 2)], replicaCount=2, publishedDate=published)
    kept = "--target-regions southcentralus=3 eastus2=1=standard_zrs --allow-replicated-location-deletion true"
    fewer = az(
        f"sig image-version update {VERSION} --replica-count 4 {kept} --set publishingProfile.excludeFromLatest=true"
    )
    assert fewer["publishingProfile"]["targetRegions"] == [region("South Central US", 3), regions[1]]
    assert (fewer["publishingProfile"]["replicaCount"], fewer["publishingProfile"]["excludeFromLatest"]) == (4, True)
    assert fewer["safetyProfile"]["allowDeletionOfReplicatedLocations"] is True
    assert az(f"sig image-version delete {VERSION}") is None
    assert az(f"sig image-version list {DEFINITION}") == []


@pytest.mark.emulator(seed=DEFINED, clock=CLOCK)
def test_without_waiting(az: Az) -> None:
    more = "--exclude-from-latest true --end-of-life-date 2031-01-01 --tags k=v --location southcentralus"
    assert az(f"sig image-version create {VERSION} --managed-image {SOURCE} {more} --no-wait") is None
    started = az(f"sig image-version show {VERSION} --expand ReplicationStatus")
    assert (started["provisioningState"], started["storageProfile"].keys()) == ("Creating", {"source"})
    assert started["replicationStatus"]["aggregatedState"] == "InProgress"
    CLOCK.advance(60)
    assert az(f"sig image-version wait {VERSION} --created --interval 1 --timeout 60") is None
    shown = az(f"sig image-version show {VERSION}")
    profile = shown["publishingProfile"]
    assert (profile["endOfLifeDate"], profile["excludeFromLatest"]) == ("2031-01-01T12:59:59+00:00", True)
    assert (shown["tags"], shown["provisioningState"]) == ({"k": "v"}, "Succeeded")
    assert az(f"sig image-version update {VERSION} --set tags.k=w --no-wait") is None
    assert az(f"sig image-version show {VERSION} --query provisioningState") == "Updating"
    CLOCK.advance(60)
    assert az(f"sig image-version wait {VERSION} --updated --interval 1 --timeout 60") is None
    assert az(f"sig image-version show {VERSION} --query tags") == {"k": "w"}
    assert az(f"sig image-version delete {VERSION} --no-wait") is None
    assert az(f"sig image-version show {VERSION} --query provisioningState") == "Deleting"
    CLOCK.advance(60)
    assert az(f"sig image-version wait {VERSION} --deleted --interval 1 --timeout 60") is None


def test_other_options(az: Az) -> None:
    """The version's storage type for regions that name none; encryption; the deletion lock; a version of a version."""
    keys = f"{COMPUTE}/diskEncryptionSets/keys"
    lock = "--block-deletion-before-end-of-life true --end-of-life-date 2031-01-01"
    options = f"--storage-account-type Standard_ZRS --target-region-encryption {keys} {lock}"
    made = az(f"sig image-version create {VERSION} --managed-image myImage --target-regions southcentralus {options}")
    encryption = {"osDiskImage": {"diskEncryptionSetId": keys, "securityProfile": {}}}
    wanted = region("South Central US", 1, "Standard_ZRS") | {"encryption": encryption}
    assert made["publishingProfile"]["targetRegions"] == [wanted]
    code, name, _text = az.refusal(f"sig image-version delete {VERSION}")
    assert (code, name) == (1, "DeleteGalleryImageVersionBlockedBeforeEndOfLife")
    unlocked = az(f"sig image-version update {VERSION} --block-deletion-before-end-of-life false")
    assert unlocked["safetyProfile"]["blockDeletionBeforeEndOfLife"] is False
    other = f"{DEFINITION} --gallery-image-version 1.0.1"
    copied = az(f"sig image-version create {other} --image-version {ID} --replication-mode Shallow")
    assert copied["publishingProfile"]["replicationMode"] == "Shallow"
    assert copied["storageProfile"]["source"]["id"] == ID
    assert az(f"sig image-version list {DEFINITION} --query [].name") == ["1.0.0", "1.0.1"]
    code, name, text = az.refusal(f"sig image-definition delete {DEFINITION}")
    assert (code, name) == (1, "CannotDeleteResource")
    assert "myImageDefinition/versions/1.0.0, Microsoft.Compute" in text
    for one in (VERSION, other):
        assert az(f"sig image-version delete {one}") is None


@pytest.mark.emulator(
    seed=DEFINED | {"galleries": [DEFINED["galleries"][0] | {"soft_delete_policy": {"isSoftDeleteEnabled": True}}]},
    replication_seconds=2,
)
def test_soft_delete(az: Az) -> None:
    made = az(f"sig image-version create {VERSION} --managed-image myImage")
    assert az(f"sig image-version delete {VERSION}") is None
    assert az(f"sig image-version list {DEFINITION}") == []
    (deleted,) = az(f"sig image-version list-soft-deleted {DEFINITION}")
    assert (deleted["name"], deleted["resourceArmId"]) == ("1.0.0", ID)
    assert az(f"sig image-version undelete {VERSION}") == made
    assert az(f"sig image-version list-soft-deleted {DEFINITION}") == []


BAD_NAME = (
    "The image version name is invalid. The image version name should follow Major(int).Minor(int).Patch(int) format, "
    "where int is between 0 and 2,147,483,647 (inclusive). For e.g: 1.0.0, 2018.12.1 etc"
)
REFUSED = [
    ("-e 1.0", 1, "InvalidParameter", BAD_NAME),
    ("-e 1.0.x", 1, "InvalidParameter", BAD_NAME),
    ("-e 1.0.2147483648", 1, "InvalidParameter", BAD_NAME),
    ("-e 1.0.0 -i none", 3, "ParentResourceNotFound", "Parent resource 'myGallery/none' not found."),
    ("-e 1.0.0 --managed-image none", 1, "InvalidParameter", f"Source {COMPUTE}/images/none is not found."),
    ("-e 1.0.0 --target-regions eastus2", 1, "InvalidParameter", "must contain the location of image version"),
    ("-e 1.0.0 --target-regions southcentralus southcentralus", 1, "InvalidParameter", "Duplicate regions"),
    ("-e 1.0.0 --end-of-life-date 2020-01-01", 1, "InvalidParameter", "must be set to a future date"),
]


def test_refusals(az: Az, emulator: Any) -> None:
    for options, code, name, text in REFUSED:
        line = f"sig image-version create {DEFINITION} --managed-image myImage {options}"
        refused = az.refusal(line)
        assert (refused[:2], text in refused[2]) == ((code, name), True), refused
    assert not [one for one in emulator.requests if one["method"] == "PUT" and one["status"] < 400]


def test_a_failure_while_it_is_made(az: Az, emulator: Any) -> None:
    reason = {"region": "eastus2", "details": "Failed with internal server error."}
    emulator.order_fault(resource="/versions/1.0.0$", region_fails=reason)
    code, name, text = az.refusal(
        f"sig image-version create {VERSION} --managed-image myImage --target-regions southcentralus eastus2"
    )
    assert (code, name) == (1, "ReplicationJobsNotCompleted")
    assert "'{region:eastus2, detail:Failed with internal server error.}'" in text
    shown = az(f"sig image-version show {VERSION} --expand ReplicationStatus")
    assert (shown["provisioningState"], shown["replicationStatus"]["aggregatedState"]) == ("Failed", "Failed")
