"""Clouds, trust, credential objects and the token that a run shares."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth import (
    clouds,
    sign_in,
    sign_in_failure,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth.certificates import (
    VARIABLES,
    Trust,
    trust,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth.clouds import (
    cloud_of_metadata,
    resolve_cloud,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth.credentials import Chosen
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth.tokens import SharedToken
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.retry import Tries
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.run_cache import RunCache
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.task import Task
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import (
    InvalidRequest,
    SignInFailed,
    Unavailable,
)

from .conftest import Credential

BUILT_IN = Trust(True, "the built-in authorities")
METADATA = {
    "name": "stack",
    "authentication": {
        "loginEndpoint": "https://login.stack.example/",
        "audiences": ["https://management.stack.example/"],
    },
}
SECRET = Chosen("secret", {"tenant": "t", "client_id": "c", "secret": "very-secret"}, "the environment")


def named(text: str | None) -> clouds.Cloud:
    return resolve_cloud(text, BUILT_IN, Task({}))


@pytest.mark.parametrize(
    ("text", "cloud"),
    [
        (None, clouds.PUBLIC),
        ("", clouds.PUBLIC),
        ("AzureCloud", clouds.PUBLIC),
        ("AZURE_PUBLIC_CLOUD", clouds.PUBLIC),
        ("https://management.azure.com/", clouds.PUBLIC),
        ("azureusgovernment", clouds.US_GOVERNMENT),
        ("AZURE_US_GOVERNMENT", clouds.US_GOVERNMENT),
        ("AzureChinaCloud", clouds.CHINA),
        ("AZURE_CHINA_CLOUD", clouds.CHINA),
    ],
)
def test_the_known_clouds_in_everybodys_spelling(text: str | None, cloud: clouds.Cloud) -> None:
    assert named(text) == cloud


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("AzureMoonCloud", "is not a cloud"),
        ("http://management.stack.example", "not an https URL"),
        ("https://[", "is not a URL"),
        ("https://user@management.stack.example", "not the URL of a Resource Manager"),
        ("https://management.stack.example/?x=1", "not the URL of a Resource Manager"),
    ],
)
def test_what_is_no_cloud(text: str, says: str) -> None:
    with pytest.raises(InvalidRequest, match=says):
        named(text)


def test_a_cloud_of_metadata_in_both_shapes() -> None:
    wanted = ("stack", "https://rm", "https://login.stack.example", "https://management.stack.example/.default", False)
    assert cloud_of_metadata("https://rm", METADATA) == wanted
    assert cloud_of_metadata("https://rm", [{"name": "none"}, METADATA]) == wanted


@pytest.mark.parametrize(
    "metadata", [{}, [], "x", {"authentication": {"loginEndpoint": "http://login", "audiences": ["a"]}}]
)
def test_metadata_without_a_safe_place_to_sign_in(metadata: Any) -> None:
    with pytest.raises(Unavailable, match="signing in is not possible"):
        cloud_of_metadata("https://rm", metadata)


def test_the_first_variable_that_is_set_says_whom_to_trust(tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.touch()
    assert trust({}).verify is True
    for variable in VARIABLES:
        found = trust({**dict.fromkeys(VARIABLES, ""), variable: str(bundle)})
        assert found.verify == str(bundle)
        assert variable in found.source
    assert trust(dict.fromkeys(VARIABLES, str(bundle))).source.endswith("(from AZURE_GALLERY_CA_BUNDLE)")
    with pytest.raises(InvalidRequest, match="CURL_CA_BUNDLE names '/nonexistent'"):
        trust({"CURL_CA_BUNDLE": "/nonexistent", "SSL_CERT_FILE": str(bundle)})


def test_the_secret_credential_is_made_for_the_cloud() -> None:
    credential = sign_in.build(SECRET, clouds.US_GOVERNMENT, BUILT_IN)
    assert type(credential).__name__ == "ClientSecretCredential"
    assert "login.microsoftonline.us" in str(vars(credential))


def test_the_authority_of_azure_stack_with_adfs() -> None:
    cloud = clouds.PUBLIC._replace(authority="https://adfs.stack.example/adfs", known=False)
    assert sign_in._tenant_and_authority("t", cloud) == ("adfs", "https://adfs.stack.example")
    assert sign_in._tenant_and_authority("t", clouds.PUBLIC) == ("t", clouds.PUBLIC.authority)


@pytest.mark.parametrize(
    ("kind", "values", "name"),
    [
        ("managed_identity", {}, "ManagedIdentityCredential"),
        ("managed_identity", {"client_id": "c"}, "ManagedIdentityCredential"),
        ("cli", {}, "AzureCliCredential"),
        ("cli", {"tenant": "00000000-0000-0000-0000-000000000000"}, "AzureCliCredential"),
    ],
)
def test_the_credentials_without_a_secret(kind: str, values: dict[str, str], name: str) -> None:
    assert type(sign_in.build(Chosen(kind, values, "x"), clouds.PUBLIC, BUILT_IN)).__name__ == name


def test_workload_identity_needs_its_file(tmp_path: Path) -> None:
    token = tmp_path / "token"
    values = {"tenant": "t", "client_id": "c", "federated_token_file": str(token)}
    chosen = Chosen("workload_identity", values, "x")
    with pytest.raises(InvalidRequest, match=r"token.*cannot be read"):
        sign_in.build(chosen, clouds.PUBLIC, BUILT_IN)
    token.write_text("jwt")
    assert type(sign_in.build(chosen, clouds.PUBLIC, BUILT_IN)).__name__ == "WorkloadIdentityCredential"


def test_a_certificate_that_is_missing_unreadable_or_none(tmp_path: Path) -> None:
    path = tmp_path / "cert.pem"
    values = {"tenant": "t", "client_id": "c", "x509_certificate_path": str(path), "certificate_password": "pass-word"}
    chosen = Chosen("certificate", values, "x")
    with pytest.raises(InvalidRequest, match=r"cert\.pem, cannot be read: No such file"):
        sign_in.build(chosen, clouds.PUBLIC, BUILT_IN)
    path.write_text("nonsense")
    with pytest.raises(InvalidRequest, match="must hold an RSA private key") as caught:
        sign_in.build(chosen, clouds.PUBLIC, BUILT_IN)
    assert "pass-word" not in str(caught.value)


@pytest.mark.parametrize("password", [None, "pass-word"])
def test_a_certificate_with_and_without_a_password(tmp_path: Path, password: str | None) -> None:
    path = tmp_path / "cert.pem"
    path.write_bytes(_certificate(password))
    values = {"tenant": "t", "client_id": "c", "x509_certificate_path": str(path), "certificate_password": password}
    credential = sign_in.build(Chosen("certificate", values, "x"), clouds.PUBLIC, BUILT_IN)
    assert type(credential).__name__ == "CertificateCredential"


def _certificate(password: str | None) -> bytes:
    """A self-signed certificate and its key, as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "tests")])
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=9999))
        .sign(key, hashes.SHA256())
    )
    hidden = serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    return key.private_bytes(pem, serialization.PrivateFormat.PKCS8, hidden) + certificate.public_bytes(pem)


def test_a_refused_sign_in_keeps_entras_words_and_no_secret() -> None:
    text = "Authentication failed: AADSTS7000215: Invalid client secret 'very-secret' provided. Trace ID: 1 Correlation ID: 2"
    error = sign_in_failure.failed(ClientAuthenticationError(text), SECRET, clouds.PUBLIC, BUILT_IN)
    assert isinstance(error, SignInFailed)
    assert error.code == "AADSTS7000215"
    assert error.message == (
        "Could not sign in to https://login.microsoftonline.com with the credentials of the environment: "
        "AADSTS7000215: Invalid client secret '(hidden)' provided. Check secret: it must be the secret's value, not its id."
    )


def test_an_authority_that_cannot_be_reached() -> None:
    refused = ServiceRequestError("x", error=ConnectionRefusedError(111, "Connection refused"))
    error = sign_in_failure.failed(refused, SECRET, clouds.PUBLIC, BUILT_IN)
    assert isinstance(error, Unavailable)
    assert "login.microsoftonline.com gave no answer: the connection was refused" in error.message


def test_az_that_is_not_signed_in_says_what_was_passed_over() -> None:
    chosen = Chosen("cli", {}, "az (the Azure CLI)", tried=("environment: AZURE_CLIENT_ID is not set",))
    error = sign_in_failure.failed(ClientAuthenticationError("Please run 'az login'"), chosen, clouds.PUBLIC, BUILT_IN)
    assert "Run 'az login'" in str(error)
    assert "AZURE_CLIENT_ID is not set" in str(error)


def shared(memory: RunCache, clock: Any, credential: Any, identity: str = "me") -> SharedToken:
    return made_by(lambda: credential, memory, clock, identity)


def made_by(make: Callable[[], Any], memory: RunCache, clock: Any, identity: str = "me") -> SharedToken:
    task = Task({}, cache=memory, clock=clock)
    tries = Tries(task, "", "https://login", BUILT_IN)
    return SharedToken(make, task, identity, lambda exc: cast("SignInFailed", exc), lambda: tries)


def test_one_token_for_all(memory: RunCache, clock: Any) -> None:
    credential = Credential(clock)
    assert shared(memory, clock, credential).get_token_info("scope").token == "t1"
    info = shared(memory, clock, credential).get_token_info("scope")
    assert (info.token, info.expires_on - clock.now().timestamp()) == ("t1", 3600)
    assert len(credential.asked) == 1


def test_other_credentials_have_other_tokens(memory: RunCache, clock: Any) -> None:
    credential = Credential(clock)
    tokens = {shared(memory, clock, credential, who).get_token_info(scope).token for who in "ab" for scope in "xy"}
    assert len(tokens) == 4


def test_a_token_is_renewed_five_minutes_before_its_end(memory: RunCache, clock: Any) -> None:
    token = shared(memory, clock, Credential(clock))
    assert token.get_token_info("scope").token == "t1"
    clock.time += 3299
    assert token.get_token_info("scope").token == "t1"
    clock.time += 2
    assert token.get_token_info("scope").token == "t2"


def test_a_token_that_never_lasts_five_minutes_is_used_all_the_same(memory: RunCache, clock: Any) -> None:
    token = shared(memory, clock, Credential(clock, lives=60))
    assert [token.get_token_info("scope").token, token.get_token_info("scope").token] == ["t1", "t2"]


def test_a_dropped_token_is_fetched_again_by_a_new_credential_unless_another_process_has(
    memory: RunCache, clock: Any
) -> None:
    made: list[Credential] = []

    def make() -> Credential:
        made.append(Credential(clock))
        return made[-1]

    token = made_by(make, memory, clock)
    token.get_token_info("scope")
    token.drop("t1")
    token.get_token_info("scope")
    assert len(made) == 2
    token.drop("an older one")
    token.get_token_info("scope")
    assert len(made) == 2


def test_a_refused_sign_in_answers_for_the_others_for_a_moment(memory: RunCache, clock: Any) -> None:
    asked: list[int] = []

    class Wrong:
        def get_token_info(self, *scopes: str, **kwargs: Any) -> Any:
            asked.append(1)
            raise SignInFailed("no such secret", code="AADSTS1")

    for _unused in range(3):
        with pytest.raises(SignInFailed, match="no such secret"):
            shared(memory, clock, Wrong()).get_token_info("scope")
    assert len(asked) == 1
    clock.time += 11
    with pytest.raises(SignInFailed):
        shared(memory, clock, Wrong()).get_token_info("scope")
    assert len(asked) == 2


def test_the_subscription_of_az(make_arm: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(sign_in, "az_account", lambda: asked.append(1) or {"id": "from-az"})
    fake = make_arm(options={"auth_source": "cli", "subscription_id": "", "client_id": "", "secret": ""}, az=True)
    assert [fake.arm.subscription_id, fake.arm.subscription_id] == ["from-az", "from-az"]
    assert len(asked) == 1


def test_no_subscription_names_both_ways(make_arm: Any) -> None:
    with pytest.raises(InvalidRequest, match=r"option subscription_id, or AZURE_SUBSCRIPTION_ID"):
        _unused = make_arm(options={"subscription_id": ""}).arm.subscription_id


def test_az_account_that_cannot_be_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert sign_in.az_account() == {}
    program = tmp_path / "az"
    program.write_text('#!/bin/sh\necho \'{"id": "sub", "tenantId": "t"}\'\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin{os.pathsep}/usr/bin")
    assert sign_in.az_account() == {"id": "sub", "tenantId": "t"}
