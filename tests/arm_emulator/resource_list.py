"""The list of all resources of a subscription or a group. The gateway answers from a cache of its own."""

from __future__ import annotations

import re

from .clock import stamp
from .common import page
from .context import Context
from .errors import ArmError
from .lifecycle import settle
from .messages import Answer, Json, one_line
from .paths import parse
from .resource_types import TYPES
from .rights import readable
from .store import Resource

_TERM = re.compile(r"(\w+) eq '((?:[^']|'')*)'\Z", re.IGNORECASE)
_NAMES = ("resourcetype", "name", "resourcegroup", "location", "tagname", "tagvalue")
_EXPANDED = ("createdTime", "changedTime", "provisioningState")
UNLISTED = ("resource_group", "lock")


def listing(ctx: Context) -> Answer:
    """GET them, sorted by id, children with a location of their own among them."""
    above = f"/subscriptions/{ctx.target.subscription}"
    if ctx.target.group:
        above = ctx.require_group().key
    terms = _terms(ctx.request.param("$filter") or "")
    for resource in ctx.store.beneath(above):
        settle(ctx.store, ctx.settings, resource, ctx.now)
    found = readable(ctx, [one for one in ctx.store.beneath(above) if _fits(one, terms)])
    expanded = _expanded(ctx, terms)
    return page(
        ctx, sorted(found, key=lambda one: one.key), lambda one: _item(one, expanded, tags=not _tagged(terms)), one_line
    )


def _terms(text: str) -> dict[str, tuple[str, ...]]:
    """`a eq 'b' and c eq 'd'`, several types joined by `or` (a guess); the rest is refused, in words that are a guess."""
    terms: dict[str, tuple[str, ...]] = {}
    for part in filter(None, re.split(r" and ", text, flags=re.IGNORECASE)):
        matches = [_TERM.match(one) for one in re.split(r" or ", part.strip(" ()"), flags=re.IGNORECASE)]
        names = {match[1].lower() if match else "" for match in matches}
        if len(names) > 1 or not names <= set(_NAMES) or (len(matches) > 1 and names != {"resourcetype"}):
            refusal = f"Invalid $filter '{text}' specified in the query string."
            raise ArmError(400, "InvalidFilterInQueryString", refusal, gateway=True)
        terms[names.pop()] = tuple(match[2].replace("''", "'") for match in matches if match)
    return terms


def _fits(resource: Resource, terms: dict[str, tuple[str, ...]]) -> bool:
    if resource.kind in UNLISTED or not resource.location:
        return False
    tags = {name.lower(): value for name, value in (resource.body.get("tags") or {}).items()}
    has = {
        "resourcetype": TYPES[resource.kind],
        "name": resource.name,
        "resourcegroup": parse(resource.id).group,
        "location": resource.location,
    }
    if "tagname" in terms and terms["tagname"][0].lower() not in tags:
        return False
    if "tagvalue" in terms and tags.get(terms.get("tagname", ("",))[0].lower()) != terms["tagvalue"][0]:
        return False
    wanted = {name: [value.lower() for value in values] for name, values in terms.items() if name in has}
    return all(has[name].lower() in values for name, values in wanted.items())


def _tagged(terms: dict[str, tuple[str, ...]]) -> bool:
    return "tagname" in terms


def _expanded(ctx: Context, terms: dict[str, tuple[str, ...]]) -> list[str]:
    """With a filter on a tag nothing is expanded, and tags are not shown (recorded)."""
    asked = [name.strip().lower() for name in (ctx.request.param("$expand") or "").split(",")]
    return [] if _tagged(terms) else [name for name in _EXPANDED if name.lower() in asked]


def _item(resource: Resource, expanded: list[str], *, tags: bool) -> Json:
    item: Json = {"id": resource.id, "name": resource.name, "type": TYPES[resource.kind]}
    if isinstance(resource.body.get("sku"), str):
        item["sku"] = {"name": resource.body["sku"]}
    item["location"] = resource.location
    if tags and resource.body.get("tags"):
        item["tags"] = resource.body["tags"]
    values = {
        "createdTime": stamp(resource.created or 0.0),
        "changedTime": stamp(resource.created or 0.0),
        "provisioningState": resource.state,
    }
    return item | {name: values[name] for name in expanded}
