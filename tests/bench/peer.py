"""azure.azcollection, which also creates definitions and versions: its environment, and a play of its two modules."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "interop"))

from clients import CLIENTS
from emulator import GROUP, LOCATION

_SOURCE = (
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/"
    + GROUP
    + "/providers/Microsoft.Compute/images/{{ inventory_hostname }}"
)


def place() -> Path | None:
    """The folder in which it is installed, as for `make interop`; None if it cannot be installed."""
    client = CLIENTS["azcollection"]
    try:
        client.make()
    except SystemExit as failed:
        print(f"azure.azcollection is left out: {failed}")
        return None
    return client.place


def environment(folder: Path) -> dict[str, str]:
    """The variables that its modules need, apart from the credentials."""
    return {
        "ANSIBLE_COLLECTIONS_PATH": str(folder / "collections"),
        "ANSIBLE_PYTHON_INTERPRETER": str(folder / "bin/python"),
        "AZURE_DISABLE_INSTANCE_DISCOVERY": "true",
    }


def playbook() -> str:
    """Its two modules over the clones of the role, with nothing to change."""
    common = {"resource_group": GROUP, "gallery_name": "gallery", "location": LOCATION}
    definition = {
        **common,
        "name": "{{ inventory_hostname }}",
        "os_type": "linux",
        "os_state": "generalized",
        "hypervgeneration": "V1",
        "identifier": dict.fromkeys(("publisher", "offer", "sku"), "{{ inventory_hostname }}"),
    }
    targets = [{"name": LOCATION, "regional_replica_count": 1}]
    image_version = {
        **common,
        "gallery_image_name": "{{ inventory_hostname }}",
        "name": "1.0.0",
        "storage_profile": {"source_image": _SOURCE},
        "publishing_profile": {"target_regions": targets},
    }
    unchanged = {"register": "done", "failed_when": "done is failed or done is changed"}
    tasks = [
        {"name": "Definition", "azure.azcollection.azure_rm_galleryimage": definition, **unchanged},
        {"name": "Version", "azure.azcollection.azure_rm_galleryimageversion": image_version, **unchanged},
    ]
    return json.dumps([{"name": "Bench", "hosts": "all", "gather_facts": False, "tasks": tasks}])
