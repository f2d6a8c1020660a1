"""What AWX makes of the output of ansible-inventory, and what it hands to a job of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Inventory:
    """An inventory of AWX, filled by one update."""

    def __init__(self, output: Mapping[str, Any]) -> None:
        listed = dict(output)
        variables = listed.pop("_meta", {}).get("hostvars", {})
        everything = listed.pop("all", {})
        listed.pop("ungrouped", None)
        names = {*variables, *(name for group in (everything, *listed.values()) for name in group.get("hosts", []))}
        self.variables: dict[str, Any] = dict(everything.get("vars", {}))
        self.groups: dict[str, Any] = {group: listed.get(group, {}) for group in self._all_groups(everything, listed)}
        # Hosts get their numbers as they are imported.
        self.hosts = {
            name: {"id": number, "variables": variables.get(name, {})} for number, name in enumerate(names, 1)
        }

    @staticmethod
    def _all_groups(everything: Mapping[str, Any], listed: Mapping[str, Any]) -> list[str]:
        children = [*everything.get("children", []), *listed]
        return [name for name in dict.fromkeys(children) if name != "ungrouped"]

    def add_host(self, name: str, **variables: Any) -> None:
        """A host that was added by hand."""
        self.hosts[name] = {"id": len(self.hosts) + 1, "variables": variables}

    def script(self, slice_number: int = 0, slice_count: int = 1) -> dict[str, Any]:
        """What the executable inventory of a job prints: all hosts, or those of a slice."""
        names = sorted(self.hosts)
        if slice_count > 1 and slice_number:
            names = names[slice_number - 1 :: slice_count]
        grouped = {host for group in self.groups.values() for host in group.get("hosts", [])}
        everything: dict[str, Any] = {"hosts": [name for name in names if name not in grouped]}
        if self.variables:
            everything["vars"] = self.variables
        if self.groups:
            everything["children"] = list(self.groups)
        data: dict[str, Any] = {"all": everything}
        for group, content in self.groups.items():
            hosts = [host for host in content.get("hosts", []) if host in names]
            kept = {"hosts": hosts, "children": content.get("children"), "vars": content.get("vars")}
            if any(kept.values()):
                data[group] = {key: value for key, value in kept.items() if value}
        data["_meta"] = {"hostvars": {name: self._host(name) for name in names}}
        return data

    def _host(self, name: str) -> dict[str, Any]:
        host = self.hosts[name]
        own = {
            f"remote_{who}_{what}": value
            for who in ("host", "tower")
            for what, value in (("enabled", "true"), ("id", host["id"]))
        }
        return {**host["variables"], **own}
