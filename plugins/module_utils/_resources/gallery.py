"""The fields of a gallery."""

from __future__ import annotations

from .fields import LOCATION, STR, Field, Resource

GALLERY = Resource(
    kind="gallery",
    names=("name",),
    fields=(
        LOCATION,
        Field("description", "properties.description"),
        Field("unique_name", "properties.identifier.uniqueName", STR, computed=True),
    ),
)
