"""Repairs in the run that saw the failure, policies that rewrite tags, and images that were rebuilt under their name."""

from __future__ import annotations

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.run_cache import RunCache

from .conftest import DEFINITION, GALLERY_ID, GROUP, IDENTITY, SUBSCRIPTION, VERSION, VERSION_ID

IMAGE_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/images/web"
PLACE = {"gallery": "pics", "resource_group": "rg"}
PARENTS = {
    "galleries": [{"name": "pics", "resource_group": "rg"}],
    "definitions": [{**PLACE, "name": "web", **IDENTITY}],
}


def seeded(**version):
    """A marker with a gallery, a definition and a version of the image web."""
    source = {"name": "web", "resource_group": "rg"}
    return pytest.mark.seed(
        **PARENTS, versions=[{**PLACE, "definition": "web", "name": "1.0.0", "source": source, **version}]
    )


def fail_next(azure):
    azure.emulator.order_fault(resource="/versions/", operation_fails={"code": "Conflict", "message": "It cannot be."})


@pytest.mark.seed(**PARENTS)
@pytest.mark.parametrize("name", ["1.0.0", "next_patch"])
@pytest.mark.parametrize("wait", [True, False])
def test_a_version_is_recreated_in_the_run_that_saw_it_fail(azure, name, wait):
    memory = RunCache(azure.clock.monotonic)
    fail_next(azure)
    options = {**VERSION, "name": name, "tags": {"team": "a"}}
    assert azure.run("image_version", **options, memory=memory)["failed"]
    result = azure.run("image_version", **{**options, "tags": None}, on_failed="recreate", wait=wait, memory=memory)
    assert not result.get("failed"), result
    assert [method for method, _path in azure.writes] == ["DELETE", "PUT"]
    assert result["image_version"]["tags"]["team"] == "a"
    assert not azure.run("image_version", **options, memory=memory)["changed"]


@pytest.mark.seed(**PARENTS)
def test_what_a_deleted_version_had_survives_a_create_that_fails(azure):
    memory = RunCache(azure.clock.monotonic)
    fail_next(azure)
    azure.run("image_version", **VERSION, tags={"team": "a"}, memory=memory)
    azure.emulator.order_fault(
        method="PUT", kind="image_version", times=1, do={"status": 403, "code": "AuthorizationFailed"}
    )
    lost = azure.run("image_version", **VERSION, on_failed="recreate", memory=memory)
    assert lost["failed"]
    assert lost["deleted_image_version"]["tags"]["team"] == "a"
    again = azure.run("image_version", **VERSION, memory=memory)
    assert again["image_version"]["tags"]["team"] == "a"


@pytest.mark.seed(**PARENTS)
def test_a_version_that_another_task_repaired_meanwhile_is_not_deleted(azure, monkeypatch):
    from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._modules import image_version

    fail_next(azure)
    azure.run("image_version", **VERSION)
    really = image_version.decide

    def late(current, desired):
        monkeypatch.setattr(image_version, "decide", really)
        decision = really(current, desired)
        assert azure.run("image_version", **VERSION, on_failed="recreate")["changed"]
        return decision

    monkeypatch.setattr(image_version, "decide", late)
    before = len(azure.emulator.requests)
    result = azure.run("image_version", **VERSION, on_failed="recreate")
    assert not result.get("failed"), result
    assert [entry["method"] for entry in azure.emulator.requests[before:]].count("DELETE") == 1


# Policies


POLICY = {"env": "Production", "CostCenter": "7"}
WRITES = {
    "gallery": {**GROUP, "name": "pics", "tags": {"env": "prod"}},
    "image_definition": {**DEFINITION, **IDENTITY, "os_type": "Linux", "tags": {"env": "prod"}},
    "image_version": {**VERSION, "tags": {"env": "prod"}},
}


def earlier(azure, task):
    """What the task's resource is created in."""
    for name in list(WRITES)[: list(WRITES).index(task)]:
        azure.run(name, **WRITES[name])


@pytest.mark.parametrize("task", WRITES)
def test_tags_that_a_policy_rewrites_are_named_once(azure, task):
    earlier(azure, task)
    azure.emulator.order_fault(resource=".*", times=0, policy_tags=POLICY)
    result = azure.run(task, **WRITES[task])
    assert not result.get("failed"), result
    warned = [line for line in azure.warnings if "env" in line]
    assert len(warned) == 1
    assert "CostCenter" in warned[0]


@pytest.mark.parametrize("task", WRITES)
def test_a_tag_that_a_policy_rewrote_is_no_other_writer(azure, task):
    earlier(azure, task)
    azure.emulator.order_fault(resource=".*", times=0, policy_tags=POLICY)
    kind = {"gallery": "gallery"}.get(task, task)
    azure.emulator.order_fault(method="PUT", kind=kind, times=1, do={"reset_after": True})
    result = azure.run(task, **WRITES[task])
    assert not result.get("failed"), result
    assert any("env" in line for line in azure.warnings)


# Rebuilt images


@seeded(published_date="2026-04-20T00:00:00Z")
def test_an_image_that_was_created_after_the_version_is_another_image(azure):
    assert not azure.run("image_version", **VERSION)["changed"]
    azure.emulator.service.store.resources[IMAGE_ID.lower()].created = azure.clock.now().timestamp()
    result = azure.fails("image_version", "rebuilt since", **VERSION)
    assert "when_cloned: new" in result["msg"]
    more = azure.run("image_version", **{**VERSION, "name": "next_patch"}, when_cloned="new", wait=False)
    assert more["image_version"]["name"] == "1.0.1"


@seeded(published_date="2026-04-20T00:00:00Z")
def test_without_the_right_to_list_the_fingerprint_alone_decides_and_the_result_says_so(azure):
    azure.emulator.order_fault(path="/resources$", times=0, do={"status": 403, "code": "AuthorizationFailed"})
    memory = RunCache(azure.clock.monotonic)
    for _again in range(2):
        assert not azure.run("image_version", **VERSION, memory=memory)["changed"]
        assert any("creation times" in line for line in azure.warnings)
    lists = [entry for entry in azure.emulator.requests if entry["path"].endswith("/resources")]
    assert len(lists) == 1, "a denied list is not asked for again"


@seeded(tags={"Source_Fingerprint": "of an earlier build"})
def test_the_fingerprint_is_found_in_any_case(azure):
    azure.fails("image_version", "rebuilt since", **VERSION)
    azure.emulator.resource(IMAGE_ID)["tags"] = {}
    azure.emulator.service.store.resources[IMAGE_ID.lower()].body["tags"] = {"restored_from": VERSION_ID}
    assert not azure.run("image_version", **VERSION)["changed"]


@seeded(tags={"a": "1", "verified_at": "2026-04-21T00:00:00Z", "verified_in": "southcentralus"})
def test_verification_is_kept_by_exact_tags_and_not_set_by_a_task(azure):
    result = azure.run("image_version", **VERSION, tags={"verified_at": "forged", "b": "2"}, append_tags=False)
    assert result["image_version"]["tags"] == {
        "b": "2",
        "verified_at": "2026-04-21T00:00:00Z",
        "verified_in": "southcentralus",
    }
    assert GALLERY_ID in result["image_version"]["id"]


@pytest.mark.parametrize("task", ["image_definition", "image_version"])
def test_a_date_cannot_be_cleared(azure, task):
    azure.refused(task, "does not allow clearing", **WRITES[task], end_of_life_date="")
