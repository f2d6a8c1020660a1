"""Whom a connection trusts: real TLS, straight and through a proxy that leads every name to the emulator."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm import sdk
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.lost_answer import reason_of
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import InvalidRequest


class Proxy(threading.Thread):
    """Answers CONNECT, whatever the name, with a tunnel to one port of this machine."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self._target = ("127.0.0.1", port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.asked: list[str] = []
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.start()

    def run(self) -> None:
        while True:
            try:
                client, _address = self._listening.accept()
            except OSError:
                return
            self.asked.append(client.recv(65536).split()[1].decode())
            server = socket.create_connection(self._target)
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            for source, target in ((client, server), (server, client)):
                threading.Thread(target=_pass_on, args=(source, target), daemon=True).start()

    def stop(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


@pytest.fixture
def proxy(emulator: Any) -> Iterator[Proxy]:
    running = Proxy(int(emulator.url.rpartition(":")[2]))
    yield running
    running.stop()


@pytest.fixture
def other_ca(emulator_factory: Any) -> Iterator[str]:
    with emulator_factory.manager() as other:
        yield str(other.ca_file)


def send(url: str, ca_file: Any, **more: Any) -> int:
    """The status of a GET."""
    transport = sdk.transport(ca_file, 10, 10)
    try:
        return int(transport.send(sdk.HttpRequest("GET", f"{url}/metadata/endpoints"), **more).status_code)
    finally:
        transport.close()


def refusal(url: str, ca_file: Any, **more: Any) -> str:
    with pytest.raises(sdk.core_exceptions.ServiceRequestError) as caught:
        send(url, ca_file, **more)
    return reason_of(caught.value)


def test_who_is_vouched_for_is_trusted(emulator: Any) -> None:
    assert send(emulator.url, str(emulator.ca_file)) < 500
    assert len(emulator.requests) == 1


@pytest.mark.parametrize("built_in", [True, False])
def test_who_is_not_gets_nothing(emulator: Any, other_ca: str, built_in: bool) -> None:
    assert refusal(emulator.url, True if built_in else other_ca).startswith("certificate: ")
    assert not emulator.requests


def test_a_proxy_changes_nothing(emulator: Any, other_ca: str, proxy: Proxy) -> None:
    through = {"proxies": {"https": proxy.url}}
    assert send(emulator.url, str(emulator.ca_file), **through) < 500
    assert refusal(emulator.url, other_ca, **through).startswith("certificate: ")
    assert "mismatch" in refusal("https://elsewhere.example", str(emulator.ca_file), **through)
    assert proxy.asked[-1] == "elsewhere.example:443"
    assert len(emulator.requests) == 1


def test_the_environment_cannot_turn_it_off(emulator: Any, other_ca: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(emulator.ca_file))
    assert refusal(emulator.url, other_ca).startswith("certificate: ")
    assert refusal(emulator.url, other_ca, connection_verify=False).startswith("certificate: ")


def test_authorities_are_loaded_once_and_again_when_their_file_changes(emulator: Any, tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.write_bytes(Path(emulator.ca_file).read_bytes())
    first = sdk.tls_context(str(bundle))
    assert sdk.tls_context(str(bundle)) is first
    os.utime(bundle, ns=(1, 1))
    assert sdk.tls_context(str(bundle)) is not first


@pytest.mark.parametrize(
    "content", ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_a_file_without_authorities_is_refused(tmp_path: Path, content: str) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidRequest, match=r"ca\.pem cannot be loaded .*PEM form"):
        sdk.transport(str(bundle), 10, 10)
