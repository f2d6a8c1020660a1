"""Wait for galleries and definitions, which Azure writes and deletes within seconds."""

from __future__ import annotations

import itertools

from .._resources.errors import NotReady
from .._resources.fields import Body
from .._resources.provisioning_state import is_busy, provisioning_state
from .._resources.resource_id import ResourceId
from .context import Context
from .operations import operation_error
from .poll_interval import next_settling_pause

SETTLE_SECONDS = 600.0


def wait_provisioned(ctx: Context, rid: ResourceId, body: Body | None, seconds: float = SETTLE_SECONDS) -> Body | None:
    """Poll until Azure no longer works on it, and return its body, or None if it was deleted."""
    began = ctx.clock.monotonic()
    for attempt in itertools.count():
        if body is None or not (is_busy(body) or provisioning_state(body) == "Deleting"):
            break
        if ctx.clock.monotonic() - began > seconds:
            raise NotReady(
                f"{rid.words} is still {provisioning_state(body)} after {seconds:.0f} seconds. "
                "Run the task again to continue waiting."
            )
        ctx.clock.sleep(next_settling_pause(attempt))
        body = ctx.arm.get(rid)
    return body


def write_provisioned(ctx: Context, rid: ResourceId, body: Body | None, seconds: float = SETTLE_SECONDS) -> Body:
    """Wait until a write has succeeded; NotReady with Azure's reason if it failed."""
    final = wait_provisioned(ctx, rid, body, seconds)
    if final is None:
        raise NotReady(f"{rid.words} was written and then deleted by another client. Run the task again.")
    if provisioning_state(final) != "Succeeded":
        reason, details = operation_error(ctx, rid)
        raise NotReady(f"{rid.words} was written and is {provisioning_state(final)}: {reason}", **details)
    return final
