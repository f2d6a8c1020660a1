"""Everything that the decision to delete a managed image rests on, as it was read."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

from .._resources.fields import Body
from .._resources.resource_id import ResourceId
from .._resources.verification import verified_at
from .._versions.readiness import published


@dataclasses.dataclass(frozen=True)
class Request:
    """What a task asks. `subscriptions` is None for every one that the credentials can list.

    `after_days` is the grace since the verification. `planned` is what an earlier check-mode run said.
    """

    image: ResourceId
    version: ResourceId
    require_verified: bool = True
    after_days: int = 0
    subscriptions: tuple[str, ...] | None = None
    planned: t.Mapping[str, t.Any] | None = None


@dataclasses.dataclass(frozen=True)
class Facts:
    """What was read. `created` is when the image was created, None if that is unknown.

    `not_scanned` is what may hold uses that are unknown; entries without a subscription are never visible. `notes` say what could
    not be read, and what that means.
    """

    request: Request
    now: datetime.datetime
    image: Body
    version: Body
    created: str | None = None
    locks: t.Sequence[Body] = ()
    uses: t.Sequence[t.Mapping[str, t.Any]] = ()
    scanned: t.Sequence[t.Any] = ()
    not_scanned: t.Sequence[t.Mapping[str, t.Any]] = ()
    notes: t.Sequence[str] = ()

    @property
    def published(self) -> str | None:
        """The published date of the version, as Azure writes it."""
        return published(self.version)

    @property
    def verified(self) -> datetime.datetime | None:
        """When the version was verified; None if that does not count."""
        return verified_at(self.version, self.now)

    @property
    def named(self) -> str:
        """The version, in a sentence."""
        return self.request.version.words
