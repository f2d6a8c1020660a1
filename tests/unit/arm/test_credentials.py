"""Which credentials are chosen, and what is said where there are none."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth import credentials
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth.credentials import Chosen
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth.options import (
    AUTH_OPTIONS,
    ENVIRONMENT,
    refused_options,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import SignInFailed

OPTIONS = {"tenant": "ot", "client_id": "oc", "secret": "os"}
ENVIRON = {"AZURE_TENANT": "et", "AZURE_CLIENT_ID": "ec", "AZURE_SECRET": "es"}
AWX_BLANK = {"AZURE_SUBSCRIPTION_ID": "s", "AZURE_AD_USER": "", "AZURE_PASSWORD": ""}


def resolve(options: dict[str, Any], around: tuple[dict[str, str], str, bool] = ({}, "/nonexistent", False)) -> Chosen:
    """What is chosen where no other variables, credential file and Azure CLI are there."""
    environ, file, az = around
    with (
        mock.patch.object(os, "environ", environ),
        mock.patch.object(credentials, "CREDENTIAL_FILE", file),
        mock.patch.object(credentials.shutil, "which", lambda name: name if az else None),
    ):
        return credentials.resolve(options)


def around(
    environ: dict[str, str] | None = None, file: Any = "/nonexistent", az: bool = False
) -> tuple[dict[str, str], str, bool]:
    return environ or {}, str(file), az


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "credentials"
    path.write_text(
        "[default]\nclient_id=dc\ntenant=dt\nsecret=d%s\nsubscription_id=ds\n"
        "[work]\nclient_id=wc\ntenant=wt\nx509_certificate_path=/c.pem\ncloud_environment=AzureChinaCloud\n"
        "[user]\nad_user=me\npassword=mine\n"
    )
    return path


def test_every_option_has_its_variables() -> None:
    assert set(AUTH_OPTIONS) == set(ENVIRONMENT)
    assert [name for name, option in AUTH_OPTIONS.items() if option.get("no_log")] == ["secret", "certificate_password"]


def test_options_come_before_everything(file: Path) -> None:
    chosen = resolve({**OPTIONS, "subscription_id": "os"}, around(ENVIRON, file, az=True))
    assert (chosen.kind, chosen.values, chosen.subscription_id) == ("secret", OPTIONS, "os")


def test_a_profile_comes_before_the_environment(file: Path) -> None:
    chosen = resolve({"profile": "WORK"}, around(ENVIRON, file))
    assert (chosen.kind, chosen.values["client_id"]) == ("certificate", "wc")
    assert chosen.cloud_environment == "AzureChinaCloud"
    assert resolve({}, around({**ENVIRON, "AZURE_PROFILE": "work"}, file)).values["client_id"] == "wc"


def test_the_environment_comes_before_the_credential_file(file: Path) -> None:
    assert resolve({}, around(ENVIRON, file, az=True)).values == {"tenant": "et", "client_id": "ec", "secret": "es"}


def test_the_credential_file_comes_before_az(file: Path) -> None:
    chosen = resolve({}, around({}, file, az=True))
    assert (chosen.values["secret"], chosen.subscription_id) == ("d%s", "ds")


def test_az_comes_last() -> None:
    chosen = resolve({}, around(az=True))
    assert (chosen.kind, chosen.subscription_id) == ("cli", None)
    assert any("AZURE_CLIENT_ID is not set" in line for line in chosen.tried)


def test_empty_and_blank_count_as_unset() -> None:
    environ = {
        "AZURE_TENANT": "",
        "AZURE_TENANT_ID": "t2",
        "AZURE_CLIENT_ID": "c",
        "AZURE_SECRET": " ",
        "AZURE_CLIENT_SECRET": "s2",
    }
    chosen = resolve({"tenant": "", "client_id": None, "secret": "", "profile": ""}, around(environ))
    assert chosen.values == {"tenant": "t2", "client_id": "c", "secret": "s2"}


def test_a_first_name_wins() -> None:
    environ = {**ENVIRON, "AZURE_TENANT_ID": "other", "AZURE_CLIENT_SECRET": "other"}
    assert resolve({}, around(environ)).values == {"tenant": "et", "client_id": "ec", "secret": "es"}


@pytest.mark.parametrize("given", [{"client_id": "oc"}, {"client_id": "oc", "tenant": "ot"}, {"secret": "os"}])
def test_options_are_never_completed_from_elsewhere(given: dict[str, str]) -> None:
    with pytest.raises(SignInFailed, match="from one source as a whole"):
        resolve(given, around(ENVIRON, az=True))


def test_an_incomplete_environment_is_skipped_and_reported(file: Path) -> None:
    chosen = resolve({}, around({"AZURE_CLIENT_ID": "c", "AZURE_TENANT_ID": "t"}, file))
    assert chosen.values["client_id"] == "dc"
    assert "environment: AZURE_CLIENT_ID, AZURE_TENANT_ID set, but not one of secret" in chosen.tried[1]


def test_the_subscription_of_option_environment_and_profile(file: Path) -> None:
    environ = {"AZURE_SUBSCRIPTION_ID": "e"}
    assert resolve({**OPTIONS, "subscription_id": "o"}, around(environ)).subscription_id == "o"
    assert resolve(OPTIONS, around(environ)).subscription_id == "e"
    assert resolve({}, around({}, file)).subscription_id == "ds"
    assert resolve(OPTIONS, around()).subscription_id is None


def test_the_kinds_of_proof() -> None:
    base = {"tenant": "t", "client_id": "c"}
    assert resolve({**base, "x509_certificate_path": "/c"}, around()).kind == "certificate"
    assert resolve({**base, "federated_token_file": "/t"}, around()).kind == "workload_identity"
    pod = {"AZURE_CLIENT_ID": "c", "AZURE_TENANT_ID": "t", "AZURE_FEDERATED_TOKEN_FILE": "/var/token"}
    assert resolve({}, around(pod)).kind == "workload_identity"


def test_workload_identity_with_a_client_of_awx() -> None:
    """AWX's credential replaces the webhook's client, and its tenant comes before the webhook's; its secret is blank."""
    pod = {"AZURE_TENANT_ID": "webhook", "AZURE_FEDERATED_TOKEN_FILE": "/t", "AZURE_AUTH_SOURCE": "workload_identity"}
    chosen = resolve({}, around({**pod, "AZURE_CLIENT_ID": "c", "AZURE_TENANT": "awx", "AZURE_SECRET": ""}))
    assert chosen.kind == "workload_identity"
    assert chosen.values == {"tenant": "awx", "client_id": "c", "federated_token_file": "/t"}


@pytest.mark.parametrize(
    ("auth_source", "environ", "az", "kind"),
    [
        ("env", ENVIRON, True, "secret"),
        ("credential_file", ENVIRON, True, "secret"),
        ("cli", ENVIRON, True, "cli"),
        ("msi", ENVIRON, True, "managed_identity"),
        ("workload_identity", {**ENVIRON, "AZURE_FEDERATED_TOKEN_FILE": "/t"}, True, "workload_identity"),
    ],
)
def test_a_named_source(auth_source: str, environ: dict[str, str], az: bool, kind: str, file: Path) -> None:
    assert resolve({"auth_source": auth_source}, around(environ, file, az)).kind == kind
    for variable in ("ANSIBLE_AZURE_AUTH_SOURCE", "AZURE_AUTH_SOURCE"):
        assert resolve({}, around({**environ, variable: auth_source}, file, az)).kind == kind


def test_a_managed_identity_with_a_credential_of_awx() -> None:
    """AWX leaves user and password blank, and takes no variable that begins with ANSIBLE_."""
    chosen = resolve({}, around({**AWX_BLANK, "AZURE_AUTH_SOURCE": "msi"}))
    assert (chosen.kind, chosen.values) == ("managed_identity", {})
    assert resolve({}, around({**AWX_BLANK, **ENVIRON, "AZURE_AUTH_SOURCE": ""})).kind == "secret"


@pytest.mark.parametrize(
    ("auth_source", "says"),
    [
        ("env", "AZURE_CLIENT_ID is not set"),
        ("credential_file", "no such file"),
        ("cli", "not installed"),
        ("workload_identity", "AZURE_FEDERATED_TOKEN_FILE is not set"),
    ],
)
def test_a_named_source_that_has_none(auth_source: str, says: str) -> None:
    with pytest.raises(SignInFailed, match=says):
        resolve({"auth_source": auth_source, **({} if auth_source != "env" else OPTIONS)}, around())


def test_managed_identity_takes_a_client_id() -> None:
    chosen = resolve({"auth_source": "msi", "client_id": "mine"}, around())
    assert chosen.values == {"client_id": "mine"}
    assert "mine" in chosen.source
    assert resolve({"auth_source": "msi"}, around({"AZURE_CLIENT_ID": "e"})).values == {"client_id": "e"}
    assert resolve({"auth_source": "msi"}, around()).values == {}


def test_without_any_the_error_lists_what_was_tried() -> None:
    with pytest.raises(SignInFailed) as caught:
        resolve({}, around(AWX_BLANK))
    for part in ("options: ", "environment: ", "profile 'default'", "workload identity: ", "az: ", "auth_source: msi"):
        assert part in caught.value.message
    assert "AZURE_AD_USER" not in caught.value.message


def test_a_user_and_password_are_answered_by_name() -> None:
    with pytest.raises(
        SignInFailed, match="AZURE_AD_USER and AZURE_PASSWORD are set, but signing in as a user is not supported"
    ):
        resolve({}, around({"AZURE_AD_USER": "me", "AZURE_PASSWORD": "mine"}))


def test_a_profile_that_is_missing_or_a_users(file: Path) -> None:
    with pytest.raises(SignInFailed, match=r"'nope'.*it has default, user, work"):
        resolve({"profile": "nope"}, around({}, file))
    with pytest.raises(SignInFailed, match="ad_user and password"):
        resolve({"profile": "user"}, around({}, file))


def test_a_credential_file_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "credentials"
    path.write_text("client_id = oops-secret\n")
    with pytest.raises(SignInFailed, match="not an INI file") as caught:
        resolve({}, around({}, path))
    assert "oops" not in str(caught.value)


def test_the_credentials_do_not_show_in_a_repr() -> None:
    assert "os'" not in repr(resolve(OPTIONS, around()))


@pytest.mark.parametrize(
    ("value", "wanted"), [("true", True), ("1", True), ("False", False), ("", False), (True, True)]
)
def test_disable_instance_discovery(value: Any, wanted: bool) -> None:
    options = {**OPTIONS, "disable_instance_discovery": value}
    assert resolve(options, around()).disable_instance_discovery is wanted
    if isinstance(value, str):
        environ = {"AZURE_DISABLE_INSTANCE_DISCOVERY": value}
        assert resolve(OPTIONS, around(environ)).disable_instance_discovery is wanted


def test_azcollections_other_options_are_refused_by_name() -> None:
    assert refused_options(["resource_group", "secret"]) is None
    for name in ("ad_user", "password", "thumbprint", "cert_validation_mode", "adfs_authority_url", "api_profile"):
        assert f"'{name}'" in str(refused_options([name, "other"]))
    assert "REQUESTS_CA_BUNDLE" in str(refused_options(["cert_validation_mode"]))
