"""The sentence that a user gets for each of Azure's errors."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.advice import SIGN_IN
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.advice_table import TABLE
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.answer import Answer
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.errors import from_answer, from_operation

from .error_codes import CASES, Case

FACTS = Path(__file__).resolve().parents[4] / "shared"
# A word that ends so is the code of an error.
CODE = re.compile(
    r"\b(?:[A-Z][A-Za-z]+(?:NotFound|NotAllowed|NotAvailable|Failed|CannotBeDeleted|InUse|AnotherVm|TimedOut|ClientError|InternalError"
    r"|CommunicationError|ProvisioningError|InvalidInput|AllocationRequest|Locked|Registration|Timeout|BlockedBeforeEndOfLife"
    r"|ResourceType|VersionParameter|ResourceLocation|AuthenticationToken|DeploymentFailure|ByAzure|ByPolicy|DeleteResource)"
    r"|TooManyRequests|DisallowedOperation|BadRequest|InvalidParameter|Conflict)\b"
)
# Words of the fact sheets that only look like codes.
NO_CODES = {"SubscriptionNotFoundError", "PropertyChangeNotAllowedError"}


def sentence(case: Case) -> str:
    """The whole message, as a user gets it."""
    error = {"code": case.code, "message": case.message}
    if case.status == 200:
        return from_operation({"status": "Failed", "name": "op", "error": error}, case.what).message
    content = json.dumps({"error": error}).encode() if case.code or case.message else b""
    headers = {"x-ms-request-id": "r1", "content-type": "application/json", "retry-after": "30"}
    return from_answer(Answer(case.status, headers, content, credential="secret"), case.what).message


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.status}-{case.code}-{case.message[:40]}")
def test_the_advice(case: Case) -> None:
    message = sentence(case)
    said = case.message.rstrip(".") or "the answer is empty"
    facts = "operation op" if case.status == 200 else f"HTTP {case.status}, request id r1"
    last = f"({', '.join(filter(None, (case.code, facts)))})."
    assert message.startswith(f"{case.what}: {said}")
    assert message.endswith(f" {last}")
    advice = message.removeprefix(f"{case.what}: {said}").removesuffix(last).strip(" .")
    assert advice == "" if case.advice is None else case.advice in advice
    assert "{" not in advice
    assert ("Grant" in advice) <= (case.code.endswith("AuthorizationFailed") or "authorization" in case.message)


def test_every_row_of_the_table_is_tried() -> None:
    """No row is out of reach of the rows before it. Those about signing in are tried in test_sign_in_failure.py."""
    spoken = " ".join(map(sentence, CASES))
    of_azure = [row for row in TABLE if row.kind not in set(SIGN_IN) - {""} and "AADSTS" not in str(row.codes)]
    plain = [re.split(r"[{]", row.advice)[0].strip() or row.advice for row in of_azure]
    unused = [text for text in plain if not text.startswith("{") and text.rstrip(".") not in spoken]
    assert unused == UNTRIED


# Codes of rows that no fact sheet quotes; each is general knowledge of Azure.
UNTRIED = [
    (
        "Azure Resource Manager did not send this answer. Check proxies (HTTPS_PROXY, NO_PROXY), sign-in pages of the network, "
        "and cloud_environment."
    ),
    "Register the feature that Azure names for the subscription (az feature register), then run this again.",
    "Wait until the resource group is deleted and create it again, or use another one.",
    "Azure gave no reason: look at the resource and its activity log, and run this again.",
]


def test_no_code_of_the_fact_sheets_is_forgotten() -> None:
    sheets = sorted(FACTS.glob("arm-facts*.md"))
    if not sheets:
        text = "there are no fact sheets beside the repository (../shared)"
        assert os.environ.get("CI") != "true", text
        pytest.skip(text)
    known = {case.code for case in CASES} | NO_CODES
    found = {code for sheet in sheets for code in CODE.findall(sheet.read_text(encoding="utf-8"))}
    assert len(found) > 30
    assert sorted(found - known) == []


@pytest.mark.parametrize("status", [400, 403, 404, 409, 502, 503])
def test_a_page_of_a_proxy_gets_no_advice_about_roles(status: int) -> None:
    page = Answer(status, {"content-type": "text/html"}, b"<html>Access denied by Example Proxy</html>")
    message = from_answer(page, "Could not read gallery /g").message
    assert "Azure Resource Manager did not send this answer. Check proxies" in message
    assert "Grant" not in message


@pytest.mark.parametrize(
    ("credential", "advice"),
    [
        ("cli", "Run 'az login' again"),
        ("managed_identity", "Check that the managed identity"),
        ("secret", "Check tenant, client_id and secret."),
        ("certificate", "x509_certificate_path"),
        ("workload_identity", "federated_token_file"),
        ("", "Check tenant and the credentials"),
    ],
)
def test_a_refused_token_by_the_kind_of_credentials(credential: str, advice: str) -> None:
    content = b'{"error": {"code": "InvalidAuthenticationToken", "message": "Invalid."}}'
    assert advice in from_answer(Answer(401, {}, content, credential=credential), "Could not").message
