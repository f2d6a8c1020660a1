"""What a user can do about an error: the code decides, then the message, never the status of a refusal alone."""

from __future__ import annotations

import re
import typing as t

from .._resources.text import duration
from .advice_table import TABLE
from .reported_error import ReportedError

NOT_JSON, EMPTY = "NotJson", "Empty"
# What to check when Azure does not accept a token, by the kind of credentials.
SIGN_IN = {
    "cli": "Run 'az login' again, with --tenant for the subscription's tenant.",
    "managed_identity": (
        "Check that the managed identity of this machine still exists, and client_id if it has several."
    ),
    "secret": "Check tenant, client_id and secret.",
    "certificate": "Check tenant, client_id and the certificate of x509_certificate_path.",
    "workload_identity": "Check tenant, client_id and the token file of federated_token_file.",
    "": "Check tenant and the credentials.",
}
_KIND = re.compile(r"Could not \w+ (?:the )?(managed image|image version|image definition|galler(?:y|ies)\b)")
_ACTION = re.compile(r"'(Microsoft\.\w+/[\w/]+)'")
_SUBSCRIPTION = re.compile(r"/subscriptions/([^/ ]+)")
_NAMESPACE = re.compile(r"namespace '([\w.]+)'")
# The role for an action that begins so; the first that fits.
_ROLES = {
    "microsoft.compute/images/read": "'Reader' on the images' resource group or subscription",
    "microsoft.compute/images/": "'Contributor' on the images' resource group",
    "microsoft.compute/galleries": (
        "'Compute Gallery Artifacts Publisher' or 'Contributor' on the gallery's resource group"
    ),
    "microsoft.compute/": "'Virtual Machine Contributor' on the resource group",
    "microsoft.network/": "'Network Contributor' on the resource group of the network",
    "microsoft.authorization/locks/read": "'Reader' on the locked resource",
    "microsoft.authorization/locks/": "'User Access Administrator' on the locked resource",
    "microsoft.resources/": "'Reader' on the resource group or subscription",
    "": "'Contributor' on the resource group",
}
_USUAL = (
    "'Compute Gallery Artifacts Publisher' or 'Contributor' on the gallery's resource group, and 'Reader' on the "
    "source image"
)


def advice_for(
    error: ReportedError, what: str, status: int = 0, retry_after: float | None = None, credential: str = ""
) -> str:
    """What to do about an error of Azure, in sentences; empty when the message says it all.

    `what` is what was tried ("Could not read gallery /subs…"), `credential` the kind of credentials: a key of SIGN_IN.
    """
    pairs = [*error.pairs, (f"{error.code}@{status}", error.message), (_status_code(status), "")]
    advice = find_advice(pairs, _kind(what))
    text = " ".join(message for _unused, message in error.pairs)
    namespace, subscription = _NAMESPACE.search(text), _SUBSCRIPTION.search(what)
    return advice.format(
        retry_after=duration(retry_after) if retry_after else "some minutes",
        sign_in=SIGN_IN.get(credential, SIGN_IN[""]),
        namespace=namespace[1] if namespace else "Microsoft.Compute",
        subscription=f" --subscription {subscription[1]}" if subscription else "",
        role=_role(text, what),
        linked_role=_linked_role(text),
    )


def find_advice(pairs: t.Collection[tuple[str, str]], kind: str) -> str:
    """The advice of the first row of the table that fits one of these codes and messages; empty without one."""
    for row in TABLE:
        for code, message in pairs:
            if row.kind not in ("", kind) or (row.codes and code.lower() not in map(str.lower, row.codes)):
                continue
            if row.pattern is None or (message and row.pattern.search(message)):
                return row.advice
    return ""


def _status_code(status: int) -> str:
    """The code that stands for a status which says by itself what is wrong; empty for a refusal."""
    if status in (401, 408, 429):
        return f"HTTP_{status}"
    return "HTTP_5xx" if status >= 500 else ""


def _kind(what: str) -> str:
    found = _KIND.match(what)
    return found[1].replace("galleries", "gallery") if found else ""


def _role(text: str, what: str) -> str:
    actions = _ACTION.findall(text)
    if not actions and _kind(what) == "managed image":
        actions = ["Microsoft.Compute/images/read"]
    if not actions:
        return f"a role that holds this action, such as {_USUAL}"
    return f"a role that holds {actions[0]}, such as {_role_of(actions[0])}"


def _linked_role(text: str) -> str:
    """The refused action is that on the linked resource, which Azure names last."""
    actions = _ACTION.findall(text)
    if len(actions) < 2:
        return "a role on the linked resource too, such as 'Reader' on the source image"
    return f"a role that holds {actions[-1]} on the linked resource, such as {_role_of(actions[-1])}"


def _role_of(action: str) -> str:
    return next(role for start, role in _ROLES.items() if action.lower().startswith(start))
