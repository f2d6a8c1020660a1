"""What Azure says beside an error's code and message: read once, bounded, shown; and nothing of it steers a terminal."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.answer import Answer
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.errors import from_answer, from_operation
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.reported_error import read_error
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.response_schema import validate_response
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import InvalidRequest
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.resource_id import ResourceId
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.text import (
    clean,
    duration,
    printable,
    read_bool,
    shorten,
)

from .conftest import resource

VERSION = ResourceId("image_version", "sub", "rg", "g", "d", "1.0.0")
# Escape, carriage return, null, bell, C1, overrides and marks of direction, a separator, a byte order mark, half a character.
STEERING = "\x1b[2J\r\x00\x07\x9b\u202e\u2066\u200f\u2028\ufeff\x7f\ud800"
EXPRESSION = {"path": "location", "expressionValue": "centralus", "operator": "In", "targetValue": ["eastus"]}
VIOLATION = {
    "type": "PolicyViolation",
    "info": {
        "policyAssignmentDisplayName": "Allowed locations",
        "policyAssignmentName": "abc123",
        "policyAssignmentId": "/providers/Microsoft.Authorization/policyAssignments/abc123",
        "evaluationDetails": {"evaluatedExpressions": [{"path": "type", "expressionValue": "x"}, EXPRESSION]},
    },
}
REFUSED = {"code": "RequestDisallowedByPolicy", "message": "Resource 'web' was disallowed by policy."}
VIOLATED = {**REFUSED, "additionalInfo": [VIOLATION]}


def failure(error: Any, status: int = 403) -> Any:
    return from_answer(Answer(status, {}, json.dumps({"error": error}).encode()), "Could not write gallery /g")


def is_safe(text: str) -> bool:
    return not set(text) & (set(STEERING) - set("[2J"))


@pytest.mark.parametrize(
    "error",
    [
        VIOLATED,
        {**REFUSED, "details": [{"code": "X", "additionalInfo": [VIOLATION]}]},
        {"code": "InvalidTemplateDeployment", "message": "Failed.", "details": [VIOLATED]},
        {"code": "Outer", "message": "Failed.", "innererror": VIOLATED},
    ],
    ids=["top", "details", "wrapped", "inner"],
)
def test_a_policy_is_named_with_what_it_compares(error: Any) -> None:
    found = failure(error)
    assert (
        "Refused by the policy assignment 'Allowed locations' (/providers/Microsoft.Authorization/policyAssignments/abc123): "
        'location is "centralus", compared with ["eastus"] (In).'
    ) in found.message
    assert "ask the owner of the policy assignment for an exemption" in found.message
    (policy,) = found.details["azure_error"]["policies"]
    assert policy["assignment"] == "Allowed locations"
    compared = {"path": "location", "value": '"centralus"', "operator": "In", "target": '["eastus"]'}
    assert policy["expressions"] == [compared]


def test_a_policy_that_azure_does_not_name_is_not_named() -> None:
    found = failure(REFUSED)
    assert "policy assignment '" not in found.message
    assert "policies" not in found.details["azure_error"]


def test_other_information_is_kept_for_the_result() -> None:
    found = failure({"code": "X", "message": "No.", "additionalInfo": [{"type": "Other", "info": {"a": 1}}]})
    assert found.details["azure_error"]["additional_info"] == ['{"type": "Other", "info": {"a": 1}}']


def test_a_count_of_requests_is_a_sentence() -> None:
    count = {"operationGroup": "HighCostGet30Min", "allowedRequestCount": 800, "measuredRequestCount": 1238}
    error = {"code": "OperationNotAllowed", "message": "Slow down.", "details": [{"message": json.dumps(count)}]}
    assert "Azure counted 1238 requests of HighCostGet30Min and allows 800." in failure(error, 429).message


@pytest.mark.parametrize(
    "error",
    [
        {"code": {}, "message": ["x"], "details": "no", "additionalInfo": {"a": 1}, "innererror": []},
        {
            "details": [None, 3, {"details": [{"details": {}}]}],
            "additionalInfo": [{"type": "PolicyViolation", "info": 3}],
        },
        {"additionalInfo": [{"type": "PolicyViolation", "info": {"evaluationDetails": [1], "policyAssignmentId": 7}}]},
    ],
)
def test_odd_shapes_are_read_all_the_same(error: Any) -> None:
    json.dumps(read_error(error).as_result())
    assert failure(error).message.startswith("Could not write gallery /g: ")


def test_much_is_cut_and_the_advice_stays() -> None:
    many = [{"code": f"C{number}", "message": "y" * 9000, "additionalInfo": [VIOLATION] * 50} for number in range(500)]
    found = failure({"code": "AuthorizationFailed", "message": "x" * 200_000, "details": many, "target": "t" * 9000})
    assert len(found.message) <= 2000
    assert found.message.endswith("some minutes (AuthorizationFailed, HTTP 403).")
    assert len(json.dumps(found.details)) < 15_000


@pytest.mark.parametrize("depth", [900, 100_000])
def test_a_body_that_is_nested_deeply_is_an_error_all_the_same(depth: int) -> None:
    body = b'{"error": ' + b'{"innererror": ' * depth + b"1" + b"}" * (depth + 1)
    assert from_answer(Answer(400, {}, body), "Could not").message.startswith("Could not: ")


# Control characters
def test_nothing_in_an_error_steers_the_terminal() -> None:
    policy = {"type": "PolicyViolation", "info": {"policyAssignmentName": STEERING}}
    error = {
        "code": STEERING,
        "message": f"{STEERING}\n",
        "target": STEERING,
        "details": [{"code": STEERING, "message": f"{STEERING} more"}],
        "additionalInfo": [{"type": STEERING}, policy],
    }
    answer = Answer(400, {"x-ms-request-id": STEERING}, json.dumps({"error": error}).encode())
    page = Answer(502, {"content-type": STEERING}, STEERING.encode("utf-8", "surrogatepass"))
    operation = from_operation({"status": STEERING, "name": STEERING, "error": error}, "Could not")
    for found in (from_answer(answer, "Could not"), from_answer(page, "Could not"), operation):
        assert is_safe(found.message)
        assert is_safe(json.dumps(found.details, ensure_ascii=False))
        assert "\n" not in found.message


def test_every_error_of_the_collection_is_printable() -> None:
    error = InvalidRequest(f"name: {STEERING}\n", option={STEERING: [STEERING, 1, None, (STEERING,)]})
    assert is_safe(error.message + str(error) + json.dumps(error.details, ensure_ascii=False))


def test_states_and_details_of_a_resource_are_printable() -> None:
    status = {"summary": [{"region": "eastus", "state": STEERING, "details": STEERING}]}
    body = validate_response(resource(VERSION, STEERING, replicationStatus=status), "image_version", "Could not")
    assert is_safe(json.dumps(body, ensure_ascii=False))
    usual = validate_response(resource(VERSION, "sUcceeded"), "image_version", "")
    assert usual["properties"] == {"provisioningState": "Succeeded"}


# Helpers
def test_text_is_cut_in_the_middle_or_at_its_end() -> None:
    assert shorten("abcdefghij", 10) == "abcdefghij"
    assert shorten("abcdefghijk", 10) == "abcdefghi…"
    assert shorten("abcdefghijk", 10, tail=3) == "abcdef…ijk"
    assert clean({"a": ("b", 1)}) == {"a": ["b", 1]}
    assert printable("é\n\t日本") == "é\n\t日本"


@pytest.mark.parametrize(
    ("seconds", "exact", "coarse"),
    [
        (None, "–", "–"),
        (0, "0 s", "0 s"),
        (59.6, "1 min", "1 min"),
        (425, "7 min 5 s", "7 min"),
        (3600, "1 h", "1 h"),
        (3905, "1 h 5 min", "1 h 5 min"),
    ],
)
def test_durations(seconds: float | None, exact: str, coarse: str) -> None:
    assert (duration(seconds), duration(seconds, coarse=True)) == (exact, coarse)


@pytest.mark.parametrize(
    ("value", "read"),
    [(True, True), ("Y", True), (" on ", True), (1, True), ("f", False), (0, False), ("", None), (2, None)],
)
def test_booleans(value: Any, read: bool | None) -> None:
    assert read_bool(value) is read
