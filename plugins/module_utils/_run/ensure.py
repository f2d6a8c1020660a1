# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Present and absent for what settles at once: galleries and image definitions."""

from __future__ import annotations

import dataclasses
import typing as t

from .._resources.diff import creation_changes, diff_of, removal_diff
from .._resources.errors import Conflict, InvalidRequest, NotReady
from .._resources.fields import Body, Change, Resource
from .._resources.provisioning_state import provisioning_state
from .._resources.resource_id import KIND_WORDS, ResourceId
from . import reads
from .context import Context
from .provisioning import wait_provisioned, write_provisioned

SET_BY_AZURE = ("provisioning_state",)
# Seconds for which Azure may refuse to delete what is empty since a short while, and between two tries.
SETTLING, SETTLING_PAUSE = 120.0, 10.0


@dataclasses.dataclass(frozen=True)
class Desired:
    """What a task asks for. `wanted` is by path of the resource's fields."""

    rid: ResourceId
    resource: Resource
    wanted: dict[str, t.Any]
    append_tags: bool
    left_to_azure: tuple[str, ...]  # returned keys that check mode cannot foretell for a new resource
    derived: frozenset[str] = frozenset()  # paths whose value comes from the source

    def differences(self, body: Body) -> list[Change]:
        """Where what is there is not yet what is asked for."""
        return self.resource.differences(body, self.wanted, self.append_tags)


def present(
    ctx: Context, desired: Desired, create: t.Callable[[], Body], update: t.Callable[[Body], Body]
) -> dict[str, t.Any]:
    """Make it so. `create` gives the body of a new one, `update` makes the body of a change complete; both may refuse.

    One task of the run at a time: of several hosts that want the same gallery or definition, the first makes it.
    """
    with ctx.memory.lock(f"present:{desired.rid.key}"):
        return _present(ctx, desired, create, update)


def _present(
    ctx: Context, desired: Desired, create: t.Callable[[], Body], update: t.Callable[[Body], Body]
) -> dict[str, t.Any]:
    known = reads.recall(ctx, desired.rid) or reads.predicted(ctx, desired.rid)
    if known and not _to_do(desired, known):
        return _result(desired, known, [])
    current = wait_provisioned(ctx, desired.rid, ctx.arm.get(desired.rid))
    if current is None:
        return _create(ctx, desired, create())
    reads.remember(ctx, desired.rid, current)
    changes = _to_do(desired, current)
    refuse_fixed(desired.rid, changes, desired.derived)
    if not changes:
        return _result(desired, current, changes)
    body = update(desired.resource.applied(current, desired.wanted, desired.append_tags))
    if not ctx.check_mode:
        accepted = ctx.arm.put(desired.rid, request_body(body), before=current)
        body = write_provisioned(ctx, desired.rid, accepted.body)
        reads.remember(ctx, desired.rid, body)
    return _result(desired, body, changes, changed=True)


def _to_do(desired: Desired, body: Body) -> list[Change]:
    """What differs, and a write that failed: it is made again."""
    changes = desired.differences(body)
    if provisioning_state(body) in ("Failed", "Canceled"):
        changes.append(Change("provisioning_state", provisioning_state(body), "Succeeded", why="its last write failed"))
    return changes


def _create(ctx: Context, desired: Desired, body: Body) -> dict[str, t.Any]:
    if ctx.check_mode:
        body = {"id": str(desired.rid), "name": desired.rid.name, **body}
        reads.predict(ctx, desired.rid, body)
        result = _result(desired, body, [], changed=True)
        result["set_by_azure"] = list(desired.left_to_azure)
    else:
        accepted = ctx.arm.put(desired.rid, body, before=None)
        final = write_provisioned(ctx, desired.rid, accepted.body)
        reads.remember(ctx, desired.rid, final)
        result = _result(desired, final, [], changed=True)
    changes = creation_changes(result[desired.rid.kind], desired.left_to_azure)
    return {**result, "changes": [change.returned() for change in changes], "diff": diff_of(desired.rid, changes)}


def _result(desired: Desired, body: Body, changes: list[Change], changed: bool = False) -> dict[str, t.Any]:
    return {
        "changed": changed,
        desired.rid.kind: desired.resource.shape(body),
        "changes": [change.returned() for change in changes],
        "diff": diff_of(desired.rid, changes),
    }


def request_body(body: Body) -> Body:
    """What a write sends of a body that was read: all but what Azure alone sets."""
    kept = {key: value for key, value in body.items() if key not in ("id", "name", "type")}
    properties = {key: value for key, value in (body.get("properties") or {}).items() if key != "provisioningState"}
    return {**kept, "properties": properties} if properties else kept


def refuse_fixed(rid: ResourceId, changes: list[Change], derived: t.Collection[str] = ()) -> None:
    """InvalidRequest if a change is one that Azure does not make, naming each, what is there and what was asked.

    `derived` are the paths whose value comes from the source, which the user never wrote.
    """
    fixed = [change for change in changes if change.fixed]
    if not fixed:
        return
    lines = [
        f"{change.path} is {change.before!r} and {'the source has' if change.path in derived else 'the task asks for'} "
        f"{change.after!r}: {change.fixed}"
        for change in fixed
    ]
    another = f"make another {KIND_WORDS[rid.kind]} under another name"
    own = any(change.path not in derived for change in fixed)
    raise InvalidRequest(
        f"{rid.words} exists, and cannot become what is asked for. {' '.join(lines)} "
        f"{'Leave the option out to keep what is there, or ' + another if own else another.capitalize()}. Nothing was written.",
        changes=[change.returned() for change in changes],
    )


def absent(ctx: Context, rid: ResourceId, resource: Resource, child_kind: str) -> dict[str, t.Any]:
    """Delete it unless something is in it: what a task does not name is not destroyed."""
    body = ctx.arm.get(rid)
    if body is None:
        return {"changed": False, rid.kind: None, "changes": []}
    _refuse_full(ctx, rid, child_kind)
    shape = resource.shape(body)
    if not ctx.check_mode:
        if provisioning_state(body) != "Deleting":
            _delete_empty(ctx, rid, child_kind)
        if not ctx.arm.gone(rid):
            raise made_anew(rid)
        reads.remember(ctx, rid, None)
    change = Change("", shape, None)
    return {"changed": True, rid.kind: None, "changes": [change.returned()], "diff": removal_diff(rid, shape)}


def made_anew(rid: ResourceId) -> NotReady:
    """Of what another run made while this one was deleting it."""
    return NotReady(f"{rid.words} was deleted, and somebody has made it anew since. It was left alone; run this again.")


def _refuse_full(ctx: Context, rid: ResourceId, child_kind: str) -> None:
    inside = reads.children(ctx, rid, child_kind)
    if inside:
        names = ", ".join(sorted(child["name"] for child in inside)[:5])
        more = f" and {len(inside) - 5} more" if len(inside) > 5 else ""
        raise InvalidRequest(
            f"{rid.words} is not empty: it holds {KIND_WORDS[child_kind]} {names}{more}. Nothing was deleted. "
            "Delete what is in it first, by name, then this."
        )


def _delete_empty(ctx: Context, rid: ResourceId, child_kind: str) -> None:
    """Delete what a list shows to be empty, though Azure may count for a while what an earlier run deleted from it."""
    end = ctx.clock.monotonic() + SETTLING
    while True:
        try:
            ctx.arm.delete(rid)
            return
        except Conflict as error:
            if error.code != "CannotDeleteResource" or ctx.clock.monotonic() >= end:
                raise
        ctx.clock.sleep(SETTLING_PAUSE)
        _refuse_full(ctx, rid, child_kind)
