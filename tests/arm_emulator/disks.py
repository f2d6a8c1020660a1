"""Managed disks: empty ones, and copies of gallery versions, disks and snapshots."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from . import disk_body, lifecycle, machine_images
from .attachments import holder
from .common import choice, effects, existing_to_write, listed_id, outcome_of, page, require_location, take_tags
from .context import Context
from .errors import ArmError, change_not_allowed, invalid, resource_not_found
from .messages import Answer, Json, empty, pretty
from .paths import TYPES, split_id
from .store import Resource

CREATE_OPTIONS = ("Empty", "FromImage", "Copy", "Restore", "Attach", "Import", "Upload")


@dataclass(slots=True)
class Origin:
    """The source of a disk."""

    creation: Json
    gb: int | None = None
    os_type: str = ""
    generation: str = ""
    boot: Json | None = None


def read(ctx: Context) -> Answer:
    """GET one."""
    resource = ctx.get(ctx.target.key)
    if resource is None:
        raise resource_not_found(TYPES["disk"], ctx.target.names, ctx.target.group)
    return pretty(200, disk_body.render(resource))


def listing(ctx: Context) -> Answer:
    """GET all of a group or of the subscription."""
    key = ctx.require_group().key if ctx.target.group else f"/subscriptions/{ctx.target.subscription}"
    found = lifecycle.children(ctx.store, ctx.settings, key, "disk", ctx.now)
    return page(ctx, found, lambda one: disk_body.render(one, listed_id(ctx, one)))


def write(ctx: Context) -> Answer:
    """PUT and PATCH."""
    patch = ctx.request.method == "PATCH"
    body = ctx.body()
    existing = existing_to_write(ctx, body, "Update Disk")
    if existing is None:
        return _create(ctx, body)
    return _update(ctx, existing, body, patch)


def _create(ctx: Context, body: Json) -> Answer:
    location = require_location(ctx, body, None)
    sent = body.get("properties") or {}
    origin = _origin(ctx, sent, location)
    size = sent.get("diskSizeGB") or origin.gb
    if size is None:
        raise invalid("Required parameter 'disk.diskSizeGB' is missing (null).", "disk.diskSizeGB")
    if origin.gb is not None and size < origin.gb:
        raise smaller(size, origin.gb)
    sku = choice((body.get("sku") or {}).get("name") or "Standard_LRS", disk_body.SKUS, "disk.sku.name")
    generation = origin.generation or sent.get("hyperVGeneration") or ""
    os_type = origin.os_type or sent.get("osType") or ""
    security = (sent.get("securityProfile") or {}).get("securityType") or ""
    stored = disk_body.properties(size, sku, origin.creation, ctx.now, os_type, generation, security)
    kept = {"location": location, "sku": {"name": sku}, "properties": stored}
    resource = Resource(ctx.target.id, "disk", kept, "Updating", extra={"sent": sent})
    if origin.boot:
        resource.extra["boot"] = origin.boot
    take_tags(ctx, body, resource.body, patch=False)
    ctx.store.add(resource)
    return _started(ctx, resource, "create")


def _started(ctx: Context, resource: Resource, action: str) -> Answer:
    """202 with both headers; the operation's body brings the disk along (recorded)."""
    outcome, error = outcome_of(effects(ctx, resource.id))
    operation = ctx.begin(resource, action, ctx.settings.operation_seconds, outcome=outcome, error=error)
    shown = disk_body.render(resource)
    resource.state = "Succeeded"
    operation.output = disk_body.render(resource)
    resource.state = "Updating"
    return ctx.started(202, operation, shown, monitor=True)


def smaller(asked: int, needed: int) -> ArmError:
    """The text is seen for scale sets; that it is refused at once is a guess."""
    text = (
        f"The specified disk size {asked} GB is smaller than the size of the corresponding disk in the VM image: "
        f"{needed} GB. This is not allowed. Please choose equal or greater size or do not specify an explicit size."
    )
    return ArmError(409, "OperationNotAllowed", text)


def _origin(ctx: Context, sent: Json, location: str) -> Origin:
    creation = sent.get("creationData") or {}
    if not creation.get("createOption"):
        path = "disk.creationData.createOption"
        raise invalid(f"Required parameter '{path}' is missing (null).", path)
    option = choice(creation["createOption"], CREATE_OPTIONS, "disk.creationData.createOption")
    if option == "FromImage":
        return _from_image(ctx, creation, location)
    if option == "Copy":
        return _copy(ctx, creation)
    return Origin({**creation, "createOption": option})


def _from_image(ctx: Context, creation: Json, location: str) -> Origin:
    """The operating system disk of a version, or the data disk of a LUN; the answer has both references (recorded)."""
    reference = creation.get("galleryImageReference") or creation.get("imageReference") or {}
    named = reference.get("id") or reference.get("sharedGalleryImageId") or reference.get("communityGalleryImageId")
    target = split_id(named)
    if not named or (target is not None and target.kind != "image_version"):
        text = "The galleryImageReference must be the id of a gallery image version."  # a guess
        raise invalid(text, "disk.creationData.galleryImageReference.id")
    image = machine_images.find(ctx, _as_machine_reference(reference), location)
    lun = reference.get("lun")
    shown = {"createOption": "FromImage", "imageReference": {"id": named}, "galleryImageReference": reference}
    if lun is None:
        return Origin(shown, image.os_disk_gb, image.os_type, image.generation, image.boot.plain() or None)
    found = next((disk for disk in image.data_disks if disk.lun == lun), None)
    if found is None:
        text = f"The gallery image version {named} has no data disk with LUN {lun}."  # a guess
        raise invalid(text, "disk.creationData.galleryImageReference.lun")
    return Origin({**shown, "imageReference": {"id": named, "lun": lun}}, found.gb)


def _as_machine_reference(reference: Json) -> Json:
    return {name: value for name, value in reference.items() if name != "lun"}


def _copy(ctx: Context, creation: Json) -> Origin:
    """From a disk, or from a snapshot, which may exist only in the seed's sources."""
    source = str(creation.get("sourceResourceId") or "")
    disk = ctx.get(source)
    seeded = ctx.store.sources.get(source.lower(), {})
    unique = str(uuid.uuid5(uuid.NAMESPACE_URL, source.lower()))
    shown = {"createOption": "Copy", "sourceResourceId": source, "sourceUniqueId": unique}
    if disk is not None and disk.kind == "disk":
        stored = disk.properties
        shown["sourceUniqueId"] = stored["uniqueId"]
        generation = stored.get("hyperVGeneration", "")
        return Origin(shown, stored["diskSizeGB"], stored.get("osType", ""), generation, disk.extra.get("boot"))
    gb = seeded.get("os_disk_gb") or seeded.get("size_gb") or 10
    return Origin(shown, gb, seeded.get("os_type", ""), seeded.get("hyper_v_generation", ""))


def _update(ctx: Context, existing: Resource, body: Json, patch: bool) -> Answer:
    """Tags, storage type and a larger size; the source stays."""
    sent = body.get("properties") or {}
    option = (sent.get("creationData") or {}).get("createOption")
    if option and str(option).lower() != existing.properties["creationData"]["createOption"].lower():
        raise change_not_allowed("disk.creationData.createOption")
    size = sent.get("diskSizeGB")
    if size is not None and size < existing.properties["diskSizeGB"]:
        text = "The new disk size must be greater than or equal to the existing size."  # a guess
        raise invalid(text, "disk.diskSizeGB")
    take_tags(ctx, body, existing.body, patch=patch)
    if size is not None:
        existing.properties["diskSizeGB"] = size
    if (body.get("sku") or {}).get("name"):
        existing.body["sku"] = {"name": choice(body["sku"]["name"], disk_body.SKUS, "disk.sku.name")}
    existing.extra.pop("sent", None)
    existing.state = "Updating"
    return _started(ctx, existing, "update")


def remove(ctx: Context) -> Answer:
    """DELETE: 202, 204 when it is gone; refused while a machine holds it (text seen, not recorded)."""
    resource = ctx.get(ctx.target.key)
    if resource is None:
        return empty(204)
    if holder(resource) and resource.state != "Deleting":
        raise ArmError(409, "OperationNotAllowed", f"Disk {resource.name} is attached to VM {holder(resource)}.")
    resource.state = "Deleting"
    outcome, error = outcome_of(effects(ctx, resource.id))
    operation = ctx.begin(resource, "delete", ctx.settings.operation_seconds, outcome=outcome, error=error)
    return ctx.started(202, operation, None, monitor=True)
