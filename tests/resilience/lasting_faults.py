"""Faults that do not pass: refusals, outages, other clients' writes, and accepted writes that fail later."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from .calls import Call
from .fault import FOREVER, SURVIVES, Ending, Fault, Possible, anything, manager, status, writes
from .scenarios import Scenario
from .seeds import AWAY, Json
from .transient_faults import BUSY, NO_PARENT, parent_late

REASON = {"code": "Conflict", "message": "It cannot be done today"}
NO_ROOM = {"region": AWAY, "details": "no room in this region"}


def _fails(*words: str) -> t.Callable[[Call, Scenario], Ending]:
    """It fails, except where a list is only a short cut and each resource is then read by itself."""

    def ends(call: Call, scenario: Scenario) -> Ending:
        short_cut = call.listing and (call.kind == "managed_image" or call.poll)
        return SURVIVES if short_cut else Ending(words)

    return ends


def _outlasts(*words: str) -> t.Callable[[Call, Scenario], Ending]:
    """As _fails(); a wait goes on until its timeout."""

    def ends(call: Call, scenario: Scenario) -> Ending:
        if call.poll and not call.listing:
            return Ending(("is not ready after", "run the same task again", *words[:1]), waits=True)
        if call.sign_in:
            return Ending(("Could not sign in",), names=False, waits=True)
        if call.kind == "metadata":
            return Ending(("what cloud",), names=False, waits=True)
        return replace(_fails(*words)(call, scenario), waits=True)

    return ends


def _lasting(kind: str, name: str, do: t.Any, possible: Possible, ends: t.Any) -> Fault:
    return Fault(kind, name, lambda call: {"do": do, "times": FOREVER}, possible, ends)


REFUSED_SIGN_IN = {
    "status": 401,
    "body": {
        "error": "invalid_client",
        "error_description": "AADSTS7000222: The secret is expired.",
        "error_codes": [7000222],
    },
}
UNREGISTERED = status(409, "MissingSubscriptionRegistration")
LASTING = (
    _lasting("401", "401 for ever", "expired_token", manager, _fails("HTTP 401", "Check tenant")),
    _lasting(
        "401",
        "sign-in refused",
        REFUSED_SIGN_IN,
        lambda call: call.sign_in and call.method == "POST",
        lambda call, scenario: Ending(("AADSTS7000222", "create a new one"), names=False),
    ),
    _lasting(
        "403", "403", status(403, "AuthorizationFailed"), manager, _fails("HTTP 403", "Grant the signed-in identity")
    ),
    _lasting(
        "404 of another kind",
        "no such subscription",
        status(404, "SubscriptionNotFound"),
        lambda call: call.manager and not call.poll and not call.listing,
        _fails("HTTP 404", "Check subscription_id"),
    ),
    _lasting(
        "404 after create",
        "no parent for a write, for ever",
        NO_PARENT,
        parent_late,
        _fails("HTTP 404", "ParentResourceNotFound", "Create it first"),
    ),
    _lasting("400", "400", status(400, "InvalidParameter"), writes, _fails("HTTP 400", "InvalidParameter", "Not now")),
    _lasting("409", "409", status(409, "Conflict"), writes, _fails("HTTP 409", "Conflict", "again")),
    _lasting("409", "provider not registered", UNREGISTERED, writes, _fails("az provider register")),
    _lasting("429", "429 for ever", BUSY, anything, _outlasts("HTTP 429", "try again in")),
    _lasting(
        "5xx", "503 for ever", status(503), anything, _outlasts("HTTP 503", "after 5 tries", "run it again later")
    ),
    _lasting(
        "reset", "reset for ever", "reset_before", anything, _outlasts("gave no answer after", "Check the network")
    ),
)


# Another client writes -------------------------------------------------------------------------------------------------
def _same(call: Call) -> Json:
    rival = {"method": call.method, "path": call.path, "body": call.body}
    return {"do": {"rival": rival if call.method == "PUT" else {"method": "DELETE", "path": call.path}}}


def _other_source(call: Call) -> Json:
    body = dict(call.body or {})
    storage = {"source": {"id": f"{call.path.partition('/galleries/')[0]}/images/db"}}
    body["properties"] = {**body["properties"], "storageProfile": storage}
    body.pop("tags", None)  # they name the source image
    return {"do": {"rival": {"method": "PUT", "path": call.path, "body": body}}}


def _new_version(call: Call) -> bool:
    return call.method == "PUT" and call.kind == "image_version" and call.status == 201


def _after_the_same(call: Call, scenario: Scenario) -> Ending:
    """What the run would create then exists. What it would change is being changed, and Azure refuses a second change."""
    update = call.method == "PUT" and call.kind == "image_version" and call.status == 200
    return Ending(("HTTP 409", "run this again")) if update else SURVIVES


def _after_another(call: Call, scenario: Scenario) -> Ending:
    taken = Ending(("was created from", "choose another number"), stays=True)
    return Ending(renumbered=True) if scenario.numbered else taken


RIVALS = (
    Fault("409", "another client does the same first", _same, writes, _after_the_same),
    Fault("409", "another image takes the number first", _other_source, _new_version, _after_another),
)


# An accepted write fails later ------------------------------------------------------------------------------------
def _becomes(
    kind: str, name: str, effect: Json, possible: Possible, *words: str, elsewhere: tuple[str, ...] = ()
) -> Fault:
    """`elsewhere`: the words where another process waits, which does not know the operation."""

    def ends(call: Call, scenario: Scenario) -> Ending:
        apart = scenario.apart and call.kind == "image_version"
        return Ending(
            elsewhere if elsewhere and apart else words,
            renumbered="vanish_after" in effect,
            waits=words == _LATE_REGION,
        )

    return Fault(kind, name, lambda call: effect, possible, ends)


def _adds_away(call: Call) -> bool:
    return call.method == "PUT" and AWAY in call.regions


def _makes_version(call: Call) -> bool:
    return call.method == "PUT" and call.kind == "image_version"


def _quiet(**shown: str) -> Json:
    return {"region": AWAY, "provisioning_state": "Succeeded", **shown}


_NO_REASON = ("Failed", "activity-log")
_LATE_REGION = ("is not ready after", AWAY, "run the same task again")
OUTCOMES = (
    _becomes(
        "operation",
        "operation Failed",
        {"operation_fails": REASON},
        writes,
        REASON["message"],
        "Conflict",
        elsewhere=_NO_REASON,
    ),
    _becomes(
        "operation", "operation Canceled", {"operation_cancelled": True}, writes, "Canceled", elsewhere=_NO_REASON
    ),
    _becomes("operation", "deleted while waited for", {"vanish_after": 30}, _makes_version, "deleted while"),
    _becomes("region", "a region Failed", {"region_fails": NO_ROOM}, _adds_away, AWAY, NO_ROOM["details"]),
    _becomes(
        "region",
        "a region Failed, the version Succeeded",
        {"region_fails": {**NO_ROOM, **_quiet()}},
        _adds_away,
        AWAY,
        NO_ROOM["details"],
    ),
    _becomes("region", "a region stuck", {"region_stuck": AWAY}, _adds_away, *_LATE_REGION),
    *(
        _becomes(
            "region",
            f"a region stuck {shown}, the version Succeeded",
            {"region_stuck": _quiet(state=shown)},
            _adds_away,
            *_LATE_REGION,
        )
        for shown in ("Replicating", "Unknown", "missing")
    ),
)
