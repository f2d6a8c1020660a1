"""What a user reads when a sign-in fails, by the kind of credentials."""

from __future__ import annotations

import base64
import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import AzureCliCredential, CredentialUnavailableError

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.answer import redact
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth import (
    clouds,
    sign_in,
    sign_in_failure,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth.certificates import Trust
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth.credentials import (
    Chosen,
    resolve,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import (
    InvalidRequest,
    SignInFailed,
)

BUILT_IN = Trust(True, "the built-in authorities")
SCOPE = "https://management.azure.com/.default"
CLAIMS = json.dumps({"access_token": {"nbf": {"essential": True, "value": "1604106651"}, "acrs": {"values": ["p1"]}}})
CHALLENGE = base64.b64encode(CLAIMS.encode()).decode()
MFA = (
    "ERROR: AADSTS50076: Due to a configuration change made by your administrator, you must use multi-factor authentication to "
    "access 'x'. Trace ID: 1\nRun the command below to authenticate interactively; additional arguments may be added as needed:\n"
    'az logout\naz login --tenant "t" --scope "https://management.core.windows.net//.default" '
    f'--claims-challenge "{CHALLENGE}"\n'
)
ENDPOINT = "ManagedIdentityCredential authentication unavailable, no response from the IMDS endpoint. "
SEVERAL = f"{ENDPOINT}Token request error: (invalid_request) Multiple user assigned identities exist, please specify the clientId"
ENTRA = (
    "the environment",
    "Could not sign in to https://login.microsoftonline.com with the credentials of the environment",
)
KINDS = {
    "cli": ("az (the Azure CLI)", "Could not get a token from az (the Azure CLI)"),
    "managed_identity": (
        "the system-assigned managed identity",
        "Could not get a token for the system-assigned managed identity",
    ),
    "secret": ENTRA,
    "certificate": ENTRA,
    "workload_identity": ENTRA,
}


def failure(kind: str, text: str, **more: Any) -> Any:
    chosen = Chosen(kind, {"tenant": "t", "client_id": "c"}, KINDS[kind][0])
    return sign_in_failure.failed(ClientAuthenticationError(text), chosen, clouds.PUBLIC, BUILT_IN, **more)


@pytest.mark.parametrize(
    ("kind", "text", "advice"),
    [
        ("cli", "Please run 'az login' to set up an account", "Run 'az login' again, or give client_id"),
        ("cli", "ERROR: AADSTS700082: The refresh token has expired due to inactivity.", "its session has expired"),
        ("cli", "ERROR: AADSTS7000215: Invalid client secret provided.", "Run 'az login' again"),
        ("cli", "ERROR: AADSTS90002: Tenant 'x' not found.", "az login --tenant TENANT"),
        (
            "cli",
            "ERROR: AADSTS50079: Enroll in multi-factor authentication.",
            "multi-factor authentication ('az login'",
        ),
        ("cli", "ERROR: AADSTS500011: The resource principal was not found.", "az cloud set"),
        ("managed_identity", ENDPOINT, "Check that a managed identity is assigned"),
        ("managed_identity", SEVERAL, "set client_id to that of the one to use"),
        ("managed_identity", f"{ENDPOINT}Token request error: (x) Identity not found", "Assign a managed identity"),
        ("secret", "AADSTS7000215: Invalid client secret provided.", "Check secret: it must be the secret's value"),
        ("secret", "AADSTS7000222: The secret is expired.", "create a new one"),
        ("secret", "AADSTS999: Something new.", "Check tenant, client_id and secret, and cloud_environment."),
        ("certificate", "AADSTS700027: The certificate is not registered.", "registered with the application"),
        ("certificate", "AADSTS999: Something new.", "x509_certificate_path"),
        ("workload_identity", "AADSTS700213: No matching federated identity record.", "its subject"),
        ("workload_identity", "AADSTS700024: Client assertion is not within its valid time.", "is still renewed"),
        ("workload_identity", "AADSTS999: Something new.", "federated_token_file"),
        ("secret", "AADSTS53003: Access has been blocked.", "Conditional Access"),
    ],
)
def test_the_advice(kind: str, text: str, advice: str) -> None:
    error = failure(kind, text)
    assert isinstance(error, SignInFailed)
    assert error.message.startswith(f"{KINDS[kind][1]}: ")
    assert advice in error.message
    assert (kind in ("cli", "managed_identity")) != ("https://login" in error.message)


def test_several_identities_do_not_look_like_a_missing_endpoint() -> None:
    assert "no response" not in failure("managed_identity", SEVERAL).message


def test_the_command_that_az_asks_for_is_whole() -> None:
    message = failure("cli", MFA).message
    assert message.endswith(
        'Run: az login --tenant "t" --scope "https://management.core.windows.net//.default" '
        f'--claims-challenge "{CHALLENGE}"'
    )


def test_the_command_that_azure_identity_asks_for_is_whole() -> None:
    chosen = Chosen("cli", {}, KINDS["cli"][0])
    with pytest.raises(CredentialUnavailableError) as caught:
        AzureCliCredential().get_token(SCOPE, claims=CLAIMS)
    if "claims-challenge" not in str(caught.value):
        pytest.skip("azure-identity of this version names no command")
    message = sign_in_failure.failed(caught.value, chosen, clouds.PUBLIC, BUILT_IN).message
    assert f"Run: az login --claims-challenge {CHALLENGE} --scope {SCOPE}" in message


@pytest.mark.parametrize(
    "secret",
    [
        {"access_token": "a-token-of-entra"},
        {"access_token": {"nbf": "a-token-of-entra"}},
        {"access_token": {"nbf": {"token": "x"}}},
        {"access_token": {}, "refresh_token": {}},
        {"typ": "JWT", "alg": "RS256"},
    ],
)
def test_what_is_no_claims_challenge_stays_hidden(secret: Any) -> None:
    text = base64.urlsafe_b64encode(json.dumps(secret).encode()).decode().rstrip("=")
    assert redact(f"it said {text}") == "it said (token)"


# The cloud of az
def az(make_arm: Any, monkeypatch: pytest.MonkeyPatch, signed_in: str, **options: str) -> Any:
    monkeypatch.setattr(sign_in, "az_account", lambda: {"id": "from-az", "environmentName": signed_in})
    unset = dict.fromkeys(("subscription_id", "client_id", "secret", "tenant"), "")
    return make_arm(options={**unset, "auth_source": "cli", **options}, az=True)


@pytest.mark.parametrize(("signed_in", "wanted"), [("AzureUSGovernment", ""), ("AzureCloud", "AzureChinaCloud")])
def test_az_in_another_cloud(make_arm: Any, monkeypatch: pytest.MonkeyPatch, signed_in: str, wanted: str) -> None:
    fake = az(make_arm, monkeypatch, signed_in, cloud_environment=wanted)
    said = rf"to {signed_in}, and cloud_environment is {wanted or 'AzureCloud'}\. Set cloud_environment to {signed_in}"
    with pytest.raises(InvalidRequest, match=said):
        _unused = fake.arm.subscription_id


@pytest.mark.parametrize(
    ("signed_in", "wanted"), [("AzureCloud", ""), ("my-stack", ""), ("AzureChinaCloud", "AZURE_CHINA_CLOUD")]
)
def test_az_in_this_cloud(make_arm: Any, monkeypatch: pytest.MonkeyPatch, signed_in: str, wanted: str) -> None:
    assert az(make_arm, monkeypatch, signed_in, cloud_environment=wanted).arm.subscription_id == "from-az"


def test_a_failed_sign_in_of_az_names_the_other_cloud() -> None:
    message = failure("cli", "ERROR: AADSTS500011: Not found.", other_cloud=lambda: "The CLI is elsewhere.").message
    assert message.endswith("Not found. The CLI is elsewhere.")


# The endpoint of managed identities
@pytest.fixture
def servers() -> Iterator[tuple[dict[str, list[str]], dict[str, str]]]:
    """An identity endpoint and a proxy, both on loopback; each keeps the paths that it was asked for."""
    asked: dict[str, list[str]] = {"endpoint": [], "proxy": []}

    def handler(name: str) -> type[http.server.BaseHTTPRequestHandler]:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked[name].append(self.path)
                content = json.dumps({"access_token": "t", "expires_on": "1999999999", "resource": "r"}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args: Any) -> None:
                """Silent."""

        return Handler

    running = {name: http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler(name)) for name in asked}
    for server in running.values():
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield asked, {name: f"http://127.0.0.1:{server.server_port}" for name, server in running.items()}
    for server in running.values():
        server.shutdown()
        server.server_close()


def test_a_managed_identity_is_never_asked_through_a_proxy(servers: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, urls = servers
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, urls["proxy"])
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{urls['endpoint']}/token")
    monkeypatch.setenv("IDENTITY_HEADER", "header")
    credential = sign_in.build(Chosen("managed_identity", {}, "x"), clouds.PUBLIC, BUILT_IN)
    assert credential.get_token(SCOPE).token == "t"
    assert (len(asked["endpoint"]), asked["proxy"]) == (1, [])


def test_a_tenant_that_az_cannot_take() -> None:
    with pytest.raises(InvalidRequest, match="tenant: 'a b' is not the id or the domain"):
        sign_in.build(Chosen("cli", {"tenant": "a b"}, "x"), clouds.PUBLIC, BUILT_IN)


# Options
@pytest.mark.parametrize("path", ["/azure/credentials", "~/.azure/credentials", "./credentials"])
def test_a_profile_is_a_section_and_no_path(path: str, alone: Any) -> None:
    alone()
    with pytest.raises(SignInFailed, match="give the name of a section of that file, not a path"):
        resolve({"profile": path})


def test_no_subscription_of_a_managed_identity(make_arm: Any) -> None:
    options = {"auth_source": "msi", "subscription_id": "", "tenant": "", "secret": ""}
    with pytest.raises(InvalidRequest, match="none is set, and none comes with the managed identity with client id c"):
        _unused = make_arm(options=options).arm.subscription_id
