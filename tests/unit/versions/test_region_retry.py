"""Regions that are out of a version for a while, and the tags that remember them."""

from __future__ import annotations

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.image_version import target_regions
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._versions.region_retry import (
    remove_regions,
    restore_regions,
)

from support.bodies import region, version

SET = f"/subscriptions/{'s' * 36}/resourceGroups/{'g' * 60}/providers/Microsoft.Compute/diskEncryptionSets/{'e' * 60}"
ENCRYPTION = {
    "osDiskImage": {"diskEncryptionSetId": SET},
    "dataDiskImages": [{"lun": 0, "diskEncryptionSetId": SET}],
}


def two_regions(**more):
    body = version(regions=[region("South Central US"), region("East US 2", 3, "Standard_ZRS", **more)])
    return {**body, "tags": {"team": "a"}}


@pytest.mark.parametrize("more", [{}, {"excludeFromLatest": True}, {"encryption": ENCRYPTION}])
def test_it_comes_back_as_it_was(more):
    body = two_regions(**more)
    without = remove_regions(body, {"eastus2"})
    assert [one["name"] for one in target_regions(without)] == ["South Central US"]
    assert all(len(value) <= 256 for value in without["tags"].values())
    back = restore_regions(without)
    assert back["tags"] == {"team": "a"}
    assert target_regions(back)[1] == {**target_regions(body)[1], "name": "eastus2"}


def test_nothing_noted_is_nothing_changed():
    body = two_regions()
    assert restore_regions(body) is body


def test_one_that_is_back_already_is_not_added_twice():
    noted = remove_regions(two_regions(), {"eastus2"})
    noted["properties"]["publishingProfile"]["targetRegions"].append(region("East US 2"))
    assert [one["name"] for one in target_regions(restore_regions(noted))] == ["South Central US", "East US 2"]


def test_only_what_is_wanted_comes_back():
    back = restore_regions(remove_regions(two_regions(), {"eastus2"}), {"southcentralus"})
    assert [one["name"] for one in target_regions(back)] == ["South Central US"]
    assert back["tags"] == {"team": "a"}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"name":"westus"}'])
def test_a_spoilt_note_is_no_region(text):
    noted = remove_regions(two_regions(), {"eastus2"})
    noted["tags"]["retry_region_eastus2_0"] = text
    assert [one["name"] for one in target_regions(restore_regions(noted))] == ["South Central US"]
