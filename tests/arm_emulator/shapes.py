"""Of which JSON type the properties of a request's body are.

Azure refuses another type; that it does so with InvalidParameter, and its words, are a guess. null is as left out.
Dates are left to whoever reads them, and properties that no handler reads may have any type.
"""

from __future__ import annotations

from typing import Any

from .errors import invalid
from .network_shapes import FLAG, NETWORK_SHAPES, NUMBER, OBJECT, TEXT

_MAX = 2**31 - 1
_ID = {"id": TEXT}
_SOURCE = dict.fromkeys(("id", "virtualMachineId", "communityGalleryImageId", "uri", "storageAccountId"), TEXT)
_DISK = {"lun": NUMBER, "sizeInGB": NUMBER, "hostCaching": TEXT, "source": _SOURCE}
_ENCRYPTED = {"lun": NUMBER, "diskEncryptionSetId": TEXT, "securityProfile": OBJECT}
_ENCRYPTION = {"osDiskImage": _ENCRYPTED, "dataDiskImages": [_ENCRYPTED]}
_REGION = {
    "name": TEXT,
    "regionalReplicaCount": NUMBER,
    "storageAccountType": TEXT,
    "excludeFromLatest": FLAG,
    "encryption": _ENCRYPTION,
    "additionalReplicaSets": [OBJECT],
}
_EDGE = {
    "name": TEXT,
    "extendedLocation": {"name": TEXT, "type": TEXT},
    "extendedLocationReplicaCount": NUMBER,
    "storageAccountType": TEXT,
    "encryption": _ENCRYPTION,
}
_VERSION = {
    "publishingProfile": {
        "targetRegions": [_REGION],
        "targetExtendedLocations": [_EDGE],
        "replicaCount": NUMBER,
        "excludeFromLatest": FLAG,
        "storageAccountType": TEXT,
        "replicationMode": TEXT,
        "regions": [TEXT],
        "scaleTier": TEXT,
        "source": {"managedImage": _ID},
    },
    "storageProfile": {"source": _SOURCE, "osDiskImage": _DISK, "dataDiskImages": [_DISK]},
    "safetyProfile": {"allowDeletionOfReplicatedLocations": FLAG, "blockDeletionBeforeEndOfLife": FLAG},
    "securityProfile": OBJECT,
}
_RANGE = {"min": NUMBER, "max": NUMBER}
_DEFINITION = {
    **dict.fromkeys(("osType", "osState", "hyperVGeneration", "architecture", "description"), TEXT),
    **dict.fromkeys(("eula", "privacyStatementUri", "releaseNoteUri"), TEXT),
    "identifier": {"publisher": TEXT, "offer": TEXT, "sku": TEXT},
    "recommended": {"vCPUs": _RANGE, "memory": _RANGE},
    "disallowed": {"diskTypes": [TEXT]},
    "purchasePlan": {"name": TEXT, "publisher": TEXT, "product": TEXT},
    "features": [{"name": TEXT, "value": TEXT, "startsAtVersion": TEXT}],
    "allowUpdateImage": FLAG,
}
_COMMUNITY = dict.fromkeys(("publisherUri", "publisherContact", "eula", "publicNamePrefix"), TEXT)
_GALLERY = {
    "description": TEXT,
    "identifier": {"uniqueName": TEXT},
    "sharingProfile": {"permissions": TEXT, "communityGalleryInfo": _COMMUNITY},
    "softDeletePolicy": {"isSoftDeleteEnabled": FLAG, "retentionPeriodInDays": NUMBER, "gracePeriodInDays": NUMBER},
}
_IMAGE_DISK = {
    **dict.fromkeys(("osType", "osState", "blobUri", "caching", "storageAccountType"), TEXT),
    **dict.fromkeys(("managedDisk", "snapshot", "diskEncryptionSet"), _ID),
    **dict.fromkeys(("lun", "diskSizeGB"), NUMBER),
}
_IMAGE = {
    "sourceVirtualMachine": _ID,
    "storageProfile": {"osDisk": _IMAGE_DISK, "dataDisks": [_IMAGE_DISK], "zoneResilient": FLAG},
    "hyperVGeneration": TEXT,
}
_MANAGED = {"id": TEXT, "storageAccountType": TEXT}
_ATTACHED = {
    **dict.fromkeys(("osType", "name", "createOption", "caching", "deleteOption"), TEXT),
    **dict.fromkeys(("lun", "diskSizeGB"), NUMBER),
    "managedDisk": _MANAGED,
    "vhd": {"uri": TEXT},
}
_KEY = {"path": TEXT, "keyData": TEXT}
_MACHINE: dict[str, Any] = {
    "hardwareProfile": {"vmSize": TEXT},
    "networkProfile": {"networkInterfaces": [{"id": TEXT, "properties": {"deleteOption": TEXT}}]},
    "storageProfile": {
        "imageReference": dict.fromkeys(("id", "publisher", "offer", "sku", "version"), TEXT),
        "osDisk": _ATTACHED,
        "dataDisks": [_ATTACHED],
    },
    "osProfile": {
        **dict.fromkeys(("computerName", "adminUsername", "adminPassword", "customData"), TEXT),
        "linuxConfiguration": {"ssh": {"publicKeys": [_KEY]}, "patchSettings": OBJECT},
        "windowsConfiguration": OBJECT,
    },
    "securityProfile": {"securityType": TEXT, "uefiSettings": OBJECT},
    "diagnosticsProfile": {"bootDiagnostics": {"storageUri": TEXT}},
    "virtualMachineScaleSet": _ID,
}
_PROFILE = {
    **{name: _MACHINE[name] for name in ("storageProfile", "securityProfile", "diagnosticsProfile")},
    "osProfile": {**_MACHINE["osProfile"], "computerNamePrefix": TEXT},
    "networkProfile": {
        "networkApiVersion": TEXT,
        "networkInterfaceConfigurations": [
            {"name": TEXT, "properties": {"ipConfigurations": [{"properties": OBJECT}]}}
        ],
    },
}
_SCALE_SET = {
    "orchestrationMode": TEXT,
    "platformFaultDomainCount": NUMBER,
    "upgradePolicy": {"mode": TEXT, "automaticOSUpgradePolicy": OBJECT, "rollingUpgradePolicy": OBJECT},
    "virtualMachineProfile": _PROFILE,
}
_REFERENCE = {**dict.fromkeys(("id", "sharedGalleryImageId", "communityGalleryImageId"), TEXT), "lun": NUMBER}
_MANAGED_DISK = {
    "creationData": {
        "createOption": TEXT,
        "sourceResourceId": TEXT,
        "imageReference": _REFERENCE,
        "galleryImageReference": _REFERENCE,
    },
    "diskSizeGB": NUMBER,
    "osType": TEXT,
    "hyperVGeneration": TEXT,
    "securityProfile": {"securityType": TEXT},
}
_RUN_COMMAND = {
    "source": {"script": TEXT, "scriptUri": TEXT, "commandId": TEXT},
    "parameters": [{"name": TEXT, "value": TEXT}],
    "protectedParameters": [{"name": TEXT, "value": TEXT}],
    "runAsUser": TEXT,
    "timeoutInSeconds": NUMBER,
    "asyncExecution": FLAG,
}
_SHAPES = {
    "virtual_machine": ("virtualMachine", _MACHINE),
    "scale_set": ("virtualMachineScaleSet", _SCALE_SET),
    "disk": ("disk", _MANAGED_DISK),
    "run_command": ("runCommand", _RUN_COMMAND),
    "image_version": ("galleryImageVersion", _VERSION),
    "image_definition": ("galleryImage", _DEFINITION),
    "gallery": ("gallery", _GALLERY),
    "managed_image": ("image", _IMAGE),
    **NETWORK_SHAPES,
}


# What stands beside the properties.
_PLAN = dict.fromkeys(("name", "publisher", "product", "promotionCode"), TEXT)
_BESIDE = {"identity": OBJECT, "sku": {"name": TEXT, "tier": TEXT, "capacity": NUMBER}, "plan": _PLAN, "zones": [TEXT]}


def check(kind: str, body: dict[str, Any]) -> None:
    """Refuse a body in which a property is of a wrong type."""
    if kind in _SHAPES:
        name, properties = _SHAPES[kind]
        _check(body, {"properties": properties, **_BESIDE}, name, required=True)


def _check(value: Any, shape: Any, path: str, *, required: bool = False) -> None:
    if value is None and not required:
        return
    if isinstance(shape, list):
        _expect(isinstance(value, list), value, "Array", path)
        for index, entry in enumerate(value):
            _check(entry, shape[0], f"{path}[{index}]", required=True)
    elif isinstance(shape, dict):
        _expect(isinstance(value, dict), value, OBJECT, path)
        for name, inner in shape.items():
            _check(value.get(name), inner, f"{path}.{name}")
    else:
        _expect(_fits(value, shape), value, shape, path)


def _fits(value: Any, kind: str) -> bool:
    if kind == NUMBER:
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _MAX
    return isinstance(value, {TEXT: str, FLAG: bool, OBJECT: dict}[kind])


def _expect(fits: bool, value: Any, kind: str, path: str) -> None:
    if not fits:
        text = f"Error converting value '{str(value)[:80]}' to type '{kind}'. Path '{path.partition('.')[2]}'."
        raise invalid(text, path)
