"""References between network resources, and the deletes that they forbid."""

from __future__ import annotations

from collections.abc import Iterator

from . import attachments, lifecycle
from .context import Context
from .errors import ArmError
from .messages import Json
from .paths import parse
from .store import Resource


def refuse_attach(ctx: Context, interface_id: str, machine_id: str) -> None:
    """Refuse an interface that another machine has or had until just now. That a create is refused so is a guess."""
    interface = ctx.get(interface_id)
    if interface is None:
        return
    held_by = holder(ctx, interface) or machine_id
    if held_by.lower() != machine_id.lower():
        raise _refusal("NicInUse", _nic_in_use(interface.id, held_by))
    refuse_reserved(interface, ctx.now, machine_id)


def holder(ctx: Context, interface: Resource) -> str:
    """The machine that has an interface; empty when none has it. A machine that is gone by now has left it."""
    ctx.get(interface.id)
    return attachments.holder(interface)


def refuse_reserved(interface: Resource, now: float, machine_id: str = "") -> None:
    """NicReservedForAnotherVm, its wording as seen."""
    until, held_by = interface.extra.get(attachments.RESERVED, (0.0, ""))
    if now < until and held_by.lower() != machine_id.lower():
        text = (
            "Nic(s) in request is reserved for another Virtual Machine for 180 seconds. Please provide another nic(s) "
            f"or retry after 180 seconds. Reserved VM: {held_by}"
        )
        raise _refusal("NicReservedForAnotherVm", text)


# -- who uses what -----------------------------------------------------------------------------------------------
def touched(resource: Resource) -> None:
    """To be called after a change of a network resource: it gets another etag."""
    resource.extra["revision"] = resource.extra.get("revision", 0) + 1
    resource.touch()


def reference(value: object) -> str:
    """The ID in `{"id": …}`, or an empty string."""
    return str(value.get("id") or "") if isinstance(value, dict) else ""


def below(ctx: Context, key: str, kind: str) -> list[Resource]:
    """The resources of a kind in a subscription, a group or a parent, as they are now."""
    return lifecycle.children(ctx.store, ctx.settings, key, kind, ctx.now)


def configurations(ctx: Context, subscription: str) -> Iterator[tuple[str, Json]]:
    """Every IP configuration of the interfaces of a subscription, with its id."""
    for interface in below(ctx, f"/subscriptions/{subscription}", "network_interface"):
        for entry in interface.properties["ipConfigurations"]:
            yield f"{interface.id}/ipConfigurations/{entry['name']}", entry["properties"]


def users(ctx: Context, resource: Resource, name: str) -> list[str]:
    """The IP configurations that refer to a subnet (`subnet`) or an address (`publicIPAddress`), by id."""
    found = configurations(ctx, parse(resource.id).subscription)
    return sorted(rid for rid, entry in found if reference(entry.get(name)).lower() == resource.key)


def group_users(ctx: Context, group: Resource, kind: str) -> list[str]:
    """The interfaces or subnets behind a network security group."""
    subscription = f"/subscriptions/{parse(group.id).subscription}"
    found = below(ctx, subscription, "network_interface")
    if kind == "subnet":
        networks = below(ctx, subscription, "virtual_network")
        found = [subnet for network in networks for subnet in below(ctx, network.key, "subnet")]
    return [one.id for one in found if reference(one.properties.get("networkSecurityGroup")).lower() == group.key]


# -- what may not be deleted (recorded 2021) -----------------------------------------------------------------------
def _refusal(code: str, text: str) -> ArmError:
    return ArmError(400, code, text, details=True)


def _nic_in_use(interface_id: str, held_by: str) -> str:
    return (
        f"Network Interface {interface_id} is used by existing resource {held_by}. In order to delete the network "
        "interface, it must be dissociated from the resource. To learn more, see aka.ms/deletenic."
    )


def refuse_delete(ctx: Context, resource: Resource) -> None:
    """Refuse to delete a resource in use."""
    if resource.kind == "network_interface":
        held_by = holder(ctx, resource)
        if held_by:
            raise _refusal("NicInUse", _nic_in_use(resource.id, held_by))
        refuse_reserved(resource, ctx.now)
    elif resource.kind == "network_security_group":
        _refuse_group(ctx, resource)
    elif resource.kind == "public_ip_address":
        _refuse_address(ctx, resource)
    elif resource.kind == "virtual_network":
        for subnet in below(ctx, resource.key, "subnet"):
            refuse_subnet(ctx, subnet)
    elif resource.kind == "subnet":
        refuse_subnet(ctx, resource)


def refuse_subnet(ctx: Context, subnet: Resource) -> None:
    """A subnet with interfaces stays."""
    found = users(ctx, subnet, "subnet")
    if found:
        text = (
            f"Subnet {subnet.name} is in use by {found[0]} and cannot be deleted. In order to delete the subnet, delete "
            "all the resources within the subnet. See aka.ms/deletesubnet."
        )
        raise _refusal("InUseSubnetCannotBeDeleted", text)


def _refuse_group(ctx: Context, group: Resource) -> None:
    found = group_users(ctx, group, "network_interface") + group_users(ctx, group, "subnet")
    if found:
        text = (
            f"Network security group {group.id} cannot be deleted because it is in use by the following resources: "
            f"{', '.join(found)}. In order to delete the Network security group, remove the association with the "
            "resource(s). To learn how to do this, see aka.ms/deletensg."
        )
        raise _refusal("InUseNetworkSecurityGroupCannotBeDeleted", text)


def _refuse_address(ctx: Context, address: Resource) -> None:
    found = users(ctx, address, "publicIPAddress")
    if found:
        text = (
            f"Public IP address {address.id} can not be deleted since it is still allocated to resource {found[0]}. In "
            "order to delete the public IP, disassociate/detach the Public IP address from the resource.  To learn how "
            "to do this, see aka.ms/deletepublicip."
        )
        raise _refusal("PublicIPAddressCannotBeDeleted", text)
