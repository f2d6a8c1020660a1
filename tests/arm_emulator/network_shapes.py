"""Of which JSON type the properties of a network resource and of a lock are."""

from __future__ import annotations

from typing import Any

# The names of the types in refusals.
TEXT, NUMBER, FLAG, OBJECT = "String", "Int32", "Boolean", "Object"

_ID = {"id": TEXT}
_SUBNET = {
    "addressPrefix": TEXT,
    "addressPrefixes": [TEXT],
    "networkSecurityGroup": _ID,
    "delegations": [OBJECT],
    "privateEndpointNetworkPolicies": TEXT,
    "privateLinkServiceNetworkPolicies": TEXT,
    "defaultOutboundAccess": FLAG,
}
_RULE = {
    **dict.fromkeys(
        ("description", "protocol", "access", "direction", "sourcePortRange", "destinationPortRange"), TEXT
    ),
    **dict.fromkeys(("sourceAddressPrefix", "destinationAddressPrefix"), TEXT),
    **{name: [TEXT] for name in ("sourcePortRanges", "destinationPortRanges")},
    **{name: [TEXT] for name in ("sourceAddressPrefixes", "destinationAddressPrefixes")},
    **{name: [_ID] for name in ("sourceApplicationSecurityGroups", "destinationApplicationSecurityGroups")},
    "priority": NUMBER,
}
_CONFIGURATION = {
    **dict.fromkeys(("privateIPAddress", "privateIPAllocationMethod", "privateIPAddressVersion"), TEXT),
    **dict.fromkeys(("subnet", "publicIPAddress"), _ID),
    "primary": FLAG,
}
NETWORK_SHAPES: dict[str, tuple[str, dict[str, Any]]] = {
    "virtual_network": (
        "virtualNetwork",
        {
            "addressSpace": {"addressPrefixes": [TEXT]},
            "subnets": [{"name": TEXT, "properties": _SUBNET}],
            "enableDdosProtection": FLAG,
            "dhcpOptions": OBJECT,
        },
    ),
    "subnet": ("subnet", _SUBNET),
    "network_security_group": ("networkSecurityGroup", {"securityRules": [{"name": TEXT, "properties": _RULE}]}),
    "security_rule": ("securityRule", _RULE),
    "public_ip_address": (
        "publicIPAddress",
        {"publicIPAllocationMethod": TEXT, "publicIPAddressVersion": TEXT, "idleTimeoutInMinutes": NUMBER},
    ),
    "network_interface": (
        "networkInterface",
        {
            "ipConfigurations": [{"name": TEXT, "properties": _CONFIGURATION}],
            "networkSecurityGroup": _ID,
            "dnsSettings": {"dnsServers": [TEXT], "internalDnsNameLabel": TEXT},
            **dict.fromkeys(("enableAcceleratedNetworking", "enableIPForwarding", "disableTcpStateTracking"), FLAG),
        },
    ),
    "lock": ("lock", {"level": TEXT, "notes": TEXT}),
}
