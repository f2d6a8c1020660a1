"""Concurrent runs create, delete or interrupt: the task decides again by what exists, and loses nothing."""

from __future__ import annotations

import contextlib

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.client import ArmClient
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.run_cache import RunCache
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._modules import image_version
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import NotReady

from .conftest import DEFINITION, VERSION

REGIONS = ["southcentralus=1", "eastus2=1=standard_zrs"]
NEXT = {**VERSION, "name": "next_patch"}
NO_VERSION = {**VERSION, "state": "absent"}
NO_DEFINITION = {**DEFINITION, "state": "absent"}


@pytest.fixture
def rival(parents, monkeypatch):
    """Does something right before this run's next PUT."""

    def order(task_name, /, **options):
        really = ArmClient.put

        def late(self, rid, body, **more):
            monkeypatch.setattr(ArmClient, "put", really)
            result = parents.run(task_name, **options)
            assert not result.get("failed"), result["msg"]
            return really(self, rid, body, **more)

        monkeypatch.setattr(ArmClient, "put", late)

    return order


def numbers(azure):
    found = azure.run("image_version_info", resource_group="rg", gallery_name="pics", image_definition_name="web")
    return {one["name"]: one["source_id"].rpartition("/")[2] for one in found["image_versions"]}


@pytest.mark.parametrize("options", [VERSION, NEXT])
def test_a_version_of_the_same_image_that_another_run_has_just_started_is_joined(parents, rival, options):
    rival("image_version", **VERSION, wait=False)
    result = parents.run("image_version", **options)
    assert (result["changed"], result["image_version"]["provisioning_state"]) == (False, "Succeeded")
    assert numbers(parents) == {"1.0.0": "web"}


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize("options", [VERSION, NEXT])
def test_a_version_that_another_task_of_this_run_starts_meanwhile_is_started_once(parents, monkeypatch, options, wait):
    memory = RunCache(parents.clock.monotonic)
    really = image_version.decide
    started = []

    def late(*given):
        monkeypatch.setattr(image_version, "decide", really)
        started.append(parents.run("image_version", **options, wait=wait, memory=memory))
        return really(*given)

    monkeypatch.setattr(image_version, "decide", late)
    before = len(parents.emulator.requests)
    result = parents.run("image_version", **options, wait=wait, memory=memory)
    assert (started[0]["changed"], result["changed"], result["deferred"]) == (True, False, False)
    assert result["image_version"]["name"] == "1.0.0"
    assert [entry["method"] for entry in parents.emulator.requests[before:]].count("PUT") == 1


def test_a_started_version_is_known_before_the_next_turn_at_its_source(parents):
    known = []

    class Watched(RunCache):
        @contextlib.contextmanager
        def lock(self, key):
            with super().lock(key):
                yield
                if key.startswith("clone:"):
                    known.append(self.get(key.replace("clone:", "busy:", 1)))

    result = parents.run("image_version", **VERSION, wait=False, memory=Watched(parents.clock.monotonic))
    assert known == [result["image_version"]["id"]]


def test_a_number_that_another_image_has_just_got_is_left_to_it(parents, rival):
    rival("image_version", **{**VERSION, "source": "db"}, wait=False)
    result = parents.run("image_version", **NEXT)
    assert (result["changed"], result["image_version"]["name"]) == (True, "1.0.1")
    assert numbers(parents) == {"1.0.0": "db", "1.0.1": "web"}


def test_a_given_number_that_another_image_has_just_got_is_refused(parents, rival):
    rival("image_version", **{**VERSION, "source": "db"}, wait=False)
    parents.fails("image_version", "was created from", **VERSION)
    assert numbers(parents) == {"1.0.0": "db"}


@pytest.mark.parametrize("wait", [True, False])
def test_a_new_version_is_never_one_that_another_run_has_made(parents, rival, wait):
    rival("image_version", **NEXT, when_cloned="new", wait=wait)
    result = parents.run("image_version", **NEXT, when_cloned="new")
    assert (result["changed"], result["image_version"]["name"]) == (True, "1.0.1")
    assert numbers(parents) == {"1.0.0": "web", "1.0.1": "web"}


def test_a_refusal_that_is_not_about_the_number_is_reported(parents, rival):
    rival("image_definition", **NO_DEFINITION)
    result = parents.run("image_version", **NEXT)
    assert result["failed"]
    assert "times in a row" not in result["msg"]
    assert "images/web" in result["msg"]


def test_a_version_that_is_deleted_before_it_is_changed(cloned, rival):
    rival("image_version", **NO_VERSION)
    cloned.fails("image_version", "was deleted before", **VERSION, exclude_from_latest=True)


@pytest.mark.parametrize(("task", "options"), [("image_version", NO_VERSION), ("image_definition", NO_DEFINITION)])
def test_what_is_created_again_while_it_is_deleted_is_not_waited_for(parents, task, options):
    if task == "image_version":
        parents.run("image_version", **VERSION)
        parents.clock.later(85, lambda: parents.run("image_version", **VERSION, wait=False))
    else:
        parents.clock.later(
            0.5, lambda: parents.run("image_definition", **DEFINITION, source="web", publisher="p", offer="o", sku="s")
        )
    began = parents.clock.monotonic()
    parents.fails(task, "created again", **options)
    assert parents.clock.monotonic() - began < 300


def test_what_an_earlier_run_has_just_emptied_can_be_deleted(cloned):
    cloned.run("image_version", **NO_VERSION, wait=False)
    cloned.clock.sleep(85)  # gone, and Azure still counts it
    result = cloned.run("image_definition", **NO_DEFINITION)
    assert result["changed"], result
    assert [method for method, _path in cloned.writes] == ["DELETE"] * len(cloned.writes)
    assert len(cloned.writes) > 1


def test_what_is_being_deleted_is_not_deleted_again(parents, monkeypatch):
    def interrupted(*_unused, **_more):
        raise NotReady("The run ends here.")

    parents.emulator.service.settings.operation_seconds = 60
    with monkeypatch.context() as patch:
        patch.setattr(ArmClient, "gone", interrupted)
        parents.fails("image_definition", "ends here", **NO_DEFINITION)
    assert parents.run("image_definition", **NO_DEFINITION)["changed"]
    assert parents.writes == []


def fail_the_first(azure, **options):
    azure.emulator.order_fault(resource=".*", operation_fails={"code": "Conflict", "message": "It cannot be."})
    azure.run("image_version", **VERSION, **options)


def test_a_busy_source_is_noticed_before_a_failed_version_is_deleted(parents):
    fail_the_first(parents)
    memory = RunCache(parents.clock.monotonic)
    parents.run("image_version", **{**VERSION, "name": "2.0.0"}, wait=False, memory=memory)
    result = parents.run("image_version", **VERSION, on_failed="recreate", wait=False, memory=memory)
    assert (result["deferred"], parents.writes) == (True, [])


def test_a_source_that_is_busy_once_the_failed_version_is_deleted_is_waited_for(parents):
    fail_the_first(parents, tags={"team": "a"})
    parents.emulator.order_fault(resource=".*", source_busy=True)
    result = parents.run("image_version", **VERSION, on_failed="recreate")
    assert result["changed"], result
    assert result["image_version"]["tags"]["team"] == "a"


def test_a_deletion_that_an_interrupted_run_began_keeps_what_it_would_have_kept(parents):
    fail_the_first(parents, tags={"team": "a"}, target_regions=REGIONS)
    parents.run("image_version", **NO_VERSION, wait=False)
    again = parents.run("image_version", **VERSION, on_failed="recreate")
    assert again["image_version"]["tags"]["team"] == "a"
    assert [one["name"] for one in again["image_version"]["target_regions"]] == ["southcentralus", "eastus2"]


def test_what_a_good_version_had_ends_with_it(parents):
    parents.run("image_version", **VERSION, tags={"team": "a"})
    parents.run("image_version", **NO_VERSION, wait=False)
    again = parents.run("image_version", **VERSION, on_failed="recreate")
    assert "team" not in again["image_version"]["tags"]


@pytest.fixture
def without_a_region(parents):
    """A retry of eastus2 that ended between its two writes."""
    parents.emulator.order_fault(resource=".*", region_fails={"region": "eastus2", "details": "no"})
    parents.run("image_version", **VERSION, target_regions=REGIONS, tags={"team": "a"})
    result = parents.run("image_version", **VERSION, on_failed="retry_regions", wait=False)
    assert result["update_pending"] == ["target_regions.eastus2"]
    parents.clock.sleep(3600)
    return parents


@pytest.mark.parametrize("options", [{}, {"target_regions": ["eastus2"]}, {"tags": {}, "append_tags": False}])
def test_a_region_that_was_taken_out_comes_back_as_it_was(without_a_region, options):
    result = without_a_region.predicted("image_version", **VERSION, **options)
    regions = {one["name"]: one["storage_account_type"] for one in result["image_version"]["target_regions"]}
    assert regions == {"southcentralus": "Standard_LRS", "eastus2": "Standard_ZRS"}
    assert set(result["image_version"]["tags"]) == {"source_fingerprint", *([] if "tags" in options else ["team"])}
    assert not without_a_region.run("image_version", **VERSION, **options)["changed"]


def test_a_region_that_was_taken_out_stays_out_of_a_list_that_is_exact(without_a_region):
    options = {**VERSION, "target_regions": ["southcentralus"], "region_policy": "exact"}
    result = without_a_region.run("image_version", **options)
    assert [one["name"] for one in result["image_version"]["target_regions"]] == ["southcentralus"]
    assert not without_a_region.run("image_version", **options)["changed"]


@pytest.mark.parametrize("late", [True, False])
def test_a_definition_that_another_run_has_created_with_other_defaults_is_used(parents, rival, late):
    """Defaults are for creating: between two jobs that create one definition, those of the first count."""
    new = {**DEFINITION, "name": "new", "source": "web", "publisher": "pub", "offer": "off"}
    theirs = {**new, "defaults": {"sku": "theirs", "description": "theirs"}, "tags": {"by": "them"}}
    if late:
        rival("image_definition", **theirs)
    else:
        parents.run("image_definition", **theirs)
    result = parents.run("image_definition", **new, defaults={"sku": "ours"}, tags={"job": "2"})
    assert not result.get("failed"), result["msg"]
    assert (result["image_definition"]["sku"], result["image_definition"]["tags"]["job"]) == ("theirs", "2")
    refused = parents.run("image_definition", **new, sku="ours")
    assert refused["failed"]
    assert all(word in refused["msg"] for word in ("sku", "theirs", "ours"))


def test_defaults_that_are_no_options_are_refused(parents):
    parents.refused("image_definition", "defaults: 'skew' is not an option", **DEFINITION, defaults={"skew": 1})
    parents.refused("gallery", "defaults: 'x' is not", resource_group="rg", name="pics", defaults={"x": 1})
    parents.refused("image_version", "defaults: 'tags' is not", **NEXT, defaults={"tags": {}})
