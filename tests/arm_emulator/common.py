"""Shared by the handlers of several resource types."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from . import list_lag, regions, rights
from .apiversions import OLDEST
from .context import Context
from .errors import ArmError, marked_for_deletion, resource_not_found, wrong_location
from .messages import Answer, Json, pretty
from .paths import TYPES
from .resource_types import RESOURCE_TYPES
from .store import Resource


def envelope(ctx: Context, resource: Resource, properties: Json, resource_id: str | None = None) -> Json:
    """name, id, type, location, tags?, properties; in 2018-06-01 location, tags, id, name, properties (recorded)."""
    rid = resource_id or resource.id
    location = {"location": resource.location}
    tags = {"tags": resource.body["tags"]} if resource.body.get("tags") is not None else {}
    identity = {"identity": resource.body["identity"]} if resource.body.get("identity") else {}
    if ctx.version == OLDEST:
        return {**location, **tags, "id": rid, "name": resource.name, "properties": properties}
    head = {"name": resource.name, "id": rid, "type": TYPES[resource.kind]}
    return {**head, **location, **identity, **tags, "properties": properties}


def existing_to_write(ctx: Context, body: Json, operation: str) -> Resource | None:
    """The resource that a PUT or PATCH changes; None for a PUT that creates it. `operation` is Azure's name of the change."""
    patch = ctx.request.method == "PATCH"
    existing = ctx.get(ctx.target.key)
    if existing is None:
        if patch:
            raise resource_not_found(TYPES[ctx.target.kind], ctx.target.names, ctx.target.group)
        return None
    if existing.state == "Deleting":
        raise marked_for_deletion(operation, "", existing.name)
    if not patch:
        require_location(ctx, body, existing)
    return existing


def require_location(ctx: Context, body: Json, existing: Resource | None) -> str:
    """The location of a PUT: short and lower-case; it cannot change and must exist."""
    asked = body.get("location")
    if not asked:
        text = "The location property is required for this definition."
        raise ArmError(400, "LocationRequired", text, gateway=True)
    location = regions.short(asked)
    if not regions.known(asked):
        kind = TYPES[ctx.target.kind]
        listed = ",".join(regions.DISPLAY)
        text = (
            f"The provided location '{asked}' is not available for resource type '{kind}'. List of available regions "
            f"for the resource type is '{listed}'."
        )
        raise ArmError(400, "LocationNotAvailableForResourceType", text, gateway=True)
    if existing is not None and existing.location != location:
        raise wrong_location(ctx.target.name, existing.location, ctx.target.group, location)
    return location


def check_tags(body: Json) -> None:
    """At most 50, without the characters that the documentation excludes (codes and texts are a guess)."""
    tags = body.get("tags") or {}
    if len(tags) > 50:
        text = f"The resource has '{len(tags)}' tags. The maximum number of tags for a resource is '50'."
        raise ArmError(400, "TagsExceedLimit", text, gateway=True)
    wrong = [name for name in tags if re.search(r"[<>%&\\?/\x00-\x1f\x7f]", str(name))]
    if wrong:
        text = f"The tag names '{', '.join(wrong)}' have reserved characters '<,>,%,&,\\,?,/' or control characters."
        raise ArmError(400, "InvalidTagNameCharacters", text, gateway=True)


def take_tags(ctx: Context, body: Json, stored: Json, *, patch: bool) -> None:
    """Tags: a PUT replaces them, and without the key there are none; a PATCH without the key keeps them."""
    check_tags(body)
    if body.get("tags") is not None:
        stored["tags"] = {str(name): str(value) for name, value in body["tags"].items()}
    elif not patch:
        stored.pop("tags", None)
    for _name, ordered in ctx.faults.for_resource(ctx.target.id, "policy_tags"):
        _modify_tags(stored, ordered)


def _modify_tags(stored: Json, ordered: Json) -> None:
    """As an Azure Policy with the effect modify: tags are added or replaced, and removed where the value is null."""
    tags = dict(stored.get("tags") or {})
    for name, value in ordered.items():
        spelled = next((key for key in tags if key.lower() == name.lower()), name)
        if value is None:
            tags.pop(spelled, None)
        else:
            tags[spelled] = str(value)
    stored["tags"] = tags


Entry = TypeVar("Entry")
Printer = Callable[[int, object], Answer]


def page(
    ctx: Context, resources: Sequence[Resource], render: Callable[[Resource], Json], answer: Printer = pretty
) -> Answer:
    """A list: all of it, or a page with nextLink where the seed sets a page size.

    Left out is what was created just now, where lists lag, and from a subscription's list what the caller may not read.
    """
    resources = [list_lag.as_listed(ctx, one) for one in resources if ctx.now >= list_lag.shown_from(ctx, one)]
    if not ctx.target.group and not ctx.target.scope:
        resources = rights.readable(ctx, resources)
    return paged(ctx, resources, render, answer)


def paged(ctx: Context, entries: Sequence[Entry], render: Callable[[Entry], Json], answer: Printer = pretty) -> Answer:
    """A list of anything: all of it, or a page."""
    size = ctx.settings.page_size
    start = _skip(ctx)
    shown = entries[start : start + size] if size else entries
    document: dict[str, Any] = {"value": [render(entry) for entry in shown]}
    if size and start + size < len(entries):
        token = base64.urlsafe_b64encode(f"!{start + size}".encode()).decode()
        query = {k: v for k, v in ctx.request.query.items() if k.lower() != "$skiptoken"}
        query["$skiptoken"] = token
        document["nextLink"] = f"{ctx.request.base}{ctx.request.path}?{urlencode(query)}"
    return answer(200, document)


_GROUP = re.compile(r"(/resourceGroups/)([^/]+)", re.IGNORECASE)


def listed_id(ctx: Context, resource: Resource) -> str:
    """The id in a list: of some types the group is in capitals when a whole subscription is listed (recorded)."""
    if ctx.target.group or not RESOURCE_TYPES[resource.kind].capitals:
        return resource.id
    return upper_group(resource.id)


def upper_group(resource_id: str) -> str:
    """The id with its resource group in capitals."""
    return _GROUP.sub(lambda match: match[1] + match[2].upper(), resource_id, count=1)


def _skip(ctx: Context) -> int:
    token = ctx.request.param("$skiptoken")
    if not token:
        return 0
    try:
        return int(base64.urlsafe_b64decode(token).decode().removeprefix("!"))
    except (ValueError, binascii.Error):
        raise ArmError(400, "InvalidParameter", "The skiptoken is not valid.", "$skiptoken") from None


def choice(value: object, allowed: Sequence[str], path: str) -> str:
    """An enumerated value in its canonical spelling; any case is accepted. The refusal is a guess."""
    for name in allowed:
        if str(value).lower() == name.lower():
            return name
    from .errors import invalid

    raise invalid(f"The value '{value}' of parameter '{path.rsplit('.', 1)[1]}' is not allowed.", path)


def effects(ctx: Context, resource_id: str, *more: str) -> dict[str, list[Any]]:
    """The ordered faults about the outcome of a write to that resource; `more` names kinds that only some writes have."""
    names = ("operation_fails", "region_fails", "region_stuck", "operation_cancelled", "vanish_after", *more)
    found: dict[str, list[Any]] = {}
    for name, value in ctx.faults.for_resource(resource_id, *names):
        found.setdefault(name, []).append(value)
    return found


def outcome_of(found: dict[str, list[Any]]) -> tuple[str, Json | None]:
    """Outcome and error of an operation that faults were ordered for."""
    if "operation_cancelled" in found:
        return "Canceled", None
    if "operation_fails" in found:
        spec = found["operation_fails"][0]
        spec = spec if isinstance(spec, dict) else {}
        error: Json = {"code": spec.get("code", "InternalServerError")}
        error["message"] = spec.get("message", "An internal execution error occurred. Please retry later.")
        if "target" in spec:
            error["target"] = spec["target"]
        return "Failed", error
    return "Succeeded", None
