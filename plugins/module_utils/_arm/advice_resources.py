"""What to do about Azure's errors: the rows about resources, after those of advice_access.py."""

from __future__ import annotations

from .advice_access import row

_IN_USE = "Delete what uses it first, or detach it"
_REPLICAS = (
    "Request a larger quota in the region that Azure names, remove that region from target_regions, or lower its "
    "replica_count."
)
_SECURITY = (
    "Use a security type that the image definition and the VM size support; the definition's feature SecurityType "
    "decides it."
)
_CAPACITY = "This is no fault of the image: use another VM size, zone or region, or try again later."
_PLAN = (
    "Set the purchase plan that the image was sold with: purchase_plan of the image definition, or the same values "
    "for the machine."
)
_BUSY = (
    "Another client may be changing it, or an earlier change is still running. Wait until it is done, then run this "
    "again."
)
_PROVISIONING = (
    "Generalize the source machine (waagent -deprovision, sysprep) before its image is created, and check that it "
    "boots."
)
_BY_ID = "Check the source: it must exist, in the region of the image version."

_MISSING = (
    row(
        "ResourceGroupNotFound",
        "",
        "Check resource_group and subscription_id; this collection does not create resource groups.",
    ),
    row(
        "ResourceGroupBeingDeleted",
        "",
        "Wait until the resource group is deleted and create it again, or use another one.",
    ),
    row(
        "ParentResourceNotFound",
        "",
        "Create it first, or correct its name: the resource that contains this one does not exist.",
    ),
    row("ResourceNotFound NotFound", "", "Check the name, resource_group and subscription_id."),
    row(
        "GalleryImageNotFound",
        "",
        "Add this region to target_regions, or wait until the image version is replicated to it "
        "(wait_for_replication).",
    ),
    row("BlobNotFound", "", "Azure has not written it yet: try again in a minute."),
    row("InvalidResourceLocation", "", "Use the location that the resource has, or another name."),
    row("LocationNotAvailableForResourceType", "", "Use one of the locations that Azure lists."),
)
_CHANGES = (
    row(
        "",
        "marked for deletion",
        "It is being deleted: wait until it is gone, or delete it again.",
    ),
    row(
        "PropertyChangeNotAllowed",
        "adminPassword",
        "A machine of this name exists with another password. Delete it first, or use another name.",
    ),
    row(
        "PropertyChangeNotAllowed",
        "imageReference",
        "Azure does not change this kind of image of an existing machine or scale set. Create it again from the "
        "gallery image.",
    ),
    row(
        "",
        "image type for a virtual machine scale set may not be changed",
        "Create the scale set again from the gallery image.",
    ),
    row(
        "PropertyChangeNotAllowed",
        "",
        "Azure never changes this property. Keep its value, or create another resource under a new name.",
    ),
    row(
        "",
        "being provisioned using the image",
        "Wait until these machines are provisioned, or delete them, then run this again.",
    ),
    row("CannotDeleteResource", "", "Delete the resources that it contains first."),
    row(
        "DeleteGalleryImageVersionBlockedBeforeEndOfLife",
        "",
        "Set block_deletion_before_end_of_life to false on the image version first, or wait until its "
        "end_of_life_date.",
    ),
    row(
        "",
        r"delet\w* .*replicated|replicated (locations|regions)|allowDeletionOfReplicatedLocations",
        "Set allow_deletion_of_replicated_locations to true to remove a region that was replicated to, or keep the "
        "region.",
    ),
)
_VERSIONS = (
    row("", "different hypervisor generation", "Use an image definition with the source's hyper_v_generation."),
    row(
        "",
        r"different os (type|state)|OS State in the parent",
        "Use an image definition with the source's os_type and os_state.",
    ),
    row(
        "",
        "not unique within the subscription",
        "Use another gallery name: it must be unique in the subscription, not only in the resource group.",
    ),
    row(
        "",
        r"publisher.*offer.*sku.*already exists|already exists.*publisher.*offer.*sku",
        "Use a publisher, offer and sku that no other image definition of the gallery has.",
    ),
    row("", "replication jobs failed", "Set on_failed to retry_regions: it removes those regions and adds them again."),
    row("", "must contain the location of image version", "Add the region of the source to target_regions."),
    row("", "duplicate regions", "Name each region once in target_regions."),
    row("", "version name is invalid", "Use a version number such as 1.0.0, or next_patch, next_minor or next_major."),
    row("", "must be set to a future date", "Set end_of_life_date to a date in the future."),
    row(
        "",
        "storage account type is not supported in this region",
        "Set storage_account_type to Standard_LRS for this region.",
    ),
    row("", r"source \S+ is not found|source was not found", _BY_ID),
    row("", "version source can only be specified|must either be a managed image", "Set source to one managed image."),
    row(
        "",
        "is not supported for the source id",
        "Use a managed image as the source, or a definition without this SecurityType.",
    ),
    row(
        "",
        "smaller than the size of the corresponding disk",
        "Use a disk size that is at least the size of the disk in the image.",
    ),
)
_MORE = "Delete what is no longer needed in this subscription and region, or request a larger quota there."
_QUOTAS = (
    row("", r"\bcores? quota|vCPUs?", f"{_CAPACITY} Or request a larger quota of cores."),
    row("", r"(version|replica)[^.]*quota|quota[^.]*(version|replica)", _REPLICAS),
    row("", r"galler(y|ies)[^.]*quota|quota[^.]*galler(y|ies)", _MORE),
    row("QuotaExceeded", "", _MORE, "gallery"),
    row("QuotaExceeded", "", _MORE, "image definition"),
    row("QuotaExceeded", "", _REPLICAS, "image version"),
    row("QuotaExceeded", "", "Request a larger quota for what Azure names."),
    row("", r"\bquota\b|results? in exceeding", "Request a larger quota for what Azure names."),
)
_MACHINES = (
    row("OSProvisioningTimedOut OSProvisioningClientError OSProvisioningInternalError", "", _PROVISIONING),
    row(
        "VMAgentStatusCommunicationError",
        "",
        "Check that the image has a working Azure VM agent and that the network reaches 168.63.129.16.",
    ),
    row(
        "VMExtensionProvisioningError VMExtensionHandlerNonTransientError",
        "",
        "Look at the extension's own log on the machine.",
    ),
    row("VMMarketplaceInvalidInput", "", _PLAN),
    row("MarketplacePurchaseEligibilityFailed", "", f"{_PLAN} Accept its terms once: az vm image terms accept."),
    row("", "offer with publisherid", _PLAN),
    row("", "cannot boot hypervisor generation", "Use a VM size that supports the hyper_v_generation of the image."),
    row(
        "",
        "managed images are not supported .* security type",
        "Use the image version in the gallery instead of the managed image.",
    ),
    row("", r"'?TrustedLaunch'?|securityProfile\.securityType", _SECURITY),
    row(
        "",
        "set to 'latest'",
        "Refer to the image definition, so that the scale set always uses the latest image version.",
    ),
    row(
        "",
        "required parameter 'imageReference' is missing",
        "Send the whole storageProfile of the scale set with its imageReference.",
    ),
    row(
        "AllocationFailed ZonalAllocationFailed OverconstrainedZonalAllocationRequest "
        "OverconstrainedAllocationRequest SkuNotAvailable",
        "",
        _CAPACITY,
    ),
    row(
        "NicReservedForAnotherVm",
        "",
        "Wait 180 seconds, then run this again: Azure reserves the interface for the failed machine.",
    ),
    row("NicInUse", "", f"{_IN_USE}: delete the machine, then its network interface."),
    row(
        "InUseNetworkSecurityGroupCannotBeDeleted InUseSubnetCannotBeDeleted PublicIPAddressCannotBeDeleted",
        "",
        f"{_IN_USE}.",
    ),
    row(
        "ResourceDeploymentFailure",
        "",
        "Look at the failed resource that Azure names, and delete it before you run this again.",
    ),
)
_AT_LAST = (
    row("PreconditionFailed", "", "Another client has changed it since it was read: run this again."),
    row("Conflict@409 AnotherOperationInProgress RetryableError OperationPreempted ConcurrentUpdateError", "", _BUSY),
    row("", "another operation|in progress|being updated|concurrent", _BUSY),
    row(
        "ServerTimeout InternalServerError InternalOperationError ServiceUnavailable ServerBusy GatewayTimeout "
        "HTTP_408 HTTP_5xx",
        "",
        "Azure failed to process the request: run it again later.",
    ),
    row("Empty", "", "Azure gave no reason: look at the resource and its activity log, and run this again."),
)
RESOURCES = (*_MISSING, *_CHANGES, *_VERSIONS, *_QUOTAS, *_MACHINES, *_AT_LAST)
