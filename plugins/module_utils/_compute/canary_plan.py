"""What a canary needs to know before the first write, and what refuses it. Only reads."""

from __future__ import annotations

import secrets
import typing as t

from .._resources.errors import Denied, InvalidRequest
from .._resources.fields import Body, value_at
from .._resources.image_version import profile
from .._resources.managed_image import PLAN_TAGS, tagged_plan
from .._resources.provisioning_state import provisioning_state
from .._resources.regions import short_region
from .._resources.resource_id import ResourceId
from .._run import reads
from .._run.context import Context
from .._versions.verify import check_bootable
from . import canary_body
from .canary_body import Plan, Subject
from .canary_request import Request

_RUN_AGE = 1e9


def run_id(ctx: Context, request: Request) -> str:
    """The id that this run writes as a tag, the same for all of its tasks."""
    return request.run_id or str(ctx.cache.once("canary-run", _RUN_AGE, lambda: secrets.token_hex(8)))


def subject_of(ctx: Context, request: Request) -> tuple[Subject, Body, Body]:
    """What is tested, with the bodies of the version and its definition."""
    rid = t.cast("ResourceId", request.version)
    version = ctx.arm.get(rid, expand="ReplicationStatus")
    definition = reads.read(ctx, rid.parent) if version is not None else None
    if version is None or definition is None:
        raise InvalidRequest(f"{rid.words} does not exist, so no canary can boot from it. Nothing was written.")
    return tested(request, version, definition), version, definition


def tested(request: Request, version: Body, definition: Body) -> Subject:
    """What a canary of this version tests; the definition is only asked for the security type where the request has none."""
    rid = t.cast("ResourceId", request.version)
    published = str(profile(version).get("publishedDate") or "")
    if not published:
        raise InvalidRequest(
            f"{rid.words} has no published date: it is {provisioning_state(version)}. Nothing was written."
        )
    location = request.location or short_region(version["location"])
    security = request.security_type or _demanded(rid, definition)
    return Subject(rid, published, location, request.sizes, security, request.script)


def plan_canary(ctx: Context, request: Request) -> Plan:
    """The canary after every check that can be made before the first write."""
    subject, version, definition = subject_of(ctx, request)
    check_bootable(subject.version, version, [subject.location], "location", complete=[subject.location])
    _check_subnet(ctx, t.cast("ResourceId", request.subnet), subject.location)
    _check_locks(ctx, request.group)
    luns = canary_body.luns_of(version)
    properties = definition.get("properties") or {}
    plan = Plan(
        request,
        subject,
        canary_body.names(request.group, request.name or subject.name, luns),
        luns,
        str(properties.get("osType") or "Linux"),
        str(properties.get("osState") or "").lower() == "specialized",
        request.plan or _purchase_plan(subject.version, version, properties),
        run_id(ctx, request),
    )
    plan.tags("")  # InvalidRequest if there are too many
    return plan


def _demanded(version: ResourceId, definition: Body) -> str:
    """The security type that the definition demands; Standard if it demands none."""
    features = value_at(definition, "properties.features") or ()
    value = next((one["value"] for one in features if one["name"] == "SecurityType"), "")
    if value == "TrustedLaunch":
        return value
    if value == "ConfidentialVM":
        raise InvalidRequest(
            f"{version.parent.words} demands the security type ConfidentialVM, which a canary cannot have. Nothing was written."
        )
    return "Standard"


def _check_subnet(ctx: Context, subnet: ResourceId, location: str) -> None:
    network = ctx.arm.shared_get(subnet.parent)
    subnets = value_at(network, "properties.subnets") or ()
    if network is None or subnet.name.lower() not in [str(one.get("name")).lower() for one in subnets]:
        raise InvalidRequest(f"subnet_id: {subnet.words} does not exist. Nothing was written.")
    there = short_region(network["location"])
    if there != location:
        raise InvalidRequest(
            f"subnet_id: {subnet.parent.words} is in {there} and the canary would be in {location}. Name a subnet in "
            f"{location}, or another location. Nothing was written."
        )


def _check_locks(ctx: Context, group: ResourceId) -> None:
    """A lock would keep the canary from being deleted; so would one that cannot be seen."""
    if ctx.arm.shared_get(group) is None:
        raise InvalidRequest(f"resource_group: {group.words} does not exist. Nothing was written.")
    try:
        locks = ctx.arm.locks(group)
    except Denied as error:
        raise InvalidRequest(
            f"The locks of {group.words} cannot be read, and one of them may keep the canary from being deleted. The "
            f"right Microsoft.Authorization/locks/read is needed. Nothing was written. ({error.code})",
            **error.details,
        ) from error
    if locks:
        named = ", ".join(f"{lock.get('name')} ({value_at(lock, 'properties.level')})" for lock in locks)
        raise InvalidRequest(
            f"{group.words} is locked by {named}, so the canary could not be deleted again. Use another resource group, or "
            "remove the lock. Nothing was written."
        )


def _purchase_plan(rid: ResourceId, version: Body, definition: Body) -> dict[str, str] | None:
    """The definition's plan, else the one that Packer's tags name; refused if only a part of one is known."""
    sources = (definition.get("purchasePlan") or {}, tagged_plan(version))
    found = [{name: str(known[name]) for name in PLAN_TAGS if known.get(name)} for known in sources]
    plan = max(found, key=len)  # the first of the longest
    if plan and len(plan) < len(PLAN_TAGS):
        missing = ", ".join(name for name in PLAN_TAGS if name not in plan)
        raise InvalidRequest(
            f"{rid.words} has a purchase plan without {missing}. Set the tags {', '.join(PLAN_TAGS.values())} of the version, "
            "or the option purchase_plan of canary_vm. Nothing was written."
        )
    return plan or None
