"""The validation of resources that Azure returns: what passes, and the error for what does not."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.requests_by_id import MOST_PAGES
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.response_schema import validate_response
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import UnexpectedResponse
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.resource_id import ResourceId

from .conftest import reply, resource

DEFINITION = ResourceId("image_definition", "sub", "rg", "g", "d")
VERSION = ResourceId("image_version", "sub", "rg", "g", "d", "1.0.0")
IMAGE = ResourceId("managed_image", "sub", "rg", "i")
NOTHING: Any = object()


def changed(rid: ResourceId, path: str, value: Any) -> dict[str, Any]:
    """The least body of a resource, with another value at a path, or nothing there."""
    body = resource(rid)
    *steps, last = path.split(".")
    place: Any = body
    for step in steps:
        place = place.setdefault(step, {})
    if value is NOTHING:
        del place[last]
    else:
        place[last] = value
    return body


@pytest.mark.parametrize(
    ("rid", "path", "value", "reported"),
    [
        (VERSION, "id", NOTHING, "id is 'None', not the id of image version"),
        (VERSION, "id", str(DEFINITION), "not the id of image version"),
        (VERSION, "location", NOTHING, "location is 'None', not the name of a region"),
        (VERSION, "location", 3, "location is '3', not the name of a region"),
        (VERSION, "tags", ["a"], "tags is .*, not an object"),
        (VERSION, "properties", "x", "properties is 'x', not an object"),
        (VERSION, "properties.provisioningState", 3, "provisioningState is '3', not a text"),
        (VERSION, "properties.publishingProfile", "x", "publishingProfile is 'x', not an object"),
        (VERSION, "properties.publishingProfile.targetRegions", {}, "targetRegions is .*, not a list"),
        (
            VERSION,
            "properties.publishingProfile.targetRegions",
            ["eastus"],
            r"targetRegions\[\] is 'eastus', not an object",
        ),
        (VERSION, "properties.publishingProfile.targetRegions", [{}], r"targetRegions\[\]\.name is 'None'"),
        (VERSION, "properties.publishingProfile.publishedDate", "soon", "publishedDate is 'soon', not a date"),
        (VERSION, "properties.publishingProfile.replicaCount", True, "replicaCount is 'True', not a number"),
        (VERSION, "properties.replicationStatus.summary", [None], r"summary\[\] is 'None', not an object"),
        (VERSION, "properties.replicationStatus.summary", [{"region": "?"}], r"summary\[\]\.region is '\?'"),
        (DEFINITION, "properties.features", [{"name": "a"}], r"features\[\]\.value is 'None', not a text"),
        (IMAGE, "properties.storageProfile.osDisk.diskSizeGB", "big", "diskSizeGB is 'big', not a number"),
        (IMAGE, "properties.storageProfile.dataDisks", ["x"], r"dataDisks\[\] is 'x', not an object"),
    ],
)
def test_what_no_resource_can_be_is_named(rid: ResourceId, path: str, value: Any, reported: str) -> None:
    with pytest.raises(
        UnexpectedResponse,
        match=f"^Could not read it: Azure returned an unexpected {rid.words.split(' /')[0]}: .*{reported}",
    ):
        validate_response(changed(rid, path, value), rid.kind, "Could not read it")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("properties", None),
        ("tags", None),
        ("properties.publishingProfile", None),
        ("properties.publishingProfile.targetRegions", None),
        ("properties.publishingProfile.targetRegions", [{"name": "East US (Stage)", "new": "thing"}]),
        ("properties.replicationStatus", {"summary": [{"region": "Atlantis 9", "state": None}]}),
        ("etag", 7),
    ],
)
def test_null_and_what_is_new_pass(path: str, value: Any) -> None:
    body = changed(VERSION, path, value)
    assert validate_response(body, "image_version", "x") is body


def test_states_in_another_case_are_azures(make_arm: Any) -> None:
    regions = {"summary": [{"region": "eastus", "state": "COMPLETED"}, {"region": "westus", "state": "Odd"}]}
    fake = make_arm(reply(200, resource(VERSION, "succeeded", replicationStatus=regions)))
    properties = fake.arm.get(VERSION)["properties"]
    assert properties["provisioningState"] == "Succeeded"
    assert [one["state"] for one in properties["replicationStatus"]["summary"]] == ["Completed", "Odd"]


def test_one_odd_item_fails_the_list_whole(make_arm: Any) -> None:
    fake = make_arm(reply(200, {"value": [resource(VERSION), {"name": "1.0.1"}]}))
    with pytest.raises(
        UnexpectedResponse, match=r"Could not list the image versions of image definition .*: id is 'None'"
    ):
        fake.arm.list(DEFINITION, "image_version")


@pytest.mark.parametrize("body", [{}, {"value": None}, {"value": {}}])
def test_an_answer_without_a_list_is_no_empty_list(make_arm: Any, body: Any) -> None:
    with pytest.raises(UnexpectedResponse, match="has no list in it"):
        make_arm(reply(200, body)).arm.list(DEFINITION, "image_version")


def test_a_list_that_never_ends_is_given_up(make_arm: Any) -> None:
    count = itertools.count()

    def page() -> Any:
        link = f"https://management.azure.com/subscriptions/sub/next?page={next(count)}"
        return reply(200, {"value": [], "nextLink": link})()

    fake = make_arm(page)
    with pytest.raises(UnexpectedResponse, match=f"more than {MOST_PAGES} pages"):
        fake.arm.list(DEFINITION, "image_version")
    assert len(fake.script.sent) == MOST_PAGES


def test_an_odd_answer_to_a_write_is_no_refusal(make_arm: Any) -> None:
    fake = make_arm(reply(201, {"id": "x"}), reply(200, resource(VERSION)))
    assert fake.arm.put(VERSION, {"location": "eastus"}, before=None).body == resource(VERSION)
    assert fake.script.methods == ["PUT", "GET"]
    assert fake.arm.run_state.has_written


@pytest.mark.parametrize(("header", "seconds"), [("1e9", 3600), ("inf", 3600), ("nan", None), ("-1", None)])
def test_no_advice_of_azures_makes_a_run_wait_for_ever(make_arm: Any, header: str, seconds: float | None) -> None:
    accepted = make_arm(reply(201, resource(VERSION), {"Retry-After": header})).arm.put(VERSION, {}, before=None)
    assert accepted.retry_after == seconds
