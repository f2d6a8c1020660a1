"""Faults that tests add, of requests and of resources."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from . import boot
from .messages import Json
from .paths import Target
from .resource_types import RESOURCE_TYPES, VIEWED

REQUEST_ACTIONS = (
    "status",
    "reset_before",
    "reset_after",
    "stall",
    "truncate",
    "not_json",
    "delay",
    "expired_token",
    "claims_challenge",
    "redirect",
    "next_link_host",
    "odd",
    "rival",
)
# What may stand beside an action.
DETAILS = ("code", "message", "headers", "target", "body", "acted")
RESOURCE_ACTIONS = (
    "operation_fails",
    "region_fails",
    "region_stuck",
    "operation_cancelled",
    "vanish_after",
    "source_busy",
    "late_regions",
    "policy_tags",
    "boot",
    "run_command",
    "unlisted",
    "outdated",
    "interface_reserved",
    "cascade",
)
_OTHER_KINDS = (
    "token",
    "metadata",
    "tenant",
    "subscription",
    "provider",
    "location",
    "machine_size",
    "group_operation",
    "operation",
    "permission",
    "role_assignment",
    "resource",
    "blob",
)
KINDS = (*_OTHER_KINDS, *RESOURCE_TYPES, *VIEWED)


class FaultError(ValueError):
    """A fault that cannot be understood."""


@dataclass(slots=True)
class Fault:
    """One ordered fault. `times` 0 means for ever."""

    do: Json
    method: str | None = None
    path: re.Pattern[str] | None = None
    kind: str | None = None
    resource: re.Pattern[str] | None = None
    after: int = 0
    times: int = 1
    passed: int = 0
    used: int = 0
    spec: Json = field(default_factory=dict)

    @property
    def spent(self) -> bool:
        """Whether it has done all it was to do."""
        return self.times > 0 and self.used >= self.times

    def meets(self) -> bool:
        """Count a match; whether the fault acts on it."""
        if self.spent:
            return False
        if self.passed < self.after:
            self.passed += 1
            return False
        self.used += 1
        return True


def parse(spec: object) -> Fault:
    """A fault from its JSON. Every mistake is named."""
    if not isinstance(spec, dict):
        raise FaultError("a fault is an object")
    known = {"method", "path", "kind", "after", "times", "do", "resource", *RESOURCE_ACTIONS}
    for name in spec:
        if name not in known:
            raise FaultError(f"unknown key '{name}' (known: {', '.join(sorted(known))})")
    fault = Fault({}, after=_count(spec, "after", 0), times=_count(spec, "times", 1), spec=spec)
    method = spec.get("method")
    fault.method = str(method).upper() if method else None
    fault.path = _pattern(spec, "path")
    fault.resource = _pattern(spec, "resource")
    fault.kind = spec.get("kind")
    if fault.kind is not None and fault.kind not in KINDS:
        raise FaultError(f"unknown kind '{fault.kind}' (known: {', '.join(KINDS)})")
    fault.do = _actions(spec)
    return fault


def _actions(spec: Json) -> Json:
    resource_actions = {name: spec[name] for name in RESOURCE_ACTIONS if name in spec}
    if "resource" in spec or resource_actions:
        if not resource_actions or "do" in spec:
            raise FaultError(f"a fault about a resource has one of {', '.join(RESOURCE_ACTIONS)}, and no 'do'")
        _check_seconds(resource_actions, "vanish_after", "unlisted", "outdated")
        _check_boot(resource_actions)
        if resource_actions.get("cascade") != "fails":
            _check_seconds(resource_actions, "cascade")
        return resource_actions
    do = spec.get("do")
    if isinstance(do, str):
        do = {do: True}
    if not isinstance(do, dict) or not do:
        raise FaultError(f"'do' must have one of {', '.join(REQUEST_ACTIONS)}")
    for name in do:
        if name not in (*REQUEST_ACTIONS, *DETAILS):
            raise FaultError(f"unknown action '{name}' in 'do' (known: {', '.join(REQUEST_ACTIONS)})")
    _check_values(do)
    return do


def _check_boot(actions: Json) -> None:
    try:
        if "boot" in actions:
            boot.parse(actions["boot"])
        if "run_command" in actions:
            boot.command(actions["run_command"])
    except boot.BootError as error:
        raise FaultError(str(error)) from None


def _check_values(do: Json) -> None:
    if "status" in do and not isinstance(do["status"], int):
        raise FaultError("'status' in 'do' must be a number")
    if do.get("truncate") not in (None, True, "head"):
        raise FaultError("'truncate' is true, or \"head\"")
    if "odd" in do and not (isinstance(do["odd"], dict) and do["odd"]):
        raise FaultError("'odd' is an object of path: value")
    if "rival" in do and not (isinstance(do["rival"], dict) and {"method", "path"} <= set(do["rival"])):
        raise FaultError("'rival' is a request: {method, path, body}")
    _check_seconds(do, "delay", "stall")


def spoil(document: Any, odd: Json) -> Any:
    """The response with other values at some paths of each of its resources; [] means every item of a list."""
    for resource in document["value"] if isinstance(document, dict) and "value" in document else [document]:
        for path, value in odd.items():
            *steps, last = path.replace("[]", ".[]").split(".")
            for place in _places(resource, steps):
                place[last] = value
    return document


def _places(value: Any, steps: list[str]) -> list[Any]:
    """The objects at a path, created if missing."""
    for index, step in enumerate(steps):
        if step == "[]":
            return [place for item in value for place in _places(item, steps[index + 1 :])]
        value = value.setdefault(step, {})
    return [value]


def _check_seconds(actions: Json, *names: str) -> None:
    for name in names:
        value = actions.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise FaultError(f"'{name}' must be a number of seconds, 0 or more")


def _count(spec: Json, name: str, default: int) -> int:
    value = spec.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise FaultError(f"'{name}' must be a whole number, 0 or more")
    return value


def _pattern(spec: Json, name: str) -> re.Pattern[str] | None:
    text = spec.get(name)
    if text is None:
        return None
    try:
        return re.compile(str(text), re.IGNORECASE)
    except re.error as error:
        raise FaultError(f"'{name}' is not a regular expression: {error}") from None


class Faults:
    """The current faults."""

    def __init__(self) -> None:
        self.ordered: list[Fault] = []

    def order(self, spec: object) -> Fault:
        """Add one."""
        fault = parse(spec)
        self.ordered.append(fault)
        return fault

    def clear(self) -> None:
        """Forget all."""
        self.ordered.clear()

    def describe(self) -> list[Json]:
        """For the control interface."""
        return [{**fault.spec, "passed": fault.passed, "used": fault.used} for fault in self.ordered]

    def for_request(self, method: str, path: str, target: Target) -> Json | None:
        """The effect of the first matching fault on this request."""
        for fault in self.ordered:
            if fault.resource is not None or any(name in fault.do for name in RESOURCE_ACTIONS) or fault.spent:
                continue
            if fault.method and fault.method != method:
                continue
            if fault.kind and fault.kind != target.kind:
                continue
            if fault.path and not fault.path.search(path):
                continue
            if fault.meets():
                return fault.do
        return None

    def for_resource(self, resource_id: str, *names: str) -> list[tuple[str, Any]]:
        """The faults of those kinds for a write to this resource; each counts as used."""
        effects: list[tuple[str, Any]] = []
        for fault in self.ordered:
            wanted = [name for name in names if name in fault.do]
            if not wanted or (fault.resource is not None and not fault.resource.search(resource_id)):
                continue
            if fault.meets():
                effects.extend((name, fault.do[name]) for name in wanted)
        return effects
