"""Removes the secrets of credentials from text, however they are quoted."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote, quote_plus

from ..answer import redact
from .credentials import Chosen

# A shorter text is no secret of Entra's but may well be a word of a message.
_SHORTEST_SECRET = 8


def hidden(text: str, chosen: Chosen) -> str:
    """The text without tokens and without the secrets of the credentials, however they are quoted."""
    for name in ("secret", "certificate_password"):
        value = str(chosen.values.get(name) or "")
        for spelling in _spellings(value) if len(value) >= _SHORTEST_SECRET else ():
            text = text.replace(spelling, "(hidden)")
    return redact(text)


def _spellings(secret: str) -> list[str]:
    """A secret as it may stand in an error that repeats it: plain, or quoted for JSON, Python, a URL, a form or a page."""
    found = {secret, " ".join(secret.split()), repr(secret)[1:-1], html.escape(secret)}
    found |= {quote(secret), quote(secret, safe=""), quote_plus(secret)}
    found |= {json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)}
    found.add(base64.b64encode(secret.encode()).decode())
    return sorted(found, key=len, reverse=True)
