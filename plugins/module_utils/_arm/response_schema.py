# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Validates the body of every resource that Azure returns, so that the rest can rely on its shape.

Only properties that this collection reads are checked, and null counts as absent. States are compared as words later, so they are
put into Azure's usual case here.
"""

from __future__ import annotations

import functools
import typing as t

from .._resources.dates import parse_instant
from .._resources.errors import InvalidRequest, UnexpectedResponse
from .._resources.regions import short_region
from .._resources.resource_id import KIND_WORDS, parse_id
from .._resources.text import message, one_line

Body = dict[str, t.Any]
_STATES = {
    state.lower(): state
    for state in (
        *("Creating", "Updating", "Migrating", "Deleting", "Succeeded", "Failed", "Canceled"),
        *("Unknown", "Replicating", "Completed"),
    )
}
_TYPES: dict[type, str] = {dict: "an object", list: "a list", str: "a text", int: "a number", bool: "true or false"}


def _typed(kind: type) -> t.Callable[[t.Any], str | None]:
    """A check that returns what the value should have been, or None where it is."""

    def check(value: t.Any) -> str | None:
        fits = isinstance(value, kind) and not (kind is int and isinstance(value, bool))
        return None if fits else _TYPES[kind]

    return check


def _read_by(reader: t.Callable[[t.Any], t.Any], what: str) -> t.Callable[[t.Any], str | None]:
    """A check that a text can be read by what reads it later."""

    def check(value: t.Any) -> str | None:
        try:
            reader(value)
        except InvalidRequest:
            return what
        return None if isinstance(value, str) else what

    return check


_OBJECT, _LIST, _TEXT, _NUMBER = map(_typed, (dict, list, str, int))
_REGION, _DATE = _read_by(short_region, "the name of a region"), _read_by(parse_instant, "a date")


def is_date(value: t.Any) -> bool:
    """Whether a value of an answer is a date that can be read."""
    return _DATE(value) is None


Check = t.Callable[[t.Any], "str | None"]
# By path, outer ones first; [] stands for every item of a list, ! for what must be there.
_COMMON: dict[str, Check] = {
    "name": _TEXT,
    "tags": _OBJECT,
    "properties": _OBJECT,
    "properties.provisioningState": _TEXT,
}
_PROFILE, _REGIONS = "properties.publishingProfile", "properties.publishingProfile.targetRegions"
_VIEW = "properties.instanceView"
_MODEL = "properties.virtualMachineProfile"
_STATUS, _STORAGE = "properties.replicationStatus", "properties.storageProfile"
_OF_KIND: dict[str, dict[str, Check]] = {
    "resource_group": {"location!": _REGION},
    "gallery": {"location!": _REGION, "properties.softDeletePolicy": _OBJECT},
    "image_definition": {
        "location!": _REGION,
        "properties.features": _LIST,
        "properties.features[]!": _OBJECT,
        "properties.features[].name!": _TEXT,
        "properties.features[].value!": _TEXT,
        "properties.endOfLifeDate": _DATE,
    },
    "image_version": {
        "location!": _REGION,
        _PROFILE: _OBJECT,
        f"{_PROFILE}.replicaCount": _NUMBER,
        f"{_PROFILE}.storageAccountType": _TEXT,
        f"{_PROFILE}.publishedDate": _DATE,
        f"{_PROFILE}.endOfLifeDate": _DATE,
        _REGIONS: _LIST,
        f"{_REGIONS}[]!": _OBJECT,
        f"{_REGIONS}[].name!": _REGION,
        f"{_REGIONS}[].regionalReplicaCount": _NUMBER,
        f"{_REGIONS}[].storageAccountType": _TEXT,
        _STORAGE: _OBJECT,
        f"{_STORAGE}.source": _OBJECT,
        f"{_STORAGE}.source.id": _TEXT,
        "properties.safetyProfile": _OBJECT,
        _STATUS: _OBJECT,
        f"{_STATUS}.summary": _LIST,
        f"{_STATUS}.summary[]!": _OBJECT,
        f"{_STATUS}.summary[].region!": _REGION,
        f"{_STATUS}.summary[].state": _TEXT,
        f"{_STATUS}.summary[].progress": _NUMBER,
    },
    "managed_image": {
        "location!": _REGION,
        _STORAGE: _OBJECT,
        f"{_STORAGE}.osDisk": _OBJECT,
        f"{_STORAGE}.osDisk.diskSizeGB": _NUMBER,
        f"{_STORAGE}.osDisk.managedDisk": _OBJECT,
        f"{_STORAGE}.dataDisks": _LIST,
        f"{_STORAGE}.dataDisks[]!": _OBJECT,
        f"{_STORAGE}.dataDisks[].diskSizeGB": _NUMBER,
        f"{_STORAGE}.dataDisks[].managedDisk": _OBJECT,
    },
    "virtual_machine": {
        "location!": _REGION,
        _STORAGE: _OBJECT,
        f"{_STORAGE}.imageReference": _OBJECT,
        f"{_STORAGE}.dataDisks": _LIST,
        f"{_STORAGE}.dataDisks[]!": _OBJECT,
        "properties.hardwareProfile": _OBJECT,
        "properties.hardwareProfile.vmSize": _TEXT,
        "properties.securityProfile": _OBJECT,
        _VIEW: _OBJECT,
        f"{_VIEW}.statuses": _LIST,
        f"{_VIEW}.statuses[]!": _OBJECT,
        f"{_VIEW}.statuses[].code": _TEXT,
        f"{_VIEW}.vmAgent": _OBJECT,
        f"{_VIEW}.vmAgent.statuses": _LIST,
        f"{_VIEW}.vmAgent.statuses[]!": _OBJECT,
        f"{_VIEW}.vmAgent.statuses[].code": _TEXT,
        f"{_VIEW}.osName": _TEXT,
        f"{_VIEW}.osVersion": _TEXT,
    },
    "scale_set": {
        "location!": _REGION,
        "etag": _TEXT,
        "sku": _OBJECT,
        "sku.capacity": _NUMBER,
        "properties.upgradePolicy": _OBJECT,
        "properties.upgradePolicy.mode": _TEXT,
        "properties.upgradePolicy.automaticOSUpgradePolicy": _OBJECT,
        _MODEL: _OBJECT,
        f"{_MODEL}.securityProfile": _OBJECT,
        f"{_MODEL}.storageProfile": _OBJECT,
        f"{_MODEL}.storageProfile.imageReference": _OBJECT,
        f"{_MODEL}.storageProfile.osDisk": _OBJECT,
        f"{_MODEL}.storageProfile.osDisk.diskSizeGB": _NUMBER,
        f"{_MODEL}.storageProfile.dataDisks": _LIST,
        f"{_MODEL}.storageProfile.dataDisks[]!": _OBJECT,
    },
    "scale_set_instance": {
        "location!": _REGION,
        "properties.latestModelApplied": _typed(bool),
        _STORAGE: _OBJECT,
        f"{_STORAGE}.imageReference": _OBJECT,
    },
    "run_command": {
        _VIEW: _OBJECT,
        f"{_VIEW}.exitCode": _NUMBER,
        f"{_VIEW}.executionState": _TEXT,
        f"{_VIEW}.executionMessage": _TEXT,
        f"{_VIEW}.output": _TEXT,
        f"{_VIEW}.error": _TEXT,
    },
    "disk": {
        "managedBy": _TEXT,
        "properties.timeCreated": _DATE,
        "properties.creationData": _OBJECT,
        "properties.creationData.galleryImageReference": _OBJECT,
    },
    "network_interface": {"properties.virtualMachine": _OBJECT},
    "virtual_network": {
        "location!": _REGION,
        "properties.subnets": _LIST,
        "properties.subnets[]!": _OBJECT,
        "properties.subnets[].name": _TEXT,
    },
    "subnet": {},
}


def validate_response(body: t.Any, kind: str, what: str) -> Body:
    """The body of a resource of this kind, its states in Azure's usual case; UnexpectedResponse for anything else.

    `what` begins the message ("Could not read gallery /subs…").
    """
    if not isinstance(body, dict):
        raise _odd(what, kind, "it", body, _TYPES[dict])
    try:
        rid = parse_id(body.get("id"), kind)
    except InvalidRequest:
        raise _odd(what, kind, "id", body.get("id"), f"the id of {KIND_WORDS[kind]}") from None
    body["name"] = body.get("name") or rid.name
    body["properties"] = body.get("properties") or {}
    for path, steps, check in _checks(kind):
        for value in _at(body, steps):
            expected = check(value)
            if expected:
                raise _odd(what, kind, path, value, expected)
    _usual_case(body["properties"])
    return body


@functools.cache
def _checks(kind: str) -> list[tuple[str, list[str], Check]]:
    """The path of each check, as text and in steps; where a value may be left out, null passes."""
    return [
        (
            path.rstrip("!"),
            path.rstrip("!").replace("[]", ".[]").split("."),
            check if path.endswith("!") else _or_null(check),
        )
        for path, check in {**_COMMON, **_OF_KIND[kind]}.items()
    ]


def _or_null(check: Check) -> Check:
    return lambda value: None if value is None else check(value)


def _at(value: t.Any, steps: list[str]) -> t.Iterator[t.Any]:
    """The values at a path; none where something on the way is not there."""
    for index, step in enumerate(steps):
        if value is None:
            return
        if step == "[]":
            for item in value:
                yield from _at(item, steps[index + 1 :])
            return
        value = value.get(step)
    yield value


def _usual_case(properties: Body) -> None:
    """Put states into Azure's usual case; one that is not known, and details, lose their control characters."""
    summary = (properties.get("replicationStatus") or {}).get("summary") or ()
    for place, key in ((properties, "provisioningState"), *((region, "state") for region in summary)):
        if place.get(key):
            place[key] = _STATES.get(place[key].lower()) or one_line(place[key])[:80]
    for region in summary:
        if isinstance(region.get("details"), str):
            region["details"] = message(region["details"])


def _odd(what: str, kind: str, where: str, value: t.Any, expected: str) -> UnexpectedResponse:
    return UnexpectedResponse(
        f"{what}: Azure returned an unexpected {KIND_WORDS[kind]}: {where} is {one_line(value)[:80]!r}, not {expected}. "
        "Look at the resource (az resource show --ids), and at a proxy between this machine and Azure."
    )
