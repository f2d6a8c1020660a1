"""Inventory updates as AWX runs them: all images or none, since AWX deletes the hosts that an update does not bring."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from awx_inventory import Inventory
from controller_job import SECRET, Controller, azure_rm
from jobs_fixtures import (
    FAST,
    FORKING,
    GALLERY,
    GALLERY_ID,
    PLUGIN,
    answers,
    controller,
    image,
    image_id,
    secrets,
    seed,
    sound,
)
from objects_fixtures import Listed

from support.playbook_runner import SUBSCRIPTION

pytestmark = FORKING
TEMPLATE = "{{ 1 + 1 }}"
CLIENT = "11111111-1111-1111-1111-111111111111"
IMAGES = seed(
    "app-1",
    "app-2",
    images=[
        image("sap", tags={"team": TEMPLATE, "publisher": TEMPLATE, TEMPLATE: "{% raw %}", "name": "x", "port": "22"}),
        {**image("away"), "resource_group": "other"},
    ],
    galleries=[GALLERY],
    clients=[{"client_id": CLIENT, "secret": SECRET, "tenant": SUBSCRIPTION}],
    page_size=2,
)
IMAGES["resource_groups"].append({"name": "other", "location": "southcentralus"})
ALL = {"plugin": PLUGIN, "galleries": [GALLERY]}
PAGES = {"method": "GET", "kind": "managed_image", "times": 0}


def signed_in(awx: Controller, secret: str) -> dict[str, str]:
    return azure_rm(client=CLIENT, tenant=SUBSCRIPTION, secret=secret, cloud_environment=awx.emulator.url)


def test_the_source_that_is_shipped(tmp_path: Path) -> None:
    """The source variables say what is listed; blank ones, and one that AWX keeps to itself, say nothing."""
    variables = {
        "MANAGED_IMAGES_RESOURCE_GROUPS": "rg",
        "MANAGED_IMAGES_GALLERIES": "",
        "AZURE_AUTH_SOURCE": "",
        "PATH": "/none",
    }
    with controller(tmp_path, IMAGES) as awx:
        job, output = awx.update(source_vars=variables)
        found = Inventory(output or {})
        assert sound(job.ok()).runner.rc == 0
        assert sorted(found.hosts) == ["app-1", "app-2", "sap"]
        assert not any(group.startswith("migration_") for group in found.groups)

        pics = {"MANAGED_IMAGES_GALLERIES": f"{GALLERY_ID} "}
        found = Inventory(awx.update(source_vars=pics)[1] or {})
        assert sorted(found.hosts) == ["app-1", "app-2", "away", "sap"]
        assert found.groups["migration_unmigrated"]["hosts"] == sorted(found.hosts)
        reserved = {"tags", "name", "port", "environment", "id", "location"}
        assert not [host for host in found.hosts.values() if reserved & set(host["variables"])]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (
            {"do": {"status": 429, "code": "TooMany", "message": "Slow down.", "headers": {"Retry-After": "900"}}},
            "Slow down",
        ),
        ({"after": 1, "do": {"status": 403, "code": "AuthorizationFailed", "message": "Not page 2."}}, "Not page 2"),
        (
            {"kind": "image_definition", "do": {"status": 403, "code": "AuthorizationFailed", "message": "Not yours."}},
            "Not yours",
        ),
    ],
)
def test_what_cannot_be_listed_as_a_whole(tmp_path: Path, fault: dict[str, Any], words: str) -> None:
    with controller(tmp_path, IMAGES) as awx:
        awx.emulator.order_fault(**{**PAGES, **fault})
        check_nothing(awx, awx.update(ALL), words)


def test_the_reason_is_the_last_thing_said(tmp_path: Path, shipped: Listed) -> None:
    """Nothing of plugins that the file is not for stands beneath it."""
    (source,) = shipped["controller_inventory_sources"]
    with controller(tmp_path, IMAGES) as awx:
        job, _output = awx.update(source_vars=source["source_vars"])
    text = " ".join(job.failed().output.split())
    (reason,) = re.findall(r"\[WARNING\]: .*?Failed to parse .*", text)
    assert "images-prod" in reason
    assert not re.search(r"\b(script|yaml|ini|toml)'? plugin", text)


def test_what_cannot_be_asked(tmp_path: Path) -> None:
    with controller(tmp_path, IMAGES) as awx:
        check_nothing(awx, awx.update(ALL, credential=signed_in(awx, "not-the-secret")), "AADSTS7000215")
        check_nothing(awx, awx.update({**ALL, "galeries": []}), "galeries")
        check_nothing(awx, awx.update(ALL, limit="nosuch"), "nosuch")


def check_nothing(awx: Controller, update: tuple[Any, Any], words: str) -> None:
    """A failure that says why, and nothing that AWX could take for the inventory."""
    job, output = update
    assert job.failed().runner.rc != 0
    assert output is None
    assert words in " ".join(job.output.split()), job.output  # ansible-core 2.18 breaks its lines
    assert "Traceback" not in job.output
    assert "not-the-secret" not in repr(job.events)
    assert not secrets(job)


def test_what_azure_says_is_text_in_a_job_too(tmp_path: Path) -> None:
    """Through the update's output, AWX's inventory script, the play and the role to the tags of the version."""
    rule = {"migrate_fleet_offer": TEMPLATE}  # of the template itself, which may
    composed = {**ALL, "include_filters": [{"names": ["sap"]}], "compose": {"clone_managed_image_tags": "tags"}}
    asked = {name: value for name, value in answers().items() if name not in ("clone_managed_image_tags", *rule)}
    with controller(tmp_path, IMAGES) as awx:
        inventory = awx.imported(composed)
        assert sorted(inventory.hosts) == ["sap"]
        assert inventory.hosts["sap"]["variables"]["managed_image"]["tags"].keys() == {
            "team",
            "publisher",
            TEMPLATE,
            "name",
            "port",
        }
        own = {**FAST, **rule}
        sound(awx.launch("migrate_fleet.yml", asked, inventory=inventory.script(), own_variables=own).ok())
        made = awx.emulator.resource(f"{GALLERY_ID}/images/sap/versions/1.0.0")
        assert made["properties"]["storageProfile"]["source"]["id"] == image_id("sap")
        assert {name: made["tags"][name] for name in ("team", TEMPLATE, "port")} == {
            "team": TEMPLATE,
            TEMPLATE: "{% raw %}",
            "port": "22",
        }
        identifier = awx.emulator.resource(f"{GALLERY_ID}/images/sap")["properties"]["identifier"]
        assert identifier == {"publisher": "1-1", "offer": "2", "sku": "sap"}
