# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place where answers and exceptions of Azure, requests and TLS become this collection's errors.

A message says what was tried on which id, what Azure said (code, HTTP status, request id) and what to do. URLs of operations,
their signatures, headers, bodies and tokens are never in one.
"""

from __future__ import annotations

import json
import re
import typing as t
from urllib.parse import urlsplit

from .._resources import errors
from .advice import advice_for
from .auth.certificates import Trust

_SIGNED = re.compile(r"(https?://[^\s?\"'<>]+)\?[^\s\"'<>]+")
# "eyJ" begins each part of a JWT but the last. The first part alone counts too, as does one behind %20 or \n of a quoted text.
_TOKEN = re.compile(
    r"(?i:bearer(?:\s|%20|\+)+[\w.~+/=%-]{20,})"
    r"|eyJ[\w-]+\.eyJ[\w-]+(?:\.[\w-]+)*"
    r"|(?:(?<![A-Za-z])|(?<=%[0-9A-Fa-f]{2})|(?<=\\[nrt]))eyJ[\w-]{12,}(?:\.[\w-]+)*"
)
_LOOKED_AT = 65536
# Seconds. The longest window over which Azure counts calls is half an hour; a day would be a wait that nobody asked for.
LONGEST_RETRY_AFTER = 3600.0
_PRINTABLE = re.compile(r"[^\x20-\x7e]+")


def redact(text: str) -> str:
    """The text without queries of URLs and without tokens."""
    return _TOKEN.sub("(token)", _SIGNED.sub(r"\1", text))


class Answer:
    """An HTTP answer, read to its end: `status`, `headers` (lower-case names) and `content` as bytes.

    `hide` takes out of a text what no message may show; a careless server repeats what it was sent.
    """

    def __init__(
        self, status: int, headers: t.Mapping[str, str], content: bytes, hide: t.Callable[[str], str] = redact
    ) -> None:
        self.status = status
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.content = content
        self.hide = hide

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def request_id(self) -> str | None:
        found = self.headers.get("x-ms-request-id") or self.headers.get("x-ms-correlation-request-id")
        return self.hide(found) if found else None

    def json(self) -> t.Any:
        """The body; None if there is none. ValueError if it is not JSON."""
        return json.loads(self.content) if self.content.strip() else None

    def error(self) -> dict[str, t.Any]:
        """The body's error object, in either of Azure's envelopes, fit to be shown; empty if it has none."""
        try:
            body = self.json()
        except ValueError:
            return {}
        if not isinstance(body, dict):
            return {}
        inner = body.get("error", body)
        shown: dict[str, t.Any] = _hidden(inner if isinstance(inner, dict) else {"message": str(inner)}, self.hide)
        return shown


def _hidden(value: t.Any, hide: t.Callable[[str], str]) -> t.Any:
    """The same with `hide` applied to every text in it."""
    if isinstance(value, str):
        return hide(value)
    if isinstance(value, dict):
        return {key: _hidden(item, hide) for key, item in value.items()}
    return [_hidden(item, hide) for item in value] if isinstance(value, list) else value


def _class_for(status: int) -> type[errors.AzureError]:
    if status == 401:
        return errors.SignInFailed
    if status == 403:
        return errors.Denied
    if status == 404:
        return errors.NotFound
    if status == 409:
        return errors.Conflict
    if status == 429:
        return errors.Throttled
    if status == 408 or status >= 500:
        return errors.Unavailable
    return errors.AzureError


def _sentence(text: str) -> str:
    text = text.strip()
    return text if not text or text[-1] in ".!?" else text + "."


def _details(error: dict[str, t.Any]) -> str:
    """The messages of the error's details, when they say more than the error."""
    said = []
    for detail in error.get("details") or []:
        text = str(detail.get("message") or "") if isinstance(detail, dict) else ""
        if text and text != error.get("message"):
            said.append(text)
    return " ".join(said[:3])


def from_answer(answer: Answer, what: str, subscription_id: str = "", tries: int = 1) -> errors.AzureError:
    """The error that an answer with an error status is; `what` begins the message ("Could not read gallery /subs…")."""
    error = answer.error()
    code = str(error.get("code") or "")
    said = str(error.get("message") or "").strip()
    more = _details(error)
    if not said:
        said = describe_body(answer)
    retry_after = seconds(answer.headers.get("retry-after"))
    facts = [code, f"HTTP {answer.status}", f"request id {answer.request_id}" if answer.request_id else ""]
    text = f"{what}: {said.rstrip('.')} ({', '.join(fact for fact in facts if fact)})"
    text += f" after {tries} tries." if tries > 1 else "."
    for addition in (more, advice_for(answer.status, code, said, subscription_id, retry_after, what)):
        text += f" {_sentence(addition)}" if addition else ""
    return _class_for(answer.status)(
        text,
        status=answer.status,
        code=code or None,
        azure_message=said,
        request_id=answer.request_id,
        target=error.get("target"),
        retry_after=retry_after,
    )


def from_operation(body: dict[str, t.Any], what: str, subscription_id: str = "") -> errors.AzureError:
    """The error that a failed operation's body, as Requests.operation gives it, carries; `what` begins the message."""
    given = body.get("error")
    error: dict[str, t.Any] = given if isinstance(given, dict) else {}
    code = str(error.get("code") or "")
    said = str(error.get("message") or f"the operation ended as {body.get('status')}, with no reason given")
    advice = advice_for(0, code, said, subscription_id, None)
    facts = [fact for fact in (code, f"operation {body['name']}" if body.get("name") else "") if fact]
    text = f"{what}: {said.rstrip('.')}{' (' + ', '.join(facts) + ')' if facts else ''}."
    text += f" {_sentence(_details(error))}" if _details(error) else ""
    kind = errors.Conflict if code in ("Conflict", "PropertyChangeNotAllowed") else errors.AzureError
    return kind(
        f"{text} {advice}".rstrip(),
        code=code or None,
        azure_message=said,
        request_id=body.get("name"),
        target=error.get("target"),
    )


def describe_body(answer: Answer) -> str:
    """What an answer without a usable error says of itself: its type and the first 80 printable characters."""
    kind = answer.hide(answer.headers.get("content-type", "no content type"))[:80]
    # Hidden before it is cut: of a secret that is cut short, the rest would not be known any more.
    start = _PRINTABLE.sub(" ", answer.hide(answer.content[:_LOOKED_AT].decode("utf-8", "replace"))).strip()[:80]
    return f"the answer is not Azure's JSON ({kind}): {start!r}" if start else "the answer is empty"


def not_json(answer: Answer, what: str, tries: int = 1) -> errors.Unavailable:
    """The error for a good status whose body cannot be read."""
    after = f" after {tries} tries" if tries > 1 else ""
    return errors.Unavailable(
        f"{what}: {describe_body(answer)} (HTTP {answer.status}){after}. "
        "Something between this machine and Azure, such as a proxy or a sign-in page, may have answered.",
        status=answer.status,
        request_id=answer.request_id,
    )


def seconds(text: str | None) -> float | None:
    """A Retry-After header's seconds; None if there is none or it is no number (a date is not sent by Azure).

    More than LONGEST_RETRY_AFTER is no advice that Azure gives, and is taken as that much.
    """
    try:
        value = float(text) if text else None
    except ValueError:
        return None
    return min(value, LONGEST_RETRY_AFTER) if value is not None and value >= 0 else None


def root_causes(exc: BaseException) -> t.Iterator[BaseException]:
    """The exception and what it was made of, outermost first."""
    seen: set[int] = set()
    todo: list[t.Any] = [exc]
    while todo:
        current = todo.pop(0)
        if not isinstance(current, BaseException) or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        todo += [getattr(current, "inner_exception", None), getattr(current, "reason", None), current.__cause__]
        todo += [current.__context__, *current.args]


def reason_of(exc: BaseException) -> str:
    """Why a connection failed, in a few words."""
    import socket
    import ssl

    causes = list(root_causes(exc))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"certificate: {cause.verify_message}"
    for cause in causes:
        if isinstance(cause, socket.gaierror):
            return f"the name cannot be resolved ({cause.strerror})"
        if isinstance(cause, ConnectionRefusedError):
            return "the connection was refused"
        if isinstance(cause, TimeoutError) or "Timeout" in type(cause).__name__:
            return "no answer in time"
        if isinstance(cause, ConnectionResetError) or type(cause).__name__ in ("RemoteDisconnected", "IncompleteRead"):
            return "the connection was closed before the answer was complete"
        if type(cause).__name__ == "ProxyError":
            return f"the proxy failed ({redact(str(cause))[:120]})"
    last = causes[-1]
    return redact(f"{type(last).__name__}: {last}")[:200].rstrip(".")


def is_certificate(exc: BaseException) -> bool:
    """Whether the other side's certificate was not trusted."""
    return reason_of(exc).startswith("certificate: ")


def from_transport(exc: BaseException, what: str, url: str, trust: Trust, tries: int = 1) -> errors.GalleryError:
    """The error that a request without an answer is."""
    if isinstance(exc, errors.GalleryError):
        return exc
    host = urlsplit(url).netloc
    reason = reason_of(exc)
    if reason.startswith("certificate: "):
        return errors.Unavailable(
            f"{what}: the certificate of {host} could not be verified ({reason[13:]}), using {trust.source}. "
            "Set REQUESTS_CA_BUNDLE to a file with the certificate authority that signed it."
        )
    after = f" after {tries} tries" if tries > 1 else ""
    return errors.Unavailable(
        f"{what}: {host} gave no answer{after}: {reason}. "
        "Check the network, a proxy (HTTPS_PROXY, NO_PROXY) and cloud_environment."
    )
