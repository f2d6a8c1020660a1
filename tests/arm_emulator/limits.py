"""Rate limits: the counters in headers and, if enabled, the refusals."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
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
    "disk": ("CreateUpdateDisks", 3000, 25000),
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
    "disk": ("LowCostGet", 15000, 120000),
}
_LISTS: dict[str, tuple[str, int, int]] = {
    "gallery": ("ListGalleryInResourceGroup", 100, 1000),
    "gallery_subscription": ("ListGalleryInSubscription", 100, 1000),
    "image_definition": ("ListGalleryImagesInGallery", 1500, 10000),
    "image_version": ("ListGalleryImageVersionsInGalleryImage", 1500, 10000),
    "managed_image": ("HighCostGetImages", 80, 400),
    "recycle_bin": ("ListSoftDeletedResourcesInGallery", 1500, 10000),
}
# Since then Compute counts for the subscription and for each resource in 3 minutes: remaining after a first call 23999
# and 35, and so on (recorded 2023-2025).
RESOURCE_LIMITS_SINCE = "2022-11-01"
_BY_RESOURCE: dict[str, tuple[str, int, int]] = {
    "read": ("LowCostGet", 24000, 36),
    "list": ("HighCostGet", 900, 0),
    "create": ("PutVM", 1500, 12),
    "update": ("UpdateVM", 1500, 12),
    "delete": ("DeleteVM", 1500, 12),
    "set read": ("GetVMScaleSet", 2400, 36),
    "set list": ("HighCostGetVMScaleSet", 1080, 0),
    "set instances": ("HighCostGetVMScaleSet", 1080, 30),
    "set create": ("CreateVMScaleSet", 375, 12),
    "set update": ("VMScaleSetActions", 1500, 12),
    "set action": ("VMScaleSetActions", 1500, 0),
    "set stop": ("DeleteVMScaleSet", 525, 0),
    "set delete": ("DeleteVMScaleSet", 525, 12),
}
_MACHINE_CALLS: dict[tuple[str, str], str] = {
    ("virtual_machine", "GET"): "read",
    ("virtual_machine", "LIST"): "list",
    ("virtual_machine", "PUT"): "create",
    ("virtual_machine", "PATCH"): "update",
    ("virtual_machine", "DELETE"): "delete",
    ("run_command", "GET"): "read",
    ("run_command", "LIST"): "read",
    ("run_command", "PUT"): "update",
    ("run_command", "PATCH"): "update",
    ("run_command", "DELETE"): "update",
    ("machine_boot_diagnostics", "POST"): "read",
    ("machine_run_command", "POST"): "update",
    ("machine_generalize", "POST"): "update",
    ("machine_deallocate", "POST"): "delete",
    ("machine_power_off", "POST"): "update",
    ("machine_restart", "POST"): "update",
    ("machine_start", "POST"): "update",
    ("scale_set", "GET"): "set read",
    ("scale_set", "LIST"): "set list",
    ("scale_set", "PUT"): "set create",
    ("scale_set", "PATCH"): "set update",
    ("scale_set", "DELETE"): "set delete",
    ("scale_set_instance", "GET"): "set read",  # a guess
    ("scale_set_instance", "LIST"): "set instances",
    ("scale_set_view", "GET"): "set instances",
    ("scale_set_upgrade_history", "GET"): "set read",
    ("scale_set_upgrade", "POST"): "set action",
    ("scale_set_delete_instances", "POST"): "set action",
    ("scale_set_start", "POST"): "set action",
    ("scale_set_restart", "POST"): "set action",
    ("scale_set_reimage", "POST"): "set action",
    ("scale_set_power_off", "POST"): "set stop",
    ("scale_set_deallocate", "POST"): "set stop",
}
# Buckets that count instances, not calls; never refused here. The second stands beside the requests that wait: none.
_INSTANCES = {"VMScaleSetVMViews": (30000, ""), "VMScaleSetBatchedVMRequests": (6000, "VmssQueuedVMOperations;0")}
# The same by the older way of counting (recorded 2021).
_MACHINE_PAIRS = {"read": ("LowCostGet", 4000, 32000), "delete": ("DeleteVM", 240, 1200)}
OPERATION_LIMITS_SINCE = {"operations": "2024-07-01", "machine operations": RESOURCE_LIMITS_SINCE}
# Images are counted for the subscription alone from then on (recorded 2024-2025).
IMAGE_LIMITS_SINCE = "2024-07-01"
_IMAGE_CALLS = {
    "GET": ("GetImages", 358),
    "LIST": ("HighCostGetImages", 90),
    "PUT": ("CreateImages", 60),
    "DELETE": ("DeleteImages", 120),
}
_TABLES = {"GET": _READS, "HEAD": _READS, "PUT": _WRITES, "PATCH": _WRITES, "POST": _WRITES, "DELETE": _DELETES}


@dataclass(slots=True)
class Window:
    """One bucket: a name, its limit and length."""

    name: str
    limit: int
    seconds: float
    by_resource: bool = False


def windows(kind: str, method: str, listing: bool, version: str, family: str, subscription_wide: bool) -> list[Window]:
    """The buckets that a call counts against."""
    if (kind, method) in _MACHINE_CALLS:
        return _machine_windows(_MACHINE_CALLS[(kind, "LIST" if listing else method)], version)
    if kind == "managed_image" and method in _IMAGE_CALLS and version >= IMAGE_LIMITS_SINCE:
        name, limit = _IMAGE_CALLS["LIST" if listing else method]
        return [Window(f"{name}SubscriptionMaximum", limit, MINUTES_3)]
    if kind == "operation" and family == "DiskOperations":
        return _pair("GetOperation", 50000, 400000)
    if kind == "operation" and family in OPERATION_LIMITS_SINCE:
        if version >= OPERATION_LIMITS_SINCE[family]:
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


def _machine_windows(call: str, version: str) -> list[Window]:
    if version < RESOURCE_LIMITS_SINCE:
        return _pair(*_MACHINE_PAIRS[call]) if call in _MACHINE_PAIRS else []
    name, whole, one = _BY_RESOURCE[call]
    found = [Window(f"{name}SubscriptionMaximum", whole, MINUTES_3)]
    return [*found, Window(f"{name}Resource", one, MINUTES_3, by_resource=True)] if one else found


def _pair(name: str, short: int, long: int) -> list[Window]:
    return [Window(f"{name}3Min", short, MINUTES_3), Window(f"{name}30Min", long, MINUTES_30)]


def _scope(scope: str, window: Window, resource: str) -> str:
    return f"{scope}|{resource}" if window.by_resource else scope


class Limits:
    """Counts per subscription and region for Compute, token buckets per subscription for the gateway."""

    def __init__(self, enforced: bool) -> None:
        self.enforced = enforced
        self._windows: dict[tuple[str, str], tuple[float, int]] = {}
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}

    def refuse(self, scope: str, counted: list[Window], now: float, resource: str = "") -> Answer | None:
        """The refusal when a bucket of Compute is used up, with the seconds until it opens."""
        if not self.enforced:
            return None
        for window in counted:
            opened, used = self._window(_scope(scope, window, resource), window, now)
            if used >= window.limit:
                wait = max(1, math.ceil(opened + window.seconds - now))
                return one_line(429, _throttled(window, opened, used), {"Retry-After": str(wait)})
        return None

    def charge(
        self,
        scope: str,
        counted: list[Window],
        now: float,
        resource: str = "",
        instances: Sequence[tuple[str, int]] = (),
    ) -> str:
        """Count the call; the text of x-ms-ratelimit-remaining-resource (remaining after this call)."""
        parts = []
        for window in counted:
            place = _scope(scope, window, resource)
            opened, used = self._window(place, window, now)
            self._windows[(place, window.name)] = (opened, used + 1)
            parts.append(f"Microsoft.Compute/{window.name};{max(0, window.limit - used - 1)}")
        return ",".join([*parts, *self._charge_instances(scope, instances, now)])

    def _charge_instances(self, scope: str, counted: Sequence[tuple[str, int]], now: float) -> list[str]:
        parts = []
        for name, number in counted:
            limit, beside = _INSTANCES[name]
            window = Window(f"{name}SubscriptionMaximum", limit, MINUTES_3)
            start, used = self._window(scope, window, now)
            self._windows[(scope, window.name)] = (start, used + number)
            parts.append(f"Microsoft.Compute/{window.name};{max(0, limit - used - number)}")
            parts += [f"Microsoft.Compute/{beside}"] if beside else []
        return parts

    def _window(self, scope: str, window: Window, now: float) -> tuple[float, int]:
        opened, used = self._windows.get((scope, window.name), (now, 0))
        return (now, 0) if now >= opened + window.seconds else (opened, used)

    # -- the gateway's token buckets: sizes from the headers of 2025-2026, refill rates from its documentation ----
    _GATEWAY: ClassVar[dict[str, tuple[int, float, int]]] = {
        "reads": (1100, 25.0, 16500),
        "writes": (800, 10.0, 12000),
        "deletes": (800, 10.0, 12000),
    }

    def gateway(self, subscription: str, method: str, now: float) -> dict[str, str]:
        """Take a token and return the gateway's headers; ArmError 429 if no token remains and limits are on."""
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


def _throttled(window: Window, opened: float, used: int) -> Json:
    """The documented body of Compute's 429; its sample has no outer "error"."""
    measured = {
        "operationGroup": window.name,
        "startTime": stamp(opened),
        "endTime": stamp(opened + window.seconds),
        "allowedRequestCount": window.limit,
        "measuredRequestCount": used + 1,
    }
    message = "The server rejected the request because too many requests have been received for this subscription."
    detail = {"code": "TooManyRequests", "target": window.name, "message": json.dumps(measured, separators=(",", ":"))}
    return {"code": "OperationNotAllowed", "message": message, "details": [detail]}
