"""docs/verify_fleet.md, "A machine and a scale set of your own": its tasks as they stand, with azure.azcollection's modules."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from interop.az import COMPUTE, IN_GROUP
from interop.modules import Modules

from support.collection_tree import ROOT

pytestmark = pytest.mark.client("azcollection")
DEFINITION = f"{COMPUTE}/galleries/myGallery/images/myImage"
VERSION = f"{DEFINITION}/versions/1.0.0"
PLAN = {"name": "myPlan", "product": "myOffer", "publisher": "myPublisher"}
TRUSTED = {"securityType": "TrustedLaunch", "uefiSettings": {"secureBootEnabled": True, "vTpmEnabled": True}}
VARIABLES = {"verify_image_version_result": {"version_id": VERSION, "definition_id": DEFINITION}}
SEED: dict[str, Any] = {
    "resource_groups": [{"name": "myResourceGroup", "location": "southcentralus"}],
    "virtual_networks": [{"name": "myNetwork", "subnets": ["mySubnet"], **IN_GROUP}],
    "galleries": [{"name": "myGallery", **IN_GROUP}],
    "definitions": [
        {
            "name": "myImage",
            "gallery": "myGallery",
            "hyper_v_generation": "V2",
            "features": [{"name": "SecurityType", "value": "TrustedLaunchSupported"}],
            "purchase_plan": PLAN,
            **IN_GROUP,
        }
    ],
    "versions": [{"name": "1.0.0", "gallery": "myGallery", "definition": "myImage", **IN_GROUP}],
}
WITHOUT_PLAN = {**SEED, "definitions": [{**SEED["definitions"][0]}]}
del WITHOUT_PLAN["definitions"][0]["purchase_plan"]


def tasks() -> list[dict[str, Any]]:
    """Those of that part of the guide."""
    guide = (ROOT / "docs/verify_fleet.md").read_text(encoding="utf-8")
    part = guide.partition("## A machine and a scale set of your own\n")[2].partition("\n## ")[0]
    found = [task for block in re.findall(r"```yaml\n(.*?)```", part, re.DOTALL) for task in yaml.safe_load(block)]
    assert len(found) == 2
    return found


def without_options(task: dict[str, Any], *names: str) -> dict[str, Any]:
    """The task without what its comments say is for some images only."""
    return {
        key: {name: value for name, value in options.items() if name not in names} if "." in key else options
        for key, options in task.items()
    }


@pytest.mark.emulator(seed=SEED, machine_seconds=1)
def test_a_purchase_plan(modules: Modules, emulator: Any) -> None:
    machine, scale_set = tasks()
    modules.guide([machine], VARIABLES)
    made = emulator.resource(f"{COMPUTE}/virtualMachines/myMachine")
    assert (made["provisioning_state"], made["plan"]) == ("Succeeded", PLAN)
    # Given a plan, the module for scale sets first accepts its terms, which the emulator does not have.
    (result,) = modules.guide([{**scale_set, "ignore_errors": True}], VARIABLES)
    assert "Error accepting terms" in result["msg"]
    assert "Microsoft.MarketplaceOrdering" in result["msg"]


@pytest.mark.emulator(seed=WITHOUT_PLAN, machine_seconds=1)
def test_trusted_launch(modules: Modules, emulator: Any) -> None:
    machine, scale_set = (without_options(task, "plan") for task in tasks())
    results = modules.guide([machine, scale_set, machine, scale_set], VARIABLES)
    assert [result.changed for result in results] == [True, True, False, False]
    made = emulator.resource(f"{COMPUTE}/virtualMachines/myMachine")
    assert made["provisioning_state"] == "Succeeded"
    assert made["properties"]["storageProfile"]["imageReference"]["id"] == VERSION
    assert made["properties"]["securityProfile"] == TRUSTED
    made = emulator.resource(f"{COMPUTE}/virtualMachineScaleSets/myScaleSet")
    profile = made["properties"]["virtualMachineProfile"]
    assert (made["provisioning_state"], made["sku"]["capacity"]) == ("Succeeded", 2)
    assert profile["storageProfile"]["imageReference"]["id"] == DEFINITION
    assert profile["securityProfile"] == TRUSTED
