"""The record of a managed image that is deleted: its name, its content, and reading it back. Pure.

It holds all that a restore needs and that Azure forgets.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import typing as t

from .._resources.dates import format_time
from .._resources.errors import InvalidRequest
from .._resources.fields import Body
from .._resources.managed_image import fingerprint
from .._resources.resource_id import ResourceId, parse_id
from .._resources.tags import read_tags
from .._resources.text import one_line
from .._resources.value_checks import FLAG, NUMBER, OBJECT, REGION, TEXT, Check, as_checks, wrong_values
from .facts import Facts

SCHEMA = 1
INTENDED, DELETED = "intended", "deleted"
Record = dict[str, t.Any]
_STORAGE = "image.properties.storageProfile"


def _state(value: t.Any) -> str | None:
    return None if value in (INTENDED, DELETED) else f"{INTENDED} or {DELETED}"


def _disk(path: str) -> dict[str, Check]:
    return {
        f"{path}.caching": TEXT,
        f"{path}.storageAccountType": TEXT,
        f"{path}.diskEncryptionSet.id": TEXT,
    }


# What is read from a record, which may have been edited by hand.
_CHECKS = as_checks({
    "state!": _state,
    "deleted_at": TEXT,
    "fingerprint": TEXT,
    "earlier": OBJECT,
    "image!": OBJECT,
    "image.location": REGION,
    "image.tags": OBJECT,
    "image.extendedLocation": OBJECT,
    "image.properties.sourceVirtualMachine": OBJECT,
    f"{_STORAGE}.zoneResilient": FLAG,
    **_disk(f"{_STORAGE}.osDisk"),
    f"{_STORAGE}.dataDisks[].lun!": NUMBER,
    **_disk(f"{_STORAGE}.dataDisks[]"),
    "role_assignments[]!": OBJECT,
})  # fmt: skip


def file_name(image: ResourceId) -> str:
    """The name of the record's file: the image's name and a hash of its id, since other groups may have the same name."""
    return f"{image.name}_{hashlib.sha256(image.key.encode()).hexdigest()[:8]}.json"


def new_record(facts: Facts, assignments: t.Sequence[Body] | None) -> Record:
    """The record of an image that is about to be deleted. `assignments` are the role assignments on it; None if unreadable."""
    return {
        "schema": SCHEMA,
        "state": INTENDED,
        "image_id": str(facts.request.image),
        "replaced_by": str(facts.request.version),
        "created": facts.created,
        "fingerprint": fingerprint(facts.image),
        "version_published": facts.published,
        "verified_at": format_time(facts.verified) if facts.verified else None,
        "intended_at": format_time(facts.now),
        "deleted_at": None,
        "image": _without_signatures(facts.image),
        "version": _without_signatures(facts.version),
        "uses": [dict(use) for use in facts.uses],
        "scanned": list(facts.scanned),
        "role_assignments": None if assignments is None else [_assignment(one) for one in assignments],
    }


def closed(record: Record, now: datetime.datetime) -> Record:
    """The record of an image that is gone. A time that it has already is kept."""
    return {**record, "state": DELETED, "deleted_at": record.get("deleted_at") or format_time(now)}


def succeeding(record: Record, before: Record) -> Record:
    """The record with that of an earlier image of the same ID, which was deleted and created again, or with what that had."""
    if before.get("fingerprint") == record["fingerprint"]:
        earlier = before.get("earlier")
    else:
        earlier = before
    return {**record, "earlier": earlier} if earlier else record


def text_of(record: Record) -> str:
    """The content of the file."""
    return json.dumps(record, indent=1, sort_keys=False) + "\n"


def parse_record(value: t.Any, where: str) -> Record:
    """A record from a mapping or its JSON; InvalidRequest for anything else."""
    try:
        found = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError) as error:
        raise InvalidRequest(f"{where}: this is not JSON: {error}. Give a record of managed_image.") from None
    if not isinstance(found, dict) or found.get("schema") != SCHEMA or found.get("schema") is True:
        shown = found.get("schema") if isinstance(found, dict) else type(found).__name__
        raise InvalidRequest(
            f"{where}: this is not a record of a deleted managed image of schema {SCHEMA}, but {shown!r}."
        )
    parse_id(found.get("image_id"), "managed_image", where=f"{where}.image_id")
    parse_id(found.get("replaced_by"), "image_version", where=f"{where}.replaced_by")
    for path, value, expected in wrong_values(found, _CHECKS):
        raise InvalidRequest(f"{where}: {path} is {one_line(value)[:80]!r}, not {expected}. Correct the record.")
    if found["image"].get("tags"):
        found["image"]["tags"] = read_tags(found["image"]["tags"])
    return found


def _assignment(body: Body) -> Body:
    properties = body.get("properties") or {}
    return {key: properties.get(key) for key in ("roleDefinitionId", "principalId", "principalType", "scope")}


def _without_signatures(value: t.Any) -> t.Any:
    """The value without the query of URLs of blobs, which may be a signature."""
    if isinstance(value, dict):
        return {
            key: item.split("?", 1)[0]
            if isinstance(item, str) and key.lower().endswith("uri")
            else _without_signatures(item)
            for key, item in value.items()
        }
    return [_without_signatures(item) for item in value] if isinstance(value, list) else value
