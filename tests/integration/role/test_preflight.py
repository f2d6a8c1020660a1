"""What the role refuses before anything is written, with one message that says why; and what it warns of."""

from __future__ import annotations

from typing import Any

import pytest
from role_runs import RoleRuns, definition, failures, image, result, seed, variables, version

# The seed: web has a version, old is failed, and a definition has the identity pub/off/taken.
SEED = seed(
    "web",
    image("gen2", hyper_v_generation="V2"),
    image("win", os_type="Windows"),
    image("broken", provisioning_state="Failed"),
    image("huge", os_disk_gb=4096),
    "other",
    definitions=[definition(), definition("taken"), definition("old")],
    versions=[
        version(target_regions=["southcentralus", "westus"]),
        version(of="old", source="other", state="Failed"),
    ],
)
WEB = {"name": "web"}
SECURE = {"os_disk": {"disk_encryption_set_id": "/x"}}


REFUSED: list[tuple[dict[str, Any], list[str]]] = [
    ({"source": "missing"}, ["missing does not exist", "is created from it"]),
    ({"source": "broken"}, ["images/broken is Failed, not Succeeded"]),
    ({"source": "gen2", "definition": WEB}, ["hyper_v_generation is V1, and the source has V2"]),
    ({"source": "win", "definition": WEB}, ["os_type is Linux, and the source has Windows"]),
    ({"source": "gen2", "definition": {**WEB, "hyper_v_generation": "V1"}}, ["Hyper-V generation", "is V2"]),
    (
        {"source": "other", "definition": {"publisher": "PUB", "offer": "off", "sku": "taken"}},
        ["already belong", "taken"],
    ),
    ({"source": "other", "definition": {"publisher": "pub"}}, ["also requires offer, sku"]),
    ({"source": "other", "definition": WEB, "version": "1.0.0"}, ["was created from", "images/web", "not from"]),
    ({"definition": {**WEB, "sku": "new"}}, ["sku is web, and the task sets new"]),
    ({"definition": {"name": "no/slash"}}, ["clone_managed_image_definition_name: 'no/slash' is not allowed"]),
    ({"gallery": {"resource_group": "rg", "name": "no-dash"}}, ["clone_managed_image_gallery.name", "no dash"]),
    ({"gallery": {"resource_group": "rg", "name": "absent"}}, ["absent does not exist", "create_gallery: true"]),
    (
        {"gallery": {"resource_group": "rg", "name": "pics", "location": "East US"}},
        ["location is southcentralus"],
    ),
    ({"source": "no name"}, ["source: 'no name' is not allowed"]),
    ({"source": "/subscriptions/x/y"}, ["is not the id of a managed image"]),
    ({"version": "1.0"}, ["clone_managed_image_version: '1.0' is not a version number"]),
    ({"version": "1.0.2147483648"}, ["over 2147483647"]),
    ({"version": "1.0.-1"}, ["is not a version number"]),
    ({"target_regions": "East US 2, eastus2"}, ["eastus2 is named twice"]),
    ({"target_regions": "eastus2=standard_zrs=1"}, ["region[=count][=type]"]),
    ({"target_regions": [{"nam": "eastus2"}]}, ["'nam' is not an option. Did you mean name?"]),
    ({"target_regions": "westus=standard_zrs"}, ["storage_account_type", "target_regions.westus"]),
    ({"source": "other", "replication_mode": "shallow"}, ["a Shallow version has only its source's region"]),
    ({"source": "other", "target_regions": [{"name": "westus", "encryption": SECURE}]}, ["encryption"]),
    ({"end_of_life_date": "2001-01-01"}, ["in the past"]),
    ({"end_of_life_date": "soon"}, ["is not a date"]),
    ({"source": "other", "definition": {"name": "old"}}, ["exists and is Failed", "on_failed: recreate"]),
    ({"region_policy": "exact", "allow_deletion_of_replicated_locations": False}, ["would remove westus"]),
    ({"source": None}, ["clone_managed_image_source_id is not set, nor is clone_managed_image_source:"]),
    ({"source": None, "definition": WEB}, ["clone_managed_image_source_id is not set", "clone_managed_image_version."]),
    ({"source": None, "version": "1.0.0"}, ["clone_managed_image_source_id is not set", "_definition_name"]),
    ({"subscription_id": "mine"}, ["clone_managed_image_subscription_id: 'mine' is not allowed"]),
    ({"target_region": "eastus2"}, ["Did you mean clone_managed_image_target_regions?"]),
    ({"tags": {"a": None}}, ["tags: 'a' has no value"]),
]
WARNED: list[tuple[dict[str, Any], str]] = [
    ({"source": "huge"}, "its largest disk has 4096 GB"),
    ({"target_regions": "eastus2=51"}, "eastus2 has 51 replicas"),
    ({"target_regions": "eastus2=50 westus=50"}, "101 replicas in all"),
    ({"target_regions": "atlantis"}, "atlantis is not a known Azure region"),
    ({"target_regions": "japaneast=Punched_Cards"}, "Punched_Cards is not a known type"),
]


@pytest.mark.emulator(seed=SEED)
def test_refused_before_any_write(role: RoleRuns) -> None:
    """Each on a host of its own, since a playbook for each takes its time."""
    cases = {f"host{number}": case for number, case in enumerate(REFUSED)}
    run = role.hosts({host: variables(**{"source": "web", **values}) for host, (values, _words) in cases.items()})
    assert run.rc == 2
    assert role.writes() == []
    assert not run.tasks("Create what is missing")
    for host, (values, words) in cases.items():
        message = " ".join(failures(run, host))
        assert len(failures(run, host)) == 1, f"one message for {values}"
        assert [word for word in words if word.lower() not in message.lower()] == [], f"{values}: {message}"
        assert result(run, host)["failed"] is True
        assert result(run, host)["message"] == message


@pytest.mark.emulator(seed=SEED)
def test_warned_or_with_strict_refused(role: RoleRuns) -> None:
    hosts = {}
    for number, (values, _words) in enumerate(WARNED):
        hosts[f"mild{number}"] = variables(**{"source": "other", **values})
        hosts[f"strict{number}"] = {**hosts[f"mild{number}"], "clone_managed_image_strict": True}
    run = role.hosts(hosts, check=True)
    assert run.rc == 2
    for number, (_values, words) in enumerate(WARNED):
        assert words in " ".join(run.task("Validate the variables and plan the clone", f"mild{number}")["warnings"])
        assert failures(run, f"mild{number}") == []
        assert words in failures(run, f"strict{number}")[0]
        assert "strict" in failures(run, f"strict{number}")[0]
    run = role.hosts({host: values for host, values in hosts.items() if host.startswith("strict")})
    assert all(words in failures(run, f"strict{number}")[0] for number, (_values, words) in enumerate(WARNED))
    assert role.writes() == []


@pytest.mark.emulator(seed=SEED)
def test_regions_that_stay_are_no_reason_to_refuse(role: RoleRuns) -> None:
    run = role.local(variables(definition=WEB, target_regions="southcentralus", strict=True)).ok()
    assert run.changed == 0
    assert "westus" in run.task("Validate the variables and plan the clone")["warnings"][0]


@pytest.mark.emulator(seed=SEED)
def test_a_group_that_cannot_be_listed_is_asked_for_the_image(role: RoleRuns) -> None:
    role.emulator.order_fault(
        method="GET", path="/images$", kind="managed_image", times=0, do={"status": 403, "code": "AuthorizationFailed"}
    )
    run = role.local(variables("other"), check=True).ok()
    assert result(run)["version"] == "1.0.0"
