"""A Resource Manager that answers from a script, beneath the real SDK, azure-core and requests; and a clock that jumps."""

from __future__ import annotations

import datetime
import io
import json
import os
import random
import types
from collections.abc import Callable
from typing import Any, cast

import pytest
import requests
import urllib3
from azure.core.credentials import AccessTokenInfo
from azure.core.pipeline.transport import RequestsTransport

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth import credentials
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.client import ArmClient
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.run_cache import RunCache
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.task import Task
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.resource_id import ResourceId

from support.signed_in import sign_in

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

    def get_token_info(self, *scopes: str, options: Any = None) -> AccessTokenInfo:
        self.asked.append({"scopes": scopes, **(options or {})})
        return AccessTokenInfo(f"t{len(self.asked)}", int(self.clock.now().timestamp() + self.lives))


@pytest.fixture
def clock() -> JumpingClock:
    return JumpingClock()


@pytest.fixture
def memory(clock: JumpingClock) -> RunCache:
    return RunCache(clock.monotonic)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """alone(environ, file, az): no other variable, credential file and Azure CLI than these are there."""

    def make(environ: dict[str, str] | None = None, file: Any = "/nonexistent/credentials", az: bool = False) -> None:
        authorities = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
        for name in [name for name in os.environ if "AZURE" in name or name in authorities]:
            monkeypatch.delenv(name)
        for name, value in (environ or {}).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(credentials, "CREDENTIAL_FILE", str(file))
        monkeypatch.setattr(credentials.shutil, "which", lambda name: f"/bin/{name}" if az else None)

    return make


@pytest.fixture
def make_arm(clock: JumpingClock, memory: RunCache, alone: Callable[..., None]) -> Callable[..., Any]:
    """make_arm(*replies, …) gives the client, with what was sent, reported and requested."""

    def make(
        *replies: Reply,
        options: dict[str, Any] | None = None,
        environ: dict[str, str] | None = None,
        az: bool = False,
        **more: Any,
    ) -> Any:
        alone(environ, az=az)
        script = Script(*replies)
        session = requests.Session()
        session.mount("https://", script)
        session.trust_env = False
        credential = Credential(clock)
        reported: list[str] = []
        debugged: list[str] = []
        task = Task(
            {**OPTIONS, **(options or {})},
            progress=reported.append,
            debug=debugged.append,
            clock=cast("Any", clock),
            cache=memory,
            random=random.Random(0),
            **more,
        )
        arm = ArmClient(task)
        sign_in(arm, credential, RequestsTransport(session=session, session_owner=False))
        return types.SimpleNamespace(
            arm=arm, script=script, credential=credential, reported=reported, debugged=debugged
        )

    return make
