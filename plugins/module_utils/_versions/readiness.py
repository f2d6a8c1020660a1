"""When a version is ready, or has failed: one rule over one reading of it, with `$expand=ReplicationStatus`.

Succeeded alone does not mean ready: a region that was added may still be replicating after the operation ended. And what
the replication status says counts for nothing while the version itself is being created or updated.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import typing as t

from .._resources.dates import parse_instant
from .._resources.fields import Body
from .._resources.image_version import every_region, is_shallow, profile, regions_by_name, replication
from .._resources.provisioning_state import provisioning_state

APPEAR_SECONDS = 120.0  # a version that was just made may be absent from readings for so long


class Phase(enum.Enum):
    """What a reading says."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"
    GONE = "gone"


@dataclasses.dataclass(frozen=True)
class Reading:
    """`message` is for the user; `failed` the regions that failed; `progress` the least of the regions', in percent."""

    phase: Phase
    message: str
    state: str | None = None
    regions: tuple[t.Mapping[str, t.Any], ...] = ()
    failed: frozenset[str] = frozenset()
    progress: int | None = None


UNREAD = Reading(Phase.PENDING, "not read yet", "Unknown")


def read_version(
    body: Body | None,
    *,
    seen: bool = True,
    made: bool = False,
    unseen_for: float = 0.0,
    failed_before: t.Collection[str] = (),
) -> Reading:
    """Judge one reading.

    `seen`: this or an earlier reading of the run showed the version; `made`: the run knows that it was made; `unseen_for`:
    seconds since it was asked for, while it has never been seen; `failed_before`: the regions that the reading before this one
    showed as failed (a region counts as failed only when two readings a poll apart say so).
    """
    if body is None:
        return _absent(seen, made, unseen_for)
    state = provisioning_state(body)
    regions = tuple(every_region(regions_by_name(body), replication(body)["regions"]))
    progress = min((region["progress"] or 0 for region in regions), default=None)
    if state == "Deleting":
        return Reading(Phase.GONE, "it is being deleted", state, regions)
    if state in ("Failed", "Canceled"):
        failed = frozenset(region["name"] for region in regions if region["state"] == "Failed")
        return Reading(Phase.FAILED, f"its provisioning state is {state}", state, regions, failed)
    if state != "Succeeded":
        return Reading(Phase.PENDING, str(state), state, regions, progress=progress)
    return _succeeded(body, regions, progress, failed_before)


def _absent(seen: bool, made: bool, unseen_for: float) -> Reading:
    if not seen and unseen_for < APPEAR_SECONDS:
        return Reading(Phase.PENDING, f"it does not show yet, which a new one may take {APPEAR_SECONDS:.0f} s to do")
    if seen or made:
        return Reading(Phase.GONE, "it was deleted while it was waited for")
    return Reading(Phase.GONE, "it does not exist; check the id, or create the version first")


def failures(regions: t.Iterable[t.Mapping[str, t.Any]]) -> str:
    """Why regions failed, of those that did; empty for none."""
    failed = [region for region in regions if region["state"] == "Failed"]
    return "; ".join(f"{region['name']}: {region['details'] or 'Azure gives no details'}" for region in failed)


def _succeeded(
    body: Body, regions: tuple[t.Mapping[str, t.Any], ...], progress: int | None, failed_before: t.Collection[str]
) -> Reading:
    if is_shallow(body) and not replication(body)["regions"]:
        return Reading(Phase.DONE, "ready (shallow)", "Succeeded", regions)
    failed = frozenset(region["name"] for region in regions if region["state"] == "Failed")
    for_sure = failed & frozenset(failed_before)
    if for_sure:
        reasons = failures(region for region in regions if region["name"] in for_sure)
        return Reading(Phase.FAILED, f"replication failed in {reasons}", "Succeeded", regions, failed)
    waiting = [region["name"] for region in regions if region["state"] != "Completed"]
    if waiting:
        return Reading(Phase.PENDING, f"replicating to {', '.join(waiting)}", "Succeeded", regions, failed, progress)
    return Reading(Phase.DONE, "ready in every region", "Succeeded", regions, progress=100)


def is_pending(body: Body) -> bool:
    """Whether a target region is not Completed, by one reading."""
    return read_version(body).phase is not Phase.DONE


def failed_regions(body: Body) -> list[str]:
    """Regions whose replication failed."""
    return _regions_in(body, "Failed")


def usable_regions(body: Body) -> list[str]:
    """Regions that have it."""
    return _regions_in(body, "Completed")


def _regions_in(body: Body, state: str) -> list[str]:
    return [region["name"] for region in replication(body)["regions"] if region["state"] == state]


def has_failed(body: Body) -> bool:
    """The version as a whole, or one of its regions."""
    return provisioning_state(body) in ("Failed", "Canceled") or bool(failed_regions(body))


def was_interrupted(body: Body | None, on_failed: str) -> bool:
    """Whether a version in deletion was never ready anywhere: a run that was recreating it may have been killed."""
    if body is None or provisioning_state(body) != "Deleting" or on_failed != "recreate":
        return False
    return bool(replication(body)["regions"]) and not usable_regions(body)


def deletion_blocked(body: Body, now: datetime.datetime) -> bool:
    """Whether Azure forbids deleting it: its end of life is still to come, and the safety setting forbids it until then."""
    safety = body["properties"].get("safetyProfile") or {}
    date = profile(body).get("endOfLifeDate")
    return bool(safety.get("blockDeletionBeforeEndOfLife") and date and parse_instant(date).at > now)


def published(body: Body | None) -> str | None:
    """When it was created, as Azure writes it; a version that is created again has another date."""
    return profile(body or {}).get("publishedDate")
