"""The resource types that are emulated. A new one is an entry here, and a module of handlers in `routes.py`."""

from __future__ import annotations

from dataclasses import dataclass

from .version_lists import COMPUTE, DISKS, GALLERIES, LOCKS, NETWORK


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A type of resource: its name in Azure and its properties."""

    type: str
    versions: tuple[str, ...] = ()  # none: any date is taken
    by_subscription: bool = False  # can be listed for a whole subscription
    capitals: bool = False  # only that list spells the resource group in capitals (recorded)
    operations: str = "operations"  # what the URL of an operation calls them

    @property
    def namespace(self) -> str:
        """The resource provider."""
        return self.type.partition("/")[0]

    @property
    def collection(self) -> str:
        """The type without its namespace: `galleries/images`."""
        return self.type.partition("/")[2]


_NETWORK = "Microsoft.Network/"
_GALLERY = "Microsoft.Compute/galleries"
_MACHINE = "Microsoft.Compute/virtualMachines"
_SCALE_SET = "Microsoft.Compute/virtualMachineScaleSets"
RESOURCE_TYPES: dict[str, ResourceType] = {
    "resource_group": ResourceType("Microsoft.Resources/resourceGroups"),
    "gallery": ResourceType(_GALLERY, GALLERIES, True, operations="capsOperations"),
    "image_definition": ResourceType(f"{_GALLERY}/images", GALLERIES, operations="capsOperations"),
    "image_version": ResourceType(f"{_GALLERY}/images/versions", GALLERIES, operations="capsOperations"),
    "managed_image": ResourceType("Microsoft.Compute/images", COMPUTE, True),
    "virtual_network": ResourceType(f"{_NETWORK}virtualNetworks", NETWORK, True),
    "subnet": ResourceType(f"{_NETWORK}virtualNetworks/subnets", NETWORK),
    "network_security_group": ResourceType(f"{_NETWORK}networkSecurityGroups", NETWORK, True),
    "security_rule": ResourceType(f"{_NETWORK}networkSecurityGroups/securityRules", NETWORK),
    "application_security_group": ResourceType(f"{_NETWORK}applicationSecurityGroups", NETWORK, True),
    "public_ip_address": ResourceType(f"{_NETWORK}publicIPAddresses", NETWORK, True),
    "network_interface": ResourceType(f"{_NETWORK}networkInterfaces", NETWORK, True),
    "lock": ResourceType("Microsoft.Authorization/locks", LOCKS, True),
    "virtual_machine": ResourceType(_MACHINE, COMPUTE, True, True),
    "run_command": ResourceType(f"{_MACHINE}/runCommands", COMPUTE),
    "scale_set": ResourceType(_SCALE_SET, COMPUTE, True, True),
    "scale_set_instance": ResourceType(f"{_SCALE_SET}/virtualMachines", COMPUTE),
    "disk": ResourceType("Microsoft.Compute/disks", DISKS, True, operations="DiskOperations"),
}
TYPES = {kind: known.type for kind, known in RESOURCE_TYPES.items()}
KINDS_BY_TYPE = {known.type.lower(): kind for kind, known in RESOURCE_TYPES.items()}

# What is asked for below a resource and is no resource: the kind of the request, the kind whose api-versions count,
# and whether it is a list.
VIEWS: dict[str, tuple[str, str, bool]] = {
    f"{_GALLERY}/share": ("gallery_share", "gallery", False),
    f"{_GALLERY}/softDeletedArtifactTypes/artifacts/versions": ("recycle_bin", "gallery", True),
    f"{_MACHINE}/deallocate": ("machine_deallocate", "virtual_machine", False),
    f"{_MACHINE}/generalize": ("machine_generalize", "virtual_machine", False),
    f"{_MACHINE}/powerOff": ("machine_power_off", "virtual_machine", False),
    f"{_MACHINE}/restart": ("machine_restart", "virtual_machine", False),
    f"{_MACHINE}/retrieveBootDiagnosticsData": ("machine_boot_diagnostics", "virtual_machine", False),
    f"{_MACHINE}/runCommand": ("machine_run_command", "virtual_machine", False),
    f"{_MACHINE}/start": ("machine_start", "virtual_machine", False),
    f"{_SCALE_SET}/deallocate": ("scale_set_deallocate", "scale_set", False),
    f"{_SCALE_SET}/delete": ("scale_set_delete_instances", "scale_set", False),
    f"{_SCALE_SET}/instanceView": ("scale_set_view", "scale_set", False),
    f"{_SCALE_SET}/manualupgrade": ("scale_set_upgrade", "scale_set", False),
    f"{_SCALE_SET}/osUpgradeHistory": ("scale_set_upgrade_history", "scale_set", False),
    f"{_SCALE_SET}/poweroff": ("scale_set_power_off", "scale_set", False),
    f"{_SCALE_SET}/reimage": ("scale_set_reimage", "scale_set", False),
    f"{_SCALE_SET}/restart": ("scale_set_restart", "scale_set", False),
    f"{_SCALE_SET}/start": ("scale_set_start", "scale_set", False),
}
# What Microsoft.Authorization has at any scope: a subscription, a resource group, a resource.
EXTENSIONS = {"locks": "lock", "permissions": "permission", "roleassignments": "role_assignment"}
VIEWS_BY_PATH = {path.lower(): view for path, view in VIEWS.items()}
VIEWED = {kind: owner for kind, owner, _listing in VIEWS.values()}


def parent_kind(kind: str) -> str | None:
    """The kind of resource that one of this kind lies in; None if that is the resource group."""
    return KINDS_BY_TYPE.get(RESOURCE_TYPES[kind].type.lower().rpartition("/")[0])


_ACTIONS = {
    "resource_group": "Microsoft.Resources/subscriptions/resourceGroups",
    "resource": "Microsoft.Resources/subscriptions/resourceGroups/resources",
    "role_assignment": "Microsoft.Authorization/roleAssignments",
}


def action(kind: str, method: str) -> str:
    """The action that a request needs a right for: `Microsoft.Compute/galleries/share/action`."""
    if kind in VIEWED:
        path = next(path for path, view in VIEWS.items() if view[0] == kind)
        return f"{path}/{'read' if method == 'GET' else 'action'}"
    known = _ACTIONS.get(kind) or TYPES.get(kind, "Microsoft.Resources/subscriptions")
    return f"{known}/" + {"GET": "read", "HEAD": "read", "DELETE": "delete"}.get(method, "write")


def is_compute(kind: str) -> bool:
    """Whether Microsoft.Compute answers for it."""
    return kind in RESOURCE_TYPES and RESOURCE_TYPES[kind].namespace == "Microsoft.Compute"
