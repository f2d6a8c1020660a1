# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings: VCR cassettes (YAML) and JSON lines, one call a line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


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
        date = self.headers.get("date")
        return parsedate_to_datetime(date).timestamp() if date else None

    def __str__(self) -> str:
        return f"{self.file}#{self.number} {self.method} {self.path}"


def load(path: Path) -> list[Call]:
    """The calls of a file, in order."""
    if path.suffix in (".yaml", ".yml"):
        return _cassette(path)
    calls = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        entry = json.loads(line)
        headers = {name.lower(): str(value) for name, value in (entry.get("headers") or {}).items()}
        calls.append(
            Call(
                path.name,
                number,
                entry.get("source", path.name),
                entry["method"],
                entry["path"],
                dict(entry.get("query") or {}),
                entry.get("request_body"),
                entry["status"],
                headers,
                entry.get("response_body"),
            )
        )
    return calls


def _cassette(path: Path) -> list[Call]:
    import yaml  # type: ignore[import-untyped,unused-ignore]

    calls = []
    for number, entry in enumerate(yaml.safe_load(path.read_text(encoding="utf-8"))["interactions"], 1):
        request, response = entry["request"], entry["response"]
        url = urlsplit(request["uri"])
        headers = {name.lower(): str(values[0]) for name, values in (response.get("headers") or {}).items() if values}
        calls.append(
            Call(
                path.name,
                number,
                path.name,
                request["method"],
                unquote(url.path),
                dict(parse_qsl(url.query, keep_blank_values=True)),
                _json(request.get("body")),
                response["status"]["code"],
                headers,
                _json((response.get("body") or {}).get("string")),
            )
        )
    return calls


def _json(text: object) -> Any:
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    if not isinstance(text, str) or not text.strip():
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text


def sessions(calls: list[Call]) -> list[list[Call]]:
    """Calls that belong together: those of one source."""
    grouped: dict[str, list[Call]] = {}
    for call in calls:
        grouped.setdefault(call.source, []).append(call)
    return list(grouped.values())
