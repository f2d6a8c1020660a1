"""From chosen credentials to azure-identity's credential objects."""

from __future__ import annotations

import json
import os
import subprocess
import typing as t
from urllib.parse import urlsplit

from ..._resources.errors import InvalidRequest
from .. import sdk
from ..answer import seconds
from .certificates import Trust
from .clouds import Cloud
from .credentials import Chosen
from .secrets import hidden

_MACHINE_TRIES = 2  # at the machine's own identity; requests to Microsoft Entra are repeated in tokens.py


class RetryAfterHook:
    """Keeps the Retry-After of the last answer to a sign-in, which azure-identity does not report."""

    seconds: float | None = None

    def __call__(self, response: t.Any) -> None:
        self.seconds = seconds(response.http_response.headers.get("Retry-After"))


def _tenant_and_authority(tenant: str, cloud: Cloud) -> tuple[str, str]:
    """What azure-identity takes: an authority that ends in /adfs is Azure Stack's, whose tenant is called adfs."""
    parts = urlsplit(cloud.authority)
    if parts.path.strip("/").lower() == "adfs":
        return "adfs", f"{parts.scheme}://{parts.netloc}"
    return tenant, cloud.authority


def _token_file(values: dict[str, t.Any]) -> str:
    path = str(os.path.expanduser(values["federated_token_file"]))
    if not os.access(path, os.R_OK):
        raise InvalidRequest(
            f"The token file {path} (federated_token_file, AZURE_FEDERATED_TOKEN_FILE) cannot be read."
        )
    return path


def build(chosen: Chosen, cloud: Cloud, trust: Trust, hook: RetryAfterHook | None = None) -> t.Any:
    """The azure-identity credential. InvalidRequest if a file is missing or of the wrong form; nothing is asked yet."""
    sdk.require()
    identity = sdk.azure.identity
    if chosen.kind == "cli":
        return _cli(identity, chosen)
    common: dict[str, t.Any] = {
        "connection_verify": trust.verify,
        "retry_total": _MACHINE_TRIES,
        "connection_timeout": 10,
        "read_timeout": 30,
    }
    if chosen.kind == "managed_identity":
        client = {"client_id": chosen.values["client_id"]} if chosen.values.get("client_id") else {}
        # The endpoint is on this machine or its network: no proxy of the environment leads to it.
        return identity.ManagedIdentityCredential(**client, **common, use_env_settings=False)
    tenant, authority = _tenant_and_authority(chosen.values["tenant"], cloud)
    discovery = chosen.disable_instance_discovery or not cloud.known
    common.update(
        retry_total=0,
        raw_response_hook=hook,
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
            path = os.path.expanduser(chosen.values["x509_certificate_path"])
            password = chosen.values.get("certificate_password")
            return identity.CertificateCredential(tenant, client_id, path, password=password, **common)
        return identity.WorkloadIdentityCredential(
            tenant_id=tenant, client_id=client_id, token_file_path=_token_file(chosen.values), **common
        )
    except (OSError, ValueError, TypeError) as exc:
        raise InvalidRequest(_unusable(chosen, exc)) from exc


def _cli(identity: t.Any, chosen: Chosen) -> t.Any:
    tenant = chosen.values.get("tenant") or ""
    try:
        return identity.AzureCliCredential(tenant_id=tenant, process_timeout=60)
    except ValueError as exc:
        raise InvalidRequest(f"tenant: {tenant!r} is not the id or the domain of a tenant.") from exc


def _unusable(chosen: Chosen, exc: Exception) -> str:
    """Why credentials from `chosen` cannot even be tried."""
    if chosen.kind == "certificate":
        path = chosen.values["x509_certificate_path"]
        if isinstance(exc, OSError):
            return f"The certificate of x509_certificate_path, {path}, cannot be read: {exc.strerror}."
        return (
            f"{path} (x509_certificate_path) cannot be used: {hidden(str(exc), chosen)}. It must hold an RSA private key and its "
            "certificate, as PEM or PKCS12; certificate_password is the key's."
        )
    return f"The credentials of {chosen.source} cannot be used: {hidden(str(exc), chosen)}"


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
