# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The naming rule of a fleet."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import samples

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._core.errors import Refused
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._core.fleet_names import (
    fleet_definition,
    fleet_known,
    fleet_names,
    legal,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._core.names import check_name

GALLERY = {"clone_managed_image_gallery": {"resource_group": "rg", "name": "pics"}}


def named(**variables: Any) -> dict[str, Any]:
    return fleet_names({**GALLERY, **variables}, "host")


def test_by_default_the_image_names_all() -> None:
    names = named(clone_managed_image_source=samples.image_id("web-01"))
    assert names["definition"] == {"name": "web-01"}
    assert names["derived"] == {"publisher": "web-01", "offer": "web-01", "sku": "web-01"}
    assert names["gallery"] == {"subscription_id": None, "resource_group": "rg", "name": "pics"}


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
    assert names["derived"] == {"publisher": "contoso", "offer": "ubuntu-22.04", "sku": "2019"}


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
    told = {"name": "rule", "publisher": "flat", "offer": "mapping", "architecture": "x64"}
    assert names == {**names, "definition": told, "derived": {"sku": "t"}}


def test_blank_is_unset() -> None:
    blank = dict.fromkeys(("definition_name", "publisher", "offer", "sku"))
    variables = {
        f"{prefix}{name}": value
        for name in blank
        for prefix, value in (("migrate_fleet_", ""), ("clone_managed_image_", None))
    }
    names = named(**variables, clone_managed_image_definition="", managed_image={"name": "web", "tags": None})
    assert (names["definition"], len(names["derived"])) == ({"name": "web"}, 3)


def test_text_and_dates() -> None:
    names = fleet_names(
        {
            "clone_managed_image_gallery_resource_group": "rg",
            "clone_managed_image_gallery_name": "pics",
            "clone_managed_image_definition": "{publisher: contoso}",
            "clone_managed_image_subscription_id": samples.SUBSCRIPTION,
        },
        "web",
    )
    assert names["definition"] == {"publisher": "contoso", "name": "web"}
    assert names["gallery"]["subscription_id"] == samples.SUBSCRIPTION
    dated = named(clone_managed_image_definition={"name": "a", "tags": {"day": datetime.date(2030, 1, 2)}})
    assert dated["definition"]["tags"] == {"day": "2030-01-02"}
    assert fleet_names({}, "web")["gallery"] is None
    with pytest.raises(Refused, match="put it in quotes"):
        named(migrate_fleet_sku=1.1)


@pytest.mark.parametrize("text", [*samples.HOSTILE, "_web.", "...", "", "web-01", "x" * 80])
def test_derived_names_are_legal(text: str) -> None:
    for rule, longest in (("image_definition", 80), ("publisher", 128), ("offer", 64), ("sku", 64)):
        check_name(rule, legal(text, longest), "name")


def test_long_names_stay_different() -> None:
    one, other = (legal("x" * 70 + end, 64) for end in ("-a", "-b"))
    assert one != other
    assert len(one) == 64


def test_an_existing_definition_keeps_its_identity() -> None:
    names = named(clone_managed_image_source="Web", migrate_fleet_offer="wanted")
    item = names["gallery"]
    known = fleet_known(
        [{"item": item, "image_definitions": [{"id": samples.definition_id("web")}]}, {"item": item, "failed": True}]
    )
    assert fleet_definition(names, known) == {"name": "Web", "offer": "wanted"}
    assert fleet_definition(names, []) == {"name": "Web", "offer": "wanted", "publisher": "Web", "sku": "Web"}
    other = fleet_known(
        [{"item": {**item, "name": "other"}, "image_definitions": [{"id": samples.definition_id("web")}]}]
    )
    assert "publisher" in fleet_definition(names, other)
