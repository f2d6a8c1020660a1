"""The script of a canary, as a managed run command that is started once."""

from __future__ import annotations

from .._resources.errors import AzureError
from .._resources.fields import Body, value_at
from .._resources.provisioning_state import provisioning_state
from .._run.context import Context
from .._run.provisioning import operation_error
from . import canary_body
from .canary_body import Plan
from .canary_verdict import Script, observe_script


class CanaryScript:
    """Of one machine. `started`: this task has started it. `gone`: it was deleted since, perhaps with its machine."""

    def __init__(self, ctx: Context, plan: Plan) -> None:
        self.ctx, self.plan = ctx, plan
        self.started = self.gone = False

    def look(self, start: bool, seconds: float) -> Script:
        """How the script goes; with `start` it is started if it was not, and Azure ends it after so many seconds."""
        current = self.ctx.arm.read(self.plan.ids.run_command, expand="instanceView")
        self.gone = current is None and self.started
        if current is not None:
            return observe_script(current, self._error(current))
        if self.gone:
            return Script(error="the run command was deleted")
        return self._start(seconds) if start else Script()

    def _start(self, seconds: float) -> Script:
        body = canary_body.run_command_body(self.plan, seconds)
        try:
            self.ctx.arm.put(self.plan.ids.run_command, body, before=None)
        except AzureError as error:
            return Script(error=error.message)
        self.started = True
        self.ctx.progress(f"{self.plan.name}: its agent is ready, running the script")
        return Script()

    def _error(self, current: Body) -> str:
        """Why a run command has no result: its operation failed before the script ran."""
        ended = value_at(current, "properties.instanceView.exitCode") is not None
        if ended or provisioning_state(current) not in ("Failed", "Canceled"):
            return ""
        return f"the run command failed: {operation_error(self.ctx, self.plan.ids.run_command)[0]}"
