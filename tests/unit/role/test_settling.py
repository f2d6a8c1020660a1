"""What several hosts would make is made as the first image says, in any order of the hosts; what contradicts it is refused."""

from __future__ import annotations

import random
from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import InvalidRequest
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._role.batch import apply_batch, plan_batch


def planned(
    name: str,
    given: dict[str, Any] | None = None,
    defaults: dict[str, Any] | None = None,
    group: str = "rg",
    location: str = "eastus",
    facts: tuple[str, str] = ("Linux", "V1"),
    version: str = "next_patch",
    new: bool = True,
) -> dict[str, Any]:
    """What clone_plan returns of an image that goes into the definition `d` of a gallery that is not there either."""
    source = f"/{group}/{name}"
    numbering = {
        "key": f"d {source}",
        "definition": "d",
        "name": name,
        "source": source.lower(),
        "new_definition": new,
        "given": sorted(given or {}),
        "facts": {"os_type": facts[0], "hyper_v_generation": facts[1]},
        "version": version,
        "highest": None,
    }
    options = {"name": "d", "source": source, "defaults": defaults or {}, **(given or {})}
    gallery = {"name": "g", "defaults": {"location": location}}
    plan = {"definition_id": "d", "source_id": source, "gallery": gallery}
    return {"plan": {**plan, "definition": options, "numbering": numbering}}


def of(found: dict[str, Any], what: str) -> dict[str, Any]:
    """One kind of change by the names of the sources."""
    return {key.rpartition("/")[2]: change[what] for key, change in found["changes"].items() if what in change}


def settled(*plans: dict[str, Any]) -> dict[str, Any]:
    """The same in every order."""
    expected = plan_batch(plans)
    for _attempt in range(5):
        assert plan_batch(random.sample(plans, len(plans))) == expected
    return expected


def test_the_first_image_by_name_says_how() -> None:
    found = settled(
        planned("i10", {"tags": {"a": "1"}}, {"sku": "i10"}, location="westus2"),
        planned("i9", {"tags": {"b": "2"}}, {"sku": "i9"}, location="eastus"),
    )
    assert of(found, "location") == {"i9": "eastus", "i10": "eastus"}
    assert of(found, "definition") == {
        "i10": {"name": "d", "source": "/rg/i9", "defaults": {"sku": "i9"}, "tags": {"a": "1"}}
    }
    assert of(found, "number") == {"i9": "1.0.0", "i10": "1.0.1"}
    assert (of(found, "refused"), found["warnings"]) == ({}, [])


def test_what_is_given_or_read_and_contradicts_is_refused_and_gets_no_number() -> None:
    found = settled(
        planned("a", {"sku": "one"}),
        planned("b", {"sku": "two"}),
        planned("c", facts=("Windows", "V2")),
        planned("d", {"sku": "ONE"}),
    )
    refused = of(found, "refused")
    assert set(refused) == {"b", "c"}
    assert "sku 'one' and 'two'" in refused["b"]
    assert "OS type Linux and Windows; Hyper-V generation V1 and V2" in refused["c"]
    assert of(found, "number") == {"a": "1.0.0", "d": "1.0.1"}


def test_a_definition_that_exists_is_no_matter_of_the_hosts() -> None:
    found = settled(planned("a", {"sku": "one"}, new=False), planned("b", {"sku": "two"}, new=False))
    assert (of(found, "refused"), of(found, "definition")) == ({}, {})


def test_one_number_for_two_sources_is_refused_and_for_one_source_not() -> None:
    found = settled(planned("a", version="1.0.0"), planned("b", version="1.0.0"), planned("a", version="1.0.0"))
    assert list(of(found, "refused")) == ["b"]
    assert "version 1.0.0" in of(found, "refused")["b"]


def test_images_of_one_name_from_two_groups_are_reported() -> None:
    (warning,) = settled(planned("web"), planned("Web", group="other"), planned("db"))["warnings"]
    assert "/other/Web, /rg/web" in warning
    assert settled(planned("web"), planned("db", group="other"))["warnings"] == []


def test_hosts_without_a_plan_or_with_a_version_are_left_out() -> None:
    there = {"plan": {"definition_id": "d", "gallery": None, "definition": None, "numbering": None}}
    assert plan_batch([{"failed": True}, there])["changes"] == {}


def test_one_source_in_two_spellings_is_one_image() -> None:
    one, other = planned("img", defaults={"sku": "img"}), planned("IMG", defaults={"sku": "IMG"})
    other["plan"]["numbering"]["key"] = one["plan"]["numbering"]["key"] = "d /rg/img"
    found = settled(one, other)
    assert of(found, "definition")["img"]["defaults"]["sku"] == "IMG"
    assert of(found, "number") == {"img": "1.0.0"}


def test_the_plan_of_a_host_with_what_was_agreed_on() -> None:
    plans = [
        planned("i9"),
        planned("i10", {"tags": {"a": "1"}}, location="westus2"),
        planned("i11", facts=("Windows", "V1")),
    ]
    batch = plan_batch(plans)
    for one in plans:
        one["plan"]["image_version"] = {"name": "next_patch"}
    agreed = apply_batch(plans[1]["plan"], batch)
    assert agreed["image_version"] == {"name": "next_patch", "defaults": {"name": "1.0.1"}}
    assert (agreed["version"], agreed["version_id"]) == ("1.0.1", "d/versions/1.0.1")
    assert agreed["definition"]["source"] == "/rg/i9"
    assert agreed["gallery"]["defaults"] == {"location": "eastus"}, "that of the first image"
    assert apply_batch(agreed, plan_batch([plans[0], {"plan": agreed}])) == agreed, "agreed on once more"
    with pytest.raises(InvalidRequest, match="OS type Linux and Windows"):
        apply_batch(plans[2]["plan"], batch)


def test_a_host_for_which_the_gallery_exists_by_now_leaves_it_alone() -> None:
    later = planned("i1")
    later["plan"] |= {"gallery": None, "image_version": {"name": "next_patch"}}
    plan = apply_batch(later["plan"], plan_batch([planned("i1"), later]))
    assert (plan["gallery"], plan["version"]) == (None, "1.0.0")
