"""Resource IDs.

Azure returns the same ID in several spellings (lists of galleries and images upper-case the resource group), so IDs are
compared without case.
"""

from __future__ import annotations

import functools
import re
import typing as t

from .errors import InvalidRequest
from .names import check_name, unresolved

# kind: the segments that follow the resource group, names left out
_SEGMENTS: dict[str, tuple[str, ...]] = {
    "resource_group": (),
    "managed_image": ("Microsoft.Compute/images",),
    "gallery": ("Microsoft.Compute/galleries",),
    "image_definition": ("Microsoft.Compute/galleries", "images"),
    "image_version": ("Microsoft.Compute/galleries", "images", "versions"),
    "virtual_machine": ("Microsoft.Compute/virtualMachines",),
    "run_command": ("Microsoft.Compute/virtualMachines", "runCommands"),
    "scale_set": ("Microsoft.Compute/virtualMachineScaleSets",),
    "scale_set_instance": ("Microsoft.Compute/virtualMachineScaleSets", "virtualMachines"),
    "disk": ("Microsoft.Compute/disks",),
    "network_interface": ("Microsoft.Network/networkInterfaces",),
    "virtual_network": ("Microsoft.Network/virtualNetworks",),
    "subnet": ("Microsoft.Network/virtualNetworks", "subnets"),
}
_KINDS = {segments: kind for kind, segments in _SEGMENTS.items()}
KIND_WORDS = {kind: kind.replace("_", " ") for kind in ("subscription", *_SEGMENTS)}
KIND_WORDS["scale_set_instance"] = "instance of a scale set"
# A name in an ID, without characters that would change the path or query of a URL or that cannot be sent.
_PART = r"((?!\.+(?:/|$))[^\t-\r\x00-\x1f\x7f/?#%\\\ud800-\udfff]{1,90})"


class ResourceId:
    """An id of one of the kinds in KIND_WORDS; `names` are the names after the resource group, outermost first."""

    __slots__ = ("kind", "names", "resource_group", "subscription_id")

    def __init__(self, kind: str, subscription_id: str, resource_group: str = "", *names: str) -> None:
        if kind != "subscription" and len(names) != len(_SEGMENTS[kind]):
            raise ValueError(f"{kind} takes {len(_SEGMENTS[kind])} names, not {names!r}")
        self.kind = kind
        self.subscription_id = subscription_id
        self.resource_group = resource_group
        self.names = names

    @property
    def name(self) -> str:
        """The name of the resource itself."""
        return self.names[-1] if self.names else self.resource_group or self.subscription_id

    @property
    def parent(self) -> ResourceId:
        """One level up: version, definition, gallery, resource group, subscription."""
        if self.kind == "resource_group":
            return ResourceId("subscription", self.subscription_id)
        kind = _KINDS[_SEGMENTS[self.kind][:-1]]
        return ResourceId(kind, self.subscription_id, self.resource_group, *self.names[:-1])

    def child(self, kind: str, name: str) -> ResourceId:
        """One level down."""
        return ResourceId(kind, self.subscription_id, self.resource_group, *self.names, name)

    @property
    def words(self) -> str:
        """The kind and the full ID, for messages."""
        return f"{KIND_WORDS[self.kind]} {self}"

    def collection(self, kind: str) -> str:
        """The path of the list of a kind beneath it."""
        segment = _SEGMENTS[kind][-1] if _SEGMENTS[kind] else "resourcegroups"
        return f"{self}/{'providers/' if '/' in segment else ''}{segment}"

    def __str__(self) -> str:
        text = f"/subscriptions/{self.subscription_id}"
        if self.kind != "subscription":
            text += f"/resourceGroups/{self.resource_group}"
        for index, (segment, name) in enumerate(zip(_SEGMENTS.get(self.kind, ()), self.names, strict=True)):
            text += f"{'/providers' if index == 0 else ''}/{segment}/{name}"
        return text

    def __repr__(self) -> str:
        return f"ResourceId({str(self)!r})"

    @property
    def key(self) -> str:
        """The normalized ID, for comparisons."""
        return str(self).lower()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ResourceId) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


def named_id(kind: str, subscription_id: str, params: t.Mapping[str, t.Any], *options: str) -> ResourceId:
    """The ID of a gallery or image definition from `resource_group` and the options with its names.

    InvalidRequest for a name that Azure does not allow.
    """
    group = check_name("resource_group", params["resource_group"], "resource_group")
    rules = ("gallery", "image_definition")[: len(options)]
    names = [check_name(rule, params[option], option) for rule, option in zip(rules, options, strict=True)]
    return ResourceId(kind, subscription_id, group, *names)


def same_id(one: str | None, other: str | None) -> bool:
    """Whether two strings are the same ID, ignoring case."""
    return (one or "").strip("/").lower() == (other or "").strip("/").lower()


_GROUP = re.compile(r"(/resourceGroups/)[^/]+", re.IGNORECASE)


def in_spelling_of(parent: ResourceId, body: dict[str, t.Any]) -> dict[str, t.Any]:
    """A listed resource with the resource group as in the request, since Azure's lists upper-case it."""
    if parent.kind == "subscription" or not isinstance(body.get("id"), str):
        return body
    return {**body, "id": _GROUP.sub(lambda match: match[1] + parent.resource_group, body["id"], count=1)}


def _expected(kind: str) -> str:
    return str(ResourceId(kind, "SUBSCRIPTION", "RESOURCE-GROUP", *("NAME",) * len(_SEGMENTS.get(kind, ()))))


@functools.cache
def _pattern(kind: str) -> re.Pattern[str]:
    text = re.sub("SUBSCRIPTION|RESOURCE-GROUP|NAME", lambda _name: _PART, _expected(kind).replace(".", r"\."))
    return re.compile(text, re.IGNORECASE | re.ASCII)


def parse_id(text: t.Any, *kinds: str, where: str = "") -> ResourceId:
    """Parse an ID of one of `kinds`; InvalidRequest for the option `where` otherwise."""
    path = f"/{str(text).strip().strip('/')}"
    for kind in kinds:
        if found := _pattern(kind).fullmatch(path):
            return ResourceId(kind, *found.groups())
    wanted = " or ".join(f"{KIND_WORDS[kind]} ({_expected(kind)})" for kind in kinds)
    article = "an" if wanted[0] in "aeiou" else "a"
    raise InvalidRequest(
        f"{f'{where}: ' if where else ''}{str(text)!r} is not the id of {article} {wanted}.{unresolved(str(text))}"
    )
