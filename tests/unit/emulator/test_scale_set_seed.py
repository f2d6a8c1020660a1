"""Scale sets of a seed, entries that stand for many, and lists of thousands."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from arm_emulator.seed import SeedError

from .conftest import COMPUTE, Azure
from .machine_requests import IMAGE, definition, seed, version
from .scale_set_requests import API, EMPTY_DISK, SET, created, done, images, repoint, with_versions

Make = Callable[..., Azure]
ENTRY: dict[str, Any] = {"name": "set", "resource_group": "rg", "image": IMAGE}


def _shape(value: Any) -> Any:
    """A body without the values that differ between two scale sets."""
    own = ("timeCreated", "uniqueId", "name", "id", "adminUsername", "linuxConfiguration", "ipConfigurations")
    return {k: _shape(v) for k, v in value.items() if k not in own} if isinstance(value, dict) else value


@pytest.mark.parametrize("mode", ["Uniform", "Flexible"])
def test_a_planted_set_is_like_a_created_one(mode: str, make_azure: Make) -> None:
    disk = {**EMPTY_DISK, "caching": "None", "managedDisk": {"storageAccountType": "Premium_LRS"}}
    storage = {"osDisk": {"createOption": "FromImage"}, "imageReference": {"id": IMAGE}, "dataDisks": [disk]}
    made = make_azure(seed())
    created(made, orchestrationMode=mode, profile={"storageProfile": storage})
    planted = make_azure(
        seed(scale_sets=[{**ENTRY, "mode": mode, "capacity": 2, "data_disks": [{"lun": 5, "size_gb": 4}]}])
    )
    one, other = made.get(SET, API), planted.get(SET, API)
    for found in (one, other):
        found["properties"]["virtualMachineProfile"].pop("networkProfile")
    assert _shape(other) == _shape(one)
    assert list(other["properties"]) == list(one["properties"])


def test_instances_of_a_planted_set(make_azure: Make) -> None:
    instances = [
        {"id": 3},
        {"image": version("plain"), "id": "5"},
        {"latest_model": False, "power": "stopped", "id": 6},
    ]
    azure = make_azure(seed(scale_sets=[{**ENTRY, "instances": instances}]))
    assert images(azure) == [("3", IMAGE, True), ("5", version("plain"), False), ("6", IMAGE, False)]
    assert azure.get(SET, API)["sku"]["capacity"] == 3
    done(azure, azure.call("POST", f"{SET}/manualupgrade", {"instanceIds": ["5", "6"]}, API))
    assert images(azure) == [(name, IMAGE, True) for name in "356"]


def test_a_planted_set_is_updated(make_azure: Make) -> None:
    azure = make_azure(seed(scale_sets=[{**ENTRY, "os_disk_gb": 64, "etag": 7, "upgrade_policy": "Automatic"}]))
    assert azure.get(SET, API)["etag"] == '"7"'
    done(azure, repoint(azure, version("plain"), if_match='"7"'))
    assert images(azure) == [("0", version("plain"), True)]


def test_a_planted_definition_selects_the_latest_version(make_azure: Make) -> None:
    azure = make_azure(with_versions("1.1.0", scale_sets=[{**ENTRY, "image": definition("plain")}]))
    (one,) = azure.get(f"{SET}/virtualMachines", API)["value"]
    assert one["properties"]["storageProfile"]["imageReference"]["exactVersion"] == "1.1.0"


def test_machines_of_a_planted_flexible_set(make_azure: Make) -> None:
    instances = [{}, {"image": version("plain"), "state": "Creating", "seconds": 9}]
    azure = make_azure(seed(scale_sets=[{**ENTRY, "mode": "Flexible", "instances": instances}]))
    one, other = azure.get(f"{COMPUTE}/virtualMachines", API)["value"]
    assert (one["name"], other["properties"]["provisioningState"]) == ("set_00000000", "Creating")
    assert one["properties"]["virtualMachineScaleSet"] == {"id": SET}
    assert other["properties"]["storageProfile"]["imageReference"]["id"] == version("plain")
    azure.clock.advance(10)
    assert azure.get(other["id"], API)["properties"]["provisioningState"] == "Succeeded"


def test_a_set_without_an_image(make_azure: Make) -> None:
    azure = make_azure(seed(scale_sets=[{"name": "set", "resource_group": "rg", "mode": "Flexible", "capacity": 0}]))
    assert "virtualMachineProfile" not in azure.get(SET, API)["properties"]


def test_a_set_being_created_protects_its_image(make_azure: Make) -> None:
    busy = {**ENTRY, "state": "Creating", "seconds": 50, "instances": [{"state": "Creating"}]}
    azure = make_azure(seed(scale_sets=[busy]))
    assert azure.error(azure.call("DELETE", IMAGE, version=API)) == (409, "OperationNotAllowed")
    azure.clock.advance(51)
    (one,) = azure.get(f"{SET}/virtualMachines", API)["value"]
    assert one["properties"]["provisioningState"] == "Succeeded"
    assert azure.call("DELETE", IMAGE, version=API).status == 202


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "mode": ({"mode": "Loose"}, "seed.scale_sets[0].mode: must be one of Uniform, Flexible"),
    "policy": ({"upgrade_policy": "x"}, "seed.scale_sets[0].upgrade_policy: must be one of Manual, Automatic, Rolling"),
    "image": ({"image": "x"}, "seed.scale_sets[0].image: must be the id of"),
    "instance": ({"instances": [{"size": 1}]}, "seed.scale_sets[0].instances[0]: unknown key 'size'"),
    "count": ({"count": "many"}, "seed.scale_sets[0].count: must be a number"),
}


@pytest.mark.parametrize("name", WRONG)
def test_mistakes(name: str, make_azure: Make) -> None:
    wrong, expected = WRONG[name]
    with pytest.raises(SeedError) as caught:
        make_azure(seed(scale_sets=[{**ENTRY, **wrong}]))
    assert expected in str(caught.value)


def test_an_entry_with_count_stands_for_many(make_azure: Make) -> None:
    azure = make_azure(
        seed(machines=[{"name": "vm{n}", "count": 3, "resource_group": "rg", "tags": {"number": "{n}"}}])
    )
    listed = azure.get(f"{COMPUTE}/virtualMachines", API)["value"]
    assert [(one["name"], one["tags"]["number"]) for one in listed] == [("vm0", "0"), ("vm1", "1"), ("vm2", "2")]


def test_a_large_seed_is_planted_and_listed_quickly(make_azure: Make) -> None:
    many = {"name": "vm{n}", "count": 2000, "resource_group": "rg", "image": IMAGE}
    sets = {**ENTRY, "name": "set{n}", "count": 200, "capacity": 5}
    started = time.process_time()
    azure = make_azure(seed(machines=[many], scale_sets=[sets], page_size=500))
    path = f"{COMPUTE.partition('/resourceGroups')[0]}/providers/Microsoft.Compute/virtualMachines"
    found, pages = 0, 0
    while path:
        page = azure.get(path, API)
        found, pages = found + len(page["value"]), pages + 1
        path = page.get("nextLink", "").removeprefix("https://127.0.0.1:1")
    assert (found, pages) == (2000, 4)
    assert time.process_time() - started < 20  # 1 s, on a machine that does nothing else
