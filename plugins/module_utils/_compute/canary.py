"""Booting one canary: create it or join it, and read it now and then until its verdict is final.

advance() does what is due and never waits, so that one loop can wait for many.
"""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

from .._resources.dates import format_time
from .._resources.errors import AzureError, Denied, InvalidRequest, SignInFailed, UnexpectedResponse
from .._resources.fields import Body
from .._resources.provisioning_state import provisioning_state
from .._resources.text import shorten
from .._run.context import Context
from . import canary_body, canary_result
from .canary_plan import Plan
from .canary_removal import Removal
from .canary_script import CanaryScript, failed_operation
from .canary_secret import os_profile
from .canary_takeover import Takeover
from .canary_verdict import (
    BOOTING,
    UNVERIFIED,
    Observed,
    Script,
    Verdict,
    another_size_may_do,
    decide,
    observe,
)

PAUSE = 10.0  # seconds between two readings of a machine: Azure allows 35 in 3 minutes
_LINE = 64  # characters of a line of progress after the canary's name, since the page of a job of AWX has no wider ones
_CROSSED = (
    "ConflictingUserInput",
    "InvalidResourceReference",
    "NotFound",
)  # where another run deletes its canary just now
_HOPELESS = (Denied, SignInFailed, UnexpectedResponse)  # of which the next reading would say the same


def _ours(tags: dict[str, str]) -> Body:
    """What shows that a write is this run's: not the administrator's secret, nor tags that an Azure Policy may rewrite."""
    return {"tags": {name: tags[name] for name in canary_body.OUR_TAGS}}


class Canary:
    """One canary of a task with state present. `body` is the machine's last reading."""

    def __init__(self, ctx: Context, plan: Plan) -> None:
        self.ctx, self.plan = ctx, plan
        self.began = self.next_at = ctx.clock.monotonic()
        self.body: Body | None = None
        self.seen, self.verdict = Observed(), Verdict(BOOTING, "it was not started")
        self.changed = False
        self.details: dict[str, t.Any] = {}
        self.boot_log = ""
        self._created = self._tagged = False
        self._script = CanaryScript(ctx, plan)
        self._sizes = list(plan.subject.sizes)
        self._removal: Removal | None = None
        self._takeover: Takeover | None = None
        self._crossed = 0  # refusals of _CROSSED so far
        self._said = ""

    @property
    def over(self) -> bool:
        return self.verdict.final

    @property
    def late(self) -> bool:
        return self.ctx.clock.monotonic() >= self.began + self.plan.request.wait_timeout

    @property
    def left(self) -> float:
        """Seconds until the canary's time is over."""
        return max(0.0, self.began + self.plan.request.wait_timeout - self.ctx.clock.monotonic())

    def start(self) -> None:
        """Join the canary that exists, or create it; in check mode only look."""
        body = self.ctx.arm.get(self.plan.ids.machine, expand="instanceView")
        if body is not None:
            self._join(body)
        elif self.ctx.check_mode:
            self.changed, self.verdict = True, Verdict(BOOTING, "it would be created")
        else:
            self._create()

    def advance(self) -> None:
        """Do what is due: one reading, and what follows from it."""
        if self._removal is not None:
            self._go_on_after(self._removal)
            return
        self.next_at = self.ctx.clock.monotonic() + PAUSE
        if self._takeover and not self.late:
            self._go_on_with(self._takeover)
            return
        try:
            self.body = self.ctx.arm.get(self.plan.ids.machine, expand="instanceView")
            self.seen = self._observed(self.body)
        except _HOPELESS as error:
            self._end_with(error)
            return
        except AzureError as error:
            self.ctx.debug(f"{self.plan.name}: {error.message}")
            if self.late:
                self._end_with(error)
            return
        self._conclude()

    def _conclude(self) -> None:
        """The verdict of the last reading, and the next size where Azure had no room for this one."""
        verdict = decide(self.seen)
        ends = self.seen.state in (None, "Deleting") or self._script.gone
        if ends and not self._created and not self.late:
            self.say("the run that created it deletes it; it is created again afterwards")
            self._takeover = Takeover(self.ctx, self.plan)
            return
        sizes_left = self._created and len(self._sizes) > 1
        if verdict.final and sizes_left and another_size_may_do(self.seen.code, self.seen.message):
            self.say(f"{self._sizes.pop(0)} is not available here ({self.seen.code}); trying {self._sizes[0]}")
            self._removal = self._new_removal()
            return
        self._tag_disks()
        self._set(verdict)

    def _go_on_with(self, takeover: Takeover) -> None:
        """Create the canary again once nothing of it is left; join it if a third run did."""
        takeover.look()
        self._takeover = None if takeover.machine or takeover.free or takeover.stale else takeover
        if takeover.machine:
            self._join(takeover.machine)
        elif takeover.free:
            self._create()
        elif takeover.stale:
            self._removal = self._new_removal()

    def _go_on_after(self, removal: Removal) -> None:
        """Once the machine of the size before is gone, create the next."""
        removal.advance()
        self.next_at = removal.next_at
        if removal.over:
            self._removal = None
            if removal.errors:
                self._set(Verdict(UNVERIFIED, removal.message))
            else:
                self._create()

    # -- creating ----------------------------------------------------------------------------------------------------
    def _join(self, body: Body) -> None:
        """Go on with a canary that an earlier run, another run or an earlier task created; it is never written again."""
        digest = canary_body.tag(body, canary_body.HASH_TAG)
        if digest != self.plan.subject.digest:
            what = "tests something else" if digest else "is no canary of this collection"
            raise InvalidRequest(
                f"{self.plan.ids.machine.words} exists and {what}. Choose another name, or delete it. Nothing was written."
            )
        self.body = body
        self._created = canary_body.tag(body, canary_body.RUN_TAG) == self.plan.run_id
        if provisioning_state(body) == "Deleting":
            self._wait_for_deletion()
            return
        self.say("exists, waiting for it" if self._created else "exists from another run, waiting for it")
        self.seen = self._observed(body, start_script=False)
        self._set(Verdict(BOOTING, decide(self.seen).reason))

    def _wait_for_deletion(self) -> None:
        """An earlier task or another run deletes it; it is created again afterwards, by a task that waits."""
        self.verdict = Verdict(BOOTING, "it is being deleted, and is created again afterwards by a task that waits")
        self.changed = self.ctx.check_mode
        if self.plan.request.wait and not self.ctx.check_mode:
            self.say("is being deleted; it is created again afterwards")
            self._takeover = None if self._created else Takeover(self.ctx, self.plan)
            self._removal = self._new_removal() if self._created else None

    def _new_removal(self) -> Removal:
        return Removal(self.ctx, self.plan.ids, str(self.plan.subject.version), self.plan.subject.digest)

    def _create(self) -> None:
        now = format_time(self.ctx.clock.now())
        plan, subject = self.plan, self.plan.subject
        tags = canary_body.tags(plan.request.tags, subject.digest, plan.run_id, now, plan.luns)
        try:
            if self.ctx.arm.look(plan.ids.disks[0]) is not None:  # another run still deletes the canary of this name
                self._wait_for_deletion()
                return
            self._put_interface(tags)
        except AzureError as error:
            self._end_with(error)
            return
        while True:
            refusal = self._put_machine(self._sizes[0], tags)
            if refusal is None:
                return
            if refusal.code in _CROSSED and self._crossed < len(_CROSSED):
                self._crossed += 1
                self._wait_for_deletion()
                return
            if len(self._sizes) == 1 or not another_size_may_do(refusal.code or "", refusal.azure_message or ""):
                self._end_with(refusal)
                return
            self.say(f"{self._sizes.pop(0)} is not available here ({refusal.code}); trying {self._sizes[0]}")

    def _put_interface(self, tags: dict[str, str]) -> None:
        plan = self.plan
        rid, current = plan.ids.interface, self.ctx.arm.get(plan.ids.interface)
        if current is not None:
            if canary_body.tag(current, canary_body.HASH_TAG) != plan.subject.digest:
                raise InvalidRequest(
                    f"{rid.words} exists and is not of this canary. Choose another name, or delete it."
                )
            return
        body = canary_body.interface_body(t.cast("t.Any", plan.request.subnet), plan.subject.location, tags)
        self.ctx.arm.put(rid, body, before=None, readable=_ours(tags))
        self.changed = True

    def _put_machine(self, size: str, tags: dict[str, str]) -> AzureError | None:
        """Create the machine; the error with which Azure refused, or None if it exists now, from whichever run."""
        plan, rid = self.plan, self.plan.ids.machine
        profile = None if plan.specialized else os_profile(plan.os_type, plan.subject.digest)
        machine = canary_body.Machine(plan.subject, tags, plan.luns, plan.plan, profile)
        body = canary_body.machine_body(machine, plan.ids, size)
        try:
            accepted = self.ctx.arm.put(rid, body, before=None, readable=_ours(tags), create_only=True)
            self.body = accepted.body
        except AzureError as error:
            self.body = None if isinstance(error, _HOPELESS) else self.ctx.arm.look(rid, expand="instanceView")
            if self.body is None:
                return error
            self._join(self.body)
            return None
        self.changed = self._created = True
        self._script.renew()
        self.next_at = self.ctx.clock.monotonic() + max(PAUSE, accepted.retry_after or 0.0)
        self.seen = observe(self.body, self.late)
        self.say(f"created ({size}, {plan.subject.location}), waiting to boot")
        self.verdict = Verdict(BOOTING, "the virtual machine is Creating")
        return None

    def _tag_disks(self) -> None:
        """Azure takes no tags for disks with the create of their machine; without them a sweep would not find a lost one."""
        if self._tagged or not self._created or self.seen.state in (None, "Creating", "Deleting"):
            return
        self._tagged = True
        tags = {name: canary_body.tag(self.body, name) for name in canary_body.OUR_TAGS}
        for rid in self.plan.ids.disks:
            try:
                self.ctx.arm.patch(rid, {"tags": tags})
            except AzureError as error:
                self.ctx.debug(f"{rid.name}: not tagged: {error.message}")

    # -- reading -----------------------------------------------------------------------------------------------------
    def _observed(self, body: Body | None, start_script: bool = True) -> Observed:
        seen = observe(body, self.late)
        if seen.state in ("Failed", "Canceled"):
            seen = self._with_reason(seen)
        if self.plan.request.script is None:
            return seen
        ready = seen.state == "Succeeded" and seen.agent_ready
        script = self._script.look(start_script, self.left) if ready else Script()
        self.changed = self.changed or self._script.started
        return dataclasses.replace(seen, script=script)

    def _with_reason(self, seen: Observed) -> Observed:
        """The operation's error, which says more than the instance view; asked of this run's own operations."""
        error = failed_operation(self.ctx, self.plan.ids.machine)
        if not error.get("code"):
            return seen
        self.details = {"azure_error": {"code": error["code"], "message": str(error.get("message") or "")}}
        return dataclasses.replace(seen, code=str(error["code"]), message=str(error.get("message") or ""))

    # -- ending ------------------------------------------------------------------------------------------------------
    def _end_with(self, error: AzureError) -> None:
        """A refusal of Azure, judged by its code."""
        self.details = dict(error.details)
        code, said = error.code or type(error).__name__, error.azure_message or error.message
        self._set(decide(Observed(None, code, said)))

    def _set(self, verdict: Verdict) -> None:
        self.verdict = verdict
        self.say(f"{verdict.verdict}: {verdict.reason}" if verdict.final else verdict.reason)

    def say(self, line: str) -> None:
        """A line of progress, if it is news; the result has all of it."""
        if line != self._said:
            self._said = line
            self.ctx.progress(f"{self.plan.name}: {shorten(canary_result.one_line(line), _LINE)}")

    @property
    def created(self) -> datetime.datetime:
        """When the machine was created, by its tag."""
        return canary_body.created(self.body, self.ctx.clock.now())
