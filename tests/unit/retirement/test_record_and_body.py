"""The record of a deleted image, and what is restored from it."""

from __future__ import annotations

import datetime
import typing as t

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import InvalidRequest
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.resource_id import parse_id
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._retirement import record, restore_body
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._retirement.facts import Facts, Request

from support.retired_images import IMAGE, VERSION

NOW = datetime.datetime(2026, 11, 30, tzinfo=datetime.UTC)
IMAGE_ID, VERSION_ID = parse_id(IMAGE, "managed_image"), parse_id(VERSION, "image_version")
SET = {"id": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/diskEncryptionSets/set"}
BODY: dict[str, t.Any] = {
    "id": IMAGE,
    "location": "southcentralus",
    "tags": {"team": "a", "restored_from": "another"},
    "properties": {
        "sourceVirtualMachine": {"id": "/vm"},
        "storageProfile": {
            "osDisk": {
                "blobUri": "https://x/y.vhd?sig=secret",
                "caching": "ReadWrite",
                "storageAccountType": "UltraSSD_LRS",
            },
            "dataDisks": [{"lun": 3, "caching": "None", "storageAccountType": "Premium_LRS", "diskEncryptionSet": SET}],
            "zoneResilient": True,
        },
    },
}
PROFILE = {"publishingProfile": {"publishedDate": "2026-11-01T00:00:00Z"}}
STORAGE = {"osDiskImage": {"sizeInGB": 30}, "dataDiskImages": [{"lun": 3, "sizeInGB": 4}]}
BODY_OF_VERSION: dict[str, t.Any] = {"id": VERSION, "properties": {**PROFILE, "storageProfile": STORAGE}}


def made(assignments: t.Any = ()) -> record.Record:
    return record.new_record(Facts(Request(IMAGE_ID, VERSION_ID), NOW, BODY, BODY_OF_VERSION), assignments)


def test_a_record_has_no_signature_and_can_be_read_again() -> None:
    found = made()
    assert "secret" not in record.text_of(found)
    assert found["image"]["properties"]["storageProfile"]["osDisk"]["blobUri"] == "https://x/y.vhd"
    assert record.parse_record(record.text_of(found), "record") == found
    assert (found["state"], found["deleted_at"]) == ("intended", None)
    closed = record.closed(found, NOW)
    assert (closed["state"], closed["deleted_at"]) == ("deleted", "2026-11-30T00:00:00Z")
    assert record.closed(closed, NOW + datetime.timedelta(days=1)) == closed


def test_images_of_one_name_have_records_of_their_own() -> None:
    other = parse_id(IMAGE.replace("/rg/", "/other/"), "managed_image")
    spelled = parse_id(IMAGE.replace("/rg/", "/RG/"), "managed_image")
    assert record.file_name(IMAGE_ID) == record.file_name(spelled) != record.file_name(other)
    assert record.file_name(IMAGE_ID).startswith("web_")


def test_what_a_restored_image_has_of_the_record() -> None:
    found = made()
    disks = restore_body.Disks.of(IMAGE_ID, VERSION_ID, BODY_OF_VERSION)
    start = f"restore-{disks.hashed[:8]}"
    assert [rid.name for rid in disks.ids.values()] == [f"{start}-os", f"{start}-3"]
    definition = {"properties": {"osType": "Linux", "hyperVGeneration": "V2"}}
    tags = restore_body.tags_of(None, found["image"])
    body = restore_body.image_body(VERSION_ID, definition, "southcentralus", disks.ids, tags, found["image"])
    assert body["tags"] == {"team": "a", "restored_from": VERSION}
    storage = body["properties"]["storageProfile"]
    assert storage["zoneResilient"] is True
    assert (storage["osDisk"]["caching"], storage["osDisk"]["storageAccountType"]) == ("ReadWrite", "UltraSSD_LRS")
    assert storage["dataDisks"][0]["diskEncryptionSet"] == SET
    recorded = restore_body.disks_of(found["image"])
    kinds = [disks.body(lun, "x", recorded[lun])["sku"]["name"] for lun in disks.ids]
    assert kinds == ["Standard_LRS", "Premium_LRS"], "a disk to copy from has no Ultra type"


def test_what_is_lost_is_named() -> None:
    assert restore_body.lost(None)[0].startswith("Without a record")
    assert restore_body.lost(made(None)) == [
        "source_virtual_machine_id was /vm.",
        "Role assignments on the image could not be read when it was deleted.",
    ]
    assignment = {"properties": {"roleDefinitionId": "/role", "principalId": "someone", "scope": IMAGE}}
    assert restore_body.lost(made([assignment]))[1] == "Role assignment of /role to someone: assign it again."


def test_no_room_for_the_tag() -> None:
    many = {f"tag{number}": "x" for number in range(50)}
    with pytest.raises(InvalidRequest, match="would have 51"):
        restore_body.tags_of(many, {})
    assert len(restore_body.tags_of(dict(list(many.items())[:49]), {})) == 49
