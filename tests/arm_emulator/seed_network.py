"""Networks of a seed: virtual networks with subnets, security groups, public addresses, interfaces."""

from __future__ import annotations

import ipaddress
from typing import Any

from .messages import Json
from .paths import resource_id
from .seed_base import STATES, Planter
from .seed_reader import Reader, SeedError
from .store import Resource


class Networks(Planter):
    """Plants them."""

    lists = ("network_security_groups", "public_ip_addresses", "virtual_networks", "network_interfaces")

    def network_security_groups(self, entry: object, place: str) -> None:
        """Plant one, with the default rules alone."""
        reader = Reader(entry, place, "name resource_group location subscription tags provisioning_state")
        self._plant("network_security_group", reader, {})

    def public_ip_addresses(self, entry: object, place: str) -> None:
        """Plant one."""
        known = "name resource_group location subscription tags provisioning_state allocation_method sku"
        reader = Reader(entry, place, known)
        method = reader.one_of("allocation_method", ("Static", "Dynamic"), "Static")
        properties: Json = {"publicIPAddressVersion": "IPv4", "publicIPAllocationMethod": method}
        properties["idleTimeoutInMinutes"] = 4
        address = self._plant("public_ip_address", reader, properties)
        address.body["sku"] = reader.one_of("sku", ("Basic", "Standard"), "Standard")

    def virtual_networks(self, entry: object, place: str) -> None:
        """Plant one and its subnets: names, or objects."""
        known = "name resource_group location subscription tags provisioning_state address_prefixes subnets"
        reader = Reader(entry, place, known)
        listed = reader.entries("address_prefixes") or [("10.0.0.0/16", f"{place}.address_prefixes")]
        prefixes = [str(_prefix(value, at)) for value, at in listed]
        network = self._plant("virtual_network", reader, {"addressPrefixes": prefixes})
        for number, (subnet, at) in enumerate(reader.entries("subnets")):
            default = f"{prefixes[0].rpartition('.')[0].rpartition('.')[0]}.{number}.0/24"
            self._subnet({"name": subnet} if isinstance(subnet, str) else subnet, at, network, default)

    def _subnet(self, entry: object, place: str, network: Resource, default: str) -> None:
        reader = Reader(entry, place, "name address_prefix network_security_group default_outbound_access")
        properties: Json = {"addressPrefix": str(_prefix(reader.text("address_prefix", default), place))}
        self._group_of(reader, network, properties)
        if reader.raw("default_outbound_access") is not None:
            properties["defaultOutboundAccess"] = bool(reader.raw("default_outbound_access"))
        rid = f"{network.id}/subnets/{reader.text('name')}"
        self._add(Resource(rid, "subnet", {"properties": properties}, network.state), place)

    def network_interfaces(self, entry: object, place: str) -> None:
        """Plant one in a subnet; a virtual machine that has it need not be in the seed."""
        known = """name resource_group location subscription tags provisioning_state virtual_network subnet
            network_security_group private_ip_address virtual_machine"""
        reader = Reader(entry, place, known)
        subscription, group = self._subscription(reader), reader.text("resource_group")
        names = (reader.text("virtual_network"), reader.text("subnet"))
        subnet = self._need("subnet", subscription, group, names, place)
        network = self._need("virtual_network", subscription, group, names[:1], place)
        configuration: Json = {
            "privateIPAddress": reader.text("private_ip_address", self._free(subnet)),
            "privateIPAllocationMethod": "Dynamic",
            "subnet": {"id": subnet.id},
            "primary": True,
            "privateIPAddressVersion": "IPv4",
        }
        properties: Json = {"ipConfigurations": [{"name": "ipconfig1", "properties": configuration}]}
        self._group_of(reader, network, properties)
        interface = self._plant("network_interface", reader, properties, network.location)
        if interface.location != network.location:
            raise SeedError(f"{place}.location: must be that of its virtual network, {network.location}")
        if "virtual_machine" in reader:
            interface.extra["machine"] = self._machine(reader, interface)

    def _machine(self, reader: Reader, interface: Resource) -> str:
        text = reader.text("virtual_machine")
        if text.startswith("/subscriptions/"):
            return text
        return f"{interface.id.split('/Microsoft.Network/')[0]}/Microsoft.Compute/virtualMachines/{text}"

    def _free(self, subnet: Resource) -> str:
        """The first address that no interface of the seed has."""
        found = [one for one in self._store.resources.values() if one.kind == "network_interface"]
        entries = [entry["properties"] for one in found for entry in one.properties["ipConfigurations"]]
        taken = {entry["privateIPAddress"] for entry in entries if entry["subnet"]["id"] == subnet.id}
        network = ipaddress.ip_network(subnet.properties["addressPrefix"])
        return next(
            str(network[number]) for number in range(4, network.num_addresses) if str(network[number]) not in taken
        )

    def _group_of(self, reader: Reader, network: Resource, properties: Json) -> None:
        """The network security group of a subnet or an interface, by the name that it has in the same resource group."""
        if "network_security_group" in reader:
            base = network.id.split("/")
            names = (reader.text("network_security_group"),)
            found = self._need("network_security_group", base[2], base[4], names, reader.place)
            properties["networkSecurityGroup"] = {"id": found.id}

    def _plant(self, kind: str, reader: Reader, properties: Json, location: str | None = None) -> Resource:
        subscription = self._subscription(reader)
        group = self._need("resource_group", subscription, reader.text("resource_group"), (), reader.place)
        body: Json = {"location": reader.region("location", location or group.location)}
        reader.tags(body)
        body["properties"] = properties
        rid = resource_id(kind, subscription, group.name, (reader.text("name"),))
        state = reader.one_of("provisioning_state", STATES, "Succeeded")
        return self._add(Resource(rid, kind, body, state), reader.place)


def _prefix(value: Any, place: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(str(value))
    except ValueError:
        raise SeedError(f"{place}: must be an address prefix such as 10.0.0.0/24, is '{value}'") from None
