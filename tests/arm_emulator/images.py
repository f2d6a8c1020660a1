"""Managed images, as far as a gallery needs them."""

from __future__ import annotations

import uuid
from typing import Any

from . import lifecycle, machine_capture, usage
from .common import (
    choice,
    effects,
    envelope,
    existing_to_write,
    outcome_of,
    page,
    require_location,
    take_tags,
    upper_group,
)
from .context import Context
from .errors import ArmError, change_not_allowed, invalid, resource_not_found
from .messages import Answer, Json, empty, pretty
from .paths import TYPES
from .sources import DEFAULT_GB
from .store import Resource

CAPITALS_SINCE = "2024-07-01"
DISK_SOURCES = ("managedDisk", "snapshot", "blobUri")


def render(ctx: Context, resource: Resource) -> Json:
    """sourceVirtualMachine?, storageProfile, provisioningState, hyperVGeneration last (recorded)."""
    stored = resource.properties
    properties: Json = {}
    if stored.get("sourceVirtualMachine"):
        properties["sourceVirtualMachine"] = stored["sourceVirtualMachine"]
    properties["storageProfile"] = stored["storageProfile"]
    properties["provisioningState"] = resource.state
    if ctx.version >= "2019-03-01":
        properties["hyperVGeneration"] = stored["hyperVGeneration"]
        return envelope(ctx, resource, properties)
    head = {"properties": properties, "type": TYPES["managed_image"], "location": resource.location}
    tags = {"tags": resource.body["tags"]} if resource.body.get("tags") is not None else {}
    return {**head, **tags, "id": resource.id, "name": resource.name}  # the order of 2018 (recorded)


def read(ctx: Context) -> Answer:
    """GET one. A missing one is the gateway's 404, also in a missing group."""
    resource = ctx.get(ctx.target.key)
    if resource is None:
        ctx.require_group()
        raise resource_not_found(TYPES["managed_image"], ctx.target.names, ctx.target.group)
    return pretty(200, render(ctx, resource))


def listing(ctx: Context) -> Answer:
    """GET all of a group or of the subscription."""
    key = ctx.require_group().key if ctx.target.group else f"/subscriptions/{ctx.target.subscription}"
    found = lifecycle.children(ctx.store, ctx.settings, key, "managed_image", ctx.now)
    return page(ctx, found, lambda resource: _listed(ctx, resource))


def _listed(ctx: Context, resource: Resource) -> Json:
    """The list of a group spells it in capitals (recorded with 2024-07-01); that a subscription's does not is a guess."""
    document = render(ctx, resource)
    if ctx.target.group and ctx.version >= CAPITALS_SINCE:
        document["id"] = upper_group(document["id"])
    return document


def write(ctx: Context) -> Answer:
    """PUT and PATCH."""
    patch = ctx.request.method == "PATCH"
    body = ctx.body()
    existing = existing_to_write(ctx, body, "Update Image")
    if existing is None:
        return _create(ctx, body)
    _refuse_changes(existing, body.get("properties") or {})
    take_tags(ctx, body, existing.body, patch=patch)
    existing.state = "Updating"
    outcome, error = outcome_of(effects(ctx, existing.id))
    operation = ctx.begin(existing, "update", ctx.settings.operation_seconds, outcome=outcome, error=error)
    return ctx.started(200, operation, render(ctx, existing))


def _refuse_changes(existing: Resource, sent: Json) -> None:
    """Only tags change in practice."""
    stored = existing.properties
    machine = (sent.get("sourceVirtualMachine") or {}).get("id")
    if machine and machine.lower() != str((stored.get("sourceVirtualMachine") or {}).get("id", "")).lower():
        raise change_not_allowed("sourceVirtualMachine.id")
    generation = sent.get("hyperVGeneration")
    if generation and str(generation).lower() != stored["hyperVGeneration"].lower():
        raise change_not_allowed("hyperVGeneration")
    disk = (sent.get("storageProfile") or {}).get("osDisk") or {}
    had = stored["storageProfile"]["osDisk"]
    for name in ("osType", "osState"):
        if disk.get(name) and str(disk[name]).lower() != str(had.get(name)).lower():
            raise change_not_allowed(f"osDisk.{name}")
    for name in ("managedDisk", "snapshot"):
        if disk.get(name) and _id(disk.get(name)) != _id(had.get(name)):
            raise change_not_allowed(f"osDisk.{name}.id")


def _id(reference: Any) -> str:
    return str((reference or {}).get("id", "")).lower()


def _create(ctx: Context, body: Json) -> Answer:
    location = require_location(ctx, body, None)
    sent = body.get("properties") or {}
    machine = (sent.get("sourceVirtualMachine") or {}).get("id")
    stored: Json = {}
    if machine:
        stored["sourceVirtualMachine"] = {"id": machine}
        storage = machine_capture.storage(ctx, machine) or _from_machine(ctx, machine)
    else:
        storage = _from_disks(sent.get("storageProfile") or {})
        machine_capture.check_disks(ctx, storage)
    if (sent.get("storageProfile") or {}).get("zoneResilient") is not None:
        storage["zoneResilient"] = sent["storageProfile"]["zoneResilient"]
    stored["storageProfile"] = storage
    stored["hyperVGeneration"] = choice(sent.get("hyperVGeneration") or "V1", ("V1", "V2"), "image.hyperVGeneration")
    resource = Resource(ctx.target.id, "managed_image", {"location": location, "properties": stored}, "Creating")
    boot = machine_capture.boot(ctx, machine, storage)
    if boot:
        resource.extra["boot"] = boot
    take_tags(ctx, body, resource.body, patch=False)
    ctx.store.add(resource)
    outcome, error = outcome_of(effects(ctx, resource.id))
    fill = _sized(ctx, storage, machine)
    operation = ctx.begin(resource, "create", ctx.settings.operation_seconds, outcome=outcome, error=error, fill=fill)
    return ctx.started(201, operation, render(ctx, resource))


def _from_machine(ctx: Context, machine: str) -> Json:
    """Filled at once; `dataDisks: []` when there are none (recorded). The machine need not exist."""
    base, _middle, rest = machine.partition("/providers/")
    name = rest.rpartition("/")[2]
    if not base or not name:
        raise invalid(f"Id '{machine}' is not a valid resource reference.", "sourceVirtualMachine.id")  # a guess
    seeded = ctx.store.sources.get(machine.lower(), {})
    disks = f"{base}/providers/Microsoft.Compute/disks/{name}"
    kind = seeded.get("storage_account_type", "Premium_LRS")
    data = [
        {
            "lun": disk["lun"],
            "managedDisk": {"id": f"{disks}_disk{index}_{uuid.uuid5(uuid.NAMESPACE_URL, f'{machine}{index}').hex}"},
            "caching": disk.get("caching", "None"),
            "storageAccountType": kind,
        }
        for index, disk in enumerate(seeded.get("data_disks", []), 2)
    ]
    return {
        "osDisk": {
            "osType": seeded.get("os_type", "Linux"),
            "osState": seeded.get("os_state", "Generalized"),
            "managedDisk": {"id": f"{disks}_OsDisk_1_{uuid.uuid5(uuid.NAMESPACE_URL, machine).hex}"},
            "caching": "ReadWrite",
            "storageAccountType": kind,
        },
        "dataDisks": data,
    }


def _from_disks(sent: Json) -> Json:
    """From disks, snapshots or blobs: caching None, Standard_LRS unless sent."""
    disk = sent.get("osDisk")
    if not isinstance(disk, dict) or not any(disk.get(name) for name in DISK_SOURCES):
        raise invalid("Required parameter 'storageProfile.osDisk' is missing (null).", "storageProfile.osDisk")
    if not disk.get("osType"):
        raise invalid("Required parameter 'osDisk.osType' is missing (null).", "osDisk.osType")
    stored: Json = {
        "osType": choice(disk["osType"], ("Linux", "Windows"), "image.osDisk.osType"),
        "osState": choice(disk.get("osState") or "Generalized", ("Generalized", "Specialized"), "image.osDisk.osState"),
        **_disk(disk),
    }
    data = [{"lun": entry.get("lun"), **_disk(entry)} for entry in sent.get("dataDisks") or []]
    return {"osDisk": stored, "dataDisks": data}


def _disk(sent: Json) -> Json:
    stored: Json = {}
    if sent.get("diskSizeGB"):
        stored["diskSizeGB"] = sent["diskSizeGB"]
    for name in DISK_SOURCES:
        if sent.get(name):
            stored[name] = sent[name]
    stored["caching"] = sent.get("caching") or "None"
    stored["storageAccountType"] = sent.get("storageAccountType") or "Standard_LRS"
    if sent.get("diskEncryptionSet"):
        stored["diskEncryptionSet"] = sent["diskEncryptionSet"]
    return stored


def _sized(ctx: Context, storage: Json, machine: str | None) -> Json:
    """diskSizeGB appears on success, before the disk's source (recorded)."""
    seeded = ctx.store.sources.get((machine or "").lower(), {})
    disk = storage["osDisk"]
    size = disk.get("diskSizeGB") or seeded.get("os_disk_gb") or _seeded(ctx, disk) or DEFAULT_GB[disk["osType"]]
    sizes = {entry["lun"]: entry.get("size_gb", 10) for entry in seeded.get("data_disks", [])}
    data = []
    for entry in storage["dataDisks"]:
        gb = entry.get("diskSizeGB") or sizes.get(entry["lun"]) or _seeded(ctx, entry) or 10
        data.append(with_size(entry, gb, ("lun",)))
    return {"osDisk": with_size(disk, size, ("osType", "osState")), "dataDisks": data}


def _seeded(ctx: Context, disk: Json) -> int | None:
    for name in ("managedDisk", "snapshot"):
        existing = ctx.get(_id(disk.get(name)))
        if existing is not None and existing.kind == "disk":
            return int(existing.properties["diskSizeGB"])
        seeded = ctx.store.sources.get(_id(disk.get(name)), {})
        if seeded.get("os_disk_gb") or seeded.get("size_gb"):
            return int(seeded.get("os_disk_gb") or seeded["size_gb"])
    return None


def with_size(disk: Json, size: int, before: tuple[str, ...]) -> Json:
    """A disk with its size in the recorded place."""
    head = {name: disk[name] for name in before}
    rest = {name: value for name, value in disk.items() if name not in before and name != "diskSizeGB"}
    return {**head, "diskSizeGB": size, **rest}


def remove(ctx: Context) -> Answer:
    """DELETE: 202, 204 when it is gone (recorded). Refused while machines are created from it (full JSON seen)."""
    resource = ctx.get(ctx.target.key)
    if resource is None:
        ctx.require_group()
        return empty(204)
    waiting = usage.being_provisioned(ctx, resource)
    if waiting:
        names = ", ".join(f"'{name}'" for name in waiting)
        text = (
            f"Operation 'Image Delete' is not allowed since the Virtual Machines {names} are being provisioned using the "
            f"Image '{resource.name}'."
        )
        raise ArmError(409, "OperationNotAllowed", text)
    resource.state = "Deleting"
    outcome, error = outcome_of(effects(ctx, resource.id))
    operation = ctx.begin(resource, "delete", ctx.settings.operation_seconds, outcome=outcome, error=error)
    return ctx.started(202, operation, None, monitor=True)
