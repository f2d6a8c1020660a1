"""Mistakes in the variables of a fleet are reported by variable name, before anything is written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fleets import Fleet, counts, seed, summary

FLEET = seed("web", "db", "omits")
SOURCES = {name: {"clone_managed_image_source": name} for name in ("web", "db", "omits")}


def reasons(run: Any) -> dict[str, str]:
    return {failure["host"]: failure["reason"] for failure in summary(run)["failures"]}


@pytest.mark.emulator(seed=FLEET, replication_seconds=1)
def test_only_a_rule_that_is_not_set_falls_back(fleet: Fleet) -> None:
    hosts = {
        "web": {
            **SOURCES["web"],
            "managed_image": {"name": "web"},
            "migrate_fleet_definition_name": "{{ managed_image.nam | regex_replace('-[0-9]+$', '') }}",
        },
        "db": {**SOURCES["db"], "clone_managed_image_sku": "{{ nosuch.var }}"},
        "unread": {"clone_managed_image_source": "{{ managed_image.idd }}", "managed_image": {"id": "x"}},
        "unread-id": {"clone_managed_image_source_id": "{{ nosuch }}"},
        "blank": {"clone_managed_image_source": "", "clone_managed_image_source_id": "{{ nothing | default('') }}"},
        "omits": {
            **SOURCES["omits"],
            "migrate_fleet_sku": "{{ nothing | default('') }}",
            "migrate_fleet_offer": "{{ nothing | default(omit) }}",
            "clone_managed_image_publisher": "{{ nothing | default(omit) }}",
            "clone_managed_image_definition": {"description": "{{ nothing | default(omit) }}"},
        },
    }
    inventory = fleet.folder / "hosts.yml"
    inventory.write_text(json.dumps({"all": {"hosts": hosts, "vars": PLACE}}), encoding="utf-8")
    run = fleet.migrate(inventory)
    assert counts(run) == {"images": 6, "failed": 4, "migrated": 1, "skipped": 1}, run.output
    found_text = reasons(run)
    assert "migrate_fleet_definition_name: " in found_text["web"]
    assert "has no attribute 'nam'" in found_text["web"]
    assert "clone_managed_image_sku: " in found_text["db"]
    assert "'nosuch' is undefined" in found_text["db"]
    assert "clone_managed_image_source: " in found_text["unread"]
    assert "clone_managed_image_source_id: " in found_text["unread-id"]
    for host, reason in found_text.items():
        shown = run.task("Fail with the message of the result", host)["msg"]
        assert shown in reason, run.output  # with nothing of ansible-core's before it
        assert not shown.startswith("Task failed"), shown
    assert fleet.versions() == {"omits/1.0.0": "omits"}
    assert fleet.identity("omits") == ("omits", "omits", "omits")


PLACE = {
    "clone_managed_image_gallery": {"resource_group": "rg", "name": "pics"},
    "clone_managed_image_target_regions": ["southcentralus"],
    "clone_managed_image_poll_interval": 1,
}


@pytest.mark.emulator(seed=FLEET, replication_seconds=1)
def test_misspelt_and_illegal_names(fleet: Fleet) -> None:
    hosts = {
        "web": {**SOURCES["web"], "migrate_fleet_defintion_name": "x"},
        "db": {**SOURCES["db"], "migrate_fleet_definition_name": "my def!"},
    }
    run = fleet.migrate(hosts, extra_vars={"migrate_fleet_report_17": {}})
    assert counts(run) == {"images": 2, "failed": 2}, run.output
    found_text = reasons(run)
    assert (
        "migrate_fleet_defintion_name is not a variable of the playbook migrate_fleet. Did you mean "
        "migrate_fleet_definition_name?" in found_text["web"]
    )
    assert "migrate_fleet_definition_name: 'my def!' is not allowed" in found_text["db"]
    assert fleet.writes() == []


@pytest.mark.emulator(seed=FLEET)
@pytest.mark.parametrize(
    ("name", "value", "found_text"),
    [
        ("migrate_fleet_batch", "abc", "migrate_fleet_batch: 'abc' is not a number of hosts."),
        ("migrate_fleet_batch", [1, "150%"], "migrate_fleet_batch: '150%' is not a number of hosts."),
        ("migrate_fleet_hosts", True, "migrate_fleet_hosts: YAML has read the text as true; put it in quotes."),
    ],
)
def test_which_hosts_and_how_many(fleet: Fleet, name: str, value: Any, found_text: str) -> None:
    run = fleet.migrate(SOURCES, extra_vars={name: value})
    assert run.rc != 0
    assert found_text in " ".join(run.output.split())
    assert "Traceback" not in run.output
    assert "Unexpected Exception" not in run.output
    assert fleet.emulator.requests == []


@pytest.mark.emulator(seed=FLEET)
def test_a_group_without_hosts_is_a_success(fleet: Fleet) -> None:
    inventory = fleet.folder / "hosts.yml"
    groups: dict[str, Any] = {"remaining": {"hosts": {}}, "other": {"hosts": {"web": SOURCES["web"]}}}
    inventory.write_text(json.dumps({"all": {"children": groups, "vars": PLACE}}), encoding="utf-8")
    run = fleet.migrate(inventory, extra_vars={"migrate_fleet_hosts": "remaining"}).ok()
    assert "no hosts matched" in run.output
    assert fleet.emulator.requests == []


@pytest.mark.emulator(seed=FLEET, replication_seconds=1)
def test_a_group_whose_name_is_a_number_in_batches_of_a_list(fleet: Fleet) -> None:
    inventory = fleet.folder / "hosts.yml"
    groups = {"2019": {"hosts": {name: SOURCES[name] for name in ("web", "omits")}}, "other": {"hosts": {"db": {}}}}
    inventory.write_text(json.dumps({"all": {"children": groups, "vars": PLACE}}), encoding="utf-8")
    run = fleet.migrate(inventory, extra_vars={"migrate_fleet_hosts": 2019, "migrate_fleet_batch": "[1, 50 %]"}).ok()
    assert fleet.versions() == {"web/1.0.0": "web", "omits/1.0.0": "omits"}
    assert not [one for one in run.tasks("Validate the variables and plan the clone") if one.failed]
