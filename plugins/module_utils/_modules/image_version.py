"""An image version cloned from a managed image: read the state, call decide(), and apply the decision."""

from __future__ import annotations

import dataclasses
import typing as t

from .._arm.auth.options import AUTH_OPTIONS
from .._resources.errors import AzureError, InvalidRequest, NotReady
from .._resources.image_version import IMAGE_VERSION, shape
from .._resources.provisioning_state import is_busy, provisioning_state
from .._run import reads
from .._run.context import Context
from .._run.ensure import created_again, removed
from .._run.module_spec import CREATE_OPTIONS, STATE, ModuleSpec, required
from .._versions.action import Action
from .._versions.decide import SET_BY_AZURE, Current, Decision, decide
from .._versions.find import find, read_current, replaced_key
from .._versions.readiness import deletion_blocked, is_pending
from .._versions.request import POLICIES, WAIT_OPTIONS, Request, read_request
from .._versions.result import Done, deferred, failure, result, wait_ready
from .._versions.write import SourceBusy, VersionExists, create, update

BUSY_PAUSE = 15.0  # seconds between two attempts at a source that Azure calls busy
ATTEMPTS = 10  # at a version number, while other runs use the same numbers


def _run(ctx: Context) -> dict[str, t.Any]:
    request = ctx.by_subscription(lambda subscription_id: read_request(ctx.params, subscription_id))
    if ctx.params["state"] == "absent":
        return _absent(ctx, request)
    return _Present(ctx, request).run()


class _Present:
    """One task with `state: present`; all its waits share one deadline."""

    def __init__(self, ctx: Context, request: Request) -> None:
        self.ctx, self.request = ctx, request
        self.began = ctx.clock.monotonic()

    @property
    def left(self) -> float:
        """Seconds until the timeout."""
        return max(0.0, self.request.wait_timeout - (self.ctx.clock.monotonic() - self.began))

    def run(self) -> dict[str, t.Any]:
        """Apply the decision. Decide again if another run was faster or the source is busy with another version."""
        lost = 0
        while True:
            found = find(self.ctx, self.request)
            try:
                return self._act(read_current(self.ctx, self.request, found), Done(found.rid, found.body or {}))
            except SourceBusy as busy:
                if not self.request.wait:
                    return deferred(self.request, busy.rid, busy.version)
                self._wait_for_source(busy)
            except VersionExists as error:
                lost += 1
                if lost == ATTEMPTS:
                    raise NotReady(
                        f"Could not create a version in {self.request.definition.words}: {ATTEMPTS} attempts lost to concurrent "
                        "runs. Run the task again."
                    ) from error
                self.ctx.debug(f"{error} was created or changed by another run meanwhile; deciding again")
                self.ctx.clock.sleep(self.ctx.random.uniform(0.1, 0.5) * lost)

    def _act(self, current: Current, done: Done) -> dict[str, t.Any]:
        """Apply the decision, and decide again after each wait. `done` records what the task did so far."""
        decision = decide(current, self.request)
        for line in (*decision.notes, *decision.limits):
            self.ctx.warn(line)
        if decision.action is Action.FAIL:
            raise failure(self.ctx, current.rid, decision.body)
        busy = current.body is not None and is_busy(current.body)
        if busy and not self.ctx.check_mode:
            return self._again_when_ready(current, decision, done)
        done.take(decision)
        if self.ctx.check_mode:
            return self._predicted(decision, done)
        if decision.action in (Action.CREATE, Action.RECREATE):
            return self._create(current, decision, done)
        if decision.action in (Action.UPDATE, Action.RETRY_REGIONS):
            done.body = update(self.ctx, current, decision)
        if decision.action is Action.RETRY_REGIONS:
            return self._again_when_ready(current, decision, done)
        return self._end(done)

    def _predicted(self, decision: Decision, done: Done) -> dict[str, t.Any]:
        done.body = decision.body
        if decision.action in (Action.CREATE, Action.RECREATE):
            done.set_by_azure = SET_BY_AZURE
            reads.predict_child(self.ctx, self.request.definition, decision.body)  # for later tasks
        elif decision.changes:
            repairs = any(change.path == "provisioning_state" for change in decision.changes)
            repairs = repairs or decision.action is Action.RETRY_REGIONS
            done.set_by_azure = ("replication", "provisioning_state") if repairs else ("replication",)
        busy = is_busy(decision.body) and "provisioning_state" not in done.set_by_azure
        pending = busy or (not (done.changes or self.request.wait) and is_pending(done.body))
        return result(done, pending=pending)

    def _create(self, current: Current, decision: Decision, done: Done) -> dict[str, t.Any]:
        rid = current.rid
        if provisioning_state(current.body) == "Deleting":
            if not self.request.wait:
                return deferred(self.request, rid, str(rid))
            self.ctx.progress(f"{rid.name}: waiting for its deletion to end")
            if not self.ctx.arm.gone(rid, self.left):
                raise VersionExists(str(rid))
        try:
            done.body = create(self.ctx, self.request, current, decision, self.left)
        except AzureError as error:
            lost = self.ctx.cache.get(replaced_key(rid))
            if lost:  # deleted already: a later run cannot read its values any more
                error.details.setdefault("deleted_image_version", shape(lost))
            raise
        return self._end(done)

    def _wait_for_source(self, busy: SourceBusy) -> None:
        if self.left <= 0:
            raise NotReady(
                f"{busy.rid.words} was not created: its source {self.request.source} was busy with another version "
                f"({busy.version}) for {self.request.wait_timeout:.0f} seconds, and Azure creates one at a time from a source. "
                "Run the task again later."
            )
        self.ctx.progress(f"{busy.rid.name}: waiting for {busy.version}, which is created from the same source")
        self.ctx.clock.sleep(min(self.request.poll_interval or BUSY_PAUSE, max(self.left, 0.1)))

    def _again_when_ready(self, current: Current, decision: Decision, done: Done) -> dict[str, t.Any]:
        """Decide again once it is ready: it is created or updated, perhaps by an interrupted run, or its regions are repaired."""
        if not self.request.wait:
            done.update_pending = [change.path for change in decision.changes]
            done.unmanaged = decision.regions.unmanaged
            return result(done, pending=True)
        done.body = wait_ready(self.ctx, self.request, done, self.left)
        return self._act(dataclasses.replace(current, body=done.body), done)

    def _end(self, done: Done) -> dict[str, t.Any]:
        """Wait if the task waits and the version is pending."""
        if self.request.wait and is_pending(done.body):
            done.body = wait_ready(self.ctx, self.request, done, self.left)
            self._verify(done)
        return result(done, pending=is_pending(done.body))

    def _verify(self, done: Done) -> None:
        """Warn if Azure did not store a property as requested. Tags were compared when they were sent."""
        for change in IMAGE_VERSION.differences(done.body, self.request.wanted, True):
            if change.path not in ("storage_account_type", "tags"):
                self.ctx.warn(
                    f"{done.rid.words}: the task sets {change.path} to {change.after!r}, and Azure stored {change.before!r}."
                )


def _absent(ctx: Context, request: Request) -> dict[str, t.Any]:
    if request.numbered:
        raise InvalidRequest(
            f"name: {request.name} finds a version by its source. To delete a version, set name to its number."
        )
    rid = request.rid(request.name)
    body = ctx.arm.get(rid)
    if body is None:
        return {"changed": False, "image_version": None, "changes": []}
    if deletion_blocked(body, ctx.clock.now()):
        raise InvalidRequest(
            f"{rid.words} is protected by block_deletion_before_end_of_life until {shape(body)['end_of_life_date']}. "
            "Set block_deletion_before_end_of_life: false first. Nothing was deleted."
        )
    before = shape(body)
    if not ctx.check_mode:
        if provisioning_state(body) != "Deleting":
            ctx.arm.delete(rid)
        if request.wait and not ctx.arm.gone(rid, request.wait_timeout):
            raise created_again(rid)
    return removed(rid, before)


SPEC = ModuleSpec(
    name="image_version",
    options={
        **AUTH_OPTIONS,
        **required("resource_group", "gallery_name", "image_definition_name", "name"),
        **STATE,
        "source": {"type": "raw"},
        "target_regions": {"type": "list", "elements": "raw"},
        **IMAGE_VERSION.options(),
        **POLICIES,
        **CREATE_OPTIONS,
        **WAIT_OPTIONS,
    },
    run=_run,
)
