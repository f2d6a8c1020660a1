"""A canary as modules return it."""

from __future__ import annotations

import typing as t

from .._resources.fields import Body
from .canary_body import size_of
from .canary_plan import Plan
from .canary_verdict import BOOTING, FAILED, PASSED, Observed, Verdict
from .guest_text import last_lines

_REASON = 600
_CORRECTION = "Correct the image and clone it again as a new version."
_CORRECTIONS = {
    "VMMarketplaceInvalidInput": "Create an image definition with the purchase plan of its source, and clone the image to that."
}


def one_line(text: str) -> str:
    """A text of Azure's or a guest's, for one line of output."""
    return " ".join(last_lines(text, length=_REASON).split())


def shape(
    plan: Plan, body: Body | None, seen: Observed, verdict: Verdict, boot_log: str, seconds: float
) -> dict[str, t.Any]:
    """The return value `canary`."""
    view = ((body or {}).get("properties") or {}).get("instanceView") or {}
    security = ((body or {}).get("properties") or {}).get("securityProfile") or {}
    result: dict[str, t.Any] = {
        "id": str(plan.ids.machine),
        "name": plan.name,
        "location": plan.subject.location,
        "version_id": str(plan.subject.version),
        "version_published": plan.subject.published,
        "verdict": verdict.verdict,
        "reason": one_line(verdict.reason),
        "agent_ready": seen.agent_ready,
        "os_name": one_line(str(view.get("osName") or "")),
        "os_version": one_line(str(view.get("osVersion") or "")),
        "script": None,
        "vm_size": size_of(body) or plan.subject.sizes[0],
        "security_type": str(security.get("securityType") or plan.subject.security_type),
        "seconds": round(seconds),
    }
    if seen.script is not None and seen.script.ended:
        output, errors = last_lines(seen.script.output), last_lines(seen.script.errors)
        result["script"] = {"exit_code": seen.script.exit_code, "output": output, "error": errors}
    if verdict.verdict not in (PASSED, BOOTING):
        result["boot_log"] = last_lines(boot_log)
    return result


def message(plan: Plan, verdict: Verdict) -> str:
    """Why a task fails; the two verdicts have different words."""
    version, reason = plan.subject.version.words, one_line(verdict.reason).rstrip(".")
    where = f"canary {plan.name} in {plan.subject.location}, {plan.subject.security_type}"
    if verdict.verdict == FAILED:
        correction = next((words for code, words in _CORRECTIONS.items() if code in reason), _CORRECTION)
        return f"{version} failed its test as {where}: {reason}. {correction}"
    return (
        f"{version} could not be verified as {where}: {reason}. This says nothing about the image. Correct the cause, and "
        "run it again."
    )
