"""An HTTP answer as Azure sent it, and what of it may be shown."""

from __future__ import annotations

import base64
import json
import re
import typing as t

from .._resources.text import one_line

_SIGNED = re.compile(r"(https?://[^\s?\"'<>]+)\?[^\s\"'<>]+")
# "eyJ" begins each part of a JWT but the last. The first part alone counts too, as does one behind %20 or \n of a quoted text.
_TOKEN = re.compile(
    r"(?i:bearer(?:\s|%20|\+)+[\w.~+/=%-]{20,})"
    r"|eyJ[\w-]+\.eyJ[\w-]+(?:\.[\w-]+)*"
    r"|(?:(?<![A-Za-z])|(?<=%[0-9A-Fa-f]{2})|(?<=\\[nrt]))eyJ[\w-]{12,}(?:\.[\w-]+)*"
)
_CLAIMS = re.compile(r"eyJ[\w-]+")
_LOOKED_AT = 65536
# Seconds. The longest window over which Azure counts calls is half an hour; a longer wait is not what Azure asks for.
LONGEST_RETRY_AFTER = 3600.0


def redact(text: str) -> str:
    """The text without queries of URLs and without tokens. A claims challenge stays, because 'az login' needs it."""
    return _TOKEN.sub(lambda found: found[0] if _is_claims(found[0]) else "(token)", _SIGNED.sub(r"\1", text))


def _is_claims(text: str) -> bool:
    """Whether a text is a claims challenge: which claims a token must have, and nothing of a token itself."""
    if not _CLAIMS.fullmatch(text):
        return False
    try:
        claims = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        return False
    return (
        isinstance(claims, dict)
        and set(claims) <= {"access_token", "id_token"}
        and all(map(_is_wanted, claims.values()))
    )


def _is_wanted(claims: t.Any) -> bool:
    """Whether these are requests for claims, each null or a mapping of essential, value and values."""
    return isinstance(claims, dict) and all(
        wanted is None or (isinstance(wanted, dict) and set(wanted) <= {"essential", "value", "values"})
        for wanted in claims.values()
    )


class Answer:
    """An HTTP answer, read to its end: `status`, `headers` (lower-case names) and `content` as bytes.

    `hide` removes from a text what no message may show, because a careless server repeats what it was sent. `credential` is the
    kind of credentials that the request was sent with.
    """

    def __init__(
        self,
        status: int,
        headers: t.Mapping[str, str],
        content: bytes,
        hide: t.Callable[[str], str] = redact,
        credential: str = "",
    ) -> None:
        self.status = status
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.content = content
        self.hide = hide
        self.credential = credential

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def request_id(self) -> str | None:
        found = self.headers.get("x-ms-request-id") or self.headers.get("x-ms-correlation-request-id")
        return one_line(self.hide(found))[:100] if found else None

    @property
    def retry_after(self) -> float | None:
        return seconds(self.headers.get("retry-after"))

    def json(self) -> t.Any:
        """The body; None for an empty one. ValueError if it is not JSON."""
        try:
            return json.loads(self.content) if self.content.strip() else None
        except RecursionError:
            raise ValueError("the body is nested too deeply") from None

    def error(self) -> dict[str, t.Any]:
        """The body's error object, in either of Azure's envelopes, without secrets; empty if it has none."""
        try:
            body = self.json()
            if not isinstance(body, dict):
                return {}
            inner = body.get("error", body)
            shown: dict[str, t.Any] = _hidden(inner if isinstance(inner, dict) else {"message": str(inner)}, self.hide)
        except (ValueError, RecursionError):
            return {}
        return shown

    def described(self) -> str:
        """What an answer without a usable error looks like: its type and the first 80 characters."""
        kind = one_line(self.hide(self.headers.get("content-type", "no content type")))[:80]
        # Hidden before it is cut: the rest of a secret that was cut would not be recognized.
        start = one_line(self.hide(self.content[:_LOOKED_AT].decode("utf-8", "replace")))[:80]
        return f"the answer is not Azure's JSON ({kind}): {start!r}" if start else "the answer is empty"


def _hidden(value: t.Any, hide: t.Callable[[str], str]) -> t.Any:
    """The same with `hide` applied to every text in it."""
    if isinstance(value, str):
        return hide(value)
    if isinstance(value, dict):
        return {key: _hidden(item, hide) for key, item in value.items()}
    return [_hidden(item, hide) for item in value] if isinstance(value, list) else value


def seconds(text: str | None) -> float | None:
    """A Retry-After header's seconds, at most LONGEST_RETRY_AFTER; None for anything but a number (Azure sends no dates)."""
    try:
        value = float(text) if text else None
    except ValueError:
        return None
    return min(value, LONGEST_RETRY_AFTER) if value is not None and value >= 0 else None
