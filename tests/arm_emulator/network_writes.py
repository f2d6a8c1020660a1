"""PUT of a network resource: validate and store its body."""

from __future__ import annotations

import ipaddress
from typing import Any

from . import rights
from .common import choice
from .context import Context
from .errors import ArmError, invalid
from .messages import Json
from .network_use import below, configurations, reference, refuse_subnet
from .paths import split_id
from .security_rules import RULE_LISTS
from .store import Resource

_RULE_TEXTS = (
    "description protocol sourcePortRange destinationPortRange sourceAddressPrefix destinationAddressPrefix access "
    "priority direction"
)
_RULE = (
    *_RULE_TEXTS.split(),
    *RULE_LISTS,
    "sourceApplicationSecurityGroups",
    "destinationApplicationSecurityGroups",
)
_RULE_NEEDS = ("protocol", "access", "priority", "direction")
_SUBNET = (
    "delegations",
    "privateEndpointNetworkPolicies",
    "privateLinkServiceNetworkPolicies",
    "defaultOutboundAccess",
    "networkSecurityGroup",
)
_INTERFACE = (
    "dnsSettings",
    "enableAcceleratedNetworking",
    "enableIPForwarding",
    "disableTcpStateTracking",
    "networkSecurityGroup",
)
RESERVED_ADDRESSES = 4  # the network itself and three of Azure's own: the first interface gets .4 (recorded)


def take(ctx: Context, resource: Resource, sent: Json) -> None:
    """Store the body of a PUT; omitted properties are removed."""
    takers = {
        "virtual_network": _network,
        "subnet": _subnet,
        "network_security_group": _group,
        "security_rule": _rule,
        "public_ip_address": _address,
        "network_interface": _interface,
    }
    taker = takers.get(resource.kind)
    resource.body["properties"] = taker(ctx, resource, sent) if taker else {}


def _prefixes(values: Any, path: str) -> list[str]:
    if not isinstance(values, list) or not values:
        raise invalid(f"Required parameter '{path}' is missing (null).", path)
    for value in values:
        prefix(value, path)
    return [str(value) for value in values]


def prefix(value: object, path: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """An address prefix; the refusal is a guess."""
    try:
        return ipaddress.ip_network(str(value))
    except ValueError:
        text = f"The address prefix {value} in {path} has an invalid value."
        raise ArmError(400, "InvalidAddressPrefixFormat", text, details=True) from None


def _network(ctx: Context, network: Resource, sent: Json) -> Json:
    space = sent.get("addressSpace") or {}
    stored: Json = {"addressPrefixes": _prefixes(space.get("addressPrefixes"), "addressSpace.addressPrefixes")}
    for name in ("enableDdosProtection", "dhcpOptions"):
        if sent.get(name) is not None:
            stored[name] = sent[name]
    _children(ctx, network, "subnet", "subnets", sent)
    return stored


def _group(ctx: Context, group: Resource, sent: Json) -> Json:
    _children(ctx, group, "security_rule", "securityRules", sent)
    return {}


def _children(ctx: Context, parent: Resource, kind: str, segment: str, sent: Json) -> None:
    """The children that a PUT of the parent lists replace those that it had."""
    kept = {child.name.lower(): child for child in below(ctx, parent.key, kind)}
    taken: list[Resource] = []
    for entry in sent.get(segment) or []:
        name = _name(entry, segment)
        child = kept.get(name.lower())
        rid = child.id if child else f"{parent.id}/{segment}/{name}"
        taken.append(Resource(rid, kind, {}, created=child.created if child else None))
        take(ctx, taken[-1], entry.get("properties") or {})
    gone = {child.key for child in kept.values()} - {child.key for child in taken}
    for key in gone:
        if kind == "subnet":
            refuse_subnet(ctx, ctx.store.resources[key])
    for key in gone:
        ctx.store.remove(key)
    for child in taken:
        ctx.store.add(child)


def _name(entry: Json, path: str) -> str:
    """The name of an entry of a list; the refusal of a missing one is a guess."""
    if not entry.get("name"):
        raise invalid(f"Required parameter '{path}.name' is missing (null).", path)
    return str(entry["name"])


def _subnet(ctx: Context, subnet: Resource, sent: Json) -> Json:
    given = sent.get("addressPrefix") or next(iter(sent.get("addressPrefixes") or []), None)
    if not given:
        raise invalid("Required parameter 'addressPrefix' is missing (null).", "subnet.addressPrefix")
    prefix(given, f"subnet {subnet.name}")
    require(ctx, subnet, reference(sent.get("networkSecurityGroup")))
    kept = {name: sent[name] for name in _SUBNET if sent.get(name) is not None}
    return {"addressPrefix": given, **kept}


def _rule(ctx: Context, rule: Resource, sent: Json) -> Json:
    for name in _RULE_NEEDS:
        if sent.get(name) is None:
            raise invalid(f"Required parameter '{name}' is missing (null).", f"securityRule.{name}")
    return {name: sent[name] for name in _RULE if sent.get(name) is not None}


def _address(ctx: Context, address: Resource, sent: Json) -> Json:
    sku = ctx.body().get("sku")
    address.body["sku"] = str((sku or {}).get("name") or "Basic") if sku is None or isinstance(sku, dict) else "Basic"
    method = sent.get("publicIPAllocationMethod") or ("Static" if address.body["sku"] == "Standard" else "Dynamic")
    return {
        "publicIPAddressVersion": sent.get("publicIPAddressVersion") or "IPv4",
        "publicIPAllocationMethod": choice(method, ("Static", "Dynamic"), "publicIPAddress.publicIPAllocationMethod"),
        "idleTimeoutInMinutes": sent.get("idleTimeoutInMinutes") or 4,
    }


# -- interfaces ------------------------------------------------------------------------------------------------
def _interface(ctx: Context, interface: Resource, sent: Json) -> Json:
    entries = sent.get("ipConfigurations") or []
    if not entries:
        text = f"Network interface {interface.id} must have one or more IP configurations."  # a guess
        raise ArmError(400, "NetworkInterfaceMustHaveAtLeastOneIpConfiguration", text, details=True)
    require(ctx, interface, reference(sent.get("networkSecurityGroup")))
    had = {entry["name"]: entry["properties"] for entry in interface.properties.get("ipConfigurations", [])}
    stored = {name: sent[name] for name in _INTERFACE if sent.get(name) is not None}
    stored["ipConfigurations"] = [
        _configuration(ctx, interface, entry, had.get(entry.get("name"), {}), first=index == 0)
        for index, entry in enumerate(entries)
    ]
    return stored


def _configuration(ctx: Context, interface: Resource, entry: Json, had: Json, *, first: bool) -> Json:
    sent = entry.get("properties") or {}
    subnet = require(ctx, interface, reference(sent.get("subnet")))
    if subnet is None:
        raise invalid("Required parameter 'subnet' is missing (null).", "ipConfiguration.subnet")
    rights.require_linked(ctx, "Microsoft.Network/virtualNetworks/subnets/join/action", subnet.id)
    require(ctx, interface, reference(sent.get("publicIPAddress")))
    kept = {name: value for name, value in sent.items() if value is not None and name != "provisioningState"}
    kept["subnet"] = {"id": sent["subnet"]["id"]}
    kept.setdefault("privateIPAllocationMethod", "Dynamic")
    kept.setdefault("privateIPAddressVersion", "IPv4")
    kept.setdefault("primary", first)
    if not kept.get("privateIPAddress"):
        kept["privateIPAddress"] = had.get("privateIPAddress") or _free(ctx, subnet)
    return {"name": _name(entry, "ipConfigurations"), "properties": kept}


def _free(ctx: Context, subnet: Resource) -> str:
    """The lowest free address of a subnet. The refusal of a full one is a guess."""
    known = configurations(ctx, ctx.target.subscription)
    taken = {entry.get("privateIPAddress") for _rid, entry in known if reference(entry["subnet"]).lower() == subnet.key}
    network = prefix(subnet.properties["addressPrefix"], subnet.name)
    for number in range(RESERVED_ADDRESSES, network.num_addresses - 1):
        if str(network[number]) not in taken:
            return str(network[number])
    text = (
        f"Subnet {subnet.name} with address prefix {subnet.properties['addressPrefix']} does not have enough capacity "
        "for 1 IP addresses."
    )
    raise ArmError(400, "SubnetIsFull", text, details=True)


def require(ctx: Context, resource: Resource, rid: str) -> Resource | None:
    """What a body refers to; None when it refers to nothing. The refusal is general knowledge, not recorded."""
    if not rid:
        return None
    target = split_id(rid)
    found = ctx.get(rid) if target is not None else None
    place = found if found is None or found.location else ctx.get(target.parent().key) if target else None
    wanted = resource.location or _home(ctx, resource)
    if found is None or (place is not None and place.location != wanted):
        text = (
            f"Resource {rid} referenced by resource {resource.id} was not found. Please make sure that the referenced "
            "resource exists, and that both resources are in the same region."
        )
        raise ArmError(400, "InvalidResourceReference", text, details=True)
    return found


def _home(ctx: Context, child: Resource) -> str:
    """The region of a subnet: its network's, which may be on its way into the store."""
    parent = split_id(child.id)
    network = ctx.store.resources.get(parent.parent().key) if parent else None
    return network.location if network else str(ctx.body().get("location") or "")
