"""What to do about Azure's errors: the rows about requests, signing in, subscriptions and rights.

advice.py reads the rows of this file and of advice_resources.py from the top; the first that fits gives the advice.

A row fits by code, by a pattern in the message, or by both. `{…}` in an advice is replaced by advice.py. "NotJson" is the code of
an answer that Azure cannot have sent, "Empty" that of an answer without a body. "HTTP_429" and the like stand for a status that
says by itself what is wrong: 401, 408, 429 and 5xx; "Conflict@409" is a code that means something else in a failed operation.
"""

from __future__ import annotations

import re
import typing as t


class Row(t.NamedTuple):
    """`kind` limits a row to requests about that kind of resource."""

    codes: tuple[str, ...]
    pattern: re.Pattern[str] | None
    advice: str
    kind: str = ""


def row(codes: str, pattern: str, advice: str, kind: str = "") -> Row:
    """A row for any of `codes` (with blanks between them), a regular expression for the message, or both."""
    compiled = re.compile(pattern, re.IGNORECASE | re.DOTALL) if pattern else None
    return Row(tuple(codes.split()), compiled, advice, kind)


_API = (
    "This cloud does not offer the API version that this collection uses. Check cloud_environment; an Azure Stack "
    "may have no "
    "compute galleries."
)
_REQUESTS = (
    row(
        "",
        "too many requests on source",
        "Wait until another image version of this source is complete, then run this again.",
    ),
    row(
        "TooManyRequests SubscriptionRequestsThrottled HTTP_429",
        "",
        "Azure limits the number of requests: try again in {retry_after}, with fewer hosts at once (forks, serial).",
    ),
    row("OperationNotAllowed", "too many requests", "Azure limits the number of requests: try again in {retry_after}."),
    row(
        "NotJson",
        "",
        "Azure Resource Manager did not send this answer. Check proxies (HTTPS_PROXY, NO_PROXY), sign-in pages of "
        "the network, and "
        "cloud_environment.",
    ),
    row("InvalidApiVersionParameter InvalidApiVersion InvalidResourceType NoRegisteredProviderFound", "", _API),
    row("MissingApiVersionParameter InvalidResourceNamespace", "", _API),
)
_SIGN_IN = (
    row(
        "InvalidAuthenticationTokenTenant",
        "",
        "Set tenant to the tenant of the subscription; the token is from another one. {sign_in}",
    ),
    row(
        "ExpiredAuthenticationToken InvalidAuthenticationToken AuthenticationFailed InvalidAuthenticationTokenAudience "
        "AuthenticationFailedInvalidHeader HTTP_401",
        "",
        "{sign_in} Check cloud_environment and the clock of this machine.",
    ),
    row(
        "",
        r"multi-?factor|\bMFA\b",
        "Sign in again with multi-factor authentication ('az login' asks for it), or use a service principal or a "
        "managed identity.",
    ),
)
_SUBSCRIPTION = (
    row(
        "SubscriptionNotFound",
        "",
        "Check subscription_id (AZURE_SUBSCRIPTION_ID), and that the signed-in identity has a role in that "
        "subscription and tenant.",
    ),
    row("InvalidSubscriptionId", "", "Check subscription_id (AZURE_SUBSCRIPTION_ID): it is the subscription's GUID."),
    row(
        "ReadOnlyDisabledSubscription SubscriptionDisabled DisabledSubscription",
        "",
        "The subscription is disabled. Enable it in the Azure portal (Subscriptions), or use another one.",
    ),
    row(
        "MissingSubscriptionRegistration SubscriptionNotRegistered",
        "",
        "Register the provider once: az provider register --namespace {namespace}{subscription}",
    ),
    row(
        "",
        "not registered to use namespace",
        "Register the provider once: az provider register --namespace {namespace}{subscription}",
    ),
    row(
        "FeatureNotRegistered",
        "",
        "Register the feature that Azure names for the subscription (az feature register), then run this again.",
    ),
    row(
        "DisallowedOperation",
        "",
        "This kind of subscription does not allow the operation, and no role changes that. Use another subscription, "
        "or ask Azure "
        "support to lift its restrictions.",
    ),
)
_REFUSED = (
    row(
        "",
        "not authorized to access linked subscription",
        "The linked resource is in a subscription of another tenant, and this collection sends the token of one "
        "tenant only. Copy the "
        "source into a subscription of the gallery's tenant first.",
    ),
    row(
        "DenyAssignmentAuthorizationFailed",
        "",
        "A deny assignment wins over every role. Ask its owner, such as a deployment stack or a managed application, "
        "to exclude the "
        "identity.",
    ),
    row(
        "",
        "deny assignment",
        "A deny assignment wins over every role. Ask its owner, such as a deployment stack or a managed application, "
        "to exclude the "
        "identity.",
    ),
    row(
        "RequestDisallowedByAzure",
        "",
        "Use another region, or ask Azure support to open this region for the subscription.",
    ),
    row(
        "RequestDisallowedByPolicy",
        "",
        "An Azure Policy forbids it. Change the value that the policy refuses, or ask the owner of the policy "
        "assignment for an exemption.",
    ),
    row("LinkedAuthorizationFailed LinkedAccessCheckFailed", "", "{linked_role}"),
    row("AuthorizationFailed AuthorizationPermissionMismatch", "", "{role}"),
    row("", r"does not have (authorization|permissions?) to perform|not authorized to perform", "{role}"),
    row("ScopeLocked", "", "Remove the management lock from the scope that Azure names, then run this again."),
    row(
        "", r"scope\(s\) are locked", "Remove the management lock from the scope that Azure names, then run this again."
    ),
)
ACCESS = (*_REQUESTS, *_SIGN_IN, *_SUBSCRIPTION, *_REFUSED)
