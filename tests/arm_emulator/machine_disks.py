"""The disks of a virtual machine: requested, stored, and as resources."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from . import disk_body, disks
from .attachments import attach, holder
from .common import choice
from .context import Context
from .errors import ArmError, invalid
from .machine_images import Disk, MachineImage
from .messages import Json
from .paths import Target
from .store import Resource

DELETE_OPTIONS = ("Delete", "Detach")
_CREATE_OPTIONS = ("FromImage", "Empty", "Attach", "Copy", "Restore")
CACHING = ("None", "ReadOnly", "ReadWrite")


@dataclass(slots=True)
class Storage:
    """The storage profile of a new machine, and the disks that come into being or are attached with it."""

    profile: Json
    made: list[Resource] = field(default_factory=list)
    attached: list[Resource] = field(default_factory=list)

    def settle(self, ctx: Context, machine_id: str) -> None:
        """Store the new disks and attach all of them."""
        for disk in self.made:
            ctx.store.add(disk)
        for disk in (*self.made, *self.attached):
            attach(disk, machine_id)


class Builder:
    """Reads the disks of one request."""

    def __init__(self, ctx: Context, location: str, image: MachineImage | None, storage_type: str) -> None:
        self._ctx = ctx
        self._location = location
        self._image = image
        self._default_type = storage_type
        self.result = Storage({})

    def build(self, sent: Json) -> Storage:
        """The whole storage profile, in the recorded order."""
        os_disk = self._os_disk(sent.get("osDisk") or {})
        data = self.data_disks(sent.get("dataDisks") or [], self._image.data_disks if self._image else [])
        profile: Json = {"imageReference": self._image.reference} if self._image else {}
        profile |= {"osDisk": os_disk, "dataDisks": data}
        if sent.get("diskControllerType") or (self._image and self._image.generation == "V2"):
            profile["diskControllerType"] = sent.get("diskControllerType") or "SCSI"
        self.result.profile = profile
        return self.result

    # -- the operating system's disk -----------------------------------------------------------------------------
    def _os_disk(self, sent: Json) -> Json:
        if not sent.get("createOption"):
            raise invalid("Required parameter 'osDisk.createOption' is missing (null).", "osDisk.createOption")
        option = choice(sent["createOption"], ("FromImage", "Attach"), "virtualMachine.osDisk.createOption")
        if option == "Attach" or self._image is None:
            disk = self._existing(sent, "osDisk")
            system = sent.get("osType") or disk.properties.get("osType") or "Linux"
            os_type = choice(system, ("Linux", "Windows"), "virtualMachine.osDisk.osType")
            return {"osType": os_type, **self._attached(sent, disk, "ReadWrite")}
        image = self._image
        size = sent.get("diskSizeGB") or sent.get("diskSizeGb") or image.os_disk_gb
        if size < image.os_disk_gb:
            raise disks.smaller(size, image.os_disk_gb)
        name = sent.get("name") or f"{self._ctx.target.name}_OsDisk_1_{uuid.uuid4().hex}"
        stored: Json = {"osType": image.os_type, "name": name, "createOption": "FromImage"}
        if sent.get("diffDiskSettings"):
            stored["diffDiskSettings"] = sent["diffDiskSettings"]
        caching = choice(sent.get("caching") or image.caching, CACHING, "virtualMachine.osDisk.caching")
        if sent.get("vhd"):
            stored |= {"vhd": sent["vhd"], "caching": caching}
        else:
            kind = self._type(sent, image.storage)
            disk = self._new(name, size, kind, _from_image(image, self._ctx.target, self._location), image)
            stored |= {"caching": caching, "managedDisk": {"storageAccountType": kind, "id": disk.id}}
        return {**stored, "deleteOption": delete_option(sent), "diskSizeGB": size}

    # -- data disks ----------------------------------------------------------------------------------------------
    def data_disks(self, sent: list[Json], of_image: list[Disk]) -> list[Json]:
        """By LUN: those of the image, which a request may only describe further, and those that it adds."""
        asked: dict[int, Json] = {disk["lun"]: disk for disk in sent if isinstance(disk.get("lun"), int)}
        if len(asked) != len(sent):
            raise invalid("Each data disk needs a LUN of its own.", "dataDisks.lun")  # a guess
        images = {disk.lun: disk for disk in of_image}
        found = []
        for number, lun in enumerate(sorted({*asked, *images}), 2):
            found.append(self._data_disk(lun, number, asked.get(lun) or {"createOption": "FromImage"}, images.get(lun)))
        return found

    def _data_disk(self, lun: int, number: int, sent: Json, image: Disk | None) -> Json:
        option = create_option(sent, lun, image)
        if option == "Attach":
            return {"lun": lun, **self._attached(sent, self._existing(sent, "dataDisk"), "None"), "toBeDetached": False}
        size = sent.get("diskSizeGB") or sent.get("diskSizeGb") or (image.gb if image else None)
        if size is None:
            raise invalid("Required parameter 'dataDisk.diskSizeGB' is missing (null).", "dataDisk.diskSizeGB")
        if image is not None and size < image.gb:
            raise disks.smaller(size, image.gb)
        name = sent.get("name") or f"{self._ctx.target.name}_disk{number}_{uuid.uuid4().hex}"
        kind = self._type(sent, image.storage if image else "")
        creation: Json = {"createOption": "Empty"}
        if image and self._image:
            creation = _from_image(self._image, self._ctx.target, self._location, lun)
        disk = self._new(name, size, kind, creation, None)
        stored: Json = {"lun": lun, "name": name, "createOption": option}
        caching = sent.get("caching") or (image.caching if image else "None")
        stored["caching"] = choice(caching, CACHING, "virtualMachine.dataDisk.caching")
        stored["managedDisk"] = {"storageAccountType": kind, "id": disk.id}
        return {**stored, "deleteOption": delete_option(sent), "diskSizeGB": size, "toBeDetached": False}

    # -- both ----------------------------------------------------------------------------------------------------
    def _type(self, sent: Json, of_image: str) -> str:
        return storage_type(sent, of_image, self._default_type)

    def _new(self, name: str, size: int, sku: str, creation: Json, image: MachineImage | None) -> Resource:
        rid = f"{self._ctx.target.parent().id}/providers/Microsoft.Compute/disks/{name}"
        taken = self._ctx.get(rid)
        if taken is not None:
            text = (
                f"Disk {name} already exists in resource group {self._ctx.target.group}. Only CreateOption.Attach is "
                "supported."
            )
            raise ArmError(409, "ConflictingUserInput", text, "dataDisk.name")
        described = (image.os_type, image.generation) if image else ("", "")
        body: Json = {"location": self._location, "tags": {}, "sku": {"name": sku}}
        body["properties"] = disk_body.properties(size, sku, creation, self._ctx.now, *described)
        disk = Resource(rid, "disk", body)
        self.result.made.append(disk)
        return disk

    def _existing(self, sent: Json, what: str) -> Resource:
        """A disk that is attached: it must exist, in this region, and be free (the texts are a guess)."""
        rid = str((sent.get("managedDisk") or {}).get("id") or "")
        disk = self._ctx.get(rid)
        if disk is None or disk.kind != "disk" or disk.location != self._location:
            raise ArmError(404, "NotFound", f"Resource {rid} not found.", f"{what}.managedDisk.id")
        if holder(disk) and holder(disk).lower() != self._ctx.target.key:
            text = (
                f"Cannot attach data disk '{disk.name}' to VM '{self._ctx.target.name}' because the disk is currently being "
                f"attached to VM '{holder(disk)}'."
            )
            raise ArmError(409, "ConflictingUserInput", text)
        self.result.attached.append(disk)
        return disk

    @staticmethod
    def _attached(sent: Json, disk: Resource, caching: str) -> Json:
        size = sent.get("diskSizeGB") or sent.get("diskSizeGb") or disk.properties["diskSizeGB"]
        disk.properties["diskSizeGB"] = max(size, disk.properties["diskSizeGB"])
        return {
            "name": disk.name,
            "createOption": "Attach",
            "caching": choice(sent.get("caching") or caching, CACHING, "virtualMachine.disk.caching"),
            "managedDisk": {"storageAccountType": disk.body["sku"]["name"], "id": disk.id},
            "deleteOption": delete_option(sent),
            "diskSizeGB": disk.properties["diskSizeGB"],
        }


def create_option(sent: Json, lun: int, image: Disk | None) -> str:
    """How a data disk is created: from the image if that has the LUN, else by another way (the refusal is a guess)."""
    option = choice(sent.get("createOption") or "", _CREATE_OPTIONS, "virtualMachine.dataDisks.createOption")
    if (option == "FromImage") != (image is not None):
        text = (
            f"StorageProfile.dataDisks.lun {lun} is createOption {option}, and the image has "
            f"{'a' if image else 'no'} data disk at that LUN."
        )
        raise invalid(text, "dataDisks.lun")
    return option


def storage_type(sent: Json, of_image: str, default: str) -> str:
    """The type that was sent, else the image's, else the size's."""
    asked = (sent.get("managedDisk") or {}).get("storageAccountType") or of_image or default
    return choice(asked, disk_body.SKUS, "virtualMachine.managedDisk.storageAccountType")


def delete_option(sent: Json) -> str:
    """Detach is the default (recorded)."""
    return choice(sent.get("deleteOption") or "Detach", DELETE_OPTIONS, "virtualMachine.disk.deleteOption")


def _from_image(image: MachineImage, target: Target, location: str, lun: int | None = None) -> Json:
    """creationData of a disk made from the machine's image; of a managed image it is a guess."""
    reference: Json = {"id": image.id or _platform(image.reference, target.subscription, location)}
    if lun is not None:
        reference["lun"] = lun
    creation: Json = {"createOption": "FromImage", "imageReference": reference}
    if image.resource is not None and not image.managed:
        creation["galleryImageReference"] = reference
    return creation


def _platform(reference: Json, subscription: str, location: str) -> str:
    """The id of a platform image's version, in the recorded spelling."""
    names = [str(reference.get(name, "")) for name in ("publisher", "offer", "sku", "exactVersion")]
    parts = ("Publishers", "ArtifactTypes/VMImage/Offers", "Skus", "Versions")
    base = f"/Subscriptions/{subscription}/Providers/Microsoft.Compute/Locations/{location}"
    return "/".join([base, *(f"{part}/{name}" for part, name in zip(parts, names, strict=True))])
