# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user can do about an error of Azure, by its code or, where Azure gives none of use, by its words."""

from __future__ import annotations

import re

_ROLE = (
    "Grant the signed-in identity a role that holds this action, such as 'Compute Gallery Artifacts Publisher' or "
    "'Contributor' on the gallery's resource group, and 'Reader' on the source image; a new grant takes some minutes."
)
_IMAGES = (
    "Grant the signed-in identity a role that holds Microsoft.Compute/images/read, such as 'Reader' on the images' resource "
    "group or subscription; a new grant takes some minutes."
)
_READS_IMAGES = re.compile(r"\bmanaged images? |'Microsoft\.Compute/images/read'", re.IGNORECASE)
_LOOK_ABOVE = "Create it first, or correct its name"

_BY_CODE = {
    "AuthorizationFailed": _ROLE,
    "LinkedAuthorizationFailed": _ROLE + " Source and gallery in different tenants need an identity known in both.",
    "SubscriptionNotFound": (
        "Check subscription_id (AZURE_SUBSCRIPTION_ID), and that the signed-in identity has a role in that subscription "
        "and tenant."
    ),
    "InvalidSubscriptionId": "Check subscription_id (AZURE_SUBSCRIPTION_ID): it is the subscription's GUID.",
    "ResourceGroupNotFound": "Check resource_group and subscription_id; this collection does not create resource groups.",
    "ParentResourceNotFound": f"{_LOOK_ABOVE}: what this belongs to does not exist.",
    "PropertyChangeNotAllowed": (
        "Azure never changes this property. Keep the value that is there, or delete and create anew under another name."
    ),
    "CannotDeleteResource": "Delete what lies beneath it first.",
    "DeleteGalleryImageVersionBlockedBeforeEndOfLife": (
        "Set block_deletion_before_end_of_life to false on the version first, or wait for its end_of_life_date."
    ),
    "InvalidAuthenticationTokenTenant": "Check tenant: the token is of another tenant than the subscription.",
    "ScopeLocked": "Remove the management lock from the resource, or from what it belongs to.",
    "RequestDisallowedByPolicy": "An Azure Policy forbids it; the message names the policy.",
    "ReadOnlyDisabledSubscription": "The subscription is disabled; enable it first.",
}
_QUOTA = (
    "Ask for a larger quota in the region that Azure names, or take the region out of target_regions, "
    "or lower its replica_count."
)
_BY_CODE["QuotaExceeded"] = _QUOTA
_API = "This cloud does not offer the api-version that this collection asks for"
for _code in ("InvalidApiVersionParameter", "InvalidApiVersion", "InvalidResourceType", "NoRegisteredProviderFound"):
    _BY_CODE[_code] = f"{_API}; check cloud_environment and, on Azure Stack, whether it has compute galleries."

_BY_WORDS = (
    (
        re.compile(r"marked for deletion", re.IGNORECASE),
        "It is being deleted: wait until it is gone, or delete it again.",
    ),
    (
        re.compile(
            r"delet\w* .*replicated|replicated (locations|regions)|allowDeletionOfReplicatedLocations", re.IGNORECASE
        ),
        "Set allow_deletion_of_replicated_locations to true to remove a region that was replicated to, or keep the region.",
    ),
    (
        re.compile(r"different hypervisor generation", re.IGNORECASE),
        "Use an image definition with the source's hyper_v_generation.",
    ),
    (
        re.compile(r"different os (type|state)", re.IGNORECASE),
        "Use an image definition with the source's os_type and os_state.",
    ),
    (
        re.compile(r"not unique within the subscription", re.IGNORECASE),
        "Gallery names are unique in a subscription, not in a resource group: choose another.",
    ),
    (
        re.compile(
            r"publisher.*offer.*sku.*already exists|already exists.*publisher.*offer.*sku", re.IGNORECASE | re.DOTALL
        ),
        "Choose a publisher, offer and sku that no other image definition of the gallery has.",
    ),
    (
        re.compile(r"replication jobs failed", re.IGNORECASE),
        "on_failed: retry_regions removes those regions and adds them again.",
    ),
    (re.compile(r"\bquota\b|results? in exceeding", re.IGNORECASE), _QUOTA),
)


def _registration(subscription_id: str) -> str:
    place = f" --subscription {subscription_id}" if subscription_id else ""
    return f"Register the provider once: az provider register --namespace Microsoft.Compute{place}"


def advice_for(
    status: int, code: str, message: str, subscription_id: str, retry_after: float | None, what: str = ""
) -> str:
    """What to do about it, as a sentence; empty when the message says it all. `what` was tried."""
    advice = _advice(status, code, message, subscription_id, retry_after)
    return _IMAGES if advice == _ROLE and _READS_IMAGES.search(f"{what} {message}") else advice


def _advice(status: int, code: str, message: str, subscription_id: str, retry_after: float | None) -> str:
    if code == "MissingSubscriptionRegistration":
        return _registration(subscription_id)
    if code in _BY_CODE:
        return _BY_CODE[code]
    for pattern, advice in () if status == 429 else _BY_WORDS:
        if pattern.search(message):
            return advice
    if status == 401:
        return "Check tenant, client_id and secret, and that this machine's clock is right."
    if status == 403:
        return _ROLE
    if status == 409:
        return "Somebody else may be changing it, or an earlier change is not done: look at it, and run this again."
    if status == 429:
        wait = f"{retry_after:.0f} s" if retry_after else "some minutes"
        return f"Azure limits how often it is asked; try again in {wait}, with fewer hosts at once (forks, serial)."
    if status in (408, 500, 502, 503, 504):
        return "This is a fault on Azure's side; run it again later."
    return ""
