"""The same over TLS, with tokens, lost answers and hostile links of the emulator."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.client import ArmClient
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.run_cache import RunCache
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.task import Task
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import (
    InvalidRequest,
    SignInFailed,
    Unavailable,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.resource_id import ResourceId

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
GROUP = ResourceId("resource_group", SUBSCRIPTION, "rg")
GALLERY = ResourceId("gallery", SUBSCRIPTION, "rg", "g")
SEED = {
    "resource_groups": [{"name": "rg", "location": "eastus"}],
    "galleries": [{"name": "g", "resource_group": "rg", "location": "eastus"}],
}
BODY = {"location": "eastus", "tags": {"a": "b"}}


@pytest.fixture
def arm(emulator: Any, clock: Any, memory: RunCache, alone: Any) -> Iterator[ArmClient]:
    environ = {
        "AZURE_TENANT": SUBSCRIPTION,
        "AZURE_CLIENT_ID": "client",
        "AZURE_CLIENT_SECRET": "very-secret",
        "AZURE_SUBSCRIPTION_ID": SUBSCRIPTION,
        "AZURE_CLOUD_ENVIRONMENT": emulator.url,
        "SSL_CERT_FILE": str(emulator.ca_file),
    }
    clock.now = _real_time
    alone(environ)
    arm = ArmClient(Task({}, clock=clock, cache=memory, random=random.Random(0)))
    yield arm
    arm.connection.close()


def _real_time() -> Any:
    """Tokens of the emulator end by the machine's clock."""
    import datetime

    return datetime.datetime.now(datetime.UTC)


def sent(emulator: Any, method: str, part: str) -> int:
    return sum(one["method"] == method and part in one["path"] for one in emulator.requests)


@pytest.mark.emulator(seed=SEED)
def test_reads_and_one_sign_in(arm: ArmClient, emulator: Any) -> None:
    assert [one["name"] for one in arm.list(GROUP, "gallery")] == ["g"]
    body = arm.get(GALLERY)
    assert body is not None
    assert body["properties"]["provisioningState"] == "Succeeded"
    assert (sent(emulator, "GET", "/metadata/endpoints"), sent(emulator, "POST", "/token")) == (1, 1)


@pytest.mark.emulator(seed=SEED)
@pytest.mark.parametrize("fault", ["reset_before", "reset_after", "truncate", "not_json"])
def test_a_read_survives(arm: ArmClient, emulator: Any, fault: str) -> None:
    emulator.order_fault(method="GET", kind="gallery", do=fault)
    assert arm.get(GALLERY) is not None
    assert sent(emulator, "GET", "/galleries/g") == 2


@pytest.mark.emulator(seed=SEED)
@pytest.mark.parametrize(
    ("fault", "puts"), [("reset_before", 2), ("reset_after", 1), ("truncate", 1), ("not_json", 1), ({"status": 503}, 2)]
)
def test_a_write_is_never_done_twice(arm: ArmClient, emulator: Any, fault: Any, puts: int) -> None:
    arm.get(GALLERY)
    emulator.order_fault(method="PUT", kind="gallery", do=fault)
    accepted = arm.put(GALLERY, BODY, before=arm.get(GALLERY))
    assert accepted.body is not None
    assert accepted.body["tags"] == {"a": "b"}
    assert sent(emulator, "PUT", "/galleries/g") == puts


@pytest.mark.emulator(seed=SEED)
def test_a_netrc_file_does_not_replace_the_token(
    arm: ArmClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login me password mine\n")
    monkeypatch.setenv("NETRC", str(netrc))
    sent_headers: list[Any] = []
    really = requests.adapters.HTTPAdapter.send

    def send(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        sent_headers.append((request.method, request.headers.get("Authorization", "none").split()[0]))
        return really(self, request, *args, **kwargs)

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send)
    assert arm.get(GALLERY) is not None
    assert [kind for method, kind in sent_headers if method == "POST"] == ["none"]
    assert {kind for _method, kind in sent_headers} == {"none", "Bearer"}


@pytest.mark.emulator(seed=SEED)
def test_an_expired_token_is_renewed(arm: ArmClient, emulator: Any) -> None:
    arm.get(GALLERY)
    emulator.order_fault(method="PUT", kind="gallery", do="expired_token")
    assert arm.put(GALLERY, BODY, before=arm.get(GALLERY)).status == 200
    assert sent(emulator, "POST", "/token") == 2


@pytest.mark.emulator(seed=SEED)
def test_a_claims_challenge_is_met(arm: ArmClient, emulator: Any) -> None:
    emulator.order_fault(method="GET", kind="gallery", do="claims_challenge")
    assert arm.get(GALLERY) is not None
    assert sent(emulator, "POST", "/token") == 2


@pytest.mark.emulator(seed=SEED)
def test_a_next_link_to_another_host_is_refused(arm: ArmClient, emulator: Any) -> None:
    emulator.order_fault(method="GET", kind="gallery", do={"next_link_host": "https://evil.example"})
    with pytest.raises(Unavailable, match=r"evil\.example, which is not the Resource Manager"):
        arm.list(GROUP, "gallery")


@pytest.mark.emulator(seed=SEED)
def test_a_redirect_to_another_host_is_refused(arm: ArmClient, emulator: Any) -> None:
    emulator.order_fault(method="GET", kind="gallery", do={"redirect": "https://evil.example/x"})
    with pytest.raises(Exception, match="HTTP 30"):
        arm.get(GALLERY)


@pytest.mark.emulator(seed={**SEED, "clients": [{"client_id": "client", "secret": "another"}]})
def test_a_wrong_secret(arm: ArmClient, emulator: Any) -> None:
    with pytest.raises(SignInFailed, match=r"AADSTS7000215.*Check secret") as caught:
        arm.get(GALLERY)
    assert "very-secret" not in str(caught.value)
    assert "/galleries" not in str(emulator.requests)


@pytest.mark.emulator(seed=SEED)
def test_without_trust_nothing_is_sent(arm: ArmClient, emulator: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "")
    with pytest.raises(Unavailable, match=r"certificate of 127\.0\.0\.1:\d+ could not be verified.*REQUESTS_CA_BUNDLE"):
        arm.get(GALLERY)
    assert not emulator.requests


@pytest.mark.emulator(seed=SEED)
def test_what_has_no_certificate_file_is_refused(arm: ArmClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nonexistent")
    with pytest.raises(InvalidRequest, match="REQUESTS_CA_BUNDLE"):
        arm.get(GALLERY)
