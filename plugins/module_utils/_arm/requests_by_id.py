"""Single requests of the Resource Manager, by resource id, and reads that are repeated until Azure answers.

One layer below client.py: no cache of the run, no decision about what an answer means for a resource.
"""

from __future__ import annotations

import functools
import typing as t
from urllib.parse import quote

from .._resources.errors import Unavailable, UnexpectedResponse
from .._resources.resource_id import KIND_WORDS, ResourceId, same_id
from .._resources.value_checks import DATE
from .answer import Answer
from .api_versions import API_VERSIONS, SOFT_DELETE
from .connection import Connection
from .errors import from_answer
from .response_schema import validate_response
from .retry import OBJECT_OR_NOTHING
from .task import Task

Body = dict[str, t.Any]
Query = t.Mapping[str, str]
_PLURALS = {"gallery": "galleries", "scale_set_instance": "instances"}  # of the others, with an s
# Without it, what is below a scope is listed, too.
_AT_SCOPE = {"$filter": "atScope()"}
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
    """Sends; `remaining` is how many calls Azure last said are left, by bucket (Microsoft.Compute/GetGallery3Min: 347)."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.connection = Connection(task)
        self.remaining: dict[str, int] = {}

    def read(self, rid: ResourceId, expand: str | None = None, deadline: float | None = None) -> Body | None:
        """A resource's body as Azure has it now; None for a 404 that means absence. `deadline`: see retry.py."""
        what = f"Could not read {rid.words}"
        send = functools.partial(self._send, "GET", rid, query={"$expand": expand} if expand else {})
        answer = self.connection.tries(what, deadline).answer(send)
        if is_absence(answer):
            return None
        return validate_response(_object(answer, what), rid.kind, what)

    def pages(self, parent: ResourceId, kind: str) -> list[Body]:
        """All items of a kind beneath a parent."""
        what = f"Could not list the {_PLURALS.get(kind) or KIND_WORDS[kind] + 's'} of {parent.words}"
        found = self._pages(parent.collection(kind), API_VERSIONS[kind], what)
        return [validate_response(body, kind, what) for body in found]

    def list_soft_deleted(self, definition: ResourceId) -> list[Body]:
        """The versions of a definition that lie in the gallery's recycle bin, as Azure lists them."""
        path = f"{definition.parent}/softDeletedArtifactTypes/Images/artifacts/{definition.name}/versions"
        found = self._pages(path, SOFT_DELETE, f"Could not list the soft-deleted versions of {definition.words}")
        return [body for body in found if body.get("name")]

    def creation_times(self, parent: ResourceId) -> dict[str, str]:
        """When each managed image beneath a resource group or subscription was created, by its id in lower case."""
        what = f"Could not list the creation times of the managed images of {parent.words}"
        found = self._resources(parent, ("Microsoft.Compute/images",), "createdTime", what)
        return {
            str(item.get("id")).lower(): item["createdTime"] for item in found if DATE(item.get("createdTime")) is None
        }

    def resources(self, parent: ResourceId, types: t.Collection[str]) -> list[Body]:
        """Resources of these types beneath a parent: id, location and provisioningState, from a cache of Azure's."""
        found = self._resources(parent, types, "provisioningState", f"Could not list the resources of {parent.words}")
        return [one for one in found if one.get("id")]

    def _resources(self, parent: ResourceId, types: t.Iterable[str], expand: str, what: str) -> list[Body]:
        query = {"$filter": " or ".join(f"resourceType eq '{one}'" for one in types), "$expand": expand}
        return self._pages(f"{parent}/resources", API_VERSIONS["resource"], what, query)

    def subscriptions(self) -> list[str]:
        """The ids of the subscriptions that the credentials can list, without those that were deleted."""
        found = self._pages("/subscriptions", API_VERSIONS["subscription"], "Could not list the subscriptions")
        kept = [one for one in found if str(one.get("state")).lower() != "deleted"]
        return [str(one["subscriptionId"]) for one in kept if one.get("subscriptionId")]

    def permissions(self, scope: ResourceId) -> list[Body]:
        """What the credentials may do at a scope, by the roles that they have there and above, as {actions, notActions}."""
        return self._authorization(scope, "permission", f"Could not read the permissions at {scope.words}")

    def locks(self, scope: ResourceId) -> list[Body]:
        """The management locks at a scope and above it."""
        return self._authorization(scope, "lock", f"Could not list the locks of {scope.words}", _AT_SCOPE)

    def role_assignments(self, scope: ResourceId) -> list[Body]:
        """The role assignments that were made at a scope itself; Azure lists those above it, too."""
        what = f"Could not list the role assignments of {scope.words}"
        found = self._authorization(scope, "roleAssignment", what, _AT_SCOPE)
        return [one for one in found if same_id((one.get("properties") or {}).get("scope"), str(scope))]

    def _authorization(self, scope: ResourceId, kind: str, what: str, query: Query | None = None) -> list[Body]:
        path = f"{scope}/providers/Microsoft.Authorization/{kind}s"
        return self._pages(path, API_VERSIONS[kind], what, query)

    def _action(self, rid: ResourceId, name: str) -> Body:
        """What a POST that only reads answers, such as retrieveBootDiagnosticsData; repeated as every read is."""
        what = f"Could not {name} of {rid.words}"
        send = functools.partial(self._send, "POST", rid, below=f"/{name}")
        return _object(self.connection.tries(what).answer(send), what)

    def _operation(self, rid: ResourceId, url: str) -> Body | None:
        """The operation at a URL, its error without secrets; None if Azure no longer has it, or it has no body."""
        what = f"Could not read the operation on {rid.words}"
        answer = self.connection.tries(what).answer(lambda: self._noted("GET", url), OBJECT_OR_NOTHING)
        if answer.status == 404 or (answer.ok and not answer.content.strip()):
            return None
        body = _object(answer, what)
        return {**body, "error": answer.error()} if body.get("error") else body

    def _send(
        self,
        method: str,
        rid: ResourceId,
        body: Body | None = None,
        below: str = "",
        query: Query | None = None,
        headers: t.Mapping[str, str] | None = None,
    ) -> Answer:
        """One request about a resource, or what is `below` it. Lost if no whole answer came."""
        query = {"api-version": API_VERSIONS[rid.kind], **(query or {})}
        return self._noted(method, quote(str(rid), "/()") + below, query, body, headers)

    def _pages(self, path: str, api_version: str, what: str, query: Query | None = None) -> list[Body]:
        """Every page of a list, following each page's link word for word."""
        found: list[t.Any] = []
        url, params = quote(path, "/()"), {**(query or {}), "api-version": api_version}
        seen: set[str] = set()
        while url:
            seen.add(url)
            if len(seen) > MOST_PAGES:
                raise UnexpectedResponse(f"{what}: Azure's list has no end, or more than {MOST_PAGES} pages.")
            send = functools.partial(self._noted, "GET", url, params)
            page = _object(self.connection.tries(what).answer(send), what)
            if not isinstance(page.get("value"), list):  # only a 404 is absence
                raise UnexpectedResponse(f"{what}: Azure's answer has no list in it.")
            found += page["value"]
            url, params = str(page.get("nextLink") or ""), {}
            if url in seen:
                raise Unavailable(f"{what}: a page of Azure's list leads back to one that was read already.")
        return found

    def _noted(self, method: str, url: str, *more: t.Any) -> Answer:
        """One request, as Connection.send takes it; how many calls are left is noted from its answer."""
        answer = self.connection.send(method, url, *more)
        for part in answer.headers.get("x-ms-ratelimit-remaining-resource", "").split(","):
            name, _unused, left = part.strip().rpartition(";")
            if name and left.isdigit():
                self.remaining[name] = int(left)
        return answer


def _object(answer: Answer, what: str) -> Body:
    """The JSON object of a good answer; the error that any other answer is."""
    body = answer.json() if answer.ok else None
    if not isinstance(body, dict):
        raise from_answer(answer, what)
    return body
