"""What to do about errors of Azure and Microsoft Entra: a table whose first row that fits counts (see advice.py).

A row is an advice, indented, below the lines that it is for. Such a line has codes, a regular expression for the message between
slashes, or both, and before a colon the only kind of resource or of credentials that it is for. `{…}` is replaced by advice.py.
"NotJson" is the code of an answer that Azure cannot have sent, "Empty" that of an answer without a body. "HTTP_429" and the like
stand for a status that says by itself what is wrong: 401, 408, 429 and 5xx; "Conflict@409" is a code that means something else
in a failed operation.
"""

from __future__ import annotations

import re
import typing as t


class Row(t.NamedTuple):
    """For any of `codes`, for messages that `pattern` finds, or both; empty `kind`: for every kind."""

    kind: str
    codes: tuple[str, ...]
    pattern: re.Pattern[str] | None
    advice: str


_LINE = re.compile(r"(?:(?P<kind>[a-z_ ]+):)? ?(?P<codes>[\w@ ]*)(?:/(?P<pattern>.+)/)?")


def _read(text: str) -> tuple[Row, ...]:
    rows: list[Row] = []
    for block in re.findall(
        r"((?:^\S.*\n)+)((?:^ .*\n)+)", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE), re.MULTILINE
    ):
        advice = " ".join(block[1].split())
        for text_of_row in block[0].splitlines():
            line = _LINE.fullmatch(text_of_row)
            if line is None:
                raise ValueError(text_of_row)
            pattern = re.compile(line["pattern"], re.IGNORECASE | re.DOTALL) if line["pattern"] else None
            rows.append(Row(line["kind"] or "", tuple(line["codes"].split()), pattern, advice))
    return tuple(rows)


TABLE = _read(r"""
# Requests
/too many requests on source/
    Wait until another image version of this source is complete, then run this again.
TooManyRequests SubscriptionRequestsThrottled HTTP_429
    Azure limits the number of requests: try again in {retry_after}, with fewer hosts at once (forks, serial).
OperationNotAllowed /too many requests/
    Azure limits the number of requests: try again in {retry_after}.
NotJson
    Azure Resource Manager did not send this answer. Check proxies (HTTPS_PROXY, NO_PROXY), sign-in pages of the network, and
    cloud_environment.
InvalidApiVersionParameter InvalidApiVersion InvalidResourceType NoRegisteredProviderFound
MissingApiVersionParameter InvalidResourceNamespace
    This cloud does not offer the API version that this collection uses. Check cloud_environment; an Azure Stack may have no
    compute galleries.
# Signing in
InvalidAuthenticationTokenTenant
    Set tenant to the tenant of the subscription; the token is from another one. {sign_in}
ExpiredAuthenticationToken InvalidAuthenticationToken AuthenticationFailed
InvalidAuthenticationTokenAudience AuthenticationFailedInvalidHeader HTTP_401
    {sign_in} Check cloud_environment and the clock of this machine.
/multi-?factor|\bMFA\b/
AADSTS50076 AADSTS50079 AADSTS50078 AADSTS50158
    Sign in again with multi-factor authentication ('az login' asks for it), or use a service principal or a managed identity.
# Subscriptions
SubscriptionNotFound
    Check subscription_id (AZURE_SUBSCRIPTION_ID), and that the signed-in identity has a role in that subscription and tenant.
InvalidSubscriptionId
    Check subscription_id (AZURE_SUBSCRIPTION_ID): it is the subscription's GUID.
ReadOnlyDisabledSubscription SubscriptionDisabled DisabledSubscription
    The subscription is disabled. Enable it in the Azure portal (Subscriptions), or use another one.
MissingSubscriptionRegistration SubscriptionNotRegistered
/not registered to use namespace/
    Register the provider once: az provider register --namespace {namespace}{subscription}
FeatureNotRegistered
    Register the feature that Azure names for the subscription (az feature register), then run this again.
DisallowedOperation
    This kind of subscription does not allow the operation, and no role changes that. Use another subscription, or ask Azure
    support to lift its restrictions.
# Rights, policies and locks
/not authorized to access linked subscription/
    The linked resource is in a subscription of another tenant, and this collection sends the token of one tenant only. Copy
    the source into a subscription of the gallery's tenant first.
DenyAssignmentAuthorizationFailed
/deny assignment/
    A deny assignment wins over every role. Ask its owner, such as a deployment stack or a managed application, to exclude the
    identity.
RequestDisallowedByAzure
    Use another region, or ask Azure support to open this region for the subscription.
RequestDisallowedByPolicy
    An Azure Policy forbids it. Change the value that the policy refuses, or ask the owner of the policy assignment for an
    exemption.
LinkedAuthorizationFailed LinkedAccessCheckFailed
    Grant the signed-in identity {linked_role}; a new grant takes some minutes.
AuthorizationFailed AuthorizationPermissionMismatch
/does not have (authorization|permissions?) to perform|not authorized to perform/
    Grant the signed-in identity {role}; a new grant takes some minutes.
ScopeLocked
/scope\(s\) are locked/
    Remove the management lock from the scope that Azure names, then run this again.
# What is missing
ResourceGroupNotFound
    Check resource_group and subscription_id; this collection does not create resource groups.
ResourceGroupBeingDeleted
    Wait until the resource group is deleted and create it again, or use another one.
ParentResourceNotFound
    Create it first, or correct its name: the resource that contains this one does not exist.
ResourceNotFound NotFound
    Check the name, resource_group and subscription_id.
GalleryImageNotFound
    Add this region to target_regions, or wait until the image version is replicated to it (wait_for_replication).
BlobNotFound
    Azure has not written it yet: try again in a minute.
InvalidResourceLocation
    Use the location that the resource has, or another name.
LocationNotAvailableForResourceType
    Use one of the locations that Azure lists.
# Changes and deletions
/marked for deletion/
    It is being deleted: wait until it is gone, or delete it again.
PropertyChangeNotAllowed /adminPassword/
    A machine of this name exists with another password. Delete it first, or use another name.
PropertyChangeNotAllowed /imageReference/
    Azure does not change this kind of image of an existing machine or scale set. Create it again from the gallery image.
/image type for a virtual machine scale set may not be changed/
    Create the scale set again from the gallery image.
PropertyChangeNotAllowed
    Azure never changes this property. Keep its value, or create another resource under a new name.
/being provisioned using the image/
    Wait until these machines are provisioned, or delete them, then run this again.
CannotDeleteResource
    Delete the resources that it contains first.
DeleteGalleryImageVersionBlockedBeforeEndOfLife
    Set block_deletion_before_end_of_life to false on the image version first, or wait until its end_of_life_date.
/delet\w* .*replicated|replicated (locations|regions)|allowDeletionOfReplicatedLocations/
    Set allow_deletion_of_replicated_locations to true to remove a region that was replicated to, or keep the region.
# Galleries, image definitions and image versions
/different hypervisor generation/
    Use an image definition with the source's hyper_v_generation.
/different os (type|state)|OS State in the parent/
    Use an image definition with the source's os_type and os_state.
/not unique within the subscription/
    Use another gallery name: it must be unique in the subscription, not only in the resource group.
/publisher.*offer.*sku.*already exists|already exists.*publisher.*offer.*sku/
    Use a publisher, offer and sku that no other image definition of the gallery has.
/replication jobs failed/
    Set on_failed to retry_regions: it removes those regions and adds them again.
/must contain the location of image version/
    Add the region of the source to target_regions.
/duplicate regions/
    Name each region once in target_regions.
/version name is invalid/
    Use a version number such as 1.0.0, or next_patch, next_minor or next_major.
/must be set to a future date/
    Set end_of_life_date to a date in the future.
/storage account type is not supported in this region/
    Set storage_account_type to Standard_LRS for this region.
/source \S+ is not found|source was not found/
    Check the source: it must exist, in the region of the image version.
/version source can only be specified|must either be a managed image/
    Set source to one managed image.
/is not supported for the source id/
    Use a managed image as the source, or a definition without this SecurityType.
/smaller than the size of the corresponding disk/
    Use a disk size that is at least the size of the disk in the image.
# Quotas
/\bcores? quota|vCPUs?/
    This is no fault of the image: use another VM size, zone or region, or try again later. Or request a larger quota of
    cores.
/(version|replica)[^.]*quota|quota[^.]*(version|replica)/
    Request a larger quota in the region that Azure names, remove that region from target_regions, or lower its replica_count.
/galler(y|ies)[^.]*quota|quota[^.]*galler(y|ies)/
gallery: QuotaExceeded
image definition: QuotaExceeded
    Delete what is no longer needed in this subscription and region, or request a larger quota there.
image version: QuotaExceeded
    Request a larger quota in the region that Azure names, remove that region from target_regions, or lower its replica_count.
QuotaExceeded
/\bquota\b|results? in exceeding/
    Request a larger quota for what Azure names.
# Machines
OSProvisioningTimedOut OSProvisioningClientError OSProvisioningInternalError
    Generalize the source machine (waagent -deprovision, sysprep) before its image is created, and check that it boots.
VMAgentStatusCommunicationError
    Check that the image has a working Azure VM agent and that the network reaches 168.63.129.16.
VMExtensionProvisioningError VMExtensionHandlerNonTransientError
    Look at the extension's own log on the machine.
MarketplacePurchaseEligibilityFailed
    Set the purchase plan that the image was sold with: purchase_plan of the image definition, or the same values for the
    machine. Accept its terms once: az vm image terms accept.
VMMarketplaceInvalidInput
/offer with publisherid/
    Set the purchase plan that the image was sold with: purchase_plan of the image definition, or the same values for the
    machine.
/cannot boot hypervisor generation/
    Use a VM size that supports the hyper_v_generation of the image.
/managed images are not supported .* security type/
    Use the image version in the gallery instead of the managed image.
/'?TrustedLaunch'?|securityProfile\.securityType/
    Use a security type that the image definition and the VM size support; the definition's feature SecurityType decides it.
/set to 'latest'/
    Refer to the image definition, so that the scale set always uses the latest image version.
/required parameter 'imageReference' is missing/
    Send the whole storageProfile of the scale set with its imageReference.
AllocationFailed ZonalAllocationFailed OverconstrainedZonalAllocationRequest OverconstrainedAllocationRequest SkuNotAvailable
    This is no fault of the image: use another VM size, zone or region, or try again later.
NicReservedForAnotherVm
    Wait 180 seconds, then run this again: Azure reserves the interface for the failed machine.
NicInUse
    Delete what uses it first, or detach it: delete the machine, then its network interface.
InUseNetworkSecurityGroupCannotBeDeleted InUseSubnetCannotBeDeleted PublicIPAddressCannotBeDeleted
    Delete what uses it first, or detach it.
ResourceDeploymentFailure
    Look at the failed resource that Azure names, and delete it before you run this again.
# What may pass
PreconditionFailed
    Another client has changed it since it was read: run this again.
Conflict@409 AnotherOperationInProgress RetryableError OperationPreempted ConcurrentUpdateError
/another operation|in progress|being updated|concurrent/
    Another client may be changing it, or an earlier change is still running. Wait until it is done, then run this again.
ServerTimeout InternalServerError InternalOperationError ServiceUnavailable ServerBusy GatewayTimeout HTTP_408 HTTP_5xx
    Azure failed to process the request: run it again later.
Empty
    Azure gave no reason: look at the resource and its activity log, and run this again.
# Signing in: what Microsoft Entra or the machine refuses, by the kind of credentials where that matters
AADSTS7000112
    The application is disabled: enable it in the tenant.
AADSTS53003
    A Conditional Access policy blocks the sign-in: ask the tenant's administrator to allow this identity.
cli: AADSTS700082 AADSTS70043
    Run 'az login' again: its session has expired.
cli: AADSTS50173
    Run 'az login' again: its session was revoked.
cli: AADSTS90002
    Run 'az login --tenant TENANT' with the subscription's tenant.
cli: AADSTS500011
    Run 'az cloud set' for the cloud of cloud_environment and 'az login' again, or set cloud_environment to the cloud that 'az
    cloud show' names.
cli:
    Run 'az login' again, or give client_id, tenant and secret.
managed_identity: /multiple user assigned/
    This machine has several managed identities: set client_id to that of the one to use.
managed_identity: /identity not found|no identity|identity has been assigned/
    Assign a managed identity to this machine, or set client_id to that of one that is assigned.
managed_identity:
    Check that a managed identity is assigned to this machine, and that it is a machine in Azure.
AADSTS7000215
    Check secret: it must be the secret's value, not its id.
AADSTS7000222
    The secret has expired: create a new one for the application.
AADSTS700016
    Check client_id and tenant: the tenant has no such application.
AADSTS90002 AADSTS900023
    Check tenant.
AADSTS700027
    Check that the certificate of x509_certificate_path is registered with the application.
AADSTS70021
    Check the application's federated credential: issuer, subject and audience must match the token file.
AADSTS700211
    Check the application's federated credential: its issuer must be that of the token file.
AADSTS700213
    Check the application's federated credential: its subject must be that of the token file.
AADSTS500011
    Check cloud_environment and tenant: the tenant does not know this cloud's Resource Manager.
AADSTS700024
    The token in the token file has expired; check that the file is still renewed.
secret:
    Check tenant, client_id and secret, and cloud_environment.
certificate:
    Check tenant, client_id, x509_certificate_path and cloud_environment.
workload_identity:
    Check tenant, client_id, federated_token_file and cloud_environment.
""")
