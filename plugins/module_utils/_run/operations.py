# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why something failed: a Failed resource carries no reason, the operation that failed does."""

from __future__ import annotations

import typing as t

from .._resources.errors import AzureError
from .._resources.resource_id import ResourceId
from .context import Context


def operation_error(ctx: Context, rid: ResourceId) -> tuple[str, dict[str, t.Any]]:
    """Azure's reason in words, and the same as result keys; asked once, of the last operation that this run began."""
    body, silence = None, "no longer tells why: an earlier run began the operation, or its answer was lost"
    try:
        body = ctx.arm.operation(rid)
    except AzureError as failed:  # the failure that is to be explained must not give way to this one
        silence = f"did not tell why: {failed.message.rstrip('.')}"
    error = (body or {}).get("error") or {}
    if error.get("code") or error.get("message"):
        code, message = error.get("code"), error.get("message")
        kept = {key: value for key, value in (("code", code), ("message", message)) if value}
        return f"{message or 'no message'} ({code or 'no code'})", {"azure_error": kept}
    if body is not None:
        return f"its operation is {body.get('status')}, and Azure gives no reason", {}
    command = f"az monitor activity-log list --resource-id {rid} --status Failed"
    return f"Azure {silence}. Its activity log may: {command}", {}
