"""What the tests of the role share: a seed, the playbooks that run the role, and a look at what was asked and written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from support.playbook_runner import PlaybookRunner, Run

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
GROUP_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
GALLERY_ID = f"{GROUP_ID}/providers/Microsoft.Compute/galleries/pics"
ROLE = "cloudimages.azure_gallery.clone_managed_image"
IDENTITY = {"publisher": "pub", "offer": "off"}
RESULT_KEYS = {
    "source_id",
    "definition_id",
    "size_gb",
    "version_id",
    "version",
    "changed",
    "replication",
    "failed",
    "message",
}


def image(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "resource_group": "rg", "location": "southcentralus", "os_disk_gb": 30, **more}


def seed(*images: str | dict[str, Any], gallery: bool = True, **more: Any) -> dict[str, Any]:
    found = [image(one) if isinstance(one, str) else one for one in images or ("web",)]
    galleries = [{"name": "pics", "resource_group": "rg"}] if gallery else []
    group = {"name": "rg", "location": "southcentralus"}
    return {"resource_groups": [group], "images": found, "galleries": galleries, **more}


def definition(name: str = "web", **more: Any) -> dict[str, Any]:
    return {"name": name, "gallery": "pics", "resource_group": "rg", **IDENTITY, "sku": name, **more}


def version(name: str = "1.0.0", of: str = "web", source: str = "web", **more: Any) -> dict[str, Any]:
    place = {"gallery": "pics", "definition": of, "resource_group": "rg"}
    return {"name": name, **place, "source": image_id(source), **more}


def image_id(name: str) -> str:
    return f"{GROUP_ID}/providers/Microsoft.Compute/images/{name}"


def version_id(number: str, of: str = "web") -> str:
    return f"{GALLERY_ID}/images/{of}/versions/{number}"


def variables(source: str | None = "web", **more: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "gallery": {"resource_group": "rg", "name": "pics"},
        "definition": {**IDENTITY, "sku": source},
        "target_regions": ["southcentralus", "eastus2=1=standard_zrs"],
        "poll_interval": 1,
    }
    if source is not None:
        values["source"] = source
    return {f"clone_managed_image_{name}": value for name, value in {**values, **more}.items() if value is not ...}


class RoleRuns:
    """Runs the role against an emulator."""

    def __init__(self, emulator: Any, run_playbook: PlaybookRunner) -> None:
        self.emulator = emulator
        self.run_playbook = run_playbook

    def local(self, values: Mapping[str, Any], **options: Any) -> Run:
        """By the collection's own playbook, with variables as -e gives them."""
        return self.run_playbook(ROLE, extra_vars=dict(values), **options)

    def hosts(
        self, hosts: Mapping[str, Mapping[str, Any]], play: Mapping[str, Any] | None = None, **options: Any
    ) -> Run:
        """By a play over these hosts, each with its variables; `play` may add to it or replace its tasks."""
        inventory = self.run_playbook.folder / "inventory.yml"
        local = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
        import json

        listed = {host: dict(values) for host, values in hosts.items()}
        inventory.write_text(json.dumps({"all": {"hosts": listed, "vars": local}}), encoding="utf-8")
        tasks = [{"name": "Clone", "ansible.builtin.import_role": {"name": ROLE}}]
        plays = [{"name": "Fleet", "hosts": "all", "gather_facts": False, "tasks": tasks, **(play or {})}]
        return self.run_playbook(plays, inventory=inventory, **options)

    def writes(self) -> list[str]:
        """What was sent that was no read, since the last look."""
        found = [
            f"{request['method']} {request['path'].partition('/Microsoft.Compute/')[2]}"
            for request in self.emulator.requests
            if request["method"] != "GET" and request["kind"] != "token"
        ]
        self.emulator.clear_requests()
        return found

    def reads(self) -> list[dict[str, Any]]:
        """The reads of resources since the last look."""
        found = [
            one for one in self.emulator.requests if one["method"] == "GET" and one["kind"] not in ("token", "metadata")
        ]
        self.emulator.clear_requests()
        return found


def result(run: Run, host: str = "localhost") -> dict[str, Any]:
    """The fact that the role leaves."""
    facts: dict[str, Any] = run.tasks("Keep the result", host)[-1]["ansible_facts"]["clone_managed_image_result"]
    assert set(facts) == RESULT_KEYS
    return facts


def failures(run: Run, host: str | None = None) -> list[str]:
    """The messages of failed tasks."""
    return [one["msg"] for one in run.tasks(host=host) if one.failed]


def names(found: Sequence[Mapping[str, Any]]) -> list[str]:
    return [one["kind"] + ("s" if one["listing"] else "") for one in found]
