"""Bodies with a wrong value at every place: each is refused as the client's mistake, or served."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from arm_emulator.messages import Request

from .conftest import COMPUTE, GALLERY, VERSION, Azure, version_body

pytestmark = pytest.mark.slow

DISK = {"id": f"{COMPUTE}/disks/d"}
SET = {"diskEncryptionSetId": f"{COMPUTE}/diskEncryptionSets/s"}
BODIES: dict[str, tuple[str, dict[str, Any]]] = {
    "gallery": (f"{COMPUTE}/galleries/new", {
        "identity": {"type": "SystemAssigned"},
        "properties": {
            "description": "d",
            "softDeletePolicy": {"isSoftDeleteEnabled": True, "retentionPeriodInDays": 7, "gracePeriodInDays": 1},
            "sharingProfile": {"permissions": "Community", "communityGalleryInfo": {"publicNamePrefix": "abcde"}},
        },
    }),
    "definition": (f"{GALLERY}/images/new", {"properties": {
        "osType": "Linux", "osState": "Generalized", "hyperVGeneration": "V1", "architecture": "x64",
        "identifier": {"publisher": "p", "offer": "o", "sku": "new"},
        "description": "d", "eula": "e", "privacyStatementUri": "u", "releaseNoteUri": "u",
        "endOfLifeDate": "2027-01-01T00:00:00Z",
        "recommended": {"vCPUs": {"min": 1, "max": 2}, "memory": {"min": 1, "max": 2}},
        "disallowed": {"diskTypes": ["Premium_LRS"]},
        "purchasePlan": {"name": "n", "publisher": "p", "product": "p"},
        "features": [{"name": "SecurityType", "value": "Standard", "startsAtVersion": "1.0.0"}],
        "allowUpdateImage": True,
    }}),
    "version": (VERSION, {"properties": {
        "storageProfile": version_body()["properties"]["storageProfile"],
        "publishingProfile": {
            "targetRegions": [{
                "name": "eastus2", "regionalReplicaCount": 1, "storageAccountType": "Standard_LRS",
                "excludeFromLatest": False, "encryption": {"osDiskImage": SET, "dataDiskImages": [{"lun": 0, **SET}]},
            }],
            "targetExtendedLocations": [{
                "name": "eastus2", "extendedLocation": {"name": "e", "type": "EdgeZone"},
                "extendedLocationReplicaCount": 1, "storageAccountType": "Standard_LRS",
            }],
            "replicaCount": 1, "excludeFromLatest": False, "endOfLifeDate": "2027-01-01T00:00:00Z",
            "storageAccountType": "Standard_LRS", "replicationMode": "Full",
        },
        "safetyProfile": {"allowDeletionOfReplicatedLocations": True, "blockDeletionBeforeEndOfLife": False},
        "securityProfile": {"uefiSettings": {}},
    }}),
    "version of disks": (VERSION, {"properties": {"storageProfile": {
        "osDiskImage": {"hostCaching": "None", "source": DISK},
        "dataDiskImages": [{"lun": 0, "hostCaching": "None", "source": {"id": f"{COMPUTE}/disks/e"}}],
    }}}),
    "version of 2018": (VERSION, {"properties": {"publishingProfile": {
        "regions": ["eastus2"], "scaleTier": "S30",
        "source": {"managedImage": {"id": f"{COMPUTE}/images/image"}},
    }}}),
    "image": (f"{COMPUTE}/images/new", {"properties": {
        "hyperVGeneration": "V1",
        "storageProfile": {
            "zoneResilient": False,
            "osDisk": {"osType": "Linux", "osState": "Generalized", "managedDisk": DISK, "diskSizeGB": 30,
                       "caching": "None", "storageAccountType": "Standard_LRS", "diskEncryptionSet": {"id": "s"}},
            "dataDisks": [{"lun": 0, "snapshot": DISK, "diskSizeGB": 10}],
        },
    }}),
    "image of a machine": (f"{COMPUTE}/images/new", {"properties": {
        "sourceVirtualMachine": {"id": f"{COMPUTE}/virtualMachines/m"}}}),
}  # fmt: skip
WRONG = (
    None, "", "x", 0, -1, 5, 2**40, 1.5, True, [], [None], ["x"], [[]], {}, {"x": 1}, {"id": 5},
    "\ud800", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "/subscriptions/x/y",
)  # fmt: skip


VERSIONS = {
    "definition": "2025-03-03",
    "version of 2018": "2018-06-01",
    "image": "2024-07-01",
    "image of a machine": "2024-07-01",
}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        yield (*path, key)
        yield from places(below, (*path, key))


def changed(body: dict[str, Any], place: tuple[Any, ...], value: Any) -> dict[str, Any]:
    body = copy.deepcopy(body)
    inner: Any = body
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return body


def without(body: dict[str, Any], place: tuple[Any, ...]) -> dict[str, Any]:
    body = copy.deepcopy(body)
    inner: Any = body
    for key in place[:-1]:
        inner = inner[key]
    del inner[place[-1]]
    return body


def try_all(azure: Azure, name: str, version: str, reached: set[int]) -> None:
    """Each wrong body as a PATCH, as a PUT and as a PUT again; what was taken must also be shown."""
    path, whole = BODIES[name]
    whole = {"location": "eastus2", "tags": {"a": "b"}, **whole}
    bodies = [changed(whole, place, wrong) for place in places(whole) for wrong in WRONG]
    bodies += [without(whole, place) for place in places(whole)]
    for body in bodies:
        for method in ("PATCH", "PUT", "PUT", "PATCH"):
            answer = azure.call(method, path, body, version)
            reached.add(answer.status)
            assert answer.status < 500
            if answer.status < 300:
                azure.wait(answer)
                azure.get(f"{path}?$expand=ReplicationStatus", version)
        removed = azure.call("DELETE", path, None, version)
        if removed.status == 202:
            azure.wait(removed)


@pytest.mark.parametrize(
    ("name", "version"),
    [(name, VERSIONS.get(name, "2024-03-03")) for name in BODIES],
)
def test_nothing_that_is_sent_is_a_mistake_of_ours(name: str, version: str, make_azure: Callable[..., Azure]) -> None:
    reached: set[int] = set()
    try_all(make_azure(replication_seconds=2.0), name, version, reached)
    assert {201, 400} <= reached, "bodies were taken, and others refused"


@pytest.mark.parametrize(
    ("profile", "path"),
    [
        ("x", "publishingProfile"),
        ({"targetRegions": {"name": "eastus2"}}, "publishingProfile.targetRegions"),
        ({"targetRegions": [{"name": "eastus2"}, None]}, "publishingProfile.targetRegions[1]"),
        ({"replicaCount": "2"}, "publishingProfile.replicaCount"),
        ({"excludeFromLatest": "false"}, "publishingProfile.excludeFromLatest"),
    ],
)
def test_the_place_is_named(profile: Any, path: str, azure: Azure) -> None:
    body = version_body()
    body["properties"]["publishingProfile"] = profile
    answer = azure.call("PUT", VERSION, body)
    assert azure.error(answer) == (400, "InvalidParameter")
    assert answer.json()["error"]["target"] == f"galleryImageVersion.properties.{path}"
    assert f"Path 'properties.{path}'." in answer.json()["error"]["message"]


@pytest.mark.parametrize("body", [b"{", b"[1]", b"5", b"\xff", b"[" * 100_000, b'{"tags": ' + b"9" * 5000 + b"}"])
def test_what_is_no_json_object(body: bytes, azure: Azure) -> None:
    headers = {"host": "127.0.0.1:1", "authorization": f"Bearer {azure.token}"}
    answer = azure.service.handle(Request.of("PUT", f"{VERSION}?api-version=2024-03-03", headers, body))
    assert azure.error(answer) == (400, "InvalidRequestContent")


@pytest.mark.parametrize(
    "profile",
    [
        {"replicaCount": 0},
        {"targetRegions": [{"name": "eastus2", "regionalReplicaCount": 0}]},
        {"targetExtendedLocations": [{"name": "eastus2", "extendedLocationReplicaCount": 0}]},
    ],
)
def test_no_replica_is_not_the_default(profile: dict[str, Any], azure: Azure) -> None:
    body = version_body(**profile)
    refused = azure.call("PUT", VERSION, body)
    assert azure.error(refused) == (400, "InvalidParameter")
    assert "The value 0 of parameter" in refused.json()["error"]["message"]
    azure.wait(azure.call("PUT", VERSION, version_body()))
    for method in ("PUT", "PATCH"):
        assert azure.call(method, VERSION, body).json() == refused.json()


@pytest.mark.parametrize("days", [-1, 3651, 2**31 - 1])
def test_the_recycle_bin_ends_within_the_calendar(days: int, azure: Azure) -> None:
    policy = {"isSoftDeleteEnabled": True, "retentionPeriodInDays": days}
    refused = azure.call("PUT", GALLERY, {"location": "eastus2", "properties": {"softDeletePolicy": policy}})
    assert azure.error(refused) == (400, "InvalidParameter")


PAST = "2020-01-01T00:00:00Z"
IDENTIFIED = {"osType": "Linux", "identifier": {"publisher": "p", "offer": "o", "sku": "s"}}


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize(
    ("path", "properties"),
    [
        (GALLERY, {"description": "new", "softDeletePolicy": {"retentionPeriodInDays": -1}}),
        (f"{GALLERY}/images/definition", {**IDENTIFIED, "description": "new", "endOfLifeDate": PAST}),
        (VERSION, {"publishingProfile": {"excludeFromLatest": True, "endOfLifeDate": PAST}}),
        (VERSION, {
            "publishingProfile": {"targetRegions": [{"name": "eastus2"}]},
            "safetyProfile": {"allowDeletionOfReplicatedLocations": False, "blockDeletionBeforeEndOfLife": True},
        }),
    ],
)  # fmt: skip
def test_a_refused_update_changes_nothing(path: str, properties: dict[str, Any], method: str, azure: Azure) -> None:
    made = version_body(regions=["eastus2", "westus2"])
    made["properties"]["safetyProfile"] = {"allowDeletionOfReplicatedLocations": True}
    azure.wait(azure.call("PUT", VERSION, made))
    before = azure.get(path)
    refused = azure.call(method, path, {"location": "eastus2", "tags": {"new": "tag"}, "properties": properties})
    assert refused.status in (400, 409)
    assert azure.get(path) == before
