"""The playbook that adds up what the jobs of a fleet have left, and its module in a play."""

from __future__ import annotations

import json

import pytest
from fleets import Fleet, counts, seed, summary

REPORTS = "cloudimages.azure_gallery.fleet_report"


def sliced(number: int, failed: bool = False) -> dict:
    found = {"images": 4, "failed": int(failed), "pending": 0, "migrated": 4 - failed, "unchanged": 0, "skipped": 0}
    failure = {
        "host": "h",
        "image": "i",
        "gallery": "g",
        "definition": "d",
        "version": None,
        "reason": "why",
        "advice": "do",
    }
    times = {"started": f"2026-04-23T03:0{number}:00Z", "ended": f"2026-04-23T03:1{number}:00Z", "seconds": 600}
    return {
        "schema": 1,
        "check_mode": False,
        "counts": found,
        **times,
        "failures": [failure] * failed,
        "failures_left_out": 0,
    }


def test_slices_add_up(run_playbook) -> None:
    given = {
        "migrate_fleet_report_7": sliced(0),
        "migrate_fleet_report_12": sliced(1),
        "migrate_fleet_report": "reports",
    }
    run = run_playbook(REPORTS, extra_vars=given).ok()
    assert run.task("Show the report")["msg"] == ["8 images: 8 migrated, in 11 min."]
    assert run.stats["_run"]["migrate_fleet_report_all"]["counts"]["migrated"] == 8


def test_slices_of_which_one_failed(run_playbook) -> None:
    run = run_playbook(
        REPORTS, extra_vars={"migrate_fleet_report_7": sliced(0), "migrate_fleet_report_12": sliced(1, True)}
    )
    assert run.rc == 2, run.output
    assert run.task("Show the report")["msg"][1:] == ["FAILED i (host h) to g/d: why", "What to do: do"]
    assert run.task("Fail if any image failed or has no report")["msg"].startswith("8 images: 1 failed, 7 migrated")


def test_no_slices(run_playbook) -> None:
    run = run_playbook(REPORTS)
    assert run.rc == 2, run.output
    assert "No variable migrate_fleet_report_<job> is set" in run.task("Check that there are reports")["msg"]
    in_a_workflow = run_playbook(REPORTS, extra_vars={"awx_workflow_job_id": 5}).ok()
    said = in_a_workflow.task("Show the report")["msg"]
    assert said == "There is no report: either there was no image, or the jobs before this one failed. Check them."


# A plan beside them


NAMES = ("web-1", "web-2", "web-3")


@pytest.mark.emulator(seed=seed(*NAMES), replication_seconds=1)
def test_what_was_planned_and_came_of_it(fleet: Fleet) -> None:
    """As in a workflow that plans first: with all slices, without one of them, and without any."""
    hosts = {name: {"clone_managed_image_source": name} for name in NAMES}
    first = {name: hosts[name] for name in NAMES[:2]}
    last = {name: hosts[name] for name in NAMES[2:]}
    reports = {
        f"migrate_fleet_report_{number}": summary(run.ok())
        for number, run in enumerate([fleet.migrate(hosts, check=True), fleet.migrate(first), fleet.migrate(last)])
    }
    whole = fleet.run_playbook(REPORTS, extra_vars=reports).ok()
    assert counts(whole, "all") == {"images": 3, "migrated": 3}

    del reports["migrate_fleet_report_2"]
    part = fleet.run_playbook(REPORTS, extra_vars=reports)
    assert part.rc == 2, part.output
    assert counts(part, "all") == {"images": 2, "migrated": 2}
    assert "2 of the 3 planned images were reported; missing: web-3." in part.task("Show the report")["msg"][1]
    assert "missing: web-3" in part.task("Fail if any image failed or has no report")["msg"]

    del reports["migrate_fleet_report_1"]
    alone = fleet.run_playbook(REPORTS, extra_vars=reports)
    assert alone.rc == 2, alone.output
    shown = alone.task("Show the report")["msg"]
    assert shown[0].startswith("Migrate left no report")
    assert shown[1] == "Plan: 3 images: 3 would be migrated."
    wanted = fleet.run_playbook(REPORTS, extra_vars={**reports, "fleet_report_planned": True}).ok()
    assert wanted.task("Show the report")["msg"] == ["Plan, nothing was written: 3 images: 3 would be migrated."]


# The module

# Before ansible-core 2.21, which asks for it, every result has the options of its task.
INVOCATION = {"ANSIBLE_INJECT_INVOCATION": "1"}
LOCAL = {"hosts": "localhost", "connection": "local", "gather_facts": False}


@pytest.mark.parametrize("connection", ["local", "ssh"])
def test_the_module_runs_on_the_controller(run_playbook, connection: str) -> None:
    """With a host that cannot be reached the folder is still relative to where Ansible was started."""
    images = [{"host": "a", "reason": "{{ 'no' }}"}]
    task = {"name": "It", REPORTS: {"images": images, "folder": "here/reports"}}
    variables = {"ansible_host": "192.0.2.1", "ansible_python_interpreter": "/nonexistent", "ansible_become": True}
    play = {**LOCAL, "connection": connection, "vars": variables, "tasks": [task]}
    run = run_playbook([play], env=INVOCATION).ok()
    files = [run_playbook.folder / "here/reports" / f"fleet_report.{end}" for end in ("html", "json")]
    assert run.task("It")["files"] == [str(path) for path in files]
    assert run.task("It")["invocation"]["module_args"]["images"] == "1 items"
    assert json.loads(files[1].read_text(encoding="utf-8"))["images"][0]["message"] == "no"


def test_the_module_reads_the_variables_of_hosts(run_playbook) -> None:
    """A result is never a template, other variables may be; an image that is given wins over its host."""
    hosts = {
        "failed": {"managed_image": {"name": "web", "resource_group": "rg"}},
        "no-result": {"clone_managed_image_source": "{{ prefix }}-image", "prefix": "db"},
        "undefined": {"clone_managed_image_source": "{{ nowhere }}"},
        "given": {},
    }
    inventory = run_playbook.folder / "hosts.json"
    inventory.write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
    result = {"failed": True, "message": "{% raw %}{{ lookup('pipe', 'id') }}{% endraw %}"}
    keep = {"name": "Keep", "ansible.builtin.set_fact": {"clone_managed_image_result": result}}
    report = {"hosts": "{{ ansible_play_hosts_all + ['stranger'] }}", "images": [{"host": "given", "reason": "no"}]}
    tasks = [
        {**keep, "when": "inventory_hostname in ['failed', 'given']"},
        {"name": "It", REPORTS: {**report, "folder": "reports"}, "run_once": True},
    ]
    run = run_playbook([{**LOCAL, "hosts": "all", "tasks": tasks}], inventory=inventory).ok()
    assert counts_of(run.task("It")) == {"images": 5, "failed": 2, "skipped": 3}
    written = json.loads((run_playbook.folder / "reports/fleet_report.json").read_text(encoding="utf-8"))
    images = {image["host"]: image for image in written["images"]}
    assert images["failed"]["message"] == "{{ lookup('pipe', 'id') }}"
    assert images["given"]["message"] == "no"
    assert {host: image["image"] for host, image in images.items()} == {
        "failed": "web",
        "no-result": "db-image",
        **{host: host for host in ("undefined", "given", "stranger")},
    }


def counts_of(result) -> dict[str, int]:
    return {name: number for name, number in result["counts"].items() if number}
