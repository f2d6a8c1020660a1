"""`state: present` and `state: absent` of galleries and image definitions, which Azure writes within seconds."""

from __future__ import annotations

import dataclasses
import typing as t

from .._resources.body_checks import Outgoing, check_body
from .._resources.diff import creation_changes, diff_of, refuse_fixed, removal_diff
from .._resources.errors import Conflict, InvalidRequest, NotReady
from .._resources.fields import Body, Change, Resource
from .._resources.names import check_keys
from .._resources.provisioning_state import provisioning_state
from .._resources.resource_id import KIND_WORDS, ResourceId
from . import reads
from .context import Context
from .provisioning import wait_provisioned, warn_overruled, write_provisioned

SET_BY_AZURE = ("provisioning_state",)
# Seconds for which Azure may refuse to delete a resource that was emptied recently, and between two attempts.
SETTLING, SETTLING_PAUSE = 120.0, 10.0


@dataclasses.dataclass(frozen=True)
class Desired:
    """The state that a task requests. The keys of `wanted` are the paths of the resource's fields."""

    rid: ResourceId
    resource: Resource
    wanted: dict[str, t.Any]
    append_tags: bool
    left_to_azure: tuple[str, ...]  # returned keys that check mode cannot predict for a new resource
    derived: frozenset[str] = frozenset()  # paths whose value comes from the source
    defaults: dict[str, t.Any] = dataclasses.field(default_factory=dict)  # wanted of a new resource only

    def completed(self) -> Desired:
        """For a resource that has to be created: with the defaults."""
        return dataclasses.replace(self, wanted={**self.defaults, **self.wanted})

    def differences(self, body: Body) -> list[Change]:
        """The differences between the existing resource and the request."""
        return self.resource.differences(body, self.wanted, self.append_tags)


def read_defaults(resource: Resource, params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The option `defaults`, by path."""
    known = [name for name in resource.options() if name != "append_tags"]
    return resource.wanted(check_keys(params.get("defaults") or {}, known, "defaults"))


def present(
    ctx: Context, desired: Desired, create: t.Callable[[], Body], update: t.Callable[[Body], Body]
) -> dict[str, t.Any]:
    """Create or update it. `create` returns the body of a new one, `update` completes the body of a change; both may fail.

    A lock lets only one host at a time create or update the same gallery or definition.
    """
    with ctx.cache.lock(f"present:{desired.rid.key}"):
        return _present(ctx, desired, create, update)


def _present(
    ctx: Context, desired: Desired, create: t.Callable[[], Body], update: t.Callable[[Body], Body]
) -> dict[str, t.Any]:
    known = ctx.arm.run_state.recall(desired.rid) or reads.predicted(ctx, desired.rid)
    if known and not _to_do(desired, known):
        return _result(desired, known, [])
    current = wait_provisioned(ctx, desired.rid, ctx.arm.get(desired.rid))
    if current is None:
        try:
            return _create(ctx, desired, create())
        except Conflict:  # another run may have created it since: then only what the task itself sets is compared
            current = wait_provisioned(ctx, desired.rid, ctx.arm.get(desired.rid))
            if current is None:
                raise
    ctx.arm.run_state.remember(desired.rid, current)
    changes = _to_do(desired, current)
    refuse_fixed(desired.rid, changes, desired.derived)
    if not changes:
        return _result(desired, current, changes)
    body = update(desired.resource.applied(current, desired.wanted, desired.append_tags))
    _check(ctx, desired.rid, body, current)
    if not ctx.check_mode:
        body = _send(ctx, desired.rid, request_body(body), current)
    return _result(desired, body, changes, changed=True)


def _to_do(desired: Desired, body: Body) -> list[Change]:
    """The differences. A write that failed is sent again."""
    changes = desired.differences(body)
    if provisioning_state(body) in ("Failed", "Canceled"):
        changes.append(Change("provisioning_state", provisioning_state(body), "Succeeded", why="its last write failed"))
    return changes


def _check(ctx: Context, rid: ResourceId, body: Body, before: Body | None) -> None:
    """Fail for what Azure refuses, and warn about what it may refuse."""
    for warning in check_body(Outgoing(rid, body, ctx.clock.now(), before)):
        ctx.warn(warning)


def _send(ctx: Context, rid: ResourceId, sent: Body, before: Body | None) -> Body:
    """Write it, wait until Azure has applied it, and return the resource."""
    accepted = ctx.arm.put(rid, sent, before=before)
    warn_overruled(ctx, rid, sent, accepted.body)
    body = write_provisioned(ctx, rid, accepted.body)
    ctx.arm.run_state.remember(rid, body)
    return body


def _create(ctx: Context, desired: Desired, body: Body) -> dict[str, t.Any]:
    _check(ctx, desired.rid, body, None)
    if ctx.check_mode:
        body = {"id": str(desired.rid), "name": desired.rid.name, **body}
        reads.predict(ctx, desired.rid, body)
    else:
        body = _send(ctx, desired.rid, body, None)
    changes = creation_changes(desired.resource.shape(body), desired.left_to_azure)
    result = _result(desired, body, changes, changed=True)
    return {**result, "set_by_azure": list(desired.left_to_azure)} if ctx.check_mode else result


def _result(desired: Desired, body: Body, changes: list[Change], changed: bool = False) -> dict[str, t.Any]:
    return {
        "changed": changed,
        desired.rid.kind: desired.resource.shape(body),
        "changes": [change.returned() for change in changes],
        "diff": diff_of(desired.rid, changes),
    }


def request_body(body: Body) -> Body:
    """The body of a request from a body that was read: without the properties that only Azure sets."""
    kept = {key: value for key, value in body.items() if key not in ("id", "name", "type")}
    properties = {key: value for key, value in (body.get("properties") or {}).items() if key != "provisioningState"}
    return {**kept, "properties": properties} if properties else kept


def absent(ctx: Context, rid: ResourceId, resource: Resource, child_kind: str) -> dict[str, t.Any]:
    """Delete it if it is empty. Children are never deleted along with it."""
    body = ctx.arm.get(rid)
    if body is None:
        return {"changed": False, rid.kind: None, "changes": []}
    _refuse_full(ctx, rid, child_kind)
    shape = resource.shape(body)
    if not ctx.check_mode:
        if provisioning_state(body) != "Deleting":
            _delete_empty(ctx, rid, child_kind)
        if not ctx.arm.gone(rid):
            raise created_again(rid)
        ctx.arm.run_state.remember(rid, None)
    return removed(rid, shape)


def removed(rid: ResourceId, shape: dict[str, t.Any]) -> dict[str, t.Any]:
    """The result of a delete."""
    change = Change("", shape, None)
    return {"changed": True, rid.kind: None, "changes": [change.returned()], "diff": removal_diff(rid, shape)}


def created_again(rid: ResourceId) -> NotReady:
    """The failure of a delete whose resource another run has created again."""
    return NotReady(
        f"{rid.words} was deleted and then created again by another run. The new one was not changed. Run the task again."
    )


def _refuse_full(ctx: Context, rid: ResourceId, child_kind: str) -> None:
    inside = ctx.arm.list(rid, child_kind)
    if inside:
        names = ", ".join(sorted(child["name"] for child in inside)[:5])
        more = f" and {len(inside) - 5} more" if len(inside) > 5 else ""
        raise InvalidRequest(
            f"{rid.words} is not empty: it contains {KIND_WORDS[child_kind]} {names}{more}. Delete those first, by name. "
            "Nothing was deleted."
        )


def _delete_empty(ctx: Context, rid: ResourceId, child_kind: str) -> None:
    """Delete an empty resource. Azure may refuse this for a while after its last child was deleted."""
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
