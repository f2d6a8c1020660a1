"""Bodies of scale sets."""

from __future__ import annotations

from . import machine_body
from .context import Context
from .messages import Json
from .paths import TYPES
from .store import Resource

_ORDER = (
    "singlePlacementGroup",
    "orchestrationMode",
    "upgradePolicy",
    "scaleInPolicy",
    "virtualMachineProfile",
    "provisioningState",
    "overprovision",
    "doNotRunExtensionsOnOverprovisionedVMs",
    "uniqueId",
    "platformFaultDomainCount",
    "constrainedMaximumCapacity",
    "zoneBalance",
    "proximityPlacementGroup",
    "automaticRepairsPolicy",
    "priorityMixPolicy",
    "additionalCapabilities",
    "resiliencyPolicy",
    "timeCreated",
)


def render(resource: Resource, resource_id: str = "") -> Json:
    """A scale set, in the recorded order. Lists have the etag, too."""
    body = resource.body
    document: Json = {"name": resource.name, "id": resource_id or resource.id, "type": TYPES["scale_set"]}
    document["location"] = resource.location
    for name in ("tags", "identity", "plan", "sku", "zones"):
        if body.get(name) is not None:
            document[name] = body[name]
    document["etag"] = machine_body.etag(resource)
    stored = {**resource.properties, "provisioningState": resource.state}
    document["properties"] = {name: stored[name] for name in _ORDER if name in stored}
    return document


def headers(ctx: Context, resource: Resource) -> dict[str, str]:
    """The ETag header, as of machines."""
    return machine_body.headers(ctx, resource)
