"""Every scale set that has the managed image of a host gets the version or the definition that replaces it."""

from __future__ import annotations

import typing as t

from .._arm.auth.options import AUTH_OPTIONS
from .._compute import usage_scan
from .._compute.scale_set_facts import Advice, Request, has_image
from .._compute.scale_set_image import Absent, set_image
from .._resources import refusal
from .._resources.errors import GalleryError, NotReady, RunEnded, SignInFailed
from .._resources.image_version import source_id
from .._resources.resource_id import ResourceId, parse_id
from .._resources.verification import verified_at
from .._role.host_version import host_version
from .._role.repointing import (
    DEFINITION,
    FAILED,
    NO_IDS,
    REFUSED,
    REPOINTED,
    ROLE,
    UNCHANGED,
    VERSION,
    outcome,
    read_options,
)
from .._run.context import Context
from .._run.module_spec import ModuleSpec

_ADVICE = Advice(
    f"set {ROLE}_to to {VERSION}",
    f"set {ROLE}_to to {DEFINITION}",
    f"set {ROLE}_roll_out to allow",
)
_UNCHANGED = "It has the image already."
_SHOWN = ("image", "previous_image", "outdated_instances", "upgrade_command")


def _run(ctx: Context) -> dict[str, t.Any]:
    ids = dict(NO_IDS)
    try:
        result = outcome(ids, _repoint(ctx, ids), ctx.check_mode)
    except GalleryError as error:
        ids |= {key: error.details.pop(key) for key in ids if key in error.details}
        error.details["repointing"] = {**outcome(ids, []), "failed": True, "message": error.message}
        raise
    if result["failed"]:
        raise NotReady(result["message"], repointing=result, changed=result["changed"])
    changed = [one for one in result["scale_sets"] if one["changed"]]
    before = {one["id"]: {"image": one["previous_image"]} for one in changed}
    after = {one["id"]: {"image": one["image"]} for one in changed}
    return {"changed": result["changed"], "repointing": result, "diff": {"before": before, "after": after}}


def _repoint(ctx: Context, ids: dict[str, t.Any]) -> list[dict[str, t.Any]]:
    """One entry for each scale set of the managed image, and for each that has the target already.

    `ids` get what they are about as soon as it is known.
    """
    variables = ctx.params["variables"] or {}
    options = read_options(variables)  # before any credentials are looked for
    found = host_version(ctx, variables, ROLE)
    target, meant = (found.rid.parent, found.rid) if options["to"] == DEFINITION else (found.rid, None)
    ids |= {
        "source_id": str(found.source) if found.source else source_id(found.body),
        "definition_id": str(found.rid.parent),
        "version_id": str(found.rid),
        "version": found.rid.name,
        "verified": verified_at(found.body, ctx.clock.now()) is not None,
        "image": str(target),
    }
    for note in found.notes:
        ctx.warn(note)
    image = parse_id(ids["source_id"], "managed_image", where="source_id")
    # No instances are read: only models are changed.
    scan = usage_scan.scan(ctx, [image, target], options["subscriptions"], versions=[found.body], regions=())
    if scan.unknown:
        reasons = [refusal.Refusal("not_scanned", refusal.DOUBT, one["reason"]) for one in scan.unknown]
        raise refusal.refused(f"{image.words} may be the image of scale sets that cannot be seen.", reasons)
    entries = []
    for body in sorted(scan.scale_sets, key=lambda body: str(body["id"]).lower()):
        rid = parse_id(body["id"], "scale_set")
        if has_image(body, image):
            entries.append(_set(ctx, Request(rid, target, options["roll_out"], meant, advice=_ADVICE)))
        elif has_image(body, target):
            entries.append(_entry(rid, UNCHANGED, _UNCHANGED, image=str(target)))
    return entries


def _set(ctx: Context, request: Request) -> dict[str, t.Any]:
    """Set the image of one scale set. What keeps one leaves the others alone."""
    rid = request.scale_set
    try:
        result = set_image(ctx, request)
    except (RunEnded, SignInFailed):
        raise
    except Absent:
        return _entry(rid, UNCHANGED, "It was deleted since it was listed.")
    except GalleryError as error:
        details = error.details
        state = REFUSED if details.get("refusal") == refusal.REFUSED else FAILED
        reasons = [one["reason"] for one in details.get("refusals") or ()]
        more = {"reasons": reasons, "changed": details.get("changed"), "before": details.get("before")}
        return _entry(rid, state, error.message, **{**(details.get("scale_set") or {}), **more})
    changed = result["changed"]
    words = "would get" if ctx.check_mode else "has"
    message = f"It {words} the new image." if changed else _UNCHANGED
    return _entry(rid, REPOINTED if changed else UNCHANGED, message, **{**result["scale_set"], "changed": changed})


def _entry(rid: ResourceId, state: str, message: str, **more: t.Any) -> dict[str, t.Any]:
    spelled = parse_id(more.get("id") or str(rid), "scale_set")
    return {
        "id": str(spelled),
        "name": spelled.name,
        "resource_group": spelled.resource_group,
        "subscription_id": spelled.subscription_id,
        "state": state,
        "changed": bool(more.get("changed")),
        "message": message,
        "reasons": more.get("reasons") or [],
        **{key: more.get(key) for key in _SHOWN},
        **({"before": more["before"]} if more.get("before") else {}),
    }


SPEC = ModuleSpec(
    name="image_repointing",
    options={**AUTH_OPTIONS, "variables": {"type": "dict"}},
    run=_run,
)
