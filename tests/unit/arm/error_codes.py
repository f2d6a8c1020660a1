"""Azure's refusals as a user meets them: status, code, message, and what the advice must say (None: no advice)."""

from __future__ import annotations

from typing import NamedTuple


class Case(NamedTuple):
    """`what` begins the message, as the request that was refused names itself."""

    code: str
    message: str
    advice: str | None
    status: int = 409
    what: str = "Could not write image version /subscriptions/SUB/v"


ACTION = "The client 'me' with object id 'o' does not have authorization to perform action '{}' over scope '/s'."
LINKED = "The client has permission to perform action 'Microsoft.Compute/galleries/write' on scope '/v'; however, "
THROTTLED = "The server rejected the request because too many requests have been received for this subscription."
MACHINE = "Could not write virtual machine /vm"
IN_USE = "Delete what uses it first"
BUSY = "Another client may be changing it"
PLAN = "Set the purchase plan"
CAPACITY = "use another VM size, zone or region"
PROVISION = "Generalize the source machine"

ACCESS = (
    Case(
        "AuthorizationFailed",
        ACTION.format("Microsoft.Compute/galleries/images/read"),
        "'Compute Gallery Artifacts Publisher'",
        403,
    ),
    Case(
        "AuthorizationFailed",
        ACTION.format("Microsoft.Compute/images/read"),
        "'Reader' on the images' resource group",
        403,
    ),
    Case("AuthorizationFailed", ACTION.format("Microsoft.Compute/images/delete"), "'Contributor' on the images'", 403),
    Case(
        "AuthorizationFailed",
        ACTION.format("Microsoft.Compute/virtualMachines/write"),
        "'Virtual Machine Contributor'",
        403,
    ),
    Case(
        "AuthorizationFailed", ACTION.format("Microsoft.Network/networkInterfaces/write"), "'Network Contributor'", 403
    ),
    Case(
        "AuthorizationFailed",
        ACTION.format("Microsoft.Authorization/locks/read"),
        "'Reader' on the locked resource",
        403,
    ),
    Case(
        "AuthorizationFailed", ACTION.format("Microsoft.Authorization/locks/delete"), "'User Access Administrator'", 403
    ),
    Case("AuthorizationFailed", "No.", "a role that holds this action", 403),
    Case("AuthorizationFailed", "No.", "Microsoft.Compute/images/read", 403, "Could not list the managed images of /g"),
    Case("Forbidden", ACTION.format("Microsoft.Compute/images/read"), "'Reader' on the images'", 403),
    Case("Forbidden", "No.", None, 403),
    Case("", "Blocked by the administrator.", None, 403),
    Case(
        "LinkedAuthorizationFailed",
        LINKED + "the current tenant 'T' is not authorized to access linked subscription '2'.",
        "another tenant",
        403,
    ),
    Case(
        "LinkedAuthorizationFailed",
        LINKED
        + "it does not have permission to perform action(s) 'Microsoft.Compute/images/read' on the linked scope(s) '/i'.",
        "Microsoft.Compute/images/read on the linked resource",
        403,
    ),
    Case("LinkedAuthorizationFailed", "No.", "'Reader' on the source image", 403),
    Case("DenyAssignmentAuthorizationFailed", "No.", "wins over every role", 403),
    Case(
        "AuthorizationFailed",
        ACTION.format("Microsoft.Compute/images/read")
        + " The access is denied because of the deny assignment with name 'd'.",
        "wins over every role",
        403,
    ),
    Case(
        "RequestDisallowedByAzure",
        "Resource 'pics' was disallowed by Azure.",
        "ask Azure support to open this region",
        403,
    ),
    Case("RequestDisallowedByPolicy", "Resource 'web' was disallowed by policy.", "exemption", 403),
    Case("RequestDisallowedByPolicy", "Users must authenticate with multi-factor authentication.", "multi-factor", 403),
    Case(
        "DisallowedOperation",
        "The current subscription type is not permitted to perform operations.",
        "no role changes that",
        403,
    ),
    Case("ReadOnlyDisabledSubscription", "The subscription is disabled.", "Enable it", 409),
    Case("SubscriptionNotFound", "The subscription 's' could not be found.", "Check subscription_id", 404),
    Case("InvalidSubscriptionId", "No.", "GUID", 400),
    Case(
        "MissingSubscriptionRegistration",
        "The subscription is not registered to use namespace 'Microsoft.Network'.",
        "az provider register --namespace Microsoft.Network --subscription SUB",
    ),
    Case("MissingSubscriptionRegistration", "No.", "--namespace Microsoft.Compute --subscription SUB"),
    Case(
        "ScopeLocked",
        "The scope '/i' cannot perform delete operation because following scope(s) are locked: '/g'.",
        "management lock",
    ),
    Case("AuthenticationFailed", "Authentication failed.", "Check tenant, client_id and secret", 401),
    Case("InvalidAuthenticationToken", "The access token is invalid.", "the clock of this machine", 401),
    Case("ExpiredAuthenticationToken", "The access token expiry is over.", "the clock of this machine", 401),
    Case("InvalidAuthenticationTokenTenant", "The token is from the wrong issuer.", "tenant of the subscription", 401),
    Case("", "", "Check tenant, client_id and secret", 401),
    Case("TooManyRequests", "Slow down.", "forks, serial", 429),
    Case("OperationNotAllowed", THROTTLED, "try again in 30 s", 429),
    Case("OperationNotAllowed", "exceeding the quota of requests", "forks, serial", 429),
    Case("", "Too many requests on source '/i'.", "another image version of this source", 429),
    Case("InvalidResourceType", "The resource type could not be found.", "does not offer the API version", 404),
    Case("InvalidApiVersionParameter", "The api-version '1' is invalid.", "does not offer the API version", 400),
    Case(
        "MissingApiVersionParameter",
        "The api-version query parameter is required.",
        "does not offer the API version",
        400,
    ),
    Case("NoRegisteredProviderFound", "No registered resource provider.", "does not offer the API version", 400),
)
RESOURCES = (
    Case(
        "ResourceNotFound", "The Resource 'g' was not found.", "Check the name, resource_group and subscription_id", 404
    ),
    Case("ParentResourceNotFound", "Parent resource 'g' not found.", "Create it first", 404),
    Case("ResourceGroupNotFound", "Resource group 'rg' could not be found.", "does not create resource groups", 404),
    Case("GalleryImageNotFound", "The gallery image is not available in westus region.", "target_regions", 404),
    Case("BlobNotFound", "The specified blob does not exist.", "try again in a minute", 404),
    Case("InvalidResourceLocation", "The resource 'g' already exists in location 'x'.", "or another name"),
    Case(
        "LocationNotAvailableForResourceType",
        "The provided location 'x' is not available.",
        "locations that Azure lists",
        400,
    ),
    Case("CannotDeleteResource", "Cannot delete resource while nested resources exist.", "resources that it contains"),
    Case(
        "PropertyChangeNotAllowed",
        "Changing property 'galleryImage.properties.eula' is not allowed.",
        "never changes this property",
    ),
    Case(
        "PropertyChangeNotAllowed",
        "Changing property 'imageReference.sku' is not allowed.",
        "Create it again",
        what=MACHINE,
    ),
    Case(
        "PropertyChangeNotAllowed",
        "Changing property 'osProfile.adminPassword' is not allowed.",
        "another password",
        what=MACHINE,
    ),
    Case("DeleteGalleryImageVersionBlockedBeforeEndOfLife", "No.", "block_deletion_before_end_of_life to false"),
    Case("OperationNotAllowed", "Operation is not allowed since it is marked for deletion.", "It is being deleted"),
    Case(
        "OperationNotAllowed",
        "Operation 'Image Delete' is not allowed since the VMs are being provisioned using the Image 'i'.",
        "provisioned",
    ),
    Case(
        "OperationNotAllowed", "The Image type for a Virtual Machine Scale Set may not be changed.", "scale set again"
    ),
    Case(
        "OperationNotAllowed",
        "The specified disk size 127 GB is smaller than the size of the corresponding disk.",
        "at least the size",
    ),
    Case(
        "OperationNotAllowed",
        "It results in exceeding approved standardDSv2Family Cores quota.",
        CAPACITY,
        what=MACHINE,
    ),
    Case(
        "OperationNotAllowed",
        "It results in exceeding approved Gallery Image Version quota.",
        "lower its replica_count",
    ),
    Case("OperationNotAllowed", "Something else.", None),
    Case(
        "QuotaExceeded",
        "The number of galleries exceeds the quota.",
        "no longer needed",
        409,
        "Could not write gallery /g",
    ),
    Case("QuotaExceeded", "No.", "no longer needed", 403, "Could not write gallery /g"),
    Case("QuotaExceeded", "No.", "no longer needed", 403, "Could not write image definition /d"),
    Case("QuotaExceeded", "No.", "remove that region from target_regions", 403),
    Case("QuotaExceeded", "No.", "Request a larger quota", 403, MACHINE),
    Case(
        "Conflict",
        "The resource has a different Hypervisor generation ['V2'] than the parent.",
        "hyper_v_generation",
        200,
    ),
    Case("Conflict", "The resource is Updating.", BUSY),
    Case("Conflict", "It cannot be.", None, 200),
    Case(
        "BadRequest",
        "The resource has a different OS state ['Specialized'] than the parent.",
        "os_type and os_state",
        400,
    ),
    Case(
        "InvalidParameter",
        "The gallery name 'g' is not unique within the subscription 's'.",
        "unique in the subscription",
        400,
    ),
    Case(
        "InvalidParameter",
        "Gallery image: d identified by (publisher:p, offer:o, sku:s) already exists.",
        "publisher, offer and sku",
        400,
    ),
    Case(
        "InvalidParameter",
        "publishing profile regions 'x' must contain the location of image version 'y'.",
        "target_regions",
        400,
    ),
    Case("InvalidParameter", "Duplicate regions are not allowed in target publishing regions.", "once", 400),
    Case("InvalidParameter", "EndOfLifeDate must be set to a future date.", "date in the future", 400),
    Case("InvalidParameter", "The image version name is invalid.", "1.0.0", 400),
    Case(
        "InvalidParameter", "The gallery artifact version source can only be specified once.", "one managed image", 400
    ),
    Case("InvalidParameter", "Source /i is not found. Please check source exists.", "Check the source", 400),
    Case("InvalidParameter", "ZRS storage account type is not supported in this region.", "Standard_LRS", 400),
    Case(
        "InvalidParameter",
        "The security type 'TrustedLaunchSupported' is not supported for the source id '/vm'.",
        "managed image as the source",
        400,
    ),
    Case("InvalidParameter", "The value 9 of parameter p is out of range.", None, 400),
    Case("InternalError", "Gallery replication jobs failed in one or more regions.", "retry_regions", 200),
    Case("X", "Deleting replicated regions is not allowed", "allow_deletion_of_replicated_locations"),
    Case("PreconditionFailed", "The etag does not match.", "since it was read", 412),
    Case("ServerTimeout", "The request timed out.", "run it again later", 503),
    Case("", "", "run it again later", 500),
)
MACHINES = (
    Case(
        "OSProvisioningTimedOut",
        "OS Provisioning for VM 'v' did not finish in the allotted time.",
        PROVISION,
        200,
        MACHINE,
    ),
    Case("OSProvisioningClientError", "the VM guest agent was detected running.", PROVISION, 200, MACHINE),
    Case("OSProvisioningInternalError", "No.", PROVISION, 200, MACHINE),
    Case(
        "VMAgentStatusCommunicationError", "VM 'v' has not reported status for VM agent.", "168.63.129.16", 200, MACHINE
    ),
    Case("VMExtensionProvisioningError", "VM has reported a failure.", "extension's own log", 200, MACHINE),
    Case("VMMarketplaceInvalidInput", "requires Plan information in the request.", PLAN, 400, MACHINE),
    Case("MarketplacePurchaseEligibilityFailed", "No.", "az vm image terms accept", 400, MACHINE),
    Case(
        "MarketplacePurchaseEligibilityFailed", "Offer with PublisherId: 'a'.", "az vm image terms accept", 400, MACHINE
    ),
    Case("BadRequest", "Offer with PublisherId: p and OfferId: o not found", PLAN, 400, MACHINE),
    Case("BadRequest", "The VM size 's' cannot boot Hypervisor Generation '1'.", "VM size that supports", 400, MACHINE),
    Case(
        "BadRequest",
        "Managed Images are not supported for virtual machines with security type TrustedLaunch.",
        "image version in the gallery",
        400,
    ),
    Case(
        "BadRequest", "only supports creation of VMs with 'TrustedLaunch' security type.", "security type", 400, MACHINE
    ),
    Case(
        "BadRequest",
        "Use of TrustedLaunch setting is not supported for the provided image.",
        "security type",
        400,
        MACHINE,
    ),
    Case(
        "BadRequest",
        "must use Platform or Gallery Image with version set to 'latest'.",
        "image definition",
        400,
        MACHINE,
    ),
    Case("InvalidParameter", "Required parameter 'imageReference' is missing (null).", "storageProfile", 400, MACHINE),
    Case("InvalidParameter", "securityProfile.securityType is invalid", "security type", 400, MACHINE),
    Case("AllocationFailed", "No.", CAPACITY, 200, MACHINE),
    Case("SkuNotAvailable", "No.", CAPACITY, 409, MACHINE),
    Case("OverconstrainedZonalAllocationRequest", "No.", CAPACITY, 200, MACHINE),
    Case(
        "ResourceDeploymentFailure",
        "The resource operation completed with terminal state 'Failed'.",
        "failed resource",
        200,
        MACHINE,
    ),
    Case("NicInUse", "Network Interface n is used by existing resource v.", "its network interface", 400, MACHINE),
    Case("NicReservedForAnotherVm", "Nic(s) in request is reserved for 180 seconds.", "Wait 180 seconds", 400, MACHINE),
    Case("InUseNetworkSecurityGroupCannotBeDeleted", "No.", IN_USE, 400),
    Case("InUseSubnetCannotBeDeleted", "No.", IN_USE, 400),
    Case("PublicIPAddressCannotBeDeleted", "No.", IN_USE, 400),
)
CASES = (*ACCESS, *RESOURCES, *MACHINES)
