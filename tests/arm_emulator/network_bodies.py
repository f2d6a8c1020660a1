"""Responses of Microsoft.Network: keys, their order, and changes by api-version (recorded)."""

from __future__ import annotations

import uuid

from .context import Context
from .messages import Json
from .network_use import below, group_users, holder, users
from .paths import parse
from .resource_types import TYPES, parent_kind
from .security_rules import DEFAULT_RULES, RULE_LISTS
from .store import Resource

IPAM = "2024-05-01"  # in 2024 recorded with 2024-01-01 already, since November 2024 no longer
VNET_POLICIES = "2024-03-01"
DDOS_SETTINGS = "2022-11-01"
NEWER_INTERFACE = "2022-01-01"  # absent in 2018-01-01
NEWEST_INTERFACE = "2022-11-01"
SKU_TIER = "2020-07-01"

_ORDER = {
    "subnet": "name id etag properties type",
    "security_rule": "name id etag type properties",
    "public_ip_address": "name id etag location tags properties type sku",
    "network_interface": "name id etag tags properties type location kind",
}
_USUAL = "name id etag type location tags properties"
_OLD_INTERFACE = "name id etag location tags properties type"


def render(ctx: Context, resource: Resource, capitals: bool = True) -> Json:
    """A resource. Reads spell the interfaces of a subnet in capitals, the answers to writes do not (recorded)."""
    makers = {
        "virtual_network": _network,
        "subnet": _subnet,
        "network_security_group": _group,
        "security_rule": _rule,
        "public_ip_address": _address,
        "network_interface": _interface,
    }
    maker = makers.get(resource.kind)
    properties = maker(ctx, resource, capitals) if maker else {}
    order = _ORDER.get(resource.kind, _USUAL)
    if resource.kind == "network_interface" and ctx.version < NEWER_INTERFACE:
        order = _OLD_INTERFACE
    values: Json = {
        "name": resource.name,
        "id": resource.id,
        "etag": etag(ctx, resource),
        "type": TYPES[resource.kind],
        "location": resource.body.get("location"),
        "tags": resource.body.get("tags"),
        "properties": {"provisioningState": state(resource), **properties},
        "sku": _sku(ctx, resource),
        "kind": "Regular",
    }
    return {name: values[name] for name in order.split() if values[name] is not None}


def state(resource: Resource) -> str:
    """Updating also while it is created (recorded)."""
    return "Updating" if resource.state == "Creating" else resource.state


def etag(ctx: Context, resource: Resource) -> str:
    """It changes with every change of the resource or of its children, which have the same one."""
    if parent_kind(resource.kind):
        resource = ctx.store.resources.get(parse(resource.id).parent().key, resource)
    text = f"{resource.key}|{resource.extra.get('revision', 0)}|{state(resource)}"
    return f'W/"{uuid.uuid5(uuid.NAMESPACE_URL, text)}"'


def guid(resource: Resource) -> str:
    """Its resourceGuid."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{resource.key}|{resource.extra.get('born', '')}"))


def _ipam(ctx: Context) -> Json:
    return {"ipamPoolPrefixAllocations": []} if ctx.version >= IPAM else {}


def _network(ctx: Context, network: Resource, capitals: bool) -> Json:
    stored = network.properties
    policies = {"privateEndpointVNetPolicies": "Disabled"} if ctx.version >= VNET_POLICIES else {}
    dhcp = {"dhcpOptions": stored["dhcpOptions"]} if stored.get("dhcpOptions") else {}
    return {
        "resourceGuid": guid(network),
        "addressSpace": {"addressPrefixes": stored["addressPrefixes"], **_ipam(ctx)},
        **dhcp,
        **policies,
        "subnets": [render(ctx, subnet, capitals) for subnet in below(ctx, network.key, "subnet")],
        "virtualNetworkPeerings": [],
        "enableDdosProtection": bool(stored.get("enableDdosProtection")),
    }


def _subnet(ctx: Context, subnet: Resource, capitals: bool) -> Json:
    stored = subnet.properties
    properties: Json = {"addressPrefix": stored["addressPrefix"], **_ipam(ctx)}
    if stored.get("networkSecurityGroup"):
        properties["networkSecurityGroup"] = stored["networkSecurityGroup"]
    held = users(ctx, subnet, "subnet")
    if held:
        properties["ipConfigurations"] = [{"id": _capitals(rid) if capitals else rid} for rid in held]
    properties["delegations"] = stored.get("delegations") or []
    properties["privateEndpointNetworkPolicies"] = stored.get("privateEndpointNetworkPolicies") or "Disabled"
    properties["privateLinkServiceNetworkPolicies"] = stored.get("privateLinkServiceNetworkPolicies") or "Enabled"
    if stored.get("defaultOutboundAccess") is not None:
        properties["defaultOutboundAccess"] = stored["defaultOutboundAccess"]
    return properties


def _capitals(configuration: str) -> str:
    """The names of an IP configuration's id in capitals: group, interface and configuration."""
    parts = configuration.split("/")
    return "/".join(part.upper() if index in (4, 8, 10) else part for index, part in enumerate(parts))


def _group(ctx: Context, group: Resource, capitals: bool) -> Json:
    rules = [render(ctx, rule) for rule in below(ctx, group.key, "security_rule")]
    properties: Json = {"resourceGuid": guid(group), "securityRules": rules}
    kind = "defaultSecurityRules"
    properties[kind] = [
        {
            "name": name,
            "id": f"{group.id}/{kind}/{name}",
            "etag": etag(ctx, group),
            "type": f"{TYPES[group.kind]}/{kind}",
            "properties": {"provisioningState": state(group), **rule, **{part: [] for part in RULE_LISTS}},
        }
        for name, rule in DEFAULT_RULES.items()
    ]
    for name, used in (("networkInterfaces", "network_interface"), ("subnets", "subnet")):
        found = group_users(ctx, group, used)
        if found:
            properties[name] = [{"id": rid} for rid in found]
    return properties


def _rule(ctx: Context, rule: Resource, capitals: bool) -> Json:
    order = (
        "description protocol sourcePortRange destinationPortRange sourceAddressPrefix destinationAddressPrefix access "
        "priority direction"
    )
    stored = rule.properties
    properties = {name: stored[name] for name in order.split() if stored.get(name) is not None}
    properties |= {name: stored.get(name) or [] for name in RULE_LISTS}
    for name in ("sourceApplicationSecurityGroups", "destinationApplicationSecurityGroups"):
        if stored.get(name):
            properties[name] = stored[name]
    return properties


def _sku(ctx: Context, resource: Resource) -> Json | None:
    if resource.kind != "public_ip_address":
        return None
    tier = {"tier": "Regional"} if ctx.version >= SKU_TIER else {}
    return {"name": resource.body.get("sku") or "Basic", **tier}


def _address(ctx: Context, address: Resource, capitals: bool) -> Json:
    stored = address.properties
    properties: Json = {"resourceGuid": guid(address)}
    static = stored["publicIPAllocationMethod"] == "Static"
    held = users(ctx, address, "publicIPAddress")
    if state(address) == "Succeeded" and (static or held):
        number = uuid.uuid5(uuid.NAMESPACE_OID, address.key).bytes
        properties["ipAddress"] = f"20.{number[0]}.{number[1]}.{number[2]}"
    properties["publicIPAddressVersion"] = stored["publicIPAddressVersion"]
    properties["publicIPAllocationMethod"] = stored["publicIPAllocationMethod"]
    properties["idleTimeoutInMinutes"] = stored["idleTimeoutInMinutes"]
    properties["ipTags"] = []
    if held:
        properties["ipConfiguration"] = {"id": held[0]}
    if ctx.version >= DDOS_SETTINGS:
        properties["ddosSettings"] = {"protectionMode": "VirtualNetworkInherited"}
    return properties


def _interface(ctx: Context, interface: Resource, capitals: bool) -> Json:
    stored, machine = interface.properties, holder(ctx, interface)
    newer, newest = ctx.version >= NEWER_INTERFACE, ctx.version >= NEWEST_INTERFACE
    properties: Json = {"resourceGuid": guid(interface)}
    properties["ipConfigurations"] = [_configuration(ctx, interface, entry) for entry in stored["ipConfigurations"]]
    properties["dnsSettings"] = _dns(interface)
    if machine:
        properties["macAddress"] = "00-0D-3A-" + "-".join(
            f"{byte:02X}" for byte in uuid.UUID(guid(interface)).bytes[:3]
        )
    if newest or not newer or stored.get("enableAcceleratedNetworking") is not None:
        properties["enableAcceleratedNetworking"] = bool(stored.get("enableAcceleratedNetworking"))
    if newer:
        properties["vnetEncryptionSupported"] = False
    properties["enableIPForwarding"] = bool(stored.get("enableIPForwarding"))
    if newest:
        properties["disableTcpStateTracking"] = bool(stored.get("disableTcpStateTracking"))
    if stored.get("networkSecurityGroup"):
        properties["networkSecurityGroup"] = stored["networkSecurityGroup"]
    if machine:
        properties |= {"primary": True, "virtualMachine": {"id": machine}}
    if newer:
        properties |= {"hostedWorkloads": [], "tapConfigurations": [], "nicType": "Standard", "allowPort25Out": True}
        properties["auxiliaryMode"] = "None"
    if newest:
        properties["auxiliarySku"] = "None"
    return properties


def _configuration(ctx: Context, interface: Resource, entry: Json) -> Json:
    order = (
        "privateIPAddress privateIPAllocationMethod publicIPAddress subnet primary privateIPAddressVersion "
        "loadBalancerBackendAddressPools loadBalancerInboundNatRules applicationSecurityGroups"
    )
    kept = entry["properties"]
    return {
        "name": entry["name"],
        "id": f"{interface.id}/ipConfigurations/{entry['name']}",
        "etag": etag(ctx, interface),
        "type": "Microsoft.Network/networkInterfaces/ipConfigurations",
        "properties": {
            "provisioningState": state(interface),
            **{name: kept[name] for name in order.split() if kept.get(name) is not None},
        },
    }


def _dns(interface: Resource) -> Json:
    stored = interface.properties.get("dnsSettings") or {}
    suffix = f"{uuid.uuid5(uuid.NAMESPACE_DNS, interface.key).hex[:26]}.dx.internal.cloudapp.net"
    settings: Json = {"dnsServers": stored.get("dnsServers") or [], "appliedDnsServers": []}
    label = stored.get("internalDnsNameLabel")
    if label:
        settings |= {"internalDnsNameLabel": label, "internalFqdn": f"{label}.{suffix}"}
    return {**settings, "internalDomainNameSuffix": suffix}
