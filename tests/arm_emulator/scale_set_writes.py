"""The create and the update of a scale set."""

from __future__ import annotations

import copy
import uuid
from typing import Any

from . import (
    machine_create,
    machine_images,
    machine_rules,
    machine_update,
    scale_set_body,
    scale_set_instances,
    scale_set_machines,
    scale_set_model,
    scale_set_rules,
)
from .boot import Boot
from .clock import stamp
from .common import choice, effects, outcome_of, require_location, take_tags
from .context import Context
from .errors import invalid, marked_for_deletion
from .machine_images import MachineImage
from .messages import Answer, Json
from .store import Resource

_PASSED = ("scaleInPolicy", "automaticRepairsPolicy", "zoneBalance", "priorityMixPolicy", "additionalCapabilities",
           "proximityPlacementGroup", "resiliencyPolicy", "overprovision", "doNotRunExtensionsOnOverprovisionedVMs",
           "singlePlacementGroup", "constrainedMaximumCapacity")  # fmt: skip


def create(ctx: Context, body: Json) -> Answer:
    """PUT of a name that is free."""
    if ctx.request.headers.get("if-match"):
        raise machine_update.precondition_failed()
    location = require_location(ctx, body, None)
    sent = scale_set_model.merged({}, body.get("properties"))
    properties = _defaults(sent, ctx.now)
    sent_profile = sent.get("virtualMachineProfile")
    image: MachineImage | None = None
    kept: Json = {name: body[name] for name in ("plan", "zones") if body.get(name)}
    if sent_profile is None and not scale_set_model.flexible(properties):
        raise invalid("Required parameter 'virtualMachineProfile' is missing (null).", "virtualMachineProfile")
    if sent_profile is not None:
        kept["sku"] = scale_set_model.sku(body.get("sku"), None)
        size = str(kept["sku"]["name"])
        image = scale_set_rules.find(ctx, sent_profile, location)
        scale_set_rules.check_create(ctx, body, sent_profile, image, size)
        profile = scale_set_model.profile(sent_profile, {}, image, properties, size)
        properties["virtualMachineProfile"] = {**profile, "timeCreated": stamp(ctx.now)}
        scale_set_rules.check_automatic(properties)
    resource = Resource(
        ctx.target.id, "scale_set", {"location": location, **kept, "properties": properties}, "Creating"
    )
    resource.extra = {"etag": 1, "model": 1, "models": {}, "next": 0, "instances": []}
    resource.extra["image"] = image.reference if image else {}
    take_tags(ctx, body, resource.body, patch=False)
    _take_identity(ctx, body, resource)
    boot = _boot(ctx, resource, image)
    ctx.store.add(resource)
    return _started(ctx, resource, image, boot)


def _defaults(sent: Json, now: float) -> Json:
    """Properties beside the profile. Uniform is the default mode."""
    modes = ("Uniform", scale_set_model.FLEXIBLE)
    mode = choice(sent.get("orchestrationMode") or modes[0], modes, "virtualMachineScaleSet.orchestrationMode")
    is_flexible = mode == scale_set_model.FLEXIBLE
    properties: Json = {"singlePlacementGroup": not is_flexible, "orchestrationMode": mode}
    properties["platformFaultDomainCount"] = sent.get("platformFaultDomainCount") or (1 if is_flexible else 5)
    if is_flexible:
        properties["constrainedMaximumCapacity"] = False
    else:
        properties |= {"overprovision": True, "doNotRunExtensionsOnOverprovisionedVMs": False}
    properties |= {name: sent[name] for name in _PASSED if name in sent}
    policy = sent.get("upgradePolicy") or ({"mode": "Manual"} if is_flexible else None)
    properties["upgradePolicy"] = scale_set_model.upgrade_policy(policy, None)
    return {**properties, "uniqueId": str(uuid.uuid4()), "timeCreated": stamp(now)}


def _take_identity(ctx: Context, body: Json, resource: Resource) -> None:
    """The type None removes it (recorded)."""
    if not body.get("identity"):
        return
    if body["identity"].get("type") in (None, "None"):
        resource.body.pop("identity", None)
    else:
        resource.body["identity"] = machine_update.identity(ctx, body["identity"])


# -- update ------------------------------------------------------------------------------------------------------------
def update(ctx: Context, existing: Resource, body: Json, patch: bool) -> Answer:
    """200 Updating. What is left out is kept, except in a storage profile that is sent."""
    if existing.state == "Deleting":
        raise marked_for_deletion("Update VM Scale Set", "VM Scale Set ", existing.name)
    machine_update.check_etag(ctx, existing)
    if not patch:
        require_location(ctx, body, existing)
    before = copy.deepcopy(existing.body)
    sent = scale_set_model.merged({}, body.get("properties"))
    image, rolls = _take_model(ctx, existing, body, sent, patch)
    take_tags(ctx, body, existing.body, patch=True)  # a PUT without tags keeps an empty set (recorded); others: a guess
    _take_identity(ctx, body, existing)
    if existing.body != before:
        existing.extra["etag"] += 1  # recorded: a PUT of what is stored leaves the etag
    boot = _boot(ctx, existing, image)
    existing.state = "Updating"
    failing = scale_set_rules.too_small(existing.properties["virtualMachineProfile"], image) if image else None
    return _started(ctx, existing, image, boot, rolls=rolls, failing=failing)


def _take_model(
    ctx: Context, existing: Resource, body: Json, sent: Json, patch: bool
) -> tuple[MachineImage | None, bool]:
    """Store the new model; its image if it was looked up, and whether instances are updated."""
    stored = existing.properties
    scale_set_rules.check_changes(stored, sent)
    had = stored.get("virtualMachineProfile") or {}
    old = {"profile": had, "sku": existing.body.get("sku")}
    machine_images.require_right(ctx, scale_set_rules.image_of(had))
    stored |= {name: sent[name] for name in _PASSED if name in sent}
    stored["upgradePolicy"] = scale_set_model.upgrade_policy(sent.get("upgradePolicy"), stored["upgradePolicy"])
    asked = sent.get("virtualMachineProfile") or {}
    if not had and not asked:
        return None, False
    existing.body["sku"] = scale_set_model.sku(body.get("sku"), existing.body.get("sku"))
    image = _image(ctx, existing, had, asked, old, patch)
    size = str(existing.body["sku"]["name"])
    profile = scale_set_model.profile(asked, had, image, stored, size)
    names = image is not None and bool(scale_set_rules.image_of(asked))
    resolved = names and image is not None and image.reference != existing.extra["image"]  # another latest: a guess
    changed = _plain(profile) != _plain(had) or size != (old["sku"] or {}).get("name") or resolved
    stored["virtualMachineProfile"] = profile
    if image is not None:
        scale_set_rules.check_model(ctx, existing.body, stored, image, size)
    scale_set_rules.check_automatic(stored)
    if changed:
        profile["timeCreated"] = stamp(ctx.now)
        _new_model(existing, old)
    if image is not None and names:
        existing.extra["image"] = image.reference
    return image, scale_set_model.rolls_out(stored) and (changed or bool(asked))


def _plain(profile: Json) -> Json:
    return {name: value for name, value in profile.items() if name != "timeCreated"}


def _image(ctx: Context, existing: Resource, had: Json, asked: Json, old: Json, patch: bool) -> MachineImage | None:
    """The image, where it counts: another model, more instances. Else it may be gone (documented)."""
    storage = asked.get("storageProfile")
    reference = (storage or {}).get("imageReference")
    if storage is not None and not reference and (patch or not had):
        raise scale_set_rules.missing()
    scale_set_rules.check_image_change(scale_set_rules.image_of(had), reference)
    sku, before = existing.body["sku"], old["sku"] or {}
    grows = sku["capacity"] > before.get("capacity", 0) or sku["name"] != before.get("name")
    if storage is None and not grows and asked.get("securityProfile") is None:
        return None
    profile = {
        "storageProfile": {"imageReference": scale_set_model.reference(scale_set_rules.image_of(had), reference)}
    }
    image = scale_set_rules.find(ctx, profile, existing.location)
    scale_set_rules.check_system(had, image)
    return image


def _new_model(existing: Resource, old: Json) -> None:
    """Instances that are not updated keep the old model."""
    extra = existing.extra
    extra["models"][str(extra["model"])] = old
    extra["model"] += 1
    used = {str(one["model"]) for one in (*extra["instances"], *scale_set_instances.planned(existing))}
    extra["models"] = {number: model for number, model in extra["models"].items() if number in used}


# -- both --------------------------------------------------------------------------------------------------------------
def _boot(ctx: Context, resource: Resource, image: MachineImage | None) -> Boot | None:
    """How new instances boot; None without new ones. What the surroundings refuse is refused at once (a guess)."""
    flexible = scale_set_model.flexible(resource.properties)
    had = scale_set_machines.owned(ctx, resource) if flexible else scale_set_instances.planned(resource)
    if image is None or resource.body["sku"]["capacity"] <= len(had):
        return None
    size = str(resource.body["sku"]["name"])
    boot = image.boot.on(size, machine_rules.security_type(resource.properties["virtualMachineProfile"]))
    machine_rules.check_capacity(ctx, boot, size)
    return boot


def _started(
    ctx: Context,
    resource: Resource,
    image: MachineImage | None,
    boot: Boot | None,
    *,
    rolls: bool = False,
    failing: Json | None = None,
) -> Answer:
    """Begin the operation. What fails from the beginning touches no instance."""
    found: dict[str, list[Any]] = effects(ctx, resource.id)
    outcome, error = outcome_of(found)
    fill: Json = {}
    seconds, slow = ctx.settings.scale_set_seconds, False
    if failing is None:
        fill, seconds = _instances(ctx, resource, image, rolls)
        ending = machine_create.ending(boot, f"{resource.name}_0") if boot is not None else None
        failing, slow = ending if ending is not None and outcome == "Succeeded" else (None, False)
    if failing is not None:
        outcome, error, fill = "Failed", failing, {}
        seconds = ctx.settings.provisioning_timeout if slow else seconds
    if "vanish_after" in found:
        resource.vanish = ctx.now + float(found["vanish_after"][0])
    creates = resource.state == "Creating"
    action = "create" if creates else "update"
    operation = ctx.begin(resource, action, seconds, outcome=outcome, error=error, fill=fill)
    answer = ctx.started(201 if creates else 200, operation, scale_set_body.render(resource))
    answer.headers.update(scale_set_body.headers(ctx, resource))
    return answer


def _instances(ctx: Context, resource: Resource, image: MachineImage | None, rolls: bool) -> tuple[Json, float]:
    """Begin what happens to instances: what is stored at the end, and how long it takes."""
    capacity = (resource.body.get("sku") or {}).get("capacity", 0)
    busy, calm = ctx.settings.roll_out_seconds, ctx.settings.scale_set_seconds
    if scale_set_model.flexible(resource.properties):
        scale_set_machines.change(ctx, resource, capacity, image, busy, rolls=rolls)
        return {}, busy if rolls else calm
    reference = image.reference if image is not None else resource.extra["image"]
    after = scale_set_instances.change(resource, capacity, reference, ctx.now, rolls=rolls)
    number = scale_set_instances.touched(resource)
    ctx.counted.append(("VMScaleSetBatchedVMRequests", number))
    return {"instances": after}, busy if number else calm
