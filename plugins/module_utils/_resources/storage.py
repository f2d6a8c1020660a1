"""Storage account types and disk encryption sets as types of fields."""

from __future__ import annotations

import re
import typing as t

from .errors import InvalidRequest
from .field_types import FieldType
from .fields import put_at, value_at
from .names import check_keys, read_text

DEFAULT_TYPE = "Standard_LRS"
KNOWN_TYPES = ("Standard_LRS", "Standard_ZRS", "Premium_LRS", "PremiumV2_LRS")
_CANONICAL = {name.lower(): name for name in KNOWN_TYPES}

Mapping = t.Mapping[str, t.Any]


def is_known_type(text: str) -> bool:
    """Whether the type is known."""
    return text.lower() in _CANONICAL


class StorageType(FieldType):
    """A storage account type: a known one in Azure's spelling, others as they are."""

    def wanted(self, value: t.Any, where: str) -> str:
        text = read_text(value, where)
        return _CANONICAL.get(text.lower(), text)

    def same(self, have: t.Any, want: str) -> bool:
        return super().same(have or DEFAULT_TYPE, want)


# Suboption: its place in Azure's disk.
_DATA_DISK = {"disk_encryption_set_id": "diskEncryptionSetId"}
_OS_DISK = {
    **_DATA_DISK,
    "security_type": "securityProfile.confidentialVMEncryptionType",
    "secure_vm_disk_encryption_set_id": "securityProfile.secureVMDiskEncryptionSetId",
}


class EncryptionType(FieldType):
    """The `encryption` of a region."""

    def wanted(self, value: t.Any, where: str) -> dict[str, t.Any]:
        """In Azure's form; InvalidRequest for unknown keys."""
        value = check_keys(value, ("os_disk", "data_disks"), where)
        result: dict[str, t.Any] = {}
        if value.get("os_disk") is not None:
            place = f"{where}.os_disk"
            result["osDiskImage"] = _disk_sent(check_keys(value["os_disk"], _OS_DISK, place), _OS_DISK, place)
        disks = _data_disks(value.get("data_disks"), f"{where}.data_disks")
        return {**result, "dataDiskImages": disks} if disks else result

    def shown(self, value: Mapping | None) -> dict[str, t.Any] | None:
        if not value:
            return None
        disk, disks = value.get("osDiskImage"), value.get("dataDiskImages") or ()
        return {
            "os_disk": _disk_shown(disk, _OS_DISK) if disk else None,
            "data_disks": [{"lun": item.get("lun"), **_disk_shown(item, _DATA_DISK)} for item in disks],
        }

    def same(self, have: Mapping | None, want: Mapping) -> bool:
        """Whether `have` includes all values of `want`, ignoring case."""
        have = have or {}
        disks = {int(item["lun"]): item for item in have.get("dataDiskImages") or ()}
        pairs = [(have.get("osDiskImage") or {}, want.get("osDiskImage") or {})]
        pairs += [(disks.get(item["lun"], {}), item) for item in want.get("dataDiskImages") or ()]
        return all(_holds(there, asked) for there, asked in pairs)


def _disk_sent(disk: Mapping, places: t.Mapping[str, str], where: str) -> dict[str, t.Any]:
    sent: dict[str, t.Any] = {}
    for option, arm in places.items():
        if disk.get(option) is not None:
            put_at(sent, arm, read_text(disk[option], f"{where}.{option}"))
    return sent


def _disk_shown(disk: Mapping, places: t.Mapping[str, str]) -> dict[str, t.Any]:
    return {option: value_at(disk, arm) for option, arm in places.items()}


def _holds(have: Mapping, want: Mapping) -> bool:
    pairs = [(value_at(have, arm), value_at(want, arm)) for arm in _OS_DISK.values()]
    return all(asked is None or str(there or "").lower() == str(asked).lower() for there, asked in pairs)


def _data_disks(value: t.Any, where: str) -> list[dict[str, t.Any]]:
    if value is not None and not isinstance(value, list):
        raise InvalidRequest(f"{where}: {value!r} is not a list.")
    sent: dict[int, dict[str, t.Any]] = {}
    for item in value or ():
        disk = check_keys(item, ("lun", *_DATA_DISK), where)
        number = str(disk.get("lun", ""))
        if not re.fullmatch(r"\d{1,3}", number, re.ASCII):
            raise InvalidRequest(f"{where}: {item!r} needs a lun, an integer.")
        if int(number) in sent:
            raise InvalidRequest(f"{where}: the lun {number} occurs twice. Name each lun once.")
        sent[int(number)] = {"lun": int(number), **_disk_sent(disk, _DATA_DISK, where)}
    return list(sent.values())


STORAGE, ENCRYPTION = StorageType(cased=False), EncryptionType()
