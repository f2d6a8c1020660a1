"""Single requests of the Resource Manager, by resource id, and reads that are repeated until Azure answers.

One layer below client.py: no cache of the run, no decision about what an answer means for a resource.
"""

from __future__ import annotations

import functools
import json
import typing as t
from urllib.parse import quote

from .._resources.errors import Unavailable, UnexpectedResponse
from .._resources.resource_id import ResourceId, same_id
from . import sdk
from .answer import Answer
from .api_versions import API_VERSIONS, LOCKS, PERMISSIONS, RESOURCES, ROLE_ASSIGNMENTS, SOFT_DELETE
from .connection import Connection
from .errors import from_answer
from .response_schema import is_date, validate_response
from .retry import OBJECT, OBJECT_OR_NOTHING, Bodies, Lost

Body = dict[str, t.Any]
_COLLECTIONS = {
    "gallery": "/providers/Microsoft.Compute/galleries",
    "managed_image": "/providers/Microsoft.Compute/images",
    "image_definition": "/images",
    "image_version": "/versions",
    "resource_group": "/resourcegroups",
    "virtual_machine": "/providers/Microsoft.Compute/virtualMachines",
    "scale_set": "/providers/Microsoft.Compute/virtualMachineScaleSets",
    "scale_set_instance": "/virtualMachines",
    "disk": "/providers/Microsoft.Compute/disks",
    "network_interface": "/providers/Microsoft.Network/networkInterfaces",
}
_PLURALS = {
    "gallery": "galleries",
    "managed_image": "managed images",
    "image_definition": "image definitions",
    "image_version": "image versions",
    "resource_group": "resource groups",
    "virtual_machine": "virtual machines",
    "scale_set": "scale sets",
    "scale_set_instance": "instances",
    "disk": "disks",
    "network_interface": "network interfaces",
}
# Codes of a 404 about the request, not about the resource.
_NOT_ABSENCE = (
    "SubscriptionNotFound",
    "InvalidSubscriptionId",
    "InvalidResourceType",
    "InvalidApiVersionParameter",
    "NoRegisteredProviderFound",
    "InvalidResourceNamespace",
)


def is_absence(answer: Answer) -> bool:
    """Whether a 404 means that the resource is absent, not that the request was wrong or a proxy answered."""
    if answer.status != 404:
        return False
    code = answer.error().get("code")
    return bool(code) and code not in _NOT_ABSENCE


# Of a list; Azure's pages hold 50 items or more. It bounds a list without an end.
MOST_PAGES = 1000


class Requests:
    """Sends; `remaining` is how many calls Azure last said are left, by bucket."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.remaining: dict[str, int] = {}

    def read(self, rid: ResourceId, expand: str | None = None, deadline: float | None = None) -> Body | None:
        """A resource's body as Azure has it now; None for a 404 that means absence."""
        what = f"Could not read {rid.words}"
        answer = self._repeated(rid, lambda: self._get(rid, expand), what, deadline)
        if is_absence(answer):
            return None
        return validate_response(_object(answer, what, rid), rid.kind, what)

    def pages(self, parent: ResourceId, kind: str, deadline: float | None) -> list[Body]:
        """All items of a kind beneath a parent."""
        what = f"Could not list the {_PLURALS[kind]} of {parent.words}"
        found = self._pages(parent, str(parent) + _COLLECTIONS[kind], API_VERSIONS[kind], what, deadline)
        return [validate_response(body, kind, what) for body in found]

    def recycled(self, definition: ResourceId, deadline: float | None) -> list[Body]:
        """The versions of a definition that lie in the gallery's recycle bin."""
        path = f"{definition.parent}/softDeletedArtifactTypes/Images/artifacts/{definition.name}/versions"
        what = f"Could not list the soft-deleted versions of {definition.words}"
        found = self._pages(definition, path, SOFT_DELETE, what, deadline)
        return [body for body in found if body.get("name")]

    def creation_times(self, parent: ResourceId) -> dict[str, str]:
        """When each managed image beneath a parent was created, by its id in lower case."""
        what = f"Could not list the creation times of the managed images of {parent.words}"
        found = self._resources(parent, "resourceType eq 'Microsoft.Compute/images'", "createdTime", what)
        return {str(item.get("id")).lower(): item["createdTime"] for item in found if is_date(item.get("createdTime"))}

    def resources(self, parent: ResourceId, types: t.Collection[str]) -> list[Body]:
        """Resources of these types beneath a parent: id, location and provisioningState, from a cache of Azure's."""
        wanted = " or ".join(f"resourceType eq '{one}'" for one in types)
        what = f"Could not list the resources of {parent.words}"
        return [one for one in self._resources(parent, wanted, "provisioningState", what) if one.get("id")]

    def _resources(self, parent: ResourceId, wanted: str, expand: str, what: str) -> list[Body]:
        query = {"$filter": wanted, "$expand": expand}
        return self._pages(parent, f"{parent}/resources", RESOURCES, what, None, query)

    def subscriptions(self, own: ResourceId) -> list[Body]:
        """The subscriptions that the credentials can list."""
        return self._pages(
            own, "/subscriptions", API_VERSIONS["subscription"], "Could not list the subscriptions", None
        )

    def permissions(self, scope: ResourceId) -> list[Body]:
        """What the credentials may do at a scope, by the roles that they have there and above."""
        path = f"{scope}/providers/Microsoft.Authorization/permissions"
        return self._pages(scope, path, PERMISSIONS, f"Could not read the permissions at {scope.words}", None)

    def locks(self, scope: ResourceId, deadline: float | None) -> list[Body]:
        """The management locks at a scope and above it; without the filter, those below it are listed, too."""
        path = f"{scope}/providers/Microsoft.Authorization/locks"
        what = f"Could not list the locks of {scope.words}"
        return self._pages(scope, path, LOCKS, what, deadline, {"$filter": "atScope()"})

    def role_assignments(self, scope: ResourceId) -> list[Body]:
        """The role assignments at a scope; Azure lists those above it, too."""
        path = f"{scope}/providers/Microsoft.Authorization/roleAssignments"
        what = f"Could not list the role assignments of {scope.words}"
        found = self._pages(scope, path, ROLE_ASSIGNMENTS, what, None, {"$filter": "atScope()"})
        return [one for one in found if same_id((one.get("properties") or {}).get("scope"), str(scope))]

    def action(self, rid: ResourceId, name: str, deadline: float | None) -> Body:
        """What a POST that only reads answers, such as retrieveBootDiagnosticsData; repeated as every read is."""
        what = f"Could not {name} of {rid.words}"
        send = functools.partial(self._send, "POST", rid, f"/{name}")
        return _object(self._repeated(rid, send, what, deadline), what, rid)

    def operation(self, rid: ResourceId, url: str, deadline: float | None) -> Body | None:
        """The operation at a URL, its error without secrets; None if Azure no longer has it, or it has no body."""
        what = f"Could not read the operation on {rid.words}"
        send = functools.partial(self.connection.send_get, rid.subscription_id, url)
        answer = self._repeated(rid, send, what, deadline, OBJECT_OR_NOTHING)
        if answer.status == 404 or (answer.ok and not answer.content.strip()):
            return None
        body = _object(answer, what, rid)
        return {**body, "error": answer.error()} if body.get("error") else body

    def put(self, rid: ResourceId, body: Body, create_only: bool = False) -> Answer:
        """One PUT, not repeated. Lost if no whole answer came. `create_only`: Azure refuses it (412) if the resource exists."""
        content = json.dumps(body).encode()
        if rid.kind not in sdk.OPERATIONS:
            headers = {"If-None-Match": "*"} if create_only else {}
            return self._noted(self._send("PUT", rid, content=content, headers=headers))

        def call(client: t.Any) -> t.Any:
            return sdk.operations(client, rid.kind).begin_create_or_update(
                rid.resource_group,
                *rid.names,
                content,
                content_type="application/json",
                api_version=API_VERSIONS[rid.kind],
                polling=False,
            )

        return self._noted(self.connection.send(rid.subscription_id, call))

    def patch(self, rid: ResourceId, body: Body, etag: str | None = None) -> Answer:
        """One PATCH, not repeated; of a kind that the SDK's client is not used for. Lost if no whole answer came."""
        headers = {"If-Match": etag} if etag else {}
        return self._noted(self._send("PATCH", rid, content=json.dumps(body).encode(), headers=headers))

    def delete(self, rid: ResourceId, bypass_soft_delete: bool) -> Answer:
        """One DELETE, not repeated. Lost if no whole answer came."""
        if rid.kind not in sdk.OPERATIONS:
            return self._noted(self._send("DELETE", rid))
        version = SOFT_DELETE if bypass_soft_delete else API_VERSIONS[rid.kind]
        params = {"params": {"bypassSoftDelete": "true"}} if bypass_soft_delete else {}

        def call(client: t.Any) -> t.Any:
            start = sdk.operations(client, rid.kind).begin_delete
            return start(rid.resource_group, *rid.names, api_version=version, polling=False, **params)

        return self._noted(self.connection.send(rid.subscription_id, call))

    def _get(self, rid: ResourceId, expand: str | None) -> Answer:
        version = API_VERSIONS[rid.kind]
        if rid.kind not in sdk.OPERATIONS:
            return self._send("GET", rid, params={"$expand": expand} if expand else {})
        more = {"expand": expand} if expand else {}

        def call(client: t.Any) -> t.Any:
            return sdk.operations(client, rid.kind).get(rid.resource_group, *rid.names, api_version=version, **more)

        return self.connection.send(rid.subscription_id, call)

    def _send(
        self,
        method: str,
        rid: ResourceId,
        below: str = "",
        params: t.Mapping[str, str] | None = None,
        content: bytes | None = None,
        headers: t.Mapping[str, str] | None = None,
    ) -> Answer:
        """One request about a resource, or what is `below` it, by its path."""
        path = quote(str(rid), "/()") + below
        query = {"api-version": API_VERSIONS[rid.kind], **(params or {})}
        return self.connection.send_path(rid.subscription_id, method, path, query, content, headers)

    def _pages(
        self,
        parent: ResourceId,
        path: str,
        api_version: str,
        what: str,
        deadline: float | None,
        query: t.Mapping[str, str] | None = None,
    ) -> list[Body]:
        """Every page of a list, following each page's link word for word."""
        found: list[t.Any] = []
        subscription = parent.subscription_id
        url, params = quote(path, "/()"), {**(query or {}), "api-version": api_version}
        seen: set[str] = set()
        while url:
            seen.add(url)
            if len(seen) > MOST_PAGES:
                raise UnexpectedResponse(f"{what}: Azure's list has no end, or more than {MOST_PAGES} pages.")
            send = functools.partial(self.connection.send_get, subscription, url, params)
            page = _object(self._repeated(parent, send, what, deadline), what, parent)
            if not isinstance(page.get("value"), list):  # only a 404 is absence
                raise UnexpectedResponse(f"{what}: Azure's answer has no list in it.")
            found += page["value"]
            url, params = str(page.get("nextLink") or ""), {}
            if url in seen:
                raise Unavailable(f"{what}: a page of Azure's list leads back to one that was read already.")
        return found

    def _repeated(
        self, rid: ResourceId, send: t.Callable[[], Answer], what: str, deadline: float | None, bodies: Bodies = OBJECT
    ) -> Answer:
        """A read's answer to work with: not lost, not a failure of Azure's, and JSON."""
        patience = self.connection.patience(what, rid.subscription_id, deadline)
        while True:
            try:
                answer = self._noted(send())
            except Lost as lost:
                patience.after_lost(lost)
                continue
            if not patience.after_answer(answer, bodies):
                return answer

    def _noted(self, answer: Answer) -> Answer:
        for part in answer.headers.get("x-ms-ratelimit-remaining-resource", "").split(","):
            name, _unused, left = part.strip().rpartition(";")
            if name and left.isdigit():
                self.remaining[name] = int(left)
        return answer


def _object(answer: Answer, what: str, rid: ResourceId) -> Body:
    """The JSON object of a good answer; the error that any other answer is."""
    body = answer.json() if answer.ok else None
    if not isinstance(body, dict):
        raise from_answer(answer, what, rid.subscription_id)
    return body
