# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that say of a resource what none can be, and states that nobody knows."""

from __future__ import annotations

from .conftest import GROUP, VERSION, VERSION_ID

REGIONS = "properties.publishingProfile.targetRegions[]"


def odd(azure, path, value, /, **fault):
    azure.emulator.order_fault(**{"method": "GET", "kind": "image_version", **fault}, do={"odd": {path: value}})


def test_one_odd_reading_leaves_the_wait_for_the_others_alone(parents):
    parents.run("image_version", **VERSION, wait=False)
    other = {**VERSION, "name": "2.0.0", "source": "db"}
    parents.run("image_version", **other, wait=False)
    odd(parents, f"{REGIONS}.name", "?", path="/versions/1.0.0", times=0)
    ids = [VERSION_ID, VERSION_ID.replace("1.0.0", "2.0.0")]
    found = parents.run("wait_for_replication", versions=ids)
    assert [one["state"] for one in found["results"]] == ["Error", "Completed"]
    assert f"{REGIONS}.name is '?', not the name of a region" in found["results"][0]["message"]


def test_a_state_that_nobody_knows_is_waited_for_and_not_written_over(cloned):
    odd(cloned, "properties.provisioningState", "Verifying", times=3)
    result = cloned.run("image_version", **VERSION, exclude_from_latest=True)
    assert result["changed"]
    assert [method for method, _path in cloned.requests][:4] == ["GET", "GET", "GET", "GET"]
    assert any("Verifying" in line for line in cloned.said)


def test_a_state_in_another_case_is_the_same_state(cloned):
    odd(cloned, "properties.provisioningState", "SUCCEEDED", times=0)
    assert not cloned.run("image_version", **VERSION)["changed"]
    info = {**GROUP, "gallery_name": "pics", "image_definition_name": "web", "latest": True}
    assert len(cloned.run("image_version_info", **info)["image_versions"]) == 1


def test_what_failed_after_a_write_that_azure_had_accepted_has_changed_something(azure):
    azure.emulator.order_fault(resource="/galleries/pics$", operation_cancelled=True)
    result = azure.run("gallery", **GROUP, name="pics")
    assert (result["failed"], result["changed"]) == (True, True)
    result = azure.run("gallery", **GROUP, name="?")
    assert (result["failed"], result["changed"]) == (True, False)


def test_a_version_that_failed_was_made_all_the_same(parents):
    parents.emulator.order_fault(resource="/versions/1.0.0$", operation_fails={"code": "Odd", "message": "No."})
    result = parents.run("image_version", **VERSION)
    assert (result["failed"], result["changed"]) == (True, True)
    again = parents.run("image_version", **VERSION)
    assert (again["failed"], again["changed"]) == (True, False)


def test_the_fingerprint_is_no_tag_of_the_users(cloned):
    for append in (True, False):
        result = cloned.run("image_version", **VERSION, tags={"Source_Fingerprint": "mine"}, append_tags=append)
        assert not result["changed"]
    assert not cloned.run("image_version", **{**VERSION, "name": "next_patch"})["changed"]
