# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why something failed: a Failed resource carries no reason, the operation that failed does."""

from __future__ import annotations

import typing as t

from .._core.ids import ResourceId
from .context import Context


def operation_error(ctx: Context, rid: ResourceId) -> tuple[str, dict[str, t.Any]]:
    """Azure's reason in words, and the same as result keys; asked once, of the last operation that this run began."""
    body = ctx.arm.operation(rid)
    error = (body or {}).get("error") or {}
    if error.get("code") or error.get("message"):
        code, message = error.get("code"), error.get("message")
        kept = {key: value for key, value in (("code", code), ("message", message)) if value}
        return f"{message or 'no message'} ({code or 'no code'})", {"azure_error": kept}
    command = f"az monitor activity-log list --resource-id {rid} --status Failed"
    return f"an earlier run began the operation, so Azure no longer tells why. Its activity log may: {command}", {}
