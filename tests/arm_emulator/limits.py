# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rate limits: what the headers count down, and, when asked for, the refusals."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import ClassVar

from .clock import stamp
from .errors import ArmError
from .messages import Answer, Json, one_line

MINUTES_3 = 180.0
MINUTES_30 = 1800.0

# Limits of 3 and 30 minutes. The first answer shows one less (recorded maxima of first calls).
_WRITES: dict[str, tuple[str, int, int]] = {
    "gallery": ("CreateUpdateGallery", 50, 300),
    "image_definition": ("CreateUpdateGalleryImage", 150, 750),
    "image_version": ("CreateUpdateGalleryImageVersion", 375, 1200),
    "managed_image": ("CreateImages", 40, 200),
    "gallery_share": ("PostShareGallery", 10, 60),
}
_DELETES: dict[str, tuple[str, int, int]] = {
    "gallery": ("DeleteGallery", 50, 300),
    "image_definition": ("DeleteGalleryImage", 50, 300),
    "image_version": ("DeleteGalleryImageVersion", 150, 1000),
    "managed_image": ("DeleteImages", 120, 600),
}
_READS: dict[str, tuple[str, int, int]] = {
    "gallery": ("GetGallery", 350, 2500),
    "image_definition": ("GetGalleryImage", 600, 3000),
    "image_version": ("GetGalleryImageVersion", 2000, 10000),
    "managed_image": ("GetImages", 360, 1800),
    "operation": ("GetOperationStatus", 5000, 15000),
}
_LISTS: dict[str, tuple[str, int, int]] = {
    "gallery": ("ListGalleryInResourceGroup", 100, 1000),
    "gallery_subscription": ("ListGalleryInSubscription", 100, 1000),
    "image_definition": ("ListGalleryImagesInGallery", 1500, 10000),
    "image_version": ("ListGalleryImageVersionsInGalleryImage", 1500, 10000),
    "managed_image": ("HighCostGetImages", 80, 400),
    "recycle_bin": ("ListSoftDeletedResourcesInGallery", 1500, 10000),
}
_TABLES = {"GET": _READS, "HEAD": _READS, "PUT": _WRITES, "PATCH": _WRITES, "POST": _WRITES, "DELETE": _DELETES}


@dataclass(slots=True)
class Window:
    """One bucket: a name, its limit and length."""

    name: str
    limit: int
    seconds: float


def windows(kind: str, method: str, listing: bool, version: str, family: str, subscription_wide: bool) -> list[Window]:
    """The buckets that a call counts against."""
    if kind == "managed_image" and method == "GET" and not listing and version >= "2024-07-01":
        return [Window("GetImagesSubscriptionMaximum", 358, MINUTES_3)]
    if kind == "operation" and family == "operations":
        if version >= "2024-07-01":
            return [
                Window("GetOperationResource", 44, MINUTES_3),
                Window("GetOperationSubscriptionMaximum", 15000, MINUTES_3),
            ]
        return _pair("GetOperation", 15000, 30000)
    if listing:
        entry = _LISTS.get("gallery_subscription" if kind == "gallery" and subscription_wide else kind)
    else:
        entry = _TABLES.get(method, {}).get(kind)
    return _pair(*entry) if entry else []


def _pair(name: str, short: int, long: int) -> list[Window]:
    return [Window(f"{name}3Min", short, MINUTES_3), Window(f"{name}30Min", long, MINUTES_30)]


class Limits:
    """Counts per subscription and region for Compute, token buckets per subscription for the gateway."""

    def __init__(self, enforced: bool) -> None:
        self.enforced = enforced
        self._windows: dict[tuple[str, str], tuple[float, int]] = {}
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}

    def refuse(self, scope: str, counted: list[Window], now: float) -> Answer | None:
        """The refusal when a bucket of Compute is used up, with the seconds until it opens."""
        if not self.enforced:
            return None
        for window in counted:
            begun, used = self._window(scope, window, now)
            if used >= window.limit:
                wait = max(1, math.ceil(begun + window.seconds - now))
                return one_line(429, _throttled(window, begun, used), {"Retry-After": str(wait)})
        return None

    def charge(self, scope: str, counted: list[Window], now: float) -> str:
        """Count the call; the text of x-ms-ratelimit-remaining-resource (remaining after this call)."""
        parts = []
        for window in counted:
            begun, used = self._window(scope, window, now)
            self._windows[(scope, window.name)] = (begun, used + 1)
            parts.append(f"Microsoft.Compute/{window.name};{max(0, window.limit - used - 1)}")
        return ",".join(parts)

    def _window(self, scope: str, window: Window, now: float) -> tuple[float, int]:
        begun, used = self._windows.get((scope, window.name), (now, 0))
        return (now, 0) if now >= begun + window.seconds else (begun, used)

    # -- the gateway's token buckets: sizes from the headers of 2025-2026, refill rates from its documentation ----
    _GATEWAY: ClassVar[dict[str, tuple[int, float, int]]] = {
        "reads": (1100, 25.0, 16500),
        "writes": (800, 10.0, 12000),
        "deletes": (800, 10.0, 12000),
    }

    def gateway(self, subscription: str, method: str, now: float) -> dict[str, str]:
        """Take a token; the gateway's headers. ArmError 429 when there is none and limits are on."""
        verb = {"GET": "reads", "HEAD": "reads", "DELETE": "deletes"}.get(method, "writes")
        size, refill, shared = self._GATEWAY[verb]
        left = self._take(subscription, verb, size, refill, now)
        if left < 0 and self.enforced:
            wait = max(1, math.ceil(-left / refill))
            text = (
                f"Number of '{verb}' for subscription '{subscription}' exceeded the limit of the token bucket. Please "
                f"try again after '{wait}' seconds."
            )
            raise ArmError(429, "SubscriptionRequestsThrottled", text, gateway=True, headers={"Retry-After": str(wait)})
        remaining = self._take(subscription, "global-" + verb, shared, refill * 15, now)
        return {
            f"x-ms-ratelimit-remaining-subscription-{verb}": str(max(0, int(left))),
            f"x-ms-ratelimit-remaining-subscription-global-{verb}": str(max(0, int(remaining))),
        }

    def _take(self, subscription: str, name: str, size: int, refill: float, now: float) -> float:
        then, tokens = self._buckets.get((subscription, name), (now, float(size)))
        tokens = min(float(size), tokens + (now - then) * refill)
        left = tokens - 1
        self._buckets[(subscription, name)] = (now, max(0.0, left))
        return left


def _throttled(window: Window, begun: float, used: int) -> Json:
    """The documented body of Compute's 429; its sample has no outer "error"."""
    measured = {
        "operationGroup": window.name,
        "startTime": stamp(begun),
        "endTime": stamp(begun + window.seconds),
        "allowedRequestCount": window.limit,
        "measuredRequestCount": used + 1,
    }
    message = "The server rejected the request because too many requests have been received for this subscription."
    detail = {"code": "TooManyRequests", "target": window.name, "message": json.dumps(measured, separators=(",", ":"))}
    return {"code": "OperationNotAllowed", "message": message, "details": [detail]}
