"""Recordings: VCR cassettes (YAML or JSON) and calls as JSON, one a line or a list of them."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


class Unreadable(Exception):
    """A file that is no recording. The text names it and says what is wrong."""


@dataclass(slots=True)
class Call:
    """One recorded call. Header names are lower-case."""

    file: str
    number: int
    source: str
    method: str
    path: str
    query: dict[str, str]
    request: Any
    status: int
    headers: dict[str, str]
    body: Any

    @property
    def moment(self) -> float | None:
        """When it was answered."""
        try:
            return parsedate_to_datetime(self.headers.get("date", "")).timestamp()
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.file}#{self.number} {self.method} {self.path}"


def load(path: Path) -> list[Call]:
    """The calls of a file, in order."""
    calls = [_call(path, number, entry) for number, entry in _entries(path, _text(path))]
    if not calls:
        raise Unreadable(f"{path}: there is no call in it")
    return calls


def sessions(calls: list[Call]) -> list[list[Call]]:
    """Calls that belong together: those of one source."""
    grouped: dict[str, list[Call]] = {}
    for call in calls:
        grouped.setdefault(call.source, []).append(call)
    return list(grouped.values())


# From the file to its entries


def _text(path: Path) -> str:
    try:
        return _decoded(path.read_bytes())
    except UnicodeDecodeError:
        raise Unreadable(f"{path}: not a text in UTF-8") from None
    except (OSError, EOFError, zlib.error) as error:
        raise Unreadable(f"{path}: {getattr(error, 'strerror', None) or error}") from None


def _decoded(data: bytes) -> str:
    if data.startswith(b"\x1f\x8b"):
        data = gzip.decompress(data)
    return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")


def _entries(path: Path, text: str) -> Iterable[tuple[int, Any]]:
    """The entries with their numbers: lines are counted with the empty ones. What it is, is seen by how it begins."""
    if not text.lstrip().startswith(("{", "[")):
        return enumerate((entry for document in _yaml(path, text) for entry in _within(document)), 1)
    try:
        return enumerate(_within(json.loads(text)), 1)
    except ValueError:
        lines = enumerate(text.split("\n"), 1)
        return [(number, _line(path, number, line)) for number, line in lines if line.strip()]


def _line(path: Path, number: int, line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise Unreadable(f"{path}: line {number} is not JSON: {error}") from None


def _yaml(path: Path, text: str) -> list[Any]:
    try:
        import yaml  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        raise Unreadable(f"{path}: to read YAML, the Python package PyYAML is needed") from None

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        """Cassettes that Python 2 wrote mark their texts."""

    Loader.add_constructor("tag:yaml.org,2002:python/unicode", Loader.construct_yaml_str)
    try:
        return list(yaml.load_all(text, Loader))
    except yaml.YAMLError as error:
        raise Unreadable(f"{path}: neither JSON nor YAML: {' '.join(str(error).split())}") from None


def _within(document: Any) -> list[Any]:
    if isinstance(document, dict) and "interactions" in document:
        document = document["interactions"]
    if document is None:
        return []
    return document if isinstance(document, list) else [document]


# From an entry to the call


def _call(path: Path, number: int, entry: Any) -> Call:
    if not isinstance(entry, dict):
        raise Unreadable(f"{path}: call {number} is not a mapping")
    try:
        make = _interaction if "request" in entry else _plain
        return Call(path.name, number, str(entry.get("source") or path.name), *make(entry))
    except KeyError as error:
        raise Unreadable(f"{path}: call {number} has no {error}") from None
    except (AttributeError, TypeError, ValueError) as error:
        raise Unreadable(f"{path}: call {number} cannot be read: {error}") from None


def _interaction(entry: dict[str, Any]) -> tuple[Any, ...]:
    """One of a cassette."""
    request, response = entry["request"], entry["response"]
    status = response["status"]
    code = status["code"] if isinstance(status, dict) else status
    bodies = _kept(request.get("body")), _kept(response.get("body"))
    return _fields(request["method"], request["uri"], {}, bodies[0], code, response.get("headers"), bodies[1])


def _plain(entry: dict[str, Any]) -> tuple[Any, ...]:
    """One of JSON lines."""
    sent, answered = entry.get("request_body"), entry.get("response_body")
    query, headers = entry.get("query") or {}, entry.get("headers")
    return _fields(entry["method"], entry["path"], query, sent, entry["status"], headers, answered)


def _fields(method: str, address: str, query: Any, sent: Any, status: Any, headers: Any, body: Any) -> tuple[Any, ...]:
    url = urlsplit(address)
    asked = {**dict(parse_qsl(url.query, keep_blank_values=True)), **query}
    named = {name.lower(): _first(value) for name, value in (headers or {}).items() if value not in (None, [])}
    return method.upper(), unquote(url.path), asked, _json(sent), int(status), named, _json(body)


def _first(value: Any) -> str:
    return str(value[0] if isinstance(value, list) else value)


def _kept(body: Any) -> Any:
    """A body as cassettes keep it: the text, or a mapping with it, perhaps in base64."""
    if not isinstance(body, dict):
        return body
    if "base64_string" in body:
        return base64.b64decode(body["base64_string"])
    text = body.get("string")
    return base64.b64decode(text) if text and body.get("encoding") == "base64" else text


def _json(body: Any) -> Any:
    if isinstance(body, bytes):
        body = _decoded(body)
    if not isinstance(body, str):
        return body
    if not body.strip():
        return None
    try:
        return json.loads(body)
    except ValueError:
        return body
