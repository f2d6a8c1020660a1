"""The inventory with its cache, a fleet with its report, and what files they leave."""

from __future__ import annotations

import json
import stat
from typing import Any

import pytest
from plays import COLLECTION, SUBSCRIPTION
from watched import ENVIRONMENT, RUN_MEMORY, Watch, WatchedRuns
from witness import echo, error

from arm_emulator.messages import Answer, Request, one_line

PLACE = {"resource_group": "rg", "location": "southcentralus"}
SEED = {
    "resource_groups": [{"name": "rg", "location": "southcentralus"}],
    "galleries": [{"name": "pics", "resource_group": "rg"}],
    "images": [{"name": name, "os_disk_gb": 30, **PLACE} for name in ("good", "answers-400", "broken")],
    "faults": [{"resource": "/broken/versions/", "operation_fails": {"code": "X", "message": "x"}, "times": 0}],
}
pytestmark = pytest.mark.emulator(seed=SEED, replication_seconds=0.3, operation_seconds=0.05)
INVENTORY = ("file", r".*managed_images\.azure_gallery\.yml", "option secret")
READER = ("environment", "READER_SECRET", "environment secret")


def inventory(watched: WatchedRuns, name: str, secret: str, client: str = "reader", **more: Any) -> list[str]:
    """The arguments that name an inventory file."""
    identity = {"client_id": client, "tenant": SUBSCRIPTION, "secret": secret}
    cache = {
        "cache": True,
        "cache_plugin": "ansible.builtin.jsonfile",
        "cache_connection": str(watched.folder / "cache"),
    }
    options = {"plugin": f"{COLLECTION}.managed_images", **identity, **cache, "galleries": ["pics"], **more}
    path = watched.folder / f"{name}.managed_images.azure_gallery.yml"
    path.write_text(json.dumps(options, indent=1), encoding="utf-8")
    return ["-i", str(path)]


def hostile(request: Request, known: str) -> Answer | None:
    if b"client_id=refused" in request.body:
        return one_line(401, {"error": "invalid_client", "error_description": f"AADSTS7000215: said {echo(request)}"})
    if "capsoperations" in request.path.lower():
        return one_line(200, {**error(200, request, known).json(), "status": "Failed", "name": "operation"})
    bad = "answers-400" in request.path or "answers_403" in request.path
    return error(403 if "_403" in request.path else 400, request, known) if bad else None


def test_inventory(watched: WatchedRuns) -> None:
    """Fresh, from the cache, forbidden, and with a sign-in that is refused; the secret by a lookup, or in the file."""
    reader = {"READER_SECRET": watched.secret("environment secret"), "AZURE_SECRET": None}
    lookup = "{{ lookup('ansible.builtin.env', 'READER_SECRET') }}"
    listed: list[Watch] = []

    def look(arguments: list[str], *more: str) -> Watch:
        listed.append(watched.command("ansible-inventory", *arguments, "--list", "-vvvv", *more, env=reader))
        return listed[-1]

    fresh = inventory(watched, "fresh", lookup)
    look(fresh).only(READER, ("descriptor", "/memfd:azure_gallery", "access token"))
    look(fresh).only(READER)
    assert [watch.run.ok().stdout.count('"broken": {') for watch in listed] == [1, 1]
    assert any(name.startswith("cache/") for name in listed[0].probe.files)

    secret = watched.secret("option secret")
    watched.witness.responders.append(lambda request: hostile(request, secret))
    forbidden = look(inventory(watched, "forbidden", secret, resource_groups=["answers_403"]))
    forbidden.only(READER, INVENTORY, ("descriptor", "/memfd:azure_gallery", "access token"))
    refused = look(inventory(watched, "refused", secret, client="refused")).only(READER, INVENTORY)
    assert "request id (token)" in forbidden.run.stderr + forbidden.run.stdout
    assert "AADSTS7000215: said" in refused.run.stderr + refused.run.stdout


def test_fleet(watched: WatchedRuns) -> None:
    """Planned, migrated, and added up afterwards; one image succeeds, one is refused, and the operation of one fails."""
    secret = watched.secret("environment secret")
    watched.witness.responders.append(lambda request: hostile(request, secret))
    lookup = "{{ lookup('ansible.builtin.env', 'AZURE_SECRET') }}"
    arguments = [*inventory(watched, "fleet", lookup, cache=False), "-vvvv"]
    variables = {
        "clone_managed_image_gallery": {"resource_group": "rg", "name": "pics"},
        "clone_managed_image_target_regions": ["southcentralus"],
        "clone_managed_image_poll_interval": 1,
        "migrate_fleet_report": str(watched.folder / "reports"),
    }
    fleet = f"{COLLECTION}.migrate_fleet"
    watched.play(fleet, *arguments, extra_vars=variables, check=True, diff=True).only(ENVIRONMENT, RUN_MEMORY)
    migrated = watched.play(fleet, *arguments, extra_vars=variables).only(ENVIRONMENT, RUN_MEMORY)
    reported = migrated.run.stats["_run"]["migrate_fleet_report_local"]
    assert {failure["image"] for failure in reported["failures"]} == {"answers-400", "broken"}, migrated.run.output
    assert all("(hidden)" in failure["reason"] for failure in reported["failures"])

    added = watched.play(f"{COLLECTION}.fleet_report", "-vvvv", extra_vars={"migrate_fleet_report_1": reported})
    added.only(ENVIRONMENT)
    assert added.run.items("Add up the reports")[0]["counts"]["failed"] == 2
    pages = sorted((watched.folder / "reports").iterdir())
    assert [path.name for path in pages] == ["fleet_report.html", "fleet_report.json"]
    assert {stat.S_IMODE(path.stat().st_mode) & ~0o644 for path in pages} == {0}, "others may read it at most"
