"""The scale sets of a fleet: check run, run and second run; refused is not failed, and what failed leaves the rest alone."""

from __future__ import annotations

import csv
from typing import Any

import pytest
from fleets import GROUP_ID, Fleet, definition, image, image_id, seed, version

from support.playbook_runner import Run

PLAYBOOK = "cloudimages.azure_gallery.repoint_fleet"
PUBLISHED = "2026-04-01T00:00:00Z"
VERIFIED = {"verified_at": "2026-04-02T00:00:00Z", "verified_published": PUBLISHED}
OLD = {"created_time": "2026-03-01T00:00:00Z"}


def scale_set(name: str, of: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "resource_group": "rg", "image": image_id(of), "capacity": 2, **more}


def version_id(name: str) -> str:
    return f"{GROUP_ID}/providers/Microsoft.Compute/galleries/pics/images/{name}/versions/1.0.0"


NAMES = ("web", "db", "young", "rolls", "rebuilt", "alone")
SEED = seed(
    images=[image(name, **({"created_time": "2026-05-01T00:00:00Z"} if name == "rebuilt" else OLD)) for name in NAMES],
    definitions=[definition(name) for name in NAMES],
    versions=[
        {**version(name, name), "published_date": PUBLISHED, "tags": {} if name == "young" else VERIFIED}
        for name in NAMES
    ],
    scale_sets=[
        scale_set("web-1", "web"),
        scale_set("web-2", "web", mode="Flexible"),
        scale_set("db", "db"),
        scale_set("young", "young"),
        scale_set("rolls", "rolls", upgrade_policy="Automatic"),
        scale_set("rebuilt", "rebuilt"),
    ],
)
HOSTS: dict[str, dict[str, Any]] = {name: {"clone_managed_image_source": image_id(name)} for name in NAMES}
HOSTS["a-machine"] = {}
REFUSED = {"young": "not verified", "rolls": "Automatic"}


def counts(run: Run) -> dict[str, int]:
    found = run.stats["_run"]["repoint_fleet_report_local"]["counts"]
    return {name: number for name, number in found.items() if number}


def images(fleet: Fleet) -> dict[str, str]:
    """What each scale set has in its model, by the last part of the id or the definition's name."""
    return {
        one.name: one.properties["virtualMachineProfile"]["storageProfile"]["imageReference"]["id"]
        for one in fleet.emulator.state.resources.values()
        if one.kind == "scale_set"
    }


def patches(fleet: Fleet) -> list[str]:
    return [entry["path"] for entry in fleet.emulator.requests if entry["method"] not in ("GET", "POST")]


@pytest.mark.emulator(seed=SEED, machine_seconds=0.2)
def test_plan_run_and_second_run(fleet: Fleet) -> None:
    folder = fleet.folder / "reports"
    # As a survey sends it.
    options: dict[str, Any] = {
        "playbook": PLAYBOOK,
        "extra_vars": {
            "repoint_fleet_report": str(folder),
            "repoint_scale_sets_to": "",
            "repoint_scale_sets_roll_out": "none",
        },
    }
    plan = fleet.migrate(HOSTS, check=True, **options)
    assert plan.rc == 2, plan.output
    assert (patches(fleet), folder.exists()) == ([], False)
    lists = [
        entry["path"].rpartition("/")[2] for entry in fleet.emulator.requests if "/resourceGroups/" not in entry["path"]
    ]
    for name in ("permissions", "virtualMachines", "virtualMachineScaleSets", "resources", "subscriptions"):
        assert lists.count(name) == 1, f"{name}: the hosts of a run share its lists"
    run = fleet.migrate(HOSTS, **options)
    assert run.rc == 2, run.output
    assert counts(plan) == counts(run) == {
        "images": 7, "failed": 1, "refused": 2, "repointed": 2, "unchanged": 1, "skipped": 1
    }  # fmt: skip
    changed = {"web-1": version_id("web"), "web-2": version_id("web"), "db": version_id("db")}
    assert images(fleet) == {**{name: image_id(name) for name in ("young", "rolls", "rebuilt")}, **changed}
    assert len(patches(fleet)) == 3
    assert {host for host, recap in run.recap.items() if recap["failures"]} == {"rebuilt"}
    reasons = {one["host"]: one["reason"] for one in run.stats["_run"]["repoint_fleet_report_local"]["failures"]}
    assert all(words in reasons[host] for host, words in REFUSED.items())
    assert "rebuilt since" in reasons["rebuilt"]
    with (folder / "repoint_report.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["old_id"]: row["new_id"] for row in rows} == {
        image_id(name): version_id(name) for name in NAMES if name not in ("rebuilt", "young")
    }
    again = fleet.migrate({name: HOSTS[name] for name in HOSTS if name != "rebuilt"}, **options)
    assert again.rc == 0, again.output
    assert (patches(fleet), again.changed) == ([], 0)
    assert counts(again) == {"images": 6, "refused": 2, "unchanged": 3, "skipped": 1}
