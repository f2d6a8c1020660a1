"""The info modules: what is absent is an empty list, an absent parent one with a warning, and all else an error."""

from __future__ import annotations

import pytest

from .conftest import GROUP

PLACE = {**GROUP, "gallery_name": "pics"}


@pytest.mark.parametrize(
    ("module", "options", "key"),
    [
        ("gallery_info", GROUP, "galleries"),
        ("image_definition_info", PLACE, "image_definitions"),
        ("image_version_info", {**PLACE, "image_definition_name": "web"}, "image_versions"),
        ("managed_image_info", GROUP, "images"),
    ],
)
def test_all_one_absent_and_unknown(cloned, module, options, key):
    everything = cloned.run(module, **options)[key]
    assert everything
    one = cloned.run(module, **options, name=everything[0]["name"])[key]
    assert one == everything[:1]
    absent = "9.9.9" if module == "image_version_info" else "nothing"
    assert cloned.run(module, **options, name=absent)[key] == []
    assert cloned.warnings == []


@pytest.mark.parametrize("name", [None, "1.0.0"])
@pytest.mark.parametrize(
    ("module", "options", "key", "missing"),
    [
        ("gallery_info", {"resource_group": "nowhere"}, "galleries", "resource group"),
        ("image_definition_info", {**PLACE, "gallery_name": "none"}, "image_definitions", "galleries/none"),
        ("image_version_info", {**PLACE, "image_definition_name": "none"}, "image_versions", "images/none"),
        ("managed_image_info", {"resource_group": "nowhere"}, "images", "resource group"),
    ],
)
def test_an_absent_parent_is_named(cloned, module, options, key, missing, name):
    result = cloned.run(module, **options, name=name)
    assert result[key] == []
    assert missing in cloned.warnings[0]


def test_an_unknown_subscription_is_an_error(azure):
    other = "99999999-9999-9999-9999-999999999999"
    azure.fails("gallery_info", other, subscription_id=other)
    azure.fails("managed_image_info", other, resource_group="rg", subscription_id=other)
