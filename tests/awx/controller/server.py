"""A server on loopback that answers as AWX does, for the modules of awx.awx to talk to."""

from __future__ import annotations

import base64
import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from .api import Answer, Api

USERNAME, PASSWORD = "admin", "the-password-of-the-tests"
UNAUTHORIZED = {
    "detail": "Authentication credentials were not provided. To establish a login session, visit /api/login/."
}
PRODUCT = {"X-API-Product-Name": "AWX", "X-API-Product-Version": "24.6.2"}


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length) or "null")
        with self.server.lock:
            answer = self._answer(body)
        payload = b"" if answer.body is None and answer.status in (202, 204) else json.dumps(answer.body).encode()
        self.server.log.append((self.command, self.path, body, answer.status))
        self.send_response(answer.status)
        headers = {**PRODUCT, "Allow": answer.allow, "Content-Length": str(len(payload))}
        headers.update({"Content-Type": "application/json"} if payload else {})
        headers.update({"Location": answer.location} if answer.location else {})
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(payload)

    do_GET = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815

    def _answer(self, body: Any) -> Answer:
        way, _space, proof = (self.headers.get("Authorization") or "").partition(" ")
        known = base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()
        if (way == "Basic" and proof == known) or (way == "Bearer" and proof in self.server.api.tokens.values()):
            return self.server.api.answer(self.command, self.path, body)
        return Answer(401, UNAUTHORIZED)

    def log_message(self, *_arguments: Any) -> None:
        """Nothing on the screen."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, api: Api) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.api, self.lock = api, threading.Lock()
        self.log: list[tuple[str, str, Any, int]] = []


class FakeController:
    """A running server; `calls` are the requests so far: method, path, body, status."""

    def __init__(self, api: Api, server: _Server) -> None:
        self.api, self._server = api, server

    @property
    def calls(self) -> list[tuple[str, str, Any, int]]:
        return self._server.log

    @property
    def environment(self) -> dict[str, str]:
        return {
            "CONTROLLER_HOST": f"http://127.0.0.1:{self._server.server_port}",
            "CONTROLLER_USERNAME": USERNAME,
            "CONTROLLER_PASSWORD": PASSWORD,
        }


@contextlib.contextmanager
def running(api: Api) -> Iterator[FakeController]:
    server = _Server(api)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield FakeController(api, server)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
