"""Bodies of managed disks."""

from __future__ import annotations

import uuid

from .attachments import holder
from .clock import stamp
from .messages import Json
from .paths import TYPES
from .store import Resource

GB = 1024**3
# Largest size of each tier of Premium_LRS with its IOPS and MB/s (documented; P1 to P4 recorded).
_PREMIUM = (
    (4, "P1", 120, 25),
    (8, "P2", 120, 25),
    (16, "P3", 120, 25),
    (32, "P4", 120, 25),
    (64, "P6", 240, 50),
    (128, "P10", 500, 100),
    (256, "P15", 1100, 125),
    (512, "P20", 2300, 150),
    (1024, "P30", 5000, 200),
    (2048, "P40", 7500, 250),
    (4096, "P50", 7500, 250),
    (8192, "P60", 16000, 500),
    (16384, "P70", 18000, 750),
    (32767, "P80", 20000, 900),
)
SKUS = (
    "Standard_LRS",
    "Premium_LRS",
    "StandardSSD_LRS",
    "UltraSSD_LRS",
    "Premium_ZRS",
    "StandardSSD_ZRS",
    "PremiumV2_LRS",
)


def properties(
    size_gb: int, sku: str, creation: Json, now: float, os_type: str = "", generation: str = "", security: str = ""
) -> Json:
    """The body of a disk that exists, in the recorded order; without state."""
    document: Json = {}
    if os_type:
        document["osType"] = os_type
    if generation:
        document["hyperVGeneration"] = generation
    if os_type:
        document["supportedCapabilities"] = {"architecture": "x64"}
    document |= {"creationData": creation, "diskSizeGB": size_gb}
    tier, iops, throughput = _performance(size_gb, sku)
    document |= {"diskIOPSReadWrite": iops, "diskMBpsReadWrite": throughput}
    document["encryption"] = {"type": "EncryptionAtRestWithPlatformKey"}
    document["networkAccessPolicy"] = "AllowAll"
    if security:
        document["securityProfile"] = {"securityType": security}
    document |= {"publicNetworkAccess": "Enabled", "timeCreated": stamp(now), "uniqueId": str(uuid.uuid4())}
    if tier:
        document["tier"] = tier
    return document


def _performance(size_gb: int, sku: str) -> tuple[str, int, int]:
    if not sku.startswith("Premium_"):
        return "", 500, 60
    return next((tier, iops, mbps) for top, tier, iops, mbps in _PREMIUM if size_gb <= top or top == _PREMIUM[-1][0])


def render(resource: Resource, resource_id: str = "") -> Json:
    """While a create runs it shows what was sent (recorded), afterwards everything."""
    body = resource.body
    rid = resource_id or resource.id
    document: Json = {"name": resource.name, "id": rid, "type": TYPES["disk"], "location": resource.location}
    for name in ("tags", "zones"):
        if body.get(name) is not None:
            document[name] = body[name]
    sku = body["sku"]["name"]
    sent = resource.extra.get("sent")
    if resource.state == "Updating" and sent is not None:
        return {**document, "sku": {"name": sku}, "properties": {**sent, "provisioningState": "Updating"}}
    machine = holder(resource)
    if machine:
        document["managedBy"] = machine
    document["sku"] = {"name": sku, "tier": "Premium" if sku.startswith("Premium") else "Standard"}
    document["properties"] = _settled(resource, machine)
    return document


def _settled(resource: Resource, machine: str) -> Json:
    stored = resource.properties
    tail = ("uniqueId", "tier")
    document = {name: value for name, value in stored.items() if name not in tail}
    document["provisioningState"] = resource.state
    document["diskState"] = _state(resource, machine)
    if machine:
        document["LastOwnershipUpdateTime"] = stored["timeCreated"]
    document["diskSizeBytes"] = stored["diskSizeGB"] * GB
    return document | {name: stored[name] for name in tail if name in stored}


def _state(resource: Resource, machine: str) -> str:
    if not machine:
        return "Unattached"
    return "Reserved" if resource.extra.get("reserved") else "Attached"
