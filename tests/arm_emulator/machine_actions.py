"""Actions on a virtual machine: power, generalize, boot diagnostics."""

from __future__ import annotations

from . import blobs
from .common import effects, outcome_of
from .context import Context
from .errors import ArmError, marked_for_deletion
from .machines import require
from .messages import Answer, empty, pretty
from .store import Resource

# Of each action the kind of its request, its job, and the power state while it runs.
POWER = {
    "machine_deallocate": ("deallocate", "deallocating"),
    "machine_start": ("start", "starting"),
    "machine_power_off": ("power_off", "stopping"),
    "machine_restart": ("restart", "running"),
}
_DEFAULT_MINUTES = 120


def power(ctx: Context) -> Answer:
    """202 with both headers; the machine is Updating until then (the state is a guess)."""
    resource = _existing(ctx)
    action, during = POWER[ctx.target.kind]
    if resource.extra.get("generalized") and action in ("start", "restart"):
        text = f"Operation '{action}' is not allowed on VM '{resource.name}' since the VM is generalized."
        raise ArmError(409, "OperationNotAllowed", text)
    resource.state = "Updating"
    resource.extra["power"] = during
    resource.extra["etag"] = resource.extra.get("etag", 1) + 1
    seconds = ctx.settings.deallocate_seconds
    if action in ("start", "restart") and resource.extra.get("agent_ready") is not None:
        resource.extra["agent_ready"] = ctx.now + seconds + ctx.settings.agent_seconds
    outcome, error = outcome_of(effects(ctx, resource.id))
    operation = ctx.begin(resource, action, seconds, outcome=outcome, error=error)
    return ctx.started(202, operation, None, monitor=True)


def generalize(ctx: Context) -> Answer:
    """200 without a body (recorded); refused while it runs (seen, not recorded)."""
    resource = _existing(ctx)
    if resource.extra.get("power") not in ("deallocated", "stopped"):
        text = f"Cannot generalize VM '{resource.name}' because it is running. Stop or deallocate it first."
        raise ArmError(409, "OperationNotAllowed", text)
    resource.extra["generalized"] = True
    resource.extra["etag"] = resource.extra.get("etag", 1) + 1
    resource.touch()
    ctx.changed = True
    return empty(200)


def boot_diagnostics(ctx: Context) -> Answer:
    """Signed addresses of screenshot and serial log on the blob host, at once (recorded)."""
    resource = _existing(ctx)
    enabled = ((resource.properties.get("diagnosticsProfile") or {}).get("bootDiagnostics") or {}).get("enabled")
    if not enabled:
        text = f"Boot diagnostics is not enabled for VM '{resource.name}'."
        raise ArmError(409, "OperationNotAllowed", text)  # a guess
    minutes = ctx.request.param("sasUriExpirationTimeInMinutes") or _DEFAULT_MINUTES
    if not str(minutes).isdigit() or not 1 <= int(minutes) <= 1440:
        text = f"The value {minutes} of parameter sasUriExpirationTimeInMinutes is out of range."
        raise ArmError(400, "InvalidParameter", text, "sasUriExpirationTimeInMinutes")
    signer = blobs.Signer(ctx.store.secret)
    expires = ctx.now + 60 * int(minutes)
    addresses = {
        name: ctx.settings.blob_url + signer.sign(blobs.path(resource, ending), expires)
        for name, ending in (("consoleScreenshotBlobUri", blobs.SCREENSHOT), ("serialConsoleLogBlobUri", blobs.LOG))
    }
    return pretty(200, addresses)


def _existing(ctx: Context) -> Resource:
    resource = require(ctx)
    if resource.state == "Deleting":
        raise marked_for_deletion("VM action", "", resource.name)
    return resource
