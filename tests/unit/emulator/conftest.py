"""The service without sockets, with a clock that the test moves."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from arm_emulator.clock import ManualClock
from arm_emulator.messages import Answer, Request
from arm_emulator.seed import Seeder, configure, order_faults
from arm_emulator.service import Service
from arm_emulator.settings import DEFAULT_SUBSCRIPTION, Settings

GROUP = f"/subscriptions/{DEFAULT_SUBSCRIPTION}/resourceGroups/rg"
COMPUTE = f"{GROUP}/providers/Microsoft.Compute"
SEED = {
    "resource_groups": [{"name": "rg", "location": "eastus2"}],
    "images": [
        {"name": "image", "resource_group": "rg", "data_disks": [{"lun": 0, "size_gb": 10}]},
        {"name": "other", "resource_group": "rg"},
        {"name": "second-generation", "resource_group": "rg", "hyper_v_generation": "V2"},
        {"name": "windows", "resource_group": "rg", "os_type": "Windows"},
        {"name": "specialized", "resource_group": "rg", "os_state": "Specialized"},
        {"name": "westerner", "resource_group": "rg", "location": "westus2"},
        {"name": "giant", "resource_group": "rg", "os_disk_gb": 2520},
    ],
    "galleries": [{"name": "gallery", "resource_group": "rg"}],
    "definitions": [
        {
            "name": "definition",
            "gallery": "gallery",
            "resource_group": "rg",
            "publisher": "p",
            "offer": "o",
            "sku": "s",
        }
    ],
}


class Azure:
    """Talks to a service as a client does."""

    def __init__(self, seed: dict[str, Any], **options: Any) -> None:
        self.clock = ManualClock(datetime(2026, 1, 1, tzinfo=UTC))
        settings = Settings(**{"replication_seconds": 431.0, **options})
        configure(seed, settings)
        self.service = Service(settings, clock=self.clock)
        Seeder(self.service).plant(seed)
        order_faults(seed, self.service)
        self.token = self.service.entra.make_token("client", "tenant", self.service.now(), 1e9)

    def call(
        self, method: str, path: str, body: Any = None, version: str | None = "2024-03-03", **headers: str
    ) -> Answer:
        """Any request; a path without api-version gets one."""
        if version and "api-version=" not in path:
            path += ("&" if "?" in path else "?") + f"api-version={version}"
        data = json.dumps(body).encode() if body is not None else b""
        given = {"host": "127.0.0.1:1", "authorization": f"Bearer {self.token}"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.service.handle(Request.of(method, path, given, data))

    def get(self, path: str, version: str = "2024-03-03") -> Any:
        """The body of a GET that must succeed."""
        answer = self.call("GET", path, None, version)
        assert answer.status == 200, answer.body
        return answer.json()

    def poll(self, answer: Answer, header: str = "Azure-AsyncOperation") -> Answer:
        """Ask what has become of an operation."""
        return self.call("GET", answer.headers[header].removeprefix("https://127.0.0.1:1"), version=None)

    def wait(self, answer: Answer) -> Any:
        """Let the clock run until an operation has ended; its body."""
        for _unused in range(2000):
            body = self.poll(answer).json()
            if body["status"] != "InProgress":
                return body
            self.clock.advance(5)
        raise AssertionError("the operation does not end")

    def error(self, answer: Answer) -> tuple[int, str]:
        """Status and code of a refusal."""
        return answer.status, answer.json()["error"]["code"]


VERSION = f"{COMPUTE}/galleries/gallery/images/definition/versions/1.0.0"
DEFINITION = f"{COMPUTE}/galleries/gallery/images/definition"
GALLERY = f"{COMPUTE}/galleries/gallery"


def version_body(source: str = "image", regions: list[Any] | None = None, **profile: Any) -> dict[str, Any]:
    """The body of a version's create."""
    if regions is not None:
        profile["targetRegions"] = [{"name": r} if isinstance(r, str) else r for r in regions]
    properties: dict[str, Any] = {"storageProfile": {"source": {"id": f"{COMPUTE}/images/{source}"}}}
    if profile:
        properties["publishingProfile"] = profile
    return {"location": "eastus2", "properties": properties}


@pytest.fixture
def make_azure() -> Callable[..., Azure]:
    """A service with a seed of one's own."""
    return lambda seed=SEED, **options: Azure(seed, **options)


@pytest.fixture
def azure() -> Azure:
    """A service with images, a gallery and a definition."""
    return Azure(SEED)
