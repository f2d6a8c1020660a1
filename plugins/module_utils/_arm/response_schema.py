"""Validates the body of every resource that Azure returns, so that the rest can rely on its shape.

Only properties that this collection reads are checked, and null counts as absent. States are compared as words later, so they are
put into Azure's usual case here.
"""

from __future__ import annotations

import functools
import typing as t

from .._resources.errors import InvalidRequest, UnexpectedResponse
from .._resources.resource_id import KIND_WORDS, parse_id
from .._resources.text import message, one_line
from .._resources.value_checks import (
    DATE,
    FLAG,
    LIST,
    NUMBER,
    OBJECT,
    REGION,
    TEXT,
    Check,
    Checks,
    as_checks,
    wrong_values,
)

Body = dict[str, t.Any]
_STATES = {
    state.lower(): state
    for state in (
        *("Creating", "Updating", "Migrating", "Deleting", "Succeeded", "Failed", "Canceled"),
        *("Unknown", "Replicating", "Completed"),
    )
}


def is_date(value: t.Any) -> bool:
    """Whether a value of an answer is a date that can be read."""
    return DATE(value) is None


# By path, outer ones first; [] stands for every item of a list, ! for what must be there.
_COMMON: dict[str, Check] = {
    "name": TEXT,
    "tags": OBJECT,
    "properties": OBJECT,
    "properties.provisioningState": TEXT,
}
_PROFILE, _REGIONS = "properties.publishingProfile", "properties.publishingProfile.targetRegions"
_VIEW = "properties.instanceView"
_MODEL = "properties.virtualMachineProfile"
_STATUS, _STORAGE = "properties.replicationStatus", "properties.storageProfile"
_OF_KIND: dict[str, dict[str, Check]] = {
    "resource_group": {"location!": REGION},
    "gallery": {"location!": REGION, "properties.softDeletePolicy": OBJECT},
    "image_definition": {
        "location!": REGION,
        "properties.features": LIST,
        "properties.features[]!": OBJECT,
        "properties.features[].name!": TEXT,
        "properties.features[].value!": TEXT,
        "properties.endOfLifeDate": DATE,
    },
    "image_version": {
        "location!": REGION,
        _PROFILE: OBJECT,
        f"{_PROFILE}.replicaCount": NUMBER,
        f"{_PROFILE}.storageAccountType": TEXT,
        f"{_PROFILE}.publishedDate": DATE,
        f"{_PROFILE}.endOfLifeDate": DATE,
        _REGIONS: LIST,
        f"{_REGIONS}[]!": OBJECT,
        f"{_REGIONS}[].name!": REGION,
        f"{_REGIONS}[].regionalReplicaCount": NUMBER,
        f"{_REGIONS}[].storageAccountType": TEXT,
        _STORAGE: OBJECT,
        f"{_STORAGE}.source": OBJECT,
        f"{_STORAGE}.source.id": TEXT,
        "properties.safetyProfile": OBJECT,
        _STATUS: OBJECT,
        f"{_STATUS}.summary": LIST,
        f"{_STATUS}.summary[]!": OBJECT,
        f"{_STATUS}.summary[].region!": REGION,
        f"{_STATUS}.summary[].state": TEXT,
        f"{_STATUS}.summary[].progress": NUMBER,
    },
    "managed_image": {
        "location!": REGION,
        _STORAGE: OBJECT,
        f"{_STORAGE}.osDisk": OBJECT,
        f"{_STORAGE}.osDisk.diskSizeGB": NUMBER,
        f"{_STORAGE}.osDisk.managedDisk": OBJECT,
        f"{_STORAGE}.dataDisks": LIST,
        f"{_STORAGE}.dataDisks[]!": OBJECT,
        f"{_STORAGE}.dataDisks[].diskSizeGB": NUMBER,
        f"{_STORAGE}.dataDisks[].managedDisk": OBJECT,
    },
    "virtual_machine": {
        "location!": REGION,
        _STORAGE: OBJECT,
        f"{_STORAGE}.imageReference": OBJECT,
        f"{_STORAGE}.dataDisks": LIST,
        f"{_STORAGE}.dataDisks[]!": OBJECT,
        "properties.hardwareProfile": OBJECT,
        "properties.hardwareProfile.vmSize": TEXT,
        "properties.securityProfile": OBJECT,
        _VIEW: OBJECT,
        f"{_VIEW}.statuses": LIST,
        f"{_VIEW}.statuses[]!": OBJECT,
        f"{_VIEW}.statuses[].code": TEXT,
        f"{_VIEW}.vmAgent": OBJECT,
        f"{_VIEW}.vmAgent.statuses": LIST,
        f"{_VIEW}.vmAgent.statuses[]!": OBJECT,
        f"{_VIEW}.vmAgent.statuses[].code": TEXT,
        f"{_VIEW}.osName": TEXT,
        f"{_VIEW}.osVersion": TEXT,
    },
    "scale_set": {
        "location!": REGION,
        "etag": TEXT,
        "sku": OBJECT,
        "sku.capacity": NUMBER,
        "properties.upgradePolicy": OBJECT,
        "properties.upgradePolicy.mode": TEXT,
        "properties.upgradePolicy.automaticOSUpgradePolicy": OBJECT,
        _MODEL: OBJECT,
        f"{_MODEL}.securityProfile": OBJECT,
        f"{_MODEL}.storageProfile": OBJECT,
        f"{_MODEL}.storageProfile.imageReference": OBJECT,
        f"{_MODEL}.storageProfile.osDisk": OBJECT,
        f"{_MODEL}.storageProfile.osDisk.diskSizeGB": NUMBER,
        f"{_MODEL}.storageProfile.dataDisks": LIST,
        f"{_MODEL}.storageProfile.dataDisks[]!": OBJECT,
    },
    "scale_set_instance": {
        "location!": REGION,
        "properties.latestModelApplied": FLAG,
        _STORAGE: OBJECT,
        f"{_STORAGE}.imageReference": OBJECT,
    },
    "run_command": {
        _VIEW: OBJECT,
        f"{_VIEW}.exitCode": NUMBER,
        f"{_VIEW}.executionState": TEXT,
        f"{_VIEW}.executionMessage": TEXT,
        f"{_VIEW}.output": TEXT,
        f"{_VIEW}.error": TEXT,
    },
    "disk": {
        "managedBy": TEXT,
        "properties.timeCreated": DATE,
        "properties.creationData": OBJECT,
        "properties.creationData.galleryImageReference": OBJECT,
    },
    "network_interface": {"properties.virtualMachine": OBJECT},
    "virtual_network": {
        "location!": REGION,
        "properties.subnets": LIST,
        "properties.subnets[]!": OBJECT,
        "properties.subnets[].name": TEXT,
    },
    "subnet": {},
}


def validate_response(body: t.Any, kind: str, what: str) -> Body:
    """The body of a resource of this kind, its states in Azure's usual case; UnexpectedResponse for anything else.

    `what` begins the message ("Could not read gallery /subs…").
    """
    if not isinstance(body, dict):
        raise _odd(what, kind, "it", body, "an object")
    try:
        rid = parse_id(body.get("id"), kind)
    except InvalidRequest:
        raise _odd(what, kind, "id", body.get("id"), f"the id of {KIND_WORDS[kind]}") from None
    body["name"] = body.get("name") or rid.name
    body["properties"] = body.get("properties") or {}
    for path, value, expected in wrong_values(body, _checks(kind)):
        raise _odd(what, kind, path, value, expected)
    _usual_case(body["properties"])
    return body


@functools.cache
def _checks(kind: str) -> Checks:
    return as_checks({**_COMMON, **_OF_KIND[kind]})


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
