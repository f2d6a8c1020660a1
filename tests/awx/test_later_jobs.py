"""Jobs of what follows the copy, with the answers of the shipped surveys, and what one job of a workflow passes to the next."""

from __future__ import annotations

import copy
import datetime
from pathlib import Path
from typing import Any

from controller import surveys
from controller_job import Controller, Job
from jobs_fixtures import FAST, FORKING, GROUP_ID, controller, seed, sound, writes
from objects_fixtures import Listed

from arm_emulator import Emulator
from support.retired_images import IMAGE, SEED, VERSION, verify

pytestmark = FORKING
MACHINES = {"virtual_machine", "network_interface", "disk"}
SUBNET = f"{GROUP_ID}/providers/Microsoft.Network/virtualNetworks/vnet/subnets/isolated"
GALLERY = {"gallery": "pics", "resource_group": "rg"}
NETWORK = {"name": "vnet", "resource_group": "rg", "location": "southcentralus", "subnets": ["isolated"]}


class Workflow:
    """The jobs of a workflow, one after the other; AWX passes the artifacts of each to those that follow."""

    def __init__(self, awx: Controller, listed: Listed, name: str, inventory: dict[str, Any], **said: Any) -> None:
        self.awx, self.inventory = awx, inventory
        (self.flow,) = [one for one in listed["controller_workflows"] if one["name"] == name]
        self.templates = {one["name"]: one for one in listed["controller_templates"]}
        self.said = surveys.variables(self.flow["survey_spec"], said)
        self.artifacts: dict[str, Any] = {}

    def job(self, identifier: str, **changed: Any) -> Job:
        """Of what a job is given under one name, the workflow's own wins over artifacts, and those over the node's."""
        (node,) = [one for one in self.flow["workflow_nodes"] if one["identifier"] == identifier]
        template = self.templates[node["unified_job_template"]["name"]]
        asked = surveys.variables(template["survey_spec"], {}) if "survey_spec" in template else {}
        given = {**asked, **node.get("extra_data", {}), **self.artifacts, **self.said, **changed}
        hosts = {} if "localhost" in template["inventory"] else {"inventory": self.inventory}
        check = node.get("job_type") == "check"
        job = sound(self.awx.launch(template["playbook"], given, own_variables=FAST, check=check, **hosts))
        self.artifacts |= job.artifacts
        return job


def hosts(**sources: str) -> dict[str, Any]:
    """An inventory of managed images, as AWX's script has it."""
    variables = {name: {"clone_managed_image_source": source} for name, source in sources.items()}
    return {"all": {"hosts": list(sources)}, "_meta": {"hostvars": variables}}


# Verify, then promote


def test_a_migration_after_its_copies(tmp_path: Path, shipped: Listed) -> None:
    """What is verified is promoted by the second job, which boots nothing, and the report counts each image once."""
    source = f"{GROUP_ID}/providers/Microsoft.Compute/images/web"
    images = seed(
        "web",
        machine_seconds=0.2,
        virtual_networks=[NETWORK],
        galleries=[{"name": "pics", "resource_group": "rg"}],
        definitions=[{**GALLERY, "name": "web", "publisher": "p", "offer": "o", "sku": "s"}],
        versions=[{**GALLERY, "definition": "web", "name": "1.0.0", "source": source, "exclude_from_latest": True}],
    )
    said = {"verify_image_version_subnet_id": SUBNET, "verify_image_version_resource_group": "rg"}
    said |= {
        "verify_image_version_script": "systemctl is-system-running --wait\n",
        "verify_image_version_tags": "{a: 1}",
    }
    with controller(tmp_path, images) as awx:
        flow = Workflow(awx, shipped, "Fleet migration", hosts(web=source), **said)
        verified = flow.job("Verify").ok()
        assert list(verified.artifacts) == [f"verify_fleet_report_{verified.id}"]
        assert sum("PUT virtualMachines/" in one and "runCommands" not in one for one in writes(awx.emulator)) == 1
        assert not [one for one in awx.emulator.state.resources.values() if one.kind in MACHINES]
        version = awx.emulator.resource(VERSION)
        assert version["tags"]["verified_in"] == "southcentralus"
        assert version["properties"]["publishingProfile"]["excludeFromLatest"]

        awx.emulator.clear_requests()
        flow.job("Promote").ok()
        assert writes(awx.emulator) == ["PUT galleries/pics/images/web/versions/1.0.0"]
        assert not awx.emulator.resource(VERSION)["properties"]["publishingProfile"]["excludeFromLatest"]
        report = flow.job("Report").ok()
        assert report.artifacts["verify_fleet_report_all"]["counts"]["images"] == 1


# Plan, then retire


def test_a_retirement(tmp_path: Path, shipped: Listed) -> None:
    """The plan is handed on: of its images, the one that was created again since is kept."""
    (version,), names = SEED["versions"], ("web", "db")
    images = {
        **copy.deepcopy(SEED),
        **{kind: [{**SEED[kind][0], "name": name} for name in names] for kind in ("images", "definitions")},
        "versions": [
            {**version, "definition": name, "source": {"name": name, "resource_group": "rg"}} for name in names
        ],
    }
    ids = {name: IMAGE.replace("images/web", f"images/{name}") for name in names}
    with controller(tmp_path, images) as awx:
        for name, image in ids.items():
            verify(
                awx.emulator,
                datetime.datetime.now(datetime.UTC),
                image,
                VERSION.replace("images/web", f"images/{name}"),
            )
        flow = Workflow(awx, shipped, "Fleet retirement", hosts(**ids), retire_managed_image_records="job")
        refused = flow.job("Plan", retire_managed_image_records=str(tmp_path)).failed()
        assert "is not on a mount of its own" in refused.output
        plan = flow.job("Plan").ok()
        assert [one["image_id"] for one in plan.artifacts["retire_fleet_plan"]["images"]] == list(ids.values())

        create_again(awx.emulator, ids["db"])
        awx.emulator.clear_requests()
        retired = flow.job("Retire")
        assert writes(awx.emulator) == ["DELETE images/web"], retired.output
        assert retired.artifacts[f"retire_fleet_records_{retired.id}"]["records"][0]["image_id"] == IMAGE
        counts = flow.job("Report").artifacts["retire_fleet_report_all"]["counts"]
        assert (counts["images"], counts["retired"]) == (2, 1)


def create_again(emulator: Emulator, image: str) -> None:
    """Another image of the name, from another disk."""
    resource = emulator.state.resources[image.lower()]
    resource.properties["storageProfile"]["osDisk"]["managedDisk"]["id"] += "2"
