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
from .._role.retirement import FAILED, GONE, PLANNED, REFUSED, RETIRED, ROLE, VARIABLES
from .._role.variables import PREFIX, read_own_variables
from .._role.variables import VARIABLES as CLONE_VARIABLES
from .._run.context import Context
from .._run.module_spec import ModuleSpec
from .managed_image import check_days, check_planned

_SOURCES = ("source", "source_id")


def _run(ctx: Context) -> dict[str, t.Any]:
    result: dict[str, t.Any] = {
        **dict.fromkeys(("source_id", "definition_id", "version_id", "version")),
        "outcome": FAILED,
        "refusals": [],
        "record": None,
        "plan": None,
        "changed": False,
        "failed": True,
        "message": None,
    }
    try:
        done = _retire(ctx, result)
    except GalleryError as error:
        known = error.details
        known.pop("managed_image", None)
        result |= {key: known.pop(key) for key in ("source_id", "definition_id", "refusals") if key in known}
        result["message"] = error.message
        if known.pop("refusal", None) == REFUSED:  # time or an owner ends it, so that it is no failure of the host
            return {"changed": False, "result": {**result, "outcome": REFUSED, "failed": False}}
        known["result"] = {**result, "changed": ctx.has_written}
        raise
    return {"changed": result["changed"], "result": result, "diff": done["diff"]}


def _retire(ctx: Context, result: dict[str, t.Any]) -> dict[str, t.Any]:
    """Delete the image as managed_image does; `result` gets what is known as soon as it is."""
    variables = ctx.params["variables"] or {}
    options = _read_options(variables, ctx.params["in_awx"])
    for entry in ctx.params["approved"] or ():
        check_planned(entry, "retire_fleet_plan")
    found = host_version(ctx, variables, ROLE)
    result |= {"definition_id": str(found.rid.parent), "version_id": str(found.rid), "version": found.rid.name}
    image = _image(found, variables)
    result["source_id"] = str(image)
    request = Request(
        image,
        found.rid,
        options["require_verified"],
        options["after_days"],
        tuple(options["subscriptions"] or ()) or None,
        _planned(image, ctx.params["approved"]),
    )
    done = absent(ctx, request, options["records"])
    outcome, message = GONE, "It does not exist."
    if done["deleted"]:
        outcome = PLANNED if ctx.check_mode else RETIRED
        message = f"It {'would be' if ctx.check_mode else 'was'} deleted; {found.rid.name} replaces it."
    result |= {key: done[key] for key in ("record", "plan", "changed")}
    notes = dict.fromkeys([*found.notes, *done["notes"]])
    result |= {"outcome": outcome, "failed": False, "message": " ".join([message, *notes])}
    return done


def _read_options(variables: t.Mapping[str, t.Any], in_awx: bool) -> dict[str, t.Any]:
    """The role's own variables; InvalidRequest for unknown names and invalid values."""
    options = read_own_variables(variables, ROLE, VARIABLES)
    records = options["records"]
    if records is None:
        raise InvalidRequest(
            f"{ROLE}_records is not set. Set it to a folder for the records of deleted images, or to job. Nothing was deleted."
        )
    check_days(options["after_days"], f"{ROLE}_after_days")
    for one in options["subscriptions"] or ():
        check_name("subscription", one, f"{ROLE}_subscriptions")
    # What a job of AWX writes outside a mount of its own is removed with the job.
    if in_awx and not record_file.is_job(records) and not record_file.is_lasting(records):
        raise InvalidRequest(
            f"{ROLE}_records: {records} is not on a mount of its own, so the records would be removed with this job of "
            "AWX. Mount a volume there (AWX settings, Paths to expose to isolated jobs), or set it to job: then the events of "
            "the job are the only record. Nothing was deleted."
        )
    return options


def _image(found: HostVersion, variables: t.Mapping[str, t.Any]) -> ResourceId:
    """The image of the host's variables, also where the version is named; else the one that its version was created from."""
    if found.source is not None:
        return found.source
    for name in _SOURCES:
        value = typed(variables.get(PREFIX + name), CLONE_VARIABLES[name], PREFIX + name)
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
