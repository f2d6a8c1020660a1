"""A managed image: deleted once a version replaces it, or restored from one."""

from __future__ import annotations

import typing as t

from .._arm.auth.options import AUTH_OPTIONS
from .._resources.dates import parse_instant
from .._resources.errors import InvalidRequest
from .._resources.names import check_name
from .._resources.numbers import parse_number
from .._resources.regions import short_region
from .._resources.resource_id import ResourceId, parse_id
from .._resources.tags import RESTORED_TAG, read_tags
from .._retirement import facts, record_file, restore, retire
from .._retirement.record import Record, parse_record
from .._run.context import Context
from .._run.module_spec import ModuleSpec

MOST_DAYS = 3650


def _run(ctx: Context) -> dict[str, t.Any]:
    if ctx.params["state"] == "absent":
        return retire.absent(ctx, _absent_request(ctx), ctx.params["records"])
    return restore.present(ctx, _present_request(ctx))


def _absent_request(ctx: Context) -> facts.Request:
    params = ctx.params
    if not params["replaced_by"]:
        raise InvalidRequest("replaced_by: required to delete a managed image. Name the version that replaces it.")
    version = _version(params["replaced_by"], "replaced_by")
    check_days(params["after_days"], "after_days")
    check_planned(params["planned"] or {}, "planned")
    subscriptions = tuple(check_name("subscription", one, "subscriptions") for one in params["subscriptions"] or ())
    return facts.Request(
        _image(ctx),
        version,
        bool(params["require_verified"]),
        params["after_days"],
        subscriptions or None,
        params["planned"],
    )


def check_days(days: int, where: str) -> None:
    """InvalidRequest for days that cannot be meant."""
    if not 0 <= days <= MOST_DAYS:
        raise InvalidRequest(f"{where}: {days} is not from 0 to {MOST_DAYS}. Nothing was deleted.")


def check_planned(entry: t.Mapping[str, t.Any], where: str) -> None:
    """InvalidRequest for what cannot be an entry of a plan."""
    for name in ("image_id", "version_id"):
        if not isinstance(entry.get(name, ""), str):
            raise InvalidRequest(f"{where}.{name}: {entry[name]!r} is not an ID. Plan again. Nothing was deleted.")
    if entry.get("created"):
        parse_instant(entry["created"], f"{where}.created")


def _present_request(ctx: Context) -> restore.Request:
    params = ctx.params
    record = _record(params["record"])
    source = params["source"] or (record or {}).get("replaced_by")
    if not source:
        raise InvalidRequest("source: required to restore a managed image: the ID of an image version, or a record.")
    version = _version(source, "source")
    tags = None if params["tags"] is None else read_tags(params["tags"])
    if tags and any(name.lower() == RESTORED_TAG for name in tags):
        raise InvalidRequest(f"tags: {RESTORED_TAG} is set by this module. Leave it out. Nothing was written.")
    location = short_region(params["location"]) if params["location"] else None
    return restore.Request(_image(ctx, record), version, location, tags, record)


def _image(ctx: Context, record: Record | None = None) -> ResourceId:
    """The image of the options; what they leave out is the record's. Checked last, since it may need the credentials."""
    params = ctx.params
    known = parse_id(record["image_id"], "managed_image") if record else None
    if known and not params["resource_group"] and not params["name"]:
        return known  # whatever the subscription of the credentials
    wanted = {name: params[name] or getattr(known, name, None) for name in ("resource_group", "name")}
    if missing := [name for name, value in wanted.items() if not value]:
        raise InvalidRequest(f"{' and '.join(missing)}: required. Nothing was written.")
    group = check_name("resource_group", wanted["resource_group"], "resource_group")
    name = check_name("managed_image", wanted["name"], "name")
    return ResourceId("managed_image", params["subscription_id"] or (known or ctx.arm).subscription_id, group, name)


def _version(value: t.Any, where: str) -> ResourceId:
    rid = parse_id(value, "image_version", where=where)
    parse_number(rid.name, where)
    return rid


def _record(value: t.Any) -> Record | None:
    """A record from a mapping, its JSON, or a file."""
    if not value or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, str) and not value.lstrip().startswith("{"):
        return record_file.read_path(value.strip())
    return parse_record(value, "record")


SPEC = ModuleSpec(
    name="managed_image",
    options={
        **AUTH_OPTIONS,
        "resource_group": {"type": "str"},
        "name": {"type": "str"},
        "replaced_by": {"type": "str"},
        "require_verified": {"type": "bool", "default": True},
        "after_days": {"type": "int", "default": 0},
        "subscriptions": {"type": "list", "elements": "str"},
        "records": {"type": "str"},
        "planned": {"type": "dict"},
        "source": {"type": "str"},
        "location": {"type": "str"},
        "tags": {"type": "dict"},
        "record": {"type": "raw"},
        "state": {"type": "str", "choices": ["absent", "present"], "default": "present"},
    },
    run=_run,
)
