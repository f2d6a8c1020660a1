"""A Resource Manager that answers from a script, beneath the real SDK, azure-core and requests; and a clock that jumps."""

from __future__ import annotations

import datetime
import io
import json
import random
import types
from collections.abc import Callable
from typing import Any

import pytest
import requests
import urllib3
from azure.core.credentials import AccessToken
from azure.core.pipeline.transport import RequestsTransport

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth.credentials import Surroundings
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.client import ArmClient
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.connection import Connection
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.retry import Waiting
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.run_cache import RunCache
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.resource_id import ResourceId

OPTIONS = {"tenant": "tenant", "client_id": "client", "secret": "very-secret", "subscription_id": "sub"}
Reply = Any


def reply(status: int, body: Any = None, headers: dict[str, str] | None = None) -> Callable[[], requests.Response]:
    """An answer of Azure's; a body of bytes is sent as it is."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    kind = {} if body is None else {"Content-Type": "application/json; charset=utf-8"}

    def make() -> requests.Response:
        response = requests.Response()
        response.status_code = status
        response.headers.update({**kind, "x-ms-request-id": "rid-1", **(headers or {})})
        response.raw = urllib3.HTTPResponse(
            io.BytesIO(content), headers=response.headers, status=status, preload_content=False
        )
        return response

    return make


def error(status: int, code: str, message: str = "No.", headers: dict[str, str] | None = None) -> Any:
    """An error in Azure's envelope."""
    return reply(status, {"error": {"code": code, "message": message}}, headers)


def resource(rid: ResourceId, state: str = "Succeeded", **properties: Any) -> dict[str, Any]:
    """The least that Azure answers of a resource."""
    found = {"id": str(rid), "name": rid.name, "location": "eastus"}
    return {**found, "properties": {"provisioningState": state, **properties}}


ABSENT = error(404, "ResourceNotFound", "was not found")


class Script(requests.adapters.BaseAdapter):
    """Answers in turn; the last one for ever. An exception in the script is raised."""

    def __init__(self, *replies: Any) -> None:
        super().__init__()
        self.replies = list(replies)
        self.sent: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        self.sent.append(request)
        answer = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(answer, BaseException):
            raise answer
        response: requests.Response = answer()
        response.request = request
        response.url = str(request.url)
        return response

    def close(self) -> None:
        """Nothing is open."""

    @property
    def lines(self) -> list[str]:
        return [f"{one.method} {str(one.url).removeprefix('https://management.azure.com')}" for one in self.sent]

    @property
    def methods(self) -> list[str]:
        return [str(one.method) for one in self.sent]


class JumpingClock:
    """Sleeping moves the time."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.slept: list[float] = []

    def now(self) -> datetime.datetime:
        return datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(seconds=self.time)

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


class Credential:
    """Hands out tokens t1, t2, …"""

    def __init__(self, clock: JumpingClock, lives: float = 3600) -> None:
        self.clock = clock
        self.lives = lives
        self.asked: list[dict[str, Any]] = []

    def get_token(self, *scopes: str, **kwargs: Any) -> AccessToken:
        self.asked.append({"scopes": scopes, **kwargs})
        return AccessToken(f"t{len(self.asked)}", int(self.clock.now().timestamp() + self.lives))


@pytest.fixture
def clock() -> JumpingClock:
    return JumpingClock()


@pytest.fixture
def memory(clock: JumpingClock) -> RunCache:
    return RunCache(clock.monotonic)


@pytest.fixture
def make_arm(clock: JumpingClock, memory: RunCache) -> Callable[..., Any]:
    """make_arm(*replies, …) gives the client, with what was sent, reported and requested."""

    def make(
        *replies: Reply, options: dict[str, Any] | None = None, environ: dict[str, str] | None = None, **more: Any
    ) -> Any:
        script = Script(*replies)
        session = requests.Session()
        session.mount("https://", script)
        session.trust_env = False
        credential = Credential(clock)
        reported: list[str] = []
        debugged: list[str] = []
        connection = Connection(
            {**OPTIONS, **(options or {})},
            memory,
            Waiting(clock, random.Random(0), reported.append),
            debug=debugged.append,
            around=Surroundings(environ=environ or {}, credential_file="/nonexistent", has_az=lambda: False),
            transport=RequestsTransport(session=session, session_owner=False),
            make_credential=lambda: credential,
            **more,
        )
        arm = ArmClient(connection, memory, clock)
        return types.SimpleNamespace(
            arm=arm, script=script, credential=credential, reported=reported, debugged=debugged, connection=connection
        )

    return make
