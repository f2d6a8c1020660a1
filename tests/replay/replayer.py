"""Replays a session against a service with a clock that is moved where the recording waited."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from arm_emulator import blobs
from arm_emulator.clock import ManualClock
from arm_emulator.lifecycle import current
from arm_emulator.messages import Answer, Request
from arm_emulator.paths import TYPES, Target, parse
from arm_emulator.resource_types import VIEWED
from arm_emulator.service import Service
from arm_emulator.settings import Settings, Subscription

from . import machines
from .compare import differences
from .deployments import deploy
from .headers import keeps_retry_after
from .plant import Presupposed
from .recordings import Call

IN_SCOPE = {
    *TYPES,
    *VIEWED,
    "operation",
    "subscription",
    "provider",
    "tenant",
    "group_operation",
    "resource",
    "permission",
    "role_assignment",
}


@dataclass(slots=True)
class Outcome:
    """What became of one call: out of scope with a reason, or replayed with its differences."""

    call: Call
    out_of_scope: str = ""
    differences: list[str] = field(default_factory=list)
    planted: bool = False  # it shows what was taken from this recording first: its form is compared, little else

    @property
    def alike(self) -> bool:
        """Whether it was replayed without a difference."""
        return not self.out_of_scope and not self.differences


class Session:
    """One service, one clock, and the operations that the recording began."""

    def __init__(self, calls: list[Call]) -> None:
        self.calls = calls
        start = next((call.moment for call in calls if call.moment), None) or _first_time(calls)
        self.clock = ManualClock(datetime.fromtimestamp(start, UTC))
        names = {parse(call.path).subscription for call in calls}
        subscriptions = {name: Subscription(name) for name in names if name}
        # 431 s is the recorded median of a create: Retry-After is then Azure's 60.
        self.service = Service(
            Settings(431.0, 0.3, machine_seconds=27.0, subscriptions=subscriptions), clock=self.clock
        )
        self.service.faults.clear()
        self.token = self.service.entra.make_token("replay", "22222222-2222-2222-2222-222222222222", start, 1e9)
        self.operations: dict[str, dict[str, str]] = {}
        self.presupposed = Presupposed(self.service, calls)
        self.retry_after_kept = keeps_retry_after(calls)
        self.blobs: list[str] = []
        self.versions = _real_versions(calls)
        self.groups = {parse(call.path).group.lower() for call in calls} - {""}

    def run(self) -> list[Outcome]:
        """All calls in order."""
        return [self._tried(call) for call in self.calls]

    def _tried(self, call: Call) -> Outcome:
        try:
            return self._one(call)
        except Exception as error:  # noqa: BLE001  a recording may hold anything; its other calls count
            return Outcome(call, differences=[f"could not be replayed: {type(error).__name__}: {error}"])

    def _one(self, call: Call) -> Outcome:
        target = parse(call.path)
        if self.blobs and call.path.endswith((blobs.LOG, blobs.SCREENSHOT)):
            return self._blob(call)
        if target.kind not in IN_SCOPE or (target.kind == "provider" and target.name.lower() != "microsoft.compute"):
            deploy(call, self._put)
            return Outcome(call, "not a call for what is emulated")
        version = call.query.get("api-version", "")
        query = {**call.query, "api-version": self.versions.get((target.kind, version), version)}
        url: str | None = f"{call.path}?{urlencode(query if version else call.query)}"
        if target.kind == "operation":
            url = self._poll_url(call, target)
            if url is None:
                return Outcome(call, "the recording leaves out the call that started the operation")
        if "$skiptoken" in call.query and target.listing:
            return Outcome(call, "a page of its own list, which the emulator answers whole")
        self.presupposed.before(call, target)
        self._wait(call, target)
        answer = self._send(call, str(url))
        self._remember(call, answer)
        planted = self.presupposed.shown_by(call, target)
        own = self.groups if target.listing and not target.group else None
        return Outcome(call, "", differences(call, answer, self.retry_after_kept, own), planted)

    def _blob(self, call: Call) -> Outcome:
        """A read of boot diagnostics, at the address that the emulator gave."""
        self.clock.advance(max(0.0, (call.moment or 0.0) - self.service.now()))
        address = next(one for one in self.blobs if urlsplit(one).path.endswith(call.path.rpartition(".")[2]))
        answer = self.service.serve(
            Request.of("GET", address.partition(self.service.settings.blob_url)[2]), Target("blob")
        )
        return Outcome(call, "", differences(call, answer, self.retry_after_kept))

    def _put(self, rid: str, version: str, body: dict[str, Any]) -> None:
        """Create a resource as a deployment does, and let its operation end."""
        self.presupposed.group_of(parse(rid))
        target = parse(rid)
        if target.kind in ("virtual_machine", "scale_set"):
            body = machines.completed(target, body, self.calls)
            machines.order_late_agent(self.service, target, self.calls)
        headers = {"host": "management.azure.com", "authorization": f"Bearer {self.token}"}
        answer = self.service.handle(
            Request.of("PUT", f"{rid}?api-version={version}", headers, json.dumps(body).encode())
        )
        if answer.status >= 400 and target.kind in ("virtual_machine", "scale_set"):
            raise ValueError(f"the deployment of {rid} was refused: {answer.body.decode()}")
        self._let_end(target)
        if target.kind == "scale_set":
            machines.number_instances(self.service, target, self.calls)

    def _poll_url(self, call: Call, target: Target) -> str | None:
        known = self.operations.get(target.name)
        monitor = "monitor" in call.query or "/operationresults/" in call.path.lower()
        return known.get("location" if monitor else "azure-asyncoperation") if known else None

    def _send(self, call: Call, url: str) -> Answer:
        body = self.presupposed.request_body(call)
        data = json.dumps(body).encode() if body is not None else b""
        headers = {"host": "management.azure.com", "authorization": f"Bearer {self.token}"}
        return self.service.handle(Request.of(call.method, url, headers, data))

    def _remember(self, call: Call, answer: Answer) -> None:
        """The recorded operation's id leads to the URLs that the emulator gave."""
        if call.path.endswith("/retrieveBootDiagnosticsData") and answer.status == 200:
            self.blobs = list(answer.json().values())
        given = {name.lower(): value for name, value in answer.headers.items()}
        for name in ("azure-asyncoperation", "location"):
            if name in call.headers and name in given:
                recorded = urlsplit(call.headers[name]).path.rsplit("/", 1)[1]
                path = urlsplit(given[name])
                self.operations.setdefault(recorded, {})[name] = f"{path.path}?{path.query}"

    # -- waiting -----------------------------------------------------------------------------------------------
    def _wait(self, call: Call, target: Target) -> None:
        """Let the time pass that the recording let pass: until what it saw as done is done."""
        if target.kind == "operation":
            self._wait_for_operation(call, target)
            return
        if call.method != "GET" and call.moment:
            self.clock.advance(max(0.0, call.moment - self.service.now()))
        self._wait_for_resource(call, target)

    def _wait_for_operation(self, call: Call, target: Target) -> None:
        given = urlsplit(self.operations[target.name]["azure-asyncoperation"]).path.rsplit("/", 1)[1]
        operation = self.service.store.operations[given]
        if operation.end is None:
            return
        left = operation.end - self.service.now()
        running = isinstance(call.body, dict) and call.body.get("status") == "InProgress"
        self.clock.advance(max(0.0, left / 2 if running else left + 0.001))

    def _wait_for_resource(self, call: Call, target: Target) -> None:
        seen = call.body.get("properties", {}).get("provisioningState") if isinstance(call.body, dict) else None
        settled = call.method in ("PUT", "PATCH", "DELETE") or seen == "Succeeded" or call.status in (204, 404)
        if target.kind not in TYPES or not target.names or not settled:
            return
        self._let_end(target)
        if _agent_ready(call.body):
            machine = self.service.store.resources.get(target.key)
            ready = machine.extra.get("agent_ready") if machine is not None else None
            self.clock.advance(max(0.0, (ready or 0.0) - self.service.now()))

    def _let_end(self, target: Target) -> None:
        """Let the time pass that the operation on a resource takes."""
        found = current(self.service.store, self.service.settings, target.key, self.service.now())
        if found is not None and found.job is not None and found.job.end is not None:
            self.clock.advance(max(0.0, found.job.end - self.service.now() + 0.001))


def _real_versions(calls: list[Call]) -> dict[tuple[str, str], str]:
    """Network recordings were edited to say newer api-versions; the URL of the operation has the one that Azure saw."""
    found: dict[tuple[str, str], str] = {}
    for call in calls:
        seen = dict(parse_qsl(urlsplit(call.headers.get("azure-asyncoperation", "")).query)).get("api-version")
        said = call.query.get("api-version")
        if seen and said and seen != said and "/microsoft.network/" in call.path.lower():
            found[parse(call.path).kind, said] = seen
    return found


def _agent_ready(body: Any) -> bool:
    """Whether an instance view shows an agent that has reported."""
    view = body.get("properties", {}).get("instanceView", {}) if isinstance(body, dict) else {}
    statuses = (view.get("vmAgent") or {}).get("statuses") or [{}]
    return bool(statuses[0].get("displayStatus") == "Ready")


def _first_time(calls: list[Call]) -> float:
    """A time for recordings without dates: before the first date in a body."""
    from arm_emulator.clock import parse_instant

    for call in calls:
        for name in ("startTime", "publishedDate"):
            moment = parse_instant(_find(call.body, name))
            if moment is not None:
                return moment
    return datetime(2024, 1, 1, tzinfo=UTC).timestamp()


def _find(body: Any, name: str) -> Any:
    if isinstance(body, dict):
        if name in body:
            return body[name]
        body = list(body.values())
    if isinstance(body, list):
        for value in body:
            found = _find(value, name)
            if found is not None:
                return found
    return None
