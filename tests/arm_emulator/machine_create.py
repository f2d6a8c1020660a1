"""The create of a virtual machine: its stored body, and its provisioning."""

from __future__ import annotations

import re
import uuid
from typing import Any

from . import machine_body, machine_images, machine_network, machine_profiles, machine_rules, sizes
from .attachments import attach
from .boot import Boot, parse
from .clock import stamp
from .common import effects, outcome_of, require_location, take_tags
from .context import Context
from .errors import invalid
from .machine_disks import Builder
from .machine_images import MachineImage
from .messages import Answer, Json
from .store import Resource

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9_-])?\Z")
_TIMED_OUT = (
    "OS Provisioning for VM '{name}' did not finish in the allotted time. The VM may still finish provisioning successfully. "
    "Please check provisioning state later. Also, make sure the image has been properly prepared (generalized)."
)
_CLIENT_ERROR = (
    "OS provisioning for VM '{name}' did not finish in the allotted time. However, the VM guest agent was detected running. "
    "This suggests the guest OS has not been properly prepared to be used as a VM image (with CreateOption=FromImage)."
)
_INTERNAL_ERROR = "OS Provisioning failed for VM '{name}' due to an internal error."
_NO_CAPACITY = (
    "Allocation failed. We do not have sufficient capacity for the requested VM size in this region. Read more about "
    "improving likelihood of allocation success at https://aka.ms/allocation-guidance"
)
# How the operation of an outcome ends: code and text (seen in public issues; of the internal error a guess), and
# whether Azure waits until its time-out for it.
_ENDINGS: dict[str, tuple[str, str, bool]] = {
    "provisioning_timed_out": ("OSProvisioningTimedOut", _TIMED_OUT, True),
    "not_generalized": ("OSProvisioningClientError", _CLIENT_ERROR, True),
    "internal_error": ("OSProvisioningInternalError", _INTERNAL_ERROR, False),
    "allocation_failed": ("AllocationFailed", _NO_CAPACITY, False),
}


def create(ctx: Context, body: Json) -> Answer:
    """PUT of a name that is free."""
    location = require_location(ctx, body, None)
    if not _NAME.match(ctx.target.name):
        raise invalid(f"The entity name '{ctx.target.name}' is invalid.", "vmName")  # a guess
    properties = body.get("properties") or {}
    body = {**body, "properties": properties}
    found = effects(ctx, ctx.target.id, "boot")
    image, boot = _image(ctx, body, location, found)
    resource = _resource(ctx, body, location, image, boot)
    take_tags(ctx, body, resource.body, patch=False)
    ctx.store.add(resource)
    return start(ctx, resource, found)


def _image(ctx: Context, body: Json, location: str, found: Json) -> tuple[MachineImage | None, Boot]:
    """The image and how it boots here; None for a machine whose disk is attached."""
    properties = body["properties"]
    size = machine_rules.vm_size(properties)
    reference = (properties.get("storageProfile") or {}).get("imageReference")
    image = machine_images.find(ctx, reference, location) if reference else None
    boot = parse(found["boot"][0]) if "boot" in found else (image.boot if image else Boot())
    boot = boot.on(size, machine_rules.security_type(properties))
    if image is not None:
        machine_rules.check(ctx, body, image, boot)
    else:
        machine_rules.check_capacity(ctx, boot, size)
    return image, boot


def _resource(ctx: Context, body: Json, location: str, image: MachineImage | None, boot: Boot) -> Resource:
    sent = body["properties"]
    network, interfaces = machine_network.read(ctx, sent.get("networkProfile"), location)
    size = machine_rules.vm_size(sent)
    builder = Builder(ctx, location, image, "Premium_LRS" if sizes.premium(size) else "Standard_LRS")
    storage = builder.build(sent.get("storageProfile") or {})
    stored: Json = {"hardwareProfile": sent["hardwareProfile"], "vmId": str(uuid.uuid4())}
    if sent.get("virtualMachineScaleSet"):
        stored["virtualMachineScaleSet"] = sent["virtualMachineScaleSet"]
    stored |= {"storageProfile": storage.profile, "networkProfile": network, "timeCreated": stamp(ctx.now)}
    os_type = storage.profile["osDisk"]["osType"]
    if sent.get("osProfile"):
        stored["osProfile"] = machine_profiles.os_profile(sent["osProfile"], os_type)
    for name, value in (
        ("securityProfile", machine_profiles.security_profile(sent.get("securityProfile"))),
        ("diagnosticsProfile", machine_profiles.diagnostics_profile(sent.get("diagnosticsProfile"), None)),
    ):
        if value is not None:
            stored[name] = value
    kept = {name: body[name] for name in ("plan", "zones", "identity") if body.get(name)}
    resource = Resource(
        ctx.target.id, "virtual_machine", {"location": location, **kept, "properties": stored}, "Creating"
    )
    resource.extra = extra(ctx, sent, image, boot, storage.attached)
    storage.settle(ctx, resource.id)
    for interface in interfaces:
        attach(interface, resource.id)
    return resource


def extra(ctx: Context, sent: Json, image: MachineImage | None, boot: Boot, attached: list[Resource]) -> Json:
    """Stored values that responses omit. An attached disk boots like its version; an empty one never reports."""
    generation = image.generation if image else "V1"
    if image is None and attached:
        disk = attached[0]
        generation = disk.properties.get("hyperVGeneration", "V1")
        if disk.extra.get("boot"):
            boot = parse(disk.extra["boot"])
        elif disk.properties["creationData"].get("createOption") == "Empty":
            boot = Boot("agent_never_ready")
    password = (sent.get("osProfile") or {}).get("adminPassword")
    found: Json = {"generation": generation, "boot": boot.plain(), "power": "running", "etag": 1}
    diagnostics = (sent.get("diagnosticsProfile") or {}).get("bootDiagnostics") or {}
    if machine_profiles.flag(diagnostics.get("enabled")):
        found["diagnosed"] = ctx.now
    return {**found, "password": machine_profiles.fingerprint(password)}


def start(ctx: Context, resource: Resource, found: dict[str, list[Any]]) -> Answer:
    """Begin to provision a new machine. `found` are the faults about it."""
    boot = machine_body.boot_of(resource)
    settings = ctx.settings
    seconds, (outcome, error) = settings.machine_seconds, outcome_of(found)
    failed = ending(boot, resource.name)
    if failed is not None and outcome == "Succeeded":
        outcome, error = "Failed", failed[0]
        seconds = settings.provisioning_timeout if failed[1] else seconds
    if boot.outcome == "vanishes":
        resource.vanish = ctx.now + seconds / 2
    if "vanish_after" in found:
        resource.vanish = ctx.now + float(found["vanish_after"][0])
    resource.extra["provisioned"] = ctx.now + seconds
    resource.extra["agent_ready"] = _agent_time(ctx, boot, outcome, seconds)
    if error is not None:
        resource.extra["error"] = error
    operation = ctx.begin(resource, "create", seconds, outcome=outcome, error=error)
    answer = ctx.started(201, operation, machine_body.render(ctx, resource))
    answer.headers.update(machine_body.headers(ctx, resource))
    return answer


def ending(boot: Boot, name: str) -> tuple[Json, bool] | None:
    """The error of a machine that does not boot, and whether Azure waits for it until its time-out."""
    if boot.outcome not in _ENDINGS:
        return None
    code, text, slow = _ENDINGS[boot.outcome]
    return {"code": code, "message": text.format(name=name)}, slow


def _agent_time(ctx: Context, boot: Boot, outcome: str, seconds: float) -> float | None:
    """When the agent reports first; None if never. In an image that was not generalized it runs, though late."""
    if boot.outcome == "not_generalized":
        return ctx.now + seconds
    if outcome != "Succeeded" or boot.outcome in ("agent_never_ready", "vanishes"):
        return None
    late = boot.agent_seconds if boot.agent_seconds is not None else ctx.settings.agent_seconds
    return ctx.now + seconds + late
