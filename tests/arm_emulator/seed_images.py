"""Resource groups, managed images and their sources of a seed."""

from __future__ import annotations

from .messages import Json
from .paths import resource_id
from .seed_base import LONG_AGO, STATES, Planter, boot_of
from .seed_reader import Reader
from .store import Resource


class Images(Planter):
    """Plants them."""

    lists = ("sources", "resource_groups", "images")

    def sources(self, entry: object, place: str) -> None:
        """Plant one."""
        known = (
            "id os_type os_disk_gb size_gb data_disks hyper_v_generation os_state platform_image storage_account_type"
            " exact_version security_type boot"
        )
        reader = Reader(entry, place, known)
        seeded = {name: reader.raw(name) for name in known.split() if name != "id" and name in reader}
        seeded |= boot_of(reader)
        self._store.sources[reader.text("id").lower()] = seeded

    def resource_groups(self, entry: object, place: str) -> None:
        """Plant one."""
        reader = Reader(entry, place, "name location subscription tags")
        body: Json = {"location": reader.region("location")}
        reader.tags(body)
        rid = resource_id("resource_group", self._subscription(reader), reader.text("name"), ())
        self._add(Resource(rid, "resource_group", body), place)

    def images(self, entry: object, place: str) -> None:
        """Plant one."""
        known = """name resource_group location subscription os_type hyper_v_generation os_disk_gb data_disks tags
            provisioning_state os_state caching storage_account_type source_virtual_machine created_time boot"""
        reader = Reader(entry, place, known)
        subscription, name = self._subscription(reader), reader.text("name")
        group = self._need("resource_group", subscription, reader.text("resource_group"), (), place)
        body: Json = {"location": reader.region("location", group.location)}
        reader.tags(body)
        body["properties"] = self._image_properties(reader, group, name)
        rid = resource_id("managed_image", subscription, group.name, (name,))
        state = reader.one_of("provisioning_state", STATES, "Succeeded")
        image = Resource(rid, "managed_image", body, state, extra=boot_of(reader))
        image.created = reader.instant("created_time", LONG_AGO)
        self._add(image, place)

    def _image_properties(self, reader: Reader, group: Resource, name: str) -> Json:
        os_type = reader.one_of("os_type", ("Linux", "Windows"), "Linux")
        base = f"{group.id}/providers/Microsoft.Compute/disks/{name}"
        kind = reader.text("storage_account_type", "Premium_LRS")
        disk: Json = {
            "osType": os_type,
            "osState": reader.one_of("os_state", ("Generalized", "Specialized"), "Generalized"),
        }
        disk["diskSizeGB"] = reader.whole("os_disk_gb", 30 if os_type == "Linux" else 127, 1)
        disk["managedDisk"] = {"id": f"{base}_OsDisk"}
        disk["caching"] = reader.one_of("caching", ("None", "ReadOnly", "ReadWrite"), "ReadWrite")
        disk["storageAccountType"] = kind
        properties: Json = {}
        if "source_virtual_machine" in reader:
            properties["sourceVirtualMachine"] = {"id": reader.text("source_virtual_machine")}
        data = [self._data_disk(entry, place, base, kind) for entry, place in reader.entries("data_disks")]
        properties["storageProfile"] = {"osDisk": disk, "dataDisks": data}
        properties["hyperVGeneration"] = reader.one_of("hyper_v_generation", ("V1", "V2"), "V1")
        return properties

    @staticmethod
    def _data_disk(entry: object, place: str, base: str, kind: str) -> Json:
        reader = Reader(entry, place, "lun size_gb caching")
        lun = reader.whole("lun")
        return {
            "lun": lun,
            "diskSizeGB": reader.whole("size_gb", 10, 1),
            "managedDisk": {"id": f"{base}_DataDisk_{lun}"},
            "caching": reader.one_of("caching", ("None", "ReadOnly", "ReadWrite"), "None"),
            "storageAccountType": kind,
        }
