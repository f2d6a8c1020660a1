"""The image version that a host is about, for the roles that follow the copy: verify, repoint, retire.

How a role uses it: its action plugin reads the variables of the host with `HostVariables.of_version(ROLE)` (plugin_utils), which
is None for a host of a fleet without a source, and passes them to its module as the option `variables`. The module calls
`host_version(ctx, variables, ROLE)` before it uses `ctx.arm`, and reads the role's own variables with
`variables.read_own_variables`. What `host_version` raises says what was looked for, and nothing was written.
"""

from __future__ import annotations

import dataclasses
import typing as t

from .._resources.errors import GalleryError, InvalidRequest
from .._resources.fields import Body
from .._resources.numbers import parse_number
from .._resources.provisioning_state import provisioning_state
from .._resources.resource_id import ResourceId, parse_id
from .._run.context import Context
from .._versions.decide import creation_note, refuse_other_source
from .._versions.find import find, read_current
from .._versions.poller import EXPAND
from .._versions.request import Request
from .coercion import typed
from .variables import PREFIX, RoleOptions, clone_target, own, read_variables


@dataclasses.dataclass(frozen=True)
class HostVersion:
    """An existing version, with its replication status unless it is being created or updated.

    `source` is the managed image of the host's variables; None where `<role>_version_id` or a number alone names the version.
    """

    rid: ResourceId
    body: Body
    source: ResourceId | None = None
    notes: list[str] = dataclasses.field(default_factory=list)


def host_version(ctx: Context, variables: t.Mapping[str, t.Any], role: str) -> HostVersion:
    """The version that `<role>_version_id` names, else the one that the role clone_managed_image would find.

    `variables` are the role's own and those of clone_managed_image, by their full names; values may be text. InvalidRequest if
    there is no such version, or if it was created from another image than the host's (rebuilt, or another source).
    """
    where = f"{role}_version_id"
    named = typed(variables.get(where), {"type": "str"}, where)
    if named is not None:
        return _by_id(ctx, parse_id(named, "image_version", where=where), where)
    wishes = read_variables(own(variables, PREFIX))
    if wishes.subscription_id is not None:
        ctx.params["subscription_id"] = wishes.subscription_id
    definition, source = ctx.by_subscription(lambda subscription_id: _target(wishes, subscription_id, where))
    try:
        # when_cloned is about a run that creates, so here it is always reuse
        return _by_clone(ctx, Request(definition, wishes.version, source, {}, None), where)
    except GalleryError as error:
        error.details.setdefault("source_id", str(source) if source else None)
        error.details.setdefault("definition_id", str(definition))
        raise


def _target(wishes: RoleOptions, subscription_id: str, where: str) -> tuple[ResourceId, ResourceId | None]:
    """The ids of the clone; without a source, the error also names the role's own way to say which version."""
    try:
        return clone_target(wishes, subscription_id)
    except InvalidRequest as error:
        if wishes.source is not None:
            raise
        raise InvalidRequest(f"{error.message} Or set {where} to the ID of the version.", **error.details) from error


def _by_id(ctx: Context, rid: ResourceId, where: str) -> HostVersion:
    parse_number(rid.name, where)
    body = ctx.arm.get(rid, expand=EXPAND)
    if body is None or provisioning_state(body) == "Deleting":
        raise InvalidRequest(
            f"{where}: {_absence(rid, body)} Correct the ID, or leave it out for the version of the host's own image. "
            "Nothing was written.",
            definition_id=str(rid.parent),
        )
    return HostVersion(_as_spelled(body), body)


def _by_clone(ctx: Context, request: Request, where: str) -> HostVersion:
    """As the role clone_managed_image finds it."""
    found = find(ctx, request)
    body = found.body
    if body is None or provisioning_state(body) == "Deleting":
        why = _absence(found.rid, body)
        if request.numbered and body is None:
            why = f"{request.definition.words} has no version of {request.source}."
        if found.twin:
            why += f" It has versions of another image of that name, {found.twin}."
        raise InvalidRequest(
            f"{why} Clone the image first (role clone_managed_image), or set {where}. Nothing was written."
        )
    current = read_current(ctx, request, found)
    refuse_other_source(current, request)
    note = creation_note(current, request)
    return HostVersion(_as_spelled(body), body, request.source, [note] if note else [])


def _as_spelled(body: Body) -> ResourceId:
    """The version's ID as Azure spells it, since it is written to scale sets and to the map of ids."""
    return parse_id(body["id"], "image_version")


def _absence(rid: ResourceId, body: Body | None) -> str:
    return f"{rid.words} {'does not exist' if body is None else 'is being deleted'}."
