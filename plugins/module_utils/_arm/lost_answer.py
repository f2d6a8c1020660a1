"""Why a request got no answer, in words."""

from __future__ import annotations

import socket
import ssl
import typing as t
from urllib.parse import urlsplit

from .._resources import errors
from .answer import redact
from .auth.certificates import Trust


def root_causes(exc: BaseException) -> t.Iterator[BaseException]:
    """The exception and its causes, outermost first."""
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


def from_transport(exc: BaseException, what: str, url: str, trust: Trust, tries: int = 1) -> errors.Unavailable:
    """The error for a request without an answer."""
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
