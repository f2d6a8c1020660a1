"""The retirement of a host's managed image: which version replaces it, and then as managed_image with state absent."""

from __future__ import annotations

import typing as t

from .._arm.auth.options import AUTH_OPTIONS
from .._resources.errors import GalleryError, InvalidRequest
from .._resources.image_version import source_id
from .._resources.managed_image import parse_source
from .._resources.names import check_name
from .._resources.resource_id import ResourceId, parse_id, same_id
from .._retirement import record_file
from .._retirement.facts import Request
from .._retirement.retire import absent
from .._role.coercion import typed
from .._role.host_version import HostVersion, host_version
from .._role.retirement import GONE, PLANNED, REFUSED, RETIRED, ROLE, Options, read_options
from .._role.variables import PREFIX, VARIABLES
from .._run.context import Context
from .._run.module_spec import ModuleSpec
from .managed_image import check_days, check_planned

_SOURCES = ("source", "source_id")


def _run(ctx: Context) -> dict[str, t.Any]:
    variables = ctx.params["variables"] or {}
    options = read_options(variables)
    check_days(options.after_days, f"{ROLE}_after_days")
    for one in options.subscriptions or ():
        check_name("subscription", one, f"{ROLE}_subscriptions")
    _check_records(options, ctx.params["in_awx"])
    for entry in ctx.params["approved"] or ():
        check_planned(entry, "retire_fleet_plan")
    found = host_version(ctx, variables, ROLE)
    ids = {
        "source_id": None,
        "definition_id": str(found.rid.parent),
        "version_id": str(found.rid),
        "version": found.rid.name,
    }
    try:
        image = _image(found, variables)
        ids["source_id"] = str(image)
        return _retired(ctx, options, found, Request(
            image,
            found.rid,
            options.require_verified,
            options.after_days,
            options.subscriptions,
            _planned(image, ctx.params["approved"]),
        ), ids)  # fmt: skip
    except GalleryError as error:
        if error.details.get("refusal") == REFUSED:
            return _refused(error, ids)
        error.details.update(ids)
        raise


def _check_records(options: Options, in_awx: bool) -> None:
    """What a job of AWX writes outside a mount of its own is removed with the job."""
    if in_awx and not record_file.is_job(options.records) and not record_file.is_lasting(options.records):
        raise InvalidRequest(
            f"{ROLE}_records: {options.records} is not on a mount of its own, so the records would be removed with this job of "
            "AWX. Mount a volume there (AWX settings, Paths to expose to isolated jobs), or set it to job: then the events of "
            "the job are the only record. Nothing was deleted."
        )


def _image(found: HostVersion, variables: t.Mapping[str, t.Any]) -> ResourceId:
    """The image of the host's variables, also where the version is named; else the one that its version was created from."""
    if found.source is not None:
        return found.source
    for name in _SOURCES:
        value = typed(variables.get(PREFIX + name), VARIABLES[name], PREFIX + name)
        own = parse_source(value, found.rid.subscription_id, found.rid.resource_group)
        if own is not None:
            return own
    origin = source_id(found.body)
    if origin is None:
        raise InvalidRequest(f"{found.rid.words} was created from disks or snapshots, not from a managed image.")
    return parse_id(origin, "managed_image", where=f"source of {found.rid.words}")


def _planned(image: ResourceId, approved: list[dict[str, t.Any]] | None) -> dict[str, t.Any] | None:
    """The image's entry in the plan that was approved, empty without one; None without a plan."""
    if approved is None:
        return None
    return next((entry for entry in approved if same_id(entry.get("image_id"), str(image))), {})


def _retired(
    ctx: Context, options: Options, found: HostVersion, request: Request, ids: dict[str, t.Any]
) -> dict[str, t.Any]:
    done = absent(ctx, request, options.records)
    outcome, message = GONE, "It does not exist."
    if done["deleted"]:
        outcome = PLANNED if ctx.check_mode else RETIRED
        message = f"It {'would be' if ctx.check_mode else 'was'} deleted; {found.rid.name} replaces it."
    notes = list(dict.fromkeys([*found.notes, *done["notes"]]))
    shown = {
        **ids,
        "outcome": outcome,
        "refusals": [],
        "record": done["record"],
        "plan": done["plan"],
        "changed": done["changed"],
        "failed": False,
        "message": " ".join([message, *notes]),
    }
    return {"changed": done["changed"], "result": shown, "diff": done["diff"]}


def _refused(error: GalleryError, ids: dict[str, t.Any]) -> dict[str, t.Any]:
    """Time or an owner ends it, so that it is no failure of the host."""
    shown = {
        **ids,
        "outcome": REFUSED,
        "refusals": error.details["refusals"],
        "record": None,
        "plan": None,
        "changed": False,
        "failed": False,
        "message": error.message,
    }
    return {"changed": False, "result": shown}


SPEC = ModuleSpec(
    name="image_retirement",
    options={
        **AUTH_OPTIONS,
        "variables": {"type": "dict"},
        "approved": {"type": "list", "elements": "dict"},
        "in_awx": {"type": "bool", "default": False},
    },
    run=_run,
)
