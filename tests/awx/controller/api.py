"""AWX's API as the modules of awx.awx use it: what is answered to a request."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from . import rules, surveys
from .jobs import ENDPOINTS, Jobs
from .kinds import KINDS
from .projects import Content, Pace, ProjectUpdate
from .serializers import Body, Serializer
from .store import Refusal, Store, Thing

ROOT = "/api/v2/"
LIST, DETAIL = "GET, POST, HEAD, OPTIONS", "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"
READ_ONLY, UPDATE, SURVEY = "GET, HEAD, OPTIONS", "GET, DELETE, HEAD, OPTIONS", "GET, POST, DELETE, HEAD, OPTIONS"
NOT_FOUND = {"detail": "Not found."}
SYSTEM_ONLY = ("organizations", "credential_types")
AZURE_FIELDS = ("subscription", "username", "password", "client", "secret", "tenant", "cloud_environment")


@dataclass
class Answer:
    status: int
    body: Any = None
    allow: str = LIST
    location: str | None = None


@dataclass
class Api:
    """A controller.

    `contents` is what the URLs of projects lead to; `galaxy`, whether it can reach Galaxy; `superuser`, whether the caller is a
    system administrator; `pending_reads`, in how many lists an inventory still is after its deletion.
    """

    contents: Mapping[str, Content] = field(default_factory=dict)
    pace: Pace = field(default_factory=Pace)
    galaxy: bool = True
    superuser: bool = True
    pending_reads: int = 1
    store: Store = field(default_factory=Store)
    tokens: dict[int, str] = field(default_factory=dict)
    updates: dict[int, ProjectUpdate] = field(default_factory=dict)
    token: Callable[[], str] = secrets.token_hex

    def __post_init__(self) -> None:
        self.serializer = Serializer(self.store)
        self.jobs = Jobs(self.store)

    def answer(self, method: str, target: str, body: Any = None) -> Answer:
        """The answer to a request by a user who is signed in."""
        url = urlsplit(target)
        parts = [unquote(part) for part in url.path.removeprefix(ROOT).strip("/").split("/")]
        query = parse_qsl(url.query, keep_blank_values=True)
        try:
            return self._route(method, parts, query, body if body is not None else {})
        except Refusal as refusal:
            return Answer(refusal.status, refusal.body)

    def _route(self, method: str, parts: list[str], query: list[tuple[str, str]], body: Body) -> Answer:
        endpoint = parts[0]
        if endpoint in ENDPOINTS and len(parts) == 1:
            found = self.jobs.search(endpoint, query)
            return Answer(200, {"count": len(found), "next": None, "previous": None, "results": found}, READ_ONLY)
        if endpoint == "project_updates":
            return self._update(parts, dict(query))
        if endpoint not in KINDS and endpoint != "unified_job_templates":
            return Answer(404, NOT_FOUND)
        if len(parts) == 1:
            return self._create(endpoint, body) if method == "POST" else self._list(endpoint, query)
        thing = self.store.get(endpoint, parts[1])
        if thing is None:
            return Answer(404, NOT_FOUND)
        if len(parts) == 2:
            return self._detail(method, thing, body)
        return self._below(method, thing, parts[2], query, body)

    # Lists and single objects

    def _list(self, endpoint: str, query: list[tuple[str, str]]) -> Answer:
        found = self.store.search(endpoint, query)
        if endpoint == "inventories":
            self._let_go()
        allow = READ_ONLY if endpoint == "unified_job_templates" else LIST
        return Answer(200, self._page(found, f"{ROOT}{endpoint}/", query), allow)

    def _page(self, found: list[Thing], address: str, query: list[tuple[str, str]]) -> Body:
        asked = dict(query)
        number, size = int(asked.get("page", 1)), int(asked.get("page_size", 25))
        here = found[(number - 1) * size : number * size]
        more = f"{address}?{urlencode({**asked, 'page': number + 1})}" if number * size < len(found) else None
        before = f"{address}?{urlencode({**asked, 'page': number - 1})}" if number > 1 else None
        return {
            "count": len(found),
            "next": more,
            "previous": before,
            "results": [self.serializer.body(one) for one in here],
        }

    def _let_go(self) -> None:
        """Inventories are deleted in their own time; here, that of some readings."""
        for thing in self.store.all("inventories"):
            if thing.values["pending_deletion"]:
                thing.extra["reads"] = thing.extra.get("reads", 0) + 1
                if thing.extra["reads"] > self.pending_reads:
                    self.store.remove(thing)

    def _create(self, endpoint: str, body: Body) -> Answer:
        if endpoint == "unified_job_templates":
            return Answer(405, {"detail": 'Method "POST" not allowed.'}, READ_ONLY)
        if endpoint == "tokens":
            return self._create_token(body)
        self._refuse_writing(endpoint)
        values = rules.cleaned(self.store, KINDS[endpoint], body, None)
        thing = self.store.add(endpoint, **values)
        if endpoint == "projects":
            self._created_project(thing)
        return Answer(201, self.serializer.body(thing, single=True), location=thing.url)

    def _refuse_writing(self, endpoint: str) -> None:
        if endpoint in SYSTEM_ONLY and not self.superuser:
            raise Refusal(403, {"detail": "You do not have permission to perform this action."})

    def _create_token(self, body: Body) -> Answer:
        values = rules.cleaned(self.store, KINDS["tokens"], body, None)
        thing = self.store.add("tokens", **{**values, "user": 1, "expires": "3026-03-25T23:48:53.523311Z"})
        self.tokens[thing.id] = self.token()
        answer = {**self.serializer.body(thing, single=True), "token": self.tokens[thing.id]}
        thing.values["token"] = "************"
        return Answer(201, answer, location=thing.url)

    def _detail(self, method: str, thing: Thing, body: Body) -> Answer:
        if method == "DELETE":
            return self._delete(thing)
        if method in ("PATCH", "PUT"):
            self._refuse_writing(thing.kind.endpoint)
            values = rules.cleaned(self.store, thing.kind, body, thing)
            fetch = thing.kind.endpoint == "projects" and any(
                name.startswith("scm_") and values[name] != thing.values[name] for name in values
            )
            thing.values.update(values)
            if fetch:
                self._fetch(thing)
        return Answer(200, self.serializer.body(thing, single=True, detail=True), DETAIL)

    def _delete(self, thing: Thing) -> Answer:
        endpoint = thing.kind.endpoint
        if thing.values.get("managed"):
            raise Refusal(403, {"detail": f"Deletion not allowed for managed {thing.kind.words}s"})
        if endpoint == "credential_types" and self.store.search("credentials", [("credential_type", str(thing.id))]):
            raise Refusal(403, {"detail": "Credential types that are in use cannot be deleted"})
        self.jobs.refuse_deletion(thing)
        if endpoint == "inventories":
            if thing.values["pending_deletion"]:
                raise Refusal(400, {"error": "Inventory is already pending deletion."})
            thing.values["pending_deletion"] = True
            return Answer(202, None, DETAIL)
        self.store.remove(thing)
        self.tokens.pop(thing.id if endpoint == "tokens" else 0, None)
        return Answer(204, None, DETAIL)

    # Projects

    def _created_project(self, thing: Thing) -> None:
        thing.values["local_path"] = f"_{thing.id}__{thing.name.lower().replace(' ', '_')}"
        if thing.values["scm_type"]:
            self._fetch(thing)

    def _update(self, parts: list[str], asked: Mapping[str, str]) -> Answer:
        update = self.updates.get(int(parts[1]))
        if not update:
            return Answer(404, NOT_FOUND)
        if parts[2:] == ["events"]:
            wanted = asked["event__in"].split(",")
            found = [event for event in update.events() if event["event"] in wanted]
            return Answer(200, {"count": len(found), "next": None, "previous": None, "results": found}, READ_ONLY)
        return Answer(200, update.read(), UPDATE)

    def _fetch(self, thing: Thing) -> None:
        content = self.contents.get(thing.values["scm_url"])
        update = ProjectUpdate(self.store, thing, content, self.pace, self.galaxy)
        self.updates[update.id] = thing.extra["update"] = update
        thing.values["status"] = "pending"

    # Links of an object

    def _below(self, method: str, thing: Thing, link: str, query: list[tuple[str, str]], body: Body) -> Answer:
        if link == "survey_spec" and "survey_enabled" in thing.values:
            return self._survey(method, thing, body)
        if link == "create_approval_template" and method == "POST":
            return self._approval(thing, body)
        if link == "update" and thing.kind.endpoint == "projects" and method == "POST":
            self._fetch(thing)
            return Answer(202, thing.extra["update"].read())
        if link == "launch" and method == "POST":
            return self._launch(thing, body)
        target = thing.kind.associations.get(link)
        if target is None:
            return Answer(404, NOT_FOUND)
        if method == "POST":
            return self._associate(thing, link, target, body)
        found = [self.store.get(target, one) for one in thing.associated.get(link, [])]
        return Answer(200, self._page([one for one in found if one], f"{thing.url}{link}/", query))

    def _survey(self, method: str, thing: Thing, body: Body) -> Answer:
        if method == "POST":
            problem = surveys.problem(body)
            if problem:
                raise Refusal(400, {"error": problem})
        if method in ("POST", "DELETE"):
            thing.extra["survey"] = body if method == "POST" else {}
            return Answer(200, None, SURVEY)
        return Answer(200, thing.extra.get("survey", {}), SURVEY)

    def _approval(self, node: Thing, body: Body) -> Answer:
        values = rules.cleaned(self.store, KINDS["workflow_approval_templates"], body, None)
        thing = self.store.add("workflow_approval_templates", **values)
        thing.values["workflow_job_template"] = node.values["workflow_job_template"]
        node.values["unified_job_template"] = thing.id
        return Answer(201, self.serializer.body(thing))

    def _associate(self, thing: Thing, link: str, target: str, body: Body) -> Answer:
        other = self.store.get(target, body.get("id"))
        if other is None:
            raise Refusal(400, {"msg": f"{target} with id {body.get('id')} does not exist."})
        own = thing.associated.setdefault(link, [])
        if body.get("disassociate"):
            own[:] = [one for one in own if one != other.id]
        elif other.id not in own:
            types = (
                [one.values["credential_type"] for one in (self.store.get(target, n) for n in own) if one]
                if link == "credentials"
                else []
            )
            if link == "credentials" and other.values["credential_type"] in types:
                kind = self.store.follow(other, "credential_type")
                raise Refusal(400, {"error": f"Cannot assign multiple {kind.name if kind else ''} credentials."})
            own.append(other.id)
        return Answer(204)

    def _launch(self, template: Thing, body: Body) -> Answer:
        """Whether AWX accepts a launch, and the variables of its job."""
        given = {name: value for name, value in body.items() if name != "extra_vars"}
        variables = body.get("extra_vars") or {}
        ignored, errors = rules.prompt_errors(self.store, template, given)
        errors = {name: texts for name, texts in errors.items() if name not in ignored}
        errors.update({k: v for k, v in rules.variable_errors(template, variables).items() if k != "extra_vars"})
        inventory = self.store.follow(template, "inventory")
        if inventory and inventory.values["pending_deletion"]:
            errors["inventory"] = ["The inventory associated with this Job Template is being deleted."]
        if errors:
            raise Refusal(400, errors)
        unasked = rules.unasked(template, variables)
        if unasked:
            ignored["extra_vars"] = {name: variables[name] for name in unasked}
        taken = {name: value for name, value in variables.items() if name not in unasked}
        survey = template.extra.get("survey") if template.values["survey_enabled"] else None
        job = self.jobs.launched(template, rules.slices(self.store, template, body.get("job_slice_count")))
        answer = {**job.body(), "extra_vars": surveys.variables(survey, taken) if survey else taken}
        return Answer(201, {job.type: job.id, "ignored_fields": ignored, **answer}, location=job.url)


def install(store: Store) -> None:
    """What every AWX has from its beginning."""
    store.add("users", by_user=False, username="admin")
    for name in ("AWX EE (latest)", "Control Plane Execution Environment"):
        store.add(
            "execution_environments", by_user=False, name=name, image="quay.io/ansible/awx-ee:latest", managed=True
        )
    default = store.add("organizations", by_user=False, name="Default")
    labels = (
        "Subscription ID",
        "Username",
        "Password",
        "Client ID",
        "Client Secret",
        "Tenant ID",
        "Azure Cloud Environment",
    )
    helps = {
        "subscription": "Subscription ID is an Azure construct, which is mapped to a username.",
        "cloud_environment": "Environment variable AZURE_CLOUD_ENVIRONMENT when using Azure GovCloud or Azure stack.",
    }
    fields: list[Body] = [
        {"id": name, "label": label, "type": "string"} for name, label in zip(AZURE_FIELDS, labels, strict=True)
    ]
    for one in fields:
        one.update({"secret": True} if one["id"] in ("password", "secret") else {})
        one.update({"help_text": helps[one["id"]]} if one["id"] in helps else {})
    store.add(
        "credential_types",
        by_user=False,
        id=10,
        name="Microsoft Azure Resource Manager",
        kind="cloud",
        namespace="azure_rm",
        managed=True,
        inputs={"fields": fields, "required": ["subscription"]},
    )
    token: Body = {"fields": [{"id": "url", "label": "Galaxy Server URL", "type": "string"}], "required": ["url"]}
    galaxy: Body = {
        "name": "Ansible Galaxy/Automation Hub API Token",
        "kind": "galaxy",
        "namespace": "galaxy_api_token",
    }
    store.add("credential_types", by_user=False, id=18, managed=True, inputs=token, **galaxy)
    server = {"credential_type": 18, "kind": "galaxy_api_token", "inputs": {"url": "https://galaxy.ansible.com/"}}
    # Only this organization has it from the start; those that the API creates have none.
    credential = store.add("credentials", by_user=False, name="Ansible Galaxy", managed=True, **server)
    default.associated["galaxy_credentials"] = [credential.id]
