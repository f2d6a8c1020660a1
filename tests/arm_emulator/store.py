"""What the service knows: resources, their running jobs, operations; and how that is kept in a file."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .messages import Json
from .paths import parse
from .resource_types import RESOURCE_TYPES

MAX_OPERATIONS = 4000


@dataclass(slots=True)
class Region:
    """Replication to one region: when it begins, when it ends (None: never), how."""

    region: str
    start: float
    end: float | None
    outcome: str = "Completed"
    details: str = ""
    shown: str = ""  # a fault's fixed state: Unknown, missing


@dataclass(slots=True)
class Job:
    """What runs on a resource, known by its times alone, so that a restart continues it."""

    action: str  # create, update, delete, soft_delete, restore
    operation: str
    start: float
    end: float | None
    outcome: str = "Succeeded"
    fill: Json = field(default_factory=dict)  # storageProfile or disk sizes that appear on success


@dataclass(slots=True)
class Resource:
    """One resource. `body` is what it answers, without provisioningState."""

    id: str
    kind: str
    body: Json
    state: str = "Succeeded"
    job: Job | None = None
    regions: list[Region] = field(default_factory=list)
    extra: Json = field(default_factory=dict)  # what is never answered
    vanish: float | None = None
    created: float | None = None  # when it came into the store, unless a seed says otherwise
    _dump: str | None = field(default=None, compare=False)

    @property
    def key(self) -> str:
        """The id for comparing."""
        return self.id.lower()

    @property
    def name(self) -> str:
        """The last name of the id, as it was spelled first."""
        return self.id.rsplit("/", 1)[1]

    @property
    def location(self) -> str:
        """The short name of its region."""
        return str(self.body.get("location", ""))

    @property
    def properties(self) -> Json:
        """The stored properties."""
        properties: Json = self.body.setdefault("properties", {})
        return properties

    def touch(self) -> None:
        """To be called after a change."""
        self._dump = None

    def dump(self) -> str:
        """JSON of it, kept until the next change: writing the file then costs little more than joining."""
        if self._dump is None:
            self._dump = json.dumps(_plain(self), separators=(",", ":"))
        return self._dump


@dataclass(slots=True)
class Operation:
    """One long-running operation, as its URL answers."""

    id: str
    family: str  # capsOperations, operations, group
    location: str
    subscription: str
    start: float
    end: float | None
    outcome: str = "Succeeded"
    error: Json | None = None
    resource: str = ""
    retry_after: int = 0  # seconds that its answers name while it runs; 0: they name none
    output: Json | None = None  # what a success brings along
    namespace: str = "Microsoft.Compute"
    _dump: str | None = field(default=None, compare=False)

    def status(self, now: float) -> str:
        """InProgress until its end."""
        return self.outcome if self.end is not None and now >= self.end else "InProgress"

    def dump(self) -> str:
        """JSON of it."""
        if self._dump is None:
            self._dump = json.dumps(_plain(self), separators=(",", ":"))
        return self._dump

    def cut(self, now: float) -> None:
        """End it early: another operation took its place."""
        if self.end is None or now < self.end:
            self.end, self.outcome, self.error = now, "Canceled", None
            self._dump = None


def _plain(thing: Resource | Operation) -> Json:
    plain: Json = {}
    for name in thing.__slots__:
        value = getattr(thing, name)
        if name == "_dump":
            continue
        if isinstance(value, Job):
            value = {slot: getattr(value, slot) for slot in Job.__slots__}
        elif name == "regions":
            value = [{slot: getattr(region, slot) for slot in Region.__slots__} for region in value]
        plain[name] = value
    return plain


def _resource(plain: Json) -> Resource:
    plain = dict(plain)
    plain["job"] = Job(**plain["job"]) if plain.get("job") else None
    plain["regions"] = [Region(**region) for region in plain.get("regions", [])]
    return Resource(**plain)


class Store:
    """Every resource by its lower-case id, with an index of children; every operation by its id."""

    def __init__(self) -> None:
        self.resources: dict[str, Resource] = {}
        self.children: dict[str, dict[str, Resource]] = {}
        self.soft_deleted: dict[str, Resource] = {}
        self.operations: dict[str, Operation] = {}
        self.settling: dict[str, tuple[float, list[str]]] = {}
        self.unregistered: dict[str, float] = {}
        self.busy: dict[str, str] = {}  # source -> the version last made from it
        self.sources: dict[str, Json] = {}  # what the seed says of virtual machines, disks and snapshots
        self.clock: Callable[[], float] | None = None
        self.secret = secrets.token_hex(32)
        self.authority: dict[str, str] = {}

    def clear(self) -> None:
        """Remove everything except the certificate authority, which clients trust, the key of the signatures and the clock."""
        kept = {"secret": self.secret, "authority": self.authority, "clock": self.clock}
        vars(self).update(vars(Store()), **kept)

    # -- resources ---------------------------------------------------------------------------------------------
    def add(self, resource: Resource) -> Resource:
        """Keep a new resource."""
        if resource.created is None and self.clock is not None:
            resource.created = self.clock()
        self.resources[resource.key] = resource
        for shelf in self._shelves(resource.key, resource.kind):
            self.children.setdefault(shelf, {})[resource.key] = resource
        return resource

    def remove(self, key: str) -> Resource | None:
        """Forget a resource."""
        resource = self.resources.pop(key, None)
        if resource is not None:
            for shelf in self._shelves(key, resource.kind):
                self.children.get(shelf, {}).pop(key, None)
        return resource

    @staticmethod
    def _shelves(key: str, kind: str) -> tuple[str, ...]:
        """Where a resource is listed: beneath its parent, and for some kinds beneath the subscription."""
        target = parse(key)
        subscription = f"/subscriptions/{target.subscription}"
        if kind == "resource_group":
            return (f"{subscription}|{kind}",)
        shelves: tuple[str, ...] = (f"{target.parent().key}|{kind}",)
        if RESOURCE_TYPES[kind].by_subscription:
            shelves += (f"{subscription}|{kind}",)
        return shelves

    def below(self, key: str, kind: str) -> list[Resource]:
        """Children of that kind, by name."""
        found = self.children.get(f"{key.lower()}|{kind}", {})
        return sorted(found.values(), key=lambda resource: resource.name.lower())

    def beneath(self, key: str) -> list[Resource]:
        """Everything whose id begins with that id."""
        prefix = key.lower() + "/"
        return [resource for resource_key, resource in self.resources.items() if resource_key.startswith(prefix)]

    # -- operations --------------------------------------------------------------------------------------------
    def begin(self, operation: Operation) -> Operation:
        """Keep an operation; the oldest ones go."""
        self.operations[operation.id] = operation
        while len(self.operations) > MAX_OPERATIONS:
            self.operations.pop(next(iter(self.operations)))
        return operation

    # -- the file ----------------------------------------------------------------------------------------------
    def text(self) -> str:
        """The whole state as JSON."""
        rest = {
            "format": 1,
            "secret": self.secret,
            "authority": self.authority,
            "settling": self.settling,
            "unregistered": self.unregistered,
            "sources": self.sources,
        }
        head = json.dumps(rest, separators=(",", ":"))[:-1]
        shelves = (
            ("resources", self.resources.values()),
            ("soft_deleted", self.soft_deleted.values()),
            ("operations", self.operations.values()),
        )
        parts = [f'"{name}":[{",".join(thing.dump() for thing in things)}]' for name, things in shelves]
        return f"{head},{','.join(parts)}}}\n"

    def load(self, text: str) -> None:
        """Take a state that `text` made."""
        plain: Any = json.loads(text)
        self.secret = plain["secret"]
        self.authority = plain["authority"]
        self.settling = {key: (value[0], value[1]) for key, value in plain["settling"].items()}
        self.unregistered = plain["unregistered"]
        self.sources = plain["sources"]
        for entry in plain["resources"]:
            resource = self.add(_resource(entry))
            if resource.kind == "image_version" and resource.state == "Creating":
                source = resource.properties["storageProfile"].get("source") or {}
                self.busy[str(source.get("id", "")).lower()] = resource.key
        for entry in plain["soft_deleted"]:
            resource = _resource(entry)
            self.soft_deleted[resource.key] = resource
        for entry in plain["operations"]:
            operation = Operation(**entry)
            self.operations[operation.id] = operation

    def save(self, path: Path) -> None:
        """Write the file whole and put it in place, so that a kill at any moment leaves a good one.

        What a kill leaves half written has always the same name, so the next writing replaces it.
        """
        temporary = path.with_name(f".{path.name}.new")
        try:
            with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                file.write(self.text())
            os.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise
