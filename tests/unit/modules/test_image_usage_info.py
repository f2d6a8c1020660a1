"""image_usage_info on the emulator: uses of every kind, rights that are too small, and how many requests it needs."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.run_cache import RunCache

from .conftest import SUBSCRIPTION, Azure
from .scale_set_world import COMPUTE, DEFINITION, HERE, IMAGE, OTHER, SECOND, VERSION, scale_set, version, world

MACHINES = [
    {"name": "plain", **HERE, "image": IMAGE},
    {"name": "local", **HERE, "image": IMAGE, "ephemeral": True},
    {"name": "young", **HERE, "image": IMAGE, "state": "Creating", "seconds": 600},
    {"name": "other", **HERE, "image": OTHER},
    {"name": "cloned", **HERE, "image": DEFINITION, "exact_version": "1.0.0"},
]
SETS = [
    scale_set(),
    scale_set("moved", VERSION, instances=[{"id": "0", "image": IMAGE}, {"id": "1"}]),
    scale_set("flexible", OTHER, mode="Flexible", capacity=1),
    scale_set("empty", OTHER, capacity=0),
    {**scale_set("far", OTHER), "location": "westus2"},
]
BUSY = version("1.1.0", state="Creating", tags={})


def uses(result: dict[str, Any]) -> list[tuple[str, str, bool]]:
    assert not result.get("failed"), result
    return [(use["kind"], use["name"], use["needed"]) for use in result["uses"]]


@pytest.mark.seed(**world(machines=MACHINES, scale_sets=SETS, versions=[version(), BUSY]))
def test_every_kind_of_use(azure: Azure) -> None:
    result = azure.run("image_usage_info", images=[IMAGE])
    assert uses(result) == [
        ("image_version", "1.1.0", True),
        ("scale_set", "set", True),
        ("scale_set_instance", "moved_0", True),
        ("scale_set_instance", "set_0", True),
        ("scale_set_instance", "set_1", True),
        ("virtual_machine", "local", True),
        ("virtual_machine", "plain", False),
        ("virtual_machine", "young", True),
    ]
    assert result["scanned"] == [SUBSCRIPTION]
    assert [one["kind"] for one in result["not_scanned"]] == ["batch_pool", "template", "pipeline"]
    assert {use["location"] for use in result["uses"]} == {"southcentralus"}
    instances = [path for _method, path in azure.requests if path.endswith("/virtualMachines") and "ScaleSets" in path]
    assert sorted(path.split("/")[1].lower() for path in instances) == ["moved", "set"]
    found = azure.run("image_usage_info", images=[VERSION, OTHER])
    assert [(use["kind"], use["name"], use["version_id"]) for use in found["uses"] if use["image_id"] == VERSION] == [
        ("scale_set", "moved", VERSION),
        ("scale_set_instance", "moved_1", VERSION),
        ("virtual_machine", "cloned", VERSION),
    ]
    assert ("virtual_machine", "flexible_00000000", True) in uses(found)
    assert len(azure.run("image_usage_info")["uses"]) == 18
    assert len(azure.run("image_usage_info", images=None)["uses"]) == 18


@pytest.mark.seed(**world(subscriptions=[SUBSCRIPTION, SECOND]))
def test_subscriptions_whose_new_versions_were_not_listed(azure: Azure) -> None:
    """Two lists suffice for two subscriptions, if no subscription has to be found."""
    found = [azure.run("image_usage_info", images=[IMAGE])]
    found.append(
        azure.run("image_usage_info", images=[IMAGE, IMAGE.replace(SUBSCRIPTION, SECOND)], subscriptions=[SECOND])
    )
    unlisted = [[one["subscription_id"] for one in each["not_scanned"] if one["subscription_id"]] for each in found]
    assert unlisted == [[SECOND], []]
    assert azure.warnings == []


SUBSCRIPTIONS = {"subscriptions": [SUBSCRIPTION, SECOND]}


def role(*actions: str, **scope: str) -> dict[str, Any]:
    return {"client_id": "me", "role": "Custom", "actions": list(actions), **scope}


READER = role("*/read")
GROUP = {"resource_group": "rg"}
SCALE_SETS = "Microsoft.Compute/virtualMachineScaleSets"
NO_INSTANCES = role("Microsoft.Compute/virtualMachines/read", f"{SCALE_SETS}/read")


@pytest.mark.parametrize(
    ("roles", "missing"),
    [
        pytest.param(roles, missing, marks=pytest.mark.seed(**world(machines=MACHINES, role_assignments=roles)))
        for roles, missing in (
            ([READER], []),
            ([role("*/read", **GROUP)], ["virtualMachines", SCALE_SETS, f"{SCALE_SETS}/virtualMachines"]),
            ([NO_INSTANCES], [f"{SCALE_SETS}/virtualMachines"]),
        )
    ],
    ids=["reader", "of a group", "not of instances"],
)
def test_a_short_list_without_an_error_is_not_believed(
    azure: Azure, roles: list[dict[str, Any]], missing: list[str]
) -> None:
    result = azure.run("image_usage_info", images=[IMAGE])
    assert result["scanned"] == ([] if missing else [SUBSCRIPTION])
    unknown = [one for one in result["not_scanned"] if one["kind"] == "subscription"]
    prefix = "Microsoft.Compute/"
    assert [[f"{prefix}{name.removeprefix(prefix)}/read" for name in missing]] * bool(missing) == [
        one["missing"] for one in unknown
    ]
    assert len(azure.warnings) == len(unknown)
    assert bool(result["uses"]) != bool(missing)


def test_a_subscription_that_does_not_exist(azure: Azure) -> None:
    result = azure.run("image_usage_info", images=[IMAGE], subscriptions=[SUBSCRIPTION, SECOND])
    assert result["scanned"] == [SUBSCRIPTION]
    assert result["not_scanned"][0]["subscription_id"] == SECOND
    assert "SubscriptionNotFound" in result["not_scanned"][0]["reason"]


def test_what_is_no_id_is_refused_before_any_request(azure: Azure) -> None:
    azure.refused("image_usage_info", "images: 'web' is not the id of", images=["web"])
    azure.refused("image_usage_info", "subscriptions: 'main'", subscriptions=["main"])
    assert azure.requests == []


@pytest.mark.seed(**world(machines=MACHINES, scale_sets=SETS))
def test_a_run_shares_the_lists(azure: Azure) -> None:
    memory = RunCache(azure.clock.monotonic)
    first = azure.run("image_usage_info", images=[IMAGE], memory=memory)
    again = azure.run("image_usage_info", images=[IMAGE], memory=memory)
    assert again["uses"] == first["uses"]
    assert azure.requests == []
    azure.run("image_usage_info", images=[OTHER], memory=memory)
    assert azure.requests == [], "whatever the images"


@pytest.mark.seed(**world())
def test_a_fault_is_no_short_list(azure: Azure) -> None:
    azure.emulator.order_fault(kind="scale_set", method="GET", times=99, do={"status": 500})
    result = azure.run("image_usage_info", images=[IMAGE])
    assert (result["uses"], result["scanned"]) == ([], [])
    assert "HTTP 500" in result["not_scanned"][0]["reason"]
    assert COMPUTE.partition("/resourceGroups")[0] in result["not_scanned"][0]["reason"]
