"""Reads what uses images in subscriptions. Only lists, which the tasks of a run share.

Requests: the permissions, machines and scale sets of each subscription, the instances of each scale set that may have one of the
images, and at most two more lists: of the subscriptions, of versions and images. Where these do not show the regions of the
images, those of all regions count. For each definition in which a version is being created, its versions are listed, too.
"""

from __future__ import annotations

import dataclasses
import typing as t

from .._resources.errors import AzureError, Denied, NotFound, SignInFailed
from .._resources.fields import Body
from .._resources.image_version import regions_by_name
from .._resources.names import check_name
from .._resources.regions import short_region
from .._resources.resource_id import ResourceId, parse_id
from .._run.context import Context
from . import usage

IMAGE_KINDS = ("managed_image", "image_definition", "image_version")
READS = (
    "Microsoft.Compute/virtualMachines/read",
    "Microsoft.Compute/virtualMachineScaleSets/read",
    "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/read",
)
# What may use an image and is in none of these lists.
INVISIBLE = {
    "batch_pool": "Azure Batch pools name images in a configuration that only Batch knows.",
    "template": "Templates and playbooks that create machines are not known to Azure.",
    "pipeline": "Pipelines, build agents and image builders name images in configurations of their own.",
}
_TYPES = ("Microsoft.Compute/images", "Microsoft.Compute/galleries/images/versions")
_MORE_LISTS = 2
_UNLISTED = (
    "The image versions that are being created in it were not listed. They need the image that they are created from."
)
_ABSENT = ("ParentResourceNotFound", "ResourceNotFound", "ResourceGroupNotFound", "NotFound")
_FRESH = 60.0


@dataclasses.dataclass(frozen=True)
class Scan:
    """The uses, the ids of the subscriptions in which all were found, and what was not scanned: {kind, subscription_id, missing,
    reason}. `scale_sets` are the models of all scale sets, whatever their image. `unlisted` are the subscriptions in which
    versions that are being created were not listed, since two lists do not suffice for all."""

    uses: list[usage.Use]
    scanned: list[str]
    not_scanned: list[dict[str, t.Any]]
    scale_sets: list[Body] = dataclasses.field(default_factory=list)
    unlisted: list[dict[str, t.Any]] = dataclasses.field(default_factory=list)

    @property
    def unknown(self) -> list[dict[str, t.Any]]:
        """The subscriptions in which there may be uses that were not seen."""
        return [one for one in self.not_scanned if one["kind"] == "subscription"]


def scan(
    ctx: Context,
    images: t.Iterable[str | ResourceId],
    subscriptions: t.Iterable[str] | None = None,
    *,
    versions: t.Iterable[Body] = (),
    regions: t.Collection[str] | None = None,
) -> Scan:
    """The uses of images (of every custom image, without any) in subscriptions (those that can be listed, without any).

    `versions` are bodies that the caller has read already, `regions` those of the images where the caller knows them.
    """
    asked = [one if isinstance(one, ResourceId) else parse_id(one, *IMAGE_KINDS, where="images") for one in images]
    return _Reading(ctx, asked, list(versions), regions).scan(list(subscriptions or ()))


class _Reading:
    """One scan."""

    def __init__(
        self, ctx: Context, asked: list[ResourceId], versions: list[Body], regions: t.Collection[str] | None
    ) -> None:
        self._ctx, self._asked, self._versions = ctx, asked, versions
        self._regions: set[str] | None = set(regions) if regions is not None else None
        self._located: dict[str, str] = {}  # the regions of managed images
        self._lists_left = _MORE_LISTS
        self._machines: list[Body] = []
        self._scale_sets: list[Body] = []
        self._instances: list[Body] = []
        self._not_scanned: list[dict[str, t.Any]] = []
        self._unlisted: list[dict[str, t.Any]] = []

    def scan(self, named: list[str]) -> Scan:
        found = [ResourceId("subscription", one) for one in self._subscriptions(named)]
        scanned = [rid for rid in found if self._is_read("subscription", rid, self._list)]
        self._read_galleries(scanned)
        self._regions = self._known_regions()
        scanned = [rid for rid in scanned if self._is_read("subscription", rid, self._list_instances)]
        uses = usage.of(map(str, self._asked), self._machines, self._scale_sets, self._instances, self._versions)
        invisible = [unseen(kind, None, reason) for kind, reason in INVISIBLE.items()]
        ids = [rid.subscription_id for rid in scanned]
        return Scan(uses, ids, [*self._not_scanned, *invisible], self._scale_sets, self._unlisted)

    def _subscriptions(self, named: list[str]) -> list[str]:
        """The subscriptions to scan. That of the credentials and those of the images count even if they are not listed."""
        found = [check_name("subscription", one, "subscriptions") for one in named]
        if not named:
            self._lists_left -= 1
            own = self._ctx.arm.subscription_id
            key = f"subscriptions:{self._ctx.arm.identity}"
            listed = self._ctx.cache.once(key, _FRESH, self._ctx.arm.subscriptions)
            found = [*listed, own, *(rid.subscription_id for rid in self._asked)]
        return _distinct(found)

    def _is_read(self, kind: str, rid: ResourceId, read: t.Callable[[ResourceId], None]) -> bool:
        """Whether a reading beneath an id succeeded; if not, its subscription is not scanned, for Azure's reason."""
        try:
            read(rid)
        except SignInFailed:
            raise
        except AzureError as error:
            missing = error.details.get("missing", ())
            self._not_scanned.append(unseen(kind, rid.subscription_id, error.message, missing))
            return False
        return True

    def _list(self, subscription: ResourceId) -> None:
        """Its machines and scale sets; Denied where a role further below makes lists short without an error."""
        key = f"missing:{self._ctx.arm.identity}:{subscription.key}"
        read = self._ctx.arm.permissions
        missing = self._ctx.cache.once(key, _FRESH, lambda: usage.missing_actions(read(subscription), READS))
        if missing:
            raise Denied(
                f"{subscription.words}: the credentials lack {', '.join(missing)} at the subscription, so its lists may be "
                "short. Grant a role with these actions there, or name the subscriptions to scan.",
                missing=missing,
            )
        machines = self._ctx.arm.shared_list(subscription, "virtual_machine", usage.relevant)
        self._scale_sets += self._ctx.arm.shared_list(subscription, "scale_set", usage.relevant)
        self._machines += machines

    def _list_instances(self, subscription: ResourceId) -> None:
        for body in self._scale_sets:
            rid = parse_id(body["id"], "scale_set")
            if rid.parent.parent == subscription and usage.has_instances_to_list(body, self._regions):
                self._instances += self._children(rid, "scale_set_instance", usage.relevant)

    def _children(self, parent: ResourceId, kind: str, keep: t.Callable[[Body], Body] | None = None) -> list[Body]:
        """The children of a kind; none if the parent was deleted since it was listed."""
        try:
            return self._ctx.arm.shared_list(parent, kind, keep)
        except NotFound as error:
            if error.code not in _ABSENT:
                raise
            return []

    # -- galleries and regions -----------------------------------------------------------------------------------
    def _read_galleries(self, scanned: list[ResourceId]) -> None:
        """Versions of the definitions asked for, and those that are being created from managed images."""
        definitions = {rid.key: rid for rid in map(_definition, self._asked) if rid is not None}
        for key, definition in definitions.items():
            known = any(str(body["id"]).lower().startswith(f"{key}/") for body in self._versions)
            if not known and self._lists_left > 0:
                self._lists_left -= 1
                self._is_read("image_version", definition, self._add_versions)
        managed = [rid for rid in self._asked if rid.kind == "managed_image"]
        if managed or not self._asked:
            own = self._ctx.arm.subscription_id
            wanted = _distinct([own, *(rid.subscription_id for rid in managed)])
            listed = [ResourceId("subscription", one) for one in wanted[: max(self._lists_left, 0)]]
            self._lists_left -= len(listed)
            for rid in listed:
                self._is_read("image_version", rid, self._read_resources)
            left = [rid.subscription_id for rid in scanned if rid not in listed]
            self._unlisted = [unseen("image_version", one, _UNLISTED) for one in left]

    def _read_resources(self, subscription: ResourceId) -> None:
        """Where the managed images of a subscription are, and its versions that are being created."""
        key = f"resources:{self._ctx.arm.identity}:{subscription.key}"
        found = self._ctx.cache.once(key, _FRESH, lambda: self._resources(subscription))
        self._located |= found["images"]
        for definition in found["busy"]:
            self._is_read("image_version", parse_id(definition, "image_definition"), self._add_versions)

    def _resources(self, subscription: ResourceId) -> dict[str, t.Any]:
        images, busy = {}, {}
        for item in self._ctx.arm.resources(subscription, _TYPES):
            name = str(item["id"])
            if "/versions/" not in name.lower():
                images[name.lower()] = short_region(item["location"])
            elif usage.is_being_created({"properties": item}):
                definition = parse_id(name, "image_version").parent
                busy[definition.key] = str(definition)
        return {"images": images, "busy": list(busy.values())}

    def _add_versions(self, definition: ResourceId) -> None:
        known = {str(body["id"]).lower() for body in self._versions}
        found = self._children(definition, "image_version")
        self._versions += [body for body in found if str(body["id"]).lower() not in known]

    def _known_regions(self) -> set[str] | None:
        """The regions of the images asked for; None if one of them is not known. A managed image is used in its own only."""
        if self._regions is not None or not self._asked:
            return self._regions
        for body in (*self._machines, *self._scale_sets):
            named = usage.reference(usage.storage_of(body))
            if named:
                self._located.setdefault(named.lower(), short_region(body["location"]))
        found: set[str] = set()
        for rid in self._asked:
            regions = self._regions_of(rid)
            if not regions:
                return None
            found |= regions
        return found

    def _regions_of(self, rid: ResourceId) -> set[str]:
        if rid.kind == "managed_image":
            located = self._located.get(rid.key)
            return {located} if located else set()
        below = f"{rid.key}/" if rid.kind == "image_definition" else rid.key
        mine = [body for body in self._versions if str(body["id"]).lower().startswith(below)]
        return {region for body in mine for region in regions_by_name(body)}


def _distinct(subscriptions: t.Iterable[str]) -> list[str]:
    """Without those that differ in case only."""
    spelled: dict[str, str] = {}
    for one in subscriptions:
        spelled.setdefault(one.lower(), one)
    return list(spelled.values())


def _definition(rid: ResourceId) -> ResourceId | None:
    return {"image_definition": rid, "image_version": rid.parent}.get(rid.kind)


def unseen(kind: str, subscription: str | None, reason: str, missing: t.Sequence[str] = ()) -> dict[str, t.Any]:
    return {"kind": kind, "subscription_id": subscription, "missing": list(missing), "reason": reason}
