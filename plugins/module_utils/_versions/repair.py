"""The failure of a version that a run finds failed and leaves so."""

from __future__ import annotations

from .._resources.errors import NotReady
from .._resources.fields import Body
from .._resources.image_version import replication, shape
from .._resources.provisioning_state import provisioning_state
from .._resources.resource_id import ResourceId
from .._run.context import Context
from .._run.operations import activity_log, operation_error

WAYS_OUT = (
    "on_failed: recreate deletes it and creates it again where nothing is lost by that; "
    "on_failed: retry_regions removes the failed regions and adds them again."
)


def failure(ctx: Context, rid: ResourceId, body: Body) -> NotReady:
    """The error with Azure's reason: that of the regions, or of the operation where they have none."""
    failed = [region for region in replication(body)["regions"] if region["state"] == "Failed"]
    regions = "; ".join(f"{region['name']}: {region['details'] or 'Azure gives no details'}" for region in failed)
    if provisioning_state(body) == "Succeeded":
        return NotReady(f"{rid.words} failed to replicate to {regions}. {WAYS_OUT}", image_version=shape(body))
    reason, details = operation_error(ctx, rid)
    if regions and not details:
        reason = f"replication failed in {regions}. Its activity log may have more: {activity_log(rid)}"
    elif regions:
        reason = f"{reason}. Regions: {regions}"
    return NotReady(
        f"{rid.words} exists and is {provisioning_state(body)}: {reason.rstrip('.')}. {WAYS_OUT}",
        image_version=shape(body),
        **details,
    )
