"""Names, tags and request bodies of a canary. All names are chosen before the first write."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import re
import typing as t

from .._resources.body_checks import MOST_TAGS
from .._resources.dates import parse_instant
from .._resources.errors import InvalidRequest
from .._resources.fields import Body, value_at
from .._resources.resource_id import ResourceId, same_id
from .._resources.tags import tag_value
from .canary_request import Request

# Our tags: the hash of what is tested, the run that created it, when, and the LUNs of its data disks.
HASH_TAG = "cloudimages_canary"
RUN_TAG = "cloudimages_canary_run"
TIME_TAG = "cloudimages_canary_created"
LUNS_TAG = "cloudimages_canary_luns"
OUR_TAGS = (HASH_TAG, RUN_TAG, TIME_TAG, LUNS_TAG)
RUN_COMMAND = "canary"
USER = "canaryuser"
_DEFAULT_NAME = re.compile(r"(canary-[0-9a-f]{12})(-nic|-os|-data\d{1,2})?")
_TRUSTED = {"securityType": "TrustedLaunch", "uefiSettings": {"secureBootEnabled": True, "vTpmEnabled": True}}


@dataclasses.dataclass(frozen=True)
class Subject:
    """What is tested: two canaries of one subject are the same test."""

    version: ResourceId
    published: str
    location: str
    sizes: tuple[str, ...]
    security_type: str
    script: str | None

    @property
    def digest(self) -> str:
        """A hash that a tag of the machine carries; of its first 12 digits the default name is made."""
        when = parse_instant(self.published).at.isoformat()
        sizes = ",".join(self.sizes).lower()
        parts = (self.version.key, when, self.location, sizes, self.security_type, self.script or "")
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    @property
    def name(self) -> str:
        """The default name of the machine."""
        return f"canary-{self.digest[:12]}"


class Names(t.NamedTuple):
    """The ids of everything that belongs to one canary."""

    machine: ResourceId
    interface: ResourceId
    disks: tuple[ResourceId, ...]

    @property
    def run_command(self) -> ResourceId:
        """The run command of the script."""
        rid = self.machine
        return ResourceId("run_command", rid.subscription_id, rid.resource_group, rid.name, RUN_COMMAND)


@dataclasses.dataclass(frozen=True)
class Plan:
    """A canary that can be created. `plan` is its purchase plan, `run_id` this run's own."""

    request: Request
    subject: Subject
    ids: Names
    luns: list[int]
    os_type: str
    specialized: bool
    plan: dict[str, str] | None
    run_id: str

    @property
    def name(self) -> str:
        return self.ids.machine.name

    def tags(self, created: str) -> dict[str, str]:
        """The tags of the canary: the task's and ours, which the task cannot set; InvalidRequest if they are too many."""
        luns = ",".join(map(str, self.luns))
        ours = dict(zip(OUR_TAGS, (self.subject.digest, self.run_id, created, luns), strict=True))
        kept = {key: value for key, value in self.request.tags.items() if key.lower() not in OUR_TAGS}
        if len(kept) + len(ours) > MOST_TAGS:
            raise InvalidRequest(
                f"tags: {len(kept)} are too many: a canary has {len(ours)} of its own, and Azure takes {MOST_TAGS}. "
                "Nothing was written."
            )
        return {**kept, **ours}


def names(group: ResourceId, name: str, luns: t.Iterable[int]) -> Names:
    """The ids that belong to the canary of that name, for an image with data disks at these LUNs."""

    def rid(kind: str, own: str) -> ResourceId:
        return ResourceId(kind, group.subscription_id, group.resource_group, own)

    disks = [rid("disk", f"{name}-os"), *(rid("disk", f"{name}-data{lun}") for lun in luns)]
    return Names(rid("virtual_machine", name), rid("network_interface", f"{name}-nic"), tuple(disks))


def canary_of(kind: str, name: str) -> str | None:
    """The default name of the canary that a machine, interface or disk of this name belongs to; None if it is not one."""
    match = _DEFAULT_NAME.fullmatch(name)
    is_machine = kind == "virtual_machine"
    return match[1] if match and is_machine is not bool(match[2]) else None


def luns_of(version: Body) -> list[int]:
    """The LUNs of an image version's data disks."""
    disks = value_at(version, "properties.storageProfile.dataDiskImages") or ()
    return sorted(disk["lun"] for disk in disks if isinstance(disk.get("lun"), int))


def tag(body: Body | None, name: str) -> str:
    """One of our tags of a resource, whatever case Azure gives its name; empty if it has none."""
    return str(tag_value(body or {}, name) or "")


def created(body: Body | None) -> datetime.datetime | None:
    """When a canary was created, by our tag; None without one."""
    try:
        return parse_instant(tag(body, TIME_TAG)).at
    except InvalidRequest:
        return None


def tagged_luns(body: Body | None) -> list[int]:
    """The LUNs that a tag names."""
    return [int(part) for part in tag(body, LUNS_TAG).split(",") if part.isdigit()]


def image_of(machine: Body) -> str:
    """The id of the image that a machine was created from; empty without one."""
    return str(value_at(machine, "properties.storageProfile.imageReference.id") or "")


def held_by(machine: Body) -> set[str]:
    """The keys of the disks and interfaces that a machine holds; empty for another resource."""
    storage = value_at(machine, "properties.storageProfile") or {}
    disks = [storage.get("osDisk"), *(storage.get("dataDisks") or ())]
    interfaces = value_at(machine, "properties.networkProfile.networkInterfaces") or ()
    ids = [*(value_at(disk, "managedDisk.id") for disk in disks), *(one.get("id") for one in interfaces)]
    return {str(text).lower() for text in ids if text}


def holder_of(body: Body) -> str:
    """The id of the machine that holds an interface or disk; empty without one."""
    return str(body.get("managedBy") or value_at(body, "properties.virtualMachine.id") or "")


def size_of(machine: Body | None) -> str:
    """The size of a machine."""
    return str(value_at(machine, "properties.hardwareProfile.vmSize") or "")


def made_from(disk: Body, version: str) -> bool:
    """Whether a disk was created from this image version."""
    creation = value_at(disk, "properties.creationData") or {}
    reference = creation.get("galleryImageReference") or creation.get("imageReference") or {}
    return bool(version) and same_id(reference.get("id"), version)


def interface_body(plan: Plan, own_tags: t.Mapping[str, str]) -> Body:
    """A network interface with a private address in the subnet, and nothing else."""
    address = {"privateIPAllocationMethod": "Dynamic", "subnet": {"id": str(plan.request.subnet)}}
    configurations = [{"name": "ipconfig1", "properties": address}]
    return {
        "location": plan.subject.location,
        "tags": dict(own_tags),
        "properties": {"ipConfigurations": configurations},
    }


def machine_body(plan: Plan, own_tags: t.Mapping[str, str], size: str, profile: Body | None) -> Body:
    """The create of the machine; with it go its interface and all of its disks. `profile`: None for a specialized image."""
    subject, ids = plan.subject, plan.ids
    properties: Body = {
        "hardwareProfile": {"vmSize": size},
        "storageProfile": {
            "imageReference": {"id": str(subject.version)},
            "osDisk": {"name": ids.disks[0].name, "createOption": "FromImage", "deleteOption": "Delete"},
            "dataDisks": [
                {"lun": lun, "name": rid.name, "createOption": "FromImage", "deleteOption": "Delete"}
                for lun, rid in zip(plan.luns, ids.disks[1:], strict=True)
            ],
        },
        "networkProfile": {
            "networkInterfaces": [{"id": str(ids.interface), "properties": {"primary": True, "deleteOption": "Delete"}}]
        },
        "diagnosticsProfile": {"bootDiagnostics": {"enabled": True}},
    }
    if subject.security_type == "TrustedLaunch":  # Standard is no value that this api-version takes
        properties["securityProfile"] = _TRUSTED
    if profile is not None:
        properties["osProfile"] = profile
    body: Body = {"location": subject.location, "tags": dict(own_tags), "properties": properties}
    return {**body, "plan": plan.plan} if plan.plan else body


def run_command_body(plan: Plan, seconds: float) -> Body:
    """The script as a managed run command."""
    source = {"script": plan.request.script or ""}
    properties = {"source": source, "asyncExecution": False, "timeoutInSeconds": max(60, int(seconds))}
    return {"location": plan.subject.location, "properties": properties}
