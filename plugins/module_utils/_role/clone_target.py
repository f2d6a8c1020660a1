"""The gallery, image definition and managed image that the variables of clone_managed_image name."""

from __future__ import annotations

import dataclasses

from .._resources.errors import InvalidRequest
from .._resources.managed_image import parse_source
from .._resources.names import check_name
from .._resources.numbers import NEXT
from .._resources.resource_id import ResourceId
from .variables import PREFIX, RoleOptions


@dataclasses.dataclass(frozen=True)
class CloneTarget:
    """The ids. `source` is None for a version that is named by its definition and number alone."""

    gallery: ResourceId
    definition: ResourceId
    source: ResourceId | None


def clone_target(wishes: RoleOptions, subscription_id: str) -> CloneTarget:
    """The ids of a clone; InvalidRequest for names that Azure does not allow, and if no version can be found by them."""
    group = check_name("resource_group", wishes.gallery["resource_group"], f"{PREFIX}gallery.resource_group")
    name = check_name("gallery", wishes.gallery["name"], f"{PREFIX}gallery.name")
    source = parse_source(wishes.source, subscription_id, group)
    if source is None and ("name" not in wishes.definition or wishes.version in NEXT):
        raise InvalidRequest(
            f"{PREFIX}source_id is not set, nor is {PREFIX}source: one of them must name a managed image. Only for a version "
            f"that exists can both be left out, with its definition in {PREFIX}definition_name and its number in "
            f"{PREFIX}version."
        )
    definition = _definition_name(wishes, source)
    return CloneTarget(
        ResourceId("gallery", subscription_id, group, name),
        ResourceId("image_definition", subscription_id, group, name, definition),
        source,
    )


def _definition_name(wishes: RoleOptions, source: ResourceId | None) -> str:
    name = wishes.definition.get("name")
    if name is None and source:
        return check_name("image_definition", source.name, f"{PREFIX}definition_name (by default the source's name)")
    return check_name("image_definition", name, f"{PREFIX}definition_name")
