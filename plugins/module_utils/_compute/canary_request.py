"""What a task asks of a canary, read and checked without a single request."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from .._resources.body_checks import wrong_tag_names
from .._resources.errors import InvalidRequest
from .._resources.names import check_name, read_text
from .._resources.numbers import parse_number
from .._resources.regions import short_region
from .._resources.resource_id import ResourceId, parse_id
from .._resources.tags import read_tags
from .._run.poll_interval import read_seconds

DEFAULT_SIZE = "Standard_D2s_v5"
SECURITY_TYPES = ("Standard", "TrustedLaunch")
LEAST_AGE = 7200.0  # seconds; a sweep spares what is younger
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,58}[A-Za-z0-9])?")
_SIZE = re.compile(r"(Standard|Basic)_[A-Za-z0-9]+(-[A-Za-z0-9]+)?(_[A-Za-z0-9]+)*", re.IGNORECASE)
_PLACE = ("resource_group", "gallery_name", "image_definition_name", "name")
_PLAN = ("name", "publisher", "product")


@dataclasses.dataclass(frozen=True)
class Request:
    """One canary as the task wants it. `group` is the resource group of the canary."""

    group: ResourceId
    version: ResourceId | None
    location: str | None
    subnet: ResourceId | None
    sizes: tuple[str, ...]
    security_type: str | None
    plan: dict[str, str] | None
    script: str | None
    name: str | None
    tags: dict[str, str]
    older_than: float | None
    wait: bool
    wait_timeout: float
    run_id: str | None


def read_request(params: t.Mapping[str, t.Any], subscription_id: str, state: str) -> Request:
    """The options as a Request; InvalidRequest for what contradicts itself or cannot be."""
    if not params["resource_group"]:
        raise InvalidRequest("resource_group: required. It is the resource group of the canary. Nothing was written.")
    group = check_name("resource_group", params["resource_group"], "resource_group")
    timeout = read_seconds(params["wait_timeout"], "wait_timeout", 0)

    def given(name: str, read: t.Callable[[t.Any], t.Any]) -> t.Any:
        return read(params[name]) if params.get(name) else None

    request = Request(
        ResourceId("resource_group", subscription_id, group),
        given("version", lambda value: _version(value, subscription_id)),
        given("location", short_region),
        given("subnet_id", lambda value: parse_id(value, "subnet", where="subnet_id")),
        given("vm_size", _sizes) or (DEFAULT_SIZE,),
        given("security_type", _security_type),
        given("purchase_plan", _purchase_plan),
        given("script", lambda value: read_text(value, "script")),
        given("name", _name),
        _tags(params.get("tags") or {}),
        None if params.get("older_than") is None else _older_than(params["older_than"], timeout),
        bool(params["wait"]),
        timeout,
        given("run_id", str),
    )
    _check(request, state)
    return request


def _check(request: Request, state: str) -> None:
    if state == "present":
        missing = [name for name in ("version", "subnet_id") if not getattr(request, name.removesuffix("_id"))]
        if missing:
            raise InvalidRequest(f"{' and '.join(missing)}: required to create a canary. Nothing was written.")
        if request.older_than is not None:
            raise InvalidRequest("older_than: only for state: absent, which deletes old canaries. Nothing was written.")
    elif not (request.version or request.name or request.older_than is not None):
        raise InvalidRequest("version, name or older_than: state: absent needs one of them. Nothing was deleted.")


def _version(value: t.Any, subscription_id: str) -> ResourceId:
    if not isinstance(value, t.Mapping):
        rid = parse_id(value, "image_version", where="version")
        parse_number(rid.name)
        return rid
    unknown, missing = sorted(set(map(str, value)) - set(_PLACE)), [name for name in _PLACE if not value.get(name)]
    if unknown or missing:
        wrong = f"{', '.join(unknown)} unknown" if unknown else f"{', '.join(missing)} missing"
        raise InvalidRequest(f"version: {wrong}. Give an ID, or a mapping of {', '.join(_PLACE)}.")
    group = check_name("resource_group", value["resource_group"], "version.resource_group")
    gallery = check_name("gallery", value["gallery_name"], "version.gallery_name")
    definition = check_name("image_definition", value["image_definition_name"], "version.image_definition_name")
    parse_number(str(value["name"]), "version.name")
    return ResourceId("image_version", subscription_id, group, gallery, definition, str(value["name"]))


def _sizes(value: t.Any) -> tuple[str, ...]:
    given = [part.strip() for part in (value.split(",") if isinstance(value, str) else value)]
    for size in given:
        if not _SIZE.fullmatch(size):
            raise InvalidRequest(
                f"vm_size: {size[:60]!r} is not the name of a size, such as {DEFAULT_SIZE}. Nothing was written."
            )
    return tuple(given)


def _security_type(value: t.Any) -> str:
    found = next((name for name in SECURITY_TYPES if name.lower() == str(value).lower()), None)
    if found is None:
        raise InvalidRequest(
            f"security_type: {value!r} is not one of {', '.join(SECURITY_TYPES)}. Nothing was written."
        )
    return found


def _purchase_plan(value: t.Any) -> dict[str, str]:
    if not isinstance(value, t.Mapping) or set(value) != set(_PLAN) or not all(value.values()):
        raise InvalidRequest(f"purchase_plan: give {', '.join(_PLAN)}, each with a value. Nothing was written.")
    return {name: str(value[name]) for name in _PLAN}


def _name(value: t.Any) -> str:
    if not _NAME.fullmatch(str(value)):
        raise InvalidRequest(
            f"name: {str(value)[:80]!r} is not allowed. It takes 1 to 60 letters, digits and dashes, with no dash at either end."
        )
    return str(value)


def _tags(value: t.Any) -> dict[str, str]:
    tags = read_tags(value)
    for wrong in wrong_tag_names(tags):
        raise InvalidRequest(f"{wrong} Nothing was written.")
    return tags


def _older_than(value: t.Any, timeout: float) -> float:
    seconds = read_seconds(value, "older_than", 0)
    least = max(LEAST_AGE, timeout)
    if seconds < least:
        raise InvalidRequest(
            f"older_than: {seconds:.0f} s is too short. It takes at least {least:.0f} s (2 hours, and wait_timeout), "
            "so that no canary of a running job is deleted. Nothing was deleted."
        )
    return seconds
