"""What a server repeats of what it was sent does not get into a message, however it is quoted."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from azure.core.exceptions import ClientAuthenticationError

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.answer import Answer, redact
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth import (
    clouds,
    secrets,
    sign_in_failure,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth.certificates import Trust
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth.clouds import origin_of
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth.credentials import Chosen
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth.options import AUTH_OPTIONS
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.errors import from_answer
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.pipeline import check_host
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import AzureError, Unavailable
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.resource_id import ResourceId
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._run.module_spec import ModuleSpec

from .conftest import reply, resource

GALLERY = ResourceId("gallery", "sub", "rg", "g")
HEAD = base64.urlsafe_b64encode(b'{"typ":"JWT","alg":"RS256"}').decode().rstrip("=")
CLAIMS = base64.urlsafe_b64encode(b'{"aud":"https://management.azure.com/","sub":"another"}').decode().rstrip("=")
TOKEN = f"{HEAD}.{CLAIMS}.SIGNATURE-of_the_token"
SECRET = "h34d\"'\\/%+&=?:#;{}<>~ é\u20ac\n\tt41l"
QUOTINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "one line": lambda text: " ".join(text.split()),
    "url": quote,
    "url component": lambda text: quote(text, safe=""),
    "form": quote_plus,
    "json": json.dumps,
    "json in unicode": lambda text: json.dumps(text, ensure_ascii=False),
    "python": repr,
    "html": html.escape,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
}


def chosen(**values: Any) -> Chosen:
    return Chosen("secret", {"tenant": "t", "client_id": "c", **values}, "the environment")


@pytest.mark.parametrize("name", ["secret", "certificate_password"])
@pytest.mark.parametrize("quoting", QUOTINGS)
def test_a_secret_is_hidden_in_every_quoting(name: str, quoting: str) -> None:
    text = secrets.hidden(f"you sent <{QUOTINGS[quoting](SECRET)}>, thanks", chosen(**{name: SECRET}))
    assert "h34d" not in text
    assert "t41l" not in text
    assert text.startswith("you sent <")
    assert text.endswith(">, thanks")


def test_a_short_secret_does_not_blot_out_words() -> None:
    assert secrets.hidden("demo is not valid", chosen(secret="demo")) == "demo is not valid"


@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        f"Bearer {TOKEN}",
        f"bearer+{TOKEN}",
        f"Authorization%3A%20Bearer%20{TOKEN}",
        f"client_assertion={TOKEN}&x=y",
        f"%2F{TOKEN}",
        f"line\\n{TOKEN}",
        f"({TOKEN})",
        TOKEN[:60],
        HEAD,
        f"{HEAD}.{CLAIMS[:9]}",
        "Bearer an-opaque-token-of-40-characters/and=more",
    ],
)
def test_a_token_is_hidden_wherever_it_stands_and_also_a_part_of_it(text: str) -> None:
    shown = redact(f"It said: {text}")
    assert "(token)" in shown
    assert HEAD[:12] not in shown
    assert CLAIMS[:8] not in shown
    assert "SIGNATURE" not in shown
    assert "opaque" not in shown


@pytest.mark.parametrize("text", ["the monkeyJar of keyJournal.vhd", "Bearer of bad news", "eyJ is how they begin"])
def test_words_are_no_tokens(text: str) -> None:
    assert redact(text) == text


def test_no_part_of_an_error_shows_a_token() -> None:
    inner = {"code": f"C {TOKEN}", "message": f"M {TOKEN}", "target": f"T {TOKEN}"}
    body = {"error": {**inner, "details": [inner, {"message": TOKEN}]}}
    answer = Answer(403, {"x-ms-request-id": f"Bearer {TOKEN}", "content-type": TOKEN}, json.dumps(body).encode())
    shown = f"{from_answer(answer, 'Could not').message} {from_answer(answer, 'Could not').details}"
    assert shown.count("(token)") >= 6
    assert HEAD not in shown


@pytest.mark.parametrize("before", range(0, 90, 6))
def test_what_is_no_json_is_cut_after_the_token_is_hidden(before: int) -> None:
    shown = Answer(502, {"content-type": TOKEN}, f"{'x' * before} {TOKEN}</p>".encode()).described()
    assert HEAD[:12] not in shown
    assert len(shown) < 250


BAD = {
    "code": "Odd",
    "message": f"you sent {SECRET} and Bearer {TOKEN}",
    "target": SECRET,
    "details": [{"message": SECRET}],
}


@pytest.mark.parametrize(
    "body", [{"error": BAD}, BAD, f"<p>{SECRET} {TOKEN}</p>".encode()], ids=["arm", "flat", "page"]
)
@pytest.mark.parametrize("status", [400, 401, 500, 502])
def test_an_answer_that_repeats_the_credentials(make_arm: Any, status: int, body: Any) -> None:
    """The message, what the result keeps of it, and all that was said while it was repeated."""
    fake = make_arm(reply(status, body, {"x-ms-request-id": TOKEN, "Retry-After": "30"}), options={"secret": SECRET})
    with pytest.raises(AzureError) as caught:
        fake.arm.get(GALLERY)
    shown = " ".join([caught.value.message, json.dumps(caught.value.details), *fake.reported, *fake.debugged])
    assert "(token)" in shown
    assert not {part for part in ("h34d", "t41l", HEAD, "SIGNATURE") if part in shown}


def test_a_request_id_that_repeats_the_secret(make_arm: Any) -> None:
    fake = make_arm(reply(200, resource(GALLERY), {"x-ms-request-id": "very-secret"}))
    fake.arm.get(GALLERY)
    assert "request id (hidden)" in fake.debugged[-1]


def test_an_operation_that_repeats_the_credentials(make_arm: Any) -> None:
    made = reply(201, resource(GALLERY), {"Azure-AsyncOperation": "https://management.azure.com/op?s=signature"})
    fake = make_arm(made, reply(200, {"status": "Failed", "name": "op", "error": BAD}), options={"secret": SECRET})
    fake.arm.put(GALLERY, {}, before=None)
    shown = json.dumps([fake.arm.operation(GALLERY), fake.debugged])
    assert '"code": "Odd"' in shown
    assert not {part for part in ("h34d", "t41l", HEAD, "s=signature") if part in shown}


@pytest.mark.parametrize("text", ["Authentication failed: {}", 'Unexpected response from Microsoft Entra ID: "{}"'])
@pytest.mark.parametrize("kind", ["secret", "certificate"])
def test_a_sign_in_that_repeats_the_credentials(text: str, kind: str) -> None:
    """azure-identity gives the server's words, or all of its answer as Python shows a mapping."""
    sent = {"client_secret": SECRET, "client_assertion": TOKEN, "body": quote_plus(SECRET)}
    values = chosen(secret=SECRET, certificate_password=SECRET)
    error = ClientAuthenticationError(text.format(sent))
    error.__cause__ = ValueError(f"AADSTS7000215: {json.dumps(sent)}")
    found_text = sign_in_failure.failed(error, Chosen(kind, values.values, "x"), clouds.PUBLIC, Trust(True, "built in"))
    assert not {part for part in ("h34d", "t41l", HEAD) if part in f"{found_text.message} {found_text.details}"}


@pytest.mark.parametrize("name", ["secret", "certificate_password"])
def test_ansible_knows_what_an_option_was_turned_into(name: str) -> None:
    """It knows a no_log value as it was given: of a list the items, and not the text that became of the list."""
    task = ModuleSpec("x", AUTH_OPTIONS, lambda context: {})
    assert task.secrets({name: "['it']", "client_id": "c"}) == {"['it']"}
    assert task.secrets({name: None, "tenant": "t"}) == task.secrets({name: ""}) == set()


@pytest.mark.parametrize(
    "endpoint",
    [
        *(
            "https://me:mine@login.example",
            "https://@login.example",
            "https://login.example/?x=1",
            "https://login.example#x",
        ),
        *(
            "https://",
            "https://[login.example",
            "http://login.example",
            "login.example",
            "//login.example",
            "",
            None,
            7,
        ),
    ],
)
def test_metadata_with_a_doubtful_place_to_sign_in(endpoint: Any) -> None:
    metadata = {"authentication": {"loginEndpoint": endpoint, "audiences": ["https://rm.example"]}}
    with pytest.raises(Unavailable, match="signing in is not possible"):
        clouds.cloud_of_metadata("https://rm.example", metadata)


@pytest.mark.parametrize("endpoint", ["https://login.example/", "https://adfs.example/adfs", "https://127.0.0.1:8443"])
def test_metadata_with_a_place_to_sign_in(endpoint: str) -> None:
    metadata = {"authentication": {"loginEndpoint": endpoint, "audiences": ["https://rm.example"]}}
    assert clouds.cloud_of_metadata("https://rm.example", metadata).authority == endpoint.rstrip("/")


def test_the_resource_managers_own_addresses() -> None:
    own = clouds.PUBLIC._replace(resource_manager="https://rm.example")
    for url in ("https://rm.example/x?y#z", "HTTPS://RM.EXAMPLE", "https://rm.example:443/"):
        check_host(url, own)
    assert origin_of("https://rm.example:0") == ("rm.example", 0)


@pytest.mark.parametrize("manager", ["https://rm.example:99999", "https://me@rm.example", "http://rm.example"])
def test_an_address_that_is_none_is_like_no_other(manager: str) -> None:
    for url in (manager, "http://evil.example", "https://["):
        with pytest.raises(Unavailable, match="Nothing was sent there"):
            check_host(url, clouds.PUBLIC._replace(resource_manager=manager))


def test_the_password_of_a_proxy_is_not_shown(make_arm: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a proxy that does not answer, at the first request: the metadata of a cloud."""
    monkeypatch.setenv("HTTPS_PROXY", "http://me:proxy-password@127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    fake = make_arm(reply(200, {}), options={"cloud_environment": "https://rm.example"})
    with pytest.raises(Unavailable, match=r"rm\.example gave no answer after 5 tries") as caught:
        fake.arm.get(GALLERY)
    assert "proxy-password" not in " ".join([caught.value.message, *fake.reported, *fake.debugged])


def test_no_option_is_about_verification() -> None:
    words = ("verify", "verification", "validate", "insecure", "ssl", "tls")
    assert not [name for name in AUTH_OPTIONS if any(word in name for word in words)]
