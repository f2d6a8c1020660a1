"""Select the handler of a request by the kind of its target, whether it is a list, and the method."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

from . import (
    definitions,
    directory,
    disks,
    galleries,
    groups,
    images,
    locks,
    machine_actions,
    machines,
    network,
    resource_list,
    rights,
    run_commands,
    scale_set_actions,
    scale_sets,
    sizes,
    versions,
)
from .context import Context
from .messages import Answer

Handler = Callable[[Context], Answer]
ROUTES: dict[tuple[str, bool, str], Handler] = {
    ("tenant", True, "GET"): directory.tenants,
    ("subscription", True, "GET"): directory.subscriptions,
    ("subscription", False, "GET"): directory.subscription,
    ("location", True, "GET"): directory.locations,
    ("machine_size", True, "GET"): sizes.listing,
    ("provider", True, "GET"): directory.providers,
    ("provider", False, "GET"): directory.provider,
    ("provider_register", False, "POST"): directory.register,
    ("resource_group", True, "GET"): groups.listing,
    ("resource_group", False, "GET"): groups.read,
    ("resource_group", False, "HEAD"): groups.exists,
    ("resource_group", False, "PUT"): groups.write,
    ("resource_group", False, "PATCH"): groups.write,
    ("resource_group", False, "DELETE"): groups.remove,
    ("group_operation", False, "GET"): groups.results,
    ("gallery_share", False, "POST"): galleries.share,
    ("recycle_bin", True, "GET"): versions.recycle_bin,
    ("permission", True, "GET"): rights.permissions,
    ("role_assignment", True, "GET"): rights.role_assignments,
    ("resource", True, "GET"): resource_list.listing,
    ("machine_generalize", False, "POST"): machine_actions.generalize,
    ("machine_boot_diagnostics", False, "POST"): machine_actions.boot_diagnostics,
    ("machine_run_command", False, "POST"): run_commands.run,
    ("scale_set_instance", True, "GET"): scale_sets.instances,
    ("scale_set_instance", False, "GET"): scale_sets.instance,
    ("scale_set_view", False, "GET"): scale_set_actions.view,
    ("scale_set_upgrade_history", False, "GET"): scale_set_actions.history,
}
# A module of these has listing, read, write (PUT and PATCH) and remove.
RESOURCES: dict[str, ModuleType] = {
    "managed_image": images,
    "gallery": galleries,
    "image_definition": definitions,
    "image_version": versions,
    "virtual_network": network,
    "subnet": network,
    "network_security_group": network,
    "security_rule": network,
    "application_security_group": network,
    "public_ip_address": network,
    "network_interface": network,
    "lock": locks,
    "virtual_machine": machines,
    "run_command": run_commands,
    "scale_set": scale_sets,
    "disk": disks,
}
for _kind, _module in RESOURCES.items():
    ROUTES[(_kind, True, "GET")] = _module.listing
    ROUTES[(_kind, False, "GET")] = _module.read
    ROUTES[(_kind, False, "PUT")] = ROUTES[(_kind, False, "PATCH")] = _module.write
    ROUTES[(_kind, False, "DELETE")] = _module.remove
for _kind in ("lock", "subnet", "security_rule"):
    del ROUTES[(_kind, False, "PATCH")]
for _kind in machine_actions.POWER:
    ROUTES[(_kind, False, "POST")] = machine_actions.power
for _kind in scale_set_actions.ACTIONS:
    ROUTES[(_kind, False, "POST")] = scale_set_actions.act
