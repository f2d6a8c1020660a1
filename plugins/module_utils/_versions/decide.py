"""What exists decides: the one place where the plan, check mode and the write learn what becomes of a version.

decide() is pure. It runs over the body that would be sent, with everything carried over, and refuses what Azure would refuse.
"""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

from .._resources.body_checks import Outgoing, check_body
from .._resources.diff import creation_changes, refuse_fixed
from .._resources.errors import InvalidRequest
from .._resources.fields import Body, Change
from .._resources.image_version import shape, source_id
from .._resources.managed_image import rebuilt_since
from .._resources.numbers import Number
from .._resources.provisioning_state import is_busy, provisioning_state
from .._resources.regions import short_region
from .._resources.resource_id import ResourceId, same_id
from .._resources.tags import FINGERPRINT_TAG
from .._resources.target_regions import RegionPlan
from .action import Action
from .body import Comparison, compare, new_version
from .readiness import deletion_blocked, failed_regions, has_failed, is_pending, usable_regions
from .region_retry import remove_regions
from .request import Request

SET_BY_AZURE = ("provisioning_state", "published_date", "replication")
RECREATE_MARGIN = datetime.timedelta(hours=1)  # deleting and waiting for the source may take so long before the create


@dataclasses.dataclass(frozen=True)
class Current:
    """Everything that was read about a version: up to `twin` by find(), the rest by read_current().

    `body` is None where it does not exist, `highest` the highest number in its definition where that counts, `twin` an image of
    the same name in another resource group that has versions there, `image` the source, `created` when that was created (None:
    unknown, `creation_problem` why). `replaced` is the failed version of that number that this run has deleted, or another run is
    deleting, to recreate it.
    """

    rid: ResourceId
    body: Body | None
    now: datetime.datetime
    highest: Number | None = None
    twin: str | None = None
    image: Body | None = None
    definition: Body | None = None
    gallery: Body | None = None
    created: str | None = None
    creation_problem: str | None = None
    soft_delete: bool = False
    recycled: bool = False
    replaced: Body | None = None


@dataclasses.dataclass(frozen=True)
class Decision:
    """`sent` is the body of the write, `body` the version as it will be. `limits` may be refused by Azure; `notes` inform."""

    action: Action
    body: Body
    sent: Body | None = None
    changes: list[Change] = dataclasses.field(default_factory=list)
    limits: list[str] = dataclasses.field(default_factory=list)
    notes: list[str] = dataclasses.field(default_factory=list)
    regions: RegionPlan = dataclasses.field(default_factory=RegionPlan)


def decide(current: Current, desired: Request) -> Decision:
    """What to do; InvalidRequest where the task and what exists contradict each other, before anything is written."""
    body = current.body
    if body is None or provisioning_state(body) == "Deleting":
        return _create(current, desired, current.replaced)
    _refuse_other_image(current, desired)
    failed = not is_busy(body) and has_failed(body)
    if failed and desired.on_failed == "fail":
        return Decision(Action.FAIL, body)
    _refuse_rebuilt(current, desired)
    if failed and desired.on_failed == "recreate":
        return _recreate(current, desired, body)
    return _update(current, desired, body, failed)


def creates(body: Body | None, desired: Request) -> bool:
    """Whether decide() will look at everything that a create needs."""
    if body is None or provisioning_state(body) == "Deleting":
        return True
    return desired.on_failed == "recreate" and not is_busy(body) and has_failed(body)


# Create


def _create(
    current: Current, desired: Request, base: Body | None, margin: datetime.timedelta = datetime.timedelta(0)
) -> Decision:
    image = _required_source(current, desired)
    body, plan = new_version(image, desired, base)
    known = {"image": image, "definition": current.definition, "carried": base}
    limits = check_body(Outgoing(current.rid, body, current.now, margin=margin, **known))
    whole = {"id": str(current.rid), "name": current.rid.name, **body}
    changes = creation_changes(shape(whole), SET_BY_AZURE)
    if base is not None:
        changes.insert(
            0, Change("provisioning_state", "Failed", None, why="deleted and created again (on_failed: recreate)")
        )
    return Decision(Action.CREATE, whole, body, changes, limits, regions=plan)


def _required_source(current: Current, desired: Request) -> Body:
    """The image that the version is created from; InvalidRequest where a create cannot even be planned."""
    rid, why = current.rid, None
    if desired.source is None and current.body is not None:
        why = f"source: {rid.words} can be created again only from its managed image. Set source to it."
    elif desired.source is None:
        why = f"source: {rid.words} does not exist, and creating it requires a managed image. Set source to its id or name."
    elif current.definition is None and current.gallery is None:
        why = f"{rid.parent.parent.words} does not exist. Create the gallery first."
    elif current.image is None:
        why = (
            f"source: {desired.source.words} does not exist, and {rid.words} is created from it. "
            "Correct the source, or check that the credentials may read its resource group."
        )
    elif provisioning_state(current.image) != "Succeeded":
        state = provisioning_state(current.image)
        why = f"source: {desired.source.words} is {state}, not Succeeded. Wait until it is, or repair it."
    elif current.definition is None:
        why = f"{rid.parent.words} does not exist. Create the image definition first (module image_definition)."
    if why:
        raise InvalidRequest(f"{why} Nothing was written.")
    return t.cast("Body", current.image)


def _recreate(current: Current, desired: Request, body: Body) -> Decision:
    why = _what_forbids_deleting(current, desired, body)
    if why:
        raise InvalidRequest(
            f"on_failed: recreate does not delete {current.rid.words}: {why}. Nothing was deleted.",
            image_version=shape(body),
        )
    return dataclasses.replace(_create(current, desired, body, RECREATE_MARGIN), action=Action.RECREATE)


def _what_forbids_deleting(current: Current, desired: Request, body: Body) -> str | None:
    usable = usable_regions(body)
    if usable:
        return f"it is usable in {', '.join(usable)}. Repair the other regions with on_failed: retry_regions"
    if provisioning_state(body) == "Succeeded":
        return "it succeeded once, so a region may have been in use"
    if desired.wanted.get("block_deletion_before_end_of_life") or deletion_blocked(body, current.now):
        return "block_deletion_before_end_of_life protects it"
    if current.recycled:
        return "the gallery's recycle bin also has a version of this name. Restore or purge that version first"
    return None


# Existing versions


def refuse_other_source(current: Current, desired: Request) -> None:
    """InvalidRequest if the version was created from another image than the wanted one, or before that was rebuilt."""
    _refuse_other_image(current, desired)
    _refuse_rebuilt(current, desired)


def _refuse_other_image(current: Current, desired: Request) -> None:
    existing = source_id(current.body or {})
    if desired.source is not None and not same_id(existing, str(desired.source)):
        raise InvalidRequest(
            f"{current.rid.words} was created from {existing or 'disks or snapshots'}, not from {desired.source}, and the source "
            "of a version is immutable. Choose another number, or next_patch for the next free one. Nothing was written."
        )


def _refuse_rebuilt(current: Current, desired: Request) -> None:
    image, body = current.image, current.body
    if image and body and desired.source and rebuilt_since(body, image, current.created):
        raise InvalidRequest(
            f"{current.rid.words} was created from an earlier image than {desired.source}, which has been rebuilt since. "
            "Clone the new image with when_cloned: new and a next_* version, or choose a version number that is free. "
            "Nothing was written."
        )


def _update(current: Current, desired: Request, body: Body, failed: bool) -> Decision:
    """What an existing version lacks, and if it failed, its repair."""
    comparison = compare(body, desired)
    refuse_fixed(current.rid, comparison.changes)
    removed = comparison.regions.removed
    if removed and desired.wanted.get("allow_deletion_of_replicated_locations") is False:
        raise InvalidRequest(
            f"target_regions: region_policy exact would remove {', '.join(removed)} from {current.rid.words}, and the task sets "
            "allow_deletion_of_replicated_locations: false. Set it to true, name the regions, or use region_policy: merge. "
            "Nothing was written."
        )
    action, sent, repairs = Action.UPDATE, comparison.body, list[Change]()
    if failed:
        action, sent, repairs = _repair(current.rid, body, comparison)
    changes = [*repairs, *comparison.changes]
    limits: list[str] = []
    if changes:
        for written in (sent, comparison.body):  # after a repair that removes regions, a second write adds them again
            limits += check_body(Outgoing(current.rid, written, current.now, before=body))
    elif not failed:
        action = Action.WAIT if is_busy(body) or is_pending(body) else Action.NONE
    whole = comparison.body if changes else body
    notes = _notes(current, desired, comparison)
    return Decision(action, whole, sent, changes, list(dict.fromkeys(limits)), notes, comparison.regions)


def _repair(rid: ResourceId, body: Body, comparison: Comparison) -> tuple[Action, Body, list[Change]]:
    """Remove the failed regions, which are added again later, as Azure's own message advises; never the version's own region.

    Where the last update failed and no region did, it is sent again, with the task's changes.
    """
    own, state = short_region(body["location"]), provisioning_state(body)
    broken = [name for name in failed_regions(body) if name not in comparison.regions.removed]
    if not broken and usable_regions(body):
        why = "the last update is sent again (on_failed: retry_regions)"
        changes = [] if state == "Succeeded" else [Change("provisioning_state", state, "Succeeded", why=why)]
        return Action.UPDATE, comparison.body, changes
    if not broken or own in broken:
        why = f"its own region {own} failed" if own in broken else "the version as a whole failed, not single regions"
        raise InvalidRequest(
            f"on_failed: retry_regions cannot repair {rid.words}: {why}. Use on_failed: recreate. Nothing was written."
        )
    why = "removed and added again (on_failed: retry_regions)"
    changes = [Change(f"target_regions.{name}", "Failed", "Replicating", why=why) for name in broken]
    return Action.RETRY_REGIONS, remove_regions(body, broken), changes


def _notes(current: Current, desired: Request, comparison: Comparison) -> list[str]:
    notes = []
    if comparison.regions.unmanaged:
        notes.append(
            f"{current.rid.words} also has the regions {', '.join(comparison.regions.unmanaged)}, which the task does not name. "
            "region_policy: merge keeps them; region_policy: exact removes them."
        )
    if desired.regions is None and any(change.path == "replica_count" for change in comparison.changes):
        notes.append("replica_count applies to the regions in target_regions; existing regions keep their own counts.")
    if note := creation_note(current, desired):
        notes.append(note)
    return notes


def creation_note(current: Current, desired: Request) -> str | None:
    """What to say where the creation time of the source is unknown."""
    if not current.creation_problem or not desired.source:
        return None
    return unknown_times(desired.source.parent)


def unknown_times(parent: ResourceId) -> str:
    """What to say where the creation times of the managed images of a resource group cannot be read."""
    return (
        f"The creation times of the managed images in {parent.words} are unknown, so only the tag {FINGERPRINT_TAG} shows "
        "whether an image was rebuilt. Grant Microsoft.Resources/subscriptions/resourceGroups/resources/read."
    )
