"""Booting one canary: create it or join it, and read it now and then until its verdict is final."""

from __future__ import annotations

import dataclasses
import typing as t

from .._resources.dates import format_time
from .._resources.errors import AzureError, Denied, InvalidRequest, SignInFailed, UnexpectedResponse
from .._resources.fields import Body
from .._resources.provisioning_state import provisioning_state
from .._resources.text import one_line, shorten
from .._run.context import Context
from .._run.provisioning import operation_error
from . import canary_body
from .canary_body import Plan
from .canary_removal import Removal
from .canary_script import CanaryScript
from .canary_secret import os_profile
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
from .stepwise import Steps, Stepwise

PAUSE = 10.0  # seconds between two readings of a machine: Azure allows 35 in 3 minutes
ABSENT = 2  # readings in a row of nothing, so that the run that deletes a canary has seen its end
PATIENCE = 600.0  # seconds after which no other run deletes what is left of a canary
_LINE = 64  # characters of a line of progress after the canary's name, since the page of a job of AWX has no wider ones
_CROSSED = (
    "ConflictingUserInput",
    "InvalidResourceReference",
    "NotFound",
)  # where another run deletes its canary just now
_HOPELESS = (Denied, SignInFailed, UnexpectedResponse)  # of which the next reading would say the same
_DELETED = "is being deleted, and is created again afterwards by a task that waits"


def _ours(tags: dict[str, str]) -> Body:
    """What shows that a write is this run's: not the administrator's secret, nor tags that an Azure Policy may rewrite."""
    return {"tags": {name: tags[name] for name in canary_body.OUR_TAGS}}


class Canary(Stepwise):
    """One canary of a task with state present. The first step creates or joins it, or in check mode only looks.

    `body` is the machine's last reading.
    """

    def __init__(self, ctx: Context, plan: Plan) -> None:
        super().__init__(ctx)
        self.plan = plan
        self.body: Body | None = None
        self.seen, self.verdict = Observed(), Verdict(BOOTING, "it was not started")
        self.changed = False
        self.details: dict[str, t.Any] = {}
        self.boot_log = ""
        self._ends = ctx.clock.monotonic() + plan.request.wait_timeout
        self._created = self._tagged = False
        self._script = CanaryScript(ctx, plan)
        self._sizes = list(plan.subject.sizes)
        self._pause = PAUSE
        self._crossed = 0  # refusals of _CROSSED so far
        self._said = ""

    @property
    def _left(self) -> float:
        """Seconds until the canary's time is over."""
        return max(0.0, self._ends - self.ctx.clock.monotonic())

    @property
    def _late(self) -> bool:
        return self.ctx.clock.monotonic() >= self._ends

    def steps(self) -> Steps:
        """Until the verdict is final. What is being deleted is created again afterwards, and so is the next size."""
        body = self.ctx.arm.get(self.plan.ids.machine, expand="instanceView")
        if body is None and self.ctx.check_mode:
            self.changed, self.verdict = True, Verdict(BOOTING, "it would be created")
            return
        while True:
            again = self._create() if body is None else self._join(body)
            if again:
                self.changed, self.verdict = self.ctx.check_mode, Verdict(BOOTING, f"it {_DELETED}")
                yield 0.0
                self.say("is being deleted; it is created again afterwards")
            while not again and not self.verdict.final:
                yield self._pause
                again = self._look()
            body = (yield from self._make_room()) if again else None
            if self.verdict.final:
                return

    def _look(self) -> bool:
        """Read it once. Whether it has to be created again: another run deletes it, or Azure had no room for its size."""
        self._pause = PAUSE
        try:
            self.body = self.ctx.arm.get(self.plan.ids.machine, expand="instanceView")
            self.seen = self._observed(self.body)
        except _HOPELESS as error:
            self._end_with(error)
            return False
        except AzureError as error:
            self.ctx.debug(f"{self.plan.name}: {error.message}")
            if self._late:
                self._end_with(error)
            return False
        verdict = decide(self.seen)
        ends = self.seen.state in (None, "Deleting") or self._script.gone
        if ends and not self._created and not self._late:
            self.say("the run that created it deletes it; it is created again afterwards")
            return True
        if verdict.final and self._created and self._has_next_size(self.seen.code, self.seen.message):
            return True
        self._tag_disks()
        self._set(verdict)
        return False

    def _make_room(self) -> t.Generator[float, None, Body | None]:
        """Wait until nothing is left of the canary. If a third run has created it again by then, its machine.

        What another run deletes is left to that, unless it takes too long.
        """
        ends, absent = self.ctx.clock.monotonic() + PATIENCE, 0
        while not self._created and self.ctx.clock.monotonic() < ends:
            yield PAUSE
            if self._late:
                self._look()
                return None
            try:
                body = self.ctx.arm.read(self.plan.ids.machine, expand="instanceView")
                parts = () if body else (self.plan.ids.interface, *self.plan.ids.disks)
                absent = 0 if body or any(map(self.ctx.arm.read, parts)) else absent + 1
            except AzureError as error:
                self.ctx.debug(f"{self.plan.name}: {error.message}")
                continue
            if body and provisioning_state(body) != "Deleting":
                return body
            if absent >= ABSENT:
                return None
        removal = Removal(self.ctx, self.plan.ids, str(self.plan.subject.version), self.plan.subject.digest)
        yield from removal.steps()
        if removal.left:
            self._set(Verdict(UNVERIFIED, removal.left.message))
        return None

    # -- creating ----------------------------------------------------------------------------------------------------
    def _join(self, body: Body) -> bool:
        """Go on with a canary that an earlier run, another run or an earlier task created; it is never written again.

        Whether it is being deleted, so that it has to be created again.
        """
        digest = canary_body.tag(body, canary_body.HASH_TAG)
        if digest != self.plan.subject.digest:
            what = "tests something else" if digest else "is no canary of this collection"
            raise InvalidRequest(
                f"{self.plan.ids.machine.words} exists and {what}. Choose another name, or delete it. Nothing was written."
            )
        self.body = body
        self._created = canary_body.tag(body, canary_body.RUN_TAG) == self.plan.run_id
        if provisioning_state(body) == "Deleting":
            return True
        self.say("exists, waiting for it" if self._created else "exists from another run, waiting for it")
        self.seen = self._observed(body, start_script=False)
        self._set(Verdict(BOOTING, decide(self.seen).reason))
        self._pause = 0.0
        return False

    def _create(self) -> bool:
        """Whether another run still deletes the canary of this name, so that it has to be created afterwards."""
        plan = self.plan
        tags = plan.tags(format_time(self.ctx.clock.now()))
        try:
            if self.ctx.arm.read(plan.ids.disks[0]) is not None:
                return True
            self._put_interface(tags)
        except AzureError as error:
            self._end_with(error)
            return False
        while True:
            try:
                self._put_machine(tags)
                return False
            except AzureError as error:
                refusal = error
                self.body = (
                    None if isinstance(error, _HOPELESS) else self.ctx.arm.read(plan.ids.machine, "instanceView")
                )
            if self.body is not None:  # from another run, or from this one
                return self._join(self.body)
            if refusal.code in _CROSSED and self._crossed < len(_CROSSED):
                self._crossed += 1
                return True
            if not self._has_next_size(refusal.code or "", refusal.azure_message or ""):
                self._end_with(refusal)
                return False

    def _has_next_size(self, code: str, message: str) -> bool:
        """Whether Azure has no room for this size here and now, and there is another one to try."""
        if len(self._sizes) == 1 or not another_size_may_do(code, message):
            return False
        self.say(f"{self._sizes.pop(0)} is not available here ({code}); trying {self._sizes[0]}")
        return True

    def _put_interface(self, tags: dict[str, str]) -> None:
        plan = self.plan
        rid, current = plan.ids.interface, self.ctx.arm.get(plan.ids.interface)
        if current is not None:
            if canary_body.tag(current, canary_body.HASH_TAG) != plan.subject.digest:
                raise InvalidRequest(
                    f"{rid.words} exists and is not of this canary. Choose another name, or delete it."
                )
            return
        self.ctx.arm.put(rid, canary_body.interface_body(plan, tags), before=None, readable=_ours(tags))
        self.changed = True

    def _put_machine(self, tags: dict[str, str]) -> None:
        plan, size = self.plan, self._sizes[0]
        profile = None if plan.specialized else os_profile(plan.os_type, plan.subject.digest)
        body = canary_body.machine_body(plan, tags, size, profile)
        accepted = self.ctx.arm.put(plan.ids.machine, body, before=None, readable=_ours(tags), create_only=True)
        self.body = accepted.body
        self.changed = self._created = True
        self._script = CanaryScript(self.ctx, plan)
        self._pause = max(PAUSE, accepted.retry_after or 0.0)
        self.seen = observe(self.body, self._late)
        self.say(f"created ({size}, {plan.subject.location}), waiting to boot")
        self.verdict = Verdict(BOOTING, "the virtual machine is Creating")

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
        seen = observe(body, self._late)
        if seen.state in ("Failed", "Canceled"):
            seen = self._with_reason(seen)
        if self.plan.request.script is None:
            return seen
        ready = seen.state == "Succeeded" and seen.agent_ready
        script = self._script.look(start_script, self._left) if ready else Script()
        self.changed = self.changed or self._script.started
        return dataclasses.replace(seen, script=script)

    def _with_reason(self, seen: Observed) -> Observed:
        """The operation's error, which says more than the instance view; asked of this run's own operations."""
        details = operation_error(self.ctx, self.plan.ids.machine)[1]
        error = details.get("azure_error") or {}
        if not error.get("code"):
            return seen
        self.details = details
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
            self.ctx.progress(f"{self.plan.name}: {shorten(one_line(line), _LINE)}")
