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
from .._resources.value_checks import DATE, FLAG, NUMBER, OBJECT, REGION, TEXT, Check, Checks, as_checks, wrong_values

Body = dict[str, t.Any]
_STATES = {
    state.lower(): state
    for state in (
        *("Creating", "Updating", "Migrating", "Deleting", "Succeeded", "Failed", "Canceled"),
        *("Unknown", "Replicating", "Completed"),
    )
}


# By path: see value_checks.py.
_STORAGE = "properties.storageProfile"
_PROFILE, _REGIONS = "properties.publishingProfile", "properties.publishingProfile.targetRegions"
_STATUS = "properties.replicationStatus.summary"
_VIEW, _MODEL = "properties.instanceView", "properties.virtualMachineProfile"
_LOCATED: dict[str, Check] = {"location!": REGION}
_OF_KIND: dict[str, dict[str, Check]] = {
    "resource_group": _LOCATED,
    "gallery": {**_LOCATED, "properties.softDeletePolicy": OBJECT},
    "image_definition": {
        **_LOCATED,
        "properties.features[].name!": TEXT,
        "properties.features[].value!": TEXT,
        "properties.endOfLifeDate": DATE,
    },
    "image_version": {
        **_LOCATED,
        f"{_PROFILE}.replicaCount": NUMBER,
        f"{_PROFILE}.storageAccountType": TEXT,
        f"{_PROFILE}.publishedDate": DATE,
        f"{_PROFILE}.endOfLifeDate": DATE,
        f"{_REGIONS}[].name!": REGION,
        f"{_REGIONS}[].regionalReplicaCount": NUMBER,
        f"{_REGIONS}[].storageAccountType": TEXT,
        f"{_STORAGE}.source.id": TEXT,
        "properties.safetyProfile": OBJECT,
        f"{_STATUS}[].region!": REGION,
        f"{_STATUS}[].state": TEXT,
        f"{_STATUS}[].progress": NUMBER,
    },
    "managed_image": {
        **_LOCATED,
        f"{_STORAGE}.osDisk.diskSizeGB": NUMBER,
        f"{_STORAGE}.osDisk.managedDisk": OBJECT,
        f"{_STORAGE}.dataDisks[].diskSizeGB": NUMBER,
        f"{_STORAGE}.dataDisks[].managedDisk": OBJECT,
    },
    "virtual_machine": {
        **_LOCATED,
        f"{_STORAGE}.imageReference": OBJECT,
        f"{_STORAGE}.dataDisks[]!": OBJECT,
        "properties.hardwareProfile.vmSize": TEXT,
        "properties.securityProfile": OBJECT,
        f"{_VIEW}.statuses[].code": TEXT,
        f"{_VIEW}.vmAgent.statuses[].code": TEXT,
        f"{_VIEW}.osName": TEXT,
        f"{_VIEW}.osVersion": TEXT,
    },
    "scale_set": {
        **_LOCATED,
        "etag": TEXT,
        "sku.capacity": NUMBER,
        "properties.upgradePolicy.mode": TEXT,
        "properties.upgradePolicy.automaticOSUpgradePolicy": OBJECT,
        f"{_MODEL}.securityProfile": OBJECT,
        f"{_MODEL}.storageProfile.imageReference": OBJECT,
        f"{_MODEL}.storageProfile.osDisk.diskSizeGB": NUMBER,
        f"{_MODEL}.storageProfile.dataDisks[]!": OBJECT,
    },
    "scale_set_instance": {
        **_LOCATED,
        "properties.latestModelApplied": FLAG,
        f"{_STORAGE}.imageReference": OBJECT,
    },
    "run_command": {
        f"{_VIEW}.exitCode": NUMBER,
        f"{_VIEW}.executionState": TEXT,
        f"{_VIEW}.executionMessage": TEXT,
        f"{_VIEW}.output": TEXT,
        f"{_VIEW}.error": TEXT,
    },
    "disk": {
        "managedBy": TEXT,
        "properties.timeCreated": DATE,
        "properties.creationData.galleryImageReference": OBJECT,
    },
    "network_interface": {"properties.virtualMachine": OBJECT},
    "virtual_network": {**_LOCATED, "properties.subnets[].name": TEXT},
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
    return as_checks({"name": TEXT, "tags": OBJECT, "properties.provisioningState": TEXT, **_OF_KIND[kind]})


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
