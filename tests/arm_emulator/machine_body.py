"""Bodies of virtual machines: how one is answered, and what its instance view shows at a moment."""

from __future__ import annotations

from typing import Any

from .boot import Boot, parse
from .clock import stamp
from .context import Context
from .messages import Json
from .paths import TYPES
from .store import Resource

ETAGS_SINCE = "2024-07-01"
_ORDER = (
    "hardwareProfile",
    "provisioningState",
    "vmId",
    "virtualMachineScaleSet",
    "storageProfile",
    "osProfile",
    "securityProfile",
    "networkProfile",
    "diagnosticsProfile",
    "instanceView",
    "timeCreated",
)
_ORDER_2021 = ("vmId", *(name for name in _ORDER if name not in ("vmId", "provisioningState", "instanceView")),
               "provisioningState", "instanceView")  # fmt: skip
_READY = ("ProvisioningState/succeeded", "Info", "Ready", "Guest Agent is running")
_NOT_READY = (
    "ProvisioningState/Unavailable",
    "Warning",
    "Not Ready",
    "VM status blob is found but not yet populated.",
)
AGENT_VERSION = "2.12.0.2"


def render(ctx: Context, resource: Resource, *, expand: bool = False, listed: bool = False) -> Json:
    """The whole machine. Lists have no etag (recorded)."""
    body = resource.body
    document: Json = {"name": resource.name, "id": resource.id, "type": TYPES["virtual_machine"]}
    document["location"] = resource.location
    for name in ("tags", "plan", "zones", "identity"):
        if body.get(name) is not None:
            document[name] = body[name]
    document["properties"] = _properties(ctx, resource, expand)
    if ctx.version >= ETAGS_SINCE and not listed:
        document["etag"] = etag(resource)
    return document


def etag(resource: Resource) -> str:
    """A number in quotation marks, one more with each change (recorded)."""
    return f'"{resource.extra.get("etag", 1)}"'


def headers(ctx: Context, resource: Resource) -> dict[str, str]:
    """The ETag header; not recorded beside an instance view."""
    return {"ETag": etag(resource)} if ctx.version >= ETAGS_SINCE else {}


def _properties(ctx: Context, resource: Resource, expand: bool) -> Json:
    stored: Json = dict(resource.properties)
    stored["provisioningState"] = resource.state
    stored["storageProfile"] = _storage(resource, stored["storageProfile"])
    if expand:
        stored["instanceView"] = instance_view(resource, ctx.now)
    if ctx.version >= "2022":
        return {name: stored[name] for name in _ORDER if stored.get(name) is not None}
    stored.pop("timeCreated", None)
    stored["storageProfile"] = _without_delete_options(stored["storageProfile"])
    return {name: stored[name] for name in _ORDER_2021 if stored.get(name) is not None}


def _without_delete_options(storage: Json) -> Json:
    """Not yet known in 2021 (recorded)."""

    def plain(disk: Json) -> Json:
        return {name: value for name, value in disk.items() if name != "deleteOption"}

    return {**storage, "osDisk": plain(storage["osDisk"]), "dataDisks": [plain(disk) for disk in storage["dataDisks"]]}


def _storage(resource: Resource, storage: Json) -> Json:
    """A deallocated machine's managed disks show neither size nor storage type (recorded)."""
    if resource.extra.get("power") != "deallocated":
        return storage
    return {
        **storage,
        "osDisk": _deallocated(storage["osDisk"]),
        "dataDisks": [_deallocated(disk) for disk in storage["dataDisks"]],
    }


def _deallocated(disk: Json) -> Json:
    if "managedDisk" not in disk:
        return disk
    shown = {name: value for name, value in disk.items() if name != "diskSizeGB"}
    return {**shown, "managedDisk": {"id": disk["managedDisk"]["id"]}}


# -- the instance view -----------------------------------------------------------------------------------------------
def boot_of(resource: Resource) -> Boot:
    """How the machine boots."""
    return parse(resource.extra.get("boot", "boots"))


def agent_ready(resource: Resource, now: float) -> bool:
    """Whether the agent has reported. Null: it never does."""
    ready = resource.extra.get("agent_ready")
    return ready is not None and now >= ready and resource.extra.get("power", "running") == "running"


def instance_view(resource: Resource, now: float) -> Json:
    """What the platform and the agent report at a moment. What a machine shows while it is created is a guess."""
    view: Json = {}
    running = resource.extra.get("power", "running") == "running"
    if resource.state != "Creating" and running:
        view |= _from_agent(resource, now)
    view["disks"] = [_disk(resource, disk) for disk in _disks(resource)]
    diagnostics = (resource.properties.get("diagnosticsProfile") or {}).get("bootDiagnostics") or {}
    if diagnostics.get("enabled"):
        view["bootDiagnostics"] = _blobs(resource, diagnostics.get("storageUri"))
    view["hyperVGeneration"] = resource.extra.get("generation", "V1")
    view["statuses"] = _statuses(resource)
    return view


def _blobs(resource: Resource, storage: str | None) -> Json:
    """Addresses in the storage account that was sent; none where Azure keeps the blobs itself (both recorded)."""
    if not storage:
        return {}
    name = f"{resource.name}.{resource.properties['vmId']}"
    base = f"{storage}bootdiagnostics-{resource.name.lower()[:9]}-{resource.properties['vmId']}/{name}"
    return {
        "consoleScreenshotBlobUri": f"{base}.screenshot.bmp",
        "serialConsoleLogBlobUri": f"{base}.serialconsole.log",
    }


def _from_agent(resource: Resource, now: float) -> Json:
    """Names of the machine and its system come from the agent (recorded: absent until it is ready)."""
    if not agent_ready(resource, now):
        return {"vmAgent": {"vmAgentVersion": "Unknown", "statuses": [_agent(_NOT_READY, now)]}}
    os_type = resource.properties["storageProfile"]["osDisk"].get("osType", "Linux")
    os_name, os_version = boot_of(resource).system(os_type)
    computer = (resource.properties.get("osProfile") or {}).get("computerName", resource.name)
    agent = {"vmAgentVersion": AGENT_VERSION, "statuses": [_agent(_READY, now)], "extensionHandlers": []}
    return {"computerName": computer, "osName": os_name, "osVersion": os_version, "vmAgent": agent}


def _agent(words: tuple[str, str, str, str], now: float) -> Json:
    code, level, shown, message = words
    time = stamp(float(int(now)))
    return {"code": code, "level": level, "displayStatus": shown, "message": message, "time": time}


def _disks(resource: Resource) -> list[Json]:
    storage = resource.properties["storageProfile"]
    return [storage["osDisk"], *storage["dataDisks"]]


def _disk(resource: Resource, disk: Json) -> Json:
    status = {"code": "ProvisioningState/succeeded", "level": "Info", "displayStatus": "Provisioning succeeded"}
    return {"name": disk["name"], "statuses": [{**status, "time": resource.properties["timeCreated"]}]}


def _statuses(resource: Resource) -> list[Json]:
    statuses = [_provisioning(resource)]
    if resource.state != "Creating":
        power = str(resource.extra.get("power", "running"))
        statuses.append({"code": f"PowerState/{power}", "level": "Info", "displayStatus": f"VM {power}"})
    if resource.extra.get("generalized"):
        statuses.append({"code": "OSState/generalized", "level": "Info", "displayStatus": "VM generalized"})
    return statuses


def _provisioning(resource: Resource) -> Json:
    """Succeeded is recorded, the others are a guess."""
    time: dict[str, Any] = {"time": stamp(resource.extra.get("provisioned", 0.0))}
    error = resource.extra.get("error")
    if resource.state == "Failed" and error:
        code = f"ProvisioningState/failed/{error['code']}"
        shown = {"displayStatus": "Provisioning failed", "message": error["message"]}
        return {"code": code, "level": "Error", **shown, **time}
    if resource.state in ("Creating", "Updating", "Deleting"):
        code = f"ProvisioningState/{resource.state.lower()}"
        return {"code": code, "level": "Info", "displayStatus": resource.state}
    return {"code": "ProvisioningState/succeeded", "level": "Info", "displayStatus": "Provisioning succeeded", **time}
