"""Requests and answers, without a socket."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

Json = dict[str, Any]
JSON_TYPE = "application/json; charset=utf-8"


@dataclass(slots=True)
class Request:
    """One HTTP request. Header names are lower-case; the path is decoded."""

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def of(cls, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Request:
        """From a request target such as `/subscriptions?api-version=2022-12-01`."""
        path, _unused, query = target.partition("?")
        pairs = dict(parse_qsl(query, keep_blank_values=True))
        lowered = {name.lower(): value for name, value in (headers or {}).items()}
        return cls(method.upper(), unquote(path), pairs, lowered, body)

    @property
    def base(self) -> str:
        """The address the client used; poll URLs and next links lead back to it."""
        return "https://" + self.headers.get("host", "127.0.0.1")

    def param(self, name: str) -> str | None:
        """A query parameter; Azure ignores the case of names."""
        value = self.query.get(name)
        if value is None:
            lowered = name.lower()
            value = next((v for k, v in self.query.items() if k.lower() == lowered), None)
        return value

    def json(self) -> Any:
        """The body as JSON, or None when it is not JSON."""
        if not self.body:
            return None
        try:
            document = json.loads(self.body)
            json.dumps(document, ensure_ascii=False).encode()  # refuses half a character, which no answer could show
            return document
        except (ValueError, RecursionError):
            return None


@dataclass(slots=True)
class Answer:
    """One HTTP response, and the effect of a fault on its delivery."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    delivery: str = "whole"  # whole | reset | truncate | truncate_head
    hold: float = 0.0  # a short operation still runs: ask again after so many seconds
    acted: bool = False  # something was written

    def json(self) -> Any:
        """The body as JSON, or None if it is empty."""
        return json.loads(self.body) if self.body else None


def pretty(status: int, document: object, headers: dict[str, str] | None = None) -> Answer:
    """As the gallery service prints: two spaces, CRLF (recorded Content-Length values agree with it)."""
    text = json.dumps(document, indent=2, ensure_ascii=False).replace("\n", "\r\n")
    return Answer(status, text.encode(), {"Content-Type": JSON_TYPE, **(headers or {})})


def one_line(status: int, document: object, headers: dict[str, str] | None = None) -> Answer:
    """As the gateway prints: one line, no spaces."""
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    return Answer(status, text.encode(), {"Content-Type": JSON_TYPE, **(headers or {})})


def empty(status: int, headers: dict[str, str] | None = None) -> Answer:
    """No body and no content type (recorded for DELETE 202 and for monitor=true)."""
    return Answer(status, b"", dict(headers or {}))
