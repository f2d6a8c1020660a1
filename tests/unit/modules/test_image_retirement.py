"""image_retirement, which is the role retire_managed_image: refused is not failed, a doubt is."""

from __future__ import annotations

import json
import pathlib
import re
import typing as t

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet.jobs import RETIRE
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet.report import document
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet.retirement import choose

from arm_emulator.store import Resource
from support.collection_tree import ROOT
from support.retired_images import IMAGE, REASONS, RG, SUBSCRIPTION, VERSION, Reason, stored

from .conftest import Azure
from .test_managed_image import IDS, kept, world

CLONE = {
    "clone_managed_image_source": IMAGE,
    "clone_managed_image_gallery": {"resource_group": "rg", "name": "pics"},
}
ROLE = "retire_managed_image_"


@pytest.fixture
def image(monkeypatch: pytest.MonkeyPatch) -> t.Iterator[Azure]:
    """An image whose version is verified."""
    yield from world(monkeypatch, {})


def variables(folder: pathlib.Path | str, **own: t.Any) -> dict[str, t.Any]:
    given = {f"{ROLE}{name}": value for name, value in {"records": str(folder), **own}.items()}
    return {"variables": {**CLONE, **given}}


@pytest.mark.parametrize("reason", REASONS, ids=IDS)
@pytest.mark.parametrize("check", [True, False], ids=["check", "run"])
def test_refused_is_not_failed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path, reason: Reason, check: bool
) -> None:
    options = dict(reason.options)
    planned = options.pop("planned", None)
    approved = {} if planned is None else {"approved": [{"image_id": IMAGE, **planned}] if planned else []}
    for azure in world(monkeypatch, reason.seed):
        reason.change(azure.emulator, azure.clock.now())
        given = {**variables(tmp_path, **options), **approved}
        result = azure.run("image_retirement", **given, check=check)
        assert kept(azure)
        assert azure.writes == []
        assert list(tmp_path.iterdir()) == []
        assert bool(result.get("failed")) is (reason.kind == "doubt"), result
        assert result["changed"] is False
        fact = result["result"]
        report = document([{"host": "web", "result": fact}], check_mode=check, job=RETIRE)
        outcome = {"refused": "refused", "doubt": "failed"}[reason.kind]
        assert {name: number for name, number in report["counts"].items() if number} == {"images": 1, outcome: 1}
        assert choose(["web"], [fact], 50)["hosts"] == []
        assert (fact["outcome"], fact["failed"]) == (outcome, reason.kind == "doubt")
        if reason.kind == "refused":
            assert fact["source_id"] == IMAGE
            assert reason.words in fact["message"]
            assert reason.name in {one["reason"] for one in fact["refusals"]}


def test_the_grace_is_a_week(image: Azure, tmp_path: pathlib.Path) -> None:
    planned = image.run("image_retirement", **variables(tmp_path), check=True)["result"]
    assert (planned["outcome"], planned["changed"], planned["version_id"]) == ("planned", True, VERSION)
    approved = [{"image_id": "/another"}, planned["plan"]]
    result = image.run("image_retirement", **variables(tmp_path), approved=approved)
    assert (result["changed"], result["result"]["outcome"]) == (True, "retired")
    again = image.run("image_retirement", **variables(tmp_path))
    assert (again["changed"], again["result"]["outcome"], image.warnings) == (False, "gone", [])
    other = variables(tmp_path / "other")
    assert image.run("image_retirement", **other)["result"]["outcome"] == "gone"
    assert "no record says" in image.warnings[0]
    assert image.run("image_retirement", **variables("job"))["result"]["record"] is None
    del image.emulator.state.resources[VERSION.lower()]
    image.fails("image_retirement", "has no version of", **variables(tmp_path))


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ({"records": ""}, "retire_managed_image_records is not set"),
        ({"after_day": 1}, "Did you mean"),
        ({"after_days": "-1"}, "retire_managed_image_after_days: -1 is not"),
        ({"after_days": "soon"}, "retire_managed_image_after_days"),
        ({"require_verified": "perhaps"}, "retire_managed_image_require_verified"),
        ({"subscriptions": "mine yours"}, "retire_managed_image_subscriptions"),
        ({"version_id": IMAGE}, "retire_managed_image_version_id"),
    ],
)
def test_bad_variables(image: Azure, tmp_path: pathlib.Path, own: dict[str, t.Any], words: str) -> None:
    image.refused("image_retirement", words, **variables(tmp_path, **own))


def test_a_version_that_is_named_for_all_hosts_deletes_the_image_of_one(image: Azure, tmp_path: pathlib.Path) -> None:
    given = variables(tmp_path, version_id=VERSION)
    for source in (IMAGE.replace("images/web", "images/db"), "db", {"name": "db"}):
        body = {**stored(image.emulator, IMAGE).body}
        another = {"variables": {**given["variables"], "clone_managed_image_source": source}}
        image.emulator.state.add(Resource(IMAGE.replace("images/web", "images/db"), "managed_image", body))
        result = image.fails("image_retirement", "was created from", **another)
        assert (result["result"]["refusals"][0]["class"], image.writes) == ("doubt", [])
    assert image.run("image_retirement", **given, check=True)["result"]["outcome"] == "planned"
    del given["variables"]["clone_managed_image_source"]
    assert image.run("image_retirement", **given)["result"]["source_id"] == IMAGE


def test_a_record_that_a_killed_run_has_left(image: Azure, tmp_path: pathlib.Path) -> None:
    image.run("image_retirement", **variables(tmp_path))
    (path,) = tmp_path.iterdir()
    path.write_text(json.dumps({**json.loads(path.read_text()), "state": "intended", "deleted_at": None}))
    planned = image.run("image_retirement", **variables(tmp_path), check=True)["result"]
    assert choose(["web"], [planned], 0)["hosts"] == ["web"]
    result = image.run("image_retirement", **variables(tmp_path), approved=[])["result"]
    assert (result["outcome"], result["changed"], result["record"]["state"]) == ("gone", False, "deleted")
    assert json.loads(path.read_text()) == result["record"]
    assert choose(["web"], [result], 0)["hosts"] == []


def test_records_of_a_job_of_awx(image: Azure, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = {"/", "/runner", str(tmp_path / "mount")}
    monkeypatch.setattr("os.path.ismount", lambda path: str(path) in mounts)
    image.refused("image_retirement", "is not on a mount of its own", **variables(tmp_path / "records"), in_awx=True)
    image.refused("image_retirement", "is not on a mount of its own", **variables("/runner/project"), in_awx=True)
    for records in ("job", "Job", tmp_path / "mount" / "records"):
        given = variables(records)
        assert image.run("image_retirement", **given, in_awx=True, check=True)["result"]["outcome"] == "planned"


def guide_role(name: str) -> list[str]:
    """The actions of a custom role of the guide."""
    text = (ROOT / "docs/retire_fleet.md").read_text(encoding="utf-8")
    roles = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]
    return list(next(role["Actions"] for role in roles if role["Name"] == name))


def test_the_roles_of_the_guide_are_enough(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    scope = f"/subscriptions/{SUBSCRIPTION}"
    retire = {"client_id": "me", "scope": scope, "actions": guide_role("Retire managed images")}
    restore = {"client_id": "restorer", "scope": RG, "actions": guide_role("Restore managed images")}
    for azure in world(monkeypatch, {"role_assignments": [retire, restore]}):
        result = azure.run("image_retirement", **variables(tmp_path))["result"]
        assert (result["outcome"], result["message"]) == ("retired", "It was deleted; 1.0.0 replaces it.")
        assert result["record"]["role_assignments"] == []
        options = {"record": result["record"], "client_id": "restorer"}
        assert azure.run("managed_image", **options)["changed"]
        assert azure.run("managed_image", **options)["changed"] is False


@pytest.mark.parametrize(
    "action", ["virtualMachines", "virtualMachineScaleSets", "virtualMachineScaleSets/virtualMachines"]
)
def test_without_one_read_right(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path, action: str) -> None:
    actions = guide_role("Retire managed images")
    actions.remove(f"Microsoft.Compute/{action}/read")
    role = {"client_id": "me", "scope": f"/subscriptions/{SUBSCRIPTION}", "actions": actions}
    for azure in world(monkeypatch, {"role_assignments": [role]}):
        azure.refused("image_retirement", "Not all uses of the image are visible", **variables(tmp_path))


def test_by_the_version_alone(image: Azure, tmp_path: pathlib.Path) -> None:
    own = {f"{ROLE}records": str(tmp_path), f"{ROLE}version_id": VERSION, f"{ROLE}after_days": "0"}
    result = image.run("image_retirement", variables=own)["result"]
    assert (result["outcome"], result["source_id"]) == ("retired", IMAGE)
