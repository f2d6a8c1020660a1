"""Convert storage account types and encryption between the options' form and Azure's."""

from __future__ import annotations

import re
import typing as t

from .errors import InvalidRequest
from .names import read_text

DEFAULT_TYPE = "Standard_LRS"
KNOWN_TYPES = ("Standard_LRS", "Standard_ZRS", "Premium_LRS", "PremiumV2_LRS")
_CANONICAL = {name.lower(): name for name in KNOWN_TYPES}

Mapping = t.Mapping[str, t.Any]


def storage_type(text: t.Any) -> str:
    """The canonical spelling of a known type. Other values are not changed."""
    return _CANONICAL.get(str(text).lower(), str(text))


def is_known_type(text: str) -> bool:
    """Whether the type is known."""
    return text.lower() in _CANONICAL


_OS_DISK = {"disk_encryption_set_id": "diskEncryptionSetId"}
_SECURITY = {
    "security_type": "confidentialVMEncryptionType",
    "secure_vm_disk_encryption_set_id": "secureVMDiskEncryptionSetId",
}
_DATA_DISK = {"disk_encryption_set_id": "diskEncryptionSetId"}


def _only(where: str, value: t.Any, keys: t.Iterable[str]) -> Mapping:
    """`value` if it is a mapping with only these keys; InvalidRequest otherwise."""
    if not isinstance(value, dict):
        raise InvalidRequest(f"{where}: {value!r} is not a mapping.")
    unknown = sorted(map(str, set(value) - set(keys)))
    if unknown:
        raise InvalidRequest(
            f"{where}: {', '.join(map(repr, unknown))} is not an option. Allowed are {', '.join(keys)}."
        )
    return value


def _renamed(value: Mapping, names: t.Mapping[str, str], where: str) -> dict[str, t.Any]:
    return {arm: read_text(value[key], f"{where}.{key}") for key, arm in names.items() if value.get(key) is not None}


def encryption_sent(value: t.Any, where: str) -> dict[str, t.Any]:
    """A region's `encryption` in Azure's form; InvalidRequest for unknown keys."""
    value = _only(where, value, ("os_disk", "data_disks"))
    result: dict[str, t.Any] = {}
    if value.get("os_disk") is not None:
        place = f"{where}.os_disk"
        disk = _only(place, value["os_disk"], (*_OS_DISK, *_SECURITY))
        result["osDiskImage"] = _renamed(disk, _OS_DISK, place)
        security = _renamed(disk, _SECURITY, place)
        if security:
            result["osDiskImage"]["securityProfile"] = security
    disks = _data_disks(value.get("data_disks"), f"{where}.data_disks")
    return {**result, "dataDiskImages": disks} if disks else result


def _data_disks(value: t.Any, where: str) -> list[dict[str, t.Any]]:
    if value is not None and not isinstance(value, list):
        raise InvalidRequest(f"{where}: {value!r} is not a list.")
    sent: dict[int, dict[str, t.Any]] = {}
    for disk in value or ():
        given = _only(where, disk, ("lun", *_DATA_DISK))
        number = str(given.get("lun", ""))
        if not re.fullmatch(r"\d{1,3}", number, re.ASCII):
            raise InvalidRequest(f"{where}: {disk!r} needs a lun, an integer.")
        if int(number) in sent:
            raise InvalidRequest(f"{where}: the lun {number} occurs twice. Name each lun once.")
        sent[int(number)] = {"lun": int(number), **_renamed(given, _DATA_DISK, where)}
    return list(sent.values())


def encryption_shown(value: Mapping | None) -> dict[str, t.Any] | None:
    """Azure's encryption of a region in the options' form; None if unset."""
    if not value:
        return None
    disk = value.get("osDiskImage") or {}
    shown: dict[str, t.Any] = {"os_disk": None, "data_disks": []}
    if disk:
        both = {**disk, **(disk.get("securityProfile") or {})}
        shown["os_disk"] = {key: both.get(arm) for key, arm in {**_OS_DISK, **_SECURITY}.items()}
    for item in value.get("dataDiskImages") or ():
        shown["data_disks"].append({"lun": item.get("lun"), **{key: item.get(arm) for key, arm in _DATA_DISK.items()}})
    return shown


def same_encryption(have: Mapping | None, want: Mapping) -> bool:
    """Whether Azure's `have` includes all values of `want`, ignoring case."""
    have = have or {}
    disks = {int(item["lun"]): item for item in have.get("dataDiskImages") or ()}
    pairs = [(have.get("osDiskImage") or {}, want.get("osDiskImage") or {})]
    pairs += [(disks.get(item["lun"], {}), item) for item in want.get("dataDiskImages") or ()]
    return all(_holds(there, asked) for there, asked in pairs)


def _holds(have: Mapping, want: Mapping) -> bool:
    for key, value in want.items():
        if isinstance(value, dict):
            if not _holds(have.get(key) or {}, value):
                return False
        elif str(have.get(key, "")).lower() != str(value).lower():
            return False
    return True
