"""Servers that no client should talk to, and a client of the Resource Manager that others try to lead there."""

from __future__ import annotations

import contextlib
import datetime
import os
import random
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from typing import Any, Self
from unittest import mock

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.client import ArmClient
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.task import Task

from arm_emulator import Emulator
from arm_emulator.tls import Authority
from support.playbook_runner import SUBSCRIPTION

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


class RogueServer:
    """Listens on loopback, over TLS if it has a context, and keeps whatever it is sent."""

    def __init__(self, context: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self.context = context
        self.connections = 0
        self.received = b""
        self._listener = socket.create_server((host, 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_unused: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _unused = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with connection, contextlib.suppress(OSError):
                connection.settimeout(5)
                self._serve(connection)

    def _serve(self, connection: socket.socket) -> None:
        talking = self.context.wrap_socket(connection, server_side=True) if self.context else connection
        with talking:
            head = b""
            while b"\r\n\r\n" not in head and (more := talking.recv(65536)):
                head += more
                self.received += more
            talking.sendall(ANSWER)


def trusted(emulator: Emulator) -> ssl.SSLContext:
    """A server's context that the emulator's certificate authority vouches for."""
    return Authority.load(emulator.service.store.authority).server_context()


class JumpingClock:
    """Sleeping costs nothing; the date is the machine's, by which the emulator's tokens end."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> datetime.datetime:
        return datetime.datetime.now(datetime.UTC)

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


class Client:
    """An ArmClient as a module has it, the lines that it showed, and the errors that it raised."""

    def __init__(self, url: str, ca_file: Any, secret: str, environ: Mapping[str, str] | None = None) -> None:
        self.shown: list[str] = []
        self._made_of = (url, ca_file, secret, environ)
        options = {
            "tenant": SUBSCRIPTION,
            "client_id": "client",
            "secret": secret,
            "subscription_id": SUBSCRIPTION,
            "cloud_environment": url,
        }
        self._environment = mock.patch.dict(os.environ, {"REQUESTS_CA_BUNDLE": str(ca_file), **(environ or {})})
        clock: Any = JumpingClock()
        self.arm = ArmClient(
            Task(options, progress=self.shown.append, debug=self.shown.append, clock=clock, random=random.Random(0))
        )

    def __enter__(self) -> Self:
        self._environment.start()
        return self

    def __exit__(self, *_unused: object) -> None:
        self.arm.connection.close()
        self._environment.stop()

    def again(self) -> Client:
        """Another one, that has not signed in."""
        return Client(*self._made_of)

    def failure(self, work: Callable[[ArmClient], Any]) -> str:
        """The error that this work ends with, as a text; what it carries is shown too."""
        try:
            return f"no error, but {work(self.arm)}"
        except Exception as error:  # noqa: BLE001  a test looks at whatever comes
            self.shown += [str(error), str(getattr(error, "details", ""))]
            return f"{type(error).__name__}: {error}"
