"""Answers that faults order: refusals of their own, and other bodies."""

from __future__ import annotations

from .entra import Entra
from .faults import spoil
from .messages import Answer, Json, Request, empty, one_line


def refusal(entra: Entra, request: Request, fault: Json) -> Answer | None:
    """The answer that a fault orders instead of the service's own; None if it orders none."""
    headers = {str(name): str(value) for name, value in (fault.get("headers") or {}).items()}
    if "status" in fault:
        status = fault["status"]
        error = {"code": fault.get("code", "EmulatedFault"), "message": fault.get("message", "An ordered fault.")}
        if "target" in fault:
            error["target"] = fault["target"]
        body = fault.get("body", {"error": error})
        return one_line(status, body, headers) if status >= 300 or "body" in fault else empty(status, headers)
    if "expired_token" in fault:
        text = "The access token expiry UTC time is earlier than current UTC time."
        return entra.denied(request, "ExpiredAuthenticationToken", text, "invalid_token").answer()
    if "claims_challenge" in fault:
        return entra.claims_challenge(request, fault["claims_challenge"]).answer()
    if "redirect" in fault:
        return empty(307, {"Location": str(fault["redirect"]), **headers})
    return None


def other_body(request: Request, answer: Answer, fault: Json) -> Answer:
    """Replace the body of an answer, as a fault orders it."""
    if "not_json" in fault:
        page = fault["not_json"] if isinstance(fault["not_json"], str) else "<html><body>Service</body></html>"
        answer.body = page.encode()
        answer.headers["Content-Type"] = "text/html"
    if "odd" in fault and answer.status < 300:
        return one_line(answer.status, spoil(answer.json(), fault["odd"]), answer.headers)
    if "next_link_host" in fault and answer.status == 200:
        return _next_page_elsewhere(request, answer, str(fault["next_link_host"]))
    return answer


def _next_page_elsewhere(request: Request, answer: Answer, host: str) -> Answer:
    document = answer.json()
    if isinstance(document, dict) and "value" in document:
        version = request.param("api-version") or ""
        document["nextLink"] = f"{host.rstrip('/')}{request.path}?api-version={version}&$skiptoken=astray"
        return one_line(200, document, answer.headers)
    return answer
