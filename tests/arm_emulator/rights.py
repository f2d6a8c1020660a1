"""Permissions of a caller. A client without a role assignment in the seed may do everything."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable

from .context import Context
from .entra import Caller
from .errors import forbidden, linked_action_forbidden
from .messages import Answer, Json, one_line
from .paths import Target
from .resource_types import TYPES, VIEWED, action
from .settings import RoleAssignment, Settings
from .store import Resource

# The built-in roles by the ids that they have everywhere, and their actions.
ROLES: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "Owner": ("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", ("*",), ()),
    "Contributor": (
        "b24988ac-6180-42a0-ab88-20f7382dd24c",
        ("*",),
        ("Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write"),
    ),
    "Reader": ("acdd72a7-3385-48ef-bd42-f606fba81ae7", ("*/read",), ()),
}


def mine(settings: Settings, caller: Caller) -> list[RoleAssignment] | None:
    """The role assignments of a caller; None if the seed has none for this client, which may then do everything."""
    client = caller.client_id.lower()
    found = [one for one in settings.role_assignments if (one.client_id or "").lower() == client]
    return found or None


def allowed(settings: Settings, caller: Caller, wanted: str, scope: str) -> bool:
    """Whether a caller may do that there."""
    granted = mine(settings, caller)
    if granted is None:
        return True
    return any(
        _at_or_above(one.scope, scope) and _matches(wanted, one.actions) and not _matches(wanted, one.not_actions)
        for one in granted
    )


def _at_or_above(one: str, scope: str) -> bool:
    return f"{scope.lower()}/".startswith(f"{one.lower()}/")


def _matches(wanted: str, patterns: Iterable[str]) -> bool:
    expressions = (re.escape(pattern.lower()).replace(r"\*", ".*") for pattern in patterns)
    return any(re.fullmatch(expression, wanted.lower()) for expression in expressions)


def check(settings: Settings, caller: Caller, target: Target, method: str) -> None:
    """Refuse what a caller may not do. Lists of a whole subscription are never refused: they are short (public issues)."""
    if target.kind not in {*TYPES, *VIEWED, "resource", "role_assignment"}:
        return
    if target.listing and not target.group and not target.scope:
        return
    scope = target.scope or _scope(target)
    wanted = action(target.kind, method)
    if not allowed(settings, caller, wanted, scope):
        raise forbidden(caller.client_id, caller.object_id, wanted, scope)


def _scope(target: Target) -> str:
    if target.kind in VIEWED or (target.listing and target.names):
        return Target(
            VIEWED.get(target.kind, target.parent().kind), False, target.subscription, target.group, target.names
        ).id
    if target.listing:
        return Target("resource_group", False, target.subscription, target.group).id
    return target.id


def sees(settings: Settings, caller: Caller, subscription: str) -> bool:
    """Whether a subscription is in the list of subscriptions: a role somewhere in it is enough."""
    granted = mine(settings, caller)
    scope = f"/subscriptions/{subscription}"
    return granted is None or any(_at_or_above(scope, one.scope) or _at_or_above(one.scope, scope) for one in granted)


def readable(ctx: Context, resources: Iterable[Resource]) -> list[Resource]:
    """Those that the caller may read."""
    if mine(ctx.settings, ctx.caller) is None:
        return list(resources)
    return [one for one in resources if allowed(ctx.settings, ctx.caller, action(one.kind, "GET"), one.id)]


def permissions(ctx: Context) -> Answer:
    """GET what the caller may do at a scope, by role assignments at it and above. The form is not recorded."""
    granted = mine(ctx.settings, ctx.caller)
    if granted is None:
        value = [_permission(("*",), ())]
    else:
        value = [
            _permission(one.actions, one.not_actions) for one in granted if _at_or_above(one.scope, ctx.target.scope)
        ]
    return one_line(200, {"value": value})


def _permission(actions: tuple[str, ...], not_actions: tuple[str, ...]) -> Json:
    return {"actions": list(actions), "notActions": list(not_actions), "dataActions": [], "notDataActions": []}


def role_assignments(ctx: Context) -> Answer:
    """GET the role assignments at, above and below a scope, with `atScope()` not below. The form is not recorded."""
    scope = ctx.target.scope.lower()
    terms = (ctx.request.param("$filter") or "").split(" and ")
    below = "atscope()" not in [term.strip().lower() for term in terms]
    principal = next(
        (term.split("'")[1].lower() for term in terms if term.lower().startswith("principalid eq '")), None
    )
    found = [
        one
        for one in ctx.settings.role_assignments
        if (_at_or_above(one.scope, scope) or (below and one.scope.lower().startswith(f"{scope}/")))
        and principal in (None, one.principal_id.lower())
    ]
    return one_line(200, {"value": [_role_assignment(ctx, one) for one in found]})


def _role_assignment(ctx: Context, one: RoleAssignment) -> Json:
    name = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{one.scope.lower()}|{one.principal_id}|{one.role}"))
    role = ROLES[one.role][0] if one.role in ROLES else str(uuid.uuid5(uuid.NAMESPACE_URL, one.role))
    base = f"/subscriptions/{ctx.target.subscription}/providers/Microsoft.Authorization/roleDefinitions"
    properties = {
        "roleDefinitionId": f"{base}/{role}",
        "principalId": one.principal_id,
        "principalType": "ServicePrincipal" if one.client_id else "User",
        "scope": one.scope,
    }
    kind = "Microsoft.Authorization/roleAssignments"
    return {"properties": properties, "id": f"{one.scope}/providers/{kind}/{name}", "type": kind, "name": name}


def require_linked(ctx: Context, wanted: str, scope: str) -> None:
    """Refuse a write that refers to something for which the caller has not the right that this needs."""
    if not allowed(ctx.settings, ctx.caller, wanted, scope):
        write = (action(ctx.target.kind, ctx.request.method), ctx.target.id)
        raise linked_action_forbidden(ctx.caller.client_id, ctx.caller.object_id, write, (wanted, scope))
