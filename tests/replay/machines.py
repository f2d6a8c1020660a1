"""What a recording says of virtual machines and disks before they are created: images, names, what scripts end with."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

from arm_emulator.lifecycle import current
from arm_emulator.paths import Target, parse
from arm_emulator.service import Service

from .deployments import templates
from .recordings import Call

PASSWORD = "Replayed-12345"  # recorders replace the real one by a word that Azure would refuse
_OUTPUT = re.compile(r"Enable succeeded: \n\[stdout\]\n(.*)\n\[stderr\]\n(.*)\Z", re.DOTALL)


def bodies(calls: list[Call], kind: str) -> Iterator[dict[str, Any]]:
    """Every recorded body of a resource of that kind, also from lists."""
    for call in calls:
        if parse(call.path).kind == kind and call.status < 300 and isinstance(call.body, dict):
            listed = call.body.get("value", [call.body])
            yield from (body for body in listed if isinstance(body, dict) and isinstance(body.get("properties"), dict))


def learn(service: Service, calls: list[Call]) -> None:
    """Platform images from the machines that were made of them, snapshots from the disks."""
    for entry in templates(calls):
        _learn_image(service, (entry.get("properties") or {}).get("virtualMachineProfile") or {})
    for kind in ("virtual_machine", "scale_set_instance"):
        for body in bodies(calls, kind):
            _learn_image(service, body["properties"])
    for body in bodies(calls, "scale_set"):
        _learn_image(service, body["properties"].get("virtualMachineProfile") or {})
    for body in bodies(calls, "disk"):
        properties = body["properties"]
        source = (properties.get("creationData") or {}).get("sourceResourceId")
        if source and properties.get("diskSizeGB"):
            known = {"size_gb": properties["diskSizeGB"], "os_type": properties.get("osType", "")}
            known["hyper_v_generation"] = properties.get("hyperVGeneration", "")
            service.store.sources.setdefault(source.lower(), {}).update(known)


def _learn_image(service: Service, properties: dict[str, Any]) -> None:
    storage = properties.get("storageProfile") or {}
    reference, disk = storage.get("imageReference") or {}, storage.get("osDisk") or {}
    if not reference.get("publisher"):
        return
    urn = ":".join(reference[name] for name in ("publisher", "offer", "sku")).lower()
    known = service.store.sources.setdefault(urn, {})
    known["os_type"] = disk.get("osType") or known.get("os_type", "Linux")
    if reference.get("exactVersion"):
        known["exact_version"] = reference["exactVersion"]
    if storage.get("diskControllerType"):
        known["hyper_v_generation"] = "V2"
    if disk.get("diskSizeGB"):
        known["os_disk_gb"] = disk["diskSizeGB"]
    if properties.get("securityProfile"):
        known["security_type"] = "TrustedLaunchAndConfidentialVMSupported"
    view = properties.get("instanceView") or {}
    if view.get("hyperVGeneration"):
        known["hyper_v_generation"] = view["hyperVGeneration"]
    if view.get("osName"):
        known["boot"] = {"os_name": view["osName"], "os_version": view["osVersion"]}


def completed(target: Target, body: dict[str, Any], calls: list[Call]) -> dict[str, Any]:
    """The body of a machine's create with the names that Azure chose for its disks, and a password."""
    body = copy.deepcopy(body)
    properties = body.get("properties", {})
    profile = properties.get("virtualMachineProfile", properties).get("osProfile") or {}
    if profile.get("adminPassword"):
        profile["adminPassword"] = PASSWORD
    if target.kind == "scale_set":
        return body
    made = next((one for one in bodies(calls, "virtual_machine") if str(one.get("id")).lower() == target.key), None)
    if made is not None:
        storage, had = body["properties"]["storageProfile"], made["properties"]["storageProfile"]
        _name(storage["osDisk"], had["osDisk"])
        names = {disk["lun"]: disk for disk in had["dataDisks"]}
        for disk in storage.get("dataDisks") or []:
            _name(disk, names.get(disk["lun"]) or {})
    return body


def number_instances(service: Service, target: Target, calls: list[Call]) -> None:
    """Azure creates more instances than were asked for and deletes some: those that stay have the recorded ids."""
    resource = current(service.store, service.settings, target.key, service.now())
    found = resource.extra if resource is not None else {}
    for call in calls:
        if parse(call.path).kind == "scale_set_instance" and parse(call.path).parent().key == target.key:
            ids = [one["instanceId"] for one in call.body["value"]]
            found["instances"] = [{**one, "id": own} for one, own in zip(found["instances"], ids, strict=True)]
            found["next"] = int(ids[-1]) + 1
            return


def order_late_agent(service: Service, target: Target, calls: list[Call]) -> None:
    """The first read of some machines came before their agent had reported."""
    for body in bodies(calls, "virtual_machine"):
        view = body["properties"].get("instanceView")
        if view and str(body.get("id")).lower() == target.key:
            statuses = (view.get("vmAgent") or {}).get("statuses") or [{}]
            if statuses[0].get("displayStatus") == "Not Ready":
                service.faults.order({"resource": re.escape(target.id), "boot": {"agent_seconds": 3600}})
            return


def _name(disk: dict[str, Any], had: dict[str, Any]) -> None:
    if had.get("name") and not disk.get("name"):
        disk["name"] = had["name"]


def order_result(service: Service, call: Call, target: Target, calls: list[Call]) -> None:
    """Order what the script of a run command ends with, as a later call of the recording shows it."""
    if target.kind == "run_command" and call.method == "PUT":
        for body in bodies(calls, "run_command"):
            view = body["properties"].get("instanceView")
            if view and str(body.get("id")).lower() == target.key:
                result = {"exit_code": view["exitCode"], "output": view["output"], "error": view["error"]}
                service.faults.order({"resource": re.escape(target.id), "run_command": result})
                return
    if target.kind == "machine_run_command":
        operation = call.headers.get("azure-asyncoperation", "").partition("?")[0].rpartition("/")[2]
        for later in calls:
            if operation and operation in later.path and isinstance(later.body, dict) and "properties" in later.body:
                message = later.body["properties"]["output"]["value"][0]["message"]
                match = _OUTPUT.match(message)
                if match:
                    result = {"output": match[1], "error": match[2]}
                    service.faults.order({"resource": "virtualMachines", "run_command": result})
                return
