"""The log of requests. Tokens and secrets never get into it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from .messages import Answer, Json, Request
from .paths import Target


class Journal:
    """Requests in the order in which they were answered."""

    def __init__(self) -> None:
        self.entries: list[Json] = []
        self._count = 0

    def add(self, request: Request, target: Target, answer: Answer, now: float) -> None:
        """Log a request. Of a sign-in nothing but the fact: its body is a secret."""
        self._count += 1
        headers = request.headers
        self.entries.append(
            {
                "n": self._count,
                "time": datetime.fromtimestamp(now, UTC).isoformat(),
                "method": request.method,
                "path": request.path,
                "query": _without_signature(request.query),
                "body": None if target.kind == "token" else _without_secrets(request.json()),
                "status": answer.status or None,
                "acted": answer.acted,
                "client_request_id": headers.get("x-ms-client-request-id") or headers.get("client-request-id"),
                "user_agent": headers.get("user-agent"),
                "has_token": headers.get("authorization", "").lower().startswith("bearer "),
                "kind": target.kind,
                "listing": target.listing,
            }
        )

    def clear(self) -> None:
        """Forget all."""
        self.entries.clear()


_SECRETS = ("adminPassword", "customData", "protectedParameters", "protectedSettings")


def _without_secrets(body: Any) -> Any:
    """A body without passwords and the secret parameters of scripts."""
    if isinstance(body, dict):
        return {name: "..." if name in _SECRETS and value else _without_secrets(value) for name, value in body.items()}
    return [_without_secrets(entry) for entry in body] if isinstance(body, list) else body


def _without_signature(query: dict[str, str]) -> dict[str, str]:
    """The query; of a signed URL the 2 kB certificate is left out."""
    return {
        name: "..." if name in ("c", "s", "h", "sig") and len(value) > 40 else value for name, value in query.items()
    }
