"""The lists that the inventory plugin reads from Azure: images and, with galleries, versions.

Only list requests are sent. The result is either complete or an error.
"""

from __future__ import annotations

import difflib
import json
import sys
import typing as t

from .._arm import sdk
from .._arm.auth.credentials import resolve
from .._arm.auth.options import AUTH_OPTIONS, refused_options
from .._arm.run_cache import hashed
from .._resources.errors import GalleryError, InvalidRequest, NotFound
from .._resources.fields import Body
from .._resources.names import check_name
from .._resources.resource_id import ResourceId
from .._run import reads
from .._run.context import Context
from .._run.runner import quiet_loggers
from . import hosts as inventory
from .filters import texts

# The plugin's own options and those for signing in.
OPTIONS = (*AUTH_OPTIONS, "resource_groups", "galleries", "include_filters", "exclude_filters")
# Increase it when the format of the cached data changes.
_FORMAT = 3
Listed = dict[str, t.Any]


def listed(ctx: Context) -> Listed:
    """`{images, versions, missing, problems}`, as JSON.

    `missing` are the galleries that do not exist, `problems` the lists of creation times that could not be read.
    """
    quiet_loggers()
    _require_sdk()
    galleries = _read_galleries(ctx)
    images: dict[str, inventory.Item] = {}
    problems: list[str] = []
    for parent in _parents(ctx):
        created = reads.creation_times(ctx, parent) if galleries else reads.CreationTimes({})
        problems += [created.problem] if created.problem else []
        for body in ctx.arm.list(parent, "managed_image"):
            key = inventory.id_key(body["id"])
            images.setdefault(key, inventory.image_item(body, created.times.get(key)))
    versions: list[inventory.Item] = []
    missing: list[str] = []
    for gallery in _found(ctx, galleries):
        listing = _versions(ctx, gallery) if isinstance(gallery, ResourceId) else None
        if listing is None:
            missing.append(gallery.words if isinstance(gallery, ResourceId) else gallery)
        items = [inventory.version_item(body, ctx.clock.now()) for body in listing or ()]
        versions += [item for item in items if item and item["source"] in images]
    return {
        "images": [images[key] for key in sorted(images)],
        "versions": versions,
        "missing": missing,
        "problems": problems,
    }


def cache_key(ctx: Context) -> str:
    """A key of all inputs of listed(): identity, cloud, and the selected resources. It contains no secret, not even as a hash."""
    chosen = resolve(ctx.params)
    return hashed(
        _FORMAT,
        [chosen.kind, chosen.values.get("tenant"), chosen.values.get("client_id"), chosen.cloud_environment],
        ctx.arm.subscription_id.lower(),
        sorted(str(parent).lower() for parent in _parents(ctx)),
        sorted(json.dumps(gallery, sort_keys=True).lower() for gallery in ctx.params.get("galleries") or ()),
    )


def refuse_unknown(given: t.Iterable[str], known: t.Iterable[str]) -> None:
    """InvalidRequest for an unknown option, since a misspelled filter would match every image."""
    known = list(known)
    unknown = sorted(map(str, set(given) - set(known)))
    if refused_options(unknown):
        raise InvalidRequest(str(refused_options(unknown)))
    if unknown:
        close = difflib.get_close_matches(unknown[0], known, 1)
        hint = f" Did you mean {close[0]}?" if close else " 'ansible-doc -t inventory' lists the plugin's options."
        raise InvalidRequest(f"Unknown option: {', '.join(map(repr, unknown))}.{hint}")


def _require_sdk() -> None:
    try:
        sdk.require()
    except GalleryError as error:
        packages = " ".join(f"'{requirement}'" for requirement in sdk.REQUIREMENTS)
        raise GalleryError(
            f"{error.message} The Python that runs Ansible reads the inventory. Install the SDK there: "
            f"{sys.executable} -m pip install {packages}."
        ) from error


def _parents(ctx: Context) -> list[ResourceId]:
    """The resource groups to list images of, or the subscription."""
    subscription = check_name("subscription", ctx.arm.subscription_id, "subscription_id")
    groups = ctx.params.get("resource_groups")
    if not groups:
        return [ResourceId("subscription", subscription)]
    names = [check_name("resource_group", name, "resource_groups") for name in texts(groups, "resource_groups")]
    return list({rid.key: rid for rid in (ResourceId("resource_group", subscription, name) for name in names)}.values())


def _read_galleries(ctx: Context) -> list[ResourceId]:
    entries = ctx.params.get("galleries") or ()
    found = [
        inventory.read_gallery(entry, ctx.arm.subscription_id, f"galleries[{index}]")
        for index, entry in enumerate(entries)
    ]
    return list({gallery.key: gallery for gallery in found}.values())


def _found(ctx: Context, galleries: list[ResourceId]) -> list[ResourceId | str]:
    """The galleries with their resource groups, without duplicates. A gallery that does not exist is returned as a description.

    A gallery's name is unique in a subscription, so one list finds all galleries without a resource group.
    """
    known: dict[str, dict[str, ResourceId]] = {}
    result: dict[str, ResourceId | str] = {}
    for gallery in galleries:
        subscription = gallery.subscription_id
        if gallery.resource_group:
            result[gallery.key] = gallery
            continue
        if subscription.lower() not in known:
            bodies = ctx.arm.list(ResourceId("subscription", subscription), "gallery")
            known[subscription.lower()] = {body["name"].lower(): _gallery_id(body) for body in bodies}
        found = known[subscription.lower()].get(gallery.name.lower())
        words = f"gallery {gallery.name} in subscription {subscription}"
        result[found.key if found else words] = found or words
    return list(result.values())


def _gallery_id(body: Body) -> ResourceId:
    return inventory.read_gallery(body["id"], "", "galleries")


def _versions(ctx: Context, gallery: ResourceId) -> list[Body] | None:
    """All versions of a gallery, with one list request for each definition; None if the gallery does not exist."""
    definitions = _list(ctx, gallery, "image_definition")
    if definitions is None:
        return None
    versions: list[Body] = []
    for body in definitions:
        definition = ResourceId(
            "image_definition", gallery.subscription_id, gallery.resource_group, gallery.name, body["name"]
        )
        # A definition that was deleted since has no versions.
        versions += _list(ctx, definition, "image_version") or ()
    return versions


def _list(ctx: Context, parent: ResourceId, kind: str) -> list[Body] | None:
    """All children of a kind; None if the parent does not exist."""
    try:
        return list(ctx.arm.list(parent, kind))
    except NotFound:
        # A 404 may also concern the subscription or come from a proxy. Reading the parent shows whether it is absent.
        if ctx.arm.get(parent) is None:
            return None
        raise
