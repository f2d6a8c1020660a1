"""Template deployments in a recording: what they create is created by requests of the replay's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from arm_emulator.paths import resource_id
from arm_emulator.resource_types import KINDS_BY_TYPE, RESOURCE_TYPES

from .recordings import Call

Put = Callable[[str, str, dict[str, Any]], None]
_FIRST = (
    "network_security_group",
    "application_security_group",
    "public_ip_address",
    "virtual_network",
    "network_interface",
)
_SENT = ("location", "tags", "properties", "sku", "identity", "plan", "zones")
_NETWORK_VERSION = "2022-01-01"
_RESOURCE_ID = re.compile(r"\[resourceId\('([^']+)', '([^']+)'\)\]")


def templates(calls: list[Call]) -> list[dict[str, Any]]:
    """Every resource of every template."""
    found = [call.request for call in calls if "microsoft.resources/deployments" in call.path.lower()]
    return [entry for request in found if isinstance(request, dict) for entry in request.get("resources") or []]


def deploy(call: Call, put: Put) -> bool:
    """Create the resources of a template; False if the call is no deployment."""
    parts = call.path.split("/")
    if call.method != "PUT" or "microsoft.resources/deployments" not in call.path.lower() or len(parts) < 5:
        return False
    entries = (call.request or {}).get("resources") or []
    for entry in sorted(entries, key=_rank):
        kind = KINDS_BY_TYPE.get(str(entry.get("type")).lower())
        if kind is None:
            continue
        rid = resource_id(kind, parts[2], parts[4], tuple(str(entry["name"]).split("/")))
        network = RESOURCE_TYPES[kind].namespace == "Microsoft.Network"
        version = _NETWORK_VERSION if network else entry["apiVersion"]
        put(rid, version, _resolved(_body(entry), resource_id("resource_group", parts[2], parts[4], ())))
    return True


def _resolved(value: Any, group: str) -> Any:
    """The expressions of a template that name another resource by its type and name."""
    if isinstance(value, dict):
        return {name: _resolved(one, group) for name, one in value.items()}
    if isinstance(value, list):
        return [_resolved(one, group) for one in value]
    match = _RESOURCE_ID.fullmatch(value) if isinstance(value, str) else None
    return f"{group}/providers/{match[1]}/{match[2]}" if match else value


def _rank(entry: dict[str, Any]) -> int:
    kind = KINDS_BY_TYPE.get(str(entry.get("type")).lower(), "")
    return _FIRST.index(kind) if kind in _FIRST else len(_FIRST)


def _body(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: entry[name] for name in _SENT if name in entry}
