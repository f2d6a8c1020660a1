"""What Azure refuses about the create of a virtual machine. What is not known from traffic or reports says so."""

from __future__ import annotations

import re

from . import sizes
from .boot import Boot
from .context import Context
from .errors import ArmError, invalid
from .machine_images import MachineImage
from .messages import Json

TRUSTED = "TrustedLaunch"
STANDARD_SINCE = "2025-11-01"
# SecurityType of a definition: the security types of its machines; Standard is a request without one.
_ALLOWED = {
    "": ("Standard",),
    "Standard": ("Standard",),
    "TrustedLaunchSupported": ("Standard", TRUSTED),
    "TrustedLaunch": (TRUSTED,),
    "ConfidentialVM": ("ConfidentialVM",),
    "ConfidentialVMSupported": ("Standard", "ConfidentialVM"),
    "TrustedLaunchAndConfidentialVMSupported": ("Standard", TRUSTED, "ConfidentialVM"),
}


def check(ctx: Context, body: Json, image: MachineImage, boot: Boot) -> None:
    """Everything about a create from an image, in the order in which Azure seems to look (a guess)."""
    properties = body["properties"]
    size = vm_size(properties)
    check_security(ctx, properties, image, size)
    check_generation(size, image.generation, image.architecture)
    check_os_profile(properties.get("osProfile"), image)
    check_plan(ctx, body, image, boot)
    check_capacity(ctx, boot, size)


def vm_size(properties: Json) -> str:
    """The size; an unknown one is refused (code and text seen)."""
    size = (properties.get("hardwareProfile") or {}).get("vmSize")
    if not size:
        raise invalid("Required parameter 'vmSize' is missing (null).", "vmSize")
    if sizes.family(str(size)) is None:
        raise invalid(f"The value {size} provided for the VM size is not valid.", "vmSize")
    return str(size)


def security_type(properties: Json) -> str:
    """The requested security type; default Standard."""
    return str((properties.get("securityProfile") or {}).get("securityType") or "Standard")


def check_security(ctx: Context, properties: Json, image: MachineImage, size: str) -> None:
    """The security type against the image's and the size (texts seen in traffic and public issues)."""
    asked = security_type(properties)
    sent = (properties.get("securityProfile") or {}).get("securityType")
    if sent == "Standard" and ctx.version < STANDARD_SINCE:
        raise invalid("The value of parameter securityProfile.securityType is invalid.", "securityProfile.securityType")
    if image.managed and asked != "Standard":
        text = f"Managed Images are not supported for virtual machines with security type {asked}."
        raise ArmError(400, "BadRequest", text)
    if asked not in _ALLOWED.get(image.security, ("Standard",)):
        raise ArmError(400, "BadRequest", _unsuitable(asked, image.security))
    found = sizes.family(size)
    if asked == TRUSTED and found is not None and not found.trusted_launch:
        text = (
            f"The VM size '{size}' is not supported for creation of VMs and Virtual Machine Scale Set with "
            f"'{TRUSTED}' security type."
        )
        raise ArmError(400, "BadRequest", text)


def _unsuitable(asked: str, of_image: str) -> str:
    if asked == "Standard" or of_image == "ConfidentialVM":
        only = TRUSTED if of_image == TRUSTED else of_image
        return (
            f"The provided gallery image only supports creation of VMs and VM Scale Sets with '{only}' security type."
        )
    return (
        f"Use of {asked} setting is not supported for the provided image. Please select Trusted Launch Supported Gen2 "
        "OS Image. For more information, see https://aka.ms/TrustedLaunch-FAQ."
    )


def check_generation(size: str, generation: str, architecture: str) -> None:
    """The size must boot the image's generation and architecture (the latter's text is a guess)."""
    found = sizes.family(size)
    if found is None:
        return
    if generation not in found.generations:
        text = (
            f"The selected VM size '{size}' cannot boot Hypervisor Generation '{generation[1:]}'. If this was a Create "
            "operation please check that the Hypervisor Generation of the Image matches the Hypervisor Generation of "
            "the selected VM Size. If this was an Update operation please select a Hypervisor Generation "
            f"'{generation[1:]}' VM Size. For more information, see https://aka.ms/azuregen2vm"
        )
        raise ArmError(400, "BadRequest", text)
    if architecture != found.architecture:
        text = (
            f"Cannot create a VM of size '{size}' because this VM size only supports a CPU Architecture of "
            f"'{found.architecture}', but an image or disk with CPU Architecture '{architecture}' was given."
        )
        raise ArmError(400, "BadRequest", text)


def check_os_profile(profile: Json | None, image: MachineImage) -> None:
    """Required for a generalized image, refused for a specialized one (texts known, not recorded)."""
    if image.os_state == "Specialized":
        if profile:
            raise invalid("Parameter 'osProfile' is not allowed.", "osProfile")
        return
    if not profile:
        raise invalid("Required parameter 'osProfile' is missing (null).", "osProfile")
    for name in ("computerName", "adminUsername"):
        if not profile.get(name):
            raise invalid(f"Required parameter '{name}' is missing (null).", f"osProfile.{name}")
    password = profile.get("adminPassword")
    if image.os_type == "Windows":
        _check_windows(profile, password)
    elif not password and not _keys(profile):
        text = "Authentication using either SSH or by user name and password must be enabled in Linux profile."
        raise invalid(text, "linuxConfiguration")
    if password is not None and not _strong(str(password)):
        text = (
            "The supplied password must be between 6-72 characters long and must satisfy at least 3 of password "
            "complexity requirements from the following: 1) Contains an uppercase character 2) Contains a lowercase "
            "character 3) Contains a numeric digit 4) Contains a special character 5) Control characters are not allowed"
        )
        raise invalid(text, "adminPassword")


def _check_windows(profile: Json, password: object) -> None:
    name = str(profile["computerName"])
    if len(name) > 15 or name.isdigit():
        text = (
            "Windows computer name cannot be more than 15 characters long, be entirely numeric, or contain the following "
            "characters: ` ~ ! @ # $ % ^ & * ( ) = + _ [ ] { } \\ | ; : . ' \" , < > / ?."
        )
        raise invalid(text, "computerName")
    if not password:
        raise invalid("Required parameter 'adminPassword' is missing (null).", "adminPassword")


def _keys(profile: Json) -> list[Json]:
    ssh = (profile.get("linuxConfiguration") or {}).get("ssh") or {}
    return [key for key in ssh.get("publicKeys") or [] if key.get("keyData")]


def _strong(password: str) -> bool:
    kinds = sum(bool(re.search(kind, password)) for kind in ("[A-Z]", "[a-z]", "[0-9]", "[^A-Za-z0-9]"))
    return 6 <= len(password) <= 72 and kinds >= 3


def check_plan(ctx: Context, body: Json, image: MachineImage, boot: Boot) -> None:
    """The purchase plan of the definition. That Azure refuses at once, not in the operation, is a guess."""
    plan = body.get("plan") or {}
    if not (image.plan or boot.outcome == "plan_needed"):
        return
    if not all(plan.get(name) for name in ("name", "publisher", "product")):
        text = (
            "Creating a virtual machine from Marketplace image or a custom image sourced from a Marketplace image "
            f"requires Plan information in the request. VM: '{ctx.target.id}'."
        )
        raise ArmError(400, "VMMarketplaceInvalidInput", text)
    if image.plan and any(plan[name] != image.plan.get(name) for name in ("name", "publisher", "product")):
        text = f"Offer with PublisherId: '{plan['publisher']}' and OfferId: '{plan['product']}' not found."
        raise ArmError(400, "MarketplacePurchaseEligibilityFailed", text)


def check_capacity(ctx: Context, boot: Boot, size: str) -> None:
    """What the surroundings refuse (codes and statuses seen, not recorded)."""
    location = (ctx.request.json() or {}).get("location", "")
    family, cores = sizes.family(size), sizes.cores(size)
    if boot.outcome == "quota" and family is not None:
        text = (
            f"Operation could not be completed as it results in exceeding approved {family.name} Cores quota. Additional "
            f"details - Deployment Model: Resource Manager, Location: {location}, Current Limit: 10, Current Usage: 10, "
            f"Additional Required: {cores}, (Minimum) New Limit Required: {10 + cores}."
        )
        raise ArmError(409, "OperationNotAllowed", text)
    if boot.outcome == "sku_not_available":
        text = (
            f"The requested VM size for resource 'Following SKUs have failed for Capacity Restrictions: {size}' is "
            f"currently not available in location '{location}'. Please try another size or deploy to a different "
            "location or different zone. See https://aka.ms/azureskunotavailable for details."
        )
        raise ArmError(409, "SkuNotAvailable", text)
