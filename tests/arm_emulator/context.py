"""The input of a handler: the request, the time, and the parts of the service."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from . import operations, shapes
from .entra import Caller, Entra
from .errors import ArmError, group_being_deleted, group_not_found, unregistered
from .faults import Faults
from .lifecycle import current
from .messages import Answer, Json, Request, pretty
from .paths import Target, resource_id
from .resource_types import RESOURCE_TYPES
from .settings import Settings
from .store import Job, Operation, Resource, Store


@dataclass(slots=True)
class Context:
    """One request on its way through the service."""

    request: Request
    target: Target
    version: str
    now: float
    store: Store
    settings: Settings
    faults: Faults
    signer: operations.Signer
    entra: Entra
    caller: Caller
    changed: bool = False
    counted: list[tuple[str, int]] = field(default_factory=list)  # buckets that count instances, and how many

    def get(self, key: str) -> Resource | None:
        """A resource as it is now."""
        return current(self.store, self.settings, key, self.now)

    def body(self) -> Json:
        """The request's body; a refusal when it is not a JSON object, or has properties of a wrong type."""
        document: Any = self.request.json()
        if not isinstance(document, dict):
            text = "The request content was invalid and could not be deserialized: 'Expected a JSON object.'."
            raise ArmError(400, "InvalidRequestContent", text, gateway=True)
        for name, kind in (("properties", dict), ("tags", dict), ("location", str)):
            if document.get(name) is not None and not isinstance(document[name], kind):
                text = f"The request content was invalid and could not be deserialized: '{name}' has a wrong type."
                raise ArmError(400, "InvalidRequestContent", text, gateway=True)
        shapes.check(self.target.kind, document)
        return document

    def require_group(self) -> Resource:
        """The resource group of the target."""
        key = resource_id("resource_group", self.target.subscription, self.target.group, ()).lower()
        group = self.get(key)
        if group is None:
            raise group_not_found(self.target.group)
        return group

    def require_lasting_group(self) -> None:
        """What is written into a group that is being deleted would outlive it."""
        key = resource_id("resource_group", self.target.subscription, self.target.group, ()).lower()
        group = self.get(key)
        if group is not None and group.state == "Deleting":
            raise group_being_deleted(self.target.group)

    def require_registration(self) -> None:
        """Writes need the resource provider to be registered."""
        ready = self.store.unregistered.get(self.target.subscription)
        if ready is not None and (ready < 0 or self.now < ready):
            raise unregistered()

    def begin(
        self,
        resource: Resource,
        action: str,
        seconds: float | None,
        *,
        outcome: str = "Succeeded",
        error: Json | None = None,
        fill: Json | None = None,
    ) -> Operation:
        """Start an operation on a resource; an older one on it ends as Canceled."""
        running = self.store.operations.get(resource.job.operation) if resource.job is not None else None
        if running is not None:
            running.cut(self.now)
        operation = self.operate(resource, seconds, outcome=outcome, error=error)
        resource.job = Job(action, operation.id, self.now, operation.end, outcome, fill or {})
        resource.touch()
        return operation

    def operate(
        self, resource: Resource, seconds: float | None, *, outcome: str = "Succeeded", error: Json | None = None
    ) -> Operation:
        """Start an operation beside whatever runs on a resource."""
        end = None if seconds is None else self.now + seconds
        known = RESOURCE_TYPES[resource.kind]
        self.changed = True
        return self.store.begin(
            Operation(
                operations.new_id(),
                known.operations,
                resource.location,
                self.target.subscription,
                self.now,
                end,
                outcome,
                error,
                resource.id,
                retry_after=self._retry_after(resource.kind),
                namespace=known.namespace,
            )
        )

    def _retry_after(self, kind: str) -> int:
        """Versions and machines take long enough to name a pause."""
        if kind in ("virtual_machine", "run_command"):
            return self.settings.machine_retry_after
        return self.settings.retry_after if kind == "image_version" else 0

    def started(self, status: int, operation: Operation, document: Json | None, *, monitor: bool = False) -> Answer:
        """The response to a write that continues: its body, or no body, and the headers of the operation."""
        headers = operations.urls(self.signer, self.request, operation, self.now, monitor)
        headers["x-ms-request-id"] = operation.id
        if operation.retry_after:
            headers["Retry-After"] = str(operation.retry_after)
        if document is None:
            return Answer(status, b"", headers)
        return pretty(status, document, headers)
