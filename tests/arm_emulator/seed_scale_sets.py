"""Scale sets of a seed, with their instances."""

from __future__ import annotations

import uuid

from . import machine_images, machine_profiles, scale_set_instances, scale_set_machines, scale_set_model
from .attachments import HOLDER
from .clock import stamp
from .messages import Json
from .paths import resource_id, split_id
from .seed_base import STATES, Planter
from .seed_machines import image_reference, new_disk, run_until
from .seed_reader import Reader
from .store import Resource

_MODES = ("Uniform", "Flexible")
_SECURITY = ("Standard", "TrustedLaunch", "ConfidentialVM")
_DEFAULT_GB = {"Linux": 30, "Windows": 127}


class ScaleSets(Planter):
    """Plants them."""

    lists = ("scale_sets",)

    def scale_sets(self, entry: object, place: str) -> None:
        """Plant one with its instances."""
        known = """name resource_group location subscription tags image exact_version mode upgrade_policy capacity vm_size
            os_type os_disk_gb data_disks security_type ephemeral automatic_os_upgrade instances state seconds created_time
            etag"""
        reader = Reader(entry, place, known)
        subscription, name = self._subscription(reader), reader.text("name")
        group = self._need("resource_group", subscription, reader.text("resource_group"), (), place)
        body: Json = {"location": reader.region("location", group.location)}
        reader.tags(body)
        rid = resource_id("scale_set", subscription, group.name, (name,))
        resource = Resource(rid, "scale_set", body, reader.one_of("state", STATES, "Succeeded"))
        resource.created = reader.instant("created_time", self._service.now() - 86400)
        reference = image_reference(reader, self._latest(reader, body["location"]))
        listed = reader.entries("instances")
        capacity = reader.whole("capacity", len(listed) or 1)
        body["sku"] = {"name": reader.text("vm_size", "Standard_D2s_v5"), "tier": "Standard", "capacity": capacity}
        body["properties"] = self._properties(reader, resource, reference)
        resource.extra = {"etag": reader.whole("etag", 1), "model": 1, "models": {}, "next": 0, "instances": []}
        resource.extra["image"] = reference
        self._add(resource, place)
        if scale_set_model.flexible(resource.properties):
            self._machines(reader, resource, reference, capacity)
        else:
            self._instances(reader, resource, reference, capacity)
        run_until(self._service, reader, resource)
        if resource.job is not None and resource.job.action != "delete":
            resource.job.fill["instances"] = [{**one, "state": ""} for one in resource.extra["instances"]]

    def _latest(self, reader: Reader, location: str) -> str:
        """The version that a definition's id selects; it may not be in the seed."""
        target = split_id(reader.raw("image"))
        if target is None or target.kind != "image_definition":
            return "1.0.0"
        found = machine_images.latest(self._store, self._service.settings, target.key, location, self._service.now())
        return found.name if found is not None else "1.0.0"

    # -- the model -------------------------------------------------------------------------------------------------
    def _properties(self, reader: Reader, resource: Resource, reference: Json) -> Json:
        mode = reader.one_of("mode", _MODES, "Uniform")
        is_flexible = mode == "Flexible"
        policy: Json = {"mode": reader.one_of("upgrade_policy", scale_set_model.MODES, "Manual")}
        if reader.raw("automatic_os_upgrade"):
            policy["automaticOSUpgradePolicy"] = {"enableAutomaticOSUpgrade": True, "disableAutomaticRollback": False}
        properties: Json = {
            "singlePlacementGroup": not is_flexible,
            "orchestrationMode": mode,
            "upgradePolicy": scale_set_model.upgrade_policy(policy, None),
            "uniqueId": str(uuid.uuid5(uuid.NAMESPACE_URL, resource.key)),
            "platformFaultDomainCount": 1 if is_flexible else 5,
            "timeCreated": stamp(resource.created or 0.0),
        }
        if is_flexible:
            properties["constrainedMaximumCapacity"] = False
        else:
            properties |= {"overprovision": True, "doNotRunExtensionsOnOverprovisionedVMs": False}
        if reference:
            properties["virtualMachineProfile"] = self._profile(reader, resource, reference, is_flexible)
        return properties

    def _profile(self, reader: Reader, resource: Resource, reference: Json, is_flexible: bool) -> Json:
        os_type = reader.one_of("os_type", ("Linux", "Windows"), "Linux")
        names = {"computerNamePrefix": resource.name[:9], "adminUsername": "azureuser"}
        kept = {name: value for name, value in reference.items() if name != "exactVersion"}
        security = reader.one_of("security_type", _SECURITY, "Standard")
        profile: Json = {"osProfile": scale_set_model.os_profile(names, os_type, is_flexible)}
        profile["storageProfile"] = self._storage(reader, kept, os_type, is_flexible)
        profile["networkProfile"] = scale_set_model.network(_network(resource), is_flexible)
        if security != "Standard":
            profile["securityProfile"] = machine_profiles.security_profile({"securityType": security})
        return {**profile, "timeCreated": stamp(resource.created or 0.0)}

    def _storage(self, reader: Reader, reference: Json, os_type: str, is_flexible: bool) -> Json:
        detached = {"deleteOption": "Delete"} if is_flexible else {}
        os_disk: Json = {"osType": os_type, "createOption": "FromImage"}
        if reader.raw("ephemeral"):
            os_disk["diffDiskSettings"] = {"option": "Local"}
        kind = {"storageAccountType": "Premium_LRS"}
        gb = reader.whole("os_disk_gb", self._image_gb(reference) or _DEFAULT_GB[os_type], 1)
        os_disk |= {"caching": "ReadWrite", "managedDisk": kind, **detached, "diskSizeGB": gb}
        storage: Json = {"osDisk": os_disk, "imageReference": reference}
        disks = [self._data_disk(entry, place) | detached for entry, place in reader.entries("data_disks")]
        return storage | ({"dataDisks": disks} if disks else {})

    def _image_gb(self, reference: Json) -> int | None:
        """The size of a managed image's or a version's disk, if the seed has it."""
        image = self._store.resources.get(str(reference.get("id", "")).lower())
        storage = image.properties.get("storageProfile") or {} if image is not None else {}
        return (storage.get("osDisk") or {}).get("diskSizeGB") or (storage.get("osDiskImage") or {}).get("sizeInGB")

    @staticmethod
    def _data_disk(entry: object, place: str) -> Json:
        reader = Reader(entry, place, "lun size_gb caching create_option")
        return {
            "lun": reader.whole("lun"),
            "createOption": reader.one_of("create_option", ("Empty", "FromImage"), "Empty"),
            "caching": reader.one_of("caching", ("None", "ReadOnly", "ReadWrite"), "None"),
            "managedDisk": {"storageAccountType": "Premium_LRS"},
            "diskSizeGB": reader.whole("size_gb", 10, 1),
        }

    # -- instances -------------------------------------------------------------------------------------------------
    def _instances(self, reader: Reader, resource: Resource, reference: Json, capacity: int) -> None:
        extra, now = resource.extra, resource.created or 0.0
        listed = [
            Reader(*one, "id image exact_version state power latest_model") for one in reader.entries("instances")
        ]
        for number in range(capacity):
            one = scale_set_instances.new(str(number), 1, reference, now)
            if number < len(listed):
                one = self._instance(listed[number], resource, one)
            extra["instances"].append(one)
        extra["next"] = max((int(one["id"]) for one in extra["instances"]), default=-1) + 1

    @staticmethod
    def _instance(reader: Reader, resource: Resource, one: Json) -> Json:
        """An instance with another image, or one that is not on the latest model, has a model of its own."""
        one = {**one, "id": str(reader.raw("id") if "id" in reader else one["id"])}
        one["power"] = reader.one_of("power", ("running", "stopped", "deallocated"), "running")
        state = reader.one_of("state", STATES, "Succeeded")
        one["state"] = "" if state == "Succeeded" else state
        if "image" in reader or reader.raw("latest_model") is False:
            one["image"] = image_reference(reader) or one["image"]
            number = -int(one["id"]) - 1
            kept = {name: value for name, value in one["image"].items() if name != "exactVersion"}
            profile = resource.properties["virtualMachineProfile"]
            profile = {**profile, "storageProfile": {**profile["storageProfile"], "imageReference": kept}}
            resource.extra["models"][str(number)] = {"profile": profile, "sku": resource.body["sku"]}
            one["model"] = number
        return one

    def _machines(self, reader: Reader, resource: Resource, reference: Json, capacity: int) -> None:
        """The machines of a Flexible set: `<set>_<8 digits>`."""
        listed = [Reader(*one, "image exact_version state power seconds") for one in reader.entries("instances")]
        for number in range(capacity if reference else 0):
            entry = listed[number] if number < len(listed) else Reader({}, reader.place, "state power seconds image")
            group = resource.id.partition("/providers/")[0]
            rid = f"{group}/providers/Microsoft.Compute/virtualMachines/{resource.name}_{number:08x}"
            machine = Resource(rid, "virtual_machine", {}, entry.one_of("state", STATES, "Succeeded"))
            machine.created = resource.created
            storage = self._machine_storage(resource, machine, image_reference(entry) or reference)
            machine.body = scale_set_machines.body(resource, storage, resource.created or 0.0)
            power = entry.one_of("power", ("running", "stopped", "deallocated"), "running")
            machine.extra |= {"power": power, "etag": 1}
            self._add(machine, reader.place)
            end = run_until(self._service, entry, machine)
            machine.extra |= {"provisioned": end, "agent_ready": end}

    def _machine_storage(self, resource: Resource, machine: Resource, reference: Json) -> Json:
        model = resource.properties["virtualMachineProfile"]["storageProfile"]
        os_disk = dict(model["osDisk"])
        os_disk["name"] = f"{machine.name}_OsDisk_1_{uuid.uuid5(uuid.NAMESPACE_URL, machine.key).hex}"
        rid = f"{machine.id.partition('/providers/')[0]}/providers/Microsoft.Compute/disks/{os_disk['name']}"
        creation = {"createOption": "FromImage", "imageReference": {"id": reference["id"]}}
        disk = new_disk(
            self._service,
            rid,
            resource.location,
            os_disk["diskSizeGB"],
            "Premium_LRS",
            creation,
            os_disk["osType"],
            "V1",
        )
        disk.extra[HOLDER] = machine.id
        self._store.add(disk)
        os_disk["managedDisk"] = {**os_disk["managedDisk"], "id": rid}
        return {"imageReference": reference, "osDisk": os_disk, "dataDisks": []}


def _network(resource: Resource) -> Json:
    """One interface in a subnet that need not exist."""
    group = resource.id.partition("/providers/")[0]
    subnet = {
        "id": f"{group}/providers/Microsoft.Network/virtualNetworks/{resource.name}VNET/subnets/{resource.name}Subnet"
    }
    addresses = [{"name": f"{resource.name}IPConfig", "properties": {"subnet": subnet}}]
    properties = {"primary": True, "ipConfigurations": addresses}
    return {"networkInterfaceConfigurations": [{"name": f"{resource.name}Nic", "properties": properties}]}
