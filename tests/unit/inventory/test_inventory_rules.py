"""The pure half of the inventory: the state of migration, filters, and the names of hosts."""

from __future__ import annotations

import datetime
import itertools
from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._inventory import hosts as inventory
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._inventory.filters import is_meant, read_filters
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources import managed_image
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import InvalidRequest
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.verification import (
    verification_tags,
    verified_at,
)

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
NOW = datetime.datetime(2026, 4, 24, 3, 0, tzinfo=datetime.UTC)
OTHER = "22222222-2222-2222-2222-222222222222"


def image_body(name: str = "web", group: str = "rg", subscription: str = SUBSCRIPTION, **more: Any) -> dict[str, Any]:
    rid = f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Compute/images/{name}"
    os_disk = {
        "osType": more.pop("os_type", "Linux"),
        "diskSizeGB": more.pop("size", 30),
        "managedDisk": {"id": "disk"},
    }
    properties = {"storageProfile": {"osDisk": os_disk}, "provisioningState": "Succeeded", "hyperVGeneration": "V2"}
    return {"id": rid, "name": name, "location": "eastus2", "properties": properties, **more}


def item(*arguments: Any, **more: Any) -> dict[str, Any]:
    return inventory.image_item(image_body(*arguments, **more))


def version_body(name: str, state: str, source: str | None, gallery: str = "pics", **tags: str) -> dict[str, Any]:
    group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/GAL/providers/Microsoft.Compute"
    return {
        "id": f"{group}/galleries/{gallery}/images/web/versions/{name}",
        "name": name,
        "location": "East US 2",
        "tags": tags,
        "properties": {
            "provisioningState": state,
            "publishingProfile": {"publishedDate": "2026-04-23T03:00:00+00:00", "excludeFromLatest": False},
            "storageProfile": {"source": {"id": source}} if source else {},
        },
    }


def migration(*versions: dict[str, Any], image: dict[str, Any] | None = None) -> dict[str, Any]:
    items = [found for version in versions if (found := inventory.version_item(version, NOW))]
    return inventory.migrations([inventory.image_item(image or image_body())], items)[0]


# The state of migration: the rule of the documentation, row by row.


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ((), "unmigrated"),
        (("Succeeded",), "migrated"),
        (("Creating",), "replicating"),
        (("Updating",), "replicating"),
        (("Migrating",), "replicating"),
        (("Failed",), "failed"),
        (("Canceled",), "failed"),
        (("Deleting",), "unmigrated"),
        (("Failed", "Failed"), "failed"),
        (("Failed", "Deleting"), "failed"),
        (("Failed", "Creating"), "replicating"),
        (("Failed", "Succeeded"), "migrated"),
        (("Creating", "Succeeded"), "migrated"),
        (("Updating", "Failed", "Deleting"), "replicating"),
        (("Deleting", "Succeeded"), "migrated"),
        (("SomethingNew",), "replicating"),
    ],
)
def test_an_image_is_as_far_as_the_best_of_its_versions(states: tuple[str, ...], expected: str) -> None:
    source = image_body()["id"]
    for order in itertools.permutations(states):
        versions = [version_body(f"1.0.{index}", state, source) for index, state in enumerate(order)]
        found = migration(*versions)
        assert (found["state"], len(found["versions"])) == (expected, len(states))


@pytest.mark.parametrize(
    ("state", "at", "published", "expected"),
    [
        ("Succeeded", "2026-04-23T04:00:00Z", "2026-04-23T03:00:00Z", True),
        ("Succeeded", "2026-04-23T03:00:00Z", "2026-04-22T22:00:00.0-05:00", True),
        ("Succeeded", "2026-04-24T03:05:00Z", "2026-04-23T03:00:00Z", True),
        ("Succeeded", "2026-04-24T03:05:01Z", "2026-04-23T03:00:00Z", False),
        ("Succeeded", "2026-04-23T02:59:59Z", "2026-04-23T03:00:00Z", False),
        ("Succeeded", "2026-04-23T04:00:00Z", "2026-04-20T03:00:00Z", False),
        ("Succeeded", "yes", "2026-04-23T03:00:00Z", False),
        ("Updating", "2026-04-23T04:00:00Z", "2026-04-23T03:00:00Z", False),
    ],
)
def test_a_verification_counts_for_the_version_that_booted(state: str, at: str, published: str, expected: bool) -> None:
    body = version_body("1.0.0", state, image_body()["id"], Verified_At=at, verified_published=published)
    found = migration(body)
    assert (found["verified"], [version["verified"] for version in found["versions"]]) == (expected, [expected])
    assert migration(version_body("1.0.0", state, image_body()["id"]))["verified"] is False


def test_the_tags_of_a_verification_are_read_again() -> None:
    body = version_body("1.0.0", "Succeeded", image_body()["id"])
    published = body["properties"]["publishingProfile"]["publishedDate"]
    body["tags"] = verification_tags(NOW, ["westus2", "eastus2"], published)
    assert body["tags"]["verified_in"] == "eastus2 westus2"
    assert verified_at(body, NOW) == NOW
    assert len(verification_tags(NOW, [f"region{number}" for number in range(99)], published)["verified_in"]) <= 256


def test_the_image_before_a_rebuild_is_no_longer_verified() -> None:
    tags = {"verified_at": "2026-04-23T04:00:00Z", "verified_published": "2026-04-23T03:00:00Z"}
    old = version_body("1.0.0", "Succeeded", image_body()["id"], source_fingerprint="another", **tags)
    assert migration(old)["verified"] is False


def test_ids_are_compared_without_case() -> None:
    assert migration(version_body("1.0.0", "Succeeded", image_body()["id"].upper()))["state"] == "migrated"
    assert migration(version_body("1.0.0", "Succeeded", image_body()["id"].lower() + "/"))["state"] == "migrated"


@pytest.mark.parametrize(
    "source", [None, image_body("web2")["id"], image_body("web", "rg2")["id"], image_body(subscription=OTHER)["id"]]
)
def test_versions_of_something_else_do_not_count(source: str | None) -> None:
    assert migration(version_body("1.0.0", "Succeeded", source)) == {
        "state": "unmigrated",
        "verified": False,
        "versions": [],
    }


def test_a_rebuilt_image_is_unmigrated_and_its_old_version_is_reported() -> None:
    image = image_body()
    old = managed_image.fingerprint(image_body(size=20))
    found = migration(version_body("1.0.0", "Succeeded", image["id"], source_fingerprint=old), image=image)
    assert found["state"] == "unmigrated"
    assert [version["source_rebuilt"] for version in found["versions"]] == [True]
    new = managed_image.fingerprint(image)
    again = version_body("1.0.1", "Creating", image["id"], Source_Fingerprint=new)
    found = migration(version_body("1.0.0", "Succeeded", image["id"], source_fingerprint=old), again, image=image)
    assert found["state"] == "replicating"


def test_versions_are_listed_in_the_order_of_their_numbers() -> None:
    source = image_body()["id"]
    names = ["1.10.0", "1.9.3", "2.0.0", "1.9.10"]
    found = migration(
        *(version_body(name, "Succeeded", source) for name in names), version_body("1.0.0", "Failed", source, "earlier")
    )
    assert [(one["gallery_name"], one["name"]) for one in found["versions"]] == [
        ("earlier", "1.0.0"),
        ("pics", "1.9.3"),
        ("pics", "1.9.10"),
        ("pics", "1.10.0"),
        ("pics", "2.0.0"),
    ]
    assert found["versions"][1] == {
        "id": version_body("1.9.3", "", None)["id"],
        "name": "1.9.3",
        "resource_group": "GAL",
        "gallery_name": "pics",
        "image_definition_name": "web",
        "location": "eastus2",
        "provisioning_state": "Succeeded",
        "published_date": "2026-04-23T03:00:00Z",
        "exclude_from_latest": False,
        "source_rebuilt": False,
        "verified": False,
    }


# Filters


IMAGES = {
    "web-1": image_body("web-1", tags={"Team": "platform", "retired": ""}),
    "web-2": image_body("web-2", location="West Europe", tags={"team": "Data"}),
    "WEB-10": image_body("WEB-10", group="Other", os_type="Windows"),
    "db": image_body("db", group="other-2", os_type="Windows", tags={"team": "platform"}),
}


def meant(include: Any = (), exclude: Any = ()) -> list[str]:
    wanted, unwanted = read_filters(include, "include_filters"), read_filters(exclude, "exclude_filters")
    return [name for name, body in IMAGES.items() if is_meant(managed_image.shape(body), wanted, unwanted)]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"names": "web-*"}, ["web-1", "web-2", "WEB-10"]),
        ({"names": "web-?"}, ["web-1", "web-2"]),
        ({"names": ["DB", "nothing"]}, ["db"]),
        ({"names": "web"}, []),
        ({"names": r"~web-\d$"}, ["web-1", "web-2"]),
        ({"names": "~eb"}, []),
        ({"names": "~.*0"}, ["WEB-10"]),
        ({"resource_groups": "other"}, ["WEB-10"]),
        ({"resource_groups": ["OTHER*"]}, ["WEB-10", "db"]),
        ({"locations": "westeurope"}, ["web-2"]),
        ({"locations": ["East US 2"]}, ["web-1", "WEB-10", "db"]),
        ({"os_types": "linux"}, ["web-1", "web-2"]),
        ({"os_types": ["Windows", "Linux"]}, list(IMAGES)),
        ({"tags": {"TEAM": "platform"}}, ["web-1", "db"]),
        ({"tags": {"team": ["platform", "Data"]}}, ["web-1", "web-2", "db"]),
        ({"tags": {"team": "data"}}, []),
        ({"tags": {"team": "*"}}, ["web-1", "web-2", "db"]),
        ({"tags": {"retired": ""}}, ["web-1"]),
        ({"tags": {"team": "platform", "retired": "*"}}, ["web-1"]),
        ({"tags": {"team": "platform"}, "os_types": "Windows"}, ["db"]),
    ],
)
def test_filters(entry: dict[str, Any], expected: list[str]) -> None:
    assert meant([entry]) == expected
    assert meant([], [entry]) == [name for name in IMAGES if name not in expected]


def test_any_entry_may_match_and_exclusion_wins() -> None:
    assert meant([{"names": "db"}, {"locations": "westeurope"}]) == ["web-2", "db"]
    assert meant([{"names": "web-*"}], [{"os_types": "Windows"}, {"tags": {"retired": "*"}}]) == ["web-2"]
    assert meant([{"names": "*", "locations": None}]) == list(IMAGES)


@pytest.mark.parametrize(
    ("entry", "match"),
    [
        ({}, r"include_filters\[0\]: {} has no filter"),
        ("web", "has no filter"),
        ({"names": None}, "has no filter"),
        ({"name": "web"}, "'name' is not known.*names, resource_groups, locations, os_types, tags"),
        ({"names": []}, r"include_filters\[0\].names: \[\] is not a string or a list"),
        ({"names": [""]}, "'' is not a string, or is empty"),
        ({"names": 1.10}, "1.1 is not a string"),
        ({"names": "~["}, "is not a regular expression"),
        ({"names": "~a{99999999999999999999}"}, "is not a regular expression"),
        ({"names": "~" + "(" * 3000}, "is not a regular expression"),
        ({"os_types": "Darwin"}, "is not an OS type"),
        ({"locations": "../x"}, "is not a region name"),
        ({"tags": "team"}, "a mapping of tag names"),
        ({"tags": {"retired": True}}, r"include_filters\[0\].tags.retired: .* is not a string"),
        ({"tags": {"year": [2026]}}, "2026 is not a string, or is empty. Put it in quotes"),
        ({"tags": {"team": None}}, "None is not a string or a list"),
    ],
)
def test_what_filters_nothing_is_refused(entry: Any, match: str) -> None:
    with pytest.raises(InvalidRequest, match=match):
        meant([entry])


# Names of hosts


def names(*images: tuple[str, ...]) -> list[str]:
    """Host names of images given as (name, resource group[, subscription]), whatever their order."""
    found = [item(*image) for image in images]
    result = inventory.unique_names([image[0] for image in images], found)
    for order in itertools.islice(itertools.permutations(range(len(images))), 24):
        again = inventory.unique_names([images[index][0] for index in order], [found[index] for index in order])
        assert again == [result[index] for index in order]
    assert len({name.lower() for name in result}) == len(result)
    return result


def test_names_that_are_shared_get_the_resource_group_all_of_them() -> None:
    assert names(("web", "a"), ("db", "a")) == ["web", "db"]
    assert names(("web", "a"), ("Web", "B"), ("db", "a")) == ["web_a", "Web_B", "db"]
    assert names(("web", "a"), ("web", "b"), ("web_a", "c")) == ["web_a", "web_b", "web_a_c"]


def test_longer_names_that_are_shared_are_made_longer_still() -> None:
    found = names(("web", "a_b"), ("web", "c"), ("web_a", "b"), ("web_a", "d"))
    assert found[1::2] == ["web_c", "web_a_d"]
    assert all(name.startswith(f"web_a_b_{SUBSCRIPTION}_") for name in found[::2])
    assert names(("web", "rg"), ("web", "rg", OTHER)) == [f"web_rg_{SUBSCRIPTION}", f"web_rg_{OTHER}"]


@pytest.mark.parametrize("name", ["localhost", "LocalHost", "127.0.0.1", "all", "ungrouped"])
def test_names_that_mean_something_else_to_ansible(name: str) -> None:
    assert names((name, "rg"), ("web", "rg")) == [f"{name}_rg", "web"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("web-1.2_x", "web-1.2_x"),
        ("größe", "größe"),
        ("a,b:c d", "a_b_c_d"),
        ("~web[1:3]", "_web_1_3_"),
        ("!web&x@y", "_web_x_y"),
        ("--flush-cache", "_-flush-cache"),
        ("{{ 1 + 1 }}", "___1___1___"),
        (" web\n", "web"),
        ("a/b\\c'd\"", "a_b_c_d_"),
    ],
)
def test_a_host_name_is_no_pattern_option_or_template(text: str, expected: str) -> None:
    assert inventory.safe_host_name(text) == expected


# Galleries


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("pics", ("", "pics", SUBSCRIPTION)),
        ({"name": "pics"}, ("", "pics", SUBSCRIPTION)),
        ({"name": "pics", "resource_group": "rg"}, ("rg", "pics", SUBSCRIPTION)),
        ({"name": "pics", "resource_group": "rg", "subscription_id": OTHER}, ("rg", "pics", OTHER)),
        (f"/subscriptions/{OTHER}/resourceGroups/rg/providers/Microsoft.Compute/galleries/pics", ("rg", "pics", OTHER)),
    ],
)
def test_galleries(value: Any, expected: tuple[str, str, str]) -> None:
    gallery = inventory.read_gallery(value, SUBSCRIPTION, "galleries[0]")
    assert (gallery.resource_group, gallery.name, gallery.subscription_id) == expected


@pytest.mark.parametrize(
    "value", ["", "no-dash", "/subscriptions/x", {"resource_group": "rg"}, {"name": "a", "gallery": "b"}, 7, None]
)
def test_what_is_no_gallery_is_refused(value: Any) -> None:
    with pytest.raises(InvalidRequest):
        inventory.read_gallery(value, SUBSCRIPTION, "galleries[0]")
