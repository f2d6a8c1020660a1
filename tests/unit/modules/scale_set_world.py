"""A seed with an image, its version, and machines and scale sets that use them."""

from __future__ import annotations

import copy
from typing import Any

from support.playbook_runner import SUBSCRIPTION

SECOND = "11111111-1111-1111-1111-111111111111"
COMPUTE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute"
IMAGE = f"{COMPUTE}/images/web"
OTHER = f"{COMPUTE}/images/db"
DEFINITION = f"{COMPUTE}/galleries/pics/images/web"
VERSION = f"{DEFINITION}/versions/1.0.0"
HERE = {"resource_group": "rg", "location": "southcentralus"}
PUBLISHED = "2026-04-01T00:00:00Z"
VERIFIED = {
    "verified_at": "2026-04-02T00:00:00Z",
    "verified_published": PUBLISHED,
    "verified_in": "southcentralus",
}


def image(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, **HERE, "os_type": "Linux", "created_time": "2026-03-01T00:00:00Z", **more}


def version(name: str = "1.0.0", source: str = "web", **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "gallery": "pics",
        "definition": "web",
        **HERE,
        "source": {"name": source, "resource_group": "rg"},
        "published_date": PUBLISHED,
        "tags": VERIFIED,
        **more,
    }


def scale_set(name: str = "set", reference: str = IMAGE, **more: Any) -> dict[str, Any]:
    return {"name": name, **HERE, "image": reference, "capacity": 2, **more}


WORLD: dict[str, Any] = {
    "images": [image("web"), image("db")],
    "galleries": [{"name": "pics", **HERE}],
    "definitions": [{"name": "web", "gallery": "pics", **HERE}],
    "versions": [version()],
    "scale_sets": [scale_set()],
}


def world(**changes: Any) -> dict[str, Any]:
    """The seed with other lists."""
    return copy.deepcopy({**WORLD, **changes})
