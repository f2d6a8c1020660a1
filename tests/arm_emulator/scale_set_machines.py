"""The instances of a Flexible scale set: machines of their own that refer to the set."""

from __future__ import annotations

import random
import string
import uuid
from dataclasses import replace
from datetime import datetime

from . import lifecycle, machine_create, sizes
from .boot import parse
from .clock import stamp
from .common import effects
from .context import Context
from .machine_disks import Builder
from .machine_images import MachineImage
from .machines import scale_set
from .messages import Json
from .paths import Target
from .store import Resource


def owned(ctx: Context, resource: Resource) -> list[Resource]:
    """The machines of a set that are not being deleted, by name."""
    group = resource.id.partition("/providers/")[0]
    found = lifecycle.children(ctx.store, ctx.settings, group, "virtual_machine", ctx.now)
    return [one for one in found if scale_set(one) == resource.key and one.state != "Deleting"]


def change(
    ctx: Context, resource: Resource, capacity: int, image: MachineImage | None, seconds: float, *, rolls: bool
) -> None:
    """Create, delete and replace machines. That a roll-out changes a machine's image in place is a guess."""
    had = owned(ctx, resource)
    for machine in had[capacity:]:
        delete(ctx, machine)
    if image is None:
        return
    if rolls:
        for machine in had[:capacity]:
            machine.properties["storageProfile"]["imageReference"] = image.reference
            machine.properties["hardwareProfile"] = {"vmSize": resource.body["sku"]["name"]}
            machine.state = "Updating"
            ctx.begin(machine, "update", seconds)
    for _unused in range(capacity - len(had)):
        _create(ctx, resource, image)


def delete(ctx: Context, machine: Resource) -> None:
    """Begin to delete one."""
    machine.state = "Deleting"
    ctx.begin(machine, "delete", ctx.settings.machine_delete_seconds)


def _create(ctx: Context, resource: Resource, image: MachineImage) -> None:
    target = Target("virtual_machine", False, ctx.target.subscription, ctx.target.group, (_name(resource),))
    own = replace(ctx, target=target)
    profile, size = resource.properties["virtualMachineProfile"], resource.body["sku"]["name"]
    builder = Builder(own, resource.location, image, "Premium_LRS" if sizes.premium(size) else "Standard_LRS")
    storage = builder.build(_with_disks(profile["storageProfile"], image))
    machine = Resource(target.id, "virtual_machine", body(resource, storage.profile, ctx.now), "Creating")
    found = effects(own, target.id, "boot")
    boot = (parse(found["boot"][0]) if "boot" in found else image.boot).on(
        size, (profile.get("securityProfile") or {}).get("securityType") or "Standard"
    )
    machine.extra = machine_create.extra(own, profile, image, boot, [])
    storage.settle(own, machine.id)
    ctx.store.add(machine)
    machine_create.start(own, machine, found)


def _with_disks(storage: Json, image: MachineImage) -> Json:
    """Disks of the image that the model leaves out go with their machine, too (a guess)."""
    had = storage.get("dataDisks") or []
    luns = {disk["lun"] for disk in had}
    more = [
        {"lun": disk.lun, "createOption": "FromImage", "deleteOption": "Delete"}
        for disk in image.data_disks
        if disk.lun not in luns
    ]
    return {**storage, "dataDisks": [*had, *more]}


def _name(resource: Resource) -> str:
    return f"{resource.name}_{uuid.uuid4().hex[:8]}"


def body(resource: Resource, storage: Json, now: float) -> Json:
    """The stored body of one machine."""
    profile = resource.properties["virtualMachineProfile"]
    properties: Json = {
        "hardwareProfile": {"vmSize": resource.body["sku"]["name"]},
        "vmId": str(uuid.uuid4()),
        "virtualMachineScaleSet": {"id": resource.id},
        "storageProfile": storage,
        "networkProfile": {"networkInterfaces": _interfaces(resource, profile)},
        "timeCreated": stamp(now),
    }
    if profile.get("osProfile"):
        names = dict(profile["osProfile"])
        suffix = "".join(random.choices(string.ascii_uppercase + string.digits, k=6))
        properties["osProfile"] = {"computerName": f"{names.pop('computerNamePrefix')}{suffix}", **names}
    if profile.get("securityProfile"):
        properties["securityProfile"] = profile["securityProfile"]
    made = datetime.fromisoformat(profile["timeCreated"][:19])
    tag = f"{made.month}/{made.day}/{made.year} {made:%I:%M:%S %p} +00:00".replace(" 0", " ", 1)
    tags = {**(resource.body.get("tags") or {}), "VirtualMachineProfileTimeCreated": tag}
    return {"location": resource.location, "tags": tags, "properties": properties}


def _interfaces(resource: Resource, profile: Json) -> list[Json]:
    """Their ids; the interfaces themselves are not emulated."""
    group = resource.id.partition("/providers/")[0]
    configurations = (profile.get("networkProfile") or {}).get("networkInterfaceConfigurations") or []
    return [
        {
            "id": f"{group}/providers/Microsoft.Network/networkInterfaces/{one['name']}-{uuid.uuid4().hex[:8]}",
            "properties": {"primary": one["properties"].get("primary", True), "deleteOption": "Delete"},
        }
        for one in configurations
    ]
