"""Versions: what exists decides what is done."""

from __future__ import annotations

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.client import ArmClient
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.run_cache import RunCache

from .conftest import DEFINITION, IDENTITY, SUBSCRIPTION, VERSION, VERSION_ID

REGIONS = ["southcentralus=1", "eastus2=1=standard_zrs"]
IMAGE_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/images/web"


def version_writes(azure):
    return [(method, path.rpartition("/")[2]) for method, path in azure.writes]


def test_a_version_is_predicted_created_waited_for_and_left_alone(parents):
    options = {
        **VERSION,
        "target_regions": REGIONS,
        "replica_count": 2,
        "end_of_life_date": "2030-01-01",
        "tags": {"a": 1},
    }
    made = parents.predicted("image_version", **options)
    assert version_writes(parents) == [("PUT", "1.0.0")]
    version = made["image_version"]
    assert version["provisioning_state"] == "Succeeded"
    assert version["source_id"] == IMAGE_ID
    assert version["replica_count"] == 2
    assert [
        (item["name"], item["regional_replica_count"], item["storage_account_type"])
        for item in version["target_regions"]
    ] == [
        ("southcentralus", 1, "Standard_LRS"),
        ("eastus2", 1, "Standard_ZRS"),
    ]
    assert {item["state"] for item in version["replication"]["regions"]} == {"Completed"}
    assert any("eastus2" in line for line in parents.said), "a wait says what it waits for"
    again = parents.run("image_version", **options)
    assert (again["changed"], again["changes"], parents.writes) == (False, [], [])
    assert len(parents.requests) == 3, "the version, its source and the creation times"


def test_what_was_read_can_be_fed_back(cloned):
    read = cloned.run(
        "image_version_info", resource_group="rg", gallery_name="pics", image_definition_name="web", name="1.0.0"
    )
    version = read["image_versions"][0]
    options = {
        key: version[key] for key in version if key in VERSION or key in ("target_regions", "tags", "replica_count")
    }
    assert not cloned.run("image_version", **options, storage_account_type=version["storage_account_type"])["changed"]


@pytest.mark.parametrize(
    "regions",
    [
        ["East US 2=1=standard_zrs", "SouthCentralUS"],
        [{"name": "eastus2"}, {"name": "South Central US", "regional_replica_count": 1}],
        None,
        ["southcentralus"],
    ],
)
def test_order_spelling_and_what_is_left_out_are_no_change(cloned, regions):
    result = cloned.run("image_version", **VERSION, target_regions=regions)
    assert (result["changed"], cloned.writes) == (False, [])


def test_one_update_for_all_that_differs_and_the_rest_is_kept(cloned):
    before = cloned.run("image_version", **VERSION, tags={"a": "1"}, end_of_life_date="2030-01-01")["image_version"]
    result = cloned.predicted(
        "image_version", **VERSION, target_regions=["southcentralus=3", "westus"], end_of_life_date="2031-01-01"
    )
    assert version_writes(cloned) == [("PUT", "1.0.0")]
    assert result["diff"]["before"] == {
        "end_of_life_date": "2030-01-01T00:00:00Z",
        "target_regions": {"southcentralus": {"regional_replica_count": 1}},
    }
    assert set(result["diff"]["after"]["target_regions"]) == {"southcentralus", "westus"}
    assert result["unmanaged_regions"] == ["eastus2"]
    after = result["image_version"]
    assert [item["name"] for item in after["target_regions"]] == ["southcentralus", "eastus2", "westus"]
    assert (after["tags"], after["published_date"]) == (before["tags"], before["published_date"])


def test_regions_left_out_go_only_when_asked(cloned):
    merged = cloned.run("image_version", **VERSION, target_regions=["southcentralus"])
    assert (merged["changed"], merged["unmanaged_regions"]) == (False, ["eastus2"])
    assert "eastus2" in cloned.warnings[0]
    cloned.refused(
        "image_version",
        "would remove eastus2",
        **VERSION,
        target_regions=["southcentralus"],
        region_policy="exact",
        allow_deletion_of_replicated_locations=False,
    )
    exact = cloned.predicted(
        "image_version",
        **VERSION,
        target_regions=["southcentralus"],
        region_policy="exact",
        allow_deletion_of_replicated_locations=True,
    )
    assert [item["name"] for item in exact["image_version"]["target_regions"]] == ["southcentralus"]


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"target_regions": ["eastus2=1=premium_lrs"]}, "target_regions.eastus2.storage_account_type"),
        ({"storage_account_type": "Premium_LRS"}, "storage_account_type"),
        ({"replication_mode": "Shallow"}, "replication_mode"),
        ({"location": "westus"}, "location"),
        ({"end_of_life_date": "2020-01-01"}, "past"),
        ({"source": "db"}, "images/db"),
    ],
)
def test_what_cannot_change_is_refused(cloned, options, word):
    result = cloned.refused("image_version", word, **{**VERSION, **options})
    assert "Nothing was written" in result["msg"]


def test_another_source_is_refused_naming_both(cloned):
    result = cloned.refused("image_version", "images/web", **{**VERSION, "source": "db"})
    assert "images/db" in result["msg"]


def test_the_source_may_be_left_out_or_be_gone(cloned):
    options = {key: value for key, value in VERSION.items() if key != "source"}
    assert not cloned.run("image_version", **options)["changed"]
    assert cloned.run("image_version", **options, exclude_from_latest=True)["changed"]
    cloned.emulator.service.store.resources.pop(IMAGE_ID.lower(), None)
    result = cloned.run("image_version", **VERSION, exclude_from_latest=False)
    assert (result.get("failed"), result["changed"]) == (None, True), result


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"source": None}, "requires a managed image"),
        ({"source": "nowhere"}, "images/nowhere does not exist"),
        ({"image_definition_name": "none"}, "images/none does not exist"),
        ({"location": "eastus"}, "location"),
        ({"target_regions": ["eastus2", "East US 2"]}, "named twice"),
        ({"target_regions": ["eastus2"], "replication_mode": "Shallow"}, "Shallow"),
        ({"name": "1.0"}, "1.0"),
        ({"name": "1.0.2147483648"}, "2147483647"),
        ({"end_of_life_date": "2020-01-01"}, "past"),
        ({"source": {"name": "web", "group": "rg"}}, "'group'"),
        ({"source": "/subscriptions/x"}, "/subscriptions/x"),
        ({"poll_interval": 0}, "poll_interval"),
        ({"replica_count": 0}, "replica_count"),
        ({"replica_count": -1}, "replica_count"),
        ({"replication_mode": "fulll"}, "replication_mode"),
        ({"gallery_name": "none"}, "galleries/none does not exist"),
        ({"name": "next_patch", "source": None}, "source"),
    ],
)
def test_a_version_that_cannot_be_made_is_refused(parents, options, word):
    parents.refused("image_version", word, **{**VERSION, **options})


def test_a_definition_of_another_generation_is_refused_before_azure_accepts_it(azure):
    azure.run("gallery", resource_group="rg", name="pics")
    azure.run("image_definition", **DEFINITION, **IDENTITY, os_type="Linux", hyper_v_generation="V2")
    azure.refused("image_version", "Hyper-V generation", **VERSION)


def test_the_own_region_is_added_and_marked(parents):
    result = parents.predicted("image_version", **VERSION, target_regions=["eastus2"])
    assert result["source_region_added"] is True
    assert [item["name"] for item in result["image_version"]["target_regions"]] == ["southcentralus", "eastus2"]


def test_what_azure_may_refuse_is_a_warning(parents):
    parents.run("image_version", **VERSION, target_regions=["southcentralus=60"], check=True)
    assert "southcentralus has 60" in parents.warnings[0]


def test_the_deletion_lock_is_off_unless_asked_for(parents):
    parents.run("image_version", **VERSION, wait=False)
    put = next(
        entry for entry in parents.emulator.requests if entry["method"] == "PUT" and "/versions/" in entry["path"]
    )
    assert put["body"]["properties"]["safetyProfile"]["blockDeletionBeforeEndOfLife"] is False


def test_without_waiting_the_version_is_started_and_reported_as_pending(parents):
    result = parents.run("image_version", **VERSION, wait=False)
    assert (result["changed"], result["replication_pending"]) == (True, True)
    assert parents.clock.slept == [] or max(parents.clock.slept) < 1


def test_a_version_that_is_under_way_is_joined(parents):
    parents.run("image_version", **VERSION, target_regions=REGIONS, wait=False)
    pending = parents.run("image_version", **VERSION, exclude_from_latest=True, wait=False)
    assert (pending["changed"], pending["replication_pending"]) == (False, True)
    assert (pending["update_pending"], parents.writes) == (["exclude_from_latest"], [])
    joined = parents.run("image_version", **VERSION, exclude_from_latest=True)
    assert (joined["changed"], joined["replication_pending"]) == (True, False)
    assert version_writes(parents) == [("PUT", "1.0.0")], "one update, after the wait"


def test_a_wait_is_bounded_and_says_how_to_go_on(parents):
    result = parents.fails("image_version", "wait_timeout", **VERSION, target_regions=REGIONS, wait_timeout=100)
    assert result["changed"] is True
    assert result["state"] == "TimedOut"
    assert result["image_version"]["provisioning_state"] == "Creating"
    assert not parents.run("image_version", **VERSION, target_regions=REGIONS).get("failed")


def test_a_region_that_fails_is_named_with_azures_reason(parents):
    parents.emulator.order_fault(resource=".*", region_fails={"region": "eastus2", "details": "the disk is too large"})
    result = parents.run("image_version", **VERSION, target_regions=REGIONS)
    assert result["failed"]
    assert "eastus2" in result["msg"]
    assert "the disk is too large" in result["msg"]


def test_an_operation_that_fails_gives_its_reason(parents):
    parents.emulator.order_fault(resource=".*", operation_fails={"code": "Conflict", "message": "It cannot be."})
    result = parents.run("image_version", **VERSION)
    assert result["failed"]
    assert "It cannot be (Conflict, operation" in result["msg"]
    said = result["azure_error"]
    assert (said["code"], said["message"]) == ("Conflict", "It cannot be.")
    assert said["request_id"] in result["msg"]


def broken(parents, **options):
    parents.emulator.order_fault(resource=".*", operation_fails={"code": "Conflict", "message": "It cannot be."})
    parents.run("image_version", **VERSION, **options)


def test_a_failed_version_fails_the_task_and_says_where_to_look(parents):
    broken(parents)
    result = parents.refused("image_version", "activity-log", **VERSION)
    assert "on_failed" in result["msg"]


def test_a_failed_version_is_created_again_when_asked_keeping_what_the_task_leaves_out(parents):
    broken(parents, tags={"a": "1"}, target_regions=REGIONS, end_of_life_date="2030-01-01")
    result = parents.predicted("image_version", **VERSION, on_failed="recreate")
    assert version_writes(parents) == [("DELETE", "1.0.0"), ("PUT", "1.0.0")]
    version = result["image_version"]
    assert version["tags"]["a"] == "1"
    assert version["end_of_life_date"] == "2030-01-01T00:00:00Z"
    assert [item["name"] for item in version["target_regions"]] == ["southcentralus", "eastus2"]


@pytest.mark.parametrize(
    ("options", "word"),
    [({"source": None}, "source"), ({"target_regions": ["eastus2"], "location": "eastus2"}, "location"),
     ({"source": "db"}, "images/db")],
)  # fmt: skip
def test_a_failed_version_is_not_deleted_when_it_could_not_be_made_again(parents, options, word):
    broken(parents)
    parents.refused("image_version", word, **{**VERSION, **options}, on_failed="recreate")


def test_a_version_that_is_usable_somewhere_is_never_deleted(parents):
    parents.emulator.order_fault(resource=".*", region_fails={"region": "eastus2", "details": "no"})
    parents.run("image_version", **VERSION, target_regions=REGIONS)
    parents.refused("image_version", "southcentralus", **VERSION, on_failed="recreate")


def test_failed_regions_are_taken_out_and_added_again(parents):
    parents.emulator.order_fault(resource=".*", region_fails={"region": "eastus2", "details": "no"})
    parents.run("image_version", **VERSION, target_regions=REGIONS)
    result = parents.run("image_version", **VERSION, target_regions=REGIONS, on_failed="retry_regions")
    assert not result.get("failed"), result["msg"]
    assert version_writes(parents) == [("PUT", "1.0.0"), ("PUT", "1.0.0")]
    assert {item["state"] for item in result["image_version"]["replication"]["regions"]} == {"Completed"}


def test_a_version_that_is_being_deleted_is_waited_for_then_made(cloned):
    cloned.run("image_version", **VERSION, state="absent", wait=False)
    result = cloned.run("image_version", **VERSION)
    assert result["changed"]
    assert result["image_version"]["provisioning_state"] == "Succeeded"


def test_absent_deletes_waits_and_shows_what_went(cloned):
    options = {**VERSION, "state": "absent"}
    result = cloned.predicted("image_version", **options)
    assert result["diff"]["before"]["name"] == "1.0.0"
    assert (
        cloned.run("image_version_info", resource_group="rg", gallery_name="pics", image_definition_name="web")[
            "image_versions"
        ]
        == []
    )
    assert not cloned.run("image_version", **options)["changed"]


def test_a_protected_version_is_not_deleted(cloned):
    cloned.run("image_version", **VERSION, end_of_life_date="2030-01-01", block_deletion_before_end_of_life=True)
    cloned.refused("image_version", "2030-01-01", **{**VERSION, "state": "absent"})


@pytest.mark.parametrize(
    ("step", "expected"), [("next_patch", "1.9.4"), ("next_minor", "1.10.0"), ("next_major", "2.0.0")]
)
def test_the_next_number_counts_every_version(parents, step, expected):
    for name in ("1.2.10", "1.9.3"):
        parents.run("image_version", **{**VERSION, "name": name, "source": "db"})
    result = parents.predicted("image_version", **{**VERSION, "name": step})
    assert result["image_version"]["name"] == expected
    again = parents.run("image_version", **{**VERSION, "name": step})
    assert (again["changed"], again["image_version"]["name"]) == (False, expected)
    more = parents.run("image_version", **{**VERSION, "name": step}, when_cloned="new")
    assert more["changed"]
    assert more["image_version"]["name"] != expected


def test_the_first_number(parents):
    assert (
        parents.run("image_version", **{**VERSION, "name": "next_minor"}, wait=False)["image_version"]["name"]
        == "1.0.0"
    )


def test_a_default_number_is_used_while_it_is_free(parents):
    first = parents.run("image_version", **{**VERSION, "name": "next_patch", "defaults": {"name": "1.0.7"}})
    assert first["image_version"]["name"] == "1.0.7"
    other = parents.run(
        "image_version", **{**VERSION, "name": "next_patch", "source": "db", "defaults": {"name": "1.0.7"}}
    )
    assert other["image_version"]["name"] == "1.0.8"


def test_a_number_that_another_source_takes_meanwhile_is_not_insisted_on(parents, monkeypatch):
    parents.run("image_version", **{**VERSION, "source": "db"})
    really, listed = ArmClient.list, []

    def outdated_at_first(arm, rid, kind):
        listed.append(rid)
        return really(arm, rid, kind) if len(listed) > 1 else []

    monkeypatch.setattr(ArmClient, "list", outdated_at_first)
    result = parents.run("image_version", **{**VERSION, "name": "next_patch"})
    assert result["image_version"]["name"] == "1.0.1"
    assert result["image_version"]["source_id"] == IMAGE_ID
    listing = parents.run("image_version_info", resource_group="rg", gallery_name="pics", image_definition_name="web")
    assert [item["source_id"].rpartition("/")[2] for item in listing["image_versions"]] == ["db", "web"]


def test_a_rebuilt_image_is_noticed(cloned):
    image = cloned.emulator.resource(IMAGE_ID)
    image["properties"]["storageProfile"]["osDisk"]["diskSizeGB"] = 64
    result = cloned.fails("image_version", "rebuilt", **VERSION)
    assert "when_cloned: new" in result["msg"]
    more = cloned.run("image_version", **{**VERSION, "name": "next_patch"}, when_cloned="new")
    assert more["image_version"]["name"] == "1.0.1"


def test_a_busy_source_is_deferred_or_waited_for(parents):
    first = parents.run("image_version", **VERSION, wait=False)
    second = {**VERSION, "name": "next_patch", "when_cloned": "new"}
    result = parents.run("image_version", **second, wait=False)
    assert (result["changed"], result["deferred"], result["waits_for"]) == (False, True, first["image_version"]["id"])
    assert parents.writes == []
    assert parents.run("image_version", **second, wait=False, check=True)["changed"], (
        "in check mode it counts as a create"
    )
    done = parents.run("image_version", **second)
    assert (done["changed"], done["image_version"]["name"]) == (True, "1.0.1")


def test_azures_own_word_that_a_source_is_busy_defers_too(parents):
    parents.emulator.order_fault(resource=".*", times=0, source_busy=True)
    result = parents.run("image_version", **VERSION, wait=False)
    assert (result["deferred"], result["changed"]) == (True, False)
    assert "images/web" in result["waits_for"]


def test_waiting_for_many_reports_each(cloned):
    cloned.run("image_version", **{**VERSION, "name": "2.0.0", "source": "db"}, wait=False)
    other = VERSION_ID.replace("1.0.0", "2.0.0")
    result = cloned.run("wait_for_replication", versions=[VERSION_ID, {"id": other, "wait_timeout": 3600}])
    assert [item["state"] for item in result["results"]] == ["Completed", "Completed"]
    missing = VERSION_ID.replace("1.0.0", "9.9.9")
    failed = cloned.run("wait_for_replication", versions=[missing, VERSION_ID])
    assert failed["failed"]
    assert [item["state"] for item in failed["results"]] == ["Absent", "Completed"]


def test_waiting_in_check_mode_looks_once(parents):
    parents.run("image_version", **VERSION, wait=False)
    slept = len(parents.clock.slept)
    result = parents.run("wait_for_replication", versions=[VERSION_ID], check=True)
    assert result["results"][0]["state"] == "TimedOut"
    assert len(parents.clock.slept) == slept


def test_a_long_wait_says_so_every_minute(parents):
    parents.emulator.order_fault(resource=".*", region_stuck="eastus2")
    result = parents.run("image_version", **VERSION, target_regions=REGIONS, wait_timeout=1800)
    assert result["failed"]
    assert "eastus2" in result["msg"]
    assert len(parents.said) >= 25


def test_the_latest_is_the_highest_number_that_is_ready_and_not_excluded(parents):
    for name, more in (("1.10.0", {}), ("1.9.0", {}), ("2.0.0", {"exclude_from_latest": True})):
        parents.run("image_version", **{**VERSION, "name": name}, **more)
    parents.run("image_version", **{**VERSION, "name": "3.0.0"}, wait=False)
    place = {"resource_group": "rg", "gallery_name": "pics", "image_definition_name": "web"}
    result = parents.run("image_version_info", **place, latest=True, expand_replication=True)
    assert [item["name"] for item in result["image_versions"]] == ["1.10.0"]
    assert result["image_versions"][0]["replication"]["state"] == "Completed"
    everything = parents.run("image_version_info", **place)["image_versions"]
    assert [item["name"] for item in everything] == ["1.9.0", "1.10.0", "2.0.0", "3.0.0"]


def test_a_busy_source_is_not_waited_for_by_a_task_that_does_not_wait(parents):
    parents.emulator.order_fault(resource=".*", times=0, source_busy=True)
    slept = sum(parents.clock.slept)
    assert parents.run("image_version", **VERSION, wait=False)["deferred"]
    assert sum(parents.clock.slept) - slept < 1


def test_a_wrong_interval_or_proposal_is_refused(parents):
    parents.refused("image_version", "defaults.name", **{**VERSION, "name": "next_patch"}, defaults={"name": "abc"})
    parents.refused("wait_for_replication", "poll_interval", versions=[VERSION_ID], poll_interval=-4)
    parents.refused("wait_for_replication", "wait_timeout", versions=[{"id": VERSION_ID, "wait_timeout": "soon"}])


def test_a_count_for_no_region_is_warned_of(cloned):
    result = cloned.run("image_version", **VERSION, replica_count=5)
    assert [change["path"] for change in result["changes"]] == ["replica_count"]
    assert "target_regions" in cloned.warnings[0]


def test_the_first_look_is_when_azure_said_and_the_timeline_is_kept(parents):
    memory = RunCache(parents.clock.monotonic)
    parents.run("image_version", **{**VERSION, "name": "2.0.0", "source": "db"}, wait=False, memory=memory)
    asked = len(parents.clock.slept)
    other = VERSION_ID.replace("1.0.0", "2.0.0")
    result = parents.run("wait_for_replication", versions=[other], memory=memory)
    assert "the first poll is in 60 s" in parents.said[0]
    assert parents.clock.slept[asked] == pytest.approx(60, abs=1)
    states = [entry["state"] for entry in result["results"][0]["timeline"]]
    assert states[-1] == "Completed"
