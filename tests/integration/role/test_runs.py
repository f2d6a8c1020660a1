"""One image: the first run, the second, check mode before it, diff, and the ways to say what is wanted."""

from __future__ import annotations

from typing import Any

import pytest
from role_runs import (
    IDENTITY,
    ROLE,
    RoleRuns,
    definition,
    failures,
    image,
    image_id,
    names,
    result,
    seed,
    variables,
    version,
    version_id,
)

FAST = {"replication_seconds": 2, "operation_seconds": 0.1}
WRITES = ["PUT galleries/pics", "PUT galleries/pics/images/web", "PUT galleries/pics/images/web/versions/1.0.0"]
# What only Azure knows before the version is there; check mode says so.
SET_BY_AZURE = {"provisioning_state", "published_date", "replication"}


@pytest.mark.emulator(seed=seed(gallery=False), **FAST)
def test_first_run_second_run_and_check_mode(role: RoleRuns) -> None:
    wanted = variables(create_gallery=True, replica_count=2, tags={"team": "a", "count": 3})
    predicted = role.local(wanted, check=True, diff=True).ok()
    assert role.writes() == []

    made = role.local(wanted, diff=True).ok()
    assert role.writes() == WRITES
    assert result(made)["changed"] is True
    assert result(predicted)["message"] == "It would be created."
    assert result(made)["message"] == "It is ready in every region."
    assert result(made)["replication"]["state"] == "Completed"
    assert {region["name"] for region in result(made)["replication"]["regions"]} == {"southcentralus", "eastus2"}

    for task, key, of_azure in (
        ("Create the gallery", "gallery", {"provisioning_state", "unique_name"}),
        ("Create or update the image definition", "image_definition", {"provisioning_state", "architecture"}),
        ("Start or update the image version", "image_version", SET_BY_AZURE),
    ):
        before, after = predicted.task(task), made.task(task)
        assert before.changed
        assert after.changed
        assert before["diff"] == after["diff"]
        assert before["changes"] == after["changes"]
        assert set(before["set_by_azure"]) == of_azure
        shapes = [{k: v for k, v in one[key].items() if k not in of_azure} for one in (before, after)]
        assert shapes[0] == shapes[1]
    for key in ("source_id", "definition_id", "version_id", "version", "changed", "failed"):
        assert result(predicted)[key] == result(made)[key]

    again = role.local(wanted, diff=True).ok()
    assert again.changed == 0
    seen = {key: result(made)["replication"][key] for key in ("state", "regions")}
    assert set(result(made)["replication"]) == {*seen, "timeline", "started"}, "the wait saw more"
    assert result(again) == {
        **result(made),
        "replication": seen,
        "changed": False,
        "message": "It was there already, ready in every region.",
    }
    reads = role.reads()
    assert not [request for request in reads if request["method"] != "GET"]
    expected = ["gallery", "image_definitions", "image_version", "image_versions", "managed_images", "resources"]
    assert sorted(names(reads)) == expected
    assert role.local(wanted, check=True).ok().changed == 0


@pytest.mark.emulator(seed=seed(), **FAST)
def test_the_first_run_makes_few_requests(role: RoleRuns) -> None:
    role.local(variables(wait=False)).ok()
    found = [request for request in role.emulator.requests if request["kind"] not in ("token", "metadata")]
    shared = ["managed_images", "gallery", "image_definitions"]
    own = [f"{one['method']} {name}" for one, name in zip(found, names(found), strict=True) if name not in shared]
    assert len(own) <= 6
    assert [one for one in own if one != "GET managed_image"] == [
        "GET image_definition",
        "PUT image_definition",
        "GET image_definition",
        "GET image_versions",
        "PUT image_version",
    ]


@pytest.mark.emulator(
    seed=seed(definitions=[definition()], versions=[version(target_regions=["southcentralus"])]), **FAST
)
def test_a_change_is_made_and_waited_for(role: RoleRuns) -> None:
    wanted = variables(definition={"name": "web", "description": "new"}, exclude_from_latest=True)
    predicted = role.local(wanted, check=True).ok()
    assert role.writes() == []
    run = role.local(wanted).ok()
    assert role.writes() == ["PUT galleries/pics/images/web", "PUT galleries/pics/images/web/versions/1.0.0"]
    changes = run.task("Start or update the image version")["changes"]
    assert [change["path"] for change in changes] == ["exclude_from_latest", "target_regions.eastus2"]
    assert predicted.task("Start or update the image version")["changes"] == changes
    assert result(predicted)["message"] == "It would be updated."
    assert result(run)["replication"]["state"] == "Completed"
    assert role.local(wanted).ok().changed == 0


@pytest.mark.emulator(seed=seed(definitions=[definition()], versions=[version()]), **FAST)
def test_the_source_may_be_gone_when_the_version_is_there(role: RoleRuns) -> None:
    del role.emulator.state.resources[image_id("web").lower()]
    wanted = variables(definition={"name": "web"}, target_regions=..., tags={"a": "b"})
    run = role.local(wanted).ok()
    assert result(run)["version_id"] == version_id("1.0.0")
    assert role.writes() == ["PUT galleries/pics/images/web/versions/1.0.0"]
    without = variables(None, definition={"name": "web"}, version="1.0.0", target_regions=...)
    run = role.local(without).ok()
    assert run.changed == 0
    assert result(run)["source_id"] == image_id("web")


@pytest.mark.emulator(
    seed=seed("web", definitions=[definition()], versions=[version(), version("1.3.9", source="other")]), **FAST
)
def test_numbers(role: RoleRuns) -> None:
    assert result(role.local(variables()).ok())["version"] == "1.0.0"
    another = variables(when_cloned="new", version="next_minor")
    predicted = role.local(another, check=True).ok()
    assert result(predicted)["version"] == "1.4.0"
    assert result(role.local(another).ok())["version"] == "1.4.0"
    assert result(role.local(variables()).ok())["version"] == "1.4.0"


@pytest.mark.emulator(seed=seed(), **FAST)
def test_wait_false(role: RoleRuns) -> None:
    run = role.local(variables(wait=False)).ok()
    assert not run.tasks("Wait for replication")
    assert result(run)["message"] == "It is replicating."
    assert result(run)["failed"] is False
    joined = role.local(variables(wait=False)).ok()
    assert joined.changed == 0
    assert role.writes() == ["PUT galleries/pics/images/web", "PUT galleries/pics/images/web/versions/1.0.0"]
    ended = role.local(variables()).ok()
    assert role.writes() == []
    assert result(ended)["changed"] is False
    assert result(ended)["replication"]["state"] == "Completed"


TEXT = {
    "clone_managed_image_source_id": image_id("web"),
    "clone_managed_image_gallery": "{resource_group: rg, name: pics}",
    "clone_managed_image_definition": '{"publisher": "pub", "offer": "off"}',
    "clone_managed_image_sku": "2019",
    "clone_managed_image_target_regions": "southcentralus=1 eastus2=1=standard_zrs",
    "clone_managed_image_end_of_life_date": "2039-01-01",
    "clone_managed_image_exclude_from_latest": "yes",
    "clone_managed_image_replica_count": "2",
    "clone_managed_image_tags": "a: b",
    "clone_managed_image_wait_timeout": "600",
    "clone_managed_image_poll_interval": "1",
}
# Every variable that the text above does not set.
BLANK = [
    "source",
    "create_gallery",
    "version",
    "storage_account_type",
    "replication_mode",
    "allow_deletion_of_replicated_locations",
    "block_deletion_before_end_of_life",
    "region_policy",
    "when_cloned",
    "on_failed",
    "wait",
    "flush",
    "strict",
    "subscription_id",
    "gallery_name",
    "gallery_resource_group",
    "gallery_location",
    "definition_name",
    "publisher",
    "offer",
]


@pytest.mark.emulator(seed=seed(image("web", location="eastus2")), **FAST)
def test_variables_as_text(role: RoleRuns) -> None:
    arguments = [part for name, value in TEXT.items() for part in ("-e", f"{name}='{value}'")]
    run = role.run_playbook("cloudimages.azure_gallery.clone_managed_image", *arguments).ok()
    made = run.task("Start or update the image version")["image_version"]
    assert made["end_of_life_date"] == "2039-01-01T00:00:00Z"
    assert made["exclude_from_latest"] is True
    assert made["tags"]["a"] == "b"
    assert run.task("Create or update the image definition")["image_definition"]["sku"] == "2019"
    assert role.run_playbook("cloudimages.azure_gallery.clone_managed_image", *arguments).ok().changed == 0


@pytest.mark.parametrize("nothing", ["", " ", None])
@pytest.mark.emulator(seed=seed(), **FAST)
def test_a_survey_left_blank_is_the_defaults(role: RoleRuns, nothing: Any) -> None:
    answers = {**{f"clone_managed_image_{name}": nothing for name in BLANK}, **TEXT}
    lines = [f"!unsafe '{name}': !unsafe '{'' if value is None else value}'" for name, value in answers.items()]
    place = role.run_playbook.folder / "survey.yml"
    place.write_text("---\n" + "\n".join(lines) + "\n", encoding="utf-8")
    run = role.run_playbook("cloudimages.azure_gallery.clone_managed_image", "-e", f"@{place}").ok()
    assert result(run)["version"] == "1.0.0"
    assert run.task("Create or update the image definition")["image_definition"]["sku"] == "2019"
    assert run.task("Create or update the image definition")["image_definition"]["publisher"] == IDENTITY["publisher"]


@pytest.mark.emulator(seed=seed(), **FAST)
def test_omitted_and_undefined_variables(role: RoleRuns) -> None:
    values = variables(tags="{{ nothing | default(omit) }}", replica_count="{{ none }}", wait=False)
    run = role.hosts({"one": values}).ok()
    assert set(run.task("Start or update the image version")["image_version"]["tags"]) == {"source_fingerprint"}
    run = role.hosts({"one": variables(tags="{{ nothing }}")})
    assert run.rc == 2
    assert "nothing" in failures(run)[0]
    plan = {
        "name": "Plan",
        "cloudimages.azure_gallery.clone_plan": {},
        "vars": variables(tags="{{ nothing }}"),
        "ignore_errors": True,
    }
    run = role.hosts({"one": {}}, {"tasks": [plan]})
    assert failures(run)[0].startswith("clone_managed_image_tags: ")


@pytest.mark.emulator(seed=seed(), **FAST)
def test_text_that_came_from_elsewhere_is_no_template(role: RoleRuns) -> None:
    """Answers of a survey and what comes from Azure are marked as unsafe."""
    place = role.run_playbook.folder / "unsafe.yml"
    lines = ["!unsafe 'clone_managed_image_tags': {note: !unsafe '{{ 1 + 1 }}'}", "clone_managed_image_wait: false"]
    place.write_text("---\n" + "\n".join(lines) + "\n", encoding="utf-8")
    run = role.run_playbook(ROLE, "-e", f"@{place}", extra_vars=variables()).ok()
    assert run.task("Start or update the image version")["image_version"]["tags"]["note"] == "{{ 1 + 1 }}"
