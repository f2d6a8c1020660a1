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
        "source_id": source,
        "gallery": "g",
        "new_definition": new,
        "given": sorted(given or {}),
        "facts": {"os_type": facts[0], "hyper_v_generation": facts[1]},
        "version": version,
        "highest": None,
    }
    options = {"name": "d", "source": source, "defaults": defaults or {}, **(given or {})}
    gallery = {"name": "g", "defaults": {"location": location}}
    return {"plan": {"definition_id": "d", "gallery": gallery, "definition": options, "numbering": numbering}}


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
    assert found["locations"] == {"g": "eastus"}
    assert found["definitions"] == {
        "d /rg/i10": {"name": "d", "source": "/rg/i9", "defaults": {"sku": "i9"}, "tags": {"a": "1"}}
    }
    assert found["keys"] == ["d /rg/i10", "d /rg/i9"]
    assert found["numbers"] == {"d /rg/i9": "1.0.0", "d /rg/i10": "1.0.1"}
    assert (found["refused"], found["warnings"]) == ({}, [])


def test_what_is_given_or_read_and_contradicts_is_refused_and_gets_no_number() -> None:
    found = settled(
        planned("a", {"sku": "one"}),
        planned("b", {"sku": "two"}),
        planned("c", facts=("Windows", "V2")),
        planned("d", {"sku": "ONE"}),
    )
    assert set(found["refused"]) == {"d /rg/b", "d /rg/c"}
    assert "sku 'one' and 'two'" in found["refused"]["d /rg/b"]
    assert "OS type Linux and Windows; Hyper-V generation V1 and V2" in found["refused"]["d /rg/c"]
    assert found["numbers"] == {"d /rg/a": "1.0.0", "d /rg/d": "1.0.1"}


def test_a_definition_that_exists_is_no_matter_of_the_hosts() -> None:
    found = settled(planned("a", {"sku": "one"}, new=False), planned("b", {"sku": "two"}, new=False))
    assert (found["refused"], found["definitions"]) == ({}, {})


def test_one_number_for_two_sources_is_refused_and_for_one_source_not() -> None:
    found = settled(planned("a", version="1.0.0"), planned("b", version="1.0.0"), planned("a", version="1.0.0"))
    assert list(found["refused"]) == ["d /rg/b"]
    assert "version 1.0.0" in found["refused"]["d /rg/b"]


def test_images_of_one_name_from_two_groups_are_reported() -> None:
    (warning,) = settled(planned("web"), planned("Web", group="other"), planned("db"))["warnings"]
    assert "/other/Web, /rg/web" in warning
    assert settled(planned("web"), planned("db", group="other"))["warnings"] == []


def test_hosts_without_a_plan_or_with_a_version_are_left_out() -> None:
    there = {"plan": {"definition_id": "d", "gallery": None, "definition": None, "numbering": None}}
    assert plan_batch([{"failed": True}, there])["numbers"] == {}


def test_one_source_in_two_spellings_is_one_image() -> None:
    one, other = planned("img", defaults={"sku": "img"}), planned("IMG", defaults={"sku": "IMG"})
    other["plan"]["numbering"]["key"] = one["plan"]["numbering"]["key"] = "d /rg/img"
    found = settled(one, other)
    assert found["definitions"]["d /rg/img"]["defaults"]["sku"] == "IMG"
    assert found["numbers"] == {"d /rg/img": "1.0.0"}


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
