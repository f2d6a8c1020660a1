# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From chosen credentials to azure-identity's credential objects, and from its failures to errors with advice."""

from __future__ import annotations

import json
import os
import re
import subprocess
import typing as t
from urllib.parse import urlsplit

from .._core.errors import GalleryError, Refused, SignInFailed
from . import sdk
from .certificates import Trust
from .clouds import Cloud
from .credentials import Chosen
from .errors import from_transport, redact

_AADSTS = re.compile(r"(AADSTS\d+)[^\r\n]*")
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
_PLAIN = "Check tenant, client_id and secret (or certificate), and cloud_environment."
_TOKEN_TRIES = 2


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
        raise Refused(f"The certificate of x509_certificate_path, {path}, cannot be read: {exc.strerror}.") from exc


def _token_file(values: dict[str, t.Any]) -> str:
    path = str(os.path.expanduser(values["federated_token_file"]))
    if not os.access(path, os.R_OK):
        raise Refused(f"The token file {path} (federated_token_file, AZURE_FEDERATED_TOKEN_FILE) cannot be read.")
    return path


def build(chosen: Chosen, cloud: Cloud, trust: Trust) -> t.Any:
    """The azure-identity credential. Refused if a file is missing or of the wrong form; nothing is asked yet."""
    sdk.require()
    identity = sdk.azure.identity
    if chosen.kind == "cli":
        return identity.AzureCliCredential(tenant_id=chosen.values.get("tenant") or "", process_timeout=60)
    common: dict[str, t.Any] = {
        "connection_verify": trust.verify,
        "retry_total": _TOKEN_TRIES,
        "connection_timeout": 10,
        "read_timeout": 30,
    }
    if chosen.kind == "managed_identity":
        client = {"client_id": chosen.values["client_id"]} if chosen.values.get("client_id") else {}
        return identity.ManagedIdentityCredential(**client, **common)
    tenant, authority = _tenant_and_authority(chosen.values["tenant"], cloud)
    discovery = chosen.disable_instance_discovery or not cloud.known
    common.update(
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
        raise Refused(_unusable(chosen, exc)) from exc


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
    """The text without the secrets of the credentials."""
    for name in ("secret", "certificate_password"):
        value = chosen.values.get(name)
        if value and len(str(value)) > 3:
            text = text.replace(str(value), "(hidden)")
    return redact(text)


def failed(exc: BaseException, chosen: Chosen, cloud: Cloud, trust: Trust) -> GalleryError:
    """The error for a credential that gave no token."""
    if isinstance(exc, GalleryError):
        return exc
    what = f"Could not sign in to {cloud.authority} with the credentials of {chosen.source}"
    core = sdk.core_exceptions
    if isinstance(exc, (core.ServiceRequestError, core.ServiceResponseError)):
        return from_transport(exc, what, cloud.authority, trust)
    text = hidden(str(exc), chosen)
    entra = _AADSTS.search(text)
    said = entra.group(0) if entra else " ".join(text.split())[:400]
    said = said.split(" Trace ID:")[0].strip().rstrip(".")
    advice = _ADVICE.get(entra.group(1), _PLAIN) if entra else _advice_without_code(chosen)
    passed_over = f" Passed over: {'; '.join(chosen.tried)}." if chosen.tried and chosen.kind == "cli" else ""
    return SignInFailed(
        f"{what}: {said}. {advice}{passed_over}", code=entra.group(1) if entra else None, azure_message=said
    )


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
