"""managed_image on the emulator: every reason to keep an image, the record, and the restore."""

from __future__ import annotations

import json
import os
import pathlib
import typing as t

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.client import ArmClient
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.resource_id import parse_id
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._retirement.record import file_name

from arm_emulator import Emulator
from arm_emulator.store import Resource
from support.retired_images import (
    DAY,
    IMAGE,
    OTHER,
    REASONS,
    RG,
    SEED,
    SUBSCRIPTION,
    VERSION,
    Reason,
    stored,
    tag,
    verify,
)

from .conftest import Azure, Clock

OPTIONS: dict[str, t.Any] = {"resource_group": "rg", "name": "web", "replaced_by": VERSION, "state": "absent"}
RESTORE: dict[str, t.Any] = {"resource_group": "rg", "name": "web", "source": VERSION}
IDS = [f"{one.name}-{place}" for place, one in enumerate(REASONS)]


def world(monkeypatch: pytest.MonkeyPatch, more: t.Mapping[str, t.Any]) -> t.Iterator[Azure]:
    clock = Clock()
    with Emulator({**SEED, **more}, operation_seconds=0.3, clock=clock.shared) as emulator:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(emulator.ca_file))
        verify(emulator, clock.now())
        yield Azure(emulator, clock)


@pytest.fixture
def image(monkeypatch: pytest.MonkeyPatch) -> t.Iterator[Azure]:
    """An image whose version is verified."""
    yield from world(monkeypatch, {})


def kept(azure: Azure) -> bool:
    return IMAGE.lower() in azure.emulator.state.resources


@pytest.mark.parametrize("reason", REASONS, ids=IDS)
def test_every_reason_keeps_the_image(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path, reason: Reason) -> None:
    for azure in world(monkeypatch, reason.seed):
        reason.change(azure.emulator, azure.clock.now())
        result = azure.refused("managed_image", reason.words, **OPTIONS, **reason.options, records=str(tmp_path))
        assert result["refusal"] == reason.kind, result
        assert (reason.name, reason.kind) in {(one["reason"], one["class"]) for one in result["refusals"]}
        assert kept(azure)
        assert os.listdir(tmp_path) == []


def test_every_rule_has_a_row() -> None:
    from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._retirement.rules import RULES

    absent = {"version_absent": "doubt"}  # before the rules are looked at
    assert {**absent, **{rule.reason: rule.kind for rule in RULES}} == {one.name: one.kind for one in REASONS}


def test_the_plan_the_delete_and_the_second_run(image: Azure, tmp_path: pathlib.Path) -> None:
    options = {**OPTIONS, "records": str(tmp_path), "after_days": 7}
    planned = image.run("managed_image", **options, check=True)
    assert (planned["changed"], planned["deleted"]) == (True, [IMAGE])
    assert planned["plan"]["image_id"] == IMAGE
    assert os.listdir(tmp_path) == []
    result = image.run("managed_image", **options, planned=planned["plan"])
    assert result["changed"], result
    assert (planned["diff"], planned["plan"]) == (result["diff"], result["plan"])
    assert result["diff"]["before"]["name"] == "web"
    assert not kept(image)
    (name,) = os.listdir(tmp_path)
    path = tmp_path / name
    assert path.stat().st_mode & 0o777 == 0o600
    record = json.loads(path.read_text())
    assert record == result["record"]
    assert (record["state"], record["image_id"], record["replaced_by"]) == ("deleted", IMAGE, VERSION)
    assert record["deleted_at"] >= record["intended_at"]
    assert record["image"]["tags"] == {"team": "a"}
    assert record["role_assignments"] == []
    again = image.run("managed_image", **options)
    assert (again["changed"], again["record"]) == (False, record)
    assert image.warnings == []
    path.unlink()
    assert image.run("managed_image", **options)["changed"] is False
    assert "no record says that" in image.warnings[0]
    del image.emulator.state.resources[VERSION.lower()]
    image.refused("managed_image", "What replaces it does not exist either", **options)


# -- the delete --------------------------------------------------------------------------------------------------------
def test_the_record_is_on_disk_before_the_delete_is_sent(
    image: Azure, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    send = ArmClient.delete

    def delete(arm: ArmClient, *more: t.Any) -> t.Any:
        (file,) = tmp_path.iterdir()
        seen.append(json.loads(file.read_text())["state"])
        return send(arm, *more)

    monkeypatch.setattr(ArmClient, "delete", delete)
    assert image.run("managed_image", **OPTIONS, records=str(tmp_path))["changed"]
    assert seen == ["intended"]


def test_the_record_of_an_earlier_image_is_kept(image: Azure, tmp_path: pathlib.Path) -> None:
    options = {**OPTIONS, "records": str(tmp_path)}
    before = stored(image.emulator, IMAGE)
    first = image.run("managed_image", **options)["record"]
    before.properties["storageProfile"]["osDisk"]["managedDisk"]["id"] += "2"
    before.state = "Succeeded"
    for _once in range(2):
        image.emulator.state.add(before)
        verify(image.emulator, image.clock.now())
        before.state = "Succeeded"
        assert image.run("managed_image", **options)["changed"]
        (path,) = tmp_path.iterdir()
        record = json.loads(path.read_text())
        assert record["fingerprint"] != first["fingerprint"]
        assert record["earlier"] == first


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "this is not JSON"),
        ({"image_id": IMAGE + "2"}, f"is the record of {IMAGE}2, not of {IMAGE}. Move the file"),
        ({"state": None}, "state is 'None', not intended or deleted"),
        ({"image": None}, "image is 'None', not an object"),
    ],
)
@pytest.mark.parametrize("gone", [True, False])
def test_a_file_that_is_no_record_of_the_image_keeps_it(
    image: Azure, tmp_path: pathlib.Path, text: t.Any, words: str, gone: bool
) -> None:
    record = image.run("managed_image", **OPTIONS, check=True)["record"]
    path = tmp_path / file_name(parse_id(IMAGE, "managed_image"))
    path.write_text(json.dumps({**record, **text}) if text else "")
    if gone:
        del image.emulator.state.resources[IMAGE.lower()]
    image.refused("managed_image", words, **OPTIONS, records=str(tmp_path))
    assert len(os.listdir(tmp_path)) == 1


@pytest.mark.parametrize("records", ["", "  ", "Job", " job "])
def test_no_folder(image: Azure, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, records: str) -> None:
    monkeypatch.chdir(tmp_path)
    result = image.run("managed_image", **OPTIONS, records=records)
    assert (result["changed"], os.listdir(tmp_path)) == (True, [])
    assert bool(result["notes"]) is not bool(records.strip())


@pytest.mark.parametrize("version", [None, "another"])
def test_another_client_deletes_an_image_that_is_not_replaced(image: Azure, version: str | None) -> None:
    stored(image.emulator, IMAGE).state = "Deleting"
    if version is None:
        del image.emulator.state.resources[VERSION.lower()]
    else:
        stored(image.emulator, VERSION).properties["storageProfile"]["source"]["id"] = IMAGE.replace("web", version)
    image.refused("managed_image", "is being deleted by another client", **OPTIONS)


def test_a_record_that_cannot_be_written_keeps_the_image(
    image: Azure, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    image.fails("managed_image", "No space left on device. Nothing was deleted.", **OPTIONS, records=str(tmp_path))
    assert (kept(image), image.writes, os.listdir(tmp_path)) == (True, [], [])


REFUSALS_OF_AZURE = {
    "being_created": (
        "OperationNotAllowed",
        "Operation 'Image Delete' is not allowed since the Virtual Machines 'vm' are being provisioned using the Image 'web'.",
    ),
    "locked": ("ScopeLocked", "The scope cannot perform delete operation because following scope(s) are locked: 'x'."),
}


@pytest.mark.parametrize("reason", REFUSALS_OF_AZURE)
def test_a_delete_that_azure_refuses_is_refused(image: Azure, tmp_path: pathlib.Path, reason: str) -> None:
    code, text = REFUSALS_OF_AZURE[reason]
    image.emulator.order_fault(method="DELETE", kind="managed_image", do={"status": 409, "code": code, "message": text})
    result = image.fails("managed_image", "Azure refused: ", **OPTIONS, records=str(tmp_path))
    assert (result["changed"], result["refusal"], result["refusals"][0]["reason"]) == (False, "refused", reason)
    assert result["azure_error"]["code"] == code
    assert result["msg"].endswith("Its record, if records is set, stays marked as intended.")
    assert kept(image)


def test_another_conflict_is_an_error(image: Azure) -> None:
    image.emulator.order_fault(method="DELETE", kind="managed_image", do={"status": 409, "code": "Conflict"})
    assert "refusal" not in image.fails("managed_image", "Conflict", **OPTIONS)


def test_an_image_that_changes_during_the_scan_is_kept(image: Azure, tmp_path: pathlib.Path) -> None:
    image.emulator.order_fault(
        method="GET", kind="managed_image", after=1, do={"odd": {"properties.hyperVGeneration": "V2"}}
    )
    result = image.fails("managed_image", "has changed while", **OPTIONS, records=str(tmp_path))
    assert (result["refusal"], image.writes, os.listdir(tmp_path)) == ("doubt", [], [])


def test_what_cannot_be_read_is_said(image: Azure) -> None:
    for path in ("/resourceGroups/[^/]+/resources$", "/locks$", "/roleAssignments$"):
        image.emulator.order_fault(path=path, times=0, do={"status": 403, "code": "AuthorizationFailed"})
    result = image.run("managed_image", **OPTIONS, check=True)
    assert "creation time of the image is unknown" in result["notes"][0]
    assert "Locks could not be read" in result["notes"][1]
    assert result["record"]["role_assignments"] is None


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"replaced_by": None}, "replaced_by: required"),
        ({"replaced_by": IMAGE}, "replaced_by: "),
        ({"replaced_by": VERSION.replace("1.0.0", "1.0")}, "replaced_by: "),
        ({"name": None}, "name: required"),
        ({"after_days": -1}, "after_days: -1 is not"),
        ({"subscriptions": ["mine"]}, "subscriptions: 'mine'"),
        ({"planned": {"version_id": [VERSION]}}, "planned.version_id: ["),
        ({"planned": {"version_id": VERSION, "created": "soon"}}, "planned.created: 'soon' is not a date"),
        ({"planned": {"image_id": IMAGE + "2", "version_id": VERSION}}, "The plan that was approved is of"),
        ({"records": "/proc/version"}, "records: no record can be written"),
        ({"state": "present", "source": None}, "source: required"),
        ({"state": "present", "source": VERSION, "tags": {"Restored_From": "x"}}, "tags: restored_from is set"),
        ({"state": "present", "record": "/nowhere/web.json"}, "record: /nowhere/web.json cannot be read"),
        ({"state": "present", "record": {"schema": 7}}, "of schema 1, but 7"),
        ({"state": "present", "record": "{"}, "this is not JSON"),
    ],
)
def test_bad_options(image: Azure, options: dict[str, t.Any], words: str) -> None:
    image.refused("managed_image", words, **{**OPTIONS, **options})


# -- restore -----------------------------------------------------------------------------------------------------------
def disks(azure: Azure) -> list[str]:
    return sorted(one.name for one in azure.emulator.state.resources.values() if one.kind == "disk")


def test_a_restored_image_has_what_the_record_has(image: Azure, tmp_path: pathlib.Path) -> None:
    before = image.run("managed_image_info", resource_group="rg", name="web")["images"][0]
    record = image.run("managed_image", **OPTIONS, records=str(tmp_path))["record"]
    (path,) = tmp_path.iterdir()
    planned = image.run("managed_image", record=str(path), check=True)
    assert len(planned["disks"]) == 3
    result = image.run("managed_image", record=json.dumps(record))
    assert result["changed"], result
    assert planned["disks"] == result["disks"]
    assert planned["diff"] == result["diff"]
    assert result["lost"] == []
    after = result["managed_image"]
    assert after["tags"] == {"team": "a", "restored_from": VERSION}
    for name in ("id", "location", "os_type", "os_state", "hyper_v_generation", "zone_resilient"):
        assert after[name] == before[name], name
    kept_of = [
        {key: one[key] for key in ("lun", "size_gb", "caching", "storage_account_type")} for one in after["disks"]
    ]
    assert kept_of == [{key: one[key] for key in kept_of[0]} for one in before["disks"]]
    assert disks(image) == []
    again = image.run("managed_image", record=record)
    assert (again["changed"], again["disks"], image.writes) == (False, [], [])
    # It is the version's source, although it has other disks and is younger.
    assert image.run("managed_image", **OPTIONS, records=str(tmp_path))["changed"]


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        ({"location": 3}, "image.location is '3', not the name of a region"),
        ({"tags": ["a"]}, "image.tags is "),
        ({"tags": {"a": None}}, "tags: 'a' has no value"),
        ({"tags": {"a<b": "x"}}, "tags: the name 'a<b' contains '<'"),
        ({"properties": "x"}, "image.properties is 'x', not an object"),
        ({"properties": {"storageProfile": {"osDisk": "x"}}}, "image.properties.storageProfile.osDisk is 'x'"),
        ({"properties": {"storageProfile": {"dataDisks": [{"lun": [1]}]}}}, "dataDisks[].lun is '[1]', not a number"),
        ({"properties": {"storageProfile": {"zoneResilient": "yes"}}}, "zoneResilient is 'yes', not true or false"),
    ],
)
def test_a_record_that_was_edited(image: Azure, edit: dict[str, t.Any], words: str) -> None:
    record = image.run("managed_image", **OPTIONS)["record"]
    image.refused("managed_image", words, record=json.dumps({**record, "image": {**record["image"], **edit}}))


def test_a_record_of_another_subscription(image: Azure) -> None:
    record = image.run("managed_image", **OPTIONS)["record"]
    other = {**record, "image_id": IMAGE.replace(SUBSCRIPTION, OTHER)}
    assert image.run("managed_image", record=other, check=True)["managed_image"]["id"] == other["image_id"]
    moved = image.run("managed_image", record=other, name="moved", check=True)
    assert moved["managed_image"]["id"] == IMAGE.replace("images/web", "images/moved")


def test_a_version_that_was_created_again_is_not_what_the_image_was_restored_from(image: Azure) -> None:
    record = image.run("managed_image", **OPTIONS)["record"]
    image.run("managed_image", record=record)
    now = (image.clock.now() + DAY).isoformat()
    stored(image.emulator, VERSION).properties["publishingProfile"]["publishedDate"] = now
    image.refused("managed_image", "was rebuilt", **OPTIONS, require_verified=False)


def test_a_foreign_disk_does_not_fail_a_delete(image: Azure) -> None:
    disk = image.run("managed_image", **{**RESTORE, "name": "x"}, check=True)["disks"][0].rpartition("-os")[0]
    image.run("managed_image", record=image.run("managed_image", **OPTIONS)["record"])
    left = stored(image.emulator, IMAGE).properties["storageProfile"]["osDisk"]["managedDisk"]["id"]
    assert left.startswith(disk.rpartition("restore-")[0])
    image.emulator.state.add(Resource(left, "disk", {"id": left, "location": "southcentralus", "properties": {}}))
    assert image.run("managed_image", **OPTIONS)["changed"]
    assert disks(image) == [left.rpartition("/")[2]]


def test_without_a_record(image: Azure) -> None:
    del image.emulator.state.resources[IMAGE.lower()]
    result = image.run("managed_image", **RESTORE, tags={"a": "b"})
    assert result["managed_image"]["tags"] == {"a": "b", "restored_from": VERSION}
    assert "Without a record" in result["lost"][0]
    another = image.run("managed_image", **{**RESTORE, "name": "second", "location": "East US 2"})
    assert another["managed_image"]["location"] == "eastus2"
    assert disks(image) == []


@pytest.mark.parametrize(
    ("change", "options", "words"),
    [
        (lambda a: None, {}, "exists and is no restored image"),
        (lambda a: tag(a.emulator, IMAGE, restored_from=f"{VERSION}9"), {}, f"was restored from {VERSION}9"),
        (lambda a: None, {"name": "x", "location": "westus2"}, "is not replicated to westus2"),
        (lambda a: a.emulator.state.resources.pop(VERSION.lower()), {"name": "x"}, "nothing can be restored"),
        (lambda a: setattr(stored(a.emulator, VERSION), "state", "Failed"), {"name": "x"}, "is Failed, not Succeeded"),
    ],
)
def test_a_restore_that_is_refused(image: Azure, change: t.Any, options: dict[str, t.Any], words: str) -> None:
    change(image)
    image.refused("managed_image", words, **{**RESTORE, **options})


def test_a_foreign_disk_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    options = {**RESTORE, "name": "x"}
    for azure in world(monkeypatch, {"disks": [{"name": "foreign", "resource_group": "rg"}]}):
        name = azure.run("managed_image", **options, check=True)["disks"][1].rpartition("/")[2]
        assert name.startswith("restore-")
        foreign = f"{RG}/providers/Microsoft.Compute/disks/foreign"
        body = azure.emulator.state.resources.pop(foreign.lower()).body
        azure.emulator.state.add(Resource(foreign.replace("foreign", name), "disk", body))
        azure.refused("managed_image", "is no disk of this restore", **options)
        assert disks(azure) == [name]
