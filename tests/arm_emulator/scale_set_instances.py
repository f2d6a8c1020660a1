"""The instances of a Uniform scale set: kept with the set, in short, and rendered from the model that each of them has."""

from __future__ import annotations

import uuid
from collections import Counter

from .clock import stamp
from .context import Context
from .errors import ArmError
from .messages import Json
from .paths import TYPES
from .store import Resource

_BUSY = ("Creating", "Updating", "Deleting")


def planned(resource: Resource) -> list[Json]:
    """The instances as they will be when what runs on the set has ended."""
    fill = resource.job.fill if resource.job is not None else {}
    found: list[Json] = fill["instances"] if "instances" in fill else resource.extra["instances"]
    return found


def new(identifier: str, model: int, reference: Json, now: float) -> Json:
    """One instance: its id, the number of its model, its image, when it was created."""
    return {
        "id": identifier,
        "model": model,
        "image": reference,
        "created": stamp(now),
        "state": "",
        "power": "running",
    }


def change(resource: Resource, capacity: int, reference: Json, now: float, *, rolls: bool) -> list[Json]:
    """Begin to scale and to roll out; the instances at the end. `reference` is the image of new ones."""
    extra = resource.extra
    had = planned(resource)
    leaving = _scaled_in(resource, had, len(had) - capacity)
    during: list[Json] = []
    after: list[Json] = []
    for one in had:
        if one["id"] in leaving:
            during.append({**one, "state": "Deleting"})
        elif rolls and one["model"] != extra["model"]:
            during.append({**one, "state": "Updating"})
            after.append({**one, "model": extra["model"], "image": reference, "state": ""})
        else:
            during.append(one)
            after.append(one)
    for _unused in range(capacity - len(had)):
        one = new(str(extra["next"]), extra["model"], reference, now)
        extra["next"] += 1
        during.append({**one, "state": "Creating"})
        after.append(one)
    extra["instances"] = during
    return after


def touched(resource: Resource) -> int:
    """How many instances something happens to."""
    return sum(one["state"] in _BUSY for one in resource.extra["instances"])


def _scaled_in(resource: Resource, instances: list[Json], number: int) -> set[str]:
    """Which instances go: the oldest of the fullest, last fault domain (recorded once, so the rule is a guess)."""
    domains = resource.properties.get("platformFaultDomainCount") or 1
    left = [int(one["id"]) for one in instances]
    gone: set[str] = set()
    for _unused in range(number):
        filled = Counter(one % domains for one in left)
        fullest = max(filled, key=lambda domain: (filled[domain], domain))
        first = min(one for one in left if one % domains == fullest)
        left.remove(first)
        gone.add(str(first))
    return gone


def pick(resource: Resource, sent: Json | None) -> list[Json]:
    """The instances that an action names: `*`, or none for some actions, means all (text known, not recorded)."""
    asked = (sent or {}).get("instanceIds") or ["*"]
    if not isinstance(asked, list):
        raise ArmError(400, "InvalidParameter", "Error converting 'instanceIds' to an array.", "instanceIds")
    ids = [str(one) for one in asked]
    here = {one["id"]: one for one in planned(resource)}
    if "*" in ids:
        return list(here.values())
    for one in ids:
        if one not in here:
            text = f"The provided instanceId {one} is not an active Virtual Machine Scale Set VM instanceId."
            raise ArmError(400, "InvalidParameter", text, "instanceIds")
    return [here[one] for one in dict.fromkeys(ids)]


# -- bodies ------------------------------------------------------------------------------------------------------------
def model_of(resource: Resource, number: int) -> Json:
    """The profile and the size of one of the set's models."""
    if number == resource.extra["model"]:
        return {"profile": resource.properties["virtualMachineProfile"], "sku": resource.body["sku"]}
    found: Json = resource.extra["models"][str(number)]
    return found


def state_of(one: Json) -> str:
    """The state of an instance."""
    return str(one["state"] or "Succeeded")


def render(ctx: Context, resource: Resource, one: Json, *, expand: bool = False) -> Json:
    """An instance, in the recorded order; the etag is the set's."""
    model = model_of(resource, one["model"])
    rid = f"{resource.id}/virtualMachines/{one['id']}"
    document: Json = {"name": f"{resource.name}_{one['id']}", "id": rid, "type": TYPES["scale_set_instance"]}
    document["location"] = resource.location
    if resource.body.get("tags") is not None:
        document["tags"] = resource.body["tags"]
    document["instanceId"] = one["id"]
    document["sku"] = {name: model["sku"][name] for name in ("name", "tier")}
    document["properties"] = _properties(resource, one, model, rid)
    if expand:
        document["properties"]["instanceView"] = view(one)
    return {**document, "etag": f'"{resource.extra["etag"]}"'}


def _properties(resource: Resource, one: Json, model: Json, rid: str) -> Json:
    profile = model["profile"]
    configurations = (profile.get("networkProfile") or {}).get("networkInterfaceConfigurations") or []
    interfaces = [{"id": f"{rid}/networkInterfaces/{entry['name']}"} for entry in configurations]
    properties: Json = {
        "latestModelApplied": one["model"] == resource.extra["model"],
        "modelDefinitionApplied": "VirtualMachineScaleSet",
        "networkProfileConfiguration": {"networkInterfaceConfigurations": configurations},
        "provisioningState": state_of(one),
        "hardwareProfile": {"vmSize": model["sku"]["name"]},
        "vmId": str(uuid.uuid5(uuid.NAMESPACE_URL, rid.lower())),
        "storageProfile": _storage(resource, one, profile["storageProfile"]),
    }
    if profile.get("osProfile"):
        names = dict(profile["osProfile"])
        prefix = names.pop("computerNamePrefix")
        properties["osProfile"] = {"computerName": f"{prefix}{int(one['id']):06d}", **names}
    if profile.get("securityProfile"):
        properties["securityProfile"] = profile["securityProfile"]
    return {**properties, "networkProfile": {"networkInterfaces": interfaces}, "timeCreated": one["created"]}


def _storage(resource: Resource, one: Json, storage: Json) -> Json:
    group = resource.id.partition("/providers/")[0]
    base = f"{resource.name}_{resource.name}_{one['id']}"

    def managed(disk: Json, kind: str) -> Json:
        name = f"{base}_{kind}_{uuid.uuid5(uuid.NAMESPACE_URL, f'{resource.key}{base}{kind}').hex}"
        rid = f"{group}/providers/Microsoft.Compute/disks/{name}"
        named = {"name": name, **{key: disk[key] for key in disk if key not in ("managedDisk", "diskSizeGB")}}
        return {**named, "managedDisk": {**disk["managedDisk"], "id": rid}, "diskSizeGB": disk["diskSizeGB"]}

    os_disk = managed({key: value for key, value in storage["osDisk"].items() if key != "osType"}, "OsDisk_1")
    document: Json = {"imageReference": one["image"], "osDisk": {"osType": storage["osDisk"]["osType"], **os_disk}}
    document["dataDisks"] = []
    for number, disk in enumerate(storage.get("dataDisks", []), 2):
        rest = {key: value for key, value in disk.items() if key != "lun"}
        document["dataDisks"].append({"lun": disk["lun"], **managed(rest, f"disk{number}"), "toBeDetached": False})
    if "diskControllerType" in storage:
        document["diskControllerType"] = storage["diskControllerType"]
    return document


def view(one: Json) -> Json:
    """The statuses of an instance; what is beside them is not emulated (a guess)."""
    state, power = state_of(one), one["power"]
    provisioning = {"code": f"ProvisioningState/{state.lower()}", "level": "Info"}
    shown = "Provisioning succeeded" if state == "Succeeded" else state
    return {
        "statuses": [
            {**provisioning, "displayStatus": shown, "time": one["created"]},
            {"code": f"PowerState/{power}", "level": "Info", "displayStatus": f"VM {power}"},
        ]
    }
