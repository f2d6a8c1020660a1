"""Galleries."""

from __future__ import annotations

import re
import uuid

from . import lifecycle
from .common import effects, envelope, existing_to_write, outcome_of, page, require_location, take_tags, upper_group
from .context import Context
from .errors import ArmError, invalid, nested_resources, resource_not_found
from .messages import Answer, Json, empty, pretty
from .paths import TYPES
from .store import Resource

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._]{0,78}[A-Za-z0-9])?\Z")
MAX_DAYS = 3650


def render(ctx: Context, resource: Resource, state: str | None = None, resource_id: str | None = None) -> Json:
    """description?, identifier, sharingProfile?, provisioningState, softDeletePolicy? (recorded order)."""
    stored = resource.properties
    properties: Json = {}
    if stored.get("description") is not None:
        properties["description"] = stored["description"]
    properties["identifier"] = stored["identifier"]
    if stored.get("sharingProfile") is not None:
        properties["sharingProfile"] = stored["sharingProfile"]
    properties["provisioningState"] = state or resource.state
    if stored.get("softDeletePolicy") is not None:
        properties["softDeletePolicy"] = stored["softDeletePolicy"]
    return envelope(ctx, resource, properties, resource_id)


def read(ctx: Context) -> Answer:
    """GET one."""
    resource = ctx.get(ctx.target.key)
    if resource is None:
        raise resource_not_found(TYPES["gallery"], ctx.target.names, ctx.target.group)
    return pretty(200, render(ctx, resource))


def listing(ctx: Context) -> Answer:
    """GET all of a group or of the subscription. Only here ids have their group in capitals (recorded)."""
    if ctx.target.group:
        group = ctx.require_group()
        found = lifecycle.children(ctx.store, ctx.settings, group.key, "gallery", ctx.now)
    else:
        key = f"/subscriptions/{ctx.target.subscription}"
        found = lifecycle.children(ctx.store, ctx.settings, key, "gallery", ctx.now)
    answer = page(ctx, found, lambda resource: render(ctx, resource, None, upper_group(resource.id)))
    fanned = {resource.location for resource in found}
    if not ctx.target.group and len(fanned) > 1:  # asked of every region: no bucket, but their request ids (recorded)
        answer.headers["x-ms-original-request-ids"] = ",".join(str(uuid.uuid4()) for _unused in fanned)
    return answer


def write(ctx: Context) -> Answer:
    """PUT and PATCH."""
    patch = ctx.request.method == "PATCH"
    body = ctx.body()
    existing = existing_to_write(ctx, body, "Update Gallery")
    if existing is None:
        return _create(ctx, body)
    _apply(ctx, existing, body, patch)
    outcome, error = outcome_of(effects(ctx, existing.id))
    operation = ctx.begin(existing, "update", ctx.settings.operation_seconds / 2, outcome=outcome, error=error)
    if (body.get("properties") or {}).get("softDeletePolicy") is None:
        return ctx.started(200, operation, render(ctx, existing, "Succeeded"))  # at once (recorded)
    existing.state = "Updating"
    return ctx.started(200, operation, render(ctx, existing))


def _create(ctx: Context, body: Json) -> Answer:
    name = ctx.target.name
    location = require_location(ctx, body, None)
    if not _NAME.match(name):
        raise invalid(
            "Gallery name is invalid. Allowed characters are English alphanumeric characters, with underscores, and "
            "periods allowed in the middle, up to 80 characters total. All other special characters, including "
            "dashes, are disallowed.",
            "galleryName",
        )
    _refuse_taken_name(ctx, name)
    stored: Json = {"location": location, "properties": {}}
    resource = Resource(ctx.target.id, "gallery", stored, "Creating")
    stored["properties"]["identifier"] = {"uniqueName": f"{ctx.target.subscription}-{name.upper()}"}
    _apply(ctx, resource, body, patch=False)
    ctx.store.add(resource)
    outcome, error = outcome_of(effects(ctx, resource.id))
    operation = ctx.begin(resource, "create", ctx.settings.operation_seconds, outcome=outcome, error=error)
    return ctx.started(201, operation, render(ctx, resource))


def _refuse_taken_name(ctx: Context, name: str) -> None:
    """Gallery names are unique in a subscription, not in a group (documented; status and code are a guess)."""
    key = f"/subscriptions/{ctx.target.subscription}"
    for other in lifecycle.children(ctx.store, ctx.settings, key, "gallery", ctx.now):
        if other.name.lower() == name.lower():
            text = (
                f"The gallery name '{name}' is not unique within the subscription '{ctx.target.subscription}'. Please "
                "pick another gallery name."
            )
            raise ArmError(409, "Conflict", text)


def _apply(ctx: Context, resource: Resource, body: Json, patch: bool) -> None:
    """Take what a write sent. `identifier` is ignored (recorded)."""
    take_tags(ctx, body, resource.body, patch=patch)
    if isinstance(body.get("identity"), dict):
        resource.body["identity"] = body["identity"]
    sent = body.get("properties") or {}
    stored = resource.properties
    if sent.get("description") is not None:
        stored["description"] = sent["description"]
    elif not patch:
        stored.pop("description", None)
    policy = sent.get("softDeletePolicy")
    if isinstance(policy, dict):
        _check_days(policy)
        merged = {**(stored.get("softDeletePolicy") or {}), **policy}
        order = ("isSoftDeleteEnabled", "retentionPeriodInDays", "gracePeriodInDays")
        stored["softDeletePolicy"] = {name: merged[name] for name in order if name in merged}
    if isinstance(sent.get("sharingProfile"), dict):
        stored["sharingProfile"] = _sharing(resource, sent["sharingProfile"])
    resource.touch()


def _check_days(policy: Json) -> None:
    """Azure's bounds are not known: these are a guess, and keep the recycle bin's dates within the calendar."""
    for name in ("retentionPeriodInDays", "gracePeriodInDays"):
        days = policy.get(name)
        if days is not None and not 0 <= days <= MAX_DAYS:
            text = f"The value {days} of parameter {name} is out of range. "
            path = f"gallery.properties.softDeletePolicy.{name}"
            raise invalid(f"{text}The value must be between 0 and {MAX_DAYS}, inclusive.", path)


def _sharing(resource: Resource, sent: Json) -> Json:
    """A community gallery gains communityGalleryEnabled and publicNames (recorded)."""
    profile: Json = {name: sent[name] for name in ("permissions", "communityGalleryInfo") if name in sent}
    info = profile.get("communityGalleryInfo")
    if isinstance(info, dict) and info.get("publicNamePrefix"):
        suffix = uuid.uuid5(uuid.NAMESPACE_URL, resource.id)
        names = [f"{info['publicNamePrefix']}-{suffix}"]
        order = ("publisherUri", "publisherContact", "eula", "publicNamePrefix")
        kept = {name: info[name] for name in order if name in info}
        profile["communityGalleryInfo"] = {"communityGalleryEnabled": False, **kept, "publicNames": names}
    return profile


def share(ctx: Context) -> Answer:
    """POST share: 202 (recorded); Reset leaves a private gallery, EnableCommunity says so in the gallery (recorded)."""
    key = ctx.target.key
    resource = ctx.get(key)
    if resource is None:
        raise resource_not_found(TYPES["gallery"], ctx.target.names, ctx.target.group)
    wanted = str(ctx.body().get("operationType", "")).lower()
    if wanted == "reset":
        resource.properties["sharingProfile"] = {"permissions": "Private"}
    info = (resource.properties.get("sharingProfile") or {}).get("communityGalleryInfo")
    if wanted == "enablecommunity" and isinstance(info, dict) and "communityGalleryEnabled" in info:
        info["communityGalleryEnabled"] = True
    operation = ctx.begin(resource, "update", ctx.settings.operation_seconds)
    return ctx.started(202, operation, None, monitor=True)


def remove(ctx: Context) -> Answer:
    """DELETE: 202, or 204 when it is gone; refused while it has definitions or seems to have."""
    resource = ctx.get(ctx.target.key)
    if resource is None:
        return empty(204)
    hindering = lifecycle.nested(ctx.store, ctx.settings, resource.key, "image_definition", ctx.now)
    if hindering:
        raise nested_resources(hindering)
    resource.state = "Deleting"
    outcome, error = outcome_of(effects(ctx, resource.id))
    operation = ctx.begin(resource, "delete", ctx.settings.operation_seconds / 3, outcome=outcome, error=error)
    return ctx.started(202, operation, None, monitor=True)
