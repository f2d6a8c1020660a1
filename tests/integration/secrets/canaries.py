"""Secrets that are easy to find again, and the search for them in every form that a program might give them."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable

# Between the two ends of a secret stands what quoting, templates, patterns and parsers trip over.
NASTY = "\"'\\/%+&=?:#;,|^$*.()[]{}<>`~!@ é\u20ac\t"
# Letters and digits stay what they are when a text is quoted for JSON, YAML, HTML, a shell, a URL or Python. So the two ends of a
# secret are looked for, which finds it in all of these forms, and also where only a part of it is left.
END_LENGTH = 18


def forms(end: str) -> dict[str, bytes]:
    """One end of a secret in each form that changes letters and digits; lower case, as the search is without case."""
    found = {"plain": end, "hex": end.encode().hex()}
    for shift in range(3):
        # In base64 it looks different at each place of three; its first and last characters depend on the neighbours.
        text = base64.b64encode(b"\0" * shift + end.encode()).decode().rstrip("=")
        found[f"base64 at {shift}"] = text[3 if shift else 0 : -1]
    return {name: text.lower().encode() for name, text in found.items()}


class Canary:
    """A secret: its name for messages, its value, and what to look for."""

    def __init__(self, name: str, value: str, ends: Iterable[str]) -> None:
        self.name = name
        self.value = value
        self.needles = {needle: form for end in ends for form, needle in forms(end).items()}


def canary(name: str, between: str = NASTY) -> Canary:
    """A new secret with something nasty in it."""
    head, tail = (secrets.token_hex(END_LENGTH // 2) for _unused in range(2))
    return Canary(name, f"{head}{between}{tail}", (head, tail))


def jwt(name: str) -> Canary:
    """A token of the shape of those that Microsoft Entra and other issuers hand out."""
    claims = base64.urlsafe_b64encode(f'{{"sub":"{secrets.token_hex(20)}"}}'.encode()).decode().rstrip("=")
    return of_token(name, f"eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.{claims}.{secrets.token_urlsafe(60)}")


def of_token(name: str, token: str) -> Canary:
    """A token of another issuer: search for its signature and the end of its claims."""
    _head, claims, signature = token.split(".")
    return Canary(name, token, (claims[:40], claims[-30:], signature[:30], signature[-30:]))


class Hunt:
    """Looks for canaries; what is not known yet when a run begins (tokens, signatures) is added as it comes up."""

    def __init__(self, *canaries: Canary) -> None:
        self.canaries = {one.name: one for one in canaries}
        self.searched = 0

    def add(self, one: Canary) -> None:
        self.canaries[one.name] = one

    def __getitem__(self, name: str) -> str:
        return self.canaries[name].value

    def find(self, data: bytes) -> dict[str, str]:
        """The names of the canaries in it, each with the form of one finding."""
        self.searched += len(data)
        lowered = data.lower()
        return {
            one.name: form
            for one in list(self.canaries.values())
            for needle, form in one.needles.items()
            if needle in lowered
        }
