"""Deleting a managed image: read everything, refuse or plan, record, and only then delete."""

from __future__ import annotations

import typing as t

from .._compute import usage_scan
from .._resources.diff import removal_diff
from .._resources.errors import AzureError, Conflict, InvalidRequest
from .._resources.fields import Body
from .._resources.managed_image import fingerprint, shape
from .._resources.provisioning_state import provisioning_state
from .._resources.refusal import DOUBT, REFUSED, Refusal, refusals, refused
from .._resources.regions import short_region
from .._resources.resource_id import ResourceId, same_id
from .._resources.tags import FINGERPRINT_TAG, RESTORED_TAG, tag_value
from .._run import reads
from .._run.context import Context
from .._run.ensure import created_again
from .._versions.poller import EXPAND
from .._versions.readiness import published
from . import record_file, restore_disks
from .facts import Facts, Request
from .record import INTENDED, Record, closed, new_record
from .restore_body import Disks
from .rules import LINEAGE, RULES

Result = dict[str, t.Any]
_UNRECORDED = "The record is only in this result. Set records to a folder to keep it."


def absent(ctx: Context, request: Request, records: str | None) -> Result:
    """Delete the image if no rule keeps it. `records` is a folder, `job`, or None for no record on disk."""
    folder = record_file.folder_of(records)
    record_file.read(folder, request.image)  # a file that is no record of the image keeps it
    image = ctx.arm.get(request.image)
    version = ctx.arm.get(request.version, expand=EXPAND)
    if image is None:
        return _gone(ctx, request, version, folder)
    leaving = provisioning_state(image) == "Deleting"
    what = "is being deleted by another client" if leaving else "is not deleted"
    if version is None:
        absent = f"replaced_by: {request.version.words} does not exist. Name the version that replaces the image."
        raise _kept(request, image, [Refusal("version_absent", DOUBT, absent)], what)
    facts = read_facts(ctx, request, image, version)
    if found := refusals(LINEAGE if leaving else RULES, facts):
        raise _kept(request, image, found, what)
    record = new_record(facts, _readable(ctx, ctx.arm.role_assignments, request)[0])
    if not ctx.check_mode:
        record = _delete(ctx, facts, record, folder)
    before = shape(image)
    return {
        "changed": not leaving,
        "managed_image": None,
        "record": record,
        "deleted": [str(request.image)],
        "plan": plan_of(facts),
        "notes": [*facts.notes, *([] if (records or "").strip() else [_UNRECORDED])],
        "diff": removal_diff(request.image, before),
    }


def read_facts(ctx: Context, request: Request, image: Body, version: Body) -> Facts:
    """Everything that the rules look at."""
    notes = []
    created = reads.creation_times(ctx, request.image.parent)
    if created.problem:
        notes.append(
            "The creation time of the image is unknown, so only the tag "
            f"{FINGERPRINT_TAG} shows that the version was created from it. {created.problem}"
        )
    locks, problem = _readable(ctx, ctx.arm.locks, request)
    if locks is None:
        notes.append(f"Locks could not be read; Azure refuses the delete if there is one. {problem}")
    scan = usage_scan.scan(
        ctx,
        [request.image],
        request.subscriptions,
        versions=_versions(ctx, request, version),
        regions=[short_region(image["location"])],
    )
    return Facts(
        request,
        ctx.clock.now(),
        image,
        version,
        created=created.times.get(request.image.key),
        locks=locks or (),
        uses=scan.uses,
        scanned=scan.scanned,
        not_scanned=scan.not_scanned,
        notes=notes,
    )


def _versions(ctx: Context, request: Request, version: Body) -> list[Body]:
    """All versions of the definition, since one of them may be Shallow, or may be under creation from the image."""
    others = ctx.arm.shared_list(request.version.parent, "image_version")
    return [version, *(one for one in others if not same_id(one["id"], str(request.version)))]


def plan_of(facts: Facts) -> Result:
    """What a later run compares before it deletes (rule 38)."""
    return {
        "image_id": str(facts.request.image),
        "created": facts.created,
        "version_id": str(facts.request.version),
    }


def _kept(
    request: Request,
    image: Body,
    found: t.Sequence[Refusal],
    what: str = "is not deleted",
    state: str = "Nothing was written.",
) -> InvalidRequest:
    """The error of an image that is kept, with every reason."""
    return refused(f"{request.image.words} {what}.", found, state, managed_image=shape(image))


def _readable(
    ctx: Context, read: t.Callable[[ResourceId], list[Body]], request: Request
) -> tuple[list[Body] | None, str | None]:
    """Locks or role assignments of the image, or why they cannot be read. That refuses nothing, since Azure itself decides."""
    try:
        return read(request.image), None
    except AzureError as error:
        ctx.debug(error.message)
        return None, error.message


# -- the delete --------------------------------------------------------------------------------------------------------
def _delete(ctx: Context, facts: Facts, record: Record, folder: str | None) -> Record:
    """Read again, record, delete, wait, and close the record."""
    rid = facts.request.image
    current = ctx.arm.get(rid)
    if current is not None and provisioning_state(current) != "Deleting":
        _refuse_changed(ctx, facts, current)
        record_file.write(folder, rid, record)
        _send(ctx, facts)
    elif record_file.read(folder, rid) is None:
        record_file.write(folder, rid, record)
    back = not ctx.arm.gone(rid)
    record = closed(record, ctx.clock.now())
    record_file.write(folder, rid, record)
    if tag_value(facts.image, RESTORED_TAG):
        restore_disks.remove(ctx, Disks.of(rid, facts.request.version, facts.version))
    if back:
        raise created_again(rid)
    ctx.arm.run_state.remember(rid, None)
    return record


def _refuse_changed(ctx: Context, facts: Facts, image: Body) -> None:
    """The last look before the delete: image and version as they were when the rules passed."""
    request = facts.request
    version = ctx.arm.get(request.version)
    same_image = fingerprint(image) == fingerprint(facts.image)
    same_tag = tag_value(image, RESTORED_TAG) == tag_value(facts.image, RESTORED_TAG)
    same_version = version is not None and published(version) == facts.published
    if same_image and same_tag and same_version and provisioning_state(version or {}) == "Succeeded":
        return
    what = request.image.words if not (same_image and same_tag) else request.version.words
    raise _kept(
        request, facts.image, [Refusal("changed", DOUBT, f"{what} has changed while its uses were looked for.")]
    )


def _send(ctx: Context, facts: Facts) -> None:
    """Send the delete. Azure's refusals that end with time or by an owner are refusals of ours."""
    try:
        ctx.arm.delete(facts.request.image)
    except Conflict as error:
        refusal = _azure_refusal(error)
        if refusal is None:
            raise
        state = "Its record, if records is set, stays marked as intended."
        failure = _kept(facts.request, facts.image, [refusal], state=state)
        failure.details.update(error.details)
        raise failure from error


def _azure_refusal(error: Conflict) -> Refusal | None:
    said = f"Azure refused: {error.azure_message} ({error.code}, request {error.request_id})"
    if error.code == "ScopeLocked":
        return Refusal("locked", REFUSED, said)
    if "being provisioned using the image" in str(error.azure_message).lower():
        return Refusal("being_created", REFUSED, said)
    return None


# -- an image that is gone ---------------------------------------------------------------------------------------------
def _gone(ctx: Context, request: Request, version: Body | None, folder: str | None) -> Result:
    """Unchanged if its version exists and a record says so; without a record a warning, without the version a failure."""
    if version is None or provisioning_state(version) == "Deleting":
        missing = f"{request.version.words} {'does not exist' if version is None else 'is being deleted'}"
        reason = f"What replaces it does not exist either: {missing}. Restore the version or the image (restore_managed_image)."
        raise refused(f"{request.image.words} does not exist.", [Refusal("version_absent", DOUBT, reason)])
    record = record_file.read(folder, request.image)
    if record is not None and record["state"] == INTENDED and not ctx.check_mode:
        record = closed(record, ctx.clock.now())
        record_file.write(folder, request.image, record)
    if folder and record is None:
        ctx.warn(f"{request.image.words} does not exist, and no record says that it was deleted by this collection.")
    elif record is not None and record["replaced_by"].lower() != request.version.key:
        ctx.warn(
            f"{request.image.words} does not exist, and its record says that {record['replaced_by']} replaces it, not "
            f"{request.version}."
        )
    return {
        "changed": False,
        "managed_image": None,
        "record": record,
        "deleted": [],
        "plan": None,
        "notes": [],
        "diff": {"before": {}, "after": {}},
    }
