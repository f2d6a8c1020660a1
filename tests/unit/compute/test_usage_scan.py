"""Which lists a scan reads, and when a subscription counts as scanned."""

from __future__ import annotations

import types
from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.run_cache import RunCache
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._compute import usage_scan
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import (
    Denied,
    NotFound,
    SignInFailed,
    Unavailable,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.resource_id import ResourceId

from .test_usage import machine, scale_set, version

OWN, SECOND = "00000000-0000-0000-0000-000000000000", "aaaaaaaa-0000-0000-0000-000000000000"
SHORT = {OWN: "own", SECOND: "second"}
IMAGE = f"/subscriptions/{OWN}/resourceGroups/rg/providers/Microsoft.Compute/images/web"
GALLERIES = f"/subscriptions/{OWN}/resourceGroups/rg/providers/Microsoft.Compute/galleries"
DEFINITION = f"{GALLERIES}/pics/images/web"
EVERYTHING = [{"actions": ["*/read"]}]


class Arm:
    """Lists as they are given; `asked` are the requests. An exception is raised instead of a list."""

    identity = "me"
    subscription_id = OWN

    def __init__(self, **lists: Any) -> None:
        self.lists = lists
        self.asked: list[str] = []

    def _answer(self, what: str, default: Any) -> Any:
        self.asked.append(what)
        found = self.lists.get(what, default)
        if isinstance(found, Exception):
            raise found
        return found

    def subscriptions(self) -> Any:
        return self._answer("subscriptions", [OWN])

    def permissions(self, scope: ResourceId) -> Any:
        return self._answer(f"permissions {SHORT[scope.name]}", EVERYTHING)

    def resources(self, parent: ResourceId, _types: Any) -> Any:
        return self._answer(f"resources {SHORT[parent.name]}", [])

    def shared_list(self, parent: ResourceId, kind: str, keep: Any = None) -> Any:
        found = self._answer(f"{kind} {SHORT.get(parent.name, parent.name)}", [])
        return [keep(body) for body in found] if keep else found


def scan(arm: Arm, *images: str, **options: Any) -> usage_scan.Scan:
    ctx: Any = types.SimpleNamespace(arm=arm, cache=RunCache())
    return usage_scan.scan(ctx, images, **options)


def in_subscription(body: dict[str, Any], name: str = "set", location: str = "eastus2") -> dict[str, Any]:
    rid = f"/subscriptions/{OWN}/resourceGroups/RG/providers/Microsoft.Compute/virtualMachineScaleSets/{name}"
    return {**body, "id": rid, "name": name, "location": location}


SETS = [
    in_subscription(scale_set({"id": IMAGE}), "here"),
    in_subscription(scale_set({"id": f"{IMAGE}-2"}), "moved"),
    in_subscription(scale_set({"id": f"{IMAGE}-3"}), "elsewhere", "westus2"),
    in_subscription(scale_set({"publisher": "p"}), "platform"),
]


def test_the_lists_of_a_lookup() -> None:
    arm = Arm(**{"scale_set own": SETS})
    result = scan(arm, IMAGE)
    assert [(use["kind"], use["name"], use["needed"]) for use in result.uses] == [("scale_set", "here", True)]
    lists = ["permissions own", "virtual_machine own", "scale_set own", "resources own"]
    instances = ["scale_set_instance here", "scale_set_instance moved"]
    assert arm.asked == ["subscriptions", *lists, *instances], "not of other regions, nor of a platform image"
    assert (result.scanned, result.unknown) == ([OWN], [])
    assert [one["kind"] for one in result.not_scanned] == ["batch_pool", "template", "pipeline"]


def test_the_number_of_images_changes_nothing() -> None:
    arm = Arm(**{"scale_set own": SETS})
    scan(arm, *(f"{IMAGE}{number}" for number in range(500)))
    assert len(arm.asked) == 5 + 3, "the regions of these images are not known, so all instances are listed"
    arm = Arm(**{"resources own": [{"id": f"{IMAGE}{n}", "location": "East US 2"} for n in range(500)]})
    arm.lists["scale_set own"] = SETS
    scan(arm, *(f"{IMAGE}{number}" for number in range(500)))
    assert len(arm.asked) == 5 + 2


def test_no_more_than_two_other_lists() -> None:
    images = [IMAGE, IMAGE.replace(OWN, SECOND), DEFINITION, f"{DEFINITION}2"]
    arm = Arm()
    scan(arm, *images)
    others = [one for one in arm.asked if one.split()[0] not in ("permissions", "virtual_machine", "scale_set")]
    assert len(others) == 2
    arm = Arm()
    scan(arm, *images, subscriptions=[OWN])
    others = [one for one in arm.asked if one.split()[0] not in ("permissions", "virtual_machine", "scale_set")]
    assert others == ["image_version web", "image_version web2"]


def test_every_image_of_every_region() -> None:
    arm = Arm(**{"scale_set own": SETS})
    assert len(scan(arm).uses) == 3
    assert [one for one in arm.asked if one.startswith("scale_set_instance")] == [
        f"scale_set_instance {name}" for name in ("here", "moved", "elsewhere")
    ]


def test_regions_that_the_caller_knows() -> None:
    arm = Arm(**{"scale_set own": SETS})
    scan(arm, IMAGE, regions={"westus2"})
    assert [one for one in arm.asked if one.startswith("scale_set_instance")] == ["scale_set_instance elsewhere"]


def test_versions_being_created() -> None:
    busy = version(IMAGE, "Creating")
    listed = {"id": f"{DEFINITION}/versions/1.0.0", "location": "eastus2", "provisioningState": "Creating"}
    arm = Arm(**{"resources own": [listed], "image_version web": [busy]})
    assert [(use["kind"], use["needed"]) for use in scan(arm, IMAGE).uses] == [("image_version", True)]
    known = scan(Arm(), IMAGE, versions=[busy])
    assert [use["kind"] for use in known.uses] == ["image_version"], "the caller may know it"


def test_the_regions_of_a_definition_are_its_target_regions() -> None:
    arm = Arm(**{"scale_set own": SETS, "image_version web": [version(IMAGE)]})
    arm.lists["image_version web"][0]["id"] = f"{DEFINITION}/versions/1.0.0"
    scan(arm, DEFINITION)
    assert [one for one in arm.asked if one.startswith("scale_set_instance")] == [
        "scale_set_instance here",
        "scale_set_instance moved",
    ]


PARTIAL: dict[str, Any] = {
    "no role at the subscription": {"permissions second": []},
    "no right to read instances": {
        "permissions second": [
            {"actions": ["*/read"], "notActions": ["Microsoft.Compute/virtualMachineScaleSets/virtualMachines/read"]}
        ]
    },
    "permissions denied": {"permissions second": Denied("Could not read the permissions (AuthorizationFailed)")},
    "an unknown subscription": {"permissions second": NotFound("no such subscription", code="SubscriptionNotFound")},
    "no list of machines": {"virtual_machine second": Unavailable("Could not list the virtual machines (HTTP 500)")},
    "no list of scale sets": {"scale_set second": Unavailable("Azure's list has no end")},
}


@pytest.mark.parametrize("lists", PARTIAL.values(), ids=PARTIAL)
def test_a_subscription_that_is_not_scanned(lists: dict[str, Any]) -> None:
    arm = Arm(subscriptions=[OWN, SECOND], **lists)
    arm.lists["virtual_machine own"] = [machine({"id": IMAGE})]
    result = scan(arm, IMAGE)
    assert (result.scanned, [one["subscription_id"] for one in result.unknown]) == ([OWN], [SECOND])
    (unknown,) = result.unknown
    assert unknown["reason"]
    assert bool(unknown["missing"]) == isinstance(lists.get("permissions second"), list), "actions that are missing"
    assert [use["kind"] for use in result.uses] == ["virtual_machine"], "what was found stays"


def test_instances_that_cannot_be_listed() -> None:
    arm = Arm(**{"scale_set own": SETS[:1], "scale_set_instance here": Denied("no")})
    result = scan(arm, IMAGE)
    assert (result.scanned, len(result.unknown), len(result.uses)) == ([], 1, 1)
    gone = NotFound("no", code="ResourceNotFound")
    arm = Arm(**{"scale_set own": SETS[:1], "scale_set_instance here": gone})
    assert scan(arm, IMAGE).scanned == [OWN], "it was deleted since"


def test_the_subscriptions_of_credentials_and_images_count_always() -> None:
    arm = Arm(subscriptions=[])
    assert scan(arm, IMAGE.replace(OWN, SECOND)).scanned == [OWN, SECOND]
    assert scan(Arm(), IMAGE, subscriptions=[SECOND, SECOND.upper()]).scanned == [SECOND]


def test_a_sign_in_that_fails_is_an_error() -> None:
    with pytest.raises(SignInFailed):
        scan(Arm(**{"permissions own": SignInFailed("no")}), IMAGE)
