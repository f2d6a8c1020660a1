# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From chosen credentials to azure-identity's credential objects, and from its failures to errors with advice."""

from __future__ import annotations

import base64
import html
import json
import os
import re
import subprocess
import typing as t
from urllib.parse import quote, quote_plus, urlsplit

from ..._resources.errors import GalleryError, InvalidRequest, SignInFailed, Unavailable
from .. import sdk
from ..errors import from_transport, is_certificate, redact, root_causes, seconds
from .certificates import Trust
from .clouds import Cloud
from .credentials import Chosen

# Words of a refusal: codes of Microsoft Entra and of AD FS, and those of OAuth.
_REFUSAL = re.compile(
    r"((?:AADSTS|MSIS)\d+|\b(?:invalid_\w+|unauthorized_client|unsupported_grant_type|access_denied)\b)[^\r\n]*"
)
# Codes of Microsoft Entra for what passes by itself: its directory cannot be reached, or too many ask.
_PASSING = ("AADSTS90033", "AADSTS90055")
_ADVICE = {
    "AADSTS7000215": "Check secret: it is the secret's value, not its id.",
    "AADSTS7000222": "The secret has expired: make a new one for the application.",
    "AADSTS700016": "Check client_id and tenant: the tenant has no such application.",
    "AADSTS90002": "Check tenant.",
    "AADSTS900023": "Check tenant.",
    "AADSTS700027": "Check that the certificate of x509_certificate_path is registered with the application.",
    "AADSTS70021": "Check the application's federated credential: issuer, subject and audience must match the token file.",
    "AADSTS700024": "The token file's token has expired; check that its writer still renews it.",
}
_NO_ANSWER = (
    "That is no answer of Microsoft Entra's; something between, such as a proxy or a sign-in page, may have given it. "
    "Check the network, a proxy (HTTPS_PROXY, NO_PROXY) and cloud_environment, and run this again."
)
_PLAIN = "Check tenant, client_id and secret (or certificate), and cloud_environment."
_MACHINE_TRIES = 2  # at the machine's own identity; what goes to Microsoft Entra is repeated in tokens.py
# A shorter text is no secret of Entra's but may well be a word of a message.
_SHORTEST_SECRET = 8


class Heard:
    """What the last answer to a sign-in asked for; azure-identity keeps it to itself."""

    retry_after: float | None = None

    def __call__(self, response: t.Any) -> None:
        self.retry_after = seconds(response.http_response.headers.get("Retry-After"))


def _tenant_and_authority(tenant: str, cloud: Cloud) -> tuple[str, str]:
    """What azure-identity takes: an authority that ends in /adfs is Azure Stack's, whose tenant is called adfs."""
    parts = urlsplit(cloud.authority)
    if parts.path.strip("/").lower() == "adfs":
        return "adfs", f"{parts.scheme}://{parts.netloc}"
    return tenant, cloud.authority


def _certificate(values: dict[str, t.Any]) -> bytes:
    path = values["x509_certificate_path"]
    try:
        with open(os.path.expanduser(path), "rb") as file:
            return file.read()
    except OSError as exc:
        raise InvalidRequest(
            f"The certificate of x509_certificate_path, {path}, cannot be read: {exc.strerror}."
        ) from exc


def _token_file(values: dict[str, t.Any]) -> str:
    path = str(os.path.expanduser(values["federated_token_file"]))
    if not os.access(path, os.R_OK):
        raise InvalidRequest(
            f"The token file {path} (federated_token_file, AZURE_FEDERATED_TOKEN_FILE) cannot be read."
        )
    return path


def build(chosen: Chosen, cloud: Cloud, trust: Trust, heard: Heard | None = None) -> t.Any:
    """The azure-identity credential. InvalidRequest if a file is missing or of the wrong form; nothing is asked yet."""
    sdk.require()
    identity = sdk.azure.identity
    if chosen.kind == "cli":
        return identity.AzureCliCredential(tenant_id=chosen.values.get("tenant") or "", process_timeout=60)
    common: dict[str, t.Any] = {
        "connection_verify": trust.verify,
        "retry_total": _MACHINE_TRIES,
        "connection_timeout": 10,
        "read_timeout": 30,
    }
    if chosen.kind == "managed_identity":
        client = {"client_id": chosen.values["client_id"]} if chosen.values.get("client_id") else {}
        return identity.ManagedIdentityCredential(**client, **common)
    tenant, authority = _tenant_and_authority(chosen.values["tenant"], cloud)
    discovery = chosen.disable_instance_discovery or not cloud.known
    common.update(
        retry_total=0,
        raw_response_hook=heard,
        authority=authority,
        disable_instance_discovery=discovery,
        transport=sdk.transport(trust.verify, 10, 30),
        proxies=sdk.proxies(authority),
    )
    client_id = chosen.values["client_id"]
    try:
        if chosen.kind == "secret":
            return identity.ClientSecretCredential(tenant, client_id, chosen.values["secret"], **common)
        if chosen.kind == "certificate":
            data = _certificate(chosen.values)
            password = chosen.values.get("certificate_password")
            return identity.CertificateCredential(tenant, client_id, certificate_data=data, password=password, **common)
        return identity.WorkloadIdentityCredential(
            tenant_id=tenant, client_id=client_id, token_file_path=_token_file(chosen.values), **common
        )
    except (ValueError, TypeError) as exc:
        raise InvalidRequest(_unusable(chosen, exc)) from exc


def _unusable(chosen: Chosen, exc: Exception) -> str:
    """Why credentials from `chosen` cannot even be tried."""
    if chosen.kind == "certificate":
        path = chosen.values["x509_certificate_path"]
        return (
            f"{path} (x509_certificate_path) cannot be used: {hidden(str(exc), chosen)}. It must hold an RSA private key and its "
            "certificate, as PEM or PKCS12; certificate_password is the key's."
        )
    return f"The credentials of {chosen.source} cannot be used: {hidden(str(exc), chosen)}"


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


def failed(exc: BaseException, chosen: Chosen, cloud: Cloud, trust: Trust, heard: Heard | None = None) -> GalleryError:
    """The error for a credential that gave no token."""
    if isinstance(exc, GalleryError):
        return exc
    what = f"Could not sign in to {cloud.authority} with the credentials of {chosen.source}"
    core = sdk.core_exceptions
    if isinstance(exc, (core.ServiceRequestError, core.ServiceResponseError)) or is_certificate(exc):
        return from_transport(exc, what, cloud.authority, trust)
    texts = [hidden(str(cause), chosen) for cause in root_causes(exc)]
    refusal = next(filter(None, map(_REFUSAL.search, texts)), None)
    said = refusal.group(0) if refusal else " ".join(texts[0].split())[:400]
    said = said.split(" Trace ID:")[0].strip().rstrip(".")
    code = refusal.group(1) if refusal else None
    of_this_machine = chosen.kind in ("cli", "managed_identity")  # they repeat and decide for themselves
    if not of_this_machine and (code is None or code in _PASSING):
        wait = heard.retry_after if heard else None
        return Unavailable(f"{what}: {said}. {_NO_ANSWER}", code=code, azure_message=said, retry_after=wait)
    advice = _ADVICE.get(code, _PLAIN) if code else _advice_without_code(chosen)
    passed_over = f" Passed over: {'; '.join(chosen.tried)}." if chosen.tried and chosen.kind == "cli" else ""
    return SignInFailed(f"{what}: {said}. {advice}{passed_over}", code=code, azure_message=said)


def _advice_without_code(chosen: Chosen) -> str:
    if chosen.kind == "cli":
        return "Run 'az login', or give client_id, tenant and secret."
    if chosen.kind == "managed_identity":
        return "Check that this machine has a managed identity, and client_id if it has several."
    return _PLAIN


def az_account() -> dict[str, t.Any]:
    """What `az account show` says of the subscription in use; empty if it says nothing."""
    try:
        run = subprocess.run(
            ["az", "account", "show", "--output", "json"],
            capture_output=True,
            timeout=60,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        found = json.loads(run.stdout) if run.returncode == 0 else {}
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return {}
    return found if isinstance(found, dict) else {}
