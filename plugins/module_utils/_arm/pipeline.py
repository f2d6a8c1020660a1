"""The policies that every request to the Resource Manager passes.

Outermost first: request id, user agent, proxy, token, log, guard. The connection asks the guard before all of them, too: no token
is fetched for a request that may not be sent.

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
from .auth.clouds import Cloud, origin_of
from .auth.tokens import SharedToken
from .task import Task

# Seconds to connect, and between two pieces of an answer.
CONNECT_TIMEOUT = 10
READ_TIMEOUT = 60
_READS = ("GET", "HEAD")


class Authentication(sdk.ChallengePolicy):  # type: ignore[misc]
    """Adds the token. A 401 means that nothing was executed, so the request is sent once more with a fresh one."""

    def send(self, request: t.Any) -> t.Any:
        response = super().send(request)
        if response.http_response.status_code == 401:
            sent = request.http_request.headers.get("Authorization", "")
            self._credential.drop(sent.removeprefix("Bearer "))
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

    def __init__(self, task: Task, cloud: Cloud) -> None:
        super().__init__()
        self._task = task
        self._cloud = cloud

    def check(self, method: str, url: str) -> None:
        """Raise the error of a request that may not be sent."""
        if not self._task.alive():
            raise RunEnded
        if self._task.check_mode and method not in _READS:
            raise InvalidRequest(
                f"A {method} was about to be sent in check mode. Nothing was sent; please report this."
            )
        check_host(url, self._cloud)

    def send(self, request: t.Any) -> t.Any:
        self.check(request.http_request.method, request.http_request.url)
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


def policy_list(guard: Guard, token: SharedToken, cloud: Cloud, debug: t.Callable[[str], None]) -> list[t.Any]:
    """The policies of the client, in their order."""
    agent = f"ansible-cloudimages.azure_gallery/{sdk.VERSION}"
    return [
        sdk.policies.RequestIdPolicy(),
        sdk.policies.UserAgentPolicy(base_user_agent=agent),
        sdk.policies.ProxyPolicy(proxies=sdk.proxies(cloud.resource_manager)),
        Authentication(token, cloud.scope),
        Log(debug),
        guard,
    ]
