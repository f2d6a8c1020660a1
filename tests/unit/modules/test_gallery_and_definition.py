"""Galleries and definitions: created, left alone, changed, refused, deleted."""

from __future__ import annotations

import pytest

from .conftest import DEFINITION, GROUP, IDENTITY


def test_a_gallery_is_predicted_created_and_left_alone(azure):
    options = {**GROUP, "name": "pics", "description": "Ours", "tags": {"n": 1}}
    made = azure.predicted("gallery", **options)
    assert made["gallery"]["location"] == "southcentralus", "the resource group's"
    assert [method for method, _path in azure.writes] == ["PUT"]
    again = azure.run("gallery", **options)
    assert (again["changed"], azure.writes, again["gallery"]) == (False, [], made["gallery"])


def test_what_a_gallery_task_leaves_out_is_kept(azure):
    azure.run("gallery", **GROUP, name="pics", description="Ours", tags={"Team": "a", "x": "1"})
    changed = azure.predicted("gallery", **GROUP, name="pics", tags={"team": "b"})
    assert changed["gallery"]["description"] == "Ours"
    assert changed["gallery"]["tags"] == {"Team": "b", "x": "1"}
    assert changed["diff"]["after"] == {"tags": {"Team": "b", "x": "1"}}
    exact = azure.predicted("gallery", **GROUP, name="pics", tags={}, append_tags=False)
    assert exact["gallery"]["tags"] == {}


def test_a_gallery_does_not_move(azure):
    azure.run("gallery", **GROUP, name="pics")
    azure.refused(
        "gallery",
        "location is southcentralus, and the task sets eastus",
        **GROUP,
        name="pics",
        location="East US",
    )


def test_an_empty_gallery_is_deleted_and_a_full_one_is_not(parents):
    parents.refused("gallery", "it contains image definition web", **GROUP, name="pics", state="absent")
    assert parents.run("image_definition", **DEFINITION, state="absent")["changed"]
    gone = parents.predicted("gallery", **GROUP, name="pics", state="absent")
    assert gone["diff"]["before"]["name"] == "pics"
    assert not parents.run("gallery", **GROUP, name="pics", state="absent")["changed"]


def test_a_missing_resource_group_is_named(azure):
    azure.refused("gallery", "resource group", resource_group="nowhere", name="pics")


def test_a_definition_takes_type_generation_and_place_from_its_source(azure):
    azure.run("gallery", **GROUP, name="pics", location="eastus")
    made = azure.predicted("image_definition", **DEFINITION, **IDENTITY, source="web")["image_definition"]
    assert (made["os_type"], made["hyper_v_generation"], made["location"]) == ("Linux", "V1", "southcentralus")
    put = next(
        entry for entry in azure.emulator.requests if entry["method"] == "PUT" and entry["path"].endswith("/images/web")
    )
    assert put["body"]["properties"]["hyperVGeneration"] == "V1", "always sent"
    assert put["query"]["api-version"] == "2024-03-03"


FULL = {
    **IDENTITY,
    "os_type": "Linux",
    "os_state": "Generalized",
    "hyper_v_generation": "V2",
    "architecture": "Arm64",
    "purchase_plan": {"name": "n", "publisher": "p", "product": "q"},
    "description": "Ours",
    "eula": "eula",
    "privacy_statement_uri": "https://example.com/p",
    "release_note_uri": "https://example.com/r",
    "end_of_life_date": "2030-01-01",
    "recommended_vcpus": {"min": 1, "max": 4},
    "recommended_memory": {"min": 2, "max": 8},
    "disallowed_disk_types": ["Standard_LRS", "Premium_LRS"],
    "features": {"SecurityType": "TrustedLaunchSupported", "IsAcceleratedNetworkSupported": True},
    "tags": {"a": "b"},
    "location": "East US",
}


def test_every_property_goes_to_azure_and_back(azure):
    azure.run("gallery", **GROUP, name="pics")
    made = azure.predicted("image_definition", **DEFINITION, **FULL)["image_definition"]
    for option, value in FULL.items():
        expected = {"location": "eastus", "end_of_life_date": "2030-01-01T00:00:00Z"}.get(option, value)
        if option == "features":
            expected = {"SecurityType": "TrustedLaunchSupported", "IsAcceleratedNetworkSupported": "True"}
        assert made[option] == expected, option
    assert not azure.run("image_definition", **DEFINITION, **FULL)["changed"]
    fed_back = {key: value for key, value in made.items() if key not in ("id", "provisioning_state")}
    assert not azure.run("image_definition", **fed_back)["changed"]


def test_what_may_change_changes_and_the_rest_stays(azure):
    azure.run("gallery", **GROUP, name="pics")
    before = azure.run("image_definition", **DEFINITION, **FULL)["image_definition"]
    new = {
        "description": "New",
        "release_note_uri": "https://example.com/new",
        "end_of_life_date": "2031-01-01",
        "recommended_vcpus": {"max": 8},
        "disallowed_disk_types": ["Standard_LRS"],
        "features": {"SecurityType": {"value": "TrustedLaunch", "starts_at_version": "2.0.0"}},
    }
    result = azure.predicted("image_definition", **DEFINITION, **new)
    assert [method for method, _path in azure.writes] == ["PUT"], "one update"
    after = result["image_definition"]
    assert after["recommended_vcpus"] == {"min": 1, "max": 8}
    assert after["features"]["SecurityType"] == {"value": "TrustedLaunch", "starts_at_version": "2.0.0"}
    assert {change["path"].split(".")[0] for change in result["changes"]} == set(new)
    for option in set(before) - set(new):
        assert before[option] == after[option], option


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("os_type", "Windows"),
        ("os_state", "Specialized"),
        ("hyper_v_generation", "V1"),
        ("architecture", "x64"),
        ("publisher", "other"),
        ("offer", "other"),
        ("sku", "other"),
        ("purchase_plan", {"name": "other"}),
        ("eula", "other"),
        ("privacy_statement_uri", "https://example.com/other"),
        ("features", {"SecurityType": "Standard"}),
        ("location", "westus"),
    ],
)
def test_what_cannot_change_is_refused_with_both_values(azure, option, value):
    azure.run("gallery", **GROUP, name="pics")
    azure.run("image_definition", **DEFINITION, **FULL)
    result = azure.refused("image_definition", option, **{**DEFINITION, option: value})
    assert result["changes"][0]["path"].startswith(option)
    assert "Nothing was written" in result["msg"]


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"publisher": "p", "offer": "o", "os_type": "Linux"}, "also requires sku"),
        (IDENTITY, "os_type"),
        ({**IDENTITY, "os_type": "Linux", "end_of_life_date": "2020-01-01"}, "past"),
        ({**IDENTITY, "os_type": "Linux", "recommended_memory": {"min": 8, "max": 2}}, "recommended_memory"),
        ({**IDENTITY, "source": "nowhere"}, "nowhere"),
        ({**IDENTITY, "os_type": "Linux", "sku": "a b"}, "sku"),
        ({**IDENTITY, "os_type": "Linux", "tags": {"a": None}}, "tags"),
    ],
)
def test_a_definition_that_cannot_be_made_is_refused(azure, options, word):
    azure.run("gallery", **GROUP, name="pics")
    azure.refused("image_definition", word, **DEFINITION, **options)


def test_an_identity_that_another_definition_has_is_refused(parents):
    parents.refused(
        "image_definition",
        "already belong to the image definition web",
        **{**DEFINITION, "name": "other"},
        **IDENTITY,
        source="web",
    )


def test_a_definition_in_no_gallery_is_refused(azure):
    azure.refused("image_definition", "galleries/pics does not exist", **DEFINITION, **IDENTITY, source="web")


def test_a_source_unlike_the_definition_is_refused(azure):
    azure.run("gallery", **GROUP, name="pics")
    azure.run("image_definition", **DEFINITION, **IDENTITY, os_type="Linux", hyper_v_generation="V2")
    azure.refused("image_definition", "hyper_v_generation is V2, and the source has V1", **DEFINITION, source="web")


@pytest.mark.parametrize("status", [403, 500])
def test_an_error_is_never_absence(azure, status):
    azure.emulator.order_fault(method="GET", kind="gallery", times=0, do={"status": status})
    azure.fails("gallery", f"HTTP {status}", **GROUP, name="pics")
    assert azure.writes == []


def test_an_empty_text_is_none(parents):
    assert not parents.run("image_definition", **DEFINITION, release_note_uri="", description="")["changed"]
    assert not parents.run("gallery", **GROUP, name="pics", description="")["changed"]


def test_a_definition_whose_write_failed_is_written_again(azure):
    azure.run("gallery", **GROUP, name="pics")
    azure.emulator.order_fault(resource="images/web$", operation_fails={"code": "InternalError", "message": "Not now."})
    result = azure.run("image_definition", **DEFINITION, **IDENTITY, source="web")
    assert result["failed"]
    assert "Not now (InternalError, operation" in result["msg"]
    again = azure.run("image_definition", **DEFINITION, **IDENTITY, source="web")
    assert (again.get("failed"), again["changed"]) == (None, True), again
    assert again["image_definition"]["provisioning_state"] == "Succeeded"
    assert not azure.run("image_definition", **DEFINITION, **IDENTITY, source="web")["changed"]
