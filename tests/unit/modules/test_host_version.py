"""Which version a host is about, by its own variables, for the roles that follow the copy."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth.options import AUTH_OPTIONS
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import InvalidRequest
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._role.host_version import host_version
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._role.variables import read_own_variables
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._run.context import Context
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._run.module_spec import ModuleSpec

from . import conftest
from .conftest import GALLERY_ID, SUBSCRIPTION, VERSION, VERSION_ID, Azure

IMAGE_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/images/web"
CLONE = {
    "clone_managed_image_source_id": IMAGE_ID,
    "clone_managed_image_gallery_resource_group": "rg",
    "clone_managed_image_gallery_name": "pics",
}
BY_ID = {"some_role_version_id": VERSION_ID}


def _run(ctx: Context) -> dict[str, t.Any]:
    found = host_version(ctx, ctx.params["variables"], "some_role")
    source = str(found.source) if found.source else None
    return {"id": str(found.rid), "body": found.body, "source": source, "notes": found.notes}


@pytest.fixture(autouse=True)
def _task(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = ModuleSpec("host_version", {**AUTH_OPTIONS, "variables": {"type": "dict"}}, _run)
    monkeypatch.setitem(conftest.TASKS, spec.name, spec)


@pytest.mark.parametrize(
    ("more", "source"),
    [
        ({}, IMAGE_ID),
        ({"clone_managed_image_version": "next_minor", "clone_managed_image_when_cloned": "new"}, IMAGE_ID),
        ({"clone_managed_image_version": "'1.0.0'", "clone_managed_image_subscription_id": SUBSCRIPTION}, IMAGE_ID),
        ({"clone_managed_image_definition": "{name: web}", "clone_managed_image_target_regions": "eastus2"}, IMAGE_ID),
        (
            {
                "clone_managed_image_source_id": "",
                "clone_managed_image_definition_name": "web",
                "clone_managed_image_version": "1.0.0",
            },
            None,
        ),
        ({**BY_ID, "some_role_other": "x", "clone_managed_image_gallery_name": ""}, None),
        ({"some_role_version_id": f" {VERSION_ID.upper().replace('VERSIONS', 'versions')} "}, None),
    ],
)
def test_it_is_found_by_the_variables_of_the_clone(cloned: Azure, more: dict[str, t.Any], source: str | None) -> None:
    result = cloned.run("host_version", variables={**CLONE, **more})
    assert not result.get("failed"), result
    assert (result["id"].lower(), result["source"]) == (VERSION_ID.lower(), source)
    assert result["body"]["properties"]["replicationStatus"]["aggregatedState"] == "Completed"
    assert result["notes"] == []


@pytest.mark.parametrize(
    ("more", "match"),
    [
        ({"clone_managed_image_source_id": IMAGE_ID.replace("web", "db")}, "images/db has no version of"),
        ({"clone_managed_image_source_id": ""}, "Or set some_role_version_id to the ID of the version."),
        ({"clone_managed_image_definition_name": "db"}, "images/db has no version of"),
        ({"clone_managed_image_version": "1.0.1"}, "versions/1.0.1 does not exist. Clone the image first"),
        ({"clone_managed_image_gallery_name": ""}, "clone_managed_image_gallery: name is missing"),
        ({"clone_managed_image_versoin": "1.0.0"}, "Did you mean clone_managed_image_version?"),
        ({"some_role_version_id": f"{GALLERY_ID}/images/web/versions/9.0.0"}, "versions/9.0.0 does not exist. Correct"),
        ({"some_role_version_id": "1.0.0"}, "some_role_version_id: '1.0.0' is not the id of an image version"),
        ({"some_role_version_id": f"{GALLERY_ID}/images/web/versions/latest"}, "some_role_version_id"),
    ],
)
def test_what_is_not_there_is_refused(cloned: Azure, more: dict[str, t.Any], match: str) -> None:
    cloned.refused("host_version", match, variables={**CLONE, **more})


def test_the_error_names_what_was_looked_for(cloned: Azure) -> None:
    result = cloned.refused(
        "host_version", "no version", variables={**CLONE, "clone_managed_image_definition_name": "db"}
    )
    assert (result["source_id"], result["definition_id"]) == (IMAGE_ID, f"{GALLERY_ID}/images/db")


def test_a_version_of_another_image_is_refused(cloned: Azure) -> None:
    other = {"clone_managed_image_source_id": IMAGE_ID.replace("web", "db"), "clone_managed_image_version": "1.0.0"}
    definition = {"clone_managed_image_definition_name": "web"}
    cloned.refused("host_version", "was created from", variables={**CLONE, **other, **definition})


def test_a_version_of_an_earlier_build_of_the_image_is_refused(cloned: Azure) -> None:
    store = cloned.emulator.state
    image = next(one for one in store.resources.values() if one.kind == "managed_image" and one.name == "web")
    image.body["properties"]["storageProfile"]["osDisk"]["diskSizeGB"] = 64
    cloned.refused("host_version", "was created from an earlier image", variables=CLONE)


def test_a_version_outlives_its_image(cloned: Azure) -> None:
    store = cloned.emulator.state
    key = next(key for key, one in store.resources.items() if one.kind == "managed_image" and one.name == "web")
    del store.resources[key]
    assert cloned.run("host_version", variables=CLONE)["id"] == VERSION_ID


def test_the_highest_version_of_the_image_counts(cloned: Azure) -> None:
    cloned.run("image_version", **{**VERSION, "name": "next_patch", "when_cloned": "new"})
    assert cloned.run("host_version", variables=CLONE)["id"].endswith("/1.0.1")


def test_own_variables_take_text_and_refuse_unknown_names() -> None:
    specs = {"regions": {"type": "list", "elements": "raw"}, "wait": {"type": "bool", "default": True}}
    read = read_own_variables({"role_regions": "eastus, westus2", "clone_managed_image_x": 1}, "role", specs)
    assert read == {"version_id": None, "regions": ["eastus", "westus2"], "wait": True}
    with pytest.raises(InvalidRequest, match=r"role_wiat is not a variable of the role\. Did you mean role_wait\?"):
        read_own_variables({"role_wiat": "no"}, "role", specs)
