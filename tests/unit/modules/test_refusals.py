"""Azure's refusals as a user of a module meets them: the advice fits the reason, not the status."""

from __future__ import annotations

import pytest

from .conftest import VERSION

EXPRESSION = {"path": "location", "expressionValue": "centralus", "targetValue": ["eastus"]}
ASSIGNMENT = {
    "policyAssignmentDisplayName": "Allowed locations",
    "policyAssignmentId": "/providers/Microsoft.Authorization/policyAssignments/abc123",
    "evaluationDetails": {"evaluatedExpressions": [EXPRESSION]},
}
BY_POLICY = {
    "code": "RequestDisallowedByPolicy",
    "message": "Resource 'web' was disallowed by policy. See error details for policy resource IDs.",
    "additionalInfo": [{"type": "PolicyViolation", "info": ASSIGNMENT}],
}
BY_MFA = {**BY_POLICY, "message": "Users must authenticate with multi-factor authentication.", "additionalInfo": []}
OF_ANOTHER_TENANT = {
    "code": "LinkedAuthorizationFailed",
    "message": "The client has permission to perform action 'Microsoft.Compute/images/read' on scope '/subscriptions/2', "
    "however the current tenant 'T1' is not authorized to access linked subscription '2'.",
}
BY_AZURE = {"code": "RequestDisallowedByAzure", "message": "Resource '1.0.0' was disallowed by Azure."}
STEERING = {"code": "X\x1b[2J", "message": "\x1b]0;owned\x07\r\x9bboo\u202e" + "x" * 200_000}


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (BY_AZURE, "ask Azure support to open this region"),
        (BY_POLICY, "'Allowed locations' (/providers/Microsoft.Authorization/policyAssignments/abc123)"),
        (BY_POLICY, 'location is "centralus", compared with ["eastus"]'),
        (BY_MFA, "Sign in again with multi-factor authentication"),
        (OF_ANOTHER_TENANT, "in a subscription of another tenant"),
    ],
)
def test_no_role_is_advised_where_no_role_helps(parents, error, says):
    parents.emulator.order_fault(
        method="PUT", kind="image_version", times=0, do={"status": 403, "body": {"error": error}}
    )
    result = parents.run("image_version", **VERSION)
    assert result["failed"]
    assert says in result["msg"]
    assert "Grant" not in result["msg"]
    assert result["azure_error"]["code"] == error["code"]
    assert ("policies" in result["azure_error"]) == bool(error.get("additionalInfo"))


def test_nothing_of_a_refusal_steers_the_terminal_or_fills_the_screen(parents):
    fault = {"status": 400, "body": {"error": STEERING}}
    parents.emulator.order_fault(method="PUT", kind="image_version", times=0, do=fault)
    result = parents.run("image_version", **VERSION)
    assert result["msg"].isprintable()
    assert len(str(result["azure_error"])) < 3000
    shown = "".join(map(str, result["azure_error"].values()))
    assert not set("\x1b\x07\r\x9b\u202e") & set(shown)
