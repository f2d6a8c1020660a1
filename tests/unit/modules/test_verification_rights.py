"""The custom roles of the guides are enough to clone, verify and promote, and without one of their rights the run says which."""

from __future__ import annotations

import json
import re
import typing as t

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._modules import clone_plan

from support.collection_tree import ROOT

from .conftest import TASKS, Azure
from .test_image_verification import VARIABLES, WORLD, Role, version

# Rights that this run on the emulator does not show to be needed.
NOT_SHOWN = {
    "Microsoft.Compute/virtualMachines/instanceView/read": "the emulator has it in the right to read the machine",
    "Microsoft.Compute/virtualMachines/retrieveBootDiagnosticsData/action": "only for a machine that does not boot",
    "Microsoft.Compute/disks/write": "the emulator does not check what a machine creates",
    "Microsoft.Compute/disks/delete": "the emulator does not check what goes with a machine",
    "Microsoft.Network/networkInterfaces/delete": "the emulator does not check what goes with a machine",
    "Microsoft.Resources/subscriptions/resourceGroups/resources/read": "without it, a rebuilt image is not noticed",
}


def actions(guide: str, name: str) -> list[str]:
    """The actions of a custom role of a guide."""
    text = (ROOT / f"docs/{guide}.md").read_text(encoding="utf-8")
    roles = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]
    return list(next(role["Actions"] for role in roles if role["Name"] == name))


VERIFY = actions("verify_fleet", "Verify image versions")
CLONE = actions("retire_fleet", "Clone and verify images")


def seed(granted: list[str], **more: t.Any) -> t.Any:
    """The role is assigned at the resource group, as the guides have it."""
    role = {"client_id": "me", "resource_group": "rg", "actions": granted}
    return pytest.mark.seed(**{**WORLD, "role_assignments": [role], **more})


@seed(VERIFY, versions=[version()])
def test_the_role_to_verify_is_enough(azure: Azure) -> None:
    role = Role(azure)
    result = role.run(script="exit 0")
    assert (result["verdict"], result["failed"], result["promoted"]) == ("Passed", False, True), result["message"]
    assert (azure.warnings, role.left()) == ([], [])


@seed(VERIFY, versions=[version(boot={"outcome": "agent_never_ready", "boot_log": "Kernel panic"})])
def test_the_role_to_verify_shows_why_a_machine_did_not_boot(azure: Azure) -> None:
    role = Role(azure)
    result = role.run(script="exit 0")
    assert (result["verdict"], role.left()) == ("Failed", []), result["message"]
    assert "Kernel panic" in str(result["canaries"])


@pytest.mark.parametrize(
    "missing",
    [
        pytest.param(right, marks=seed([one for one in VERIFY if one != right], versions=[version()]))
        for right in VERIFY
        if right not in NOT_SHOWN
    ],
)
def test_a_right_that_is_missing_is_named(azure: Azure, missing: str) -> None:
    result = Role(azure).run(script="exit 0")
    assert missing in result["message"]
    assert result["failed"] or missing == "Microsoft.Compute/virtualMachines/delete"


@seed(CLONE, definitions=[], versions=[])
def test_the_role_to_clone_and_verify_is_enough(azure: Azure, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TASKS, "clone_plan", clone_plan.SPEC)
    wishes = {"definition": {"publisher": "p", "offer": "o", "sku": "s"}, "exclude_from_latest": True}
    given = {name: value for name, value in VARIABLES.items() if name.startswith("clone_")}
    variables = {**given, **{f"clone_managed_image_{name}": value for name, value in wishes.items()}}
    plan = azure.run("clone_plan", variables=variables)["plan"]
    assert plan["gallery"] is None
    for module in ("image_definition", "image_version"):
        assert azure.run(module, **plan[module.replace("image_definition", "definition")])["changed"]
    role = Role(azure)
    result = role.run(script="exit 0")
    assert (result["verdict"], result["promoted"], role.left()) == ("Passed", True, []), result["message"]
    assert set(VERIFY) < set(CLONE)
