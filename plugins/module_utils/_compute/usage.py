"""What uses images, from the bodies that Azure lists. Pure.

Only what Azure shows in them counts: Batch pools, templates and pipelines are in none of these lists.
"""

from __future__ import annotations

import fnmatch
import typing as t

from .._resources.fields import Body, put_at, value_at
from .._resources.image_version import is_shallow, source_id
from .._resources.provisioning_state import is_busy, provisioning_state
from .._resources.regions import short_region
from .._versions.latest import latest_in

Use = dict[str, t.Any]
_VERSIONS = "/versions/"
_MODEL = "properties.virtualMachineProfile.storageProfile"
# What of() reads of a machine, an instance or a scale set.
_READ = (
    *("id", "name", "location", "sku", "properties.provisioningState", "properties.orchestrationMode"),
    *("properties.virtualMachineScaleSet", "properties.storageProfile.osDisk.diffDiskSettings"),
    *("properties.storageProfile.imageReference", f"{_MODEL}.imageReference"),
)


def of(
    images: t.Iterable[str],
    machines: t.Iterable[Body] = (),
    scale_sets: t.Iterable[Body] = (),
    instances: t.Iterable[Body] = (),
    versions: t.Iterable[Body] = (),
) -> list[Use]:
    """The uses of images, by id; without images those of every custom image.

    `images` are ids of managed images, image definitions and image versions. A definition counts as used wherever one of its
    versions is. `versions` also show which version a scale set gets that names the definition.
    """
    versions = list(versions)
    wanted = _Wanted(images, versions)
    uses: list[Use] = []
    for body in machines:
        uses += wanted.uses("virtual_machine", body, _storage(body), _machine_needs(body))
    for body in scale_sets:
        uses += wanted.uses("scale_set", body, model_storage(body), True)
    for body in instances:
        uses += wanted.uses("scale_set_instance", body, _storage(body), True)
    for body in versions:
        if _version_needs(body):
            uses += wanted.uses("image_version", body, {"imageReference": {"id": source_id(body)}}, True)
    return sorted(uses, key=lambda use: (use["image_id"].lower(), use["kind"], use["id"].lower()))


def reference(storage: Body) -> str | None:
    """The id of a custom image that a storage profile refers to; None for a platform image, or without an image."""
    named = storage.get("imageReference") or {}
    return named.get("id") or named.get("sharedGalleryImageId") or named.get("communityGalleryImageId") or None


def model_storage(scale_set: Body) -> Body:
    """The storage profile of a scale set's model."""
    return value_at(scale_set, _MODEL) or {}


def storage_of(body: Body) -> Body:
    """The storage profile of a machine, of an instance, or of a scale set's model."""
    return _storage(body) or model_storage(body)


def has_instances_to_list(scale_set: Body, regions: t.Collection[str] | None) -> bool:
    """Whether the instances of a scale set are listed apart and may have an image of these regions (None: of any)."""
    uniform = str(value_at(scale_set, "properties.orchestrationMode") or "Uniform").lower() == "uniform"
    some = int(value_at(scale_set, "sku.capacity") or 0) > 0
    here = regions is None or short_region(scale_set["location"]) in regions
    return uniform and some and here and reference(model_storage(scale_set)) is not None


def is_being_created(version: Body) -> bool:
    """Whether Azure still creates it. An unknown state counts; an update needs no source."""
    return is_busy(version) and provisioning_state(version) != "Updating"


def relevant(body: Body) -> Body:
    """The part of a body that of() reads, to be kept for other tasks of the run."""
    kept: Body = {}
    for path in _READ:
        value = value_at(body, path)
        if value is not None:
            put_at(kept, path, value)
    return kept


def missing_actions(permissions: t.Iterable[Body], wanted: t.Iterable[str]) -> list[str]:
    """Those of the wanted actions that no role grants. What one role excludes, another may grant."""

    def matches(patterns: t.Any, action: str) -> bool:
        return any(fnmatch.fnmatchcase(action.lower(), str(one).lower()) for one in patterns or ())

    def granted(action: str) -> bool:
        return any(matches(one.get("actions"), action) and not matches(one.get("notActions"), action) for one in roles)

    roles = list(permissions)
    return [action for action in wanted if not granted(action)]


class _Wanted:
    """The images asked for, by what references may call them."""

    def __init__(self, images: t.Iterable[str], versions: list[Body]) -> None:
        self._spelled = {_key(one): one for one in images}
        self._versions: dict[str, list[Body]] = {}
        for body in versions:
            self._versions.setdefault(_key(body["id"]).partition(_VERSIONS)[0], []).append(body)

    def uses(self, kind: str, body: Body, storage: Body, needed: bool) -> list[Use]:
        """A use for each image asked for that this resource refers to."""
        named = reference(storage)
        if named is None:
            return []
        exact = (storage.get("imageReference") or {}).get("exactVersion")
        version = named if _VERSIONS in named.lower() else f"{named}{_VERSIONS}{exact}" if exact else None
        found = self._asked(named, version, body, kind == "scale_set")
        return [_use(image, version, kind, body, needed) for image in found]

    def _asked(self, named: str, version: str | None, body: Body, model: bool) -> list[str]:
        if not self._spelled:
            return [named]
        definition = _key(named).partition(_VERSIONS)[0]
        keys = dict.fromkeys([_key(named), definition, *([_key(version)] if version else ())])
        found = [self._spelled[key] for key in keys if key in self._spelled]
        return found + (self._latest(definition, body) if model and version is None else [])

    def _latest(self, definition: str, scale_set: Body) -> list[str]:
        """Versions asked for that new instances of a scale set with their definition get, or may get where that is unknown."""
        asked = [self._spelled[key] for key in self._spelled if key.startswith(definition + _VERSIONS)]
        known = self._versions.get(definition)
        latest = latest_in(short_region(scale_set["location"]), known) if known else None
        return [one for one in asked if known is None or one.rpartition("/")[2] == latest]


def _use(image: str, version: str | None, kind: str, body: Body, needed: bool) -> Use:
    parts = str(body["id"]).strip("/").split("/")
    return {
        "image_id": image,
        "version_id": version,
        "kind": kind,
        "id": body["id"],
        "name": body["name"],
        "resource_group": parts[3],
        "subscription_id": parts[1],
        "location": short_region(body["location"]),
        "needed": needed,
    }


def _key(text: str | None) -> str:
    return f"/{(text or '').strip('/').lower()}"


def _storage(body: Body) -> Body:
    return value_at(body, "properties.storageProfile") or {}


def _machine_needs(body: Body) -> bool:
    """A local OS disk is made from the image again; so may be that of a machine of a scale set, when it is reimaged."""
    local = value_at(body, "properties.storageProfile.osDisk.diffDiskSettings")
    in_scale_set = value_at(body, "properties.virtualMachineScaleSet.id")
    return bool(local or in_scale_set) or provisioning_state(body) == "Creating"


def _version_needs(body: Body) -> bool:
    """A version that is being created reads its source; a Shallow one has no copy of its own."""
    return is_shallow(body) or is_being_created(body)
