"""canary_vm on the emulator, under one clock: how images boot, what is refused, and that nothing is left."""

from __future__ import annotations

import copy
import typing as t

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.run_cache import RunCache

from .conftest import SUBSCRIPTION, Azure

RG = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
GALLERY = f"{RG}/providers/Microsoft.Compute/galleries/pics"
VERSION = f"{GALLERY}/images/web/versions/1.0.0"
SUBNET = f"{RG}/providers/Microsoft.Network/virtualNetworks/vnet/subnets/subnet"
OPTIONS: dict[str, t.Any] = {"resource_group": "rg", "version": VERSION, "subnet_id": SUBNET, "wait_timeout": 3600}
WORLD: dict[str, t.Any] = {
    "machine_seconds": 27,
    "virtual_networks": [
        {"name": "vnet", "resource_group": "rg", "location": "southcentralus", "subnets": ["subnet"]},
        {"name": "far", "resource_group": "rg", "location": "westus2", "subnets": ["subnet"]},
    ],
    "galleries": [{"name": "pics", "resource_group": "rg", "location": "southcentralus"}],
    "definitions": [
        {"name": name, "gallery": "pics", "resource_group": "rg", "location": "southcentralus", **more}
        for name, more in {
            "web": {},
            "trusted": {"hyper_v_generation": "V2", "features": [{"name": "SecurityType", "value": "TrustedLaunch"}]},
            "planned": {"purchase_plan": {"name": "plan", "publisher": "vendor", "product": "offer"}},
            "windows": {"os_type": "Windows"},
            "specialized": {"os_state": "Specialized"},
        }.items()
    ],
    "versions": [
        {
            "name": "1.0.0",
            "gallery": "pics",
            "definition": name,
            "resource_group": "rg",
            "location": "southcentralus",
            "source": {"name": "data", "resource_group": "rg"},
        }
        for name in ("web", "trusted", "planned", "windows", "specialized")
    ],
    "images": [
        {
            "name": "data",
            "resource_group": "rg",
            "location": "southcentralus",
            "os_type": "Linux",
            "data_disks": [{"lun": 0, "size_gb": 4}, {"lun": 5, "size_gb": 4}],
        }
    ],
}


def world(boot: t.Any = None, **changes: t.Any) -> t.Any:
    """The marker of a seed whose versions boot so."""
    seed = copy.deepcopy({**WORLD, **changes})
    if boot is not None:
        for version in seed["versions"]:
            version["boot"] = boot
    return pytest.mark.seed(**seed)


def made(azure: Azure) -> list[str]:
    """What exists of machines, their parts and their commands, by kind and name."""
    kinds = ("virtual_machine", "network_interface", "disk", "run_command")
    return sorted(f"{one.kind} {one.name}" for one in azure.emulator.state.resources.values() if one.kind in kinds)


def writes(azure: Azure) -> list[dict[str, t.Any]]:
    """The writes since the log was emptied, without those that only read."""
    reads = ("GET", "HEAD")
    return [
        entry
        for entry in azure.emulator.requests
        if entry["method"] not in reads and entry["kind"] not in ("token", "machine_boot_diagnostics", "blob")
    ]


def boots(azure: Azure, **options: t.Any) -> dict[str, t.Any]:
    result = azure.run("canary_vm", **{**OPTIONS, **options})
    assert not result.get("failed"), result
    return result


@world()
def test_an_image_that_boots_has_passed(azure: Azure) -> None:
    memory = RunCache(azure.clock.monotonic)
    result = boots(azure, memory=memory)
    canary = result["canary"]
    assert result["changed"] is True
    assert (canary["verdict"], canary["agent_ready"], canary["script"]) == ("Passed", True, None)
    assert (canary["os_name"], canary["vm_size"], canary["security_type"]) == ("ubuntu", "Standard_D2s_v5", "Standard")
    assert 27 <= canary["seconds"] <= 60
    assert "boot_log" not in canary
    name = canary["name"]
    assert made(azure) == [
        f"disk {name}-data0",
        f"disk {name}-data5",
        f"disk {name}-os",
        f"network_interface {name}-nic",
        f"virtual_machine {name}",
    ]
    again = boots(azure, memory=memory)
    assert (again["changed"], again["canary"]["verdict"]) == (False, "Passed")
    gone = azure.run("canary_vm", **OPTIONS, state="absent", memory=memory)
    assert gone["changed"], gone
    assert made(azure) == []


@pytest.mark.parametrize(
    ("boot", "verdict", "words"),
    [
        ("agent_never_ready", "Failed", "did not report in time"),
        ("not_generalized", "Failed", "OSProvisioningClientError"),
        ("provisioning_timed_out", "Failed", "OSProvisioningTimedOut"),
        ("internal_error", "Failed", "OSProvisioningInternalError"),
        ("plan_needed", "Failed", "VMMarketplaceInvalidInput"),
        ("quota", "Unverified", "OperationNotAllowed"),
        ("sku_not_available", "Unverified", "SkuNotAvailable"),
        ("allocation_failed", "Unverified", "AllocationFailed"),
        ("vanishes", "Unverified", "deleted while it booted"),
    ],
)
def test_every_other_boot_has_its_verdict_and_leaves_nothing(boot: str, verdict: str, words: str, azure: Azure) -> None:
    azure.emulator.order_fault(resource="virtualMachines/canary-[^/]*$", boot=boot, times=0)
    memory = RunCache(azure.clock.monotonic)
    result = azure.run("canary_vm", **OPTIONS, memory=memory)
    assert result["failed"], result
    assert (result["canary"]["verdict"], result["changed"]) == (verdict, True)
    assert words in result["msg"], result["msg"]
    assert ("failed its test" if verdict == "Failed" else "could not be verified") in result["msg"]
    if boot in ("agent_never_ready", "provisioning_timed_out"):
        assert {"agent_never_ready": "Azure Linux Agent", "provisioning_timed_out": "Kernel panic"}[boot] in result[
            "canary"
        ]["boot_log"]
    gone = azure.run("canary_vm", **OPTIONS, state="absent", memory=memory)
    assert not gone.get("failed"), gone
    assert made(azure) == []


test_every_other_boot_has_its_verdict_and_leaves_nothing = world()(
    test_every_other_boot_has_its_verdict_and_leaves_nothing
)


@pytest.mark.parametrize(
    ("ends", "verdict", "shown"),
    [
        ({"output": "fine\n"}, "Passed", {"exit_code": 0, "output": "fine", "error": ""}),
        (
            {"exit_code": 3, "error": "no \x1b[31mdisk\x1b[0m"},
            "Failed",
            {"exit_code": 3, "output": "", "error": "no disk"},
        ),
        ({"state": "TimedOut"}, "Unverified", {"exit_code": 0, "output": "", "error": ""}),
        ({"seconds": 4000}, "Unverified", None),
    ],
)
@world()
def test_a_script_decides_by_its_exit_code(ends: t.Any, verdict: str, shown: t.Any, azure: Azure) -> None:
    azure.emulator.order_fault(resource="runCommands/canary$", run_command=ends)
    result = azure.run("canary_vm", **OPTIONS, script="check")
    assert (result["canary"]["verdict"], result["canary"]["script"]) == (verdict, shown)


@world()
def test_a_run_command_that_never_ran_is_no_verdict_on_the_image(azure: Azure) -> None:
    azure.emulator.order_fault(kind="run_command", method="PUT", do={"status": 403, "code": "AuthorizationFailed"})
    result = azure.run("canary_vm", **OPTIONS, script="check")
    assert result["canary"]["verdict"] == "Unverified"
    assert "AuthorizationFailed" in result["msg"]


@world({"outcome": "sku_not_available", "sizes": ["Standard_D2s_v5"]})
def test_the_next_size_is_tried_where_the_first_is_refused(azure: Azure) -> None:
    result = boots(azure, vm_size=["Standard_D2s_v5", "Standard_D2s_v4"])
    assert result["canary"]["vm_size"] == "Standard_D2s_v4"


@world({"outcome": "allocation_failed", "sizes": ["Standard_D2s_v5"]})
def test_the_next_size_is_tried_after_the_machine_of_the_first_is_gone(azure: Azure) -> None:
    result = boots(azure, vm_size="Standard_D2s_v5,Standard_D2s_v4")
    assert result["canary"]["vm_size"] == "Standard_D2s_v4"
    assert len([name for name in made(azure) if name.startswith("virtual_machine")]) == 1


@pytest.mark.parametrize(
    ("definition", "options", "sent"),
    [
        ("trusted", {}, {"security": "TrustedLaunch", "plan": None, "key": True}),
        ("planned", {}, {"security": None, "plan": "offer", "key": True}),
        ("windows", {}, {"security": None, "plan": None, "key": False}),
        ("specialized", {}, {"security": None, "plan": None, "key": None}),
    ],
)
@world()
def test_the_definition_decides_what_is_sent(definition: str, options: t.Any, sent: t.Any, azure: Azure) -> None:
    version = f"{GALLERY}/images/{definition}/versions/1.0.0"
    boots(azure, version=version, **options)
    (body,) = (e["body"] for e in writes(azure) if (e["kind"], e["method"]) == ("virtual_machine", "PUT"))
    properties, profile = body["properties"], body["properties"].get("osProfile")
    assert (properties.get("securityProfile") or {}).get("securityType") == sent["security"]
    assert (body.get("plan") or {}).get("product") == sent["plan"]
    assert (None if profile is None else "linuxConfiguration" in profile) == sent["key"]
    assert len((profile or {}).get("computerName", "")) <= 15
    disks = [properties["storageProfile"]["osDisk"], *properties["storageProfile"]["dataDisks"]]
    assert [disk["deleteOption"] for disk in disks] == ["Delete"] * 3
    assert properties["networkProfile"]["networkInterfaces"][0]["properties"]["deleteOption"] == "Delete"


BAD: list[tuple[dict[str, t.Any], str]] = [
    ({"subnet_id": f"{SUBNET}2"}, "does not exist"),
    ({"subnet_id": SUBNET.replace("vnet", "nowhere")}, "does not exist"),
    ({"subnet_id": SUBNET.replace("/vnet/", "/far/")}, "is in westus2"),
    ({"subnet_id": "subnet"}, "is not the id of a subnet"),
    ({"subnet_id": None}, "subnet_id: required"),
    ({"version": None}, "version: required"),
    ({"version": VERSION.replace("1.0.0", "1.0.9")}, "does not exist"),
    ({"version": {"name": "1.0.0"}}, "resource_group, gallery_name, image_definition_name missing"),
    ({"vm_size": "small"}, "is not the name of a size"),
    ({"location": "westus2"}, "is not replicated to westus2"),
    ({"name": "a/b"}, "is not allowed"),
    ({"older_than": 9000}, "only for state: absent"),
    ({"tags": {f"t{number}": "" for number in range(47)}}, "too many"),
    ({"resource_group": "none"}, "does not exist"),
    ({"resource_group": None}, "resource_group: required"),
    ({"wait_timeout": -1}, "wait_timeout"),
    ({"state": "absent", "version": None}, "version, name or older_than"),
    ({"state": "absent", "older_than": 60}, "too short"),
    ({"canaries": [{"vm_sise": "x"}]}, "vm_sise is not an option"),
]


@world()
def test_bad_input_gets_one_message_before_the_first_write(azure: Azure) -> None:
    for options, words in BAD:
        for check in (False, True):
            result = azure.run("canary_vm", check=check, **{**OPTIONS, **options})
            assert result["failed"], (options, result)
            assert words in result["msg"], (options, result["msg"])
    assert writes(azure) == []


@world(locks=[{"name": "keep", "resource_group": "rg"}])
def test_a_lock_of_the_group_refuses_a_canary(azure: Azure) -> None:
    azure.refused("canary_vm", "is locked by keep (CanNotDelete)", **OPTIONS)


@world(locks=[{"name": "keep"}])
def test_a_lock_of_the_subscription_refuses_a_canary(azure: Azure) -> None:
    azure.refused("canary_vm", "is locked by keep", **OPTIONS)


@world(locks=[{"name": "keep", "scope": SUBNET.rpartition("/subnets")[0]}])
def test_a_lock_below_the_group_does_not(azure: Azure) -> None:
    assert boots(azure)["canary"]["verdict"] == "Passed"


@world()
def test_locks_that_cannot_be_read_refuse_a_canary(azure: Azure) -> None:
    azure.emulator.order_fault(kind="lock", times=0, do={"status": 403, "code": "AuthorizationFailed"})
    azure.refused("canary_vm", "Microsoft.Authorization/locks/read", **OPTIONS)


@world(
    versions=[
        {
            **WORLD["versions"][0],
            "target_regions": ["southcentralus", {"name": "westus2", "state": "Failed", "details": "no"}],
        }
    ]
)
def test_a_region_that_is_not_complete_is_refused(azure: Azure) -> None:
    far = SUBNET.replace("/vnet/", "/far/")
    azure.refused("canary_vm", "is not Completed in westus2", **{**OPTIONS, "location": "westus2", "subnet_id": far})


@world()
def test_check_mode_predicts_and_writes_nothing(azure: Azure) -> None:
    memory = RunCache(azure.clock.monotonic)
    predicted = azure.run("canary_vm", check=True, **OPTIONS, memory=memory)
    assert (predicted["changed"], predicted["canary"]["verdict"]) == (True, "Booting")
    assert azure.run("canary_vm", check=True, **OPTIONS, state="absent", memory=memory)["changed"] is False
    assert made(azure) == []
    done = boots(azure, memory=memory)
    assert done["canary"]["name"] == predicted["canary"]["name"]
    assert azure.run("canary_vm", check=True, **OPTIONS, memory=memory)["changed"] is False
    before = made(azure)
    gone = azure.run("canary_vm", check=True, **OPTIONS, state="absent", memory=memory)
    assert (gone["changed"], len(gone["deleted"])) == (True, 5)
    assert made(azure) == before


@world()
def test_a_canary_of_another_run_is_waited_for_and_left_to_it(azure: Azure) -> None:
    mine, other = RunCache(azure.clock.monotonic), RunCache(azure.clock.monotonic)
    boots(azure, memory=other, wait=False)
    azure.emulator.clear_requests()
    joined = boots(azure, memory=mine)
    assert (joined["changed"], joined["canary"]["verdict"]) == (False, "Passed")
    spared = azure.run("canary_vm", **OPTIONS, state="absent", memory=mine)
    assert (spared["changed"], writes(azure)) == (False, [])
    assert "created by another run" in azure.warnings[0]
    assert len(made(azure)) == 5
    azure.clock.sleep(3600)
    assert azure.run("canary_vm", **OPTIONS, state="absent", memory=mine)["changed"]
    assert made(azure) == []


@world()
def test_a_canary_that_is_being_deleted_is_created_again(azure: Azure) -> None:
    memory = RunCache(azure.clock.monotonic)
    boots(azure, memory=memory)
    assert azure.run("canary_vm", **OPTIONS, state="absent", wait=False, memory=memory)["changed"]
    unchanged = azure.run("canary_vm", **OPTIONS, wait=False, memory=memory)
    assert (unchanged["changed"], unchanged["canary"]["verdict"]) == (False, "Booting")
    assert "is being deleted" in unchanged["canary"]["reason"]
    again = boots(azure, memory=memory)
    assert (again["changed"], again["canary"]["verdict"]) == (True, "Passed")
    azure.run("canary_vm", **OPTIONS, state="absent", memory=memory)
    assert made(azure) == []


@world()
def test_a_run_that_loses_the_race_joins_the_other(azure: Azure) -> None:
    name = azure.run("canary_vm", check=True, **OPTIONS)["canary"]["name"]
    other = RunCache(azure.clock.monotonic)
    boots(azure, memory=other, wait=False)
    body = next(e["body"] for e in writes(azure) if e["kind"] == "virtual_machine")
    azure.run("canary_vm", **OPTIONS, state="absent", memory=other)
    path = f"{RG}/providers/Microsoft.Compute/virtualMachines/{name}"
    body["properties"]["osProfile"]["linuxConfiguration"]["ssh"]["publicKeys"][0]["keyData"] = "ssh-ed25519 AAAA"
    azure.emulator.order_fault(
        kind="virtual_machine", method="PUT", do={"rival": {"method": "PUT", "path": path, "body": body}}
    )
    result = boots(azure)
    assert (result["canary"]["verdict"], result["canary"]["name"]) == ("Passed", name)
    assert [e["status"] for e in writes(azure) if (e["kind"], e["method"]) == ("virtual_machine", "PUT")][-1] == 412
    spared = azure.run("canary_vm", **OPTIONS, state="absent")
    assert spared["changed"] is False


@world(machines=[{"name": "own", "resource_group": "rg", "location": "southcentralus"}])
def test_a_machine_that_is_no_canary_is_refused_and_spared(azure: Azure) -> None:
    azure.refused("canary_vm", "is no canary of this collection", **OPTIONS, name="own")
    result = azure.run("canary_vm", resource_group="rg", name="own", state="absent")
    assert result["failed"]
    assert "was left alone" in result["msg"]
    assert azure.writes == []
    assert made(azure)[-1] == "virtual_machine own"


@world()
def test_a_canary_of_a_killed_run_is_deleted_by_its_name(azure: Azure) -> None:
    name = boots(azure, wait=False)["canary"]["name"]
    azure.emulator.order_fault(resource="virtualMachines/canary-[^/]*$", cascade="fails")
    gone = azure.run("canary_vm", resource_group="rg", name=name, wait_timeout=0, state="absent")
    assert (gone.get("failed"), len(gone["deleted"]), made(azure)) == (None, 5, []), gone


@world(machines=[{"name": "own", "resource_group": "rg", "location": "southcentralus"}])
def test_a_machine_that_is_no_canary_fails_only_its_own_entry(azure: Azure) -> None:
    memory = RunCache(azure.clock.monotonic)
    canary = boots(azure, memory=memory, wait=False)["canary"]["name"]
    names = [{"name": "own", "resource_group": "rg"}, {"name": canary, "resource_group": "rg"}]
    result = azure.run("canary_vm", canaries=names, state="absent", wait=False, memory=memory)
    assert [one["failed"] for one in result["results"]] == [True, False]
    assert "was left alone" in result["msg"]


@world(machine_seconds=1)
def test_what_goes_with_the_machine_is_returned_as_predicted(azure: Azure) -> None:
    """The disks and the interface are gone before they are looked at."""
    memory = RunCache(azure.clock.monotonic)
    boots(azure, memory=memory)
    predicted = azure.run("canary_vm", check=True, **OPTIONS, state="absent", memory=memory)
    gone = azure.run("canary_vm", **OPTIONS, state="absent", memory=memory)
    assert sorted(gone["deleted"]) == sorted(predicted["deleted"])
    assert len(gone["deleted"]) == 5


@pytest.mark.parametrize(
    ("boot", "words"),
    [
        ("plan_needed", "Create an image definition with the purchase plan of its source"),
        ("not_generalized", "Correct the image and clone it again as a new version."),
        ("quota", "Correct the cause, and run it again."),
    ],
)
def test_a_message_ends_with_what_to_do(boot: str, words: str, request: pytest.FixtureRequest) -> None:
    request.node.add_marker(world(boot))
    result = request.getfixturevalue("azure").run("canary_vm", **OPTIONS)
    assert result["msg"].endswith(words if "definition" not in words else "clone the image to that.")
    assert words in result["msg"]


def half_planned(**tags: str) -> t.Any:
    """The marker of a seed in which the definition web has only a part of a purchase plan."""
    seed = copy.deepcopy(WORLD)
    seed["definitions"][0]["purchase_plan"] = {"name": "plan", "publisher": "vendor"}
    seed["versions"][0]["tags"] = tags
    return pytest.mark.seed(**seed)


@half_planned()
def test_half_a_purchase_plan_is_refused(azure: Azure) -> None:
    azure.refused("canary_vm", "without product. Set the tags PlanInfo, PlanPublisher, PlanProduct", **OPTIONS)


@half_planned(PlanInfo="a", PlanPublisher="b", PlanProduct="c")
def test_the_plan_of_the_tags_replaces_half_a_purchase_plan(azure: Azure) -> None:
    azure.run("canary_vm", **OPTIONS, wait=False)
    sent = next(one["body"] for one in writes(azure) if one["kind"] == "virtual_machine")
    assert sent["plan"] == {"name": "a", "publisher": "b", "product": "c"}


@world()
def test_a_canary_of_another_test_is_not_joined(azure: Azure) -> None:
    boots(azure, name="mine")
    azure.refused("canary_vm", "tests something else", **OPTIONS, name="mine", script="other")


@world()
def test_an_interface_that_stays_reserved_is_deleted_in_the_end(azure: Azure) -> None:
    memory = RunCache(azure.clock.monotonic)
    boots(azure, memory=memory)
    azure.emulator.order_fault(resource="virtualMachines/canary-[^/]*$", interface_reserved=True, cascade="fails")
    began = azure.clock.monotonic()
    gone = azure.run("canary_vm", **OPTIONS, state="absent", memory=memory)
    assert gone["changed"], gone
    assert made(azure) == []
    assert azure.clock.monotonic() - began >= 180


@world()
def test_a_sweep_deletes_old_canaries_and_nothing_else(azure: Azure) -> None:
    boots(azure)
    azure.emulator.order_fault(resource="virtualMachines/canary-[^/]*$", cascade="fails")
    boots(azure, script="other")
    azure.run("canary_vm", **OPTIONS, script="third", wait=False)
    azure.clock.sleep(7300)
    young = boots(azure, script="young")["canary"]["name"]
    options = {"resource_group": "rg", "older_than": 7200, "state": "absent"}
    planned = azure.run("canary_vm", check=True, **options)
    result = azure.run("canary_vm", **options)
    assert not result.get("failed"), result
    assert sorted(planned["deleted"]) == sorted(result["deleted"])
    left = made(azure)
    assert len(left) == 6
    assert all(young in name or name == "run_command canary" for name in left), left
    assert azure.run("canary_vm", **options)["changed"] is False


@world(
    disks=[
        {"name": "canary-0123456789ab-os", "resource_group": "rg", "location": "southcentralus"},
        {"name": "precious", "resource_group": "rg", "location": "southcentralus"},
    ],
    machines=[{"name": "canary-0123456789ab", "resource_group": "rg", "location": "southcentralus"}],
)
def test_a_sweep_spares_what_only_has_the_name(azure: Azure) -> None:
    before = made(azure)
    azure.clock.sleep(90000)
    result = azure.run("canary_vm", resource_group="rg", older_than=7200, state="absent")
    assert result["changed"] is False
    assert made(azure) == before


@world()
def test_disks_that_lose_their_machine_are_found_by_a_sweep(azure: Azure) -> None:
    boots(azure)
    name = made(azure)[-1].split()[1]
    azure.emulator.order_fault(resource=f"virtualMachines/{name}$", cascade="fails")
    azure.run("canary_vm", **{**OPTIONS, "wait_timeout": 0}, state="absent", wait=False)
    azure.clock.sleep(8000)
    swept = azure.run("canary_vm", resource_group="rg", older_than=7200, state="absent")
    parts = [f"{name}-{part}" for part in ("os", "data0", "data5", "nic")]
    assert [rid.rpartition("/")[2] for rid in swept["deleted"]] == parts
    assert made(azure) == []


@world()
def test_many_canaries_are_waited_for_at_once(azure: Azure) -> None:
    memory = RunCache(azure.clock.monotonic)
    one = {"resource_group": "rg", "subnet_id": SUBNET}
    canaries = [{"version": f"{GALLERY}/images/{name}/versions/1.0.0"} for name in ("web", "trusted", "windows")]
    for entry in canaries:
        azure.run("canary_vm", **one, **entry, wait=False, memory=memory)
    began = azure.clock.monotonic()
    result = azure.run("canary_vm", **one, canaries=canaries, memory=memory)
    assert [entry["canary"]["verdict"] for entry in result["results"]] == ["Passed"] * 3
    assert azure.clock.monotonic() - began <= 60
    began = azure.clock.monotonic()
    gone = azure.run("canary_vm", **one, canaries=canaries, state="absent", memory=memory)
    assert [entry["changed"] for entry in gone["results"]] == [True] * 3
    assert azure.clock.monotonic() - began <= 80
    assert made(azure) == []


@world("internal_error")
def test_of_many_canaries_each_has_its_own_result(azure: Azure) -> None:
    canaries = [{}, {"version": VERSION.replace("1.0.0", "1.0.9")}]
    result = azure.run("canary_vm", **OPTIONS, canaries=canaries)
    assert result["failed"]
    assert "2 of 2 canaries failed" in result["msg"]
    assert [(entry["canary"] or {}).get("verdict") for entry in result["results"]] == ["Failed", None]


@world("agent_never_ready")
def test_nothing_secret_is_shown(azure: Azure) -> None:
    version = f"{GALLERY}/images/windows/versions/1.0.0"
    seen: list[str] = []
    result = azure.run("canary_vm", **{**OPTIONS, "version": version}, tags={"a": "b"})
    (body,) = (e["body"] for e in writes(azure) if (e["kind"], e["method"]) == ("virtual_machine", "PUT"))
    seen += [str(result), *azure.said, *azure.warnings]
    assert "adminPassword" in body["properties"]["osProfile"]
    for text in seen:
        assert "sig=" not in text
        assert "blob" not in text
        assert "adminPassword" not in text


@world({"outcome": "agent_never_ready", "boot_log": "\x1b]0;title\x07{{ 7*7 }} \x1b[2Jgone\u202e\n" * 200})
def test_a_boot_log_is_bounded_and_harmless(azure: Azure) -> None:
    log = azure.run("canary_vm", **OPTIONS)["canary"]["boot_log"]
    assert len(log) <= 8000
    assert len(log.splitlines()) <= 60
    assert "\x1b" not in log
    assert "\u202e" not in log
    assert "gone" in log


@world("agent_never_ready")
def test_a_boot_log_is_read_without_the_token_and_through_no_redirect(azure: Azure) -> None:
    azure.emulator.order_fault(kind="blob", do={"redirect": azure.emulator.url}, times=0)
    result = azure.run("canary_vm", **OPTIONS)
    assert result["canary"]["boot_log"] == ""
    blobs = [entry for entry in azure.emulator.requests if entry["kind"] == "blob"]
    assert blobs
    assert not any(entry["has_token"] for entry in blobs)
