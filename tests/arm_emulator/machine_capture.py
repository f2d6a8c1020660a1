"""Managed images of virtual machines and disks that exist."""

from __future__ import annotations

from .context import Context
from .errors import ArmError
from .messages import Json
from .store import Resource


def storage(ctx: Context, machine_id: str) -> Json | None:
    """The image's disks: those of the machine, without sizes (recorded); None if it does not exist here."""
    machine = ctx.get(machine_id)
    if machine is None or machine.kind != "virtual_machine":
        return None
    if not machine.extra.get("generalized"):
        text = (
            f"The Virtual Machine '{machine.name}' must be generalized before an image can be created from it. For more "
            "information, see https://aka.ms/generalize."
        )
        raise ArmError(409, "OperationNotAllowed", text)  # a guess
    if (machine.properties.get("securityProfile") or {}).get("securityType") not in (None, "Standard"):
        raise _trusted_launch(machine.name)
    stored = machine.properties["storageProfile"]
    disk = {"osType": stored["osDisk"]["osType"], "osState": "Generalized", **_disk(stored["osDisk"])}
    return {"osDisk": disk, "dataDisks": [{"lun": one["lun"], **_disk(one)} for one in stored["dataDisks"]]}


def _disk(disk: Json) -> Json:
    """Of an unmanaged disk the blob and its size, both at once (recorded)."""
    if "vhd" in disk:
        source = {"diskSizeGB": disk["diskSizeGB"], "blobUri": disk["vhd"]["uri"]}
        return {**source, "caching": disk["caching"], "storageAccountType": "Standard_LRS"}
    managed = disk["managedDisk"]
    return {
        "managedDisk": {"id": managed["id"]},
        "caching": disk["caching"],
        "storageAccountType": managed["storageAccountType"],
    }


def check_disks(ctx: Context, stored: Json) -> None:
    """A disk that exists here must be ready and of no Trusted Launch machine (seen; the texts are a guess)."""
    for disk in _existing(ctx, stored):
        if (disk.properties.get("securityProfile") or {}).get("securityType"):
            raise _trusted_launch(disk.name)
        if disk.state != "Succeeded":
            text = f"Disk '{disk.name}' is in state {disk.state}. Wait until its operation has ended."
            raise ArmError(409, "OperationNotAllowed", text)


def _trusted_launch(name: str) -> ArmError:
    text = f"Managed images cannot be created from '{name}', which has a security type."
    return ArmError(400, "BadRequest", text)


def _existing(ctx: Context, stored: Json) -> list[Resource]:
    disks = [stored["osDisk"], *stored["dataDisks"]]
    found = [ctx.get(_managed(disk)) for disk in disks]
    return [disk for disk in found if disk is not None and disk.kind == "disk"]


def _managed(disk: Json) -> str:
    return str((disk.get("managedDisk") or {}).get("id") or "")


def boot(ctx: Context, machine_id: str | None, stored: Json) -> Json | None:
    """An image boots like the machine or OS disk that it is created from."""
    machine = ctx.get(machine_id or "")
    if machine is not None:
        return machine.extra.get("boot")
    disk = ctx.get(_managed(stored["osDisk"]))
    return disk.extra.get("boot") if disk is not None else None
