"""The naming rule of a fleet."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet.naming import fleet_names, legal
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import InvalidRequest
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.names import check_name

from support import report_samples as samples


def named(**variables: Any) -> dict[str, Any]:
    return fleet_names(variables, "host")


def test_by_default_the_image_names_all() -> None:
    names = named(clone_managed_image_source=samples.image_id("web-01"))
    assert names["definition"] == {"name": "web-01"}
    assert names["defaults"] == {"publisher": "web-01", "offer": "web-01", "sku": "web-01"}


@pytest.mark.parametrize(
    "variables",
    [
        {"clone_managed_image_source": "web"},
        {"clone_managed_image_source": {"name": "web", "resource_group": "x"}},
        {"clone_managed_image_source": "{name: web, resource_group: x}"},
        {"clone_managed_image_source": {"id": samples.image_id("web")}},
        {"clone_managed_image_source": "", "clone_managed_image_source_id": samples.image_id("web")},
        {"clone_managed_image_source": "other", "managed_image": {"name": "web"}},
    ],
)
def test_where_the_name_comes_from(variables: dict[str, Any]) -> None:
    assert named(**variables)["definition"] == {"name": "web"}


def test_tags_name_it() -> None:
    tags = {"Definition": "ubuntu 22.04", "publisher": "contoso", "SKU": 2019}
    names = named(managed_image={"name": "web", "tags": tags})
    assert names["definition"] == {"name": "ubuntu-22.04"}
    assert names["defaults"] == {"publisher": "contoso", "offer": "ubuntu-22.04", "sku": "2019"}


def test_what_is_given_wins() -> None:
    given = {
        "managed_image": {"name": "web", "tags": {"definition": "t", "publisher": "t", "offer": "t", "sku": "t"}},
        "migrate_fleet_definition_name": "rule",
        "migrate_fleet_publisher": "rule",
        "migrate_fleet_offer": "rule",
        "clone_managed_image_publisher": "flat",
        "clone_managed_image_offer": "flat",
        "clone_managed_image_definition": {"offer": "mapping", "architecture": "x64"},
    }
    names = named(**given)
    named_definition = {"name": "rule", "publisher": "flat", "offer": "mapping", "architecture": "x64"}
    assert names == {**names, "definition": named_definition, "defaults": {"sku": "t"}}


def test_blank_is_unset() -> None:
    blank = dict.fromkeys(("definition_name", "publisher", "offer", "sku"))
    variables = {
        f"{prefix}{name}": value
        for name in blank
        for prefix, value in (("migrate_fleet_", ""), ("clone_managed_image_", None))
    }
    names = named(**variables, clone_managed_image_definition="", managed_image={"name": "web", "tags": None})
    assert (names["definition"], len(names["defaults"])) == ({"name": "web"}, 3)


def test_text() -> None:
    names = fleet_names(
        {
            "clone_managed_image_definition": "{publisher: contoso}",
            "clone_managed_image_definition_defaults": "{sku: 2019, os_state: Specialized}",
        },
        "web",
    )
    assert names["definition"] == {"publisher": "contoso", "name": "web"}
    assert names["defaults"] == {"offer": "web", "sku": "2019", "os_state": "Specialized"}
    with pytest.raises(InvalidRequest, match="put it in quotes"):
        named(migrate_fleet_sku=1.1)


@pytest.mark.parametrize("prefix", ["migrate_fleet_", "clone_managed_image_"])
@pytest.mark.parametrize(
    ("part", "value"), [("definition_name", "my def!"), ("publisher", "contoso."), ("offer", "a b"), ("sku", "x" * 65)]
)
def test_what_azure_does_not_take_is_refused_by_the_name_of_its_variable(prefix: str, part: str, value: str) -> None:
    with pytest.raises(InvalidRequest, match=f"^{prefix}{part}: '{value}' is not allowed"):
        named(**{prefix + part: value})


@pytest.mark.parametrize("text", [*samples.HOSTILE, "_web.", "...", "", "web-01", "x" * 80])
def test_derived_names_are_legal(text: str) -> None:
    for rule, longest in (("image_definition", 80), ("publisher", 128), ("offer", 64), ("sku", 64)):
        check_name(rule, legal(text, longest), "name")


def test_long_names_stay_different() -> None:
    one, other = (legal("x" * 70 + end, 64) for end in ("-a", "-b"))
    assert one != other
    assert len(one) == 64
