"""Waiting for the end of a canary that another run deletes, before it is created again under the same names."""

from __future__ import annotations

from .._resources.errors import AzureError
from .._resources.fields import Body
from .._resources.provisioning_state import provisioning_state
from .._run.context import Context
from .canary_plan import Plan

ABSENT = 2  # readings in a row, so that the run that deletes it has seen its end
PATIENCE = 600.0  # seconds after which no run deletes what is left of it


class Takeover:
    """`machine`: another canary of that name, to join. `free`: nothing of it is left. `stale`: no run deletes what is left."""

    def __init__(self, ctx: Context, plan: Plan) -> None:
        self.ctx, self.plan = ctx, plan
        self._ends = ctx.clock.monotonic() + PATIENCE
        self._absent = 0
        self.machine: Body | None = None

    @property
    def free(self) -> bool:
        return self._absent >= ABSENT

    @property
    def stale(self) -> bool:
        return self.ctx.clock.monotonic() >= self._ends

    def look(self) -> None:
        """Read everything that belongs to it."""
        ids = self.plan.ids
        try:
            body = self.ctx.arm.look(ids.machine, expand="instanceView")
            left = body is not None or any(self.ctx.arm.look(rid) is not None for rid in (ids.interface, *ids.disks))
        except AzureError as error:
            self.ctx.debug(f"{self.plan.name}: {error.message}")
            return
        self._absent = 0 if left else self._absent + 1
        self.machine = body if body is not None and provisioning_state(body) != "Deleting" else None
