"""Locks and role assignments of a seed."""

from __future__ import annotations

import uuid

from .locks import LEVELS
from .rights import ROLES
from .seed_base import Planter
from .seed_reader import Reader, SeedError
from .settings import RoleAssignment
from .store import Resource

_SCOPE = "scope resource_group subscription"


class Access(Planter):
    """Plants locks."""

    lists = ("locks",)

    def locks(self, entry: object, place: str) -> None:
        """Plant one. Its scope may be missing from the seed."""
        reader = Reader(entry, place, f"name level notes {_SCOPE}")
        scope = scope_of(reader, self._subscription(reader)).replace("/resourceGroups/", "/resourcegroups/")
        properties = {"level": reader.one_of("level", LEVELS, "CanNotDelete")}
        if "notes" in reader:
            properties["notes"] = reader.text("notes")
        rid = f"{scope}/providers/Microsoft.Authorization/locks/{reader.text('name', 'lock')}"
        self._add(Resource(rid, "lock", {"properties": properties}), place)


def scope_of(reader: Reader, subscription: str) -> str:
    """`scope` is an id; a resource group is named alone; without both it is the subscription."""
    if "scope" in reader:
        scope = reader.text("scope").rstrip("/")
        if not scope.lower().startswith("/subscriptions/"):
            raise SeedError(f"{reader.place}.scope: must be the id of a subscription, group or resource, is '{scope}'")
        return scope
    base = f"/subscriptions/{subscription}"
    return f"{base}/resourceGroups/{reader.text('resource_group')}" if "resource_group" in reader else base


def role_assignment(entry: object, place: str, default: str) -> RoleAssignment:
    """A role of a client or of another principal. The actions of a role that is not built in are given."""
    reader = Reader(entry, place, f"client_id principal_id role actions not_actions {_SCOPE}")
    role = reader.text("role", "Custom")
    if role not in ROLES and "actions" not in reader:
        raise SeedError(f"{place}.actions: is needed, since role '{role}' is not one of {', '.join(ROLES)}")
    _id, actions, not_actions = ROLES.get(role, ("", (), ()))
    if "actions" in reader:
        actions = tuple(str(one) for one, _at in reader.entries("actions"))
        not_actions = tuple(str(one) for one, _at in reader.entries("not_actions"))
    client = reader.text("client_id") if "client_id" in reader else None
    if client is None and "principal_id" not in reader:
        raise SeedError(f"{place}: must have client_id or principal_id")
    principal = reader.text("principal_id", str(uuid.uuid5(uuid.NAMESPACE_URL, (client or "").lower())))
    scope = scope_of(reader, reader.text("subscription", default).lower())
    return RoleAssignment(scope, role, principal, client, actions, not_actions)
