"""What a canary says of its image, from Azure's code, the machine's instance view and the script's exit code.

Failed is the fault of the image. Whatever else went wrong, known or not, leaves it Unverified.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from .._resources.fields import value_at
from .._resources.provisioning_state import provisioning_state

PASSED, FAILED, UNVERIFIED, BOOTING = "Passed", "Failed", "Unverified", "Booting"
_IMAGE_CODES = (
    "OSProvisioningTimedOut",
    "OSProvisioningClientError",
    "OSProvisioningInternalError",
    "VMMarketplaceInvalidInput",
)
# Refusals of a generation or security type have no code of their own.
_IMAGE_TEXTS = re.compile(
    r"cannot boot Hypervisor Generation|only supports creation of VMs|setting is not supported for the provided image|"
    r"with 'TrustedLaunch' security type",
    re.IGNORECASE,
)
_SIZE_CODES = (
    "SkuNotAvailable",
    "AllocationFailed",
    "ZonalAllocationFailed",
    "OverconstrainedAllocationRequest",
    "OverconstrainedZonalAllocationRequest",
    "QuotaExceeded",
)
_STOPPED = ("stopping", "stopped", "deallocating", "deallocated")
_ENDED = ("Succeeded", "Failed", "TimedOut", "Canceled")


@dataclasses.dataclass(frozen=True)
class Script:
    """How the script goes. `error`: why the run command itself failed."""

    state: str = ""
    exit_code: int | None = None
    output: str = ""
    errors: str = ""
    error: str = ""

    @property
    def ended(self) -> bool:
        return bool(self.error) or self.state in _ENDED


@dataclasses.dataclass(frozen=True)
class Observed:
    """One reading of a canary. `state` None: it does not exist. `late`: its time is over. `script` None: none is to run."""

    state: str | None = None
    code: str = ""
    message: str = ""
    power: str = ""
    agent_ready: bool = False
    late: bool = False
    script: Script | None = None


class Verdict(t.NamedTuple):
    """The verdict and its reason in words. `final`: no later reading changes it."""

    verdict: str
    reason: str

    @property
    def final(self) -> bool:
        return self.verdict != BOOTING


def decide(seen: Observed) -> Verdict:
    """The verdict of one reading: the first that applies."""
    return _of_machine(seen) or _of_script(seen.script, seen.late)


def _of_machine(seen: Observed) -> Verdict | None:
    """None if it runs and its agent is ready."""
    state = seen.state
    if seen.code:
        return Verdict(FAILED if _is_of_image(seen) else UNVERIFIED, f"{seen.message} ({seen.code})")
    if state in (None, "Deleting"):
        return Verdict(UNVERIFIED, "the virtual machine was deleted while it booted")
    if state in ("Failed", "Canceled"):
        return Verdict(UNVERIFIED, f"its provisioning ended {state}, and Azure gives no reason")
    if state != "Succeeded" and seen.late:
        return Verdict(UNVERIFIED, f"the time is over and the virtual machine is still {state}")
    if state != "Succeeded":
        return Verdict(BOOTING, f"the virtual machine is {state}")
    if seen.power in _STOPPED:
        return Verdict(UNVERIFIED, f"the virtual machine is {seen.power}, so nothing runs in it")
    if seen.agent_ready:
        return None
    if seen.late:
        return Verdict(FAILED, "it runs, but its agent did not report in time")
    return Verdict(BOOTING, "the virtual machine runs, its agent is not ready")


def _is_of_image(seen: Observed) -> bool:
    return seen.code in _IMAGE_CODES or (seen.code == "BadRequest" and bool(_IMAGE_TEXTS.search(seen.message)))


def _of_script(script: Script | None, late: bool) -> Verdict:
    if script is None:
        return Verdict(PASSED, "it booted and its agent is ready")
    if script.ended and script.exit_code:
        return Verdict(FAILED, f"the script ended with exit code {script.exit_code}")
    if script.state == "Succeeded" and script.exit_code == 0:
        return Verdict(PASSED, "it booted, its agent is ready, its script ended with exit code 0")
    if script.ended:
        return Verdict(UNVERIFIED, f"the script has no result: {script.error}{script.state}")
    if late:
        return Verdict(UNVERIFIED, "the time is over and the script has not ended")
    return Verdict(BOOTING, "its agent is ready, the script runs")


def another_size_may_do(code: str, message: str) -> bool:
    """Whether Azure refuses this size here and now, so that the next one of the list is worth a try."""
    return code in _SIZE_CODES or (code == "OperationNotAllowed" and "quota" in message.lower())


def observe(machine: dict[str, t.Any] | None, late: bool) -> Observed:
    """What a machine's body, with its instance view, shows. A failure's code may stand there as ProvisioningState/failed/CODE."""
    view = value_at(machine, "properties.instanceView") or {}
    state = provisioning_state(machine)
    code, message, power = "", "", ""
    for status in view.get("statuses") or ():
        kind, _unused, value = str(status.get("code") or "").partition("/")
        if kind == "PowerState":
            power = value
        elif kind == "ProvisioningState" and value.startswith("failed/") and state in ("Failed", "Canceled"):
            code, message = value.removeprefix("failed/"), str(status.get("message") or "")
    return Observed(state, code, message, power, _agent_ready(view), late)


def _agent_ready(view: dict[str, t.Any]) -> bool:
    statuses = value_at(view, "vmAgent.statuses") or ()
    return any(str(status.get("code") or "").lower() == "provisioningstate/succeeded" for status in statuses)


def observe_script(run_command: dict[str, t.Any] | None, error: str = "") -> Script:
    """How the script goes, from the run command with its instance view."""
    view = value_at(run_command, "properties.instanceView") or {}
    state = str(view.get("executionState") or "")
    return Script(state, view.get("exitCode"), str(view.get("output") or ""), str(view.get("error") or ""), error)
