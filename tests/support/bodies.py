"""Bodies as Azure answers them, for the tests of the rules."""

from __future__ import annotations

import copy
import typing as t

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
IMAGE_ID = f"{GROUP}/providers/Microsoft.Compute/images/web"
DEFINITION_ID = f"{GROUP}/providers/Microsoft.Compute/galleries/pics/images/web"
VERSION_ID = f"{DEFINITION_ID}/versions/1.0.0"


def region(name: str, count: int = 1, storage: str = "Standard_LRS", **more: t.Any) -> dict[str, t.Any]:
    return {"name": name, "regionalReplicaCount": count, "storageAccountType": storage, **more}


def version(
    state: str = "Succeeded",
    regions: t.Sequence[dict[str, t.Any]] | None = None,
    status: dict[str, str] | None = None,
    **profile: t.Any,
) -> dict[str, t.Any]:
    """A version; `status` is region to state, as `$expand=ReplicationStatus` adds it."""
    body: dict[str, t.Any] = {
        "name": "1.0.0",
        "id": VERSION_ID,
        "type": "Microsoft.Compute/galleries/images/versions",
        "location": "southcentralus",
        "properties": {
            "publishingProfile": {
                "targetRegions": copy.deepcopy(list(regions or [region("South Central US"), region("East US 2")])),
                "replicaCount": 1,
                "excludeFromLatest": False,
                "publishedDate": "2026-01-02T03:04:05.1234567-05:00",
                "storageAccountType": "Standard_LRS",
                **profile,
            },
            "storageProfile": {
                "source": {"id": IMAGE_ID},
                "osDiskImage": {"sizeInGB": 30, "hostCaching": "ReadWrite", "source": {}},
            },
            "safetyProfile": {"reportedForPolicyViolation": False, "allowDeletionOfReplicatedLocations": False},
            "provisioningState": state,
        },
    }
    if status is not None:
        states = set(status.values())
        body["properties"]["replicationStatus"] = {
            "aggregatedState": "Completed" if states == {"Completed"} else "InProgress",
            "summary": [
                {"region": name, "state": word, "progress": 100 if word == "Completed" else 40}
                for name, word in status.items()
            ],
        }
    return body


def image(**properties: t.Any) -> dict[str, t.Any]:
    return {
        "name": "web",
        "id": IMAGE_ID,
        "location": "southcentralus",
        "properties": {
            "storageProfile": {
                "osDisk": {
                    "osType": "Linux",
                    "osState": "Generalized",
                    "diskSizeGB": 30,
                    "managedDisk": {"id": f"{GROUP}/providers/Microsoft.Compute/disks/web"},
                },
                "dataDisks": [],
            },
            "provisioningState": "Succeeded",
            "hyperVGeneration": "V1",
            **properties,
        },
    }


def definition(**properties: t.Any) -> dict[str, t.Any]:
    return {
        "name": "web",
        "id": DEFINITION_ID,
        "location": "southcentralus",
        "properties": {
            "hyperVGeneration": "V1",
            "architecture": "x64",
            "osType": "Linux",
            "osState": "Generalized",
            "identifier": {"publisher": "pub", "offer": "off", "sku": "sku"},
            "provisioningState": "Succeeded",
            **properties,
        },
    }
