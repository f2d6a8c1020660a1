"""The credential options that every module and the inventory plugin have, their environment variables, and what is refused.

The argument spec has no env fallback: an empty variable counts as unset, and credentials are taken from one source as a whole,
neither of which a fallback can do (see credentials.py).
"""

from __future__ import annotations

import typing as t

AUTH_SOURCES = ["auto", "env", "credential_file", "cli", "msi", "workload_identity"]

# The type of each option, and the environment variables that set it, of which the first that is not blank counts.
_OPTIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "subscription_id": ("str", ("AZURE_SUBSCRIPTION_ID",)),
    "tenant": ("str", ("AZURE_TENANT", "AZURE_TENANT_ID")),
    "client_id": ("str", ("AZURE_CLIENT_ID",)),
    "secret": ("str", ("AZURE_SECRET", "AZURE_CLIENT_SECRET")),
    "x509_certificate_path": ("path", ("AZURE_X509_CERTIFICATE_PATH", "AZURE_CLIENT_CERTIFICATE_PATH")),
    "certificate_password": ("str", ("AZURE_CLIENT_CERTIFICATE_PASSWORD",)),
    "federated_token_file": ("path", ("AZURE_FEDERATED_TOKEN_FILE",)),
    "profile": ("str", ("AZURE_PROFILE",)),
    # The second for credentials of AWX, which takes no name that begins with ANSIBLE_.
    "auth_source": ("str", ("ANSIBLE_AZURE_AUTH_SOURCE", "AZURE_AUTH_SOURCE")),
    "cloud_environment": ("str", ("AZURE_CLOUD_ENVIRONMENT",)),
    "disable_instance_discovery": ("bool", ("AZURE_DISABLE_INSTANCE_DISCOVERY",)),
}
ENVIRONMENT = {name: variables for name, (_kind, variables) in _OPTIONS.items()}
AUTH_OPTIONS: dict[str, dict[str, t.Any]] = {name: {"type": kind} for name, (kind, _variables) in _OPTIONS.items()}
AUTH_OPTIONS["secret"]["no_log"] = AUTH_OPTIONS["certificate_password"]["no_log"] = True
AUTH_OPTIONS["federated_token_file"]["no_log"] = False
AUTH_OPTIONS["auth_source"]["choices"] = AUTH_SOURCES

_USER_SIGN_IN = (
    "signing in as a user is not supported; use client_id with secret or a certificate, "
    "or auth_source: cli after 'az login'"
)
# Options of azure.azcollection that this collection does not have, as found in module_defaults, and what to use instead.
REFUSED_OPTIONS: dict[str, str] = {
    "ad_user": _USER_SIGN_IN,
    "password": _USER_SIGN_IN,
    "thumbprint": "leave it out; it is read from the file of x509_certificate_path",
    "cert_validation_mode": (
        "leave it out; certificates are always verified. Trust your own authority with REQUESTS_CA_BUNDLE in the environment"
    ),
    "adfs_authority_url": "give cloud_environment the https URL of the Resource Manager; it names its authority",
    "api_profile": "leave it out; the collection chooses the api-version of every request",
}


def refused_options(names: t.Iterable[str]) -> str | None:
    """The message for options of azure.azcollection among `names`, or None."""
    found = sorted(set(names) & set(REFUSED_OPTIONS))
    if not found:
        return None
    return (
        "; ".join(
            f"The option {name!r} of azure.azcollection is not supported: {REFUSED_OPTIONS[name]}" for name in found
        )
        + "."
    )
