"""Responses with invalid resources or unknown states."""

from __future__ import annotations

import itertools

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth.options import AUTH_OPTIONS
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.resource_id import parse_id
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._run.module_spec import ModuleSpec
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._versions.poller import EXPAND

from .conftest import DEFINITION, GALLERY_ID, GROUP, IDENTITY, TASKS, VERSION, VERSION_ID

pytestmark = pytest.mark.slow

REGIONS = "properties.publishingProfile.targetRegions[]"


def odd(azure, place, value, **fault):
    azure.emulator.order_fault(**{"method": "GET", "kind": "image_version", **fault}, do={"odd": {place: value}})


def test_one_odd_reading_leaves_the_wait_for_the_others_alone(parents):
    parents.run("image_version", **VERSION, wait=False)
    other = {**VERSION, "name": "2.0.0", "source": "db"}
    parents.run("image_version", **other, wait=False)
    odd(parents, f"{REGIONS}.name", "?", path="/versions/1.0.0", times=0)
    ids = [VERSION_ID, VERSION_ID.replace("1.0.0", "2.0.0")]
    found = parents.run("wait_for_replication", versions=ids)
    assert [one["state"] for one in found["results"]] == ["Error", "Completed"]
    assert f"{REGIONS}.name is '?', not the name of a region" in found["results"][0]["message"]


def test_an_unknown_state_is_waited_for_and_not_written_over(cloned):
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


# Odd values at every place ---------------------------------------------------------------------------------------------
ODD = (None, "?", 7, {}, [None])
GALLERY = {**GROUP, "name": "pics"}
INFO = {**GROUP, "gallery_name": "pics", "image_definition_name": "web"}
READERS = {
    "gallery": [("gallery_info", GROUP), ("gallery", {**GALLERY, "tags": {"a": "b"}})],
    "image_definition": [
        ("image_definition", {**DEFINITION, **IDENTITY, "source": "web", "tags": {"a": "b"}, "eula": "x"}),
        ("image_definition_info", {**GROUP, "gallery_name": "pics"}),
        ("image_version", {**VERSION, "name": "next_patch", "when_cloned": "new", "wait": False}),
    ],
    "image_version": [
        (
            "image_version",
            {**VERSION, "tags": {"a": "b"}, "end_of_life_date": "2030-01-01", "target_regions": ["eastus2=2"]},
        ),
        ("image_version_info", {**INFO, "latest": True}),
        ("wait_for_replication", {"versions": [VERSION_ID]}),
    ],
    "managed_image": [
        ("managed_image_info", GROUP),
        ("image_definition", {**DEFINITION, "name": "new", **IDENTITY, "sku": "new", "source": "web"}),
    ],
}


def paths(body, before=""):
    """Every place in a body, as the fault `odd` names it."""
    for key, value in body.items():
        yield f"{before}{key}"
        if isinstance(value, dict):
            yield from paths(value, f"{before}{key}.")
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield from paths(value[0], f"{before}{key}[].")


@pytest.fixture
def body(cloned, kind, monkeypatch):
    """What the emulator answers of a resource of this kind."""
    version = parse_id(VERSION_ID, "image_version")
    image = parse_id(f"{GALLERY_ID.partition('/galleries')[0]}/images/web", "managed_image")
    ids = {rid.kind: rid for rid in (version, version.parent, version.parent.parent, image)}
    expand = EXPAND if kind == "image_version" else None
    monkeypatch.setitem(
        TASKS, "read", ModuleSpec("read", AUTH_OPTIONS, lambda ctx: {"body": ctx.arm.get(ids[kind], expand)})
    )
    return cloned.run("read")["body"]


@pytest.mark.parametrize("kind", READERS)
def test_an_odd_value_anywhere_is_a_clear_error_or_none(cloned, body, kind):
    places, tried, unforeseen = list(paths(body)), 0, []
    for path, value, (task, options) in itertools.product(places, ODD, READERS[kind]):
        cloned.emulator.clear_faults()
        odd(cloned, path, value, kind=kind, times=0)
        tried += 1
        try:
            cloned.run(task, **options, check=True)
        except Exception as error:  # noqa: BLE001  outcome() returns unexpected errors, and Azure.run raises them
            unforeseen.append((path, value, task, repr(error)))
    assert not unforeseen, (len(unforeseen), tried, unforeseen)
    assert len(places) >= 8


def test_a_plan_tells_that_a_region_is_still_waited_for(cloned):
    """Azure calls the version Succeeded, and says nothing of one of its regions."""
    seen = [{"region": "southcentralus", "state": "Completed", "progress": 100}]
    odd(cloned, "properties.replicationStatus", {"aggregatedState": "InProgress", "summary": seen}, times=0)
    for check in (True, False):
        result = cloned.run("image_version", **VERSION, wait=False, check=check)
        assert (result["changed"], result["replication_pending"]) == (False, True)


def test_a_wrong_value_of_an_entry_names_its_option(cloned):
    versions = [{"id": VERSION_ID, "wait_timeout": -1}]
    cloned.refused("wait_for_replication", "versions: wait_timeout: -1 is not a number of seconds", versions=versions)


def test_an_entry_without_an_id_is_refused_by_what_it_lacks(cloned):
    for entry in ({"wait_timeout": 60}, {"id": None}, ""):
        cloned.refused("wait_for_replication", f"versions: {entry!r} has no id. Set it to an ID", versions=[entry])
