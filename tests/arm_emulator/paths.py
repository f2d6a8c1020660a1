"""Parse the path of a request."""

from __future__ import annotations

from dataclasses import dataclass

from .resource_types import EXTENSIONS, KINDS_BY_TYPE, RESOURCE_TYPES, TYPES, VIEWS_BY_PATH, parent_kind

__all__ = ["TYPES", "Target", "parse", "resource_id", "split_id"]

_OPERATIONS = ("capsoperations", "operations", "diskoperations", "operationresults")


@dataclass(frozen=True, slots=True)
class Target:
    """The target of a request. `listing` means the collection of that kind."""

    kind: str
    listing: bool = False
    subscription: str = ""
    group: str = ""
    names: tuple[str, ...] = ()
    location: str = ""
    scope: str = ""  # of a lock and its like: what it is on, as it was spelled

    @property
    def name(self) -> str:
        """The last name."""
        return self.names[-1]

    @property
    def id(self) -> str:
        """The id as this request spells it."""
        if self.kind == "lock":
            return f"{self.scope}/providers/Microsoft.Authorization/locks/{self.name}"
        return resource_id(self.kind, self.subscription, self.group, self.names)

    @property
    def key(self) -> str:
        """The id for comparing."""
        return self.id.lower()

    def parent(self) -> Target:
        """A lock's scope, a version's definition, a definition's gallery, or else the resource group."""
        if self.scope:
            return parse(self.scope)
        above = parent_kind(self.kind) if self.kind in RESOURCE_TYPES else None
        if above:
            depth = RESOURCE_TYPES[above].type.count("/")
            return Target(above, False, self.subscription, self.group, self.names[:depth])
        return Target("resource_group", False, self.subscription, self.group)


def resource_id(kind: str, subscription: str, group: str, names: tuple[str, ...]) -> str:
    """The canonical spelling of an id."""
    if kind == "subscription":
        return f"/subscriptions/{subscription}"
    base = f"/subscriptions/{subscription}/resourceGroups/{group}"
    if kind == "resource_group":
        return base
    known = RESOURCE_TYPES.get(kind, RESOURCE_TYPES["gallery"])
    segments = zip(known.collection.split("/"), names, strict=False)
    return f"{base}/providers/{known.namespace}/" + "/".join(f"{segment}/{name}" for segment, name in segments)


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
    return _extension(segments, lowered) or _below_subscription(segments, lowered)


def _extension(segments: list[str], lowered: list[str]) -> Target | None:
    """What Microsoft.Authorization has at some scope; locks are spelled with `resourcegroups` (recorded)."""
    if "microsoft.authorization" not in lowered:
        return None
    index = len(lowered) - 1 - lowered[::-1].index("microsoft.authorization")
    kind = EXTENSIONS.get(lowered[index + 1]) if index + 1 < len(lowered) else None
    rest = segments[index + 2 :]
    if kind is None or lowered[index - 1] != "providers" or len(rest) > 1:
        return None
    scope = "/" + "/".join("resourcegroups" if word == "resourceGroups" else word for word in segments[: index - 1])
    above = parse(scope)
    return Target(kind, not rest, above.subscription, above.group, tuple(rest), "", scope)


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
    if rest == ["resources"]:
        return Target("resource", True, subscription)
    if rest == ["locations"]:
        return Target("location", True, subscription)
    return Target("unknown", False, subscription)


def _below_groups(subscription: str, segments: list[str], lowered: list[str]) -> Target:
    if len(lowered) == 1:
        return Target("resource_group", True, subscription)
    group = segments[1]
    if len(lowered) == 2:
        return Target("resource_group", False, subscription, group)
    if lowered[2:] == ["resources"]:
        return Target("resource", True, subscription, group)
    if lowered[2] == "providers" and len(lowered) > 4:
        return _resource(subscription, group, segments[3:], lowered[3:])
    return Target("unknown", False, subscription, group)


def _resource(subscription: str, group: str, segments: list[str], lowered: list[str]) -> Target:
    """From the namespace on: `Microsoft.Compute/galleries/g/images`."""
    names = tuple(segments[2::2])
    path = "/".join([lowered[0], *lowered[1::2]])
    if path in KINDS_BY_TYPE:
        return Target(KINDS_BY_TYPE[path], len(lowered) % 2 == 0, subscription, group, names)
    if path in VIEWS_BY_PATH and len(lowered) % 2 == 0:
        kind, _owner, listing = VIEWS_BY_PATH[path]
        return Target(kind, listing, subscription, group, names)
    return Target("unknown", False, subscription, group, names)


def _below_provider(subscription: str, segments: list[str], lowered: list[str]) -> Target:
    if not lowered:
        return Target("provider", True, subscription)
    names = (segments[0],)
    if len(lowered) == 1:
        return Target("provider", False, subscription, "", names)
    if lowered[1:] == ["register"]:
        return Target("provider_register", False, subscription, "", names)
    kind = KINDS_BY_TYPE.get("/".join(lowered))
    if kind and RESOURCE_TYPES[kind].by_subscription:
        return Target(kind, True, subscription)
    if lowered[0] == "microsoft.compute" and lowered[1] == "locations" and lowered[3:] == ["vmsizes"]:
        return Target("machine_size", True, subscription, "", (), lowered[2])
    if lowered[1] == "locations" and len(lowered) == 5 and lowered[3] in _OPERATIONS:
        return Target("operation", False, subscription, "", (lowered[4],), lowered[2])
    return Target("unknown", False, subscription)


def split_id(text: object) -> Target | None:
    """The target of a resource id, None when it is not an id below a resource group."""
    if not isinstance(text, str) or not text.lower().startswith("/subscriptions/"):
        return None
    target = parse(text)
    return target if target.group and not target.listing else None
