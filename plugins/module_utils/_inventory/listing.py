"""The lists that the inventory plugin reads from Azure: images and, with galleries, versions.

Only list requests are sent. The result is either complete or an error.
"""

from __future__ import annotations

import difflib
import functools
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
from .._resources.resource_id import ResourceId, parse_id
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
    galleries = [
        inventory.read_gallery(entry, ctx.arm.subscription_id, f"galleries[{index}]")
        for index, entry in enumerate(ctx.params.get("galleries") or ())
    ]
    images: dict[str, inventory.Item] = {}
    problems: list[str] = []
    for parent in _parents(ctx):
        created = reads.creation_times(ctx, parent) if galleries else reads.CreationTimes({})
        problems += [created.problem] if created.problem else []
        for body in ctx.arm.list(parent, "managed_image"):
            key = inventory.id_key(body["id"])
            images.setdefault(key, inventory.image_item(body, created.times.get(key)))
    found = {words: _versions(ctx, gallery) if gallery else None for words, gallery in _found(ctx, galleries).items()}
    items = [inventory.version_item(body, ctx.clock.now()) for bodies in found.values() for body in bodies or ()]
    return {
        "images": [images[key] for key in sorted(images)],
        "versions": [item for item in items if item and item["source"] in images],
        "missing": [words for words, bodies in found.items() if bodies is None],
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


def _found(ctx: Context, galleries: list[ResourceId]) -> dict[str, ResourceId | None]:
    """The galleries with their resource groups, each once, by words for them; None for one that does not exist.

    A gallery's name is unique in a subscription, so one list finds all galleries without a resource group.
    """

    @functools.cache
    def by_name(subscription: str) -> dict[str, ResourceId]:
        bodies = ctx.arm.list(ResourceId("subscription", subscription), "gallery")
        return {body["name"].lower(): parse_id(body["id"], "gallery") for body in bodies}

    result: dict[ResourceId | str, ResourceId | None] = {}
    for gallery in galleries:
        subscription = gallery.subscription_id.lower()
        found = gallery if gallery.resource_group else by_name(subscription).get(gallery.name.lower())
        result.setdefault(found or f"gallery {gallery.name} in subscription {gallery.subscription_id}", found)
    return {one if isinstance(one, str) else one.words: found for one, found in result.items()}


def _versions(ctx: Context, gallery: ResourceId) -> list[Body] | None:
    """All versions of a gallery, with one list request for each definition; None if the gallery does not exist."""
    definitions = _list(ctx, gallery, "image_definition")
    if definitions is None:
        return None
    # A definition that was deleted since has no versions.
    listed = [_list(ctx, gallery.child("image_definition", body["name"]), "image_version") for body in definitions]
    return [version for versions in listed for version in versions or ()]


def _list(ctx: Context, parent: ResourceId, kind: str) -> list[Body] | None:
    """All children of a kind; None if the parent does not exist."""
    try:
        return list(ctx.arm.list(parent, kind))
    except NotFound:
        # A 404 may also concern the subscription or come from a proxy. Reading the parent shows whether it is absent.
        if ctx.arm.get(parent) is None:
            return None
        raise
