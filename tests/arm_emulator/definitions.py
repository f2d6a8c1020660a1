"""Image definitions."""

from __future__ import annotations

import re
from typing import Any

from . import lifecycle
from .apiversions import ARCHITECTURE, OLDEST, TRUSTED_LAUNCH_DEFAULT, VALIDATIONS_PROFILE
from .clock import parse_instant, stamp
from .common import (
    check_tags,
    choice,
    effects,
    envelope,
    existing_to_write,
    outcome_of,
    page,
    require_location,
    take_tags,
)
from .context import Context
from .errors import (
    ArmError,
    change_not_allowed,
    invalid,
    marked_for_deletion,
    nested_resources,
    parent_not_found_on_read,
    parent_not_found_on_write,
    resource_not_found,
)
from .messages import Answer, Json, empty, pretty
from .paths import TYPES
from .store import Resource

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9_])?\Z")
_WORD = re.compile(r"[A-Za-z0-9._-]+\Z")
_CANONICAL = {"SecurityType": ("TrustedLaunch", "TrustedLaunchSupported", "ConfidentialVM", "ConfidentialVMSupported",
                               "TrustedLaunchAndConfidentialVMSupported", "Standard", "None")}  # fmt: skip
IMMUTABLE = ("architecture", "eula", "purchasePlan", "privacyStatementUri")
KEPT = ("eula", "purchasePlan", "privacyStatementUri", "endOfLifeDate", "features")
MUTABLE = ("description", "releaseNoteUri", "recommended", "disallowed")


def render(ctx: Context, resource: Resource, state: str | None = None) -> Json:
    """The recorded order; keys that were not recorded with the others come last."""
    stored = resource.properties
    properties: Json = {}
    if ctx.version > OLDEST:
        properties["hyperVGeneration"] = stored["hyperVGeneration"]
    if ctx.version >= ARCHITECTURE:
        properties["architecture"] = stored["architecture"]
    for name in ("features", "osType", "osState", "identifier", "recommended", "disallowed"):
        if stored.get(name):
            properties[name] = stored[name]
    properties["provisioningState"] = state or resource.state
    for name in ("description", "eula", "privacyStatementUri", "releaseNoteUri", "endOfLifeDate", "purchasePlan"):
        if stored.get(name) is not None:
            properties[name] = stored[name]
    return envelope(ctx, resource, properties)


def read(ctx: Context) -> Answer:
    """GET one."""
    resource = ctx.get(ctx.target.key)
    if resource is None:
        require_parent(ctx, "read")
        raise resource_not_found(TYPES["image_definition"], ctx.target.names, ctx.target.group)
    return pretty(200, render(ctx, resource))


def listing(ctx: Context) -> Answer:
    """GET all of a gallery."""
    gallery = require_parent(ctx, "list")
    found = lifecycle.children(ctx.store, ctx.settings, gallery.key, "image_definition", ctx.now)
    return page(ctx, found, lambda resource: render(ctx, resource))


def require_parent(ctx: Context, use: str) -> Resource:
    """The gallery that holds or would hold the definition."""
    ctx.require_group()
    parent = ctx.target.parent()
    gallery = ctx.get(parent.key)
    if gallery is not None:
        return gallery
    if use == "write":
        raise parent_not_found_on_write(parent.names)
    raise parent_not_found_on_read(TYPES["image_definition"], parent.id)


def write(ctx: Context) -> Answer:
    """PUT and PATCH."""
    patch = ctx.request.method == "PATCH"
    gallery = require_parent(ctx, "write")
    body = ctx.body()
    check_tags(body)
    existing = existing_to_write(ctx, body, "Update Gallery Image")
    if existing is None:
        return _create(ctx, gallery, body)
    return _update(ctx, existing, body, patch)


def _create(ctx: Context, gallery: Resource, body: Json) -> Answer:
    location = require_location(ctx, body, None)
    name = ctx.target.name
    if not _NAME.match(name):
        rule = r"^[^\_\W][\w-.\_]{0,79}(?<![-.])$"
        raise invalid(
            f"The entity name '{name}' is invalid according to its validation rule: {rule}.", "galleryImageName"
        )
    if gallery.state == "Deleting":
        raise marked_for_deletion("Create Gallery Image", "", gallery.name)
    sent = body.get("properties") or {}
    stored = _created_properties(ctx, sent)
    _refuse_taken_identifier(ctx, gallery, name, stored["identifier"])
    resource = Resource(ctx.target.id, "image_definition", {"location": location, "properties": stored}, "Creating")
    take_tags(ctx, body, resource.body, patch=False)
    ctx.store.add(resource)
    outcome, error = outcome_of(effects(ctx, resource.id))
    seconds = ctx.settings.operation_seconds / 2
    operation = ctx.begin(resource, "create", seconds, outcome=outcome, error=error)
    return ctx.started(201, operation, render(ctx, resource))


def _created_properties(ctx: Context, sent: Json) -> Json:
    """What the service makes of a create. Defaults: osState Generalized, V1, x64 (recorded).

    From 2025-03-03 on: V2, and SecurityType TrustedLaunchSupported unless another is sent (documented only).
    """
    prefix = "galleryImage.properties."
    if sent.get("osType") is None:
        raise invalid(f"Required parameter '{prefix}osType' is missing (null).", f"{prefix}osType")
    new_defaults = ctx.version >= TRUSTED_LAUNCH_DEFAULT
    features = _features(sent)
    generation = sent.get("hyperVGeneration") or ("V2" if new_defaults else "V1")
    stored: Json = {
        "hyperVGeneration": choice(generation, ("V1", "V2"), prefix + "hyperVGeneration"),
        "architecture": choice(sent.get("architecture") or "x64", ("x64", "Arm64"), prefix + "architecture"),
        "osType": choice(sent["osType"], ("Windows", "Linux"), prefix + "osType"),
        "osState": choice(sent.get("osState") or "Generalized", ("Generalized", "Specialized"), prefix + "osState"),
        "identifier": _identifier(sent),
    }
    chosen = any(str(feature["name"]).lower() == "securitytype" for feature in features)
    if new_defaults and not chosen and stored["hyperVGeneration"] == "V2":
        features.append({"name": "SecurityType", "value": "TrustedLaunchSupported"})
    stored["features"] = features
    for name in ("eula", "privacyStatementUri", "purchasePlan"):
        if sent.get(name):
            stored[name] = _whole_plan(sent[name]) if name == "purchasePlan" else sent[name]
    _take_mutable(ctx, sent, stored, patch=False)
    return stored


def _features(sent: Json) -> list[Json]:
    """startsAtVersion, name, value (recorded order); known values in their own spelling."""
    features: list[Json] = []
    for feature in sent.get("features") or []:
        value = feature.get("value")
        spellings = _CANONICAL.get(str(feature.get("name")))
        if spellings:
            value = choice(value, spellings, "galleryImage.properties.features")
        entry: Json = {"startsAtVersion": feature["startsAtVersion"]} if feature.get("startsAtVersion") else {}
        features.append({**entry, "name": feature.get("name"), "value": value})
    return features


def _whole_plan(plan: Json) -> Json:
    """A purchase plan has all its parts (a guess)."""
    for part in ("name", "publisher", "product"):
        if not plan.get(part):
            path = f"galleryImage.properties.purchasePlan.{part}"
            raise invalid(f"Required parameter '{path}' is missing (null).", path)
    return plan


def _identifier(sent: Json) -> Json:
    identifier = sent.get("identifier") or {}
    for name, limit in (("publisher", 128), ("offer", 64), ("sku", 64)):
        value = str(identifier.get(name) or "")
        if not _WORD.match(value) or value.endswith(".") or len(value) > limit:
            path = f"galleryImage.properties.identifier.{name}"
            raise invalid(
                f"Asset name {path} is not valid. It cannot be empty. Allowed characters are uppercase or lowercase "
                "letters, digits, hyphen(-), period (.), underscore (_). Names are not allowed to end with "
                f"period(.). The length of the name cannot exceed {limit} characters.",
                path,
            )
    return {name: identifier[name] for name in ("publisher", "offer", "sku")}


def _refuse_taken_identifier(ctx: Context, gallery: Resource, name: str, identifier: Json) -> None:
    """Publisher, offer and sku together are unique in a gallery (documented text; status and code are a guess)."""
    wanted = [str(identifier[part]).lower() for part in ("publisher", "offer", "sku")]
    for other in lifecycle.children(ctx.store, ctx.settings, gallery.key, "image_definition", ctx.now):
        taken = other.properties["identifier"]
        if [str(taken[part]).lower() for part in ("publisher", "offer", "sku")] == wanted:
            text = (
                f"Gallery image: {other.name} identified by (publisher:{taken['publisher']}, offer:{taken['offer']}, "
                f"sku:{taken['sku']}) already exists. Choose a different publisher, offer, sku combination."
            )
            raise ArmError(409, "Conflict", text)


def _update(ctx: Context, existing: Resource, body: Json, patch: bool) -> Answer:
    sent = body.get("properties")
    if sent is not None:
        _refuse_changes(ctx, existing.properties, sent)
        if sent.get("features") and ctx.version >= VALIDATIONS_PROFILE and sent.get("allowUpdateImage"):
            existing.properties["features"] = _features(sent)  # the whole list is replaced (recorded 2026-04)
        _take_mutable(ctx, sent, existing.properties, patch)
    elif not patch:
        _refuse_changes(ctx, existing.properties, {})
    take_tags(ctx, body, existing.body, patch=patch)
    existing.state = "Updating"
    outcome, error = outcome_of(effects(ctx, existing.id))
    operation = ctx.begin(existing, "update", ctx.settings.operation_seconds, outcome=outcome, error=error)
    return ctx.started(200, operation, render(ctx, existing))


def _refuse_changes(ctx: Context, stored: Json, sent: Json) -> None:
    """409 PropertyChangeNotAllowed names the property. Omitting osType counts as a change (public SDK comment)."""
    prefix = "galleryImage.properties."
    for name in ("osType", "osState", "hyperVGeneration"):
        value = sent.get(name)
        if (value is None and name == "osType") or (value is not None and str(value).lower() != stored[name].lower()):
            raise change_not_allowed(prefix + name)
    for name in ("publisher", "offer", "sku"):
        identifier = sent.get("identifier") or {}
        if identifier and str(identifier.get(name)).lower() != str(stored["identifier"][name]).lower():
            raise change_not_allowed(f"{prefix}identifier.{name}")
    for name in IMMUTABLE:
        value = sent.get(name)
        if value is not None and not _same(value, stored.get(name)):
            raise change_not_allowed(prefix + name)
    allowed = ctx.version >= VALIDATIONS_PROFILE and sent.get("allowUpdateImage")
    if sent.get("features") and not allowed and not _same(_features(sent), stored.get("features")):
        raise change_not_allowed(prefix + "features")


def _same(value: Any, stored: Any) -> bool:
    if isinstance(value, str) and isinstance(stored, str):
        return value.lower() == stored.lower()
    return bool(value == stored)


def _take_mutable(ctx: Context, sent: Json, stored: Json, patch: bool) -> None:
    """A PUT replaces what may change; an endOfLifeDate can be changed but not cleared."""
    for name in MUTABLE:
        if sent.get(name):
            stored[name] = _checked_ranges(sent[name]) if name == "recommended" else sent[name]
        elif not patch:
            stored.pop(name, None)
    if sent.get("endOfLifeDate") is not None:
        path = "galleryImage.properties.endOfLifeDate"
        stored["endOfLifeDate"] = end_of_life(ctx, sent["endOfLifeDate"], path, stored.get("endOfLifeDate"))


def _checked_ranges(recommended: Json) -> Json:
    for part, top in (("vCPUs", 80), ("memory", 640)):
        limits = recommended.get(part) or {}
        path = f"galleryImage.properties.recommended.{part}"
        for end in ("min", "max"):
            value = limits.get(end)
            if value is not None and not 1 <= int(value) <= top:
                text = f"The value {value} of parameter {path}.{end} is out of range. "
                raise invalid(f"{text}The value must be between 1 and {top}, inclusive.", f"{path}.{end}")
        if limits.get("min") is not None and limits.get("max") is not None and limits["min"] > limits["max"]:
            name = f"galleryImage.properties.recommended.{part}"
            raise invalid(f"The minimum value of {name} must not be greater than the maximum value of {name}.", name)
    return recommended


def end_of_life(ctx: Context, value: object, path: str, stored: object = None) -> str:
    """The date as the service prints it. The refusal's target is a definition's even for a version (recorded)."""
    moment = parse_instant(value)
    if moment is None:
        text = f"Could not convert string to DateTimeOffset: {value}. Path '{path.split('.', 1)[1]}'"
        raise invalid(text, path)
    if moment <= ctx.now and moment != parse_instant(stored):
        raise invalid("EndOfLifeDate must be set to a future date.", "galleryImage.properties.endOfLifeDate")
    return stamp(moment)


def remove(ctx: Context) -> Answer:
    """DELETE: 202, or 204 when it is gone; refused while it has versions or seems to have."""
    resource = ctx.get(ctx.target.key)
    if resource is None:
        ctx.require_group()
        return empty(204)
    hindering = lifecycle.nested(ctx.store, ctx.settings, resource.key, "image_version", ctx.now)
    if hindering:
        raise nested_resources(hindering)
    resource.state = "Deleting"
    outcome, error = outcome_of(effects(ctx, resource.id))
    operation = ctx.begin(resource, "delete", ctx.settings.operation_seconds / 2, outcome=outcome, error=error)
    return ctx.started(202, operation, None, monitor=True)
