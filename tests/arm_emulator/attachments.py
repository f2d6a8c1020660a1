"""Which machine holds a disk or an interface, and what becomes of both when the machine is gone.

Time does its work when something is read: a disk or an interface that a machine holds is brought up to date after it.
"""

from __future__ import annotations

from .settings import Settings
from .store import Job, Resource, Store

HOLDER = "machine"  # the id of the machine that a disk or an interface is attached to
RESERVED = "reserved"  # until when an interface is reserved, and the id of the machine it is reserved for


def attach(resource: Resource, machine_id: str) -> None:
    """A disk or an interface becomes the machine's."""
    resource.extra[HOLDER] = machine_id
    resource.extra.pop(RESERVED, None)
    _changed(resource)


def detach(resource: Resource) -> None:
    """No machine holds it any more."""
    resource.extra.pop(HOLDER, None)
    _changed(resource)


def _changed(resource: Resource) -> None:
    """An interface gets another etag with each change."""
    if resource.kind == "network_interface":
        resource.extra["revision"] = resource.extra.get("revision", 0) + 1
    resource.touch()


def holder(resource: Resource) -> str:
    """The ID of the machine that it is attached to, or an empty string."""
    return str(resource.extra.get(HOLDER, ""))


def reserve(resource: Resource, machine_id: str, until: float) -> None:
    """Keep an interface for a machine that failed or is gone."""
    resource.extra[RESERVED] = [until, machine_id]
    resource.touch()


def reserves(machine: Resource) -> bool:
    """Whether the end of a machine leaves its interfaces reserved.

    Seen after failed creates and after some deletes; the recorded deletes of healthy machines free the interface at once.
    """
    return bool(machine.extra.get("error") or machine.extra.get("reserves"))


def release(store: Store, settings: Settings, machine: Resource, end: float) -> None:
    """After a machine is deleted: delete what has deleteOption Delete, and detach the rest."""
    cascade = machine.extra.get("cascade", settings.cascade_seconds)
    for resource_id, option in options(machine).items():
        resource = store.resources.get(resource_id.lower())
        if resource is None or holder(resource).lower() != machine.key or resource.state == "Deleting":
            continue  # what is being deleted goes with its resource group
        if resource.kind == "network_interface" and reserves(machine):
            reserve(resource, machine.id, end + settings.reservation)
        if option == "Delete" and cascade != "fails":
            resource.state = "Deleting"
            resource.job = Job("delete", "", end, end + float(cascade))
            resource.touch()
        else:
            detach(resource)
    for command in store.below(machine.key, "run_command"):
        store.remove(command.key)


def options(machine: Resource) -> dict[str, str]:
    """The ids of a machine's managed disks and interfaces, each with its deleteOption."""
    storage = machine.properties["storageProfile"]
    found: dict[str, str] = {}
    for disk in (storage["osDisk"], *storage["dataDisks"]):
        if "managedDisk" in disk:
            found[disk["managedDisk"]["id"]] = disk.get("deleteOption", "Detach")
    for interface in (machine.properties.get("networkProfile") or {}).get("networkInterfaces") or []:
        found[interface["id"]] = (interface.get("properties") or {}).get("deleteOption") or "Detach"
    return found
