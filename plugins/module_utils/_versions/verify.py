"""What a verification does to an image version: which regions it has to boot in, its tags, and its promotion. Pure.

check_bootable() refuses before a canary is started what would be refused after it; verify() runs over the version that is read
right before the write.
"""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

from .._resources.body_checks import Outgoing, check_body
from .._resources.errors import InvalidRequest
from .._resources.fields import Body, Change
from .._resources.image_version import incomplete, profile, regions_by_name, source_id
from .._resources.provisioning_state import provisioning_state
from .._resources.resource_id import ResourceId, same_id
from .._resources.tags import merge_tags
from .._resources.verification import verification_tags, verified_at, verified_in
from .latest import included, latest_in, number_of


@dataclasses.dataclass(frozen=True)
class Verification:
    """The version as it will be. `latest` is its number by region, before and after; `stays` says why it is not promoted."""

    body: Body
    changes: list[Change]
    latest: dict[str, dict[str, str | None]]
    stays: str = ""

    @property
    def promotes(self) -> bool:
        """Whether something excludes it from latest and no longer will."""
        return any(change.path.endswith("exclude_from_latest") for change in self.changes)


def check_bootable(
    rid: ResourceId, body: Body, regions: t.Iterable[str], where: str, complete: t.Collection[str] | None = None
) -> None:
    """InvalidRequest unless canaries can boot from the version in these regions, which are named by the option `where`.

    Its replicas have to be `complete` there, by default in all of its regions. One that is being updated keeps its replicas.
    """
    state = provisioning_state(body)
    if state not in ("Succeeded", "Updating"):
        raise InvalidRequest(f"{rid.words} is {state}; a canary needs one that is Succeeded. Nothing was written.")
    own = list(regions_by_name(body))
    missing = [region for region in regions if region not in own]
    if missing:
        raise InvalidRequest(
            f"{where}: {rid.words} is not replicated to {', '.join(missing)}, only to {', '.join(own)}. Nothing was written."
        )
    pending = [f"{region} ({shown})" for region, shown in incomplete(body, complete or own).items()]
    if pending:
        raise InvalidRequest(
            f"{rid.words} is not Completed in {', '.join(pending)}. Wait for its replication, or repair it. "
            "Nothing was written."
        )


def to_boot(body: Body, regions: t.Iterable[str], now: datetime.datetime, again: bool = False) -> list[str]:
    """The regions in which it has to boot: those that no verification that counts names, or all of them again."""
    known = verified_in(body) if verified_at(body, now) and not again else frozenset()
    return [region for region in regions if region not in known]


def verify(
    rid: ResourceId,
    body: Body,
    others: t.Iterable[Body],
    now: datetime.datetime,
    booted: t.Collection[str],
    promote: bool = True,
    since: datetime.datetime | None = None,
) -> Verification:
    """The version after it booted in these regions (none: only promoted); InvalidRequest if it has no room for the tags.

    A verification `since` then is one of this run, or of another one at the same time.
    """
    after, changes = body, []
    at = verified_at(body, now)
    known = verified_in(body) if at else frozenset()
    if booted and not (at and since and at >= since and known.issuperset(booted)):
        named = {*booted, *known}
        tags = merge_tags(
            body.get("tags") or {}, verification_tags(now, named, str(profile(body)["publishedDate"])), True
        )
        changes.append(Change("tags", dict(body.get("tags") or {}), tags))
        after = {**body, "tags": tags}
    versions = [one for one in others if not same_id(one["id"], str(rid))]
    regions = list(regions_by_name(body))
    before = {region: latest_in(region, [*versions, body]) for region in regions}
    higher = sorted({number for number in before.values() if number and _is_higher(number, body)})
    stays = ""
    if promote:
        promoted, exclusions = included(after)
        if exclusions and higher:
            stays = f"latest stays {', '.join(higher)}"
        else:
            after, changes = promoted, [*changes, *exclusions]
    if changes:
        check_body(Outgoing(rid, after, now, before=body))
    latest = {region: {"before": before[region], "after": latest_in(region, [*versions, after])} for region in regions}
    return Verification(after, changes, latest, stays)


def _is_higher(number: str, body: Body) -> bool:
    return number_of({"name": number}) > number_of(body)


def same_version(body: Body | None, published: str | None, source: str | None) -> bool:
    """Whether it is still the version that was started from: its publishedDate and its source are the same."""
    if body is None or provisioning_state(body) == "Deleting":
        return False
    return profile(body).get("publishedDate") == published and same_id(source_id(body), source)
