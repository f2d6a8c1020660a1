"""The verification of a version on the emulator, under one clock: verdicts, refusals, promotion, and what is written."""

from __future__ import annotations

import copy
import datetime
import functools
import json
import typing as t

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.run_cache import RunCache
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._modules.image_verification import ATTEMPTS

from support.verification_steps import verify

from .conftest import SUBSCRIPTION, Azure

RG = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
WEB = f"{RG}/providers/Microsoft.Compute/galleries/pics/images/web/versions/"
NETWORKS = f"{RG}/providers/Microsoft.Network/virtualNetworks"
SUBNET = f"{NETWORKS}/vnet/subnets/subnet"
FAR = f"{NETWORKS}/far/subnets/subnet"
HERE = {"resource_group": "rg", "location": "southcentralus"}
BOTH = ["southcentralus", "westus2"]


def version(name: str = "1.0.0", exclude: bool = True, regions: t.Any = None, **more: t.Any) -> dict[str, t.Any]:
    place = {"gallery": "pics", "definition": "web", "name": name, **HERE}
    source = {"source": {"name": "web", "resource_group": "rg"}, "exclude_from_latest": exclude}
    return {**place, **source, "target_regions": copy.deepcopy(BOTH if regions is None else regions), **more}


WORLD: dict[str, t.Any] = {
    "machine_seconds": 27,
    "virtual_networks": [
        {"name": "vnet", **HERE, "subnets": ["subnet"]},
        {"name": "far", "resource_group": "rg", "location": "westus2", "subnets": ["subnet"]},
    ],
    "galleries": [{"name": "pics", **HERE}],
    "definitions": [{"name": "web", "gallery": "pics", **HERE}],
}
VARIABLES: dict[str, t.Any] = {
    "clone_managed_image_source": "web",
    "clone_managed_image_gallery": "{resource_group: rg, name: pics}",
    "verify_image_version_resource_group": "rg",
    "verify_image_version_subnet_id": SUBNET,
}


def world(*versions: dict[str, t.Any], **more: t.Any) -> t.Any:
    """The marker of a seed with these versions."""
    return pytest.mark.seed(**{**copy.deepcopy(WORLD), "versions": list(versions or [version()]), **more})


class Role:
    """The role on one host of a fleet."""

    def __init__(self, azure: Azure) -> None:
        self.azure = azure

    def run(self, check: bool = False, memory: RunCache | None = None, **variables: t.Any) -> dict[str, t.Any]:
        memory = memory or RunCache(self.azure.clock.monotonic)
        self.azure.emulator.clear_requests()
        task = functools.partial(self.azure.run, check=check, memory=memory)
        given = {**VARIABLES, **{f"verify_image_version_{name}": value for name, value in variables.items()}}
        return verify(task, given, check)

    def body(self, number: str = "1.0.0") -> dict[str, t.Any]:
        return t.cast("dict[str, t.Any]", self.azure.emulator.resource(f"{WEB}{number}"))

    def writes(self) -> list[str]:
        return [
            f"{one['method']} {one['kind']}"
            for one in self.azure.emulator.requests
            if one["method"] not in ("GET", "HEAD") and one["kind"] != "token" and "retrieveBoot" not in one["path"]
        ]

    def left(self) -> list[str]:
        kinds = ("virtual_machine", "network_interface", "disk", "run_command")
        return [one.id for one in self.azure.emulator.state.resources.values() if one.kind in kinds]

    def latest(self) -> dict[str, str | None]:
        found = self.run(check=True, version_id=f"{WEB}1.0.0", again=True)["latest"]
        return {region: numbers["before"] for region, numbers in found.items()}


@pytest.fixture
def role(azure: Azure) -> Role:
    return Role(azure)


def exclusions(body: dict[str, t.Any]) -> list[t.Any]:
    profile = body["properties"]["publishingProfile"]
    return [one.get("excludeFromLatest") for one in (profile, *profile["targetRegions"])]


# Passed


@world(
    version("0.9.0", exclude=False),
    version(regions=[{"name": "southcentralus"}, {"name": "westus2", "exclude_from_latest": True}]),
)
def test_a_version_that_booted_is_tagged_and_promoted_in_one_write(role: Role) -> None:
    before = role.body()
    predicted = role.run(check=True)
    assert (role.writes(), role.body()) == ([], before)
    result = role.run()
    assert (result["verdict"], result["failed"], result["changed"]) == ("Passed", False, True), result["message"]
    assert role.writes().count("PUT image_version") == 1
    after = role.body()
    assert exclusions(after) in ([False] * 3, [False, None, False])
    tags = {name: value for name, value in after["tags"].items() if name.startswith("verified")}
    assert tags["verified_in"] == "southcentralus"
    assert tags["verified_published"] == after["properties"]["publishingProfile"]["publishedDate"]
    assert result["latest"] == {region: {"before": "0.9.0", "after": "1.0.0"} for region in BOTH}
    assert (role.latest(), role.left()) == (dict.fromkeys(BOTH, "1.0.0"), [])
    same = ("latest", "verified_in", "promoted", "vm_size", "security_type", "changed", "version_id", "source_id")
    assert {key: predicted[key] for key in same} == {key: result[key] for key in same}
    assert predicted["canaries"][0]["name"] == result["canaries"][0]["name"]
    assert (predicted["verdict"], predicted["failed"]) == ("Booting", False)


@world()
def test_a_second_run_writes_nothing_unless_asked(role: Role) -> None:
    first = role.run()
    before = role.body()
    again = role.run()
    assert (again["verdict"], again["changed"], again["message"]) == ("Passed", False, "It was verified already.")
    assert (role.writes(), role.body(), again["verified_at"]) == ([], before, first["verified_at"])
    role.azure.clock.sleep(100)
    booted = role.run(again="yes")
    assert "PUT virtual_machine" in role.writes()
    assert booted["verified_at"] > first["verified_at"]


@pytest.mark.parametrize("times", [ATTEMPTS - 1, ATTEMPTS])
@world()
def test_an_update_that_azure_refuses_is_decided_again(role: Role, times: int) -> None:
    """Another run may change the version at the same time; a refusal that lasts ends it."""
    refused = {"status": 409, "code": "Conflict", "message": "Another operation is in progress."}
    role.azure.emulator.order_fault(method="PUT", kind="image_version", times=times, do=refused)
    before = role.body()
    result = role.run()
    assert role.writes().count("PUT image_version") == ATTEMPTS
    if times < ATTEMPTS:
        assert (result["verdict"], result["promoted"]) == ("Passed", True), result["message"]
    else:
        assert (result["verdict"], result["failed"], role.body()) == ("Unverified", True, before)
        assert "Another operation is in progress." in result["message"]
    assert role.left() == []


@world()
def test_a_verified_version_is_promoted_without_a_boot(role: Role) -> None:
    first = role.run(promote="false")
    assert (first["promoted"], exclusions(role.body())[0]) == (False, True)
    result = role.run()
    assert (role.writes(), result["promoted"]) == (["PUT image_version"], True)
    assert result["message"] == "It was verified already; it is included in latest."
    assert role.body()["tags"]["verified_at"] == first["verified_at"]


@world(version("1.0.1", exclude=False, source={"name": "db", "resource_group": "rg"}), version())
def test_a_number_below_the_latest_is_only_tagged(role: Role) -> None:
    for _unused in range(2):
        result = role.run()
        assert (result["verdict"], result["promoted"]) == ("Passed", False)
        assert "latest stays 1.0.1" in result["message"]
        assert result["latest"]["westus2"] == {"before": "1.0.1", "after": "1.0.1"}
    assert role.writes() == []
    assert exclusions(role.body())[0] is True


@world()
def test_each_region_has_a_canary_in_a_subnet_of_its_own(role: Role) -> None:
    result = role.run(
        locations="South Central US, westus2", subnet_id=f"{{southcentralus: {SUBNET}, West US 2: {FAR}}}"
    )
    assert (result["verdict"], sorted(one["location"] for one in result["canaries"])) == ("Passed", BOTH)
    assert role.body()["tags"]["verified_in"] == "southcentralus westus2"
    assert role.run(locations="westus2", subnet_id=FAR)["changed"] is False


@world()
def test_another_region_adds_to_the_verification(role: Role) -> None:
    role.run()
    assert role.run(locations=["westus2"], subnet_id=FAR)["verdict"] == "Passed"
    assert role.body()["tags"]["verified_in"] == "southcentralus westus2"


# Failed and Unverified


@pytest.mark.parametrize(
    ("boot", "verdict", "words"),
    [
        ("agent_never_ready", "Failed", "its agent did not report in time"),
        ("provisioning_timed_out", "Failed", "OSProvisioningTimedOut"),
        ("internal_error", "Failed", "OSProvisioningInternalError"),
        ("plan_needed", "Failed", "VMMarketplaceInvalidInput"),
        ("quota", "Unverified", "quota"),
        ("sku_not_available", "Unverified", "SkuNotAvailable"),
        ("vanishes", "Unverified", "was deleted"),
    ],
)
@world()
def test_whatever_is_not_passed_leaves_the_version_as_it_was(boot: str, verdict: str, words: str, role: Role) -> None:
    before = json.dumps(role.body(), sort_keys=True)
    role.azure.emulator.order_fault(kind="virtual_machine", method="PUT", times=0, boot=boot)
    result = role.run(wait_timeout="2400")
    assert (result["verdict"], result["failed"]) == (verdict, True), result
    assert words in result["message"]
    assert json.dumps(role.body(), sort_keys=True) == before
    assert ("PUT image_version" in role.writes(), role.left()) == (False, [])


@world()
def test_a_script_that_fails_fails_the_version(role: Role) -> None:
    role.azure.emulator.order_fault(resource="runCommands/canary$", run_command={"exit_code": 3, "error": "{{ x }}"})
    result = role.run(script="check")
    assert (result["verdict"], result["canaries"][0]["script"]["exit_code"]) == ("Failed", 3)
    assert "{{ x }}" in result["canaries"][0]["script"]["error"]


@world()
def test_one_of_two_regions_is_enough_to_fail(role: Role) -> None:
    before = role.body()
    role.azure.emulator.order_fault(kind="virtual_machine", method="PUT", boot="provisioning_timed_out")
    result = role.run(locations=BOTH, subnet_id={"southcentralus": SUBNET, "westus2": FAR})
    assert (result["verdict"], role.body(), role.left()) == ("Failed", before, [])


@pytest.mark.parametrize("change", ["published", "source", "absent", "creating", "disks"])
@world()
def test_a_version_that_changed_while_it_booted_is_not_promoted(change: str, role: Role) -> None:
    def swap() -> None:
        state = role.azure.emulator.state
        key = next(key for key, one in state.resources.items() if one.kind == "image_version")
        if change == "absent":
            del state.resources[key]
        elif change == "creating":
            state.resources[key].body["properties"]["publishingProfile"].pop("publishedDate")
        elif change == "disks":
            state.resources[key].body["properties"]["publishingProfile"]["publishedDate"] = "2030-01-01T00:00:00Z"
            state.resources[key].body["properties"]["storageProfile"]["dataDiskImages"] = [{"lun": 7, "sizeInGB": 4}]
        elif change == "published":
            state.resources[key].body["properties"]["publishingProfile"]["publishedDate"] = "2030-01-01T00:00:00Z"
        else:
            state.resources[key].body["properties"]["storageProfile"]["source"]["id"] += "2"

    role.azure.clock.later(20, swap)
    result = role.run()
    assert (result["verdict"], result["failed"]) == ("Unverified", True)
    assert "PUT image_version" not in role.writes()
    assert role.left() == []


@world()
def test_a_tag_edited_by_hand_is_not_carried_on(role: Role) -> None:
    role.run()
    one = next(one for one in role.azure.emulator.state.resources.values() if one.kind == "image_version")
    one.body["tags"]["verified_in"] = "{{ 1 // 0 }} \x1b[2J South Central US westus2"
    result = role.run()
    assert (result["verdict"], result["verified_in"]) == ("Passed", ["southcentralus", "westus2"])
    assert role.body()["tags"]["verified_in"] == "southcentralus westus2"


@world()
def test_what_could_not_be_read_is_said_once(role: Role) -> None:
    role.azure.emulator.order_fault(
        kind="image_definition",
        method="GET",
        times=0,
        do={"status": 403, "code": "AuthorizationFailed", "message": "no"},
    )
    assert role.run()["message"].count("Could not read image definition") == 1


@world()
def test_a_canary_of_another_run_is_named_in_the_result(role: Role) -> None:
    plan = role.azure.run("image_verification", variables=VARIABLES)["plan"]
    role.azure.run("canary_vm", canaries=plan["canaries"], wait=False)
    result = role.run()
    assert (result["verdict"], len(role.left())) == ("Passed", 3)
    assert "was created by another run" in result["message"]
    assert "state: absent and wait_timeout: 0" in result["message"]


# Refused before the first write

REFUSED: list[tuple[dict[str, t.Any], str]] = [
    ({"resource_group": ""}, "verify_image_version_resource_group is not set"),
    ({"subnet_id": None}, "verify_image_version_subnet_id is not set"),
    ({"subnet_id": "subnet"}, "verify_image_version_subnet_id: 'subnet' is not the id of a subnet"),
    ({"subnet_id": f"{SUBNET}2"}, "verify_image_version_subnet_id: subnet /subscriptions/"),
    ({"subnet_id": FAR}, "is in westus2"),
    ({"subnet_id": {"westus2": FAR}}, "no subnet for southcentralus"),
    ({"vm_size": "small"}, "verify_image_version_vm_size: 'small' is not the name of a size"),
    ({"locations": "eastus2"}, "verify_image_version_locations: image version /subscriptions/"),
    ({"locations": "???"}, "verify_image_version_locations"),
    ({"security_type": "ConfidentialVM"}, "is not one of Standard, TrustedLaunch"),
    ({"wait_timeout": "soon"}, "is not a whole number"),
    ({"promote": "maybe"}, "is not true or false"),
    ({"tags": {"a<b": "x"}}, "verify_image_version_tags: the name 'a<b' contains '<'"),
    ({"resource_group": "none"}, "verify_image_version_resource_group: resource group /subscriptions/"),
    ({"version_id": f"{WEB}7.0.0"}, "does not exist"),
    ({"locaitons": "westus2"}, "Did you mean verify_image_version_locations?"),
]


@world()
def test_bad_input_gets_one_message_before_the_first_write(role: Role) -> None:
    before = role.body()
    for variables, words in REFUSED:
        for check in (True, False):
            result = role.run(check=check, **variables)
            assert (result["failed"], result["verdict"]) == (True, "Unverified"), (variables, result)
            assert words in result["message"], (variables, result["message"])
            assert role.writes() == []
    assert role.body() == before


SHAPES: dict[str, tuple[dict[str, t.Any], str]] = {
    "region failed": (
        version(regions=["southcentralus", {"name": "westus2", "state": "Failed", "details": "no"}]),
        "is not Completed in westus2 (Failed)",
    ),
    "no room": (version(tags={f"t{number}": "" for number in range(48)}), "would have 51 tags"),
    "failed": (version(state="Failed"), "is Failed"),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_version_that_cannot_be_verified_is_refused(name: str, request: pytest.FixtureRequest) -> None:
    request.node.add_marker(world(SHAPES[name][0]))
    role = Role(request.getfixturevalue("azure"))
    before = role.body()
    for check in (True, False):
        result = role.run(check=check, version_id=f"{WEB}1.0.0")
        assert (result["failed"], role.writes(), role.body()) == (True, [], before)
        assert SHAPES[name][1] in result["message"], result["message"]


@world(locks=[{"name": "keep", "resource_group": "rg"}])
def test_a_lock_is_refused_in_check_mode_too(role: Role) -> None:
    messages = [role.run(check=check)["message"] for check in (True, False)]
    assert "is locked by keep" in messages[0]
    assert messages[0].rstrip() == messages[1].rstrip()
    assert "PUT image_version" not in role.writes()


# Other runs, clocks and costs


@world()
def test_a_run_at_the_same_time_does_not_write_it_twice(role: Role) -> None:
    role.azure.clock.later(20, lambda: Role(role.azure).run())
    result = role.run()
    assert (result["verdict"], result["failed"]) == ("Passed", False), result
    assert role.left() == []


@world()
def test_a_clock_that_is_slow_still_verifies(role: Role) -> None:
    body = next(one for one in role.azure.emulator.state.resources.values() if one.kind == "image_version").body
    ahead = role.azure.clock.now() + datetime.timedelta(seconds=200, microseconds=999999)
    body["properties"]["publishingProfile"]["publishedDate"] = ahead.isoformat()
    assert role.run()["verdict"] == "Passed"
    assert role.run()["changed"] is False


@world()
def test_what_a_verification_costs(role: Role) -> None:
    role.run()
    reads = [one["kind"] for one in role.azure.emulator.requests if one["method"] == "GET"]
    assert role.writes() == [
        *("PUT network_interface", "PUT virtual_machine", "PATCH disk"),
        *("DELETE virtual_machine", "PUT image_version"),
    ]
    assert len(reads) <= 45, reads
    role.run()
    kinds = [one["kind"] for one in role.azure.emulator.requests if one["kind"] not in ("token", "metadata")]
    assert len(kinds) <= 6, kinds
