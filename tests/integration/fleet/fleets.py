"""What the tests of fleets share: a seed, an inventory, and a look at what came of a run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from support.playbook_runner import PlaybookRunner, Run

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
GROUP_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
PLAYBOOK = "cloudimages.azure_gallery.migrate_fleet"
VARIABLES = {
    "clone_managed_image_gallery": {"resource_group": "rg", "name": "pics"},
    "clone_managed_image_target_regions": ["southcentralus", "eastus2"],
    "clone_managed_image_poll_interval": 1,
}


def image_id(name: str) -> str:
    return f"{GROUP_ID}/providers/Microsoft.Compute/images/{name}"


def image(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "resource_group": "rg", "location": "southcentralus", "os_disk_gb": 30, **more}


def definition(name: str, **more: Any) -> dict[str, Any]:
    """An existing definition with other names."""
    place = {"name": name, "gallery": "pics", "resource_group": "rg"}
    return {**place, "publisher": "acme", "offer": "classic", "sku": name, **more}


def version(of: str, source: str, name: str = "1.0.0") -> dict[str, Any]:
    place = {"gallery": "pics", "definition": of, "resource_group": "rg", "name": name}
    return {**place, "source": image_id(source), "target_regions": ["southcentralus", "eastus2"]}


def seed(*names: str, **more: Any) -> dict[str, Any]:
    return {
        "resource_groups": [{"name": "rg", "location": "southcentralus"}],
        "images": [*(image(name) for name in names), *more.pop("images", [])],
        "galleries": [{"name": "pics", "resource_group": "rg"}],
        **more,
    }


class Fleet:
    """Migrates hosts on an emulator."""

    def __init__(self, emulator: Any, run_playbook: PlaybookRunner) -> None:
        self.emulator = emulator
        self.run_playbook = run_playbook
        self.folder = run_playbook.folder

    def migrate(
        self, hosts: Mapping[str, Mapping[str, Any]] | Path, *args: str, playbook: str = PLAYBOOK, **options: Any
    ) -> Run:
        """Run a playbook over these hosts, or over an inventory file."""
        inventory = hosts if isinstance(hosts, Path) else self.folder / "fleet.json"
        if not isinstance(hosts, Path):
            listed = {host: dict(values) for host, values in hosts.items()}
            text = json.dumps({"all": {"hosts": listed, "vars": VARIABLES}})
            inventory.write_text(text, encoding="utf-8")
        self.emulator.clear_requests()
        return self.run_playbook(playbook, *args, inventory=inventory, **options)

    def report(self, name: str = "fleet_report") -> dict[str, Any]:
        """The JSON file that a run wrote to the folder `reports`."""
        loaded: dict[str, Any] = json.loads((self.folder / "reports" / f"{name}.json").read_text(encoding="utf-8"))
        return loaded

    def writes(self) -> list[str]:
        """What the last run sent that was no read, and was accepted."""
        return [
            f"{request['method']} {request['path'].partition('/galleries/pics')[2]}"
            for request in self.emulator.requests
            if request["method"] != "GET" and request["kind"] != "token" and request["status"] < 400
        ]

    def versions(self) -> dict[str, str]:
        """Every version that there is, as definition/number, and the image that it was made from."""
        found = {}
        for resource in self.emulator.state.resources.values():
            if resource.kind == "image_version":
                _gallery, _images, of, _versions, number = resource.id.split("/")[-5:]
                source = resource.body["properties"]["storageProfile"]["source"]["id"]
                found[f"{of}/{number}"] = source.rpartition("/")[2]
        return found

    def identity(self, name: str) -> tuple[str, str, str]:
        """Publisher, offer and SKU of a definition."""
        found = self.emulator.resource(f"{GROUP_ID}/providers/Microsoft.Compute/galleries/pics/images/{name}")
        given = found["properties"]["identifier"]
        return given["publisher"], given["offer"], given["sku"]


def summary(run: Run, key: str = "local") -> dict[str, Any]:
    """What a run leaves for the jobs that follow."""
    reported: dict[str, Any] = run.stats["_run"][f"migrate_fleet_report_{key}"]
    return reported


def counts(run: Run, key: str = "local") -> dict[str, int]:
    """The counts other than 0."""
    return {name: number for name, number in summary(run, key)["counts"].items() if number}
