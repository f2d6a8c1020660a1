"""What the controller holds, and how it is looked for."""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .fields import Kind
from .kinds import KINDS, TEMPLATES


class Refusal(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(f"{status}: {body}")
        self.status, self.body = status, body


@dataclass
class Thing:
    """An object. `values` are its fields; `extra` is what AWX keeps and returns elsewhere."""

    kind: Kind
    id: int
    values: dict[str, Any]
    made_by_user: bool = True
    created: datetime.datetime = field(default_factory=lambda: datetime.datetime.now(datetime.UTC))
    modified: datetime.datetime = field(default_factory=lambda: datetime.datetime.now(datetime.UTC))
    roles: dict[str, int] = field(default_factory=dict)
    associated: dict[str, list[int]] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"/api/v2/{self.kind.endpoint}/{self.id}/"

    @property
    def name(self) -> str:
        return str(self.values.get(self.kind.identity[0] if self.kind.identity else "name") or "")


class Store:
    def __init__(self) -> None:
        self.things: dict[str, dict[int, Thing]] = {endpoint: {} for endpoint in KINDS}
        self._next: dict[str, int] = {}

    def begin_at(self, ids: Mapping[str, int]) -> None:
        """The next ids of sequences: those of an endpoint, or of templates, jobs or roles."""
        self._next.update(ids)

    def take_id(self, sequence: str) -> int:
        number = self._next.get(sequence, 1)
        self._next[sequence] = number + 1
        return number

    def add(self, endpoint: str, *, id: int | None = None, by_user: bool = True, **values: Any) -> Thing:  # noqa: A002
        """A new object with the defaults of its kind."""
        kind = KINDS[endpoint]
        number = self.take_id(kind.sequence or endpoint) if id is None else id
        defaults = {name: spec.default for name, spec in kind.fields.items()}
        thing = Thing(kind, number, {**defaults, **values}, by_user)
        thing.roles = {role: self.take_id("roles") for role in kind.roles}
        if endpoint == "organizations":
            thing.extra["ansible_id"] = str(uuid.uuid4())
        self.things[endpoint][number] = thing
        return thing

    def remove(self, thing: Thing) -> None:
        """Gone, with what cannot be without it; what only mentions it forgets it."""
        self.things[thing.kind.endpoint].pop(thing.id, None)
        for other in self.everything():
            for name, spec in other.kind.fields.items():
                if other.values[name] == thing.id and self.of_target(spec.target, thing):
                    other.values[name] = None
                    if spec.required or name in ("source_project", "workflow_job_template"):
                        self.remove(other)
            for link, target in other.kind.associations.items():
                if self.of_target(target, thing):
                    other.associated[link] = [one for one in other.associated.get(link, []) if one != thing.id]

    @staticmethod
    def of_target(target: str, thing: Thing) -> bool:
        return target == thing.kind.endpoint or (target == "unified_job_templates" and thing.kind.endpoint in TEMPLATES)

    def everything(self) -> list[Thing]:
        return [thing for things in self.things.values() for thing in things.values()]

    def all(self, endpoint: str) -> list[Thing]:
        endpoints = TEMPLATES if endpoint == "unified_job_templates" else (endpoint,)
        found = [thing for one in endpoints for thing in self.things[one].values()]
        return sorted(found, key=lambda thing: thing.id)

    def get(self, endpoint: str, number: Any) -> Thing | None:
        """By its id, or by its named URL."""
        for thing in self.all(endpoint):
            if number in (thing.id, str(thing.id)) or (
                isinstance(number, str) and thing.kind.identity and number == self.named(thing)
            ):
                return thing
        return None

    def named(self, thing: Thing) -> str:
        """The part of a named URL that stands for the object: `name++organization` and the like."""
        parts = []
        for part in thing.kind.identity:
            if part.startswith("+"):
                parts[-1] += f"+{thing.values[part[1:]]}"
            elif part == thing.kind.identity[0]:
                parts.append(thing.name)
            else:
                other = self.follow(thing, part)
                parts.append("" if other is None else self.named(other).partition("++")[0])
        return "++".join(parts)

    def follow(self, thing: Thing, name: str) -> Thing | None:
        """What a field of ids leads to; a node's organization is that of its workflow."""
        spec = thing.kind.fields.get(name)
        if spec is None and name == "organization" and "workflow_job_template" in thing.kind.fields:
            thing, spec = self.follow(thing, "workflow_job_template") or thing, KINDS["job_templates"].fields[name]
        value = thing.values.get(name)
        return self.get(spec.target, value) if spec and spec.target and value is not None else None

    def search(self, endpoint: str, query: Iterable[tuple[str, str]]) -> list[Thing]:
        """What all parameters allow, of which those that begin with or__ are one."""
        wanted = [(name, value) for name, value in query if name not in ("page", "page_size", "order_by")]
        every = [(name, value) for name, value in wanted if not name.startswith("or__")]
        some = [(name[4:], value) for name, value in wanted if name.startswith("or__")]
        return [
            thing
            for thing in self.all(endpoint)
            if all(self._matches(thing, *one) for one in every)
            and (not some or any(self._matches(thing, *one) for one in some))
        ]

    def _matches(self, thing: Thing, path: str, value: str) -> bool:
        *steps, last = path.split("__")
        comparison = "exact"
        if last in COMPARISONS:
            comparison, last = last, steps.pop()
        at: Thing | None = thing
        for step in steps:
            at = self.follow(at, step)
            if at is None:
                return False
        if last not in ("id", "type") and last not in at.kind.fields:
            raise Refusal(400, {"detail": f"{at.kind.words.title()} has no field named '{last}'"})
        if comparison == "in" and not value:
            raise Refusal(400, {"detail": f"cannot provide empty value for {path}"})
        have = {"id": at.id, "type": at.kind.type}.get(last, at.values.get(last))
        return bool(COMPARISONS[comparison](str(have), value))


COMPARISONS = {
    "exact": lambda have, value: have == value,
    "in": lambda have, value: have in value.split(","),
    "endswith": lambda have, value: have.endswith(value),
    "startswith": lambda have, value: have.startswith(value),
    "icontains": lambda have, value: value.lower() in have.lower(),
    "regex": lambda have, value: re.search(value, have),
}
