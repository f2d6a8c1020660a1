"""The emulator over the network: certificates, connections, faults on the wire."""

from __future__ import annotations

import concurrent.futures
import http.client
import json
import socket
import ssl
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography import x509

from arm_emulator import Emulator, ManualClock

from .conftest import GALLERY, SEED


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """A running one."""
    with Emulator(SEED, operation_seconds=0.05) as running:
        yield running


def connect(emulator: Emulator, host: str = "127.0.0.1") -> http.client.HTTPSConnection:
    """A connection that checks certificates as strictly as Python 3.13 does."""
    context = ssl.create_default_context(cafile=emulator.ca_file)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return http.client.HTTPSConnection(host, int(emulator.url.rsplit(":", 1)[1]), context=context, timeout=10)


def token(emulator: Emulator) -> dict[str, str]:
    """A header with a token."""
    now = emulator.service.now()
    return {"Authorization": "Bearer " + emulator.service.entra.make_token("client", "tenant", now, 3600)}


def ask(emulator: Emulator, method: str, path: str, body: Any = None, host: str = "127.0.0.1") -> tuple[int, Any]:
    """One request on a connection of its own."""
    connection = connect(emulator, host)
    data = json.dumps(body) if body is not None else None
    connection.request(method, path, data, token(emulator))
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, json.loads(text) if text else None


PATH = f"{GALLERY}?api-version=2024-03-03"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_strict_clients_trust_it(emulator: Emulator, host: str) -> None:
    assert ask(emulator, "GET", PATH, host=host)[0] == 200


def test_the_authority_and_nothing_else_is_written(emulator: Emulator) -> None:
    with open(emulator.ca_file, encoding="ascii") as file:
        text = file.read()
    assert "PRIVATE" not in text
    certificate = x509.load_pem_x509_certificate(text.encode())
    assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_only_loopback(emulator: Emulator) -> None:
    assert emulator._server is not None
    assert emulator._server._listener.getsockname()[0] == "127.0.0.1"


def test_one_connection_many_requests(emulator: Emulator) -> None:
    connection = connect(emulator)
    for _unused in range(5):
        connection.request("GET", PATH, headers=token(emulator))
        answer = connection.getresponse()
        assert (answer.status, json.loads(answer.read())["name"]) == (200, "gallery")
    assert len(emulator.requests) == 5
    connection.close()


def test_chunked_body(emulator: Emulator) -> None:
    connection = connect(emulator)
    chunks = iter([b'{"location":', b'"eastus2"}'])
    connection.request("PUT", PATH, chunks, token(emulator), encode_chunked=True)
    assert connection.getresponse().status == 200
    connection.close()


def test_many_at_once(emulator: Emulator) -> None:
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(lambda _unused: ask(emulator, "GET", PATH)[0], range(64)))
    assert statuses == [200] * 64


def test_reset(emulator: Emulator) -> None:
    emulator.order_fault(do="reset_before")
    with pytest.raises((ConnectionError, http.client.RemoteDisconnected, ssl.SSLError)):
        ask(emulator, "GET", PATH)
    assert ask(emulator, "GET", PATH)[0] == 200


def test_truncated(emulator: Emulator) -> None:
    emulator.order_fault(do="truncate")
    with pytest.raises((http.client.IncompleteRead, ssl.SSLError)):
        ask(emulator, "GET", PATH)


def test_a_first_poll_of_a_short_operation_finds_it_done(emulator: Emulator) -> None:
    """As over the internet: else clients would wait 30 s for the second."""
    connection = connect(emulator)
    path = GALLERY.replace("galleries/gallery", "galleries/other") + "?api-version=2024-03-03"
    connection.request("PUT", path, '{"location": "eastus"}', token(emulator))
    answer = connection.getresponse()
    answer.read()
    url = str(answer.headers["Azure-AsyncOperation"]).removeprefix(emulator.url)
    assert ask(emulator, "GET", url)[1]["status"] == "Succeeded"
    assert len(emulator.requests) == 2
    connection.close()


def test_a_manual_clock_is_not_waited_for() -> None:
    clock = ManualClock()
    with Emulator(SEED, clock=clock) as emulator:
        path = GALLERY.replace("galleries/gallery", "galleries/other") + "?api-version=2024-03-03"
        ask(emulator, "PUT", path, {"location": "eastus"})
        assert ask(emulator, "GET", path)[1]["properties"]["provisioningState"] == "Creating"
        clock.advance(1)
        assert ask(emulator, "GET", path)[1]["properties"]["provisioningState"] == "Succeeded"


def test_library(emulator: Emulator) -> None:
    found = emulator.resource(GALLERY.upper())
    assert found is not None
    assert (found["provisioning_state"], found["location"]) == ("Succeeded", "eastus2")
    assert emulator.resource(GALLERY + "x") is None
    emulator.state.resources[GALLERY.lower()].state = "Failed"
    assert ask(emulator, "GET", PATH)[1]["properties"]["provisioningState"] == "Failed"
    emulator.clear_requests()
    assert emulator.requests == []


def test_garbage_does_not_disturb(emulator: Emulator) -> None:
    port = int(emulator.url.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), 5) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\n\r\n")
    assert ask(emulator, "GET", PATH)[0] == 200
