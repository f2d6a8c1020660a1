"""A job in slices: jobs at the same time that share a gallery and its definitions, and know nothing of each other."""

from __future__ import annotations

import collections
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from awx_inventory import Inventory
from controller_job import Controller, Job
from jobs_fixtures import FAST, FORKING, PLUGIN, answers, controller, image_id, seed, sound, versions

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet import awx_artifacts, report

from support.unsafe_yaml import UNLIKE_TEXTS

pytestmark = FORKING
SLICES = 2
FLEET = ("db-1", "db-2", "odd-1", "web-8", "web-9", "web-10", "web-11")
FAULT = {"resource": "images/odd/versions", "region_fails": {"region": "eastus2", "details": "no room"}, "times": 0}
IMAGES = seed(*FLEET, faults=[FAULT])
# A template, which only the job template's own variables may be: many images into one definition.
RULE = {"migrate_fleet_definition_name": "{{ managed_image.name | regex_replace('-[0-9]+$', '') }}"}
ASKED = {name: value for name, value in answers(create_gallery="true").items() if name not in RULE}
COUNTS = {"images": 7, "failed": 1, "migrated": 6}


def migrate(awx: Controller, inventory: Inventory, slices: int = 1, **prompts: Any) -> list[Job]:
    """Launch the template, and see all its jobs end."""
    awx.emulator.clear_requests()
    options = {"own_variables": {**FAST, **RULE}, **prompts}
    parts = [inventory.script(number, slices) for number in range(1, slices + 1)]
    jobs = [awx.start("migrate_fleet.yml", ASKED, inventory=part, **options) for part in parts]
    return [sound(job.wait()) for job in jobs]


def merged(jobs: Iterable[Job]) -> dict[str, Any]:
    """What AWX hands to the node after a sliced job: artifacts laid over each other, top-level names only, as the jobs ended."""
    artifacts: dict[str, Any] = {}
    for job in sorted(jobs, key=lambda one: str(one.events[-1]["created"])):
        artifacts.update(job.artifacts)
    return artifacts


def counted(report: dict[str, Any]) -> dict[str, int]:
    return {name: number for name, number in report["counts"].items() if number}


def what_is_there(awx: Controller) -> dict[str, Any]:
    """All that was made, apart from which image has which number of its definition, and from what is Azure's own."""
    found = {}
    for resource in awx.emulator.state.resources.values():
        if resource.kind in ("gallery", "image_definition", "image_version"):
            body = awx.emulator.resource(resource.id)
            kept = {key: body["properties"].get(key) for key in ("identifier", "osType", "hyperVGeneration")}
            regions = sorted((region["region"], region["outcome"]) for region in body["regions"])
            state = (body["provisioning_state"], body["location"], kept, regions)
            found[resource.id.partition("/galleries/")[2]] = state
    return found


def test_slices(tmp_path: Path) -> None:
    with controller(tmp_path / "whole", IMAGES) as awx:
        inventory = awx.imported({"plugin": PLUGIN})
        (whole,) = migrate(awx, inventory)
        assert counted(whole.failed().artifacts[f"migrate_fleet_report_{whole.id}"]) == COUNTS
        expected = what_is_there(awx)
        assert len(expected) == 1 + 3 + 7

    with controller(tmp_path / "slices", IMAGES) as awx:
        (plan,) = migrate(awx, inventory, check=True)
        jobs = migrate(awx, inventory, SLICES)
        assert [job.status for job in jobs] == ["failed", "successful"]
        check_made_once(awx)
        assert what_is_there(awx) == expected
        check_numbers(versions(awx.emulator))
        assert len(merged(jobs)) == SLICES
        check_report(awx, merged([plan, *jobs]))
        check_lost(awx, merged([plan, jobs[1]]), "reported; missing: ")
        check_lost(awx, merged([plan]), "Migrate left no report")


def check_made_once(awx: Controller) -> None:
    """The slices worked side by side, and no write made a thing a second time."""
    made = collections.Counter(
        one["path"].partition("/galleries/")[2]
        for one in awx.emulator.requests
        if one["method"] == "PUT" and one["status"] == 201
    )
    assert len(made) == 1 + 3 + 7
    assert set(made.values()) == {1}, made


def check_numbers(found: dict[str, str]) -> None:
    """Each image once; in a definition unique numbers without a gap. Which image has which is only sure without slices."""
    assert sorted(found.values()) == sorted(FLEET)
    assert sorted(found) == sorted(
        [f"db/1.0.{n}" for n in range(2)] + ["odd/1.0.0"] + [f"web/1.0.{n}" for n in range(4)]
    )


def check_lost(awx: Controller, artifacts: dict[str, Any], words: str) -> None:
    """A job that is killed leaves no artifacts; without those of one the report fails, though no image that it knows of did."""
    report = sound(awx.launch("fleet_report.yml", artifacts).failed())
    total = report.artifacts["migrate_fleet_report_all"]
    assert words in total["incomplete"]
    assert total["incomplete"] in report.output


def check_report(awx: Controller, artifacts: dict[str, Any]) -> None:
    """The node after it has all of them, and does not count the plan, which was a node before, as a run."""
    report = sound(awx.launch("fleet_report.yml", artifacts).failed())
    total = report.artifacts["migrate_fleet_report_all"]
    assert list(report.artifacts) == ["migrate_fleet_report_all"]
    assert (counted(total), total["check_mode"]) == (COUNTS, False)
    assert [failure["image"] for failure in total["failures"]] == ["odd-1"]
    assert "7 images: 1 failed, 6 migrated" in report.output
    assert "no room" in report.output


def left(*hosts: str, **more: Any) -> dict[str, Any]:
    """What a job leaves whose images all failed."""
    images = [{"host": host, "source": image_id(host), "reason": "no room"} for host in hosts]
    return awx_artifacts.encode(report.summary(report.document(images, **more)))


def test_hosts_that_yaml_takes_for_something_else(tmp_path: Path) -> None:
    """Reports identify them by name, so that a lost one does not hide behind another."""
    artifacts = {
        "migrate_fleet_report_7": left(*UNLIKE_TEXTS, check_mode=True),
        "migrate_fleet_report_8": left(*[host for host in UNLIKE_TEXTS if host != "1.10"]),
    }
    with controller(tmp_path, seed()) as awx:
        job = sound(awx.launch("fleet_report.yml", artifacts).failed())
    (result,) = [event["event_data"]["res"] for event in job.events if "failures" in event["event_data"].get("res", {})]
    assert {failure["host"] for failure in result["failures"]} == {*UNLIKE_TEXTS} - {"1.10"}
    assert f"15 of the {len(UNLIKE_TEXTS)} planned images were reported; missing: 1.10. A job" in result["incomplete"]
    total = job.artifacts["migrate_fleet_report_all"]
    assert {"'0123'", "'='"} <= {failure["host"] for failure in total["failures"]}, "it is handed on as well"
    assert awx_artifacts.decode(total)["failures"] == result["failures"]
