"""A virtual machine from an image version, for a test; any number of them at once."""

from __future__ import annotations

import typing as t

from .._arm.auth.options import AUTH_OPTIONS
from .._compute import canary_batch
from .._compute.canary_request import Request, read_request
from .._compute.canary_result import Entry
from .._resources.errors import InvalidRequest, NotReady
from .._run.context import Context
from .._run.module_spec import ModuleSpec

NAMED_IN_MESSAGE = 5
_OWN: dict[str, dict[str, t.Any]] = {
    "resource_group": {"type": "str"},
    "version": {"type": "raw"},
    "location": {"type": "str"},
    "subnet_id": {"type": "str"},
    "vm_size": {"type": "list", "elements": "str"},
    "security_type": {"type": "str", "choices": ["Standard", "TrustedLaunch"]},
    "purchase_plan": {
        "type": "dict",
        "options": {name: {"type": "str", "required": True} for name in ("name", "publisher", "product")},
    },
    "script": {"type": "str"},
    "name": {"type": "str"},
    "tags": {"type": "dict"},
    "older_than": {"type": "int"},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 3600},
    "run_id": {"type": "str"},
}
_NO_ONE = "00000000-0000-0000-0000-000000000000"


def _run(ctx: Context) -> dict[str, t.Any]:
    many = ctx.params["canaries"] is not None
    _requests(ctx, _NO_ONE)  # the options are checked before the credentials are looked for
    requests = _requests(ctx, ctx.arm.subscription_id)
    act = canary_batch.present if ctx.params["state"] == "present" else canary_batch.absent
    entries = act(ctx, requests)
    return _of_many(ctx, entries) if many else _of_one(ctx, entries[0])


def _requests(ctx: Context, subscription: str) -> list[Request]:
    """One request of the task's own options, or one of each entry of canaries over them."""
    state = ctx.params["state"]
    if ctx.params["canaries"] is None:
        return [_request(ctx.params, subscription, state, "")]
    found = []
    for place, entry in enumerate(ctx.params["canaries"]):
        unknown = sorted(map(str, set(entry) - set(_OWN))) if isinstance(entry, dict) else [str(entry)[:60]]
        if unknown:
            raise InvalidRequest(
                f"canaries[{place}]: {', '.join(unknown)} is not an option of a canary. Nothing was written."
            )
        given = {key: value for key, value in entry.items() if value is not None}
        found.append(_request({**ctx.params, **given}, subscription, state, f"canaries[{place}]: "))
    return found


def _request(params: dict[str, t.Any], subscription: str, state: str, where: str) -> Request:
    if not params["resource_group"]:
        raise InvalidRequest(
            f"{where}resource_group: required. It is the resource group of the canary. Nothing was written."
        )
    return read_request(params, subscription, state)


def _of_one(ctx: Context, entry: Entry) -> dict[str, t.Any]:
    failed, message = entry.pop("failed"), entry.pop("message")
    if failed:
        raise NotReady(message, **entry)
    return {**entry, "diff": _diff(ctx, [entry])}


def _of_many(ctx: Context, entries: list[Entry]) -> dict[str, t.Any]:
    changed = any(entry["changed"] for entry in entries)
    bad = [entry for entry in entries if entry["failed"]]
    if bad and not ctx.check_mode:
        named = " ".join(entry["message"] for entry in bad[:NAMED_IN_MESSAGE])
        more = f" And {len(bad) - NAMED_IN_MESSAGE} more, see results." if len(bad) > NAMED_IN_MESSAGE else ""
        counts = f"{len(bad)} of {len(entries)} canaries failed. " if len(entries) > 1 else ""
        raise NotReady(f"{counts}{named}{more}", results=entries, changed=changed)
    return {"changed": changed, "results": entries, "diff": _diff(ctx, entries)}


def _diff(ctx: Context, entries: list[Entry]) -> dict[str, t.Any]:
    """Which resources appear or go."""
    if ctx.params["state"] == "absent":
        return {"before": {"resources": [rid for entry in entries for rid in entry.get("deleted", [])]}, "after": {}}
    made = [entry["canary"]["id"] for entry in entries if entry["changed"] and entry["canary"]]
    return {"before": {}, "after": {"resources": made} if made else {}}


SPEC = ModuleSpec(
    name="canary_vm",
    options={
        **AUTH_OPTIONS,
        **_OWN,
        "canaries": {"type": "list", "elements": "raw"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    run=_run,
)
