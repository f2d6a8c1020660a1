"""Disks and virtual machines of a seed."""

from __future__ import annotations

import uuid

from . import disk_body, machine_profiles
from .attachments import HOLDER
from .clock import stamp
from .messages import Json
from .paths import resource_id, split_id
from .seed_base import STATES, Planter, boot_of
from .seed_reader import Reader, SeedError
from .service import Service
from .store import Job, Operation, Resource

_SECURITY = ("Standard", "TrustedLaunch", "ConfidentialVM")
_DELETE = ("Delete", "Detach")
_ACTIONS = {"Creating": "create", "Updating": "update", "Deleting": "delete"}


class Machines(Planter):
    """Plants them."""

    lists = ("disks", "machines")

    # -- disks ---------------------------------------------------------------------------------------------------
    def disks(self, entry: object, place: str) -> None:
        """Plant one that no machine holds."""
        known = "name resource_group location subscription tags size_gb sku os_type hyper_v_generation source boot"
        reader = Reader(entry, place, known)
        subscription, name = self._subscription(reader), reader.text("name")
        group = self._need("resource_group", subscription, reader.text("resource_group"), (), place)
        source = reader.text("source", "") if "source" in reader else ""
        creation: Json = {"createOption": "Empty"}
        if source:
            reference = {"id": source}
            creation = {"createOption": "FromImage", "imageReference": reference, "galleryImageReference": reference}
        disk = new_disk(
            self._service,
            resource_id("disk", subscription, group.name, (name,)),
            reader.region("location", group.location),
            reader.whole("size_gb", 30, 1),
            reader.one_of("sku", disk_body.SKUS, "Premium_LRS"),
            creation,
            reader.one_of("os_type", ("Linux", "Windows"), "Linux") if "os_type" in reader else "",
            reader.one_of("hyper_v_generation", ("V1", "V2"), "V1") if "os_type" in reader else "",
        )
        disk.extra |= boot_of(reader)
        reader.tags(disk.body)
        self._add(disk, place)

    # -- virtual machines ----------------------------------------------------------------------------------------
    def machines(self, entry: object, place: str) -> None:
        """Plant one with its disks."""
        known = """name resource_group location subscription tags image exact_version vm_size os_type security_type state
            power interfaces data_disks delete_option ephemeral scale_set created_time generalized boot_diagnostics os_disk_gb
            seconds boot"""
        reader = Reader(entry, place, known)
        subscription, name = self._subscription(reader), reader.text("name")
        group = self._need("resource_group", subscription, reader.text("resource_group"), (), place)
        body: Json = {"location": reader.region("location", group.location)}
        reader.tags(body)
        rid = resource_id("virtual_machine", subscription, group.name, (name,))
        machine = Resource(rid, "virtual_machine", body, reader.one_of("state", STATES, "Succeeded"))
        created = reader.instant("created_time", self._service.now() - 86400)
        machine.created = created
        body["properties"] = {**self._properties(reader, machine, group), "timeCreated": stamp(created)}
        machine.extra |= {"power": reader.one_of("power", ("running", "stopped", "deallocated"), "running"), "etag": 1}
        machine.extra["generalized"] = bool(reader.raw("generalized"))
        self._times(reader, machine)
        self._add(machine, place)

    def _properties(self, reader: Reader, machine: Resource, group: Resource) -> Json:
        reference = image_reference(reader)
        image = self._store.resources.get(str(reference.get("id", "")).lower())
        os_type = reader.one_of("os_type", ("Linux", "Windows"), "Linux")
        machine.extra |= boot_of(reader) or ({"boot": image.extra["boot"]} if image and "boot" in image.extra else {})
        storage: Json = {"imageReference": reference} if reference else {}
        storage["osDisk"] = self._os_disk(reader, machine, os_type)
        storage["dataDisks"] = [self._data_disk(entry, place, machine) for entry, place in reader.entries("data_disks")]
        properties: Json = {
            "hardwareProfile": {"vmSize": reader.text("vm_size", "Standard_D2s_v5")},
            "vmId": str(uuid.uuid5(uuid.NAMESPACE_URL, machine.key)),
            "storageProfile": storage,
            "networkProfile": {"networkInterfaces": self._interfaces(reader, machine, group)},
        }
        profile = {"computerName": machine.name[:15], "adminUsername": "azureuser"}
        properties["osProfile"] = machine_profiles.os_profile(profile, os_type)
        security = reader.one_of("security_type", _SECURITY, "Standard")
        if security != "Standard":
            properties["securityProfile"] = machine_profiles.security_profile({"securityType": security})
        if "scale_set" in reader:
            properties["virtualMachineScaleSet"] = {"id": reader.text("scale_set")}
        if reader.raw("boot_diagnostics"):
            properties["diagnosticsProfile"] = {"bootDiagnostics": {"enabled": True}}
        return properties

    def _os_disk(self, reader: Reader, machine: Resource, os_type: str) -> Json:
        size = reader.whole("os_disk_gb", 30 if os_type == "Linux" else 127, 1)
        name = f"{machine.name}_OsDisk_1_{uuid.uuid5(uuid.NAMESPACE_URL, machine.key).hex}"
        stored: Json = {"osType": os_type, "name": name, "createOption": "FromImage"}
        if reader.raw("ephemeral"):
            stored["diffDiskSettings"] = {"option": "Local"}
        managed = self._attached(machine, name, size, {"createOption": "FromImage"}, os_type)
        option = reader.one_of("delete_option", _DELETE, "Detach")
        return {**stored, "caching": "ReadWrite", "managedDisk": managed, "deleteOption": option, "diskSizeGB": size}

    def _data_disk(self, entry: object, place: str, machine: Resource) -> Json:
        reader = Reader(entry, place, "lun size_gb delete_option caching")
        lun, size = reader.whole("lun"), reader.whole("size_gb", 10, 1)
        name = f"{machine.name}_disk{lun + 2}_{uuid.uuid5(uuid.NAMESPACE_URL, f'{machine.key}{lun}').hex}"
        return {
            "lun": lun,
            "name": name,
            "createOption": "Empty",
            "caching": reader.one_of("caching", ("None", "ReadOnly", "ReadWrite"), "None"),
            "managedDisk": self._attached(machine, name, size, {"createOption": "Empty"}),
            "deleteOption": reader.one_of("delete_option", _DELETE, "Detach"),
            "diskSizeGB": size,
            "toBeDetached": False,
        }

    def _attached(self, machine: Resource, name: str, size: int, creation: Json, os_type: str = "") -> Json:
        rid = f"{machine.id.partition('/providers/')[0]}/providers/Microsoft.Compute/disks/{name}"
        disk = new_disk(
            self._service, rid, machine.location, size, "Premium_LRS", creation, os_type, "V1" if os_type else ""
        )
        disk.extra[HOLDER] = machine.id
        self._store.add(disk)
        return {"storageAccountType": "Premium_LRS", "id": rid}

    def _interfaces(self, reader: Reader, machine: Resource, group: Resource) -> list[Json]:
        """Interfaces by id or by name; those that the seed has become the machine's."""
        found: list[Json] = []
        for entry, place in reader.entries("interfaces"):
            if not isinstance(entry, str) or not entry:
                raise SeedError(f"{place}: must be the id or the name of an interface, is {entry!r}")
            rid = (
                entry if entry.startswith("/") else f"{group.id}/providers/Microsoft.Network/networkInterfaces/{entry}"
            )
            interface = self._store.resources.get(rid.lower())
            if interface is not None:
                interface.extra[HOLDER] = machine.id
            found.append({"id": rid, "properties": {"deleteOption": reader.one_of("delete_option", _DELETE, "Detach")}})
        return found

    def _times(self, reader: Reader, machine: Resource) -> None:
        """A state that passes gets an operation that ends after `seconds`."""
        end = run_until(self._service, reader, machine)
        machine.extra["provisioned"] = end
        machine.extra["diagnosed"] = self._service.now() - self._service.settings.boot_log_seconds
        never = (machine.extra.get("boot") or {}).get("outcome") == "agent_never_ready"
        machine.extra["agent_ready"] = None if never else end


def run_until(service: Service, reader: Reader, resource: Resource) -> float:
    """A state that passes gets an operation that ends after `seconds`; the time of its end. Now if it has ended."""
    now, action = service.now(), _ACTIONS.get(resource.state)
    if action is None:
        return now
    end = now + reader.number("seconds", service.settings.machine_seconds)
    identifier = str(uuid.uuid5(uuid.NAMESPACE_URL, resource.key))
    subscription = resource.id.split("/")[2]
    service.store.begin(
        Operation(identifier, "operations", resource.location, subscription, now, end, resource=resource.id)
    )
    resource.job = Job(action, identifier, now, end)
    return end


def new_disk(
    service: Service,
    rid: str,
    location: str,
    size: int,
    sku: str,
    creation: Json,
    os_type: str = "",
    generation: str = "",
) -> Resource:
    """A disk that exists."""
    stored = disk_body.properties(size, sku, creation, service.now(), os_type, generation)
    return Resource(rid, "disk", {"location": location, "sku": {"name": sku}, "properties": stored})


def image_reference(reader: Reader, latest: str = "1.0.0") -> Json:
    """The image: an id, of which the exact version is that of its name unless it is given."""
    if "image" not in reader:
        return {}
    named = reader.text("image")
    target = split_id(named)
    if target is None or target.kind not in ("managed_image", "image_definition", "image_version"):
        raise SeedError(f"{reader.place}.image: must be the id of a managed image, definition or version, is '{named}'")
    if target.kind == "managed_image":
        return {"id": named}
    exact = reader.text("exact_version", target.name if target.kind == "image_version" else latest)
    return {"id": named, "exactVersion": exact}
