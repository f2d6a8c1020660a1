"""Run commands of a virtual machine: the managed ones, which are resources, and the action."""

from __future__ import annotations

from typing import Any

from . import lifecycle
from .boot import Command, command
from .clock import stamp
from .common import effects, outcome_of, page, require_location, take_tags
from .context import Context
from .errors import ArmError, invalid, parent_not_found_on_write, resource_not_found
from .machine_body import boot_of
from .machines import require
from .messages import Answer, Json, empty, pretty
from .paths import TYPES
from .store import Resource

_SHOWN = (
    "source",
    "parameters",
    "runAsUser",
    "timeoutInSeconds",
    "provisioningState",
    "asyncExecution",
    "instanceView",
)
_SCRIPTS = {"RunShellScript": "Linux", "RunPowerShellScript": "Windows"}


# -- what a script comes to ------------------------------------------------------------------------------------------
def _schedule(ctx: Context, machine: Resource, ordered: list[Any]) -> tuple[Command, float, float | None]:
    """The result of the script, its start and its end; None if the agent never reports."""
    if machine.extra.get("power", "running") != "running":
        text = "Cannot modify extensions in the VM when the VM is not running."
        raise ArmError(409, "OperationNotAllowed", text)  # seen, not recorded
    result = command(ordered[0] if ordered else boot_of(machine).run_command)
    ready = machine.extra.get("agent_ready")
    start = max(ctx.now, ready) if ready is not None else ctx.now
    seconds = result.seconds if result.seconds is not None else ctx.settings.run_command_seconds
    return result, start, None if ready is None else start + seconds


def _dead(ctx: Context, machine: Resource) -> tuple[float, str, Json]:
    """The result of a command on a machine without a ready agent (recorded: after 25 minutes)."""
    text = (
        f"VM '{machine.name}' has not reported status for VM agent or extensions. Verify that the OS is up and healthy, "
        "the VM has a running VM agent, and that it can establish outbound connections to Azure storage. Please refer "
        "to https://aka.ms/vmextensionlinuxtroubleshoot for additional VM agent troubleshooting information."
    )
    return ctx.settings.agent_timeout, "Failed", {"code": "VMAgentStatusCommunicationError", "message": text}


# -- managed run commands --------------------------------------------------------------------------------------------
def read(ctx: Context) -> Answer:
    """GET one; $expand=instanceView adds the result of the script."""
    resource = ctx.get(ctx.target.key)
    if resource is None:
        require(ctx)
        raise resource_not_found(TYPES["run_command"], ctx.target.names, ctx.target.group)
    return pretty(200, render(ctx, resource, expand=_expanded(ctx)))


def _expanded(ctx: Context) -> bool:
    return (ctx.request.param("$expand") or "").lower() == "instanceview"


def listing(ctx: Context) -> Answer:
    """GET all of a machine."""
    machine = require(ctx)
    found = lifecycle.children(ctx.store, ctx.settings, machine.key, "run_command", ctx.now)
    return page(ctx, found, lambda one: render(ctx, one, expand=_expanded(ctx)))


def render(ctx: Context, resource: Resource, *, expand: bool = False) -> Json:
    """In the recorded order; secret parameters are never answered."""
    document: Json = {
        "name": resource.name,
        "id": resource.id,
        "type": TYPES["run_command"],
        "location": resource.location,
    }
    if resource.body.get("tags"):
        document["tags"] = resource.body["tags"]
    shown = {**resource.properties, "provisioningState": resource.state}
    if expand:
        shown["instanceView"] = _instance_view(resource, ctx.now)
    document["properties"] = {name: shown[name] for name in _SHOWN if shown.get(name) is not None}
    return document


def _instance_view(resource: Resource, now: float) -> Json:
    """Exit code, output and times once it has ended (recorded); before that Pending or Running (a guess)."""
    start, end = resource.extra["start"], resource.extra["end"]
    nothing = {"executionMessage": "", "output": "", "error": ""}
    if end is None or now < start:
        return {"executionState": "Pending", **nothing}
    if now < end:
        return {"executionState": "Running", **nothing, "startTime": stamp(float(int(start)))}
    result = command(resource.extra["result"])
    message = "Execution completed"
    if result.execution_state != "Succeeded":
        reason = f"failed to execute command: command terminated with exit status={result.exit_code}"
        message = f"Execution failed: {reason}"
    return {
        "exitCode": result.exit_code,
        "executionState": result.execution_state,
        "executionMessage": message,
        "output": result.output,
        "error": result.error,
        "startTime": stamp(float(int(start))),
        "endTime": stamp(float(int(end))),
    }


def write(ctx: Context) -> Answer:
    """PUT: 201 Creating, or 200 Updating; PATCH: 200 Updating. The script runs (again)."""
    patch = ctx.request.method == "PATCH"
    machine = ctx.get(ctx.target.parent().key)
    if machine is None:
        ctx.require_group()
        raise parent_not_found_on_write(ctx.target.names[:-1])
    existing, body = ctx.get(ctx.target.key), ctx.body()
    if existing is None and patch:
        raise resource_not_found(TYPES["run_command"], ctx.target.names, ctx.target.group)
    location = existing.location if existing and patch else require_location(ctx, body, existing)
    found = effects(ctx, ctx.target.id, "run_command")
    result, start, end = _schedule(ctx, machine, found.get("run_command", []))
    stored = _stored(existing, body.get("properties") or {}, patch)
    resource = existing or Resource(ctx.target.id, "run_command", {"location": location}, "Creating")
    resource.body["properties"] = stored
    take_tags(ctx, body, resource.body, patch=patch)
    resource.extra = {"start": start, "end": end, "result": _plain(result)}
    resource.state = "Updating" if existing else "Creating"
    if existing is None:
        ctx.store.add(resource)
    return _started(ctx, machine, resource, found, end)


def _started(
    ctx: Context, machine: Resource, resource: Resource, found: dict[str, list[Any]], end: float | None
) -> Answer:
    """The operation ends with the script, unless that is to go on alone (asyncExecution)."""
    status = 201 if resource.state == "Creating" else 200
    seconds, (outcome, error) = (end or ctx.now) - ctx.now, outcome_of(found)
    if end is None:
        seconds, outcome, error = _dead(ctx, machine)
    elif resource.properties["asyncExecution"]:
        seconds = min(seconds, resource.extra["start"] - ctx.now + ctx.settings.run_command_seconds)
    action = "create" if status == 201 else "update"
    operation = ctx.begin(resource, action, seconds, outcome=outcome, error=error)
    return ctx.started(status, operation, render(ctx, resource))


def _plain(result: Command) -> Json:
    values = {name: getattr(result, name) for name in result.__slots__}
    return {name: value for name, value in values.items() if value not in ("", None)}


def _stored(existing: Resource | None, sent: Json, patch: bool) -> Json:
    kept = dict(existing.properties) if existing is not None and patch else {}
    for name in ("source", "parameters", "runAsUser", "timeoutInSeconds", "asyncExecution"):
        if sent.get(name) is not None:
            kept[name] = sent[name]
    if not any((kept.get("source") or {}).values()):
        raise invalid("Required parameter 'source' is missing (null).", "source")
    kept.setdefault("timeoutInSeconds", 0)
    kept.setdefault("asyncExecution", False)
    return kept


def remove(ctx: Context) -> Answer:
    """DELETE: 202, 204 when it is gone."""
    resource = ctx.get(ctx.target.key)
    if resource is None:
        return empty(204)
    resource.state = "Deleting"
    outcome, error = outcome_of(effects(ctx, resource.id))
    operation = ctx.begin(resource, "delete", ctx.settings.run_command_seconds, outcome=outcome, error=error)
    return ctx.started(202, operation, None, monitor=True)


# -- the action ------------------------------------------------------------------------------------------------------
def run(ctx: Context) -> Answer:
    """POST runCommand: 202; its output has no exit code, and it succeeds whatever the script does (recorded)."""
    machine, body = require(ctx), ctx.body()
    system = _SCRIPTS.get(str(body.get("commandId")))
    if system is None:
        text = f"The entity was not found: command '{body.get('commandId')}'."
        raise ArmError(404, "NotFound", text)  # a guess
    running = machine.extra.get("running", 0.0)
    if ctx.now < running:
        text = (
            "Run command extension execution is in progress. Please wait for completion before invoking a run command."
        )
        raise ArmError(409, "Conflict", text)  # seen, not recorded
    found = effects(ctx, machine.id, "run_command")
    result, _start, end = _schedule(ctx, machine, found.get("run_command", []))
    seconds, (outcome, error) = (end or ctx.now) - ctx.now, outcome_of(found)
    if end is None:
        seconds, outcome, error = _dead(ctx, machine)
    machine.extra["running"] = ctx.now + seconds
    machine.touch()
    operation = ctx.operate(machine, seconds, outcome=outcome, error=error)
    operation.output = {"value": _values(result, system)}
    return ctx.started(202, operation, None, monitor=True)


def _values(result: Command, system: str) -> list[Json]:
    """One value on Linux (recorded), two on Windows (a guess)."""
    status = {"level": "Info", "displayStatus": "Provisioning succeeded"}
    if system == "Linux":
        message = f"Enable succeeded: \n[stdout]\n{result.output}\n[stderr]\n{result.error}"
        return [{"code": "ProvisioningState/succeeded", **status, "message": message}]
    streams = (("StdOut", result.output), ("StdErr", result.error))
    return [{"code": f"ComponentStatus/{name}/succeeded", **status, "message": text} for name, text in streams]
