"""The interfaces of a virtual machine."""

from __future__ import annotations

from . import rights
from .common import choice
from .context import Context
from .errors import ArmError, invalid
from .machine_disks import DELETE_OPTIONS
from .messages import Json
from .network_use import refuse_attach
from .store import Resource


def read(ctx: Context, sent: Json | None, location: str) -> tuple[Json, list[Resource]]:
    """The network profile as stored, and the interfaces to attach."""
    entries = (sent or {}).get("networkInterfaces") or []
    if not entries:
        raise invalid("Required parameter 'networkProfile.networkInterfaces' is missing (null).", "networkProfile")
    found = [_interface(ctx, str(entry.get("id") or ""), location) for entry in entries]
    return {"networkInterfaces": [_entry(entry) for entry in entries]}, found


def _entry(entry: Json) -> Json:
    """Only values that were sent are returned: no default deleteOption (recorded)."""
    sent = {name: value for name, value in (entry.get("properties") or {}).items() if value is not None}
    if "deleteOption" in sent:
        path = "virtualMachine.networkInterface.deleteOption"
        sent["deleteOption"] = choice(sent["deleteOption"], DELETE_OPTIONS, path)
    return {"id": entry["id"], "properties": sent} if sent else {"id": entry["id"]}


def _interface(ctx: Context, rid: str, location: str) -> Resource:
    """It must exist in the machine's region, belong to no other machine, and not be reserved for one."""
    interface = ctx.get(rid)
    if interface is None or interface.kind != "network_interface" or interface.location != location:
        text = (
            f"Resource {rid} referenced by resource {ctx.target.id} was not found. Please make sure that the referenced "
            "resource exists, and that both resources are in the same region."
        )
        raise ArmError(400, "InvalidResourceReference", text)
    rights.require_linked(ctx, "Microsoft.Network/networkInterfaces/join/action", interface.id)
    refuse_attach(ctx, rid, ctx.target.id)
    return interface
