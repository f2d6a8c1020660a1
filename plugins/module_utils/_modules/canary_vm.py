"""A virtual machine from an image version, for a test; any number of them at once."""

from __future__ import annotations

import typing as t

from .._arm.auth.options import AUTH_OPTIONS
from .._compute import canary_batch
from .._compute.canary_request import Request, read_request
from .._compute.canary_result import Entry
from .._resources.errors import InvalidRequest, NotReady
from .._run.context import Context
from .._run.module_spec import STATE, ModuleSpec

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
    _requests(ctx, _NO_ONE)  # the options are checked before the credentials are looked for
    requests = _requests(ctx, ctx.arm.subscription_id)
    act = canary_batch.present if ctx.params["state"] == "present" else canary_batch.absent
    entries = act(ctx, requests)
    many, bad = ctx.params["canaries"] is not None, [entry for entry in entries if entry["failed"]]
    result: Entry = {"changed": any(entry["changed"] for entry in entries), "results": entries}
    if not many:
        result = {key: value for key, value in entries[0].items() if key not in ("failed", "message")}
    if bad and not (many and ctx.check_mode):
        named = " ".join(entry["message"] for entry in bad[:NAMED_IN_MESSAGE])
        more = f" And {len(bad) - NAMED_IN_MESSAGE} more, see results." if len(bad) > NAMED_IN_MESSAGE else ""
        counts = f"{len(bad)} of {len(entries)} canaries failed. " if len(entries) > 1 else ""
        raise NotReady(f"{counts}{named}{more}", **result)
    return {**result, "diff": _diff(entries)}


def _requests(ctx: Context, subscription: str) -> list[Request]:
    """One request of the task's own options, or one of each entry of canaries over them."""
    state = ctx.params["state"]
    if ctx.params["canaries"] is None:
        return [read_request(ctx.params, subscription, state)]
    found = []
    for place, entry in enumerate(ctx.params["canaries"]):
        unknown = sorted(map(str, set(entry) - set(_OWN))) if isinstance(entry, dict) else [str(entry)[:60]]
        try:
            if unknown:
                raise InvalidRequest(f"{', '.join(unknown)} is not an option of a canary. Nothing was written.")
            given = {key: value for key, value in entry.items() if value is not None}
            found.append(read_request({**ctx.params, **given}, subscription, state))
        except InvalidRequest as error:
            raise InvalidRequest(f"canaries[{place}]: {error.message}") from error
    return found


def _diff(entries: list[Entry]) -> dict[str, t.Any]:
    """Which resources appear or go."""
    gone = [rid for entry in entries for rid in entry.get("deleted", ())]
    made = [entry["canary"]["id"] for entry in entries if entry["changed"] and entry["canary"]]
    return {"before": {"resources": gone} if gone else {}, "after": {"resources": made} if made else {}}


SPEC = ModuleSpec(
    name="canary_vm",
    options={
        **AUTH_OPTIONS,
        **_OWN,
        "canaries": {"type": "list", "elements": "raw"},
        **STATE,
    },
    run=_run,
)
