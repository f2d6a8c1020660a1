"""retire_fleet and restore_managed_image: one doubtful image leaves the others alone, and refused is not failed."""

from __future__ import annotations

import copy
import datetime
import json
from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.resource_id import parse_id
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._retirement.record import file_name

from support.playbook_runner import PlaybookRunner, Run
from support.retired_images import IMAGE, SEED, VERSION, verify

PLAYBOOK = "cloudimages.azure_gallery.retire_fleet"
NAMES = ("web", "db", "erp", "excluded", "rebuilt", "locked")
NOW = datetime.datetime.now(datetime.UTC)


def of(name: str, rid: str) -> str:
    return rid.replace("images/web", f"images/{name}")


def fleet_seed() -> dict[str, Any]:
    """An image of each name with a version."""
    seed = {**copy.deepcopy(SEED), "subscriptions": [SEED["subscriptions"][0]]}
    for kind in ("images", "definitions", "versions"):
        (one,) = seed[kind]
        seed[kind] = [{**one, "name": name} for name in NAMES] if kind != "versions" else []
    (version,) = SEED["versions"]
    for name in NAMES:
        seed["versions"].append({**version, "definition": name, "source": {"name": name, "resource_group": "rg"}})
    return {**seed, "locks": [{"name": "keep", "scope": of("locked", IMAGE)}]}


class Retirement:
    """Runs over the fleet."""

    def __init__(self, emulator: Any, run_playbook: PlaybookRunner) -> None:
        self.emulator, self.run_playbook = emulator, run_playbook
        for name in NAMES:
            verify(emulator, NOW, of(name, IMAGE), of(name, VERSION))
        profile = emulator.state.resources[of("excluded", VERSION).lower()].properties["publishingProfile"]
        profile["excludeFromLatest"] = True
        storage = emulator.state.resources[of("rebuilt", IMAGE).lower()].properties["storageProfile"]
        storage["osDisk"]["managedDisk"]["id"] += "2"
        self.records = run_playbook.folder / "records"

    def run(self, **options: Any) -> Run:
        hosts = {name: {"clone_managed_image_source": of(name, IMAGE)} for name in NAMES}
        common = {
            "clone_managed_image_gallery": {"resource_group": "rg", "name": "pics"},
            "retire_managed_image_records": str(self.records),
        }
        inventory = self.run_playbook.folder / "fleet.json"
        inventory.write_text(json.dumps({"all": {"hosts": {**hosts, "machine": {}}, "vars": common}}), encoding="utf-8")
        return self.run_playbook(PLAYBOOK, inventory=inventory, **options)

    def images(self) -> list[str]:
        return [name for name in NAMES if of(name, IMAGE).lower() in self.emulator.state.resources]


@pytest.mark.emulator(seed=fleet_seed(), operation_seconds=0.05)
def test_a_fleet(emulator: Any, run_playbook: PlaybookRunner) -> None:
    fleet = Retirement(emulator, run_playbook)
    plan = fleet.run(check=True)
    assert plan.rc == 2, plan.output
    assert "7 images: 1 would fail, 2 would be refused, 3 would be deleted, 1 skipped." in plan.stdout
    assert fleet.images() == list(NAMES)
    handed_on = plan.stats["_run"]["retire_fleet_plan"]
    assert [one["image_id"].rpartition("/")[2] for one in handed_on["images"]] == ["web", "db", "erp"]

    # What an approver takes out of the plan is kept, and of the rest only as many are deleted as one run may.
    handed_on["images"].pop(1)
    options = {"retire_fleet_plan": handed_on, "retire_fleet_max": "1", "awx_job_id": 7}
    refused = fleet.run(extra_vars=options)
    assert "is not on a mount of its own" in refused.output
    assert fleet.images() == list(NAMES)
    run = fleet.run(extra_vars={**options, "retire_managed_image_records": "job"})
    assert run.rc == 2, run.output
    assert "7 images: 1 failed, 3 refused, 1 left for the next run, 1 deleted, 1 skipped." in run.stdout
    assert fleet.images() == list(NAMES[1:])
    failed = [name for name, counts in run.recap.items() if counts["failures"]]
    assert failed == ["rebuilt"], run.output
    (record,) = run.stats["_run"]["retire_fleet_records_7"]["records"]
    assert record["image_id"] == of("web", IMAGE)

    without = fleet.run(extra_vars={"awx_job_id": 8})
    assert "deletes only images of a plan" in without.output
    # A run that was killed after the delete has left its record as intended.
    fleet.records.mkdir()
    killed = fleet.records / file_name(parse_id(of("web", IMAGE), "managed_image"))
    killed.write_text(json.dumps({**record, "state": "intended", "deleted_at": None}), encoding="utf-8")
    rest = fleet.run(extra_vars={"retire_fleet_report": str(fleet.records.parent)})
    assert "7 images: 1 failed, 2 refused, 2 deleted, 1 deleted already, 1 skipped." in rest.stdout, rest.output
    assert fleet.images() == list(NAMES[3:])
    assert json.loads(killed.read_text())["state"] == "deleted"
    assert {name: counts["changed"] for name, counts in rest.recap.items() if counts["changed"]} == {"db": 1, "erp": 1}
    report = json.loads((fleet.records.parent / "retire_report.json").read_text())
    by_host = {one["host"]: one for one in report["images"]}
    assert (by_host["excluded"]["reasons"], by_host["locked"]["reasons"]) == (["excluded"], ["locked"])
    assert by_host["db"]["deleted_at"]
    files = sorted(fleet.records.iterdir())
    assert [file.name.partition("_")[0] for file in files] == ["db", "erp", "web"]

    record["image"]["tags"]["note"] = "{{ undefined }}{% raw %}"
    by_text = {"restore_managed_image_record": json.dumps(record)}
    assert run_playbook("cloudimages.azure_gallery.restore_managed_image", extra_vars=by_text).ok().changed
    assert "web" in fleet.images()
    restored = emulator.state.resources[of("web", IMAGE).lower()].body
    assert restored["tags"]["note"] == "{{ undefined }}{% raw %}", "text of Azure is no template"
