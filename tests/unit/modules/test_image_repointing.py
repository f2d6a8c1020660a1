"""The scale sets of a host's image: which are found, which are left alone, and what is refused, failed or neither."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from support.collection_tree import ROOT

from .conftest import SUBSCRIPTION, Azure
from .scale_set_world import COMPUTE, DEFINITION, IMAGE, OTHER, SECOND, VERSION, image, scale_set, version, world

CLONE = {
    "clone_managed_image_source_id": IMAGE,
    "clone_managed_image_gallery_resource_group": "rg",
    "clone_managed_image_gallery_name": "pics",
}
SETS = [
    scale_set("a"),
    scale_set("b", mode="Flexible"),
    scale_set("c", upgrade_policy="Automatic"),
    scale_set("d", security_type="TrustedLaunch"),
    scale_set("other", OTHER),
    scale_set("there", VERSION),
]


def options(**own: Any) -> dict[str, Any]:
    return {"variables": {**CLONE, **{f"repoint_scale_sets_{name}": value for name, value in own.items()}}}


def states(result: dict[str, Any]) -> dict[str, str]:
    assert "repointing" in result, result
    return {one["name"]: one["state"] for one in result["repointing"]["scale_sets"]}


def image_of(azure: Azure, name: str) -> str:
    model = azure.emulator.state.resources[f"{COMPUTE}/virtualMachineScaleSets/{name}".lower()].properties
    return str(model["virtualMachineProfile"]["storageProfile"]["imageReference"]["id"])


@pytest.mark.seed(**world(scale_sets=SETS))
def test_each_scale_set_ends_by_itself(azure: Azure) -> None:
    expected = {"a": "repointed", "b": "repointed", "c": "refused", "d": "failed", "there": "unchanged"}
    predicted = azure.run("image_repointing", check=True, **options())
    result = azure.run("image_repointing", **options())
    assert states(predicted) == states(result) == expected
    assert result["failed"] is True
    assert result["changed"] is True
    found = result["repointing"]
    assert (found["refused"], found["failed"]) == (False, True)
    assert found["counts"] == {"repointed": 2, "unchanged": 1, "refused": 1, "failed": 1}
    assert result["msg"].startswith("5 scale sets: 2 got the new image, 1 unchanged, 1 refused, 1 failed.")
    by_name = {one["name"]: one for one in found["scale_sets"]}
    assert by_name["c"]["reasons"] == ["roll_out"]
    assert by_name["d"]["reasons"] == ["security_type"]
    assert by_name["a"]["resource_group"] == "rg"
    assert by_name["a"]["outdated_instances"] == ["0", "1"]
    assert [image_of(azure, name) for name in "abcd"] == [VERSION, VERSION, IMAGE, IMAGE]
    assert image_of(azure, "other") == OTHER
    assert not [path for _method, path in azure.requests if path.endswith("rolls/virtualMachines")]


@pytest.mark.seed(**world(scale_sets=[scale_set("a"), scale_set("c", upgrade_policy="Automatic")]))
def test_refused_is_not_failed_and_a_second_run_writes_nothing(azure: Azure) -> None:
    result = azure.run("image_repointing", **options())
    assert not result.get("failed"), result
    assert (result["repointing"]["refused"], result["changed"]) == (True, True)
    again = azure.run("image_repointing", **options())
    assert (states(again), again["changed"], azure.writes) == ({"a": "unchanged", "c": "refused"}, False, [])
    allowed = azure.run("image_repointing", **options(roll_out="allow"))
    assert states(allowed) == {"a": "unchanged", "c": "repointed"}


@pytest.mark.seed(**world(scale_sets=[scale_set("a"), scale_set("there", DEFINITION), scale_set("exact", VERSION)]))
def test_a_definition(azure: Azure) -> None:
    result = azure.run("image_repointing", **options(to="definition"))
    assert states(result) == {"a": "repointed", "there": "unchanged"}
    # One that has the definition does not have the version, whatever is latest.
    assert states(azure.run("image_repointing", **options(to="version"))) == {"exact": "unchanged"}
    assert (image_of(azure, "a"), image_of(azure, "exact")) == (DEFINITION, VERSION)


@pytest.mark.seed(**world(versions=[version(), version("1.1.0", "db")]))
def test_another_image_at_latest_is_a_doubt(azure: Azure) -> None:
    result = azure.run("image_repointing", **options(to="definition"))
    assert (result["failed"], states(result), azure.writes) == (True, {"set": "failed"}, [])
    assert "Latest of" in result["msg"]
    assert "Set repoint_scale_sets_to to version." in result["msg"], "in the words of the role"


REASONS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "not verified": (world(versions=[version(tags={})]), {}, "refused"),
    "excluded": (world(versions=[version(exclude_from_latest=True)]), {"to": "definition"}, "refused"),
    "replicating": (
        world(versions=[version(target_regions=[{"name": "southcentralus", "state": "Replicating"}])]),
        {},
        "refused",
    ),
    "an Automatic policy": (world(scale_sets=[scale_set(upgrade_policy="Automatic")]), {}, "refused"),
    "automatic OS upgrades": (world(scale_sets=[scale_set(automatic_os_upgrade=True)]), {}, "refused"),
    "automatic OS upgrades to a version": (
        world(scale_sets=[scale_set(automatic_os_upgrade=True)]),
        {"roll_out": "allow"},
        "failed",
    ),
    "a lock": (world(locks=[{"name": "keep", "resource_group": "rg", "level": "ReadOnly"}]), {}, "refused"),
    "another generation": (world(images=[image("web", hyper_v_generation="V2"), image("db")]), {}, "failed"),
    "data disks": (
        world(scale_sets=[scale_set(data_disks=[{"lun": 3, "size_gb": 4, "create_option": "FromImage"}])]),
        {},
        "failed",
    ),
}


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("own", "state"),
    [pytest.param(own, state, marks=pytest.mark.seed(**seed)) for seed, own, state in REASONS.values()],
    ids=REASONS,
)
def test_refused_or_failed(azure: Azure, own: dict[str, Any], state: str, check: bool) -> None:
    result = azure.run("image_repointing", check=check, **options(**own))
    assert states(result) == {"set": state}, result
    assert bool(result.get("failed")) == (state == "failed")
    assert azure.writes == []


@pytest.mark.parametrize(
    ("own", "words"),
    [
        pytest.param(
            {},
            "has been rebuilt since",
            marks=pytest.mark.seed(**world(images=[image("web", created_time="2026-04-20T00:00:00Z")])),
        ),
        pytest.param({}, "has no version of", marks=pytest.mark.seed(**world(versions=[]))),
        pytest.param(
            {},
            "at the subscription, so its lists may be short",
            marks=pytest.mark.seed(
                **world(role_assignments=[{"client_id": "me", "role": "Reader", "resource_group": "rg"}])
            ),
        ),
        pytest.param({"to": "both"}, "repoint_scale_sets_to: 'both' is not one of", marks=pytest.mark.seed(**world())),
        pytest.param({"too": "x"}, "Did you mean repoint_scale_sets_to?", marks=pytest.mark.seed(**world())),
    ],
)
def test_doubts_fail_before_the_first_write(azure: Azure, own: dict[str, Any], words: str) -> None:
    result = azure.refused("image_repointing", words, **options(**own))
    ended = result["repointing"]
    assert (ended["failed"], ended["scale_sets"], ended["message"]) == (True, [], result["msg"])
    assert ended["source_id"] in (IMAGE, None)


@pytest.mark.parametrize(
    "verified",
    [
        pytest.param(True, marks=pytest.mark.seed(**world(scale_sets=[]))),
        pytest.param(False, marks=pytest.mark.seed(**world(scale_sets=[], versions=[version(tags={})]))),
    ],
)
def test_whether_the_version_is_verified(azure: Azure, verified: bool) -> None:
    """Also if no scale set has the image: the map of IDs leaves out what is not."""
    assert azure.run("image_repointing", **options())["repointing"]["verified"] is verified


@pytest.mark.seed(**world(scale_sets=[]))
def test_an_image_without_scale_sets(azure: Azure) -> None:
    result = azure.run("image_repointing", **options(subscriptions=SUBSCRIPTION, to="", roll_out=None))
    assert (result["changed"], result["repointing"]["message"]) == (False, "No scale set has this image.")


@pytest.mark.seed(**world(scale_sets=[scale_set("a"), scale_set("gone", state="Deleting", seconds=30)]))
def test_a_scale_set_that_is_deleted_fails_nothing(azure: Azure) -> None:
    result = azure.run("image_repointing", **options())
    assert states(result) == {"a": "repointed", "gone": "unchanged"}
    assert "deleted since" in result["repointing"]["scale_sets"][1]["message"]


@pytest.mark.seed(
    **world(
        role_assignments=[{"client_id": "me", "role": "Reader"}],
        resource_groups=[{"name": "rg", "location": "southcentralus"}],
    )
)
def test_a_refused_write_names_the_scale_set_and_its_image(azure: Azure) -> None:
    result = azure.fails("image_repointing", "AuthorizationFailed", **options())
    (entry,) = result["repointing"]["scale_sets"]
    assert (entry["state"], entry["changed"], entry["image"]) == ("failed", False, IMAGE)
    assert entry["resource_group"] == "rg", "as a read spells it, not as a list does"


@pytest.mark.seed(**world())
def test_a_subscription_that_cannot_be_scanned(azure: Azure) -> None:
    result = azure.fails(
        "image_repointing", "SubscriptionNotFound", **options(subscriptions=f"{SUBSCRIPTION}, {SECOND}")
    )
    assert ([one["reason"] for one in result["refusals"]], result["refusal"]) == (["not_scanned"], "doubt")
    assert azure.writes == []


def guide_role() -> list[str]:
    """The actions of the first custom role of the guide."""
    text = (ROOT / "docs/repoint_fleet.md").read_text(encoding="utf-8")
    return list(json.loads(re.findall(r"```json\n(.*?)```", text, re.DOTALL)[0])["Actions"])


@pytest.mark.seed(**world(role_assignments=[{"client_id": "me", "role": "r", "actions": guide_role()}]))
def test_the_role_of_the_guide_is_enough(azure: Azure) -> None:
    assert states(azure.run("image_repointing", **options())) == {"set": "repointed"}
    assert azure.warnings == []


@pytest.mark.seed(**world())
def test_storage_settings_that_azure_loses_are_in_the_result(azure: Azure) -> None:
    path = "properties.virtualMachineProfile.storageProfile."
    lost = {f"{path}osDisk.caching": "None", f"{path}imageReference.id": VERSION}
    azure.emulator.order_fault(kind="scale_set", method="GET", after=2, times=0, do={"odd": lost})
    (entry,) = azure.fails("image_repointing", "osDisk.caching", **options())["repointing"]["scale_sets"]
    assert (entry["changed"], entry["before"]["osDisk"]["caching"]) == (True, "ReadWrite")


@pytest.mark.seed(**world())
def test_a_scale_set_that_others_keep_changing(azure: Azure) -> None:
    azure.emulator.order_fault(kind="scale_set", method="PATCH", times=0, do={"status": 412})
    (entry,) = azure.fails("image_repointing", "changed it 4 times", **options())["repointing"]["scale_sets"]
    assert (entry["state"], entry["resource_group"], entry["image"]) == ("failed", "rg", IMAGE)


@pytest.mark.seed(**world())
def test_ids_are_written_as_azure_spells_them(azure: Azure) -> None:
    """The inventory may have the names of a list, with capitals."""
    given = {"variables": {**CLONE, "clone_managed_image_source_id": IMAGE.replace("/web", "/WEB")}}
    result = azure.run("image_repointing", **given)
    assert (result["repointing"]["image"], image_of(azure, "set")) == (VERSION, VERSION)
