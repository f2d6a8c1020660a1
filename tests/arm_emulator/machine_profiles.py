"""The operating system, security and diagnostics profiles of a virtual machine, as stored."""

from __future__ import annotations

import hashlib

from .common import choice
from .messages import Json

_PATCHES = {"patchMode": "ImageDefault", "assessmentMode": "ImageDefault"}


def os_profile(sent: Json, os_type: str) -> Json:
    """With Azure's defaults, in the recorded order. Passwords are never stored or answered; Windows is a guess."""
    stored: Json = {"computerName": sent["computerName"], "adminUsername": sent["adminUsername"]}
    if os_type == "Windows":
        given = sent.get("windowsConfiguration") or {}
        patches = {"patchMode": "AutomaticByOS", "assessmentMode": "ImageDefault"}
        defaults: Json = {"provisionVMAgent": True, "enableAutomaticUpdates": True, "patchSettings": patches}
        stored["windowsConfiguration"] = {**defaults, **given}
    else:
        stored["linuxConfiguration"] = _linux(sent.get("linuxConfiguration") or {})
    stored["secrets"] = sent.get("secrets") or []
    stored["allowExtensionOperations"] = flag(sent.get("allowExtensionOperations", True))
    stored["requireGuestProvisionSignal"] = True
    return stored


def _linux(sent: Json) -> Json:
    stored: Json = {"disablePasswordAuthentication": flag(sent.get("disablePasswordAuthentication", _only_keys(sent)))}
    if sent.get("ssh"):
        keys = (sent["ssh"] or {}).get("publicKeys") or []
        stored["ssh"] = {"publicKeys": [{"path": key.get("path"), "keyData": key.get("keyData")} for key in keys]}
    stored["provisionVMAgent"] = flag(sent.get("provisionVMAgent", True))
    stored["patchSettings"] = {**_PATCHES, **(sent.get("patchSettings") or {})}
    return stored


def _only_keys(sent: Json) -> bool:
    return bool((sent.get("ssh") or {}).get("publicKeys"))


def flag(value: object) -> bool:
    """A flag; clients send it as a text, too (recorded)."""
    return value is True or str(value).lower() == "true"


def fingerprint(password: object) -> str:
    """A hash of a password, to detect a different one."""
    return hashlib.sha256(str(password).encode()).hexdigest() if password is not None else ""


def security_profile(sent: Json | None) -> Json | None:
    """In the recorded order; None without a type."""
    if not sent or not sent.get("securityType"):
        return None
    types = ("TrustedLaunch", "ConfidentialVM", "Standard")
    kind = choice(sent["securityType"], types, "virtualMachine.securityProfile.securityType")
    uefi = sent.get("uefiSettings") or {}
    if kind == "Standard":
        return {"securityType": kind}
    settings = {name: flag(uefi.get(name, name == "vTpmEnabled")) for name in ("secureBootEnabled", "vTpmEnabled")}
    return {"uefiSettings": settings, "securityType": kind}


def diagnostics_profile(sent: Json | None, stored: Json | None) -> Json | None:
    """Boot diagnostics; the address of a storage account stays when they are switched off (recorded)."""
    boot = (sent or {}).get("bootDiagnostics")
    if boot is None:
        return stored
    had = (stored or {}).get("bootDiagnostics") or {}
    kept: Json = {"enabled": flag(boot.get("enabled", False))}
    address = boot.get("storageUri") or (had.get("storageUri") if not kept["enabled"] else None)
    if address:
        kept["storageUri"] = address
    return {"bootDiagnostics": kept}
