"""The examples of every module, as they stand in its documentation, run against the emulator."""

from __future__ import annotations

import ast
import textwrap
from typing import Any

import pytest
import yaml

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.managed_image import fingerprint

from support.collection_tree import NAME, NAMESPACE, ROOT
from support.playbook_runner import PlaybookRunner, azure_environment

FQCN = f"{NAMESPACE}.{NAME}"
GROUP = "myResourceGroup"
HERE = {"resource_group": GROUP, "location": "southcentralus"}
IN_GALLERY = {**HERE, "gallery": "myGallery"}

GROUPS = {
    "resource_groups": [
        {"name": GROUP, "location": "southcentralus"},
        {"name": "myOtherResourceGroup", "location": "eastus2"},
    ],
    "images": [
        {"name": "myImage", "data_disks": [{"lun": 0, "size_gb": 10}], **HERE},
        {"name": "mySecondImage", **HERE},
        {"name": "myOtherImage", "resource_group": "myOtherResourceGroup", "location": "eastus2"},
    ],
}
SECURITY = {"name": "SecurityType", "value": "TrustedLaunchSupported"}
GALLERY = {"galleries": [{"name": "myGallery", **HERE}]}
DEFINITION = {
    "definitions": [
        {"name": "myImageDefinition", "publisher": "myPublisher", "offer": "myOffer", "sku": "mySku", **IN_GALLERY}
    ]
}
TRUSTED = {
    "definitions": [
        {**DEFINITION["definitions"][0], "hyper_v_generation": "V2", "features": [SECURITY]},
    ]
}
VERSION = {
    "versions": [
        {
            "name": "1.0.0",
            "definition": "myImageDefinition",
            "source": {"name": "myImage", "resource_group": GROUP},
            "target_regions": ["southcentralus", "eastus2"],
            **IN_GALLERY,
        }
    ]
}
VERIFIED = {
    "versions": [
        {
            **VERSION["versions"][0],
            "published_date": "2026-02-01T00:00:00Z",
            "tags": {"verified_at": "2026-02-02T00:00:00Z", "verified_published": "2026-02-01T00:00:00Z"},
        }
    ]
}
NETWORK = {"virtual_networks": [{"name": "myNetwork", "subnets": ["mySubnet"], **HERE}]}
RESOURCE_GROUP = f"/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/{GROUP}/providers"

DISKS = f"{RESOURCE_GROUP}/Microsoft.Compute/disks/myImage"
STORAGE = {
    "osDisk": {"managedDisk": {"id": f"{DISKS}_OsDisk"}, "diskSizeGB": 30},
    "dataDisks": [{"lun": 0, "managedDisk": {"id": f"{DISKS}_DataDisk_0"}, "diskSizeGB": 10}],
}
FINGERPRINT = {"source_fingerprint": fingerprint({"properties": {"storageProfile": STORAGE}})}
OF_MY_IMAGE = {"versions": [{**one, "tags": {**one["tags"], **FINGERPRINT}} for one in VERIFIED["versions"]]}

# What is there before the first example of a module.
SEEDS: dict[str, dict[str, Any]] = {
    "canary_vm": {**GROUPS, **GALLERY, **TRUSTED, **VERSION, **NETWORK, "machine_seconds": 1},
    "gallery": GROUPS,
    "gallery_info": {**GROUPS, **GALLERY},
    "image_definition": {**GROUPS, **GALLERY},
    "image_definition_info": {**GROUPS, **GALLERY, **DEFINITION},
    "image_version": {**GROUPS, **GALLERY, **DEFINITION},
    "image_verification": {**GROUPS, **GALLERY, **DEFINITION, **VERSION, **NETWORK, "machine_seconds": 0.2},
    "image_version_info": {**GROUPS, **GALLERY, **DEFINITION, **VERSION},
    "image_usage_info": GROUPS,
    "managed_image": {**GROUPS, **GALLERY, **DEFINITION, **OF_MY_IMAGE},
    "managed_image_info": GROUPS,
    "scale_set_image": {
        **GROUPS,
        "images": [{"name": "myImage", "created_time": "2026-01-01T00:00:00Z", **HERE}],
        **GALLERY,
        **DEFINITION,
        **VERIFIED,
        "scale_sets": [
            {"name": "myScaleSet", "image": f"{RESOURCE_GROUP}/Microsoft.Compute/images/myImage", "capacity": 2, **HERE}
        ],
    },
    "wait_for_replication": {**GROUPS, **GALLERY, **DEFINITION, **VERSION},
    "fleet_report": {},
}
# What the plays around the examples have.
CANARY = {
    "subnet_id": f"{RESOURCE_GROUP}/Microsoft.Network/virtualNetworks/myNetwork/subnets/mySubnet",
    "definition_id": f"{RESOURCE_GROUP}/Microsoft.Compute/galleries/myGallery/images/myImageDefinition",
}
VARIABLES = {
    "canary_vm": CANARY,
    "image_verification": CANARY,
    "image_usage_info": {
        "image_id": f"{RESOURCE_GROUP}/Microsoft.Compute/images/myImage",
        "subscription_ids": ["00000000-0000-0000-0000-000000000000"],
    },
    "scale_set_image": {
        "definition_id": f"{RESOURCE_GROUP}/Microsoft.Compute/galleries/myGallery/images/myImageDefinition"
    },
    "managed_image": {
        "definition_id": f"{RESOURCE_GROUP}/Microsoft.Compute/galleries/myGallery/images/myImageDefinition",
        "records": "records",
    },
    "fleet_report": {"image_names": ["web"], "clone_managed_image_results": [{"failed": False}]},
}
# Each of their examples does something.
CHANGE = {f"{FQCN}.{name}" for name in ("gallery", "image_definition", "image_version", "scale_set_image")}


def examples(module: str) -> str:
    tree = ast.parse((ROOT / "plugins/modules" / f"{module}.py").read_text(encoding="utf-8"))
    texts = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    return str(texts["EXAMPLES"])


def play(text: str) -> str:
    """A play of examples, word for word."""
    head = "- name: Examples\n  hosts: localhost\n  gather_facts: false\n  tasks:\n"
    return head + textwrap.indent(text, "    ")


def flattened(tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    parts = [[*task["block"], *task.get("always", ())] if "block" in task else task for task in tasks]
    return [inner for part in parts for inner in (flattened(part) if isinstance(part, list) else [part])]


def credentials(azure: dict[str, str]) -> dict[str, str]:
    """The variables that the examples' module_defaults name."""
    return {f"azure_{name}": azure[f"AZURE_{name.upper()}"] for name in ("tenant", "client_id", "secret")}


def test_every_module_with_examples_has_a_seed() -> None:
    modules = {path.stem for path in (ROOT / "plugins/modules").glob("*.py")}
    assert set(SEEDS) <= modules
    roles = {"clone_plan", "image_repointing", "image_retirement"}
    assert modules - set(SEEDS) <= roles, "only those of roles have no examples for users"


def test_examples_are_well_formed(run_playbook: PlaybookRunner) -> None:
    run_playbook("---\n" + "\n".join(play(examples(module)) for module in SEEDS), "--syntax-check").ok()


@pytest.mark.parametrize("module", sorted(SEEDS))
def test_examples_run(module: str, emulator_factory: Any, run_playbook: PlaybookRunner) -> None:
    text = examples(module)
    with emulator_factory.manager(seed=SEEDS[module], replication_seconds=1, operation_seconds=0.1) as emulator:
        azure = azure_environment(emulator)
        run = run_playbook(
            f"---\n{play(text)}", extra_vars={**credentials(azure), **VARIABLES.get(module, {})}, env=azure, timeout=240
        ).ok()
    tasks = flattened(yaml.safe_load(text))
    idle = [task["name"] for task in tasks if "loop" in task and not run.tasks(task["name"])]  # over an empty list
    assert [one.task for one in run.tasks()] == [task["name"] for task in tasks if task["name"] not in idle]
    changing = [task["name"] for task in tasks if CHANGE & set(task)]
    assert [name for name in changing if not run.task(name).changed] == [], run.output
    assert not [one for one in run.results if one.failed or one.ignored], run.output
    assert "WARNING" not in run.output, run.output


def test_examples_run_as_ordinary_modules(emulator_factory: Any, run_playbook: PlaybookRunner) -> None:
    """The first of each module, in one play; the action plugins hand over to the modules.

    Two need a network, and canary_vm has a run as an ordinary module of its own (test_canary_vm.py). scale_set_image
    needs a scale set, managed_image a version.
    """
    tasks = []
    others = ("canary_vm", "image_verification", "managed_image", "scale_set_image")
    for module in [name for name in SEEDS if name not in others]:
        ours = yaml.safe_load(examples(module))
        first = next(number for number, task in enumerate(ours) if f"{FQCN}.{module}" in task)
        tasks += ours[: first + 1]
    plays = [{"name": "First examples", "hosts": "localhost", "gather_facts": False, "tasks": tasks}]
    with emulator_factory.manager(seed=GROUPS, replication_seconds=1, operation_seconds=0.1) as emulator:
        azure = azure_environment(emulator)
        switch = {"azure_gallery_in_process": False, **VARIABLES["image_usage_info"]}
        run = run_playbook(plays, "-vvv", extra_vars=switch, env=azure, timeout=240).ok()
    assert len([one for one in run.tasks() if one.action.startswith(f"{FQCN}.")]) == len(tasks)
    in_process = [line for line in run.output.splitlines() if "runs in Ansible's process" in line]
    assert [line for line in in_process if "fleet_report: " not in line] == []  # which only runs there
    assert run.task("Wait for all of them at once")["results"], run.output


def test_examples_sign_in_with_what_module_defaults_give(emulator_factory: Any, run_playbook: PlaybookRunner) -> None:
    """The last example of a module needs no credentials in the environment."""
    last = yaml.safe_load(examples("gallery_info"))[-1]
    with emulator_factory.manager(seed=SEEDS["gallery_info"]) as emulator:
        azure = azure_environment(emulator)
        cloud = {name: azure[name] for name in ("AZURE_CLOUD_ENVIRONMENT", "REQUESTS_CA_BUNDLE")}
        plays = [{"name": "Last example", "hosts": "localhost", "gather_facts": False, "tasks": [last]}]
        run = run_playbook(plays, extra_vars=credentials(azure), env=cloud).ok()
    assert [gallery["name"] for gallery in run.task(last["block"][0]["name"])["galleries"]] == ["myGallery"]
