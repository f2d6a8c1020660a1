"""Dates, tags, regions, ids and names."""

from __future__ import annotations

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources import (
    dates,
    managed_image,
    names,
    regions,
    tags,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources import resource_id as ids
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import InvalidRequest
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.image_version import IMAGE_VERSION


def instant(text):
    return dates.parse_instant(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2030-12-01T00:00:00Z", "2030-12-01T00:00:00Z"),
        ("2030-11-30T19:00:00-05:00", "2030-12-01T00:00:00Z"),
        ("2030-12-01", "2030-12-01T00:00:00Z"),
        ("2030-12-01 00:00:00+00:00", "2030-12-01T00:00:00Z"),
        ("2030-12-01T00:00", "2030-12-01T00:00:00Z"),
        ("2023-06-25T12:45:41.1197239+00:00", "2023-06-25T12:45:41.119723Z"),
    ],
)
def test_dates_are_shown_in_utc(text, shown):
    assert dates.format_instant(instant(text)) == shown


@pytest.mark.parametrize(
    ("have", "want", "same"),
    [
        ("2030-11-30T19:00:00-05:00", "2030-12-01T00:00:00Z", True),
        ("2030-12-01T12:59:59+00:00", "2030-12-01", True),
        ("2030-11-30T23:59:59+00:00", "2030-12-01", False),
        ("2030-12-01T00:00:01Z", "2030-12-01T00:00:00Z", False),
    ],
)
def test_dates_are_compared_as_instants(have, want, same):
    assert dates.same_instant(instant(have), instant(want)) is same


@pytest.mark.parametrize(
    "text", ["", "soon", "2030-13-01", "2030-02-30", "20300101", "2030-W01-1", "01/02/2030", "2030-01-01T25:00:00Z"]
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(InvalidRequest, match="end_of_life_date"):
        dates.parse_instant(text, "end_of_life_date")


def test_tags_become_text():
    assert tags.read_tags({"n": 1, "yes": True, 5: "x"}) == {"n": "1", "yes": "true", "5": "x"}


@pytest.mark.parametrize(
    ("bad", "word"),
    [({"a": None}, "no value"), ({"A": "1", "a": "2"}, "case"), ({"a": {}}, "dict"), ({"": "x"}, "0"),
     ({"k" * 513: "x"}, "513"), ({"k": "v" * 257}, "257")],
)  # fmt: skip
def test_bad_tags_are_refused(bad, word):
    with pytest.raises(InvalidRequest, match=word):
        tags.read_tags(bad)


def test_tags_are_added_under_the_spelling_that_is_stored():
    assert tags.merge_tags({"Env": "dev", "b": "1"}, {"env": "prod"}, append=True) == {"Env": "prod", "b": "1"}


def test_exact_tags_remove_the_rest_but_our_own():
    have = {"Env": "dev", "b": "1", "ours": "x"}
    assert tags.merge_tags(have, {"env": "dev"}, append=False, own=lambda name: name == "ours") == {
        "Env": "dev",
        "ours": "x",
    }
    assert tags.merge_tags({"b": "1"}, {}, append=False) == {}


@pytest.mark.parametrize(
    ("asked", "got", "names"),
    [
        ({"a": "1"}, {"a": "1"}, []),
        ({"a": "1"}, {"A": "1"}, []),
        ({"a": "1"}, {"A": "2"}, ["A"]),
        ({"a": "1"}, {"a": "1", "CostCenter": "7"}, ["CostCenter"]),
        ({"a": "1", "b": "2"}, {"a": "1"}, ["b"]),
        (None, {}, []),
        (None, {"a": "1"}, ["a"]),
    ],
)
def test_tags_that_a_write_did_not_set_as_asked_are_named(asked, got, names):
    assert tags.overruled(asked, got) == names


@pytest.mark.parametrize("text", ["East US 2", "eastus2", "EASTUS2", " east us 2 "])
def test_regions_are_short(text):
    assert regions.short_region(text) == "eastus2"


@pytest.mark.parametrize("text", ["", "east-us", "2eastus", "eastus=1", "Ostusien Ü"])
def test_what_is_no_region_is_refused(text):
    with pytest.raises(InvalidRequest, match="region"):
        regions.short_region(text)


def test_known_regions():
    assert regions.is_known_region("eastus2")
    assert not regions.is_known_region("eastus9")


@pytest.mark.parametrize(
    ("kind", "count"),
    [("managed_image", 1), ("gallery", 1), ("image_definition", 2), ("image_version", 3), ("resource_group", 0)],
)
def test_ids_go_to_text_and_back_in_any_case(kind, count):
    rid = ids.ResourceId(kind, "sub", "Rg", *[f"n{n}" for n in range(count)])
    assert ids.parse_id(str(rid).upper(), kind) == rid
    assert ids.parse_id(f"{rid}/", "image_version", kind).key == rid.key


@pytest.mark.parametrize(
    "text", ["", "/", "x", "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm"]
)
def test_other_ids_are_refused_with_the_form_that_is_wanted(text):
    with pytest.raises(InvalidRequest, match=r"Microsoft\.Compute/images/NAME"):
        ids.parse_id(text, "managed_image")


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        ("gallery", ["g", "My.Gallery_1", "a" * 80], ["", "my-gallery", "_g", "g.", "a" * 81, "gé", "g\n"]),
        ("image_definition", ["d", "my-def_1.x", "a" * 80], ["", "-d", "d.", "d-", "a" * 81, "d/e"]),
        ("publisher", ["p", "p" * 128, "A.b-c_d"], ["", "p.", "p" * 129, "p q"]),
        ("sku", ["s", "s" * 64], ["", "s.", "s" * 65]),
        ("resource_group", ["rg", "rg (1).x"[:2], "a_b-c.d(e)"], ["", "rg.", "a/b", "a" * 91]),
    ],
)
def test_names(rule, good, bad):
    for name in good:
        assert names.check_name(rule, name, "name") == name
    for name in bad:
        with pytest.raises(InvalidRequest, match="name"):
            names.check_name(rule, name, "name")


def test_a_template_that_was_not_resolved_is_named_as_the_reason():
    with pytest.raises(
        InvalidRequest,
        match=r"^name: '\{\{ image }}-a' is not allowed\. It takes .*\. Ansible does not resolve templates",
    ):
        names.check_name("image_definition", "{{ image }}-a", "name")
    with pytest.raises(
        InvalidRequest, match=r"is not the id of a managed image .*Move it to the variables of the job template"
    ):
        ids.parse_id("{{ image }}", "managed_image")
    with pytest.raises(InvalidRequest) as refused:
        names.check_name("image_definition", "-", "name")
    assert "template" not in refused.value.message


def test_a_flag_is_returned_as_a_boolean_whatever_azure_has() -> None:
    flag = IMAGE_VERSION.fields[[field.path for field in IMAGE_VERSION.fields].index("exclude_from_latest")]
    for have, shown in ((None, False), (True, True), ("?", True), (7, True), ({}, False)):
        body = {"properties": {"publishingProfile": {"excludeFromLatest": have}}}
        assert flag.shown(body) is shown
        assert flag.kind.wanted(flag.shown(body), "exclude_from_latest") is shown


@pytest.mark.parametrize("name", [None, False, "", 0, []])
def test_a_source_without_a_name_is_refused(name: object) -> None:
    with pytest.raises(InvalidRequest, match=r"source\.name: '' is not allowed"):
        managed_image.parse_source({"name": name, "resource_group": "rg"}, "s", "rg")
