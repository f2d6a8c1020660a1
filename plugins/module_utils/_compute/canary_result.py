"""A canary as modules return it. Text that a guest wrote is bounded, and has nothing that a terminal would obey."""

from __future__ import annotations

import re
import typing as t

from .._resources.errors import GalleryError
from .._resources.fields import value_at
from .._resources.text import one_line, printable
from .canary import Canary
from .canary_body import created, size_of
from .canary_verdict import BOOTING, FAILED, PASSED, UNVERIFIED, Verdict

Entry = dict[str, t.Any]
LINES, LENGTH = 60, 8000
_REASON = 600
_SEQUENCES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])|\x9b[0-?]*[ -/]*[@-~]")
_CORRECTION = "Correct the image and clone it again as a new version."
_CORRECTIONS = {
    "VMMarketplaceInvalidInput": "Create an image definition with the purchase plan of its source, and clone the image to that."
}


def error_entry(error: GalleryError) -> Entry:
    """The result of a canary that could not be planned or deleted."""
    return {"changed": False, "canary": None, **error.details, "failed": True, "message": error.message}


def entry(canary: Canary) -> Entry:
    """The result of a canary: {changed, canary, failed, message}, and for a failure Azure's error."""
    if canary.error:  # of a wait that did not end
        canary.verdict = Verdict(UNVERIFIED, canary.error.message)
    shown, verdict = _shape(canary), canary.verdict
    result: Entry = {"changed": canary.changed, "canary": shown, "failed": False, "message": shown["reason"]}
    if canary.error:
        return {**result, **canary.error.details, "failed": True, "message": canary.error.message}
    if verdict.final and verdict.verdict != PASSED:
        result |= {**canary.details, "failed": True, "message": _message(canary)}
    return result


def _shape(canary: Canary) -> dict[str, t.Any]:
    """The return value `canary`."""
    plan, seen, verdict = canary.plan, canary.seen, canary.verdict
    view = value_at(canary.body, "properties.instanceView") or {}
    security = value_at(canary.body, "properties.securityProfile.securityType")
    now = canary.ctx.clock.now()
    result: dict[str, t.Any] = {
        "id": str(plan.ids.machine),
        "name": plan.name,
        "location": plan.subject.location,
        "version_id": str(plan.subject.version),
        "version_published": plan.subject.published,
        "verdict": verdict.verdict,
        "reason": _short(verdict.reason),
        "agent_ready": seen.agent_ready,
        "os_name": _short(view.get("osName")),
        "os_version": _short(view.get("osVersion")),
        "script": None,
        "vm_size": size_of(canary.body) or plan.subject.sizes[0],
        "security_type": str(security or plan.subject.security_type),
        "seconds": max(0, round((now - (created(canary.body) or now)).total_seconds())),
    }
    if seen.script is not None and seen.script.ended:
        output, errors = last_lines(seen.script.output), last_lines(seen.script.errors)
        result["script"] = {"exit_code": seen.script.exit_code, "output": output, "error": errors}
    if verdict.verdict not in (PASSED, BOOTING):
        result["boot_log"] = last_lines(canary.boot_log)
    return result


def _message(canary: Canary) -> str:
    """Why a task fails; the two verdicts have different words."""
    plan, reason = canary.plan, _short(canary.verdict.reason).rstrip(".")
    version = plan.subject.version.words
    where = f"canary {plan.name} in {plan.subject.location}, {plan.subject.security_type}"
    if canary.verdict.verdict == FAILED:
        correction = next((words for code, words in _CORRECTIONS.items() if code in reason), _CORRECTION)
        return f"{version} failed its test as {where}: {reason}. {correction}"
    return (
        f"{version} could not be verified as {where}: {reason}. This says nothing about the image. Correct the cause, and "
        "run it again."
    )


def last_lines(text: str, lines: int = LINES, length: int = LENGTH) -> str:
    """The end of a text, at most so many lines and characters."""
    plain = _SEQUENCES.sub("", text[-16 * length :].replace("\r\n", "\n").replace("\r", "\n"))
    kept = [line.rstrip() for line in printable(plain).splitlines() if line.strip()]
    return "\n".join(kept[-lines:])[-length:]


def _short(text: t.Any) -> str:
    """A text of Azure's or a guest's, for one line of output."""
    return one_line(last_lines(str(text or ""), length=_REASON))
