"""What a canary says of its image: one table, from Azure's code, the machine's instance view and the script's exit code.

Failed is the fault of the image. Whatever else went wrong, known or not, leaves it Unverified.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

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


class _Row(t.NamedTuple):
    holds: t.Callable[[Observed], bool]
    verdict: str
    reason: t.Callable[[Observed], str]


def _row(verdict: str, reason: str, holds: t.Callable[[Observed], bool]) -> _Row:
    return _Row(holds, verdict, lambda seen: reason.format(seen=seen, script=seen.script or Script()))


def _of_image(seen: Observed) -> bool:
    return seen.code in _IMAGE_CODES or (seen.code == "BadRequest" and bool(_IMAGE_TEXTS.search(seen.message)))


# The first row that holds decides.
_TABLE: tuple[_Row, ...] = (
    _row(FAILED, "{seen.message} ({seen.code})", _of_image),
    _row(UNVERIFIED, "{seen.message} ({seen.code})", lambda seen: bool(seen.code)),
    _row(UNVERIFIED, "the virtual machine was deleted while it booted", lambda seen: seen.state in (None, "Deleting")),
    _row(
        UNVERIFIED,
        "its provisioning ended {seen.state}, and Azure gives no reason",
        lambda seen: seen.state in ("Failed", "Canceled"),
    ),
    _row(
        UNVERIFIED,
        "the time is over and the virtual machine is still {seen.state}",
        lambda seen: seen.state != "Succeeded" and seen.late,
    ),
    _row(BOOTING, "the virtual machine is {seen.state}", lambda seen: seen.state != "Succeeded"),
    _row(UNVERIFIED, "the virtual machine is {seen.power}, so nothing runs in it", lambda seen: seen.power in _STOPPED),
    _row(
        FAILED,
        "it runs, but its agent did not report in time",
        lambda seen: not seen.agent_ready and seen.late,
    ),
    _row(BOOTING, "the virtual machine runs, its agent is not ready", lambda seen: not seen.agent_ready),
    _row(PASSED, "it booted and its agent is ready", lambda seen: seen.script is None),
    _row(
        FAILED,
        "the script ended with exit code {script.exit_code}",
        lambda seen: bool(seen.script and seen.script.ended and seen.script.exit_code),
    ),
    _row(
        PASSED,
        "it booted, its agent is ready, its script ended with exit code 0",
        lambda seen: bool(seen.script and seen.script.state == "Succeeded" and seen.script.exit_code == 0),
    ),
    _row(
        UNVERIFIED,
        "the script has no result: {script.error}{script.state}",
        lambda seen: bool(seen.script and seen.script.ended),
    ),
    _row(UNVERIFIED, "the time is over and the script has not ended", lambda seen: seen.late),
    _row(BOOTING, "its agent is ready, the script runs", lambda _seen: True),
)


class Verdict(t.NamedTuple):
    """The verdict and its reason in words. `final`: no later reading changes it."""

    verdict: str
    reason: str

    @property
    def final(self) -> bool:
        return self.verdict != BOOTING


def decide(seen: Observed) -> Verdict:
    """The verdict of one reading."""
    row = next(row for row in _TABLE if row.holds(seen))
    return Verdict(row.verdict, row.reason(seen))


def another_size_may_do(code: str, message: str) -> bool:
    """Whether Azure refuses this size here and now, so that the next one of the list is worth a try."""
    return code in _SIZE_CODES or (code == "OperationNotAllowed" and "quota" in message.lower())


def observe(machine: dict[str, t.Any] | None, late: bool) -> Observed:
    """What a machine's body, with its instance view, shows. A failure's code may stand there as ProvisioningState/failed/CODE."""
    view = ((machine or {}).get("properties") or {}).get("instanceView") or {}
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
    statuses = (view.get("vmAgent") or {}).get("statuses") or ()
    return any(str(status.get("code") or "").lower() == "provisioningstate/succeeded" for status in statuses)


def observe_script(run_command: dict[str, t.Any] | None, error: str = "") -> Script:
    """How the script goes, from the run command with its instance view."""
    view = ((run_command or {}).get("properties") or {}).get("instanceView") or {}
    state = str(view.get("executionState") or "")
    return Script(state, view.get("exitCode"), str(view.get("output") or ""), str(view.get("error") or ""), error)
