"""The model of a scale set, as stored: what was sent, with Azure's defaults, in the recorded order."""

from __future__ import annotations

from . import machine_profiles, sizes
from .common import choice
from .errors import invalid
from .machine_disks import CACHING, create_option, delete_option, storage_type
from .machine_images import MachineImage
from .messages import Json

MODES = ("Manual", "Automatic", "Rolling")
FLEXIBLE = "Flexible"
MAX_CAPACITY = 1000
_ROLLING = {
    "maxBatchInstancePercent": 20,
    "maxUnhealthyInstancePercent": 20,
    "maxUnhealthyUpgradedInstancePercent": 20,
    "pauseTimeBetweenBatches": "PT0S",
    "maxSurge": False,
    "rollbackFailedInstancesOnPolicyBreach": False,
}
_PROFILE = ("osProfile", "storageProfile", "networkProfile", "securityProfile", "diagnosticsProfile")
_KEPT = ("extensionProfile", "licenseType", "priority", "evictionPolicy", "billingProfile", "scheduledEventsProfile")
PROFILE_ORDER = (*_PROFILE, *_KEPT, "timeCreated")


def merged(stored: Json | None, sent: Json | None) -> Json:
    """What is stored with what is sent over it; null is as left out, and lists are replaced."""
    result = dict(stored or {})
    for name, value in (sent or {}).items():
        if value is None:
            continue
        had = result.get(name)
        result[name] = merged(had if isinstance(had, dict) else {}, value) if isinstance(value, dict) else value
    return result


def flexible(properties: Json) -> bool:
    """Whether instances are machines of their own."""
    return bool(properties.get("orchestrationMode") == FLEXIBLE)


def sku(sent: Json | None, stored: Json | None) -> Json:
    """Size, tier and capacity."""
    kept = merged(stored, sent)
    if not kept.get("name"):
        raise invalid("Required parameter 'sku.name' is missing (null).", "sku.name")
    if kept["name"] != (stored or {}).get("name") and sizes.family(str(kept["name"])) is None:
        raise invalid(f"The value {kept['name']} provided for the VM size is not valid.", "sku.name")
    capacity = kept.get("capacity") or 0
    if not 0 <= capacity <= MAX_CAPACITY:
        text = f"The value {capacity} of parameter sku.capacity is out of range. It must be 0 to {MAX_CAPACITY}."
        raise invalid(text, "sku.capacity")  # a guess
    return {"name": kept["name"], "tier": kept.get("tier") or "Standard", "capacity": capacity}


def upgrade_policy(sent: Json | None, stored: Json | None) -> Json:
    """The mode; a rolling one has Azure's defaults (documented)."""
    kept = merged(stored, sent)
    if not kept.get("mode"):
        raise invalid("Required parameter 'upgradePolicy.mode' is missing (null).", "upgradePolicy.mode")
    kept["mode"] = choice(kept["mode"], MODES, "virtualMachineScaleSet.upgradePolicy.mode")
    if kept["mode"] == "Rolling":
        kept["rollingUpgradePolicy"] = {**_ROLLING, **(kept.get("rollingUpgradePolicy") or {})}
    return kept


def rolls_out(properties: Json) -> bool:
    """Whether Azure updates instances itself when the model changes; that all are updated within the operation is a guess."""
    return bool(properties["upgradePolicy"]["mode"] != "Manual")


# -- the profile of the machines -------------------------------------------------------------------------------------
def profile(sent: Json, stored: Json, image: MachineImage | None, whole: Json, size: str) -> Json:
    """The virtualMachineProfile after a write. Of `whole`, the scale set's properties, the mode counts."""
    kept = {name: stored[name] for name in PROFILE_ORDER if name in stored}
    is_flexible = flexible(whole)
    if sent.get("storageProfile") is not None and image is not None:
        kept["storageProfile"] = storage(sent["storageProfile"], kept.get("storageProfile"), image, is_flexible, size)
    if sent.get("osProfile") is not None:
        os_type = kept["storageProfile"]["osDisk"]["osType"]
        kept["osProfile"] = os_profile(merged(kept.get("osProfile"), sent["osProfile"]), os_type, is_flexible)
    if sent.get("networkProfile") is not None:
        kept["networkProfile"] = network(sent["networkProfile"], is_flexible)
    if sent.get("securityProfile") is not None:
        security = _security(sent["securityProfile"], kept.get("securityProfile"))
        kept |= {"securityProfile": security} if security is not None else {}
    for name in ("diagnosticsProfile", *_KEPT):
        if sent.get(name) is not None:
            kept[name] = sent[name]
    return {name: kept[name] for name in PROFILE_ORDER if name in kept}


def _security(sent: Json, stored: Json | None) -> Json | None:
    """Back to Standard leaves an empty one (recorded)."""
    kept = merged(stored, sent)
    if kept.get("securityType") == "Standard":
        return {}
    return machine_profiles.security_profile(kept)


def os_profile(sent: Json, os_type: str, is_flexible: bool) -> Json:
    """As a machine's; instances of Uniform sets have no patch settings unless they were sent (recorded)."""
    stored = machine_profiles.os_profile({**sent, "computerName": sent["computerNamePrefix"]}, os_type)
    name = "windowsConfiguration" if os_type == "Windows" else "linuxConfiguration"
    if not is_flexible and "patchSettings" not in (sent.get(name) or {}):
        stored[name] = {key: value for key, value in stored[name].items() if key != "patchSettings"}
    return {"computerNamePrefix": stored.pop("computerName"), **stored}


def storage(sent: Json, stored: Json | None, image: MachineImage, is_flexible: bool, size: str) -> Json:
    """What is sent replaces what is stored, the reference to the image aside: disks that are left out are lost (seen)."""
    default = "Premium_LRS" if sizes.premium(size) else "Standard_LRS"
    kept: Json = {"osDisk": _os_disk(sent.get("osDisk") or {}, image, default, is_flexible)}
    kept["imageReference"] = reference((stored or {}).get("imageReference"), sent.get("imageReference"))
    disks = [_data_disk(disk, image, default, is_flexible) for disk in sent.get("dataDisks") or []]
    if disks:
        kept["dataDisks"] = sorted(disks, key=lambda disk: int(disk["lun"]))
    controller = sent.get("diskControllerType") or (stored or {}).get("diskControllerType")
    if stored is None and image.generation == "V2":
        controller = controller or "SCSI"
    return kept | ({"diskControllerType": controller} if controller else {})


def reference(stored: Json | None, sent: Json | None) -> Json:
    """An id replaces everything; parts of a platform image replace only themselves (recorded)."""
    given = {name: value for name, value in (sent or {}).items() if value is not None and name != "exactVersion"}
    if not given:
        return dict(stored or {})
    ids = ("id", "sharedGalleryImageId", "communityGalleryImageId")
    if any(name in given for name in ids) or any(name in (stored or {}) for name in ids):
        return given
    return {**(stored or {}), **given}


def _os_disk(sent: Json, image: MachineImage, default: str, is_flexible: bool) -> Json:
    stored: Json = {"osType": image.os_type, "createOption": "FromImage"}
    if sent.get("diffDiskSettings"):
        stored["diffDiskSettings"] = sent["diffDiskSettings"]
    stored["caching"] = choice(sent.get("caching") or image.caching, CACHING, "virtualMachine.osDisk.caching")
    stored["managedDisk"] = _managed(sent, image.storage, default)
    if is_flexible or sent.get("deleteOption"):
        stored["deleteOption"] = delete_option({"deleteOption": "Delete", **sent})
    return {**stored, "diskSizeGB": sent.get("diskSizeGB") or image.os_disk_gb}


def _data_disk(sent: Json, image: MachineImage, default: str, is_flexible: bool) -> Json:
    """A data disk of the model; those of the image are shown only where the model has their LUN (a guess)."""
    if not isinstance(sent.get("lun"), int):
        raise invalid("Required parameter 'dataDisk.lun' is missing (null).", "dataDisk.lun")
    lun = int(sent["lun"])
    source = next((disk for disk in image.data_disks if disk.lun == lun), None)
    stored: Json = {"lun": lun, "createOption": create_option(sent, lun, source)}
    caching = sent.get("caching") or (source.caching if source else "None")
    stored["caching"] = choice(caching, CACHING, "virtualMachine.dataDisk.caching")
    stored["managedDisk"] = _managed(sent, source.storage if source else "", default)
    if is_flexible or sent.get("deleteOption"):
        stored["deleteOption"] = delete_option({"deleteOption": "Delete", **sent})
    gb = sent.get("diskSizeGB") or (source.gb if source else None)
    if gb is None:
        raise invalid("Required parameter 'dataDisk.diskSizeGB' is missing (null).", "dataDisk.diskSizeGB")
    return {**stored, "diskSizeGB": gb}


def _managed(sent: Json, of_image: str, default: str) -> Json:
    given = {name: value for name, value in (sent.get("managedDisk") or {}).items() if value is not None}
    return {**given, "storageAccountType": storage_type(sent, of_image, default)}


# -- the network -----------------------------------------------------------------------------------------------------
def network(sent: Json, is_flexible: bool) -> Json:
    """The configurations of interfaces with their defaults, which differ between the modes (recorded)."""
    entries = [_interface(entry, is_flexible) for entry in sent.get("networkInterfaceConfigurations") or []]
    version = {"networkApiVersion": sent.get("networkApiVersion") or "2020-11-01"} if is_flexible else {}
    return {**version, "networkInterfaceConfigurations": entries}


def _interface(entry: Json, is_flexible: bool) -> Json:
    given = dict(entry.get("properties") or {})
    given["primary"] = machine_profiles.flag(given.get("primary", True))
    given.setdefault("disableTcpStateTracking", False)
    given.setdefault("enableIPForwarding", False)
    given.setdefault("dnsSettings", {"dnsServers": []})
    addresses = [_address(one, is_flexible) for one in given.get("ipConfigurations") or []]
    given["ipConfigurations"] = addresses
    order: tuple[str, ...]
    head = ("primary", "enableAcceleratedNetworking", "disableTcpStateTracking")
    if is_flexible:
        given = {"auxiliaryMode": "None", "auxiliarySku": "None", "deleteOption": "Delete", **given}
        order = (*head, "enableIPForwarding", "auxiliaryMode", "auxiliarySku", "deleteOption", "ipConfigurations",
                 "networkSecurityGroup", "dnsSettings")  # fmt: skip
    else:
        order = (*head, "networkSecurityGroup", "dnsSettings", "enableIPForwarding", "ipConfigurations")
    return {"name": entry.get("name"), "properties": _ordered(given, order)}


def _address(entry: Json, is_flexible: bool) -> Json:
    given = {"privateIPAddressVersion": "IPv4", **(entry.get("properties") or {})}
    order: tuple[str, ...] = ("subnet", "privateIPAddressVersion", "loadBalancerBackendAddressPools")
    if is_flexible:
        pools = (
            "applicationSecurityGroups",
            "loadBalancerBackendAddressPools",
            "applicationGatewayBackendAddressPools",
        )
        given = {**{name: [] for name in pools}, **given}
        order = ("privateIPAddressVersion", "subnet", *pools)
    return {"name": entry.get("name"), "properties": _ordered(given, order)}


def _ordered(given: Json, order: tuple[str, ...]) -> Json:
    rest = [name for name in given if name not in order]
    return {name: given[name] for name in (*order, *rest) if given.get(name) is not None}
