"""From answers and exceptions to messages."""

from __future__ import annotations

import json
import socket
import ssl
from typing import Any

import pytest
import requests
import urllib3.exceptions
from azure.core.exceptions import ServiceRequestError, ServiceResponseError

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.answer import Answer, redact, seconds
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth.certificates import Trust
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.errors import from_answer, from_operation
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.lost_answer import from_transport
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources import errors

TRUST = Trust("/etc/ca.pem", "/etc/ca.pem (from SSL_CERT_FILE)")
URL = "https://management.azure.com/subscriptions/s?api-version=1"


def answer(status: int, code: str = "", message: str = "", **more: Any) -> Answer:
    body = {"error": {"code": code, "message": message, **more}}
    return Answer(status, {"X-Ms-Request-Id": "r1", "Content-Type": "application/json"}, json.dumps(body).encode())


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.AzureError),
        (401, errors.SignInFailed),
        (403, errors.Denied),
        (404, errors.NotFound),
        (409, errors.Conflict),
        (429, errors.Throttled),
        (500, errors.Unavailable),
        (503, errors.Unavailable),
    ],
)
def test_the_class_of_a_status(status: int, kind: type) -> None:
    assert from_answer(answer(status, "Code", "Text"), "Could not").__class__ is kind


def test_the_form_of_a_message() -> None:
    error = from_answer(
        answer(400, "InvalidParameter", "Bad value.", target="location"), "Could not write gallery /x", tries=3
    )
    assert (
        error.message
        == "Could not write gallery /x: Bad value (InvalidParameter, HTTP 400, request id r1, after 3 tries)."
    )
    assert error.details == {
        "azure_error": {
            "status": 400,
            "code": "InvalidParameter",
            "message": "Bad value.",
            "request_id": "r1",
            "target": "location",
        }
    }


def test_details_and_the_flat_envelope() -> None:
    error = from_answer(answer(400, "A", "Outer.", details=[{"message": "Inner"}, {"message": "Outer."}]), "Could not")
    assert error.message == "Could not: Outer. Inner (A, HTTP 400, request id r1)."
    assert error.details["azure_error"]["details"] == [{"code": "", "message": "Inner"}]
    flat = Answer(429, {}, b'{"code": "OperationNotAllowed", "message": "Slow down."}')
    assert "Could not: Slow down. Azure limits" in from_answer(flat, "Could not").message


@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff", b"<html><body>502 Bad Gateway</body></html>", b"[1]", b'{"error": "text"}']
)
def test_bodies_that_are_no_error_of_azures(content: bytes) -> None:
    error = from_answer(Answer(502, {"content-type": "text/html"}, content), "Could not read gallery /x")
    assert error.message.startswith("Could not read gallery /x: ")
    assert "HTTP 502" in error.message
    assert error.message.isprintable()


def test_no_signature_and_no_token_in_a_message() -> None:
    token = "eyJ0eXAi.eyJhdWQi.c2lnbmF0dXJl"
    text = f"See https://management.azure.com/op/1?api-version=1&t=2&s=SIGNATURE for Bearer {token}, or {token}."
    assert redact(text) == "See https://management.azure.com/op/1 for (token), or (token)."
    error = from_answer(answer(400, "X", text), "Could not")
    assert "SIGNATURE" not in str(error.details) + error.message
    assert token not in str(error.details) + error.message


@pytest.mark.parametrize(
    ("cause", "says"),
    [
        (
            ServiceRequestError("x", error=socket.gaierror(-2, "Name or service not known")),
            "the name cannot be resolved",
        ),
        (ServiceRequestError("x", error=ConnectionRefusedError(111, "refused")), "the connection was refused"),
        (requests.exceptions.ReadTimeout("x"), "no answer in time"),
        (requests.exceptions.ConnectTimeout("x"), "no answer in time"),
        (
            ServiceResponseError("x", error=urllib3.exceptions.ProtocolError("x", ConnectionResetError(104, "reset"))),
            "closed before the answer was complete",
        ),
        (requests.exceptions.ProxyError("no proxy"), "the proxy failed"),
        (ValueError("odd"), "ValueError: odd"),
    ],
)
def test_why_there_was_no_answer(cause: Exception, says: str) -> None:
    error = from_transport(cause, "Could not read gallery /x", URL, TRUST, tries=5)
    assert isinstance(error, errors.Unavailable)
    assert error.message.startswith("Could not read gallery /x: management.azure.com gave no answer after 5 tries: ")
    assert says in error.message


def test_a_certificate_that_is_not_trusted_names_what_was_used() -> None:
    inner = ssl.SSLCertVerificationError(1, "certificate verify failed")
    inner.verify_message = "self-signed certificate"
    cause = requests.exceptions.SSLError(urllib3.exceptions.MaxRetryError(None, "/", inner))  # type: ignore[arg-type]
    message = from_transport(cause, "Could not", URL, TRUST).message
    assert "(self-signed certificate), using /etc/ca.pem (from SSL_CERT_FILE)" in message
    assert "Set REQUESTS_CA_BUNDLE" in message


def test_a_failed_operation() -> None:
    body = {
        "status": "Failed",
        "name": "op",
        "error": {"code": "Conflict", "message": "a different Hypervisor generation"},
    }
    error = from_operation(body, "Could not create image version /v")
    assert isinstance(error, errors.Conflict)
    assert error.message == (
        "Could not create image version /v: a different Hypervisor generation. Use an image definition with the source's "
        "hyper_v_generation (Conflict, operation op)."
    )
    assert "Canceled" in from_operation({"status": "Canceled"}, "Could not").message


@pytest.mark.parametrize(("text", "value"), [(None, None), ("60", 60), ("0.5", 0.5), ("-1", None), ("soon", None)])
def test_retry_after(text: str | None, value: float | None) -> None:
    assert seconds(text) == value
