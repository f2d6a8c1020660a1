"""What a reading of a version means for deciding about it."""

from __future__ import annotations

import datetime

from .._resources.dates import parse_instant
from .._resources.fields import Body
from .._resources.image_version import profile, replication
from .._resources.provisioning_state import provisioning_state


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
