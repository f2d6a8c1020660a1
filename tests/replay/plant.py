"""What a recording presupposes: groups, sources, resources made before it began, bodies that it does not hold."""

from __future__ import annotations

import contextlib
import copy
from typing import Any

from arm_emulator import regions
from arm_emulator.lifecycle import current
from arm_emulator.machines import scale_set
from arm_emulator.paths import TYPES, Target, parse, resource_id, split_id
from arm_emulator.service import Service
from arm_emulator.store import Region, Resource

from . import machines
from .recordings import Call


class Presupposed:
    """Puts into the store what must be there for a call to go as recorded."""

    def __init__(self, service: Service, calls: list[Call]) -> None:
        self._service = service
        self._calls = calls
        self._made: set[str] = set()
        self._planted: set[str] = set()
        machines.learn(service, calls)
        for call in calls:
            with contextlib.suppress(AttributeError, KeyError, TypeError):  # there is nothing to learn from such a body
                self._learn_sources(call)

    # -- what sources are like, from the bodies of what was made from them ---------------------------------------
    def _learn_sources(self, call: Call) -> None:
        bodies = call.body.get("value", [call.body]) if isinstance(call.body, dict) else []
        for body in bodies:
            properties = body.get("properties") if isinstance(body, dict) else None
            if isinstance(properties, dict):
                self._learn_image(properties)
                self._learn_version(properties)

    def _learn_image(self, properties: dict[str, Any]) -> None:
        machine = (properties.get("sourceVirtualMachine") or {}).get("id")
        disk = (properties.get("storageProfile") or {}).get("osDisk") or {}
        if not machine or not disk:
            return
        data = [{"lun": d["lun"], "size_gb": d.get("diskSizeGB", 10), "caching": d["caching"]} for d in
                properties["storageProfile"].get("dataDisks", [])]  # fmt: skip
        known = {"os_type": disk["osType"], "storage_account_type": disk["storageAccountType"], "data_disks": data}
        self._service.store.sources.setdefault(machine.lower(), {}).update(known)

    def _learn_version(self, properties: dict[str, Any]) -> None:
        storage = properties.get("storageProfile") or {}
        source = storage.get("source") or {}
        disk = storage.get("osDiskImage") or {}
        if "sizeInGB" not in disk:
            return
        known: dict[str, Any] = {"os_disk_gb": disk["sizeInGB"], "caching": disk["hostCaching"]}
        data = storage.get("dataDiskImages") or []
        known["data_disks"] = [{"lun": d["lun"], "size_gb": d["sizeInGB"], "caching": d["hostCaching"]} for d in data]
        attributes = (properties.get("validationsProfile") or {}).get("platformAttributes") or []
        if attributes:
            known["platform_image"] = {a["name"].removeprefix("source_image_"): a["value"] for a in attributes}
        identifier = source.get("virtualMachineId") or source.get("id") or (disk.get("source") or {}).get("id")
        if identifier:
            self._service.store.sources.setdefault(identifier.lower(), {}).update(known)

    # -- before a call -------------------------------------------------------------------------------------------
    def before(self, call: Call, target: Target) -> None:
        """Group, parents, the resource itself where the recording found it, and its source."""
        if not target.group or target.kind == "lock":
            return
        if call.method == "PUT" and (call.status == 201 or target.kind == "disk"):
            self._made.add(target.key)
            self._planted.discard(target.key)
        recorded_group = call.path.rstrip("/").lower().split("/")[-2] == "resourcegroups"
        if not (recorded_group and call.method == "PUT"):
            self.group_of(target)
        if target.kind == "resource_group" and call.method == "GET" and isinstance(call.body, dict):
            self._tagged_by_others(call, target)
        if target.kind in ("image_definition", "image_version") and call.status != 404:
            self._parents(call, target)
        elif target.kind == "image_definition":
            self._add(target.parent(), None)
        if call.status in (200, 202) and target.kind in TYPES and not target.listing:
            self._resource(call, target)
        if call.method == "PUT" and call.status == 201 and target.kind == "image_version":
            self._source(call, target)
        if target.kind == "virtual_machine" and target.listing and call.status == 200:
            self._listed(call)
        machines.order_result(self._service, call, target, self._calls)

    def _listed(self, call: Call) -> None:
        """Machines that a recording shows in a list alone: scale sets make them."""
        listed = call.body.get("value", []) if isinstance(call.body, dict) else []
        names = {str(body.get("name")).lower() for body in listed}
        for machine in list(self._service.store.resources.values()):
            if machine.kind == "virtual_machine" and scale_set(machine) and machine.name.lower() not in names:
                self._service.store.remove(machine.key)  # Azure chose other names
        for body in listed:
            group = call.path.partition("/providers/")[0]
            rid = f"{group}/providers/{str(body.get('id')).partition('/providers/')[2]}"
            owner = (body["properties"].get("virtualMachineScaleSet") or {}).get("id", "")
            body = copy.deepcopy(body)
            if owner:
                body["properties"]["virtualMachineScaleSet"]["id"] = (
                    f"{group}/providers/{owner.partition('/providers/')[2]}"
                )
            self._add(parse(rid), {**body, "id": rid})

    def _plant(self, resource: Resource) -> None:
        self._service.store.add(resource)
        self._planted.add(resource.id.lower())

    def shown_by(self, call: Call, target: Target) -> bool:
        """Whether the answer shows a planted resource: the one that is asked for, or one of a list."""
        if call.method == "DELETE":
            return False
        if not target.listing:
            return target.key in self._planted
        return any(_lists(target, parse(key)) for key in self._planted)

    def _absent(self, target: Target) -> bool:
        store, settings = self._service.store, self._service.settings
        return current(store, settings, target.key, self._service.now()) is None

    def group_of(self, target: Target) -> None:
        """The resource group of a target."""
        key = resource_id("resource_group", target.subscription, target.group, ())
        if key.lower() in self._service.store.resources:
            return
        body = next(
            (c.body for c in self._calls if parse(c.path).key == key.lower() and c.status < 300 and c.body), None
        )
        body = body or {"location": "eastus"}
        kept = {name: body[name] for name in ("location", "tags") if name in body}
        self._plant(Resource((body or {}).get("id", key), "resource_group", kept))

    def _tagged_by_others(self, call: Call, target: Target) -> None:
        """A group that the recording found has the tags of the moment: policies of the subscription add some."""
        found = self._service.store.resources.get(target.key)
        if found is not None and target.key in self._planted and call.body.get("tags"):
            found.body["tags"] = call.body["tags"]

    def _parents(self, call: Call, target: Target) -> None:
        parent = target.parent()
        if parent.kind == "image_definition":
            self._parents(call, parent)
        if self._absent(parent):
            self._add(parent, self._body_of(parent))

    def _body_of(self, target: Target) -> dict[str, Any] | None:
        """A recorded body of that resource."""
        for call in self._calls:
            if parse(call.path).key == target.key and call.status < 300 and isinstance(call.body, dict):
                return call.body if "value" not in call.body else None
        return None

    def _resource(self, call: Call, target: Target) -> None:
        """A resource that the recording found and had not made."""
        if target.key in self._made or not self._absent(target):
            return
        if target.kind == "resource_group" or target.key in self._service.store.soft_deleted:
            return
        self._add(target, self._body_of(target))

    def _add(self, target: Target, body: dict[str, Any] | None) -> None:
        if not self._absent(target):
            return
        body = copy.deepcopy(body) if body else {"location": "eastus2"}
        properties = body.get("properties") or self._minimal(target)
        for name in ("provisioningState", "validationsProfile", "replicationStatus", "instanceView"):
            properties.pop(name, None)
        kept: dict[str, Any] = {name: body[name] for name in ("location", "tags") if name in body}
        resource = Resource(body.get("id", target.id), target.kind, {**kept, "properties": properties})
        self._complete(resource)
        self._plant(resource)

    @staticmethod
    def _complete(resource: Resource) -> None:
        properties = resource.properties
        if resource.kind == "image_definition":
            for name, value in (("hyperVGeneration", "V1"), ("architecture", "x64"), ("features", [])):
                properties.setdefault(name, value)
        if resource.kind == "virtual_machine":
            resource.extra |= {"agent_ready": 0.0, "power": "running"}
        if resource.kind == "scale_set":
            resource.extra |= {"etag": 1, "model": 1, "models": {}, "next": 0, "instances": [], "image": {}}
        if resource.kind == "image_version":
            safety = {"reportedForPolicyViolation": False, "allowDeletionOfReplicatedLocations": False}
            properties.setdefault("safetyProfile", safety)
            for target in properties["publishingProfile"]["targetRegions"]:
                resource.regions.append(Region(regions.short(target["name"]), 0.0, 1.0))

    @staticmethod
    def _minimal(target: Target) -> dict[str, Any]:
        if target.kind == "gallery":
            return {"identifier": {"uniqueName": f"{target.subscription}-{target.name.upper()}"}}
        if target.kind == "image_definition":
            identifier = {"publisher": "p", "offer": "o", "sku": "s"}
            return {"osType": "Linux", "osState": "Generalized", "identifier": identifier}
        disk = {"osType": "Linux", "osState": "Generalized", "diskSizeGB": 30, "caching": "ReadWrite"}
        return {"storageProfile": {"osDisk": disk, "dataDisks": []}, "hyperVGeneration": "V1"}

    def _source(self, call: Call, target: Target) -> None:
        """The managed image that a version is made from."""
        body = self.request_body(call) or {}
        storage = (body.get("properties") or {}).get("storageProfile") or {}
        image = split_id((storage.get("source") or {}).get("id"))
        if image is None or image.kind != "managed_image" or not self._absent(image):
            return
        known = self._service.store.sources.get(image.key, {})
        parent = self._service.store.resources[target.parent().key].properties
        disk = {"osType": parent["osType"], "osState": "Generalized", "diskSizeGB": known.get("os_disk_gb", 30),
                "caching": known.get("caching", "ReadWrite")}  # fmt: skip
        data = [
            {"lun": d["lun"], "diskSizeGB": d["size_gb"], "caching": d["caching"]} for d in known.get("data_disks", [])
        ]
        properties = {
            "storageProfile": {"osDisk": disk, "dataDisks": data},
            "hyperVGeneration": parent["hyperVGeneration"],
        }
        location = regions.short(body["location"])
        self._plant(Resource(image.id, "managed_image", {"location": location, "properties": properties}))

    # -- requests that a recording does not hold -------------------------------------------------------------------
    @staticmethod
    def request_body(call: Call) -> Any:
        """The body sent; where none is kept, one that asks for what was answered."""
        if call.request is not None or call.method not in ("PUT", "PATCH") or not isinstance(call.body, dict):
            return call.request
        body = copy.deepcopy(
            {name: call.body[name] for name in ("location", "tags", "properties") if name in call.body}
        )
        properties = body.get("properties", {})
        properties.pop("provisioningState", None)
        if "regions" not in properties.get("publishingProfile", {}):
            properties.pop("identifier", None) if "osType" not in properties else None
        return body


def _lists(listing: Target, one: Target) -> bool:
    """Whether a list holds a resource: of its kind, beneath the same subscription, group and names."""
    above = [name.lower() for name in one.names[: len(listing.names)]]
    return (
        (one.kind, one.subscription) == (listing.kind, listing.subscription)
        and listing.group.lower() in ("", one.group.lower())
        and above == [name.lower() for name in listing.names]
    )
