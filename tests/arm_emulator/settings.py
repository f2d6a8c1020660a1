"""How this emulator is configured."""

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
    """A role at a scope. If it names a client, the client may do only what its roles allow."""

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
    machine_seconds: float = 3.0
    provisioning_timeout_seconds: float | None = None
    reservation_seconds: float | None = None
    blob_url: str = "https://md-emulator.z13.blob.storage.azure.net:443"
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

    # Shares of a machine's creation, from recorded medians (27 s).
    @property
    def agent_seconds(self) -> float:
        """From a machine's success to its agent's first report: 7 s."""
        return 0.26 * self.machine_seconds

    @property
    def machine_delete_seconds(self) -> float:
        """A machine's delete: 29 s."""
        return 1.07 * self.machine_seconds

    @property
    def run_command_seconds(self) -> float:
        """A run command: 10 s, most of them its way to the agent."""
        return 0.37 * self.machine_seconds

    @property
    def deallocate_seconds(self) -> float:
        """Deallocating and starting: 18 s."""
        return 0.67 * self.machine_seconds

    @property
    def machine_update_seconds(self) -> float:
        """An update of a machine: 8 s."""
        return 0.3 * self.machine_seconds

    @property
    def scale_set_seconds(self) -> float:
        """A change of a scale set's model alone, and its delete: 3 to 8 s."""
        return 0.26 * self.machine_seconds

    @property
    def roll_out_seconds(self) -> float:
        """Whatever happens to instances of a scale set: a manual upgrade takes 61 s."""
        return 2.26 * self.machine_seconds

    @property
    def boot_log_seconds(self) -> float:
        """How long the serial log does not exist yet: about a minute (404 is recorded after 35 s)."""
        return 2.2 * self.machine_seconds

    @property
    def cascade_seconds(self) -> float:
        """From a machine's end to that of the disks and interfaces that are deleted with it (a guess)."""
        return 0.4 * self.machine_seconds

    @property
    def interface_delete_seconds(self) -> float:
        """An interface's delete: up to 10 s (recorded)."""
        return 0.3 * self.machine_seconds

    @property
    def provisioning_timeout(self) -> float:
        """When Azure gives up on a machine that does not report: 20 minutes."""
        given = self.provisioning_timeout_seconds
        return given if given is not None else 44 * self.machine_seconds

    @property
    def agent_timeout(self) -> float:
        """When Azure gives up on an extension or a run command: 25 minutes (recorded)."""
        return 1.25 * self.provisioning_timeout

    @property
    def reservation(self) -> float:
        """How long the interface of a deleted machine stays reserved for it: 180 s."""
        given = self.reservation_seconds
        return given if given is not None else 6.67 * self.machine_seconds

    @property
    def machine_retry_after(self) -> int:
        """Retry-After of a machine's operations: Azure's 10 s as a share (a guess), never below 1; short ones have none."""
        if self.retry_after_seconds is not None:
            return self.retry_after_seconds
        return 0 if self.machine_seconds < 1 else max(1, min(10, math.ceil(0.37 * self.machine_seconds)))
