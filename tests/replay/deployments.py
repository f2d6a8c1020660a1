# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Template deployments in a recording: what they create is created by requests of the replay's own."""

from __future__ import annotations

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
        put(rid, _NETWORK_VERSION if network else entry["apiVersion"], _body(entry))
    return True


def _rank(entry: dict[str, Any]) -> int:
    kind = KINDS_BY_TYPE.get(str(entry.get("type")).lower(), "")
    return _FIRST.index(kind) if kind in _FIRST else len(_FIRST)


def _body(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: entry[name] for name in _SENT if name in entry}
