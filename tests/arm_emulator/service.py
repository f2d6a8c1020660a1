"""The service without sockets: it returns a response for a request."""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import apiversions, blobs, directory, limits, list_lag, locks, operations, rights
from .clock import Clock, SystemClock
from .context import Context
from .control import Control
from .entra import Caller, Entra
from .errors import ArmError, forbidden, subscription_not_found
from .fault_answers import other_body, refusal
from .faults import Faults
from .journal import Journal
from .messages import Answer, Json, Request
from .paths import TYPES, Target, parse
from .resource_types import VIEWED, action, is_compute, parent_kind
from .response_headers import dress
from .routes import ROUTES
from .settings import Settings
from .store import Store


class Service:
    """Everything but the network."""

    def __init__(
        self,
        settings: Settings,
        store: Store | None = None,
        clock: Clock | None = None,
        state_file: Path | None = None,
    ) -> None:
        self.settings = settings
        self.store = store or Store()
        self.clock = clock or SystemClock()
        self.store.clock = self.now
        self.faults = Faults()
        self.journal = Journal()
        self.limits = limits.Limits(settings.rate_limits)
        self.entra = Entra(settings, self.store.secret)
        self.signer = operations.Signer(self.store.secret)
        self.lock = threading.RLock()
        self.state_file = state_file
        self.plant: Callable[[], None] = lambda: None  # creates the resources and faults of the seed
        self._control = Control(self)

    def now(self) -> float:
        """The present, in seconds since the epoch."""
        return self.clock.now().timestamp()

    def save(self) -> None:
        """Write the state file, when there is to be one."""
        if self.state_file is not None:
            self.store.save(self.state_file)

    def reset(self) -> None:
        """Return to the seed: no other resources, operations, faults, log entries or used-up limits."""
        self.store.clear()
        self.faults.clear()
        self.journal.clear()
        self.limits = limits.Limits(self.settings.rate_limits)
        self.plant()
        self.save()

    # -- one request -------------------------------------------------------------------------------------------
    def handle(self, request: Request) -> Answer:
        """Answer a request, with the faults ordered for it, and log it."""
        if request.path.startswith("/_emulator/"):
            with self.lock:
                return self._control.handle(request)
        return self.serve(request, parse(request.path))

    def serve(self, request: Request, target: Target) -> Answer:
        """The same for a parsed target, since the Resource Manager does not serve blobs."""
        with self.lock:
            now = self.now()
            fault = self.faults.for_request(request.method, request.path, target)
            answer = self._with_fault(request, target, now, fault) if fault else self._answer(request, target, now)
            dress(self.settings, request, target, answer, now)
            self.journal.add(request, target, answer, now)
        return answer

    def again(self, request: Request) -> Answer:
        """Answer a poll that was held until its operation ended; it is logged already."""
        target = parse(request.path)
        with self.lock:
            now = self.now()
            answer = self._answer(request, target, now)
            dress(self.settings, request, target, answer, now)
        return answer

    def _with_fault(self, request: Request, target: Target, now: float, fault: Json) -> Answer:
        if "reset_before" in fault:
            return Answer(0, delivery="reset")
        if "stall" in fault:
            return Answer(0, delivery="reset", delay=float(fault["stall"]))
        if "rival" in fault:
            self._let_first(request, fault["rival"], now)
        refused = refusal(self.entra, request, fault)
        if refused is not None:
            refused.acted = bool(fault.get("acted")) and self._answer(request, target, now).acted
            return refused
        answer = self._answer(request, target, now) if fault.get("acted", True) else Answer(200)
        if "reset_after" in fault:
            answer.delivery = "reset"
        if "truncate" in fault:
            answer.delivery = "truncate_head" if fault["truncate"] == "head" else "truncate"
        if "delay" in fault:
            answer.delay = float(fault["delay"])
        return other_body(request, answer, fault)

    def _let_first(self, request: Request, rival: Json, now: float) -> None:
        """Serve another client's request just before this one; it is not logged."""
        headers = {**request.headers, "content-type": "application/json"}
        body = json.dumps(rival["body"]).encode() if "body" in rival else b""
        other = Request(
            rival["method"], rival["path"], {"api-version": request.param("api-version") or ""}, headers, body
        )
        answer = self._answer(other, parse(other.path), now)
        if not 200 <= answer.status < 300:
            raise ValueError(f"the rival's request was refused: {answer.body.decode()}")

    # -- the answer --------------------------------------------------------------------------------------------
    def _answer(self, request: Request, target: Target, now: float) -> Answer:
        try:
            if target.kind == "metadata":
                return directory.metadata(request)
            if target.kind == "blob":
                return blobs.answer(self.store, self.settings, request, now)
            if target.kind == "token":
                answer = self.entra.answer(request, now)
                return answer or self._nothing_there(request)
            return self._resource_manager(request, target, now)
        except ArmError as error:
            return error.answer()

    @staticmethod
    def _nothing_there(request: Request) -> Answer:
        text = f"No HTTP resource was found that matches the request URI '{request.path}'."
        return ArmError(404, "NotFound", text, gateway=True).answer()

    def _resource_manager(self, request: Request, target: Target, now: float) -> Answer:
        caller = self.entra.caller(request, now)
        version = apiversions.check(_api_kind(target), request.param("api-version"))
        self._authorise(request, target, caller)
        headers = self._gateway_headers(request, target, now)
        ctx = Context(
            request,
            target,
            version,
            now,
            self.store,
            self.settings,
            self.faults,
            self.signer,
            self.entra,
            caller,
        )
        answer = self._counted(ctx)
        answer.acted = ctx.changed
        answer.headers.update(headers)
        if ctx.changed:
            self.save()
        return answer

    def _authorise(self, request: Request, target: Target, caller: Caller) -> None:
        if not target.subscription:
            return
        subscription = self.settings.subscriptions.get(target.subscription)
        if subscription is None:
            raise subscription_not_found(target.subscription)
        if subscription.tenant and subscription.tenant.lower() != caller.tenant.lower():
            text = (
                f"The access token is from the wrong issuer 'https://sts.windows.net/{caller.tenant}/'. It must match "
                f"the tenant 'https://sts.windows.net/{subscription.tenant}/' associated with this subscription."
            )
            raise self.entra.denied(request, "InvalidAuthenticationTokenTenant", text, "invalid_token")
        if not self.entra.allowed(caller, target.subscription):
            scope = target.id if target.names and target.kind in TYPES else f"/subscriptions/{target.subscription}"
            raise forbidden(caller.client_id, caller.object_id, action(target.kind, request.method), scope)
        rights.check(self.settings, caller, target, request.method)

    def _gateway_headers(self, request: Request, target: Target, now: float) -> dict[str, str]:
        return self.limits.gateway(target.subscription or "tenant", request.method, now)

    def _counted(self, ctx: Context) -> Answer:
        """Run the handler within Compute's rate limits. A refused write counts too (recorded); the gateway's do not."""
        target, request = ctx.target, ctx.request
        family = self._family(target, request.path.lower())
        wide = not target.group
        counted = limits.windows(target.kind, request.method, target.listing, ctx.version, family, wide)
        scope = f"{target.subscription}|{self._region(ctx)}" if counted else ""
        one = _machine(target)
        refusal = self.limits.refuse(scope, counted, ctx.now, one)
        if refusal is not None:
            return refusal
        existing = ctx.get(target.key) if target.kind in TYPES and target.names else None
        before = None
        if existing and request.method != "GET":
            before = copy.deepcopy((existing.body, existing.extra, existing.state))
        try:
            answer = self._route(ctx)
            list_lag.note(ctx, before)
        except ArmError as error:
            if existing and before:
                existing.body, existing.extra, existing.state = (
                    before  # a write that is refused half-way changes nothing
                )
            answer = error.answer()
        uncounted = answer.status == 204 or answer.headers.get("x-ms-failure-cause") == "gateway"
        if counted and not uncounted and "x-ms-original-request-ids" not in answer.headers:
            left = self.limits.charge(scope, counted, ctx.now, one, ctx.counted)
            answer.headers["x-ms-ratelimit-remaining-resource"] = left
        return answer

    def _family(self, target: Target, path: str) -> str:
        """Operations on machines are counted by another way than others of their api-version (recorded)."""
        operation = self.store.operations.get(target.name.lower()) if target.kind == "operation" else None
        if operation is not None and "/virtualmachine" in operation.resource.lower():
            return "machine operations"
        families = {"/operations/": "operations", "/diskoperations/": "DiskOperations"}
        return next((family for part, family in families.items() if part in path), "capsOperations")

    def _region(self, ctx: Context) -> str:
        """Limits are per subscription and region."""
        target = ctx.target
        if target.location:
            return target.location
        if target.names and target.kind in TYPES:
            found = self.store.resources.get(target.key) or self.store.resources.get(target.parent().key)
            return found.location if found else ""
        return ""

    def _route(self, ctx: Context) -> Answer:
        target, method = ctx.target, ctx.request.method
        if target.kind == "operation":
            self.signer.check(ctx.request)
            return operations.poll(self.store, self.settings, self.signer, ctx.request, target.name, ctx.now)
        handler = ROUTES.get((target.kind, target.listing, method))
        if handler is None:
            if target.kind == "unknown":
                return self._nothing_there(ctx.request)
            text = f"The requested resource does not support http method '{method}'."
            raise ArmError(405, "HttpMethodNotAllowed", text, gateway=True)
        locks.enforce(ctx)
        if target.kind in TYPES and target.names and not target.scope and parent_kind(target.kind) is None:
            ctx.require_group()
        if is_compute(target.kind) and method in ("PUT", "PATCH", "DELETE"):
            ctx.require_registration()
        if target.kind in TYPES and method in ("PUT", "PATCH"):
            ctx.require_lasting_group()
        return handler(ctx)

    # -- what tests look at ------------------------------------------------------------------------------------
    def describe_state(self) -> list[Json]:
        """Every resource as it is now."""
        from .lifecycle import settle

        with self.lock:
            now = self.now()
            for resource in list(self.store.resources.values()):
                settle(self.store, self.settings, resource, now)
            return [describe(resource) for resource in self.store.resources.values()]


def describe(resource: Any) -> Json:
    """A resource for tests: its stored body and its running operation."""
    return {
        "id": resource.id,
        "kind": resource.kind,
        "provisioning_state": resource.state,
        **resource.body,
        "regions": [{slot: getattr(region, slot) for slot in region.__slots__} for region in resource.regions],
        "job": resource.job.action if resource.job else None,
    }


def _machine(target: Target) -> str:
    """What limits of a single resource count by: a machine's run commands and actions count as its own."""
    return "/".join((target.subscription, target.group, *target.names[:1])).lower()


def _api_kind(target: Target) -> str:
    return VIEWED.get(target.kind, target.kind)
