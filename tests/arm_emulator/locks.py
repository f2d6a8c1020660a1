"""Management locks at every scope, and the requests that they forbid. The gateway answers on one line."""

from __future__ import annotations

from .common import page
from .context import Context
from .errors import ArmError, group_not_found, resource_not_found
from .messages import Answer, Json, empty, one_line
from .paths import parse
from .resource_types import TYPES, VIEWED
from .store import Resource

LEVELS = ("CanNotDelete", "ReadOnly")


def render(lock: Resource) -> Json:
    """properties, id, type, name (recorded order)."""
    return {"properties": lock.properties, "id": lock.id, "type": TYPES["lock"], "name": lock.name}


def read(ctx: Context) -> Answer:
    """GET one. Code and words of the refusal are a guess."""
    lock = ctx.get(ctx.target.key)
    if lock is None:
        raise ArmError(404, "LockNotFound", f"The lock '{ctx.target.name}' could not be found.", gateway=True)
    return one_line(200, render(lock))


def listing(ctx: Context) -> Answer:
    """GET those at, above and below a scope; with `$filter=atScope()` those below are left out (recorded)."""
    scope = (ctx.target.scope or f"/subscriptions/{ctx.target.subscription}").lower()
    below = (ctx.request.param("$filter") or "").lower() != "atscope()"
    found = [lock for lock in _all(ctx) if _covers(lock, scope) or (below and scope_of(lock).startswith(scope + "/"))]
    return page(ctx, found, render, one_line)


def write(ctx: Context) -> Answer:
    """PUT: 201 or 200, done at once (recorded)."""
    _require_scope(ctx)
    sent = ctx.body().get("properties") or {}
    level = next((one for one in LEVELS if one.lower() == str(sent.get("level")).lower()), None)
    if level is None:
        text = f"The lock level '{sent.get('level')}' is not valid. Valid values are '{','.join(LEVELS)}'."  # a guess
        raise ArmError(400, "InvalidLockLevel", text, gateway=True)
    existing = ctx.get(ctx.target.key)
    lock = existing or ctx.store.add(Resource(ctx.target.id, "lock", {}))
    notes = {"notes": str(sent["notes"])} if sent.get("notes") is not None else {}
    lock.body["properties"] = {"level": level, **notes}
    lock.touch()
    ctx.changed = True
    return one_line(200 if existing else 201, render(lock))


def remove(ctx: Context) -> Answer:
    """DELETE: 200 without a body (recorded), or 204 for a lock that does not exist."""
    if ctx.store.remove(ctx.target.key) is None:
        return empty(204)
    ctx.changed = True
    return empty(200)


def _require_scope(ctx: Context) -> None:
    """The locked resource has to exist, if the emulator supports its type."""
    scope = parse(ctx.target.scope)
    if scope.kind not in TYPES or ctx.get(scope.key) is not None:
        return
    if scope.kind == "resource_group":
        raise group_not_found(scope.group)
    ctx.require_group()
    raise resource_not_found(TYPES[scope.kind], scope.names, scope.group)


# -- what they forbid ----------------------------------------------------------------------------------------------
def _all(ctx: Context) -> list[Resource]:
    return ctx.store.below(f"/subscriptions/{ctx.target.subscription}", "lock")


def scope_of(lock: Resource) -> str:
    """The normalized scope of a lock."""
    return lock.key.rpartition("/providers/microsoft.authorization/locks/")[0]


def _covers(lock: Resource, scope: str) -> bool:
    """Whether it is at that scope or above."""
    return f"{scope}/".startswith(f"{scope_of(lock)}/")


def enforce(ctx: Context) -> None:
    """Refuse a delete or a write that a lock forbids, before the resource provider sees it (public issues, full JSON)."""
    method, kind = ctx.request.method, ctx.target.kind
    if method in ("GET", "HEAD") or kind == "lock" or kind not in {*TYPES, *VIEWED}:
        return
    scope = ctx.target.id if kind in TYPES else ctx.request.path.rpartition("/")[0]
    key = scope.lower()
    if method == "DELETE":
        verb = "delete"
        found = [lock for lock in _all(ctx) if _covers(lock, key) or scope_of(lock).startswith(f"{key}/")]
    else:
        verb = "write"
        found = [lock for lock in _all(ctx) if lock.properties["level"] == "ReadOnly" and _covers(lock, key)]
    if found:
        raise _locked(scope, verb, found)


def _locked(scope: str, verb: str, found: list[Resource]) -> ArmError:
    """The scopes of several locks are joined by commas: a guess."""
    scopes = dict.fromkeys(
        lock.id[: len(scope_of(lock))].replace("/resourcegroups/", "/resourceGroups/") for lock in found
    )
    text = (
        f"The scope '{scope}' cannot perform {verb} operation because following scope(s) are locked: "
        f"'{','.join(scopes)}'. Please remove the lock and try again."
    )
    return ArmError(409, "ScopeLocked", text, gateway=True)
