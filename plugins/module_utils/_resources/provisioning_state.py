"""The provisioning state of a resource, and whether Azure still works on it."""

from __future__ import annotations

import typing as t

_AT_REST = ("Succeeded", "Failed", "Canceled", "Deleting")


def provisioning_state(body: t.Mapping[str, t.Any] | None) -> str | None:
    """Creating, Updating, Migrating, Succeeded, Failed, Deleting; None without a body."""
    return ((body or {}).get("properties") or {}).get("provisioningState")


def is_busy(body: t.Mapping[str, t.Any]) -> bool:
    """Whether Azure still creates or changes it. An unknown state counts as busy."""
    return provisioning_state(body) not in _AT_REST
