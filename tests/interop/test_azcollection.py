"""azure.azcollection's modules: each creates, reports no change, updates, gets and deletes."""

from __future__ import annotations

from typing import Any

import pytest
from interop.az import COMPUTE, DEFINED, SEED
from interop.modules import Modules

from support.playbook_runner import TaskResult

pytestmark = [pytest.mark.client("azcollection"), pytest.mark.emulator(seed=SEED, replication_seconds=2)]
GROUP = {"resource_group": "myResourceGroup"}
ABSENT = {"state": "absent"}


def changes(results: list[TaskResult]) -> list[bool]:
    return [result.changed for result in results]


def test_gallery(modules: Modules) -> None:
    gallery = {**GROUP, "name": "myGallery"}
    made = {**gallery, "location": "eastus", "description": "one"}
    assert changes(modules(("azure_rm_gallery", made), check=True)) == [True]
    results = modules(
        ("azure_rm_gallery", made),
        ("azure_rm_gallery", made),
        ("azure_rm_gallery", {**gallery, "description": "two", "tags": {"a": "b"}}),
        ("azure_rm_gallery_info", gallery),
        ("azure_rm_gallery_info", {}),
        ("azure_rm_gallery", {**gallery, **ABSENT}),
        ("azure_rm_gallery", {**gallery, **ABSENT}),
    )
    assert changes(results) == [True, False, True, False, False, True, False]
    rid = f"{COMPUTE}/galleries/myGallery"
    assert [result["id"] for result in results[:3]] == [rid] * 3
    expected = {
        "id": rid,
        "name": "myGallery",
        "location": "eastus",
        "tags": {"a": "b"},
        "description": "two",
        "provisioning_state": "Succeeded",
    }
    assert results[3]["galleries"] == expected
    # In lists of galleries, and only there, Azure writes the group in capitals.
    assert results[4]["galleries"] == [expected | {"id": rid.replace("myResourceGroup", "MYRESOURCEGROUP")}]


@pytest.mark.emulator(seed=SEED | {"galleries": DEFINED["galleries"]})
def test_definition(modules: Modules) -> None:
    gallery = {**GROUP, "gallery_name": "myGallery"}
    definition = {**gallery, "name": "myImageDefinition"}
    identifier = {"publisher": "p", "offer": "o", "sku": "s"}
    made = {
        **definition,
        "os_type": "linux",
        "os_state": "generalized",
        "hypervgeneration": "V1",
        "identifier": identifier,
        "recommended": {"v_cpus": {"min": 1, "max": 4}, "memory": {"min": 2, "max": 16}},
        "release_note_uri": "https://example.com/notes",
    }
    results = modules(
        ("azure_rm_galleryimage", made),
        ("azure_rm_galleryimage", made),
        ("azure_rm_galleryimage", {**made, "description": "new", "tags": {"a": "b"}}),
        ("azure_rm_galleryimage_info", definition),
        ("azure_rm_galleryimage_info", gallery),
        ("azure_rm_galleryimage", {**definition, **ABSENT}),
        ("azure_rm_galleryimage", {**definition, **ABSENT}),
    )
    assert changes(results) == [True, False, True, False, False, True, False]
    expected = {
        "id": f"{COMPUTE}/galleries/myGallery/images/myImageDefinition",
        "name": "myImageDefinition",
        "location": "southcentralus",
        "tags": {"a": "b"},
        "os_state": "Generalized",
        "os_type": "Linux",
        "identifier": identifier,
    }
    assert results[2]["id"] == expected["id"]
    assert (results[3]["images"], results[4]["images"]) == (expected, [expected])
    said = modules.failure("azure_rm_galleryimage", {**made, "gallery_name": "none"})
    text = "Can not perform requested operation on nested resource. Parent resource \\'none\\' not found."
    assert said.startswith("Error creating the GalleryImage instance")
    assert '"code":"ParentResourceNotFound"' in said
    assert text in said


@pytest.mark.emulator(seed=DEFINED, replication_seconds=2)
def test_version(modules: Modules) -> None:
    definition = {**GROUP, "gallery_name": "myGallery", "gallery_image_name": "myImageDefinition"}
    version = {**definition, "name": "1.0.0"}
    made: dict[str, Any] = {
        **version,
        "location": "southcentralus",
        "storage_profile": {"source_image": {**GROUP, "name": "myImage"}},
        "publishing_profile": {
            "replica_count": 2,
            "target_regions": [
                {"name": "southcentralus", "regional_replica_count": 1},
                {"name": "eastus2", "regional_replica_count": 1, "storage_account_type": "Standard_ZRS"},
            ],
        },
    }
    excluded = {**made["publishing_profile"], "exclude_from_latest": True}
    results = modules(
        ("azure_rm_galleryimageversion", made),
        ("azure_rm_galleryimageversion", made),
        ("azure_rm_galleryimageversion", {**made, "publishing_profile": excluded, "tags": {"a": "b"}}),
        ("azure_rm_galleryimageversion_info", version),
        ("azure_rm_galleryimageversion_info", definition),
        ("azure_rm_galleryimageversion", {**version, **ABSENT}),
    )
    assert changes(results) == [True, False, True, False, False, True]
    rid = f"{COMPUTE}/galleries/myGallery/images/myImageDefinition/versions/1.0.0"
    assert [result["id"] for result in results[:3]] == [rid] * 3
    shown = dict(results[3]["versions"])
    published = shown["publishing_profile"].pop("published_date")
    assert published.endswith("Z")
    assert shown == {
        "id": rid,
        "name": "1.0.0",
        "type": "Microsoft.Compute/galleries/images/versions",
        "location": "southcentralus",
        "tags": {"a": "b"},
        "publishing_profile": {
            "target_regions": [
                {"name": "South Central US", "regional_replica_count": 1, "storage_account_type": "Standard_LRS"},
                {"name": "East US 2", "regional_replica_count": 1, "storage_account_type": "Standard_ZRS"},
            ],
            "replica_count": 2,
            "exclude_from_latest": True,
            "storage_account_type": "Standard_LRS",
        },
        "provisioning_state": "Succeeded",
        "storage_profile": {
            "source": {"id": f"{COMPUTE}/images/myImage"},
            "os_disk_image": {"size_in_gb": 30, "host_caching": "ReadWrite", "source": {}},
        },
        "safety_profile": {"allow_deletion_of_replicated_locations": False, "reported_for_policy_violation": False},
    }
    assert [one["id"] for one in results[4]["versions"]] == [rid]
    said = modules.failure("azure_rm_galleryimageversion", {**made, "name": "1.0"})
    assert "(InvalidParameter) The image version name is invalid." in said


def test_image(modules: Modules) -> None:
    image = {**GROUP, "name": "another"}
    made = {
        **image,
        "source": f"{COMPUTE}/disks/os",
        "data_disk_sources": [f"{COMPUTE}/disks/data"],
        "os_type": "Linux",
        "hyper_v_generation": "V2",
    }
    results = modules(
        ("azure_rm_image", made),
        ("azure_rm_image", made),
        ("azure_rm_image", {**made, "tags": {"a": "b"}}),
        ("azure_rm_image_info", image),
        ("azure_rm_image_info", {"tags": ["a:b"]}),
        ("azure_rm_image", {**image, **ABSENT}),
        ("azure_rm_image", {**image, **ABSENT}),
    )
    assert changes(results) == [True, False, True, False, False, True, False]
    rid = f"{COMPUTE}/images/another"
    assert [result["id"] for result in results[:3]] == [rid] * 3
    (shown,) = results[3]["images"]
    assert shown == {
        "id": rid,
        "name": "another",
        "resource_group": "myResourceGroup",
        "location": "southcentralus",
        "tags": {"a": "b"},
        "source": None,
        "os_type": "Linux",
        "os_state": "Generalized",
        "os_disk": f"{COMPUTE}/disks/os",
        "os_disk_caching": "None",
        "os_disk_encryption_set": None,
        "os_storage_account_type": "Standard_LRS",
        "os_blob_uri": None,
        "provisioning_state": "Succeeded",
        "hyper_v_generation": "V2",
        "data_disks": [
            {
                "lun": 0,
                "caching": "None",
                "disk_size_gb": 10,
                "storage_account_type": "Standard_LRS",
                "managed_disk_id": f"{COMPUTE}/disks/data",
            }
        ],
    }
    assert results[4]["images"] == [shown]
