"""The policies that every request to the Resource Manager passes.

Outermost first: guard, request id, user agent, proxy, token, log, guard. The guard is at both ends: no token is fetched for
a request that may not be sent, and changes that a policy between them makes to a request are checked too.

No policy repeats requests, follows redirects or registers providers: retry.py decides what is repeated, because a write depends
on the resource.
"""

from __future__ import annotations

import time
import typing as t
from urllib.parse import parse_qs, urlsplit

from .._resources.errors import InvalidRequest, RunEnded, Unavailable
from . import sdk
from .answer import Answer
from .auth.clouds import Cloud
from .auth.tokens import SharedToken

# Seconds to connect, and between two pieces of an answer.
CONNECT_TIMEOUT = 10
READ_TIMEOUT = 60
_READS = ("GET", "HEAD")


class Authentication(sdk.ChallengePolicy):  # type: ignore[misc]
    """Adds the token. A 401 means that nothing was executed, so the request is sent once more with a fresh one."""

    def __init__(self, token: SharedToken, scope: str) -> None:
        super().__init__(token, scope)
        self._shared = token

    def send(self, request: t.Any) -> t.Any:
        response = super().send(request)
        if response.http_response.status_code == 401:
            sent = request.http_request.headers.get("Authorization", "")
            self._shared.drop(sent.removeprefix("Bearer "))
            self._token = None
            response = super().send(request)
        return response

    def on_challenge(self, request: t.Any, response: t.Any) -> bool:
        """Ask for a token with the claims of a 401; the 401 stays the answer if they cannot be read."""
        try:
            return bool(super().on_challenge(request, response))
        except ValueError:
            return False


class Log(sdk.HTTPPolicy):  # type: ignore[misc]
    """Writes one line about each request and its answer, without secrets."""

    def __init__(self, debug: t.Callable[[str], None]) -> None:
        super().__init__()
        self._debug = debug

    def send(self, request: t.Any) -> t.Any:
        started = time.monotonic()
        try:
            response = self.next.send(request)
        except Exception as exc:
            self._debug(f"{_line(request.http_request)}: no answer ({type(exc).__name__})")
            raise
        took = (time.monotonic() - started) * 1000
        http = response.http_response
        request_id = Answer(http.status_code, http.headers, b"").request_id
        self._debug(
            f"{_line(request.http_request)}: {http.status_code} in {took:.0f} ms, request id {request_id or '-'}"
        )
        return response


def _line(request: t.Any) -> str:
    """Method, path and api-version of a request; nothing else of its query."""
    parts = urlsplit(request.url)
    version = parse_qs(parts.query).get("api-version", ["-"])[0]
    return f"{request.method} {parts.path} api-version {version}"


class Guard(sdk.HTTPPolicy):  # type: ignore[misc]
    """Checks a request before it is sent: right host, TLS, no write in check mode, and a run that still exists."""

    def __init__(self, cloud: Cloud, check_mode: bool, alive: t.Callable[[], bool]) -> None:
        super().__init__()
        self._cloud = cloud
        self._check_mode = check_mode
        self._alive = alive

    def send(self, request: t.Any) -> t.Any:
        method, url = request.http_request.method, request.http_request.url
        if not self._alive():
            raise RunEnded
        if self._check_mode and method not in _READS:
            raise InvalidRequest(
                f"A {method} was about to be sent in check mode. Nothing was sent; please report this."
            )
        check_host(url, self._cloud)
        return self.next.send(request)


def check_host(url: str, cloud: Cloud) -> None:
    """Unavailable for a URL that does not lead to the Resource Manager of the cloud."""
    origin = origin_of(url)
    if origin is None or origin != origin_of(cloud.resource_manager):
        raise Unavailable(
            f"An answer of Azure leads to {_place(url)}, which is not the Resource Manager "
            f"({urlsplit(cloud.resource_manager).netloc}). Nothing was sent there."
        )


def _place(url: str) -> str:
    """Scheme, host and port of a URL, for a message; never its query or user."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "something that is no URL"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.hostname else "something without a host"


def origin_of(url: str) -> tuple[str, int] | None:
    """Host and port of an https URL, which names no user; None for anything else."""
    try:
        parts = urlsplit(url)
        port = 443 if parts.port is None else parts.port
    except ValueError:
        return None
    if parts.scheme != "https" or "@" in parts.netloc or not parts.hostname:
        return None
    return parts.hostname.lower(), port


def policy_list(
    token: SharedToken, cloud: Cloud, check_mode: bool, alive: t.Callable[[], bool], debug: t.Callable[[str], None]
) -> list[t.Any]:
    """The policies of the client, in their order."""
    agent = f"ansible-cloudimages.azure_gallery/{sdk.VERSION}"
    return [
        Guard(cloud, check_mode, alive),
        sdk.policies.RequestIdPolicy(),
        sdk.policies.UserAgentPolicy(base_user_agent=agent),
        sdk.policies.ProxyPolicy(proxies=sdk.proxies(cloud.resource_manager)),
        Authentication(token, cloud.scope),
        Log(debug),
        Guard(cloud, check_mode, alive),
    ]
