"""What keeps a managed image from being deleted, as one table. Pure."""

from __future__ import annotations

import datetime
import typing as t

from .._resources.dates import format_time, parse_instant
from .._resources.image_version import profile, source_id, target_regions
from .._resources.managed_image import fingerprint, is_rebuilt
from .._resources.provisioning_state import is_busy, provisioning_state
from .._resources.refusal import DOUBT, REFUSED, Rule
from .._resources.regions import short_region
from .._resources.resource_id import same_id
from .._resources.tags import FINGERPRINT_TAG, tag_value
from .._versions.readiness import Phase, read_version
from .facts import Facts
from .restore_body import is_restored

LEAST_LIFE = datetime.timedelta(days=30)
_NAMED = 3


def _restored(facts: Facts) -> bool:
    """By its disks, too: whoever rebuilds an image may copy the tags of the earlier one."""
    return is_restored(facts.image, facts.request.image, facts.request.version, facts.version)


# -- the image and the version are the same ---------------------------------------------------------------------------
def _other_source(facts: Facts) -> str | None:
    found = source_id(facts.version)
    if same_id(found, str(facts.request.image)):
        return None
    return f"replaced_by: {facts.named} was created from {found or 'disks or snapshots'}, not from this image."


def _rebuilt(facts: Facts) -> str | None:
    if not is_rebuilt(
        version_id=str(facts.request.version),
        stored=tag_value(facts.version, FINGERPRINT_TAG),
        published=facts.published,
        fingerprint=fingerprint(facts.image),
        created=facts.created,
        restored_from=str(facts.request.version) if _restored(facts) else None,
    ):
        return None
    return (
        f"The image was rebuilt since {facts.named} was created, so the version is not a copy of it. Clone the "
        "new image with when_cloned: new."
    )


def _unproven(facts: Facts) -> str | None:
    if tag_value(facts.version, FINGERPRINT_TAG) or _restored(facts):
        return None
    return (
        f"{facts.named} has no tag {FINGERPRINT_TAG}, so nothing shows that it was created from this image and "
        "not from an earlier one of the same name. Clone the image with this collection."
    )


def _plan_changed(facts: Facts) -> str | None:
    planned, request = facts.request.planned, facts.request
    if planned is None:
        return None
    if not planned:
        return "The image is not in the plan that was approved. Plan again."
    if planned.get("image_id") and not same_id(planned["image_id"], str(request.image)):
        return f"The plan that was approved is of {planned['image_id']}, not of this image. Plan again."
    if not same_id(planned.get("version_id"), str(request.version)):
        return f"The plan that was approved replaces the image by {planned.get('version_id')}. Plan again."
    if _moment(planned.get("created")) != _moment(facts.created):
        return "The creation time of the image is another one than in the plan that was approved. Plan again."
    return None


def _moment(text: t.Any) -> datetime.datetime | None:
    """An instant, since what AWX hands on has another spelling."""
    return parse_instant(text).at if text else None


# -- the version can replace the image ---------------------------------------------------------------------------------
def _shallow(facts: Facts) -> str | None:
    if str(profile(facts.version).get("replicationMode") or "").lower() != "shallow":
        return None
    return f"{facts.named} is Shallow: it has no copy of its own and needs the image. Create a Full version."


def _version_broken(facts: Facts) -> str | None:
    reading = read_version(facts.version, failed_before=read_version(facts.version).failed)
    if reading.phase not in (Phase.FAILED, Phase.GONE):
        return None
    return f"{facts.named}: {reading.message}. Repair it first."


def _not_ready(facts: Facts) -> str | None:
    if not target_regions(facts.version):
        return f"{facts.named} has no target region. Add one, and wait until it is Completed."
    reading = read_version(facts.version)
    if reading.phase is not Phase.PENDING or reading.failed:
        return None
    return f"{facts.named} is not ready in every target region: {reading.message}. Wait for it."


def _excluded(facts: Facts) -> str | None:
    if profile(facts.version).get("excludeFromLatest"):
        return f"{facts.named} is excluded from latest. Promote it first."
    regions = [short_region(one["name"]) for one in target_regions(facts.version) if one.get("excludeFromLatest")]
    if not regions:
        return None
    return f"{facts.named} is excluded from latest in {', '.join(regions)}. Promote it there first."


def _end_of_life(facts: Facts) -> str | None:
    date = profile(facts.version).get("endOfLifeDate")
    if not date or parse_instant(date).at > facts.now + LEAST_LIFE:
        return None
    return (
        f"The end of life of {facts.named} is {date}, within {LEAST_LIFE.days} days. Set a later date, or name "
        "another version."
    )


def _not_verified(facts: Facts) -> str | None:
    if not facts.request.require_verified or facts.verified:
        return None
    return (
        f"{facts.named} is not verified, or was verified before it was created again. Verify it "
        "(role verify_image_version), or set require_verified (in the role: retire_managed_image_require_verified) to false."
    )


def _grace(facts: Facts) -> str | None:
    days, since = facts.request.after_days, facts.verified
    if since is None and facts.published and not facts.request.require_verified:
        since = parse_instant(facts.published).at
    if since is None and days and not facts.request.require_verified:
        return f"When {facts.named} was published is unknown, so the grace of {days} days has no end. Verify it."
    if not days or since is None:
        return None
    ends = since + datetime.timedelta(days=days)
    if facts.now >= ends:
        return None
    return f"The grace of {days} days ends on {format_time(ends)}. Run this again after it."


# -- nothing needs the image -------------------------------------------------------------------------------------------
def _image_busy(facts: Facts) -> str | None:
    if not is_busy(facts.image):
        return None
    return f"The image is {provisioning_state(facts.image) or 'in an unknown state'}. Wait until Azure has finished."


def _in_use(facts: Facts) -> str | None:
    needed = [use for use in facts.uses if use.get("needed")]
    if not needed:
        return None
    named = ", ".join(f"{str(use.get('kind')).replace('_', ' ')} {use.get('id')}" for use in needed[:_NAMED])
    more = f" and {len(needed) - _NAMED} more" if len(needed) > _NAMED else ""
    return (
        f"The image is needed by {named}{more}. Repoint its scale sets (see scale_set_image) and upgrade their instances, "
        "or delete what uses it."
    )


def _not_scanned(facts: Facts) -> str | None:
    unknown = [one for one in facts.not_scanned if one.get("subscription_id")]
    if not unknown:
        return None
    more = f" And {len(unknown) - _NAMED} more." if len(unknown) > _NAMED else ""
    return (
        f"Not all uses of the image are visible. {' '.join(str(one.get('reason')) for one in unknown[:_NAMED])}{more} Grant the "
        "missing right at the subscription, or name the subscriptions that count in subscriptions."
    )


def _locked(facts: Facts) -> str | None:
    if not facts.locks:
        return None
    named = ", ".join(f"{one.get('name')} ({(one.get('properties') or {}).get('level')})" for one in facts.locks)
    return f"The image is locked by {named}, at it or above. Its owner can remove the lock."


RULES: tuple[Rule[Facts], ...] = (
    Rule("other_source", DOUBT, _other_source),
    Rule("rebuilt", DOUBT, _rebuilt),
    Rule("unproven", DOUBT, _unproven),
    Rule("version_broken", DOUBT, _version_broken),
    Rule("not_scanned", DOUBT, _not_scanned),
    Rule("plan_changed", REFUSED, _plan_changed),
    Rule("shallow", REFUSED, _shallow),
    Rule("not_ready", REFUSED, _not_ready),
    Rule("not_verified", REFUSED, _not_verified),
    Rule("excluded", REFUSED, _excluded),
    Rule("end_of_life", REFUSED, _end_of_life),
    Rule("grace", REFUSED, _grace),
    Rule("image_busy", REFUSED, _image_busy),
    Rule("in_use", REFUSED, _in_use),
    Rule("locked", REFUSED, _locked),
)
# What makes a version no copy of the image, whoever deletes that.
LINEAGE = RULES[:4]
