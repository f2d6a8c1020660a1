"""The credential options that every module and the inventory plugin have, their environment variables, and what is refused.

The argument spec has no env fallback: an empty variable counts as unset, and credentials are taken from one source as a whole,
neither of which a fallback can do (see credentials.py).
"""

from __future__ import annotations

import typing as t

AUTH_SOURCES = ["auto", "env", "credential_file", "cli", "msi", "workload_identity"]

AUTH_OPTIONS: dict[str, dict[str, t.Any]] = {
    "subscription_id": {"type": "str"},
    "tenant": {"type": "str"},
    "client_id": {"type": "str"},
    "secret": {"type": "str", "no_log": True},
    "x509_certificate_path": {"type": "path"},
    "certificate_password": {"type": "str", "no_log": True},
    "federated_token_file": {"type": "path", "no_log": False},
    "profile": {"type": "str"},
    "auth_source": {"type": "str", "choices": AUTH_SOURCES},
    "cloud_environment": {"type": "str"},
    "disable_instance_discovery": {"type": "bool"},
}

ENVIRONMENT: dict[str, tuple[str, ...]] = {
    "subscription_id": ("AZURE_SUBSCRIPTION_ID",),
    "tenant": ("AZURE_TENANT", "AZURE_TENANT_ID"),
    "client_id": ("AZURE_CLIENT_ID",),
    "secret": ("AZURE_SECRET", "AZURE_CLIENT_SECRET"),
    "x509_certificate_path": ("AZURE_X509_CERTIFICATE_PATH", "AZURE_CLIENT_CERTIFICATE_PATH"),
    "certificate_password": ("AZURE_CLIENT_CERTIFICATE_PASSWORD",),
    "federated_token_file": ("AZURE_FEDERATED_TOKEN_FILE",),
    "profile": ("AZURE_PROFILE",),
    # The second for credentials of AWX, which takes no name that begins with ANSIBLE_.
    "auth_source": ("ANSIBLE_AZURE_AUTH_SOURCE", "AZURE_AUTH_SOURCE"),
    "cloud_environment": ("AZURE_CLOUD_ENVIRONMENT",),
    "disable_instance_discovery": ("AZURE_DISABLE_INSTANCE_DISCOVERY",),
}

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
