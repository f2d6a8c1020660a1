# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a path means."""

from __future__ import annotations

from dataclasses import dataclass

TYPES = {
    "gallery": "Microsoft.Compute/galleries",
    "image_definition": "Microsoft.Compute/galleries/images",
    "image_version": "Microsoft.Compute/galleries/images/versions",
    "managed_image": "Microsoft.Compute/images",
    "resource_group": "Microsoft.Resources/resourceGroups",
}


@dataclass(frozen=True, slots=True)
class Target:
    """What a request is about. `listing` means the collection of that kind."""

    kind: str
    listing: bool = False
    subscription: str = ""
    group: str = ""
    names: tuple[str, ...] = ()
    location: str = ""

    @property
    def name(self) -> str:
        """The last name."""
        return self.names[-1]

    @property
    def id(self) -> str:
        """The id as this request spells it."""
        return resource_id(self.kind, self.subscription, self.group, self.names)

    @property
    def key(self) -> str:
        """The id for comparing."""
        return self.id.lower()

    def parent(self) -> Target:
        """Of a version its definition, of a definition its gallery, of the rest the resource group."""
        if self.kind == "image_version":
            return Target("image_definition", False, self.subscription, self.group, self.names[:2])
        if self.kind == "image_definition":
            return Target("gallery", False, self.subscription, self.group, self.names[:1])
        return Target("resource_group", False, self.subscription, self.group)


def resource_id(kind: str, subscription: str, group: str, names: tuple[str, ...]) -> str:
    """The canonical spelling of an id."""
    base = f"/subscriptions/{subscription}/resourceGroups/{group}"
    if kind == "resource_group":
        return base
    base += "/providers/Microsoft.Compute/"
    if kind == "managed_image":
        return f"{base}images/{names[0]}"
    segments = zip(("galleries", "images", "versions"), names, strict=False)
    return base + "/".join(f"{segment}/{name}" for segment, name in segments)


def parse(path: str) -> Target:
    """The target of a path; its words in any case."""
    segments = [segment for segment in path.split("/") if segment]
    lowered = [segment.lower() for segment in segments]
    if not lowered:
        return Target("unknown")
    if lowered[0] == "metadata":
        return Target("metadata")
    if lowered[0] == "tenants" and len(lowered) == 1:
        return Target("tenant", True)
    if lowered[0] == "providers" and len(lowered) == 1:
        return Target("provider", True)
    if lowered[0] != "subscriptions":
        return Target("token")
    if len(lowered) == 1:
        return Target("subscription", True)
    return _below_subscription(segments, lowered)


def _below_subscription(segments: list[str], lowered: list[str]) -> Target:
    subscription = lowered[1]
    rest = lowered[2:]
    if not rest:
        return Target("subscription", False, subscription)
    if rest[0] == "resourcegroups":
        return _below_groups(subscription, segments[2:], rest)
    if rest[0] == "providers":
        return _below_provider(subscription, segments[3:], rest[1:])
    if rest[0] == "operationresults" and len(rest) == 2:
        return Target("group_operation", False, subscription, "", (segments[3],))
    if rest == ["locations"]:
        return Target("location", True, subscription)
    return Target("unknown", False, subscription)


def _below_groups(subscription: str, segments: list[str], lowered: list[str]) -> Target:
    if len(lowered) == 1:
        return Target("resource_group", True, subscription)
    group = segments[1]
    if len(lowered) == 2:
        return Target("resource_group", False, subscription, group)
    if lowered[2:4] == ["providers", "microsoft.compute"] and len(lowered) > 4:
        return _resource(subscription, group, segments[4:], lowered[4:])
    return Target("unknown", False, subscription, group)


def _resource(subscription: str, group: str, segments: list[str], lowered: list[str]) -> Target:
    kinds = lowered[0::2]
    names = tuple(segments[1::2])
    listing = len(lowered) % 2 == 1
    shapes = {
        ("images",): "managed_image",
        ("galleries",): "gallery",
        ("galleries", "images"): "image_definition",
        ("galleries", "images", "versions"): "image_version",
        ("galleries", "softdeletedartifacttypes", "artifacts", "versions"): "recycle_bin",
    }
    if kinds == ["galleries", "share"]:
        return Target("gallery_share", False, subscription, group, names[:1])
    return Target(shapes.get(tuple(kinds), "unknown"), listing, subscription, group, names)


def _below_provider(subscription: str, segments: list[str], lowered: list[str]) -> Target:
    if not lowered:
        return Target("provider", True, subscription)
    names = (segments[0],)
    if len(lowered) == 1:
        return Target("provider", False, subscription, "", names)
    if lowered[0] != "microsoft.compute":
        if lowered[1:] == ["register"]:
            return Target("provider_register", False, subscription, "", names)
        return Target("unknown", False, subscription)
    if lowered[1:] == ["register"]:
        return Target("provider_register", False, subscription, "", names)
    if lowered[1:] in (["images"], ["galleries"]):
        return Target("managed_image" if lowered[1] == "images" else "gallery", True, subscription)
    if lowered[1] == "locations" and len(lowered) == 5 and lowered[3] in ("capsoperations", "operations"):
        return Target("operation", False, subscription, "", (lowered[4],), lowered[2])
    return Target("unknown", False, subscription)


def split_id(text: object) -> Target | None:
    """The target of a resource id, None when it is not an id below a resource group."""
    if not isinstance(text, str) or not text.lower().startswith("/subscriptions/"):
        return None
    target = parse(text)
    return target if target.group and not target.listing else None
