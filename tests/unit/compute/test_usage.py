"""What counts as a use of an image, by the bodies that Azure lists, and when deleting the image would break it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._compute import usage
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._compute.usage_scan import READS

COMPUTE = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute"
IMAGE = f"{COMPUTE}/images/web"
OTHER = f"{COMPUTE}/images/db"
DEFINITION = f"{COMPUTE}/galleries/pics/images/web"
VERSION = f"{DEFINITION}/versions/1.0.0"
NEWER = f"{DEFINITION}/versions/1.1.0"


def listed(path: str, **properties: Any) -> dict[str, Any]:
    """A body as lists of a subscription show it, with the resource group in capitals."""
    rid = f"{COMPUTE.replace('/rg/', '/RG/')}/{path}"
    return {"id": rid, "name": path.rpartition("/")[2], "location": "East US 2", "properties": properties}


def machine(reference: Any, **more: Any) -> dict[str, Any]:
    disk = more.pop("os_disk", {})
    return listed("virtualMachines/vm", storageProfile={"imageReference": reference, "osDisk": disk}, **more)


def scale_set(reference: Any, capacity: int = 2, **more: Any) -> dict[str, Any]:
    model = {"storageProfile": {"imageReference": reference}}
    body = listed("virtualMachineScaleSets/set", virtualMachineProfile=model, **more)
    return {**body, "sku": {"name": "Standard_D2s_v5", "capacity": capacity}}


def instance(reference: Any) -> dict[str, Any]:
    return listed("virtualMachineScaleSets/set/virtualMachines/0", storageProfile={"imageReference": reference})


def version(source: str, state: str = "Succeeded", name: str = "1.0.0", **profile: Any) -> dict[str, Any]:
    regions = {"targetRegions": [{"name": "East US 2"}]}
    properties = {
        "provisioningState": state,
        "publishingProfile": {**regions, **profile},
        "storageProfile": {"source": {"id": source}},
    }
    return {"id": f"{DEFINITION}/versions/{name}", "name": name, "location": "eastus2", "properties": properties}


LOCAL = {"diffDiskSettings": {"option": "Local"}}
EXACT = {"id": DEFINITION, "exactVersion": "1.0.0"}
# What is asked for, what is listed, and for each use: the image, the exact version, whether it is needed.
USES: list[tuple[list[str], dict[str, Any], list[tuple[str, str | None, bool]]]] = [
    ([IMAGE], {"machines": [machine({"id": IMAGE})]}, [(IMAGE, None, False)]),
    ([IMAGE], {"machines": [machine({"id": IMAGE.upper()})]}, [(IMAGE, None, False)]),
    ([IMAGE], {"machines": [machine({"id": OTHER})]}, []),
    ([IMAGE], {"machines": [machine({"publisher": "p", "offer": "o", "sku": "s", "version": "latest"})]}, []),
    ([IMAGE], {"machines": [machine(None)]}, []),
    ([IMAGE], {"machines": [listed("virtualMachines/vm")]}, []),
    ([IMAGE], {"machines": [machine({"id": IMAGE}, os_disk=LOCAL)]}, [(IMAGE, None, True)]),
    ([IMAGE], {"machines": [machine({"id": IMAGE}, provisioningState="Creating")]}, [(IMAGE, None, True)]),
    ([IMAGE], {"machines": [machine({"id": IMAGE}, provisioningState="Updating")]}, [(IMAGE, None, False)]),
    ([IMAGE], {"machines": [machine({"id": IMAGE}, virtualMachineScaleSet={"id": "x"})]}, [(IMAGE, None, True)]),
    ([IMAGE], {"scale_sets": [scale_set({"id": IMAGE}, 0)]}, [(IMAGE, None, True)]),
    ([IMAGE], {"instances": [instance({"id": IMAGE})]}, [(IMAGE, None, True)]),
    ([IMAGE], {"instances": [instance({"id": OTHER})]}, []),
    ([IMAGE], {"versions": [version(IMAGE)]}, []),
    ([IMAGE], {"versions": [version(IMAGE, "Failed")]}, []),
    ([IMAGE], {"versions": [version(IMAGE, "Creating")]}, [(IMAGE, None, True)]),
    ([IMAGE], {"versions": [version(IMAGE, replicationMode="Shallow")]}, [(IMAGE, None, True)]),
    ([IMAGE], {"versions": [version(IMAGE, "Updating")]}, []),
    ([IMAGE], {"versions": [version(IMAGE, "Unheard of")]}, [(IMAGE, None, True)]),
    ([IMAGE], {"versions": [version(OTHER, "Creating")]}, []),
    ([DEFINITION], {"machines": [machine(EXACT)]}, [(DEFINITION, VERSION, False)]),
    ([VERSION], {"machines": [machine(EXACT)]}, [(VERSION, VERSION, False)]),
    ([NEWER], {"machines": [machine(EXACT)]}, []),
    ([DEFINITION], {"machines": [machine({"id": VERSION, "exactVersion": "1.0.0"})]}, [(DEFINITION, VERSION, False)]),
    ([DEFINITION], {"scale_sets": [scale_set({"id": VERSION})]}, [(DEFINITION, VERSION, True)]),
    ([DEFINITION, VERSION], {"instances": [instance(EXACT)]}, [(DEFINITION, VERSION, True), (VERSION, VERSION, True)]),
    # A model that names the definition uses its latest version, or any where the versions are not known.
    ([VERSION], {"scale_sets": [scale_set({"id": DEFINITION})]}, [(VERSION, None, True)]),
    (
        [VERSION, NEWER],
        {"scale_sets": [scale_set({"id": DEFINITION})], "versions": [version(IMAGE), version(IMAGE, name="1.1.0")]},
        [(NEWER, None, True)],
    ),
    (
        [VERSION, NEWER],
        {
            "scale_sets": [scale_set({"id": DEFINITION})],
            "versions": [version(IMAGE), version(IMAGE, name="1.1.0", excludeFromLatest=True)],
        },
        [(VERSION, None, True)],
    ),
    # Without images, every custom one.
    (
        [],
        {"machines": [machine(EXACT)], "scale_sets": [scale_set({"id": IMAGE})], "instances": [instance({"sku": "s"})]},
        [(DEFINITION, VERSION, False), (IMAGE, None, True)],
    ),
    (
        [],
        {"machines": [machine({"sharedGalleryImageId": "/SharedGalleries/x"})]},
        [("/SharedGalleries/x", None, False)],
    ),
]


@pytest.mark.parametrize(("images", "bodies", "expected"), USES)
def test_uses(images: list[str], bodies: dict[str, Any], expected: list[tuple[str, str | None, bool]]) -> None:
    def shown(of: dict[str, Any]) -> list[tuple[str, str | None, bool]]:
        return [(use["image_id"], use["version_id"], use["needed"]) for use in usage.of(images, **of)]

    assert shown(bodies) == expected
    kept = {key: [usage.relevant(one) for one in value] for key, value in bodies.items() if key != "versions"}
    assert shown({**bodies, **kept}) == expected, "what is kept for other tasks has all that counts"


def test_a_use_in_full() -> None:
    assert usage.of([IMAGE], scale_sets=[scale_set({"id": IMAGE})]) == [
        {
            "image_id": IMAGE,
            "version_id": None,
            "kind": "scale_set",
            "id": f"{COMPUTE.replace('/rg/', '/RG/')}/virtualMachineScaleSets/set",
            "name": "set",
            "resource_group": "RG",
            "subscription_id": "s",
            "location": "eastus2",
            "needed": True,
        }
    ]


@pytest.mark.parametrize(
    ("body", "regions", "expected"),
    [
        (scale_set({"id": IMAGE}), None, True),
        (scale_set({"id": IMAGE}), {"eastus2"}, True),
        (scale_set({"id": IMAGE}), {"westus2"}, False),
        (scale_set({"id": IMAGE}), set(), False),
        (scale_set({"id": IMAGE}, 0), None, False),
        (scale_set({"id": IMAGE}, orchestrationMode="Flexible"), None, False),
        (scale_set({"id": IMAGE}, orchestrationMode="Uniform"), None, True),
        (scale_set({"publisher": "p"}), None, False),
        (scale_set({"sharedGalleryImageId": "x"}), None, True),
        (listed("virtualMachineScaleSets/set"), None, False),
    ],
)
def test_whose_instances_are_listed(body: dict[str, Any], regions: set[str] | None, expected: bool) -> None:
    assert usage.has_instances_to_list(body, regions) is expected


@pytest.mark.parametrize(
    ("permissions", "missing"),
    [
        ([], list(READS)),
        ([{"actions": ["*"], "notActions": []}], []),
        ([{"actions": ["*/read"]}], []),
        ([{"actions": ["microsoft.compute/*/READ"], "notActions": None}], []),
        ([{"actions": ["Microsoft.Compute/virtualMachines/*"]}], list(READS[1:])),
        ([{"actions": [READS[0]]}, {"actions": list(READS[1:])}], []),
        ([{"actions": ["*"], "notActions": ["Microsoft.Compute/*/virtualMachines/*"]}], [READS[2]]),
        ([{"actions": ["*"], "notActions": ["*/read"]}, {"actions": ["*/read"]}], []),
        ([{"actions": ["Microsoft.Compute/virtualMachineScaleSets/*"]}], [READS[0]]),
        ([{"actions": ["Microsoft_Compute/virtualMachines/read"]}], list(READS)),
        ([{"dataActions": ["*"]}], list(READS)),
    ],
)
def test_missing_actions(permissions: list[dict[str, Any]], missing: list[str]) -> None:
    assert usage.missing_actions(permissions, READS) == missing
