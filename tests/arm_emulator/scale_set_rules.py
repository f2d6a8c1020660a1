"""What Azure refuses about a scale set. What is not known from traffic or reports says so."""

from __future__ import annotations

from . import disks, machine_images, machine_rules
from .context import Context
from .errors import ArmError, change_not_allowed, invalid
from .machine_images import MachineImage
from .messages import Json
from .paths import split_id

_IMAGE_TYPE = "The Image type for a Virtual Machine Scale Set may not be changed."
_NOT_LATEST = (
    "virtualMachineScaleSets with Automatic OS Upgrade enabled must use Platform or Gallery Image with version set to "
    "'latest'."
)


def image_of(profile: Json) -> Json:
    """The model's reference to its image."""
    found: Json = (profile.get("storageProfile") or {}).get("imageReference") or {}
    return found


def platform(reference: Json) -> bool:
    """Whether it is an image of the marketplace."""
    return bool(reference.get("publisher"))


def find(ctx: Context, profile: Json, location: str) -> MachineImage:
    """The image of a model; a reference must be there (code and text seen)."""
    reference = image_of(profile)
    if not reference:
        raise missing()
    return machine_images.find(ctx, reference, location)


def missing() -> ArmError:
    """A storage profile without a reference to an image."""
    return invalid("Required parameter 'imageReference' is missing (null).", "imageReference")


def check_create(ctx: Context, body: Json, profile: Json, image: MachineImage, size: str) -> None:
    """A new model, in the order of a machine's create (a guess)."""
    machine_rules.check_security(ctx, profile, image, size)
    machine_rules.check_generation(size, image.generation, image.architecture)
    names = profile.get("osProfile")
    prefixed = {**names, "computerName": names.get("computerNamePrefix")} if names else None
    machine_rules.check_os_profile(prefixed, image)
    machine_rules.check_plan(ctx, body, image, image.boot)


def check_model(ctx: Context, body: Json, properties: Json, image: MachineImage, size: str) -> None:
    """The model that a write leads to: security type, generation, plan."""
    profile = properties["virtualMachineProfile"]
    machine_rules.check_security(ctx, profile, image, size)
    machine_rules.check_generation(size, image.generation, image.architecture)
    machine_rules.check_plan(ctx, body, image, image.boot)


def check_automatic(properties: Json) -> None:
    """Automatic upgrades of the operating system need an image that has a latest version (text seen)."""
    profile = properties["virtualMachineProfile"]
    automatic = properties["upgradePolicy"].get("automaticOSUpgradePolicy") or {}
    if automatic.get("enableAutomaticOSUpgrade") and not _follows_latest(image_of(profile)):
        raise ArmError(400, "BadRequest", _NOT_LATEST)


def _follows_latest(reference: Json) -> bool:
    if platform(reference):
        return str(reference.get("version", "latest")).lower() == "latest"
    target = split_id(reference.get("id"))
    return target is not None and target.kind == "image_definition"


def check_image_change(stored: Json, sent: Json | None) -> None:
    """Platform and custom images do not replace one another, nor does another publisher's image (texts seen).

    Reports say that a version replaces a managed image; that Azure accepts it is a guess, since no recording has it.
    """
    given = {name: value for name, value in (sent or {}).items() if value is not None}
    if not given or not stored:
        return
    is_custom = any(name in given for name in ("id", "sharedGalleryImageId", "communityGalleryImageId"))
    if platform(stored) == is_custom:
        raise ArmError(409, "OperationNotAllowed", _IMAGE_TYPE)
    for name in ("publisher", "offer"):  # another sku is recorded as taken
        if name in given and str(given[name]).lower() != str(stored.get(name, "")).lower():
            raise change_not_allowed(f"imageReference.{name}")


def check_changes(stored: Json, sent: Json) -> None:
    """What a scale set keeps for life (by analogy with machines: a guess)."""
    for name in ("orchestrationMode", "platformFaultDomainCount"):
        if sent.get(name) is not None and sent[name] != stored.get(name):
            raise change_not_allowed(name)
    if sent.get("singlePlacementGroup") is True and stored.get("singlePlacementGroup") is False:
        raise change_not_allowed("singlePlacementGroup")
    asked = (sent.get("virtualMachineProfile") or {}).get("osProfile") or {}
    had = (stored.get("virtualMachineProfile") or {}).get("osProfile") or {}
    for name in ("computerNamePrefix", "adminUsername"):
        if asked.get(name) and asked[name] != had.get(name):
            raise change_not_allowed(f"osProfile.{name}")


def check_system(stored: Json, image: MachineImage) -> None:
    """The operating system stays (a guess)."""
    had = ((stored.get("storageProfile") or {}).get("osDisk") or {}).get("osType")
    if had and had != image.os_type:
        raise change_not_allowed("osDisk.osType")


def too_small(profile: Json, image: MachineImage) -> Json | None:
    """The error that ends the operation of a model with a disk that is smaller than the image's (text seen).

    That the model is stored all the same is a guess.
    """
    storage = profile["storageProfile"]
    pairs = [(storage["osDisk"]["diskSizeGB"], image.os_disk_gb)]
    sizes = {disk.lun: disk.gb for disk in image.data_disks}
    pairs += [(disk["diskSizeGB"], sizes[disk["lun"]]) for disk in storage.get("dataDisks", []) if disk["lun"] in sizes]
    for asked, needed in pairs:
        if asked < needed:
            error = disks.smaller(asked, needed)
            return {"code": error.code, "message": error.message}
    return None
