"""scale_set_image on the emulator: one write that keeps all else, other writers, refusals in check mode and in a run."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import SEED, Azure
from .scale_set_world import COMPUTE, DEFINITION, HERE, IMAGE, OTHER, VERSION, image, scale_set, version, world

SET = f"{COMPUTE}/virtualMachineScaleSets/set"
DATA = [{"lun": 0, "size_gb": 10}]
MODEL_DATA = [{"lun": 0, "size_gb": 10, "create_option": "FromImage"}, {"lun": 7, "size_gb": 20, "caching": "ReadOnly"}]
RICH = world(images=[image("web", data_disks=DATA)], scale_sets=[scale_set(data_disks=MODEL_DATA, os_disk_gb=64)])
OPTIONS = {"resource_group": "rg", "name": "set", "image": VERSION}


def stored(azure: Azure) -> dict[str, Any]:
    """The storage profile of the model."""
    resource = azure.emulator.state.resources[SET.lower()]
    found: dict[str, Any] = resource.properties["virtualMachineProfile"]["storageProfile"]
    return found


def patches(azure: Azure) -> list[dict[str, Any]]:
    return [entry for entry in azure.emulator.requests if entry["method"] == "PATCH"]


@pytest.mark.seed(**RICH)
def test_one_write_with_everything_else_as_it_was(azure: Azure) -> None:
    before = dict(stored(azure))
    predicted = azure.run("scale_set_image", **OPTIONS, check=True)
    result = azure.run("scale_set_image", **OPTIONS)
    assert result["changed"], result
    assert result["diff"] == predicted["diff"]
    assert result["changes"] == predicted["changes"] == [{"path": "image", "before": IMAGE, "after": VERSION}]
    for key, value in result["scale_set"].items():
        assert predicted["scale_set"][key] == value, key
    assert stored(azure) == {**before, "imageReference": {"id": VERSION}}
    (patch,) = patches(azure)
    assert patch["body"] == {"properties": {"virtualMachineProfile": {"storageProfile": stored(azure)}}}
    shown = result["scale_set"]
    assert (shown["image"], shown["previous_image"], shown["version_id"]) == (VERSION, IMAGE, VERSION)
    assert (shown["upgrade_policy"], shown["orchestration_mode"], shown["capacity"]) == ("Manual", "Uniform", 2)
    assert shown["required_actions"] == ["Microsoft.Compute/galleries/images/versions/read"]
    assert shown["outdated_instances"] == ["0", "1"]
    assert shown["upgrade_command"].endswith("--resource-group rg --name set --instance-ids 0 1")
    again = azure.run("scale_set_image", **OPTIONS)
    assert (again["changed"], azure.writes) == (False, [])
    assert again["scale_set"]["outdated_instances"] == ["0", "1"]


@pytest.mark.seed(**world())
def test_a_definition(azure: Azure) -> None:
    result = azure.run("scale_set_image", **{**OPTIONS, "image": DEFINITION})
    assert result["changed"], result
    assert stored(azure)["imageReference"] == {"id": DEFINITION}
    assert result["scale_set"]["version_id"] == VERSION
    assert result["scale_set"]["required_actions"][0] == "Microsoft.Compute/galleries/images/read"
    assert azure.run("scale_set_image", **{**OPTIONS, "image": DEFINITION})["changed"] is False


@pytest.mark.seed(**world(scale_sets=[scale_set(mode="Flexible"), scale_set("rolls", upgrade_policy="Rolling")]))
def test_flexible_and_rolling(azure: Azure) -> None:
    shown = azure.run("scale_set_image", **OPTIONS)["scale_set"]
    assert (shown["orchestration_mode"], shown["upgrade_command"]) == ("Flexible", None)
    assert shown["outdated_instances"] == ["set_00000000", "set_00000001"]
    predicted = azure.run("scale_set_image", **{**OPTIONS, "name": "rolls"}, roll_out="allow", check=True)
    rolled = azure.run("scale_set_image", **{**OPTIONS, "name": "rolls"}, roll_out="allow")
    assert predicted["scale_set"]["outdated_instances"] == []
    assert rolled["changed"], rolled
    assert rolled["scale_set"]["outdated_instances"] == []


@pytest.mark.seed(**world(scale_sets=[scale_set(automatic_os_upgrade=True)]))
def test_automatic_upgrades_begin_later(azure: Azure) -> None:
    given = {**OPTIONS, "image": DEFINITION, "roll_out": "allow"}
    results = [azure.run("scale_set_image", **given, check=check) for check in (True, False)]
    assert [one["scale_set"]["outdated_instances"] for one in results] == [["0", "1"], ["0", "1"]]


@pytest.mark.seed(**RICH)
def test_another_writer_in_between(azure: Azure) -> None:
    """The precondition fails, and the new storage profile is read and kept."""
    rival = {"method": "PATCH", "path": SET, "body": {"sku": {"capacity": 3}}}
    azure.emulator.order_fault(kind="scale_set", method="PATCH", do={"rival": rival})
    result = azure.run("scale_set_image", **OPTIONS)
    assert result["changed"], result
    assert [entry["status"] for entry in patches(azure)] == [412, 200]
    assert result["scale_set"]["capacity"] == 3


@pytest.mark.seed(**world())
def test_writers_without_an_end(azure: Azure) -> None:
    azure.emulator.order_fault(
        kind="scale_set", method="PATCH", times=99, do={"status": 412, "code": "PreconditionFailed"}
    )
    result = azure.fails("scale_set_image", "other clients have changed it 4 times", **OPTIONS)
    assert result.get("changed") is not True
    assert len(patches(azure)) == 4


@pytest.mark.seed(**world())
def test_an_answer_that_is_lost(azure: Azure) -> None:
    azure.emulator.order_fault(kind="scale_set", method="PATCH", do="reset_after")
    result = azure.run("scale_set_image", **OPTIONS)
    assert result["changed"], result
    assert stored(azure)["imageReference"] == {"id": VERSION}


@pytest.mark.seed(**RICH)
def test_a_storage_setting_that_azure_loses(azure: Azure, monkeypatch: pytest.MonkeyPatch) -> None:
    from arm_emulator import scale_set_model

    original = scale_set_model.storage

    def losing(*given: Any) -> dict[str, Any]:
        kept = original(*given)
        kept["dataDisks"] = kept["dataDisks"][:1]
        return kept

    monkeypatch.setattr(scale_set_model, "storage", losing)
    result = azure.fails(
        "scale_set_image", "changed other storage settings of its model: dataDisks[lun 7].lun", **OPTIONS
    )
    assert result["changed"] is True
    assert len(result["before"]["dataDisks"]) == 2


# What the seed has, and the reasons to refuse it. The rules have a table of their own (test_scale_set_rules.py).
REFUSED: dict[str, tuple[dict[str, Any], dict[str, Any], list[str]]] = {
    "no such scale set": (world(scale_sets=[]), {}, []),
    "no such version": (world(), {"image": f"{DEFINITION}/versions/9.0.0"}, ["version_absent"]),
    "no such definition": (world(), {"image": f"{DEFINITION}x"}, ["version_absent"]),
    "not verified": (world(versions=[version(tags={})]), {}, ["not_verified"]),
    "replicating": (
        world(versions=[version(target_regions=[{"name": "southcentralus", "state": "Replicating"}])]),
        {},
        ["not_ready"],
    ),
    "not in the region": (world(scale_sets=[{**scale_set(), "location": "westus2"}]), {}, ["not_ready"]),
    "latest of another image": (
        world(versions=[version(), version("1.1.0", "db")]),
        {"image": DEFINITION},
        ["other_latest"],
    ),
    "excluded": (world(versions=[version(exclude_from_latest=True)]), {"image": DEFINITION}, ["excluded"]),
    "another system": (
        world(definitions=[{"name": "web", "gallery": "pics", **HERE, "os_type": "Windows"}]),
        {},
        ["other_system"],
    ),
    "another generation": (
        world(
            definitions=[{"name": "web", "gallery": "pics", **HERE, "hyper_v_generation": "V2"}],
            images=[image("web", hyper_v_generation="V1"), image("db")],
        ),
        {},
        ["other_generation"],
    ),
    "rebuilt": (world(images=[image("web", created_time="2026-04-20T00:00:00Z"), image("db")]), {}, ["rebuilt"]),
    "a small disk": (
        world(images=[image("web", os_disk_gb=64), image("db")], scale_sets=[scale_set(os_disk_gb=30)]),
        {},
        ["small_disk"],
    ),
    "data disks": (world(scale_sets=[scale_set(data_disks=MODEL_DATA)]), {}, ["data_disks"]),
    "TrustedLaunch": (world(scale_sets=[scale_set(security_type="TrustedLaunch")]), {}, ["security_type"]),
    "an Automatic policy": (world(scale_sets=[scale_set(upgrade_policy="Automatic")]), {}, ["roll_out"]),
    "a Rolling policy": (world(scale_sets=[scale_set(upgrade_policy="Rolling")]), {}, ["roll_out"]),
    "automatic OS upgrades": (
        world(scale_sets=[scale_set(automatic_os_upgrade=True)]),
        {"roll_out": "allow"},
        ["needs_latest"],
    ),
    "a lock": (world(locks=[{"name": "keep", "resource_group": "rg", "level": "ReadOnly"}]), {}, ["locked"]),
}


@pytest.mark.parametrize(
    ("options", "reasons"),
    [pytest.param(options, reasons, marks=pytest.mark.seed(**seed)) for seed, options, reasons in REFUSED.values()],
    ids=REFUSED,
)
def test_refusals_in_check_mode_and_in_a_run(azure: Azure, options: dict[str, Any], reasons: list[str]) -> None:
    result = azure.refused("scale_set_image", "Nothing was written.", **{**OPTIONS, **options})
    assert [one["reason"] for one in result.get("refusals", [])] == reasons, result["msg"]
    assert patches(azure) == []


@pytest.mark.seed(**world())
def test_a_platform_image_is_refused(azure: Azure) -> None:
    stored(azure)["imageReference"] = {"publisher": "Canonical", "offer": "UbuntuServer", "sku": "18.04-LTS"}
    result = azure.refused("scale_set_image", "The scale set has a platform image", **OPTIONS)
    assert result["refusal"] == "doubt"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"image": IMAGE}, "image: "),
        ({"image": f"{DEFINITION}/versions/one"}, "image: 'one' is not a version number"),
        ({"name": "a/b"}, "name: 'a/b' is not allowed"),
        ({"wait_timeout": -1}, "wait_timeout: -1"),
        ({"version": DEFINITION}, "version: "),
        ({"version": f"{DEFINITION}/versions/1.1.0"}, f"1.1.0 is not image version {VERSION}, which is in image"),
        (
            {"image": DEFINITION, "version": f"{DEFINITION}x/versions/1.0.0"},
            f"1.0.0 is not a version of image definition {DEFINITION}, which is in image",
        ),
    ],
)
def test_wrong_options_are_refused_without_a_request(azure: Azure, options: dict[str, Any], words: str) -> None:
    azure.refused("scale_set_image", words, **{**OPTIONS, **options})
    assert azure.requests == []


@pytest.mark.seed(**world())
def test_an_operation_that_fails_keeps_azures_reason(azure: Azure) -> None:
    error = {"code": "OperationNotAllowed", "message": "The specified disk size is smaller."}
    azure.emulator.order_fault(resource="virtualMachineScaleSets/set", operation_fails=error)
    result = azure.fails("scale_set_image", "The specified disk size is smaller", **OPTIONS)
    assert result["changed"] is True
    assert result["azure_error"]["code"] == "OperationNotAllowed"
    assert (result["scale_set"]["name"], result["scale_set"]["image"]) == ("set", None)


READS = ["Microsoft.Compute/*/read", "Microsoft.Compute/virtualMachineScaleSets/write"]


@pytest.mark.seed(**world(role_assignments=[{"client_id": "me", "role": "r", "actions": READS}]))
def test_creation_times_that_cannot_be_read_are_named(azure: Azure) -> None:
    assert azure.run("scale_set_image", **OPTIONS)["changed"] is True
    assert "Grant Microsoft.Resources/subscriptions/resourceGroups/resources/read." in azure.warnings[0]


@pytest.mark.seed(
    **world(
        role_assignments=[
            {"client_id": "me", "role": "r", "actions": READS, "not_actions": ["Microsoft.Compute/images/read"]}
        ]
    )
)
def test_a_managed_image_that_cannot_be_read_is_refused(azure: Azure) -> None:
    result = azure.fails("scale_set_image", "unknown whether the managed image was rebuilt", **OPTIONS)
    assert ([one["reason"] for one in result["refusals"]], azure.writes) == (["unreadable"], [])
    assert result["scale_set"]["image"] == IMAGE


GROUP = {"name": "rg(1)", "location": "southcentralus"}


@pytest.mark.seed(
    **world(resource_groups=[*SEED["resource_groups"], GROUP], scale_sets=[{**scale_set(), "resource_group": "rg(1)"}])
)
def test_the_command_is_quoted_for_a_shell(azure: Azure) -> None:
    shown = azure.run("scale_set_image", **{**OPTIONS, "resource_group": "rg(1)"})["scale_set"]
    assert "--resource-group 'rg(1)' --name set" in shown["upgrade_command"]


@pytest.mark.seed(**world(images=[image("db")], scale_sets=[scale_set(reference=OTHER)]))
def test_a_version_of_an_image_that_is_gone(azure: Azure) -> None:
    assert azure.run("scale_set_image", **OPTIONS)["changed"] is True


def patch_of(azure: Azure) -> dict[str, Any]:
    """The request that a run would send."""
    storage = {**stored(azure), "imageReference": {"id": VERSION}}
    return {"properties": {"virtualMachineProfile": {"storageProfile": storage}}}


@pytest.mark.seed(**world())
def test_a_late_reader_and_another_client(azure: Azure) -> None:
    """The model that is compared is one that shows the write."""
    path = "properties.virtualMachineProfile.storageProfile.imageReference.id"
    late = {"kind": "scale_set", "method": "GET", "after": 2, "do": {"odd": {path: IMAGE}}}
    azure.emulator.order_fault(**late, times=3)
    result = azure.run("scale_set_image", **OPTIONS)
    assert (result["changed"], result["scale_set"]["image"]) == (True, VERSION)
    azure.emulator.order_fault(**{**late, "after": 1}, times=0)
    result = azure.fails(
        "scale_set_image", f"its image is {IMAGE}, not {DEFINITION}", **{**OPTIONS, "image": DEFINITION}
    )
    assert result["changed"] is True


@pytest.mark.seed(**world())
def test_another_run_at_the_same_time(azure: Azure) -> None:
    """Of two runs that decide at once, one writes and the other finds its image."""
    rival = {"method": "PATCH", "path": SET, "body": patch_of(azure)}
    azure.emulator.order_fault(kind="scale_set", method="PATCH", do={"rival": rival})
    result = azure.run("scale_set_image", **OPTIONS)
    assert not result.get("failed"), result
    assert (result["changed"], result["scale_set"]["image"]) == (False, VERSION)
    assert [entry["status"] for entry in patches(azure)] == [412]


@pytest.mark.seed(**world())
def test_a_run_that_was_killed_after_its_write(azure: Azure) -> None:
    """The next one waits for the write, and sends none."""
    azure.emulator.order_fault(kind="scale_set", method="PATCH", do="reset_after")
    azure.emulator.order_fault(kind="scale_set", method="GET", after=2, times=0, do={"status": 500})
    azure.fails("scale_set_image", "HTTP 500", **OPTIONS)
    azure.emulator.clear_faults()
    result = azure.run("scale_set_image", **OPTIONS)
    assert not result.get("failed"), result
    assert (result["changed"], azure.writes) == (False, [])
    assert result["scale_set"]["provisioning_state"] == "Succeeded"
