"""An emulator that records the tokens and signatures it issued, and can answer like a hostile server."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote

from canaries import Canary, Hunt, of_token

from arm_emulator.messages import Answer, Request, one_line

Responder = Callable[[Request], Answer | None]


class Witness:
    """Sits in front of an emulator's service. `responders` may answer in its place; `looks` are called at every request."""

    def __init__(self, emulator: Any, hunt: Hunt) -> None:
        self.hunt = hunt
        self.responders: list[Responder] = []
        self.looks: list[Callable[[], None]] = []
        self.tokens = self.operations = self.assertions = 0
        service = emulator.service
        self.entra = service.entra
        self._handle: Callable[[Request], Answer] = service.handle
        service.handle = self._answer
        self._make_token, service.entra.make_token = service.entra.make_token, self._token
        self._sign, service.signer.sign = service.signer.sign, self._operation

    def _answer(self, request: Request) -> Answer:
        for look in self.looks:
            look()
        for assertion in parse_qs(request.body.decode()).get("client_assertion", []):
            self.assertions += 1
            if not self.hunt.find(assertion.encode()):
                self.hunt.add(of_token(f"client assertion {self.assertions}", assertion))
        for responder in self.responders:
            answer = responder(request)
            if answer is not None:
                return answer
        return self._handle(request)

    def _token(self, *args: Any) -> str:
        token: str = self._make_token(*args)
        self.tokens += 1
        self.hunt.add(of_token(f"access token {self.tokens}", token))
        return token

    def _operation(self, *args: Any) -> dict[str, str]:
        signed: dict[str, str] = self._sign(*args)
        self.operations += 1
        name = f"operation URL {self.operations}"
        self.hunt.add(Canary(name, signed["s"], (signed["s"][:40], signed["s"][-40:], signed["h"][:40])))
        return signed


def echo(request: Request, *more: str) -> str:
    """What the client sent, as a careless server shows it, however it is quoted. (A token is base64 already.)"""
    form = parse_qs(request.body.decode())
    secrets = [*more, *form.get("client_secret", [])]
    tokens = [*form.get("client_assertion", []), *filter(None, [request.headers.get("authorization")])]
    said = [request.body.decode(), json.dumps(dict(request.headers))]
    for one in (*secrets, *tokens):
        said += [one, f"<{one}>", quote(one), quote(one, safe=""), json.dumps(one), repr(one), html.escape(one)]
        said += [" ".join(one.split())]
    return " | ".join(said + [base64.b64encode(one.encode()).decode() for one in secrets])


def error(status: int, request: Request, *more: str, headers: dict[str, str] | None = None) -> Answer:
    """Azure's error with what the client sent in every part of it."""
    text = echo(request, *more)
    details = [{"code": text, "message": f"inner {text}", "target": text}]
    body = {"error": {"code": text, "message": f"outer {text}", "target": text, "details": details}}
    return one_line(status, body, {"x-ms-request-id": request.headers.get("authorization", ""), **(headers or {})})


def page(status: int, request: Request, *more: str) -> Answer:
    """An answer that is not JSON, with what the client sent."""
    text = f"{request.headers.get('authorization', '')} {echo(request, *more)}"
    return Answer(status, text.encode(), {"Content-Type": f"text/html; sent={text[:200]}".replace("\n", " ")})
