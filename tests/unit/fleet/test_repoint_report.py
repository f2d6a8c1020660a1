"""The report of repoint_fleet: its counts, its columns, and the map from old to new ids."""

from __future__ import annotations

import csv
from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet.jobs import MIGRATE, REPOINT
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet.page import page
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet.report import document, summary
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet.report_text import lines
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet.table import table

COMPUTE = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute"
DEFINITION = f"{COMPUTE}/galleries/pics/images/web"
COMMAND = "az vmss update-instances --resource-group rg --name a --instance-ids 0"


def item(host: str, *states: str, **more: Any) -> dict[str, Any]:
    scale_sets = [
        {"name": f"{host}-{state}", "state": state, "upgrade_command": COMMAND if state == "repointed" else None}
        for state in states
    ]
    failed = "failed" in states
    result = {
        "source_id": f"{COMPUTE}/images/{host}",
        "definition_id": DEFINITION,
        "version_id": f"{DEFINITION}/versions/1.0.0",
        "version": "1.0.0",
        "image": f"{DEFINITION}/versions/1.0.0",
        "verified": True,
        "scale_sets": scale_sets,
        "changed": "repointed" in states,
        "failed": failed,
        "refused": "refused" in states and not failed,
        "message": f"about {host}",
        **more,
    }
    return {"host": host, "result": result}


ITEMS = [
    item("web", "repointed", "unchanged"),
    item("db", "repointed", "refused"),
    item("sap", "refused", "failed"),
    item("alone"),
    {"host": "gone", "result": {"source_id": f"{COMPUTE}/images/gone", "failed": True, "message": "no version"}},
]


@pytest.mark.parametrize("check_mode", [False, True])
def test_counts_and_columns(check_mode: bool) -> None:
    report = document(ITEMS, ["web", "machine"], check_mode=check_mode, job=REPOINT)
    assert report["counts"] == {
        "images": 6, "failed": 2, "refused": 1, "repointed": 1, "unchanged": 1, "skipped": 1
    }  # fmt: skip
    assert [image["host"] for image in report["images"]] == ["gone", "sap", "db", "web", "alone", "machine"]
    shown = page(report)
    assert ("Repointing plan" in shown, "Repointing report" in shown) == (check_mode, not check_mode)
    assert "web-repointed (repointed), web-unchanged (unchanged)" in shown
    assert COMMAND in shown
    text = "\n".join(lines(summary(report)))
    assert "REFUSED db" in text
    assert "Do what the message says, or wait until the reason has ended. Then run the playbook again." in text


@pytest.mark.parametrize("host", ["=cmd", "+1", "-1", "@x", " =cmd", "\uff1dcmd"])
def test_no_cell_of_the_map_is_a_formula(host: str) -> None:
    (_headings, row) = csv.reader((table(document([item(host)], job=REPOINT)) or "").splitlines())
    assert row[2] == f"'{host}"


def test_the_map_has_what_is_known() -> None:
    hostile = item("=cmd", source_id=f"{COMPUTE}/images/evil", image=f'{DEFINITION}/versions/1.0.0",x')
    unverified = item("new", verified=False)
    rows = (table(document([*ITEMS, hostile, unverified], job=REPOINT)) or "").splitlines()
    assert rows[0] == "old_id,new_id,host,outcome"
    assert f"{COMPUTE}/images/web,{DEFINITION}/versions/1.0.0,web,repointed" in rows
    assert f'{COMPUTE}/images/evil,"{DEFINITION}/versions/1.0.0"",x",\'=cmd,unchanged' in rows
    assert len(rows) == 1 + 5
    assert table(document([], job=MIGRATE)) is None
