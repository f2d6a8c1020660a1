# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How this emulator was told to behave."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

DEFAULT_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
DEFAULT_TENANT = "11111111-1111-1111-1111-111111111111"


@dataclass(slots=True)
class Client:
    """An application that may sign in. Without subscriptions it may use every one."""

    client_id: str
    secret: str | None = None
    tenant: str | None = None
    subscriptions: tuple[str, ...] | None = None


@dataclass(slots=True)
class Subscription:
    """A subscription that exists."""

    id: str
    name: str = "Emulated subscription"
    tenant: str | None = None


@dataclass(frozen=True, slots=True)
class RoleAssignment:
    """A role of somebody at a scope. One of a client bounds what that client may do."""

    scope: str
    role: str
    principal_id: str
    client_id: str | None
    actions: tuple[str, ...]
    not_actions: tuple[str, ...] = ()


@dataclass(slots=True)
class Settings:
    """Options of the command line and of the seed."""

    replication_seconds: float = 30.0
    operation_seconds: float = 0.3
    rate_limits: bool = False
    page_size: int | None = None
    token_seconds: int = 3599
    retry_after_seconds: int | None = None
    late_regions: float | None = None
    list_lag: float = 0.0  # seconds for which lists do not show what was created
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    tenants: list[str] = field(default_factory=list)
    clients: dict[str, Client] | None = None
    role_assignments: list[RoleAssignment] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.subscriptions:
            self.subscriptions = {DEFAULT_SUBSCRIPTION: Subscription(DEFAULT_SUBSCRIPTION)}

    # Shares of a version's creation, from recorded medians (431 s): update 150, delete 90 (55-91), soft delete and
    # restore 150; a parent's delete is refused for some 15 s after the child's delete ended.
    @property
    def update_seconds(self) -> float:
        """A version update."""
        return 0.35 * self.replication_seconds

    @property
    def delete_seconds(self) -> float:
        """A version delete."""
        return 0.2 * self.replication_seconds

    @property
    def settle_seconds(self) -> float:
        """How long after a child's delete its parent still seems to have it."""
        return 0.035 * self.replication_seconds

    @property
    def retry_after(self) -> int:
        """Azure says 60 for operations of 431 s; the same share here, never below 1."""
        if self.retry_after_seconds is not None:
            return self.retry_after_seconds
        return max(1, min(60, math.ceil(self.replication_seconds / 7)))
