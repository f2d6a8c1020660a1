"""Every reason to leave the image of a scale set, as a table, and what counts as another storage setting."""

from __future__ import annotations

import copy
import dataclasses
import datetime
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._compute.scale_set_facts import (
    Facts,
    Request,
    storage_differences,
    storage_with,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._compute.scale_set_rules import RULES
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.refusal import (
    DOUBT,
    REFUSED,
    class_of,
    refusals,
    refused,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.resource_id import (
    ResourceId,
    parse_id,
)

COMPUTE = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute"
IMAGE = f"{COMPUTE}/images/web"
DEFINITION = parse_id(f"{COMPUTE}/galleries/pics/images/web", "image_definition")
VERSION = parse_id(f"{DEFINITION}/versions/1.0.0", "image_version")
PUBLISHED = "2026-10-01T00:00:00+00:00"
NOW = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)
LUN = {"lun": 0, "createOption": "FromImage", "diskSizeGB": 10}


def version(number: str = "1.0.0", source: str = IMAGE) -> dict[str, Any]:
    return {
        "id": f"{DEFINITION}/versions/{number}",
        "name": number,
        "location": "eastus2",
        "tags": {"verified_at": "2026-10-02T00:00:00Z", "verified_published": PUBLISHED, "verified_in": "eastus2"},
        "properties": {
            "provisioningState": "Succeeded",
            "publishingProfile": {"publishedDate": PUBLISHED, "targetRegions": [{"name": "East US 2"}]},
            "storageProfile": {"source": {"id": source}, "osDiskImage": {"sizeInGB": 30}},
            "replicationStatus": {"summary": [{"region": "East US 2", "state": "Completed"}]},
        },
    }


GOOD = Facts(
    Request(ResourceId("scale_set", "s", "rg", "set"), VERSION),
    NOW,
    {
        "id": f"{COMPUTE}/virtualMachineScaleSets/set",
        "location": "eastus2",
        "properties": {
            "provisioningState": "Succeeded",
            "upgradePolicy": {"mode": "Manual"},
            "virtualMachineProfile": {
                "osProfile": {"computerNamePrefix": "set"},
                "storageProfile": {
                    "imageReference": {"id": IMAGE},
                    "osDisk": {"osType": "Linux", "diskSizeGB": 30},
                },
            },
        },
    },
    version=version(),
    definition={"id": str(DEFINITION), "properties": {"osType": "Linux", "hyperVGeneration": "V1"}},
    latest=version(),
    image={"id": IMAGE, "properties": {"hyperVGeneration": "V1", "storageProfile": {"osDisk": {"osType": "Linux"}}}},
    created="2026-09-01T00:00:00+00:00",
)
BY_DEFINITION = dataclasses.replace(GOOD.request, image=DEFINITION)


def at(path: str, value: Any) -> Callable[[Facts], Facts]:
    """A change of one value: `scale_set.properties.upgradePolicy.mode`; `request.roll_out`."""

    def change(facts: Facts) -> Facts:
        name, *steps = path.split(".")
        if not steps:
            return dataclasses.replace(facts, **{name: value})
        changed: Any = copy.deepcopy(getattr(facts, name))
        if name == "request":
            return dataclasses.replace(facts, request=dataclasses.replace(changed, **{steps[0]: value}))
        place = changed
        for step in steps[:-1]:
            place = place.setdefault(step, {})
        place[steps[-1]] = value
        return dataclasses.replace(facts, **{name: changed})

    return change


STORAGE = "scale_set.properties.virtualMachineProfile.storageProfile"
SECURITY = "scale_set.properties.virtualMachineProfile.securityProfile"
FEATURES = "definition.properties.features"
PROFILE = "version.properties.publishingProfile"
LATEST_PROFILE = "latest.properties.publishingProfile"
STATUS = "version.properties.replicationStatus.summary"
AUTOMATIC = at("scale_set.properties.upgradePolicy.automaticOSUpgradePolicy", {"enableAutomaticOSUpgrade": True})
EXCLUDED = {"publishedDate": PUBLISHED, "targetRegions": [{"name": "eastus2", "excludeFromLatest": True}]}


def trusted(value: str) -> list[dict[str, str]]:
    return [{"name": "SecurityType", "value": value}]


# The changes to what is good, and the reasons that they are.
REFUSALS: dict[str, tuple[list[Callable[[Facts], Facts]], list[str]]] = {
    "nothing is wrong": ([], []),
    "a definition": ([at("request", BY_DEFINITION)], []),
    "a platform image": ([at(f"{STORAGE}.imageReference", {"publisher": "p", "sku": "s"})], ["platform"]),
    "no image in the model": ([at("scale_set.properties.virtualMachineProfile", {})], ["platform"]),
    "it is being deleted": ([at("scale_set.properties.provisioningState", "Deleting")], ["deleting"]),
    "no such version": ([at("version", None)], ["version_absent"]),
    "no such definition": (
        [at("request", BY_DEFINITION), at("definition", None), at("version", None), at("latest", None)],
        ["version_absent"],
    ),
    "no version is latest": (
        [at("request", BY_DEFINITION), at("version", None), at("latest", None)],
        ["excluded"],
    ),
    "a version that failed": ([at("version.properties.provisioningState", "Failed")], ["version_broken"]),
    "a version that is updated": ([at("version.properties.provisioningState", "Updating")], ["not_ready"]),
    "replicating": ([at(STATUS, [{"region": "eastus2", "state": "Replicating"}])], ["not_ready"]),
    "a region that failed": ([at(STATUS, [{"region": "eastus2", "state": "Failed"}])], ["version_broken"]),
    "replicated elsewhere": (
        [
            at(f"{PROFILE}.targetRegions", [{"name": "westus2"}]),
            at(STATUS, [{"region": "westus2", "state": "Completed"}]),
        ],
        ["not_ready"],
    ),
    "Shallow without a status": ([at(f"{PROFILE}.replicationMode", "Shallow"), at(STATUS, [])], []),
    "not verified": ([at("version.tags", {})], ["not_verified"]),
    "verified before it was published": ([at(f"{PROFILE}.publishedDate", "2026-10-03T00:00:00Z")], ["not_verified"]),
    "rebuilt, by its time": ([at("created", "2026-10-01T00:02:00Z")], ["rebuilt"]),
    "rebuilt, by its fingerprint": ([at("version.tags.source_fingerprint", "0")], ["rebuilt"]),
    "restored from the version": (
        [at("created", "2026-10-05T00:00:00Z"), at("image.tags", {"restored_from": str(VERSION)})],
        [],
    ),
    "an image that cannot be read": ([at("image", None), at("unreadable", "Denied.")], ["unreadable"]),
    "an image that cannot be read, of another version": (
        [
            at("image", None),
            at("unreadable", "Denied."),
            at("version.properties.storageProfile.source.id", f"{IMAGE}2"),
        ],
        [],
    ),
    "a version of another image": ([at("version.properties.storageProfile.source.id", f"{IMAGE}2")], []),
    "the image is gone": ([at("image", None), at("created", None)], []),
    "another operating system": ([at("definition.properties.osType", "Windows")], ["other_system"]),
    "a Specialized version": ([at("definition.properties.osState", "Specialized")], ["other_system"]),
    "another generation": ([at("definition.properties.hyperVGeneration", "V2")], ["other_generation"]),
    "an OS disk that is too small": (
        [at("version.properties.storageProfile.osDiskImage", {"sizeInGB": 31})],
        ["small_disk"],
    ),
    "a data disk of the version only": (
        [at("version.properties.storageProfile.dataDiskImages", [{"lun": 0, "sizeInGB": 4}])],
        ["data_disks"],
    ),
    "a data disk of the model only": ([at(f"{STORAGE}.dataDisks", [LUN])], ["data_disks"]),
    "data disks alike": (
        [
            at(f"{STORAGE}.dataDisks", [LUN]),
            at("version.properties.storageProfile.dataDiskImages", [{"lun": 0, "sizeInGB": 4}]),
        ],
        [],
    ),
    "data disks of both images, not of the model": (
        [
            at("image.properties.storageProfile.dataDisks", [{"lun": 0}]),
            at("version.properties.storageProfile.dataDiskImages", [{"lun": 0, "sizeInGB": 4}]),
        ],
        [],
    ),
    "data disks of an image that is gone": (
        [at("image", None), at("version.properties.storageProfile.dataDiskImages", [{"lun": 0, "sizeInGB": 4}])],
        [],
    ),
    "data disks of another image that is gone": (
        [
            at("image", None),
            at("version.properties.storageProfile.source.id", f"{IMAGE}2"),
            at("version.properties.storageProfile.dataDiskImages", [{"lun": 0, "sizeInGB": 4}]),
        ],
        ["data_disks"],
    ),
    "an empty disk of its own": ([at(f"{STORAGE}.dataDisks", [{**LUN, "createOption": "Empty"}])], []),
    "an empty disk in the place of the version's": (
        [
            at(f"{STORAGE}.dataDisks", [{**LUN, "createOption": "Empty"}]),
            at("image.properties.storageProfile.dataDisks", [{"lun": 0}]),
            at("version.properties.storageProfile.dataDiskImages", [{"lun": 0, "sizeInGB": 4}]),
        ],
        ["data_disks"],
    ),
    "a data disk that is too small": (
        [
            at(f"{STORAGE}.dataDisks", [LUN]),
            at("version.properties.storageProfile.dataDiskImages", [{"lun": 0, "sizeInGB": 11}]),
        ],
        ["small_disk"],
    ),
    "TrustedLaunch that is not supported": ([at(SECURITY, {"securityType": "TrustedLaunch"})], ["security_type"]),
    "TrustedLaunch that is supported": (
        [at(SECURITY, {"securityType": "TrustedLaunch"}), at(FEATURES, trusted("TrustedLaunchSupported"))],
        [],
    ),
    "TrustedLaunch that is demanded": ([at(FEATURES, trusted("TrustedLaunch"))], ["security_type"]),
    "an Automatic policy": ([at("scale_set.properties.upgradePolicy.mode", "Automatic")], ["roll_out"]),
    "a Rolling policy": ([at("scale_set.properties.upgradePolicy.mode", "Rolling")], ["roll_out"]),
    "a Rolling policy that is allowed": (
        [at("scale_set.properties.upgradePolicy.mode", "Rolling"), at("request.roll_out", "allow")],
        [],
    ),
    "automatic OS upgrades": ([AUTOMATIC], ["roll_out"]),
    "automatic OS upgrades that are allowed": ([AUTOMATIC, at("request.roll_out", "allow")], ["needs_latest"]),
    "automatic OS upgrades to a definition": (
        [AUTOMATIC, at("request", dataclasses.replace(BY_DEFINITION, roll_out="allow"))],
        [],
    ),
    "another version is latest": ([at("request", BY_DEFINITION), at("latest", version("1.1.0"))], ["other_latest"]),
    "latest is of another image": (
        [at("request", BY_DEFINITION), at("latest", version("1.0.0", f"{IMAGE}2"))],
        ["other_latest"],
    ),
    "latest of another image is meant": (
        [at("request", dataclasses.replace(BY_DEFINITION, meant=VERSION)), at("latest", version("1.0.0", f"{IMAGE}2"))],
        [],
    ),
    "excluded in the region": ([at("request", BY_DEFINITION), at("latest", None), at(PROFILE, EXCLUDED)], ["excluded"]),
    "excluded, and an older one is latest": (
        [at("request", BY_DEFINITION), at("latest", version("0.9.0")), at(f"{PROFILE}.excludeFromLatest", True)],
        ["excluded"],
    ),
    "excluded, and named by its number": ([at(f"{PROFILE}.excludeFromLatest", True)], []),
    "a lock": ([at("locks", [{"name": "l", "properties": {"level": "ReadOnly"}}])], ["locked"]),
    "a lock against deletion": ([at("locks", [{"name": "l", "properties": {"level": "CanNotDelete"}}])], []),
}
OF_TIME_OR_AN_OWNER = {"excluded", "not_ready", "not_verified", "roll_out", "locked"}


@pytest.mark.parametrize(("changes", "reasons"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(changes: list[Callable[[Facts], Facts]], reasons: list[str]) -> None:
    facts = GOOD
    for change in changes:
        facts = change(facts)
    found = refusals(RULES, facts)
    assert [one.reason for one in found] == reasons, [one.message for one in found]
    assert all(one.message.endswith(".") for one in found)
    if reasons:
        assert class_of(found) == (REFUSED if set(reasons) <= OF_TIME_OR_AN_OWNER else DOUBT)


def test_every_rule_has_a_case() -> None:
    seen = {reason for _changes, reasons in REFUSALS.values() for reason in reasons}
    assert seen == {rule.reason for rule in RULES}


def test_the_error_names_the_first_three_reasons() -> None:
    facts = at("version.tags", {})(at("scale_set.properties.upgradePolicy.mode", "Rolling")(GOOD))
    facts = at(SECURITY, {"securityType": "TrustedLaunch"})(at("definition.properties.hyperVGeneration", "V2")(facts))
    error = refused("It keeps its image.", refusals(RULES, facts))
    assert error.message.count("And 1 more, see refusals. Nothing was written.") == 1
    assert [one["reason"] for one in error.details["refusals"]] == [
        "other_generation",
        "security_type",
        "not_verified",
        "roll_out",
    ]
    assert error.details["refusal"] == DOUBT


@pytest.mark.parametrize(
    ("after", "paths"),
    [
        ({"osDisk": {"caching": "readwrite"}, "dataDisks": [{"lun": 3, "caching": "None"}, {"lun": 1}]}, []),
        ({"osDisk": {"caching": "None"}, "dataDisks": [{"lun": 1}, {"lun": 3, "caching": "None"}]}, ["osDisk.caching"]),
        (
            {"osDisk": {"caching": "ReadWrite"}},
            ["dataDisks[lun 1].lun", "dataDisks[lun 3].lun", "dataDisks[lun 3].caching"],
        ),
        (
            {
                "osDisk": {"caching": "ReadWrite"},
                "dataDisks": [{"lun": 1}, {"lun": 3, "caching": "None", "a": {"b": 1}}],
            },
            ["dataDisks[lun 3].a.b"],
        ),
    ],
)
def test_storage_differences(after: dict[str, Any], paths: list[str]) -> None:
    before = {
        "imageReference": {"id": IMAGE},
        "osDisk": {"caching": "ReadWrite", "name": None},
        "dataDisks": [{"lun": 1}, {"lun": 3, "caching": "None"}],
    }
    assert storage_differences(before, {"imageReference": {"id": "x"}, **after}) == paths


def test_the_whole_storage_profile_is_sent() -> None:
    sent = storage_with(at(f"{STORAGE}.dataDisks", [LUN])(GOOD).scale_set, VERSION)
    assert sent == {
        "imageReference": {"id": str(VERSION)},
        "osDisk": {"osType": "Linux", "diskSizeGB": 30},
        "dataDisks": [LUN],
    }
