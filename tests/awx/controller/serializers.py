"""How the API returns an object: its body, with links and summaries of related objects."""

from __future__ import annotations

import datetime
from typing import Any

from .fields import ORGANIZATION_ROLES, ROLES, USERS_ONLY
from .kinds import ADDRESSES, INVENTORY_COUNTS
from .store import Store, Thing

USER = {"id": 1, "username": "admin", "first_name": "", "last_name": ""}
USER_URL = "/api/v2/users/1/"
ENCRYPTED = "$encrypted$"
NONE = {"count": 0, "results": []}
Body = dict[str, Any]


def moment(value: datetime.datetime | None) -> str | None:
    return value and value.isoformat().replace("+00:00", "Z")


class Serializer:
    def __init__(self, store: Store) -> None:
        self.store = store

    def body(self, thing: Thing, single: bool = False, detail: bool = False) -> Body:
        """`single`: alone and not in a list; `detail`: at its own address."""
        return {
            "id": thing.id,
            "type": thing.kind.type,
            "url": thing.url,
            "related": self._related(thing, single),
            "summary_fields": self._summaries(thing, detail),
            "created": moment(thing.created),
            "modified": moment(thing.modified),
            **{name: self._value(thing, name) for name, spec in thing.kind.fields.items() if spec.type != "hidden"},
        }

    # Fields

    def _value(self, thing: Thing, name: str) -> Any:
        value = thing.values[name]
        if thing.kind.endpoint == "credentials" and name == "inputs":
            secret = self._secrets(thing)
            return {key: ENCRYPTED if key in secret and text else text for key, text in value.items()}
        if thing.kind.endpoint == "notification_templates" and name == "notification_configuration":
            return {key: ENCRYPTED if key == "password" and text else text for key, text in value.items()}
        if thing.kind.endpoint == "inventories" and name in INVENTORY_COUNTS:
            return self.counts(thing)[name]
        if name == "next_job_run":
            schedule = self._next_schedule(thing)
            return schedule and schedule.values["next_run"]
        return thing.associated.get(name, []) if name in thing.kind.associations else value

    def _secrets(self, credential: Thing) -> set[str]:
        kind = self.store.follow(credential, "credential_type")
        return (
            {field["id"] for field in kind.values["inputs"].get("fields", []) if field.get("secret")} if kind else set()
        )

    def counts(self, inventory: Thing) -> Body:
        sources = sum(one.values["inventory"] == inventory.id for one in self.store.all("inventory_sources"))
        return {
            "has_active_failures": False,
            "total_hosts": inventory.extra.get("hosts", 0),
            "hosts_with_active_failures": 0,
            "total_groups": 0,
            "has_inventory_sources": sources > 0,
            "total_inventory_sources": sources,
            "inventory_sources_with_failures": 0,
        }

    def _next_schedule(self, thing: Thing) -> Thing | None:
        own = [one for one in self.store.all("schedules") if one.values["unified_job_template"] == thing.id]
        due = [one for one in own if one.values["enabled"] and one.values["next_run"]]
        return min(due, key=lambda one: one.values["next_run"], default=None) if thing.kind.job else None

    # Links

    def _related(self, thing: Thing, single: bool) -> Body:
        kind = thing.kind
        related = (
            {"named_url": f"/api/v2/{kind.endpoint}/{self.store.named(thing)}/"} if single and kind.identity else {}
        )
        if thing.made_by_user and kind.endpoint not in ("tokens", "workflow_job_template_nodes"):
            related.update(created_by=USER_URL, modified_by=USER_URL)
        related.update({link: f"{thing.url}{ADDRESSES.get((kind.endpoint, link), link)}/" for link in kind.links})
        if "webhook_service" in kind.fields:
            related["webhook_receiver"] = ""
        for name, spec in kind.fields.items():
            other = self.store.follow(thing, name)
            if other and spec.type != "hidden":
                related[name] = other.url
        related.update({name: update.url for name, update in self._updates(thing).items()})
        schedule = self._next_schedule(thing)
        if schedule:
            related["next_schedule"] = schedule.url
        template = self.store.follow(thing, "unified_job_template")
        if kind.endpoint == "schedules" and template:
            others = {name: self.store.follow(template, name) for name in ("project", "inventory")}
            related.update({name: other.url for name, other in others.items() if other})
        return related

    @staticmethod
    def _updates(thing: Thing) -> dict[str, Any]:
        """The update of a project that runs, or the last one."""
        update = thing.extra.get("update")
        if not update:
            return {}
        return dict.fromkeys(("last_job", "last_update") if update.ended else ("current_job", "current_update"), update)

    # Summaries

    def _summaries(self, thing: Thing, detail: bool) -> Body:
        kind = thing.kind
        summaries: Body = {name: self.summary(other, name) for name, other in self._followed(thing).items()}
        if kind.endpoint == "organizations":
            summaries["resource"] = {"ansible_id": thing.extra["ansible_id"], "resource_type": "shared.organization"}
            summaries["related_field_counts"] = self._belongings(thing)
        if thing.made_by_user and kind.endpoint not in ("tokens", "workflow_job_template_nodes"):
            summaries.update(created_by=USER, modified_by=USER)
        if kind.roles:
            summaries["object_roles"] = {role: self._role(thing, role) for role in kind.roles}
        if kind.abilities:
            summaries["user_capabilities"] = dict.fromkeys(kind.abilities, True)
        summaries.update({name: update.summary(name) for name, update in self._updates(thing).items()})
        if kind.endpoint in ("job_templates", "workflow_job_templates", "inventories"):
            summaries["labels"] = NONE
        if kind.endpoint in ("job_templates", "workflow_job_templates"):
            summaries["recent_jobs"] = []
            if thing.extra.get("survey"):
                summaries["survey"] = {
                    "title": thing.extra["survey"]["name"],
                    "description": thing.extra["survey"]["description"],
                }
        if kind.endpoint == "workflow_approval_templates" or (detail and kind.endpoint.endswith("job_templates")):
            summaries["resolved_environment"] = self._resolved(thing)
        summaries.update(self._of_credentials(thing))
        return summaries

    def _followed(self, thing: Thing) -> dict[str, Thing]:
        followed = {name: self.store.follow(thing, name) for name in thing.kind.fields}
        if thing.kind.endpoint == "schedules" and followed["unified_job_template"]:
            followed["inventory"] = self.store.follow(followed["unified_job_template"], "inventory")
        return {name: other for name, other in followed.items() if other}

    def _of_credentials(self, thing: Thing) -> Body:
        endpoint = thing.kind.endpoint
        if endpoint == "credentials":
            owner = self.store.follow(thing, "organization")
            body = {"type": "organization", "url": owner.url} if owner else {}
            return {"owners": [{**self.summary(owner), **body}] if owner else []}
        if endpoint == "job_templates":
            found = [self.store.get("credentials", one) for one in thing.associated.get("credentials", [])]
            return {"credentials": [self.summary(one) for one in found if one]}
        if endpoint == "inventory_sources":
            one = self.store.follow(thing, "credential")
            body = {**self.summary(one), "credential_type_id": one.values["credential_type"]} if one else {}
            return {"credential": body, "credentials": [body]} if one else {"credentials": []}
        if endpoint == "notification_templates":
            return {"recent_notifications": []}
        return {}

    def _role(self, thing: Thing, role: str) -> Body:
        organization = thing.kind.endpoint == "organizations"
        name, words = (ORGANIZATION_ROLES if organization else ROLES)[role]
        body: Body = {"description": words.format(thing.kind.words), "name": name, "id": thing.roles[role]}
        return {**body, "user_only": True} if organization and role in USERS_ONLY else body

    def _belongings(self, organization: Thing) -> dict[str, int]:
        counted = ("inventories", "teams", "job_templates", "projects")
        own = {
            one: sum(thing.values["organization"] == organization.id for thing in self.store.all(one))
            for one in counted
        }
        return {**own, "users": 0, "admins": 0}

    def _resolved(self, thing: Thing) -> Body | None:
        other = self.store.follow(thing, "execution_environment") or self.store.get("execution_environments", 1)
        return self.summary(other) if other else None

    def summary(self, thing: Thing, name: str = "") -> Body:
        """An object as a field of another one summarizes it."""
        values, endpoint = thing.values, thing.kind.endpoint
        body: Body = {"id": thing.id, "name": thing.name, "description": values.get("description", "")}
        if endpoint == "users":
            return USER
        if endpoint == "execution_environments":
            body["image"] = values["image"]
        elif endpoint == "inventories":
            body.update(**self.counts(thing), organization_id=values["organization"], kind=values["kind"])
        elif endpoint == "projects":
            body.update({name: values[name] for name in ("status", "scm_type", "allow_override")})
        elif endpoint == "credentials":
            body.update({name: values[name] for name in ("kind", "cloud")})
        if name == "unified_job_template":
            body = {name: body[name] for name in ("id", "name", "description")} | {"unified_job_type": thing.kind.job}
            body.update({"timeout": values["timeout"]} if endpoint == "workflow_approval_templates" else {})
        return body
