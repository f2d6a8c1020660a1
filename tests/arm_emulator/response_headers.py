"""The headers that every answer has."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from . import blobs
from .messages import Answer, Request
from .paths import Target
from .resource_types import VIEWED, is_compute
from .settings import DEFAULT_TENANT, Settings

_POLLED = ("operation", "recycle_bin")


def dress(settings: Settings, request: Request, target: Target, answer: Answer, now: float) -> None:
    """Add the headers that every answer has."""
    if answer.delivery == "reset" and not answer.status:
        return
    moment = datetime.fromtimestamp(now, UTC)
    headers = answer.headers
    if target.kind == "blob":
        blobs.dress(headers)
        headers["Date"] = moment.strftime("%a, %d %b %Y %H:%M:%S GMT")
        return
    if target.kind not in ("token", "metadata"):
        headers.setdefault("Cache-Control", "no-cache")
        headers.setdefault("Pragma", "no-cache")
        headers.setdefault("Expires", "-1")
        correlation = request.headers.get("x-ms-correlation-request-id") or str(uuid.uuid4())
        headers["x-ms-correlation-request-id"] = correlation
        own = correlation if headers.get("x-ms-failure-cause") else str(uuid.uuid4())
        headers.setdefault("x-ms-request-id", own)
        headers["x-ms-routing-request-id"] = f"EMULATOR:{moment.strftime('%Y%m%dT%H%M%SZ')}:{correlation}"
        written = is_compute(target.kind) or target.kind in VIEWED
        if target.kind in _POLLED or (written and request.method != "GET"):
            headers["x-ms-operation-identifier"] = _identifier(settings)
        if target.kind == "managed_image" and request.method == "GET":
            headers["x-ms-need-to-refresh-epl-cache"] = "False"
    headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Cache"] = "CONFIG_NOCACHE"
    if request.headers.get("x-ms-client-request-id") and request.headers.get("x-ms-return-client-request-id") == "true":
        headers["x-ms-client-request-id"] = request.headers["x-ms-client-request-id"]
    headers["Date"] = moment.strftime("%a, %d %b %Y %H:%M:%S GMT")


def _identifier(settings: Settings) -> str:
    tenant = settings.tenants[0] if settings.tenants else DEFAULT_TENANT
    return f"tenantId={tenant},objectId={uuid.uuid5(uuid.NAMESPACE_OID, tenant)}/emulator/{uuid.uuid4()}"
