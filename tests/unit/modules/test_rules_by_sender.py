"""Every rule over bodies, times everything that sends a body: refused before any write, and check mode says the same.

Azure (the emulator) refuses the same bodies, or the rule would protect from nothing.
"""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._modules import clone_plan
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.body_checks import RULES
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._run import ensure
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._versions import decide

from arm_emulator import Emulator

from .conftest import DEFINITION, GROUP, IDENTITY, SEED, SUBSCRIPTION, TASKS, VERSION, Azure, Clock

SENDERS = ("gallery create", "gallery update", "definition create", "definition update", "planned definition")
SENDERS += ("version create", "version update", "version recreate", "version retry", "planned version")
VERSIONS = tuple(sender for sender in SENDERS if "version" in sender)
DEFINITIONS = tuple(sender for sender in SENDERS if "definition" in sender)
NEW_VERSIONS = ("version create", "version recreate", "planned version")
SETS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/diskEncryptionSets"
SET = {"os_disk": {"disk_encryption_set_id": f"{SETS}/a"}}
ARM_SET = {"osDiskImage": {"diskEncryptionSetId": f"{SETS}/a"}}
PAST = "2026-04-22T00:00:00+00:00"
FIFTY = {f"t{number}": "v" for number in range(50)}
OWN = {"name": "southcentralus", "encryption": SET}
Case = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Row:
    """What breaks a rule: options of the task, and the seed of what exists (`stored`) and of its definition (`parent`)."""

    rule: str
    senders: tuple[str, ...]
    options: Case
    word: str
    stored: Case = dataclasses.field(default_factory=dict)
    parent: Case = dataclasses.field(default_factory=dict)


ROWS = [
    Row("tag count", SENDERS, {"tags": {f"n{number}": "v" for number in range(51)}}, "Azure allows 50"),
    Row("tag count", SENDERS, {"tags": {"one": "more"}}, "Azure allows 50", {"tags": FIFTY}),
    Row("tag count", ("version create", "planned version"), {"tags": FIFTY}, "source_fingerprint set by"),
    Row("tag names", SENDERS, {"tags": {"cost/center": "7"}}, "'/'"),
    Row("tag names", SENDERS, {"tags": {"a\x07b": "7"}}, "control characters"),
    Row("end of life", (*VERSIONS, *DEFINITIONS), {"end_of_life_date": "2020-01-01"}, "in the past"),
    Row("end of life", ("version recreate",), {}, "in the past", {"end_of_life_date": PAST}),
    Row("source region", NEW_VERSIONS, {"location": "westus"}, "not the region of the source"),
    *(
        Row("source properties", NEW_VERSIONS, {}, word, {}, parent)
        for parent, word in (
            ({"os_type": "Windows"}, "OS type"),
            ({"hyper_v_generation": "V2"}, "Hyper-V generation"),
            ({"os_state": "Specialized"}, "OS state"),
            ({"architecture": "Arm64"}, "architecture"),
        )
    ),
    *(
        Row("security type", NEW_VERSIONS, {}, value, {}, {"features": [{"name": "SecurityType", "value": value}]})
        for value in ("ConfidentialVM", "TrustedLaunch")
    ),
    Row(
        "shallow",
        NEW_VERSIONS,
        {"replication_mode": "Shallow", "target_regions": ["southcentralus", "westus"]},
        "westus",
    ),
    Row("shallow", NEW_VERSIONS, {"replication_mode": "Shallow", "replica_count": 2}, "a Shallow version has"),
    Row("shallow", NEW_VERSIONS, {"replication_mode": "Shallow", "target_regions": [OWN]}, "disk encryption set"),
    Row("shallow", ("version update",), {"target_regions": ["westus"]}, "westus", {"replication_mode": "Shallow"}),
    Row(
        "shallow",
        ("version update",),
        {"target_regions": ["southcentralus=2"]},
        "replica",
        {"replication_mode": "Shallow"},
    ),
    Row("encryption", NEW_VERSIONS, {"target_regions": [OWN, "westus"]}, "westus. With one: southcentralus"),
    Row(
        "encryption",
        ("version update", "version retry"),
        {"target_regions": ["westus"]},
        "Without one: westus",
        {"encryption": ARM_SET},
    ),
    Row(
        "encryption", ("version update",), {"target_regions": [{"name": "westus", "encryption": SET}]}, "Without one: "
    ),
    Row("purchase plan", DEFINITIONS, {"purchase_plan": {"name": "a", "publisher": "b"}}, "product is missing"),
    Row("recommended ranges", DEFINITIONS, {"recommended_vcpus": {"min": 4, "max": 2}}, "min is 4"),
]


def possible(row: Row, sender: str) -> bool:
    """Whether there is such a cell: a create stores nothing before, a purchase plan is immutable, a plan has no location."""
    if row.stored and (sender.endswith("create") or (sender.startswith("planned") and sender != "version recreate")):
        return False
    if sender == "planned version":  # the definition is compared with the image before
        return "location" not in row.options and not {"os_type", "hyper_v_generation"} & set(row.parent)
    return (row.rule, sender) != ("purchase plan", "definition update")


CELLS = [
    pytest.param(row, sender, id=f"{row.rule}-{sender}-{number}")
    for number, row in enumerate(ROWS)
    for sender in row.senders
    if possible(row, sender)
]
# Azure's own answer once for each rule and sender that writes.
SENT = list({(cell.values[0].rule, cell.values[1]): cell for cell in CELLS if "planned" not in cell.values[1]}.values())


def seed(row: Row, sender: str) -> Case:
    """A gallery, a definition and, where the sender changes one, a version, with what the row says of them."""
    of_gallery = row.stored if sender == "gallery update" else {}
    of_definition = row.stored if sender == "definition update" else row.parent
    place = {"gallery": "pics", "resource_group": "rg"}
    found = {
        **SEED,
        "galleries": [{"name": "pics", "resource_group": "rg", **of_gallery}],
        "definitions": [{**place, "name": "web", **IDENTITY, **of_definition}],
    }
    if sender in STATES:
        found["versions"] = [{**place, "name": "1.0.0", "definition": "web", **version(row, sender)}]
    return found


# State of the version, and of the replication to its own region and another.
STATES = {
    "version update": ("Succeeded", "Completed", "Completed"),
    "version recreate": ("Failed", "Failed", "Failed"),
    "version retry": ("Failed", "Completed", "Failed"),
}


def version(row: Row, sender: str) -> Case:
    state, own, other = STATES[sender]
    more = dict(row.stored)
    encryption = {"encryption": more.pop("encryption")} if "encryption" in more else {}
    regions = [{"name": "southcentralus", "state": own, **encryption}]
    if more.get("replication_mode") != "Shallow":
        regions.append({"name": "eastus2", "state": other, **encryption})
    return {"state": state, "target_regions": regions, "source": {"name": "web", "resource_group": "rg"}, **more}


def task_of(row: Row, sender: str) -> tuple[str, Case]:
    """The task that sends, and its options."""
    what, _blank, how = sender.partition(" ")
    if what == "gallery":
        return "gallery", {**GROUP, "name": "pics" if how == "update" else "new", **row.options}
    if what == "definition":
        new = {"name": "new", **IDENTITY, "sku": "new", "source": "web"} if how == "create" else {}
        return "image_definition", {**DEFINITION, **new, **row.options}
    if what == "version":
        on_failed = {"recreate": "recreate", "retry": "retry_regions"}.get(how, "fail")
        return "image_version", {**VERSION, "on_failed": on_failed, **row.options}
    variables = {"gallery": {"resource_group": "rg", "name": "pics"}, "source": "web", "version": "1.0.0"}
    if how == "definition":
        variables["definition"] = {"name": "new", **IDENTITY, "sku": "new", **row.options}
    else:
        variables |= {"definition": {"name": "web"}, **row.options}
    return "clone_plan", {"variables": {f"clone_managed_image_{name}": value for name, value in variables.items()}}


@pytest.fixture
def cell(monkeypatch, row, sender):
    """An emulator as the cell wants it."""
    clock = Clock()
    monkeypatch.setitem(TASKS, "clone_plan", clone_plan.SPEC)
    with Emulator(seed(row, sender), replication_seconds=5, operation_seconds=0.1, clock=clock.shared) as emulator:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(emulator.ca_file))
        yield Azure(emulator, clock)


@pytest.mark.parametrize(("row", "sender"), CELLS)
def test_a_rule_holds_for_everything_that_sends(cell, row, sender):
    name, options = task_of(row, sender)
    if name == "clone_plan":
        cell.fails(name, row.word, **options)
        assert cell.writes == []
    else:
        cell.refused(name, row.word, **options)


@pytest.mark.parametrize(("row", "sender"), SENT)
def test_azure_refuses_it_too(cell, monkeypatch, row, sender):
    """Without the checks the write is sent, and Azure refuses it or fails."""
    for module in (ensure, decide):
        monkeypatch.setattr(module, "check_body", lambda out: [])
    name, options = task_of(row, sender)
    result = cell.run(name, **options)
    assert result["failed"], result
    assert cell.writes


def test_every_rule_that_refuses_is_tried_with_every_kind_it_is_for():
    tried = {(one.values[0].rule, one.values[1]) for one in CELLS}
    for rule in (rule for rule in RULES if rule.refuses):
        for kind in set(rule.kinds) - {"managed_image"}:  # only a restore sends one (test_managed_image.py)
            word = kind.removeprefix("image_")
            assert any(name == rule.name and word in sender for name, sender in tried), (rule.name, kind)
