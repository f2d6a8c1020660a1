"""What modules document to return is what they return, key by key."""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._compute import usage, usage_scan
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources import image_version, managed_image
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import AzureError, Denied
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.fields import Change, Resource
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.gallery import GALLERY
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.image_definition import (
    IMAGE_DEFINITION,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.resource_id import parse_id
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._run.context import Context
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._versions.poller import Watched, outcome
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._versions.readiness import read_version
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._versions.request import read_request
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._versions.result import Done, deferred, result

Read = Callable[[str], Any]
GROUP = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup"
COMPUTE = f"{GROUP}/providers/Microsoft.Compute"
DATE = "2030-01-31T00:00:00+00:00"
SET = f"{COMPUTE}/diskEncryptionSets/mySet"

# Azure's bodies with every property that is returned.
GALLERY_BODY = {
    "id": f"{COMPUTE}/galleries/myGallery",
    "location": "southcentralus",
    "tags": {"team": "platform"},
    "properties": {
        "description": "text",
        "identifier": {"uniqueName": "name"},
        "provisioningState": "Succeeded",
    },
}
DEFINITION_BODY = {
    "id": f"{COMPUTE}/galleries/myGallery/images/myImageDefinition",
    "location": "southcentralus",
    "tags": {"team": "platform"},
    "properties": {
        "osType": "Linux",
        "osState": "Generalized",
        "hyperVGeneration": "V1",
        "architecture": "x64",
        "identifier": {"publisher": "p", "offer": "o", "sku": "s"},
        "purchasePlan": {"name": "n", "publisher": "p", "product": "q"},
        "description": "text",
        "eula": "text",
        "privacyStatementUri": "https://example.com",
        "releaseNoteUri": "https://example.com",
        "endOfLifeDate": DATE,
        "recommended": {"vCPUs": {"min": 1, "max": 2}, "memory": {"min": 1, "max": 2}},
        "disallowed": {"diskTypes": ["Premium_LRS"]},
        "features": [{"name": "SecurityType", "value": "TrustedLaunchSupported"}],
        "provisioningState": "Succeeded",
    },
}
VERSION_BODY = {
    "id": f"{COMPUTE}/galleries/myGallery/images/myImageDefinition/versions/1.0.0",
    "name": "1.0.0",
    "location": "southcentralus",
    "tags": {"team": "platform"},
    "properties": {
        "publishingProfile": {
            "targetRegions": [
                {
                    "name": "South Central US",
                    "regionalReplicaCount": 1,
                    "storageAccountType": "Standard_LRS",
                    "excludeFromLatest": False,
                    "encryption": {
                        "osDiskImage": {
                            "diskEncryptionSetId": SET,
                            "securityProfile": {
                                "confidentialVMEncryptionType": "EncryptedWithCmk",
                                "secureVMDiskEncryptionSetId": SET,
                            },
                        },
                        "dataDiskImages": [{"lun": 0, "diskEncryptionSetId": SET}],
                    },
                }
            ],
            "replicaCount": 1,
            "storageAccountType": "Standard_LRS",
            "replicationMode": "Full",
            "excludeFromLatest": False,
            "endOfLifeDate": DATE,
            "publishedDate": DATE,
        },
        "storageProfile": {"source": {"id": f"{COMPUTE}/images/myImage"}},
        "safetyProfile": {"allowDeletionOfReplicatedLocations": True, "blockDeletionBeforeEndOfLife": False},
        "replicationStatus": {
            "aggregatedState": "InProgress",
            "summary": [{"region": "southcentralus", "state": "Failed", "progress": 5, "details": "text"}],
        },
        "provisioningState": "Succeeded",
    },
}
IMAGE_BODY = {
    "id": f"{COMPUTE}/images/myImage",
    "location": "southcentralus",
    "tags": {"team": "platform"},
    "properties": {
        "sourceVirtualMachine": {"id": f"{COMPUTE}/virtualMachines/myVM"},
        "storageProfile": {
            "osDisk": {
                "osType": "Linux",
                "osState": "Generalized",
                "diskSizeGB": 30,
                "managedDisk": {"id": f"{COMPUTE}/disks/myDisk"},
                "caching": "ReadWrite",
                "storageAccountType": "Standard_LRS",
            },
            "dataDisks": [
                {
                    "lun": 0,
                    "diskSizeGB": 30,
                    "managedDisk": {"id": f"{COMPUTE}/disks/myDisk"},
                    "caching": "ReadWrite",
                    "storageAccountType": "Standard_LRS",
                }
            ],
            "zoneResilient": False,
        },
        "provisioningState": "Succeeded",
        "hyperVGeneration": "V1",
    },
}

SHAPES = {
    "gallery": GALLERY.shape(GALLERY_BODY),
    "image_definition": IMAGE_DEFINITION.shape(DEFINITION_BODY),
    "image_version": image_version.shape(VERSION_BODY),
    "images": managed_image.shape(IMAGE_BODY),
}
PLACES = {
    "gallery": "gallery",
    "image_definition": "image_definition",
    "image_version": "image_version",
    "managed_image_info": "images",
}
# What refers to the documentation of another module: the key, and what it has the keys of.
REFERENCES = {
    "gallery_info": ("galleries", "gallery#module:gallery"),
    "image_definition_info": ("image_definitions", "image_definition#module:image_definition"),
    "image_version_info": ("image_versions", "image_version#module:image_version"),
    "managed_image": ("managed_image", "managed_image_info#module:images"),
}
TYPES = {"str": str, "int": int, "bool": bool, "dict": dict, "list": list}


def check(described_keys: dict[str, Any], shape: dict[str, Any], where: str) -> None:
    """The result has exactly the documented keys, with their types."""
    assert set(described_keys) == set(shape), where
    for key, value in shape.items():
        place = f"{where}.{key}"
        entry = described_keys[key]
        assert entry["description"], place
        if value is None or entry["type"] == "raw":
            continue
        assert value.__class__ is TYPES[entry["type"]], place  # True is no int here
        if "contains" in entry:
            items = value if isinstance(value, list) else [value]
            assert items, f"{place}: the body of this test has none"
            for item in items:
                check(entry["contains"], item, place)
        else:
            assert not (isinstance(value, list) and value and isinstance(value[0], dict)), f"{place}: of what?"


@pytest.mark.parametrize("name", sorted(PLACES))
def test_a_resource_is_returned_as_documented(name: str, returns: Read) -> None:
    place = PLACES[name]
    check(returns(name)[place]["contains"], SHAPES[place], f"{name}: {place}")


def test_the_shapes_of_this_test_are_whole() -> None:
    """No key is None for want of a value in the bodies above."""
    holes = {(name, key) for name, shape in SHAPES.items() for key, value in shape.items() if value is None}
    assert holes == set()


def test_a_missing_key_is_found(returns: Read) -> None:
    described_keys = dict(returns("gallery")["gallery"]["contains"])
    described_keys.pop("tags")
    with pytest.raises(AssertionError):
        check(described_keys, SHAPES["gallery"], "gallery")


@pytest.mark.parametrize("name", sorted(REFERENCES))
def test_a_resource_is_documented_once(name: str, returns: Read) -> None:
    key, place = REFERENCES[name]
    described = returns(name)[key]
    assert "contains" not in described
    assert f"RV(cloudimages.azure_gallery.{place})" in " ".join(described["description"])
    module, shape = place.split("#module:")
    assert set(described["sample"] if name == "managed_image" else described["sample"][0]) <= set(SHAPES[shape])
    assert PLACES[module] == shape


@pytest.mark.parametrize(
    ("resource", "place"),
    [(GALLERY, "gallery"), (IMAGE_DEFINITION, "image_definition"), (image_version.IMAGE_VERSION, "image_version")],
    ids=["gallery", "image_definition", "image_version"],
)
def test_what_was_read_can_be_fed_back(resource: Resource, place: str) -> None:
    """Returned keys bear the options' names, and asking for what is there changes nothing."""
    body = {"gallery": GALLERY_BODY, "image_definition": DEFINITION_BODY, "image_version": VERSION_BODY}[place]
    options = set(resource.options()) - {"append_tags"}
    assert options <= set(SHAPES[place])
    assert resource.differences(body, resource.wanted(SHAPES[place])) == []


# What stands beside the resource


def request_of_a_version() -> Any:
    params = {
        "resource_group": "myResourceGroup",
        "gallery_name": "myGallery",
        "image_definition_name": "myImageDefinition",
        "name": "1.0.0",
        "state": "present",
        "source": "myImage",
        "target_regions": None,
        "append_tags": True,
        "region_policy": "merge",
        "when_cloned": "reuse",
        "on_failed": "fail",
        "wait": True,
        "wait_timeout": 60,
        "poll_interval": None,
        "defaults": None,
        "plan": None,
    }
    return read_request(params, "00000000-0000-0000-0000-000000000000")


OF_EVERY_MODULE = {"azure_error", "progress"}
OF_ANSIBLE = {"changed", "diff"}


def test_all_keys_of_a_version(returns: Read) -> None:
    rid = parse_id(VERSION_BODY["id"], "image_version")
    done = Done(rid, VERSION_BODY, [Change("tags", {}, {"a": "b"}, why="so")])
    done.source_region_added, done.set_by_azure = True, ("replication",)
    given = result(done, pending=True)
    described_keys = returns("image_version")
    keys = set(given) | set(deferred(request_of_a_version(), rid, "id")) | {"state", "regions"}
    assert set(described_keys) - OF_EVERY_MODULE == keys - OF_ANSIBLE
    assert set(described_keys["changes"]["contains"]) == set(given["changes"][0])
    check(described_keys["regions"]["contains"], dict(read_version(VERSION_BODY).regions[0]), "regions")


def test_all_keys_of_what_settles_at_once(returns: Read) -> None:
    for name in ("gallery", "image_definition"):
        assert set(returns(name)) - OF_EVERY_MODULE == {name, "changes", "set_by_azure"}
        assert set(returns(name)["changes"]["contains"]) == set(Change("tags", {}, {}).returned())


def test_all_keys_of_a_wait(returns: Read) -> None:
    described_keys = returns("wait_for_replication")
    assert set(described_keys) - OF_EVERY_MODULE == {"results"}
    rid = parse_id(VERSION_BODY["id"], "image_version")
    watched = Watched(rid, 60, reading=read_version(VERSION_BODY))
    watched.note(datetime.datetime(2030, 1, 31, tzinfo=datetime.UTC))
    ended = outcome(Context(params={}), watched)
    denied = outcome(Context(params={}), Watched(rid, 60, error=Denied("text", status=403)))
    assert set(described_keys["results"]["contains"]) == {*ended, *denied}
    check(described_keys["results"]["contains"], {"azure_error": None, **ended}, "results")


def test_all_keys_of_uses(returns: Read) -> None:
    described_keys = returns("image_usage_info")
    reference = {"imageReference": {"id": VERSION_BODY["id"]}}
    body = {"id": f"{COMPUTE}/virtualMachines/myVM", "name": "myVM", "location": "eastus2"}
    (use,) = usage.of([], [{**body, "properties": {"storageProfile": reference}}])
    check(described_keys["uses"]["contains"], use, "uses")
    unseen = usage_scan.unseen("subscription", "00000000-0000-0000-0000-000000000000", "text", ["action"])
    check(described_keys["not_scanned"]["contains"], unseen, "not_scanned")
    keys = {field.name for field in dataclasses.fields(usage_scan.Scan)} - {"scale_sets", "unlisted"}
    assert set(described_keys) - OF_EVERY_MODULE == keys


def test_info_modules_return_one_list(module: str, returns: Read) -> None:
    if module.endswith("_info") and module != "image_usage_info":
        assert set(returns(module)) - OF_EVERY_MODULE == {PLACES.get(module) or REFERENCES[module][0]}


@pytest.mark.parametrize("name", [*PLACES, *REFERENCES, "wait_for_replication"])
def test_azures_error(name: str, returns: Read) -> None:
    error = AzureError("text", status=403, code="c", azure_message="m", request_id="r", target="t")
    described = returns(name)["azure_error"]["description"]
    assert re.findall(r"C\((\w+)\)", "".join(described)) == list(error.details["azure_error"])
