"""HTTP/1.1 over TLS on loopback. A small parser of its own: the standard one costs more than the service."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time
import traceback
from http import HTTPStatus
from typing import Protocol

from .messages import Answer, Request, one_line

IDLE_SECONDS = 75.0
HOLD_SECONDS = 0.6
MAX_HEAD = 65536
_REASONS = {status.value: status.phrase for status in HTTPStatus}


class Handler(Protocol):
    """The service that answers requests."""

    def handle(self, request: Request) -> Answer:
        """Answer a request."""

    def again(self, request: Request) -> Answer:
        """Answer a poll that was held."""


class BadRequest(Exception):
    """The input is not HTTP."""


class Server:
    """Accepts connections, each served by a thread of its own."""

    def __init__(self, service: Handler, context: ssl.SSLContext, port: int = 0, *, real_time: bool = True) -> None:
        self._service = service
        self._context = context
        self._real_time = real_time
        self._listener = socket.create_server(("127.0.0.1", port), backlog=512)
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, name="emulator", daemon=True)
        self._open: set[socket.socket] = set()
        self._closing = threading.Event()

    def start(self) -> None:
        """Serve."""
        self._thread.start()

    def stop(self) -> None:
        """End: the listener and every connection."""
        self._closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _unused = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, raw: socket.socket) -> None:
        self._open.add(raw)
        try:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            raw.settimeout(IDLE_SECONDS)
            with self._context.wrap_socket(raw, server_side=True, suppress_ragged_eofs=True) as secure:
                self._open.add(secure)
                try:
                    self._converse(secure)
                finally:
                    self._open.discard(secure)
        except (OSError, BadRequest):
            pass  # the client's own affair: an aborted handshake, a dropped connection
        finally:
            self._open.discard(raw)
            raw.close()

    def _converse(self, connection: ssl.SSLSocket) -> None:
        buffer = b""
        while not self._closing.is_set():
            read = _read(connection, buffer)
            if read is None:
                return
            request, buffer, keep = read
            answer = self._answer(request)
            if answer.delay:
                self._closing.wait(answer.delay)
            if not _write(connection, request, answer, keep):
                return

    def _answer(self, request: Request) -> Answer:
        try:
            answer = self._service.handle(request)
            if answer.hold and self._real_time:
                return self._held(request, answer)
            return answer
        except Exception:  # noqa: BLE001 - a mistake of the emulator: say so instead of dropping the connection
            text = traceback.format_exc()
            return one_line(500, {"error": {"code": "EmulatorError", "message": text}})

    def _held(self, request: Request, answer: Answer) -> Answer:
        """A short operation (Azure's take 0.1 to 0.3 s) is over when a first poll over the internet arrives.

        On loopback the first poll would come too early, and clients would wait 30 s for the next.
        """
        if answer.hold > HOLD_SECONDS:
            return answer
        time.sleep(answer.hold + 0.001)
        return self._service.again(request)


def _read(connection: ssl.SSLSocket, buffer: bytes) -> tuple[Request, bytes, bool] | None:
    """One request, the bytes after it, and whether to keep the connection; None at the end."""
    while b"\r\n\r\n" not in buffer:
        if len(buffer) > MAX_HEAD:
            raise BadRequest
        chunk = connection.recv(65536)
        if not chunk:
            return None
        buffer += chunk
    head, _unused, rest = buffer.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    parts = lines[0].split(" ")
    if len(parts) != 3:
        raise BadRequest
    headers = {}
    for line in lines[1:]:
        name, _colon, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    if headers.get("expect", "").lower() == "100-continue":
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    body, rest = _body(connection, headers, rest)
    keep = headers.get("connection", "").lower() != "close" and parts[2] != "HTTP/1.0"
    target = parts[1] if parts[1].startswith("/") else "/" + parts[1].partition("//")[2].partition("/")[2]
    return Request.of(parts[0], target, headers, body), rest, keep


def _body(connection: ssl.SSLSocket, headers: dict[str, str], rest: bytes) -> tuple[bytes, bytes]:
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return _chunks(connection, rest)
    try:
        length = int(headers.get("content-length", "0"))
    except ValueError:
        raise BadRequest from None
    rest = _fill(connection, rest, length)
    return rest[:length], rest[length:]


def _fill(connection: ssl.SSLSocket, buffer: bytes, length: int) -> bytes:
    while len(buffer) < length:
        chunk = connection.recv(65536)
        if not chunk:
            raise BadRequest
        buffer += chunk
    return buffer


def _chunks(connection: ssl.SSLSocket, buffer: bytes) -> tuple[bytes, bytes]:
    body = b""
    while True:
        while b"\r\n" not in buffer:
            buffer = _fill(connection, buffer, len(buffer) + 1)
        line, _unused, buffer = buffer.partition(b"\r\n")
        try:
            size = int(line.split(b";")[0], 16)
        except ValueError:
            raise BadRequest from None
        buffer = _fill(connection, buffer, size + 2)
        body, buffer = body + buffer[:size], buffer[size + 2 :]
        if size == 0:
            return body, buffer


def _write(connection: ssl.SSLSocket, request: Request, answer: Answer, keep: bool) -> bool:
    """Send a response with its fault, and return whether to keep the connection."""
    if answer.delivery == "reset":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False
    body = b"" if request.method == "HEAD" else answer.body
    lines = [f"HTTP/1.1 {answer.status} {_REASONS.get(answer.status, 'Unknown')}"]
    lines += [f"{name}: {value}" for name, value in answer.headers.items()]
    if answer.status != 204:
        lines.append(f"Content-Length: {len(answer.body)}")
    if not keep:
        lines.append("Connection: close")
    head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
    if answer.delivery in ("truncate", "truncate_head"):
        cut = head[: len(head) // 2] if answer.delivery == "truncate_head" else head + body[: len(body) // 2]
        connection.sendall(cut)
        return False
    connection.sendall(head + body)
    return keep
