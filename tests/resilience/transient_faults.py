"""Faults that pass by themselves: a run must survive each of them at every request."""

from __future__ import annotations

import typing as t

from .calls import Call
from .fault import Fault, Possible, anything, manager, status, survive, with_body, with_object, writes
from .stage import PATIENCE


def _passes(kind: str, name: str, do: t.Any, possible: Possible = anything, times: int = 1, **more: t.Any) -> Fault:
    """A fault that a run must survive."""
    return Fault(kind, name, lambda call: {"do": do, "times": times}, possible, survive, **more)


PAGE = "<html><body>Sign in to the network</body></html>"
BUSY = status(429, "TooManyRequests", 20)
TRANSIENT = (
    _passes("429", "429 with Retry-After", BUSY, retry_after=20),
    _passes("429", "429 with Retry-After, three times", BUSY, times=3, retry_after=20),
    _passes("429", "429 without Retry-After", status(429, "TooManyRequests")),
    _passes("408", "408", status(408)),
    *(_passes("5xx", str(number), status(number)) for number in (500, 502, 503, 504)),
    _passes("5xx", "503 with Retry-After", status(503, "ServerBusy", 25), retry_after=25),
    _passes("5xx", "503 four times", status(503), times=4),
    _passes("5xx", "500 after the service acted", status(500, acted=True), writes),
    _passes("5xx", "504 after the service acted", status(504, acted=True), writes),
    _passes("reset", "reset before the service acted", "reset_before"),
    _passes("reset", "reset after the service acted", "reset_after"),
    _passes("stalled", "stalled before the service acted", {"stall": 3 * PATIENCE}, stalls=True),
    _passes("stalled", "stalled after the service acted", {"delay": 3 * PATIENCE}, stalls=True),
    _passes("cut short", "cut short in its body", "truncate", with_body),
    _passes("cut short", "cut short in its head", {"truncate": "head"}),
    _passes("not JSON", "a page", {"not_json": PAGE}),
    _passes("not JSON", "a page, the service never asked", {"not_json": PAGE, "acted": False}),
    _passes("not JSON", "nothing", {"not_json": ""}, with_body),
    _passes("not JSON", "JSON, but no object", {"not_json": "[]"}, with_object),
    _passes("401", "expired token", "expired_token", manager),
    _passes("401", "claims challenge", "claims_challenge", manager),
    _passes("401", "401 without a challenge", status(401, "InvalidAuthenticationToken"), manager),
)


# 404 for what exists, because Azure shows new resources late ------------------------------------------------------------
def _shown_late(call: Call) -> bool:
    return call.method == "GET" and call.known and call.status == 200 and not call.listing


def _list_late(call: Call) -> bool:
    return call.listing and call.known and call.kind in ("image_version", "image_definition")


def parent_late(call: Call) -> bool:
    return call.method == "PUT" and call.known and call.kind in ("image_version", "image_definition")


def _parent_full(call: Call) -> bool:
    return call.method == "DELETE" and call.kind in ("gallery", "image_definition")


ABSENT = status(404, "ResourceNotFound")
NO_PARENT = status(404, "ParentResourceNotFound")
LATE = (
    _passes("404 after create", "404 of what the run knows", ABSENT, _shown_late),
    _passes("404 after create", "404 of what the run knows, three times", ABSENT, _shown_late, times=3),
    _passes("404 after create", "no parent for a list, twice", NO_PARENT, _list_late, times=2),
    _passes("404 after create", "no parent for a write, twice", NO_PARENT, parent_late, times=2),
    _passes("409", "parent still full, twice", status(409, "CannotDeleteResource"), _parent_full, times=2),
)
