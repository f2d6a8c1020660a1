"""The host name and the migration state of each managed image.

All functions work on plain data, which the inventory's cache can store.
"""

from __future__ import annotations

import datetime
import hashlib
import re
import typing as t

from .._resources import managed_image
from .._resources.errors import InvalidRequest
from .._resources.fields import Body
from .._resources.image_version import shape, source_id
from .._resources.managed_image import is_rebuilt
from .._resources.names import check_name
from .._resources.numbers import Number, read_number
from .._resources.provisioning_state import provisioning_state
from .._resources.resource_id import ResourceId, parse_id
from .._resources.tags import FINGERPRINT_TAG, RESTORED_TAG, tag_value
from .._resources.verification import verified_at

Item = dict[str, t.Any]

# An image has the state of its best version.
MIGRATED, REPLICATING, FAILED, UNMIGRATED = "migrated", "replicating", "failed", "unmigrated"
MIGRATION_STATES = (UNMIGRATED, REPLICATING, MIGRATED, FAILED)
VERIFIED = "verified"  # a key of migration, and a group in addition to those of the states
# The returned keys of a version, a subset of those of image_version.
_VERSION_KEYS = (
    "id",
    "name",
    "resource_group",
    "gallery_name",
    "image_definition_name",
    "location",
    "provisioning_state",
    "published_date",
    "exclude_from_latest",
)


# Resources as plain data


def image_item(body: Body, created: str | None = None) -> Item:
    """The data of a managed image; `created` is its creation time."""
    return {
        "image": managed_image.shape(body),
        "fingerprint": managed_image.fingerprint(body),
        "created": created,
        "restored_from": tag_value(body, RESTORED_TAG),
    }


def version_item(body: Body, now: datetime.datetime) -> Item | None:
    """The data of a version at a time; None if it has no source ID, for example because it was created from disks."""
    source = source_id(body)
    if not source:
        return None
    shown = shape(body)
    return {
        "source": id_key(source),
        "fingerprint": tag_value(body, FINGERPRINT_TAG),
        "version": {key: shown[key] for key in _VERSION_KEYS},
        "state": provisioning_state(body),
        "verified": verified_at(body, now) is not None,
    }


def id_key(text: str) -> str:
    """The normalized form of a resource ID."""
    return "/" + text.strip().strip("/").lower()


# The migration state


# The state that follows from the provisioning state of one version, REPLICATING for any other. Lists contain no replication
# status, so a version that Succeeded counts as migrated. A version that is being deleted does not count.
_STATES = {"Succeeded": MIGRATED, "Failed": FAILED, "Canceled": FAILED, "Deleting": UNMIGRATED}


def migrations(images: t.Sequence[Item], versions: t.Iterable[Item]) -> list[Item]:
    """`{state, verified, versions}` of every image, in the order of the images."""
    by_source: dict[str, list[Item]] = {}
    for version in versions:
        by_source.setdefault(version["source"], []).append(version)
    return [_migration(image, by_source.get(id_key(image["image"]["id"]), [])) for image in images]


def _migration(image: Item, versions: list[Item]) -> Item:
    shown = []
    states = {UNMIGRATED}
    for version in sorted(versions, key=_version_order):
        rebuilt = is_rebuilt(
            version_id=version["version"]["id"],
            stored=version["fingerprint"],
            published=version["version"]["published_date"],
            fingerprint=image["fingerprint"],
            created=image["created"],
            restored_from=image["restored_from"],
        )
        state = UNMIGRATED if rebuilt else _STATES.get(version["state"], REPLICATING)
        states.add(state)
        verified = state == MIGRATED and version["verified"]
        shown.append({**version["version"], "source_rebuilt": rebuilt, VERIFIED: verified})
    best = next(state for state in (MIGRATED, REPLICATING, FAILED, UNMIGRATED) if state in states)
    return {"state": best, VERIFIED: any(version[VERIFIED] for version in shown), "versions": shown}


def _version_order(version: Item) -> tuple[str, Number]:
    shown = version["version"]
    return id_key(shown["id"]).rpartition("/")[0], read_number(shown["name"]) or Number(0, 0, 0)


# Galleries


def read_gallery(value: t.Any, subscription_id: str, where: str) -> ResourceId:
    """A gallery from an ID, from `{resource_group, name, subscription_id}`, or from a name (with an empty resource_group)."""
    if isinstance(value, str) and "/" in value:
        return parse_id(value, "gallery", where=where)
    given = {"name": value} if isinstance(value, str) else value
    if (
        not isinstance(given, dict)
        or not given.get("name")
        or set(given) - {"name", "resource_group", "subscription_id"}
    ):
        raise InvalidRequest(
            f"{where}: {value!r} is not a gallery. Set it to a gallery's name, its ID, or a mapping with name, "
            "resource_group and (for another subscription) subscription_id."
        )
    group = given.get("resource_group") or ""
    return ResourceId(
        "gallery",
        check_name("subscription", given.get("subscription_id") or subscription_id, f"{where}.subscription_id"),
        check_name("resource_group", group, f"{where}.resource_group") if group else "",
        check_name("gallery", given["name"], where),
    )


# Host names

# Names with a special meaning in Ansible.
_TAKEN = ("all", "ungrouped", "localhost", "127.0.0.1")
_UNSAFE = re.compile(r"[^\w.()-]")


def safe_host_name(text: str) -> str:
    """The name without characters of host patterns, ranges, options and templates."""
    name = _UNSAFE.sub("_", text.strip())
    return f"_{name[1:]}" if name.startswith("-") else name


def unique_names(wanted: t.Sequence[str], images: t.Sequence[Item]) -> list[str]:
    """A host name for every image: the wanted name, or `<name>_<resource group>` if several images share it.

    Names are compared without case, and the result does not depend on the order of the images. If the longer name is shared
    too, the subscription is added, and then a part of a hash of the ID.
    """
    candidates = [_candidates(safe_host_name(name), item["image"]) for name, item in zip(wanted, images, strict=True)]
    level = [1 if names[0].lower() in _TAKEN else 0 for names in candidates]
    while True:
        sharing: dict[str, list[int]] = {}
        for index, names in enumerate(candidates):
            sharing.setdefault(names[level[index]].lower(), []).append(index)
        shared = [members for members in sharing.values() if len(members) > 1]
        if not shared:
            return [names[level[index]] for index, names in enumerate(candidates)]
        for members in shared:
            lowest = min(level[index] for index in members)
            for index in members:
                level[index] += level[index] == lowest


def _candidates(name: str, image: Item) -> list[str]:
    group = f"{name}_{safe_host_name(image['resource_group'])}"
    subscription = f"{group}_{image['subscription_id']}"
    digest = hashlib.sha256(id_key(image["id"]).encode()).hexdigest()
    return [name, group, subscription, f"{subscription}_{digest[:12]}", f"{subscription}_{digest}"]
