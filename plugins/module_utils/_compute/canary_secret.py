"""The administrator of a canary: a key or a password that is generated, sent once and kept nowhere."""

from __future__ import annotations

import secrets
import typing as t

from .canary_body import USER


def os_profile(os_type: str, digest: str) -> dict[str, t.Any]:
    """The osProfile of a generalized image. Windows takes a computer name of at most 15 characters, and needs a password."""
    profile: dict[str, t.Any] = {"computerName": f"canary-{digest[:8]}", "adminUsername": USER}
    if os_type.lower() == "windows":
        return {**profile, "adminPassword": _password()}
    key = {"path": f"/home/{USER}/.ssh/authorized_keys", "keyData": _public_key()}
    return {**profile, "linuxConfiguration": {"disablePasswordAuthentication": True, "ssh": {"publicKeys": [key]}}}


def _password() -> str:
    """Of all four kinds of characters that Azure counts."""
    return f"aZ9-{secrets.token_urlsafe(40)}"


def _public_key() -> str:
    """The public half of a new key; the private half is dropped."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    return key.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode()
