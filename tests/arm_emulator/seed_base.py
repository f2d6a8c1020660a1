"""Shared by the planters of several resource types."""

from __future__ import annotations

from typing import ClassVar

from . import boot
from .messages import Json
from .paths import resource_id
from .seed_reader import Reader, SeedError
from .service import Service
from .store import Resource

STATES = ("Creating", "Succeeded", "Failed", "Updating", "Deleting", "Migrating")
LONG_AGO = 1577836800.0  # 2020: what a seed holds was there before anything that happens to it


def boot_of(reader: Reader) -> Json:
    """The boot outcome of an image, which responses omit."""
    if "boot" not in reader:
        return {}
    try:
        return {"boot": boot.parse(reader.raw("boot")).plain()}
    except boot.BootError as error:
        raise SeedError(f"{reader.place}.{error}") from None


class Planter:
    """Puts resources of a seed into a service: for each of its lists, parents first, it has a method of that name."""

    lists: ClassVar[tuple[str, ...]] = ()

    def __init__(self, service: Service) -> None:
        self._service = service
        self._store = service.store
        self._default = next(iter(service.settings.subscriptions))

    def known(self, subscription: str, place: str) -> str:
        if subscription.lower() not in self._service.settings.subscriptions:
            raise SeedError(f"{place}: subscription '{subscription}' is not among those of the emulator")
        return subscription.lower()

    def _subscription(self, reader: Reader) -> str:
        return self.known(reader.text("subscription", self._default), f"{reader.place}.subscription")

    def _need(self, kind: str, subscription: str, group: str, names: tuple[str, ...], place: str) -> Resource:
        rid = resource_id(kind, subscription, group, names)
        resource = self._store.resources.get(rid.lower())
        if resource is None:
            raise SeedError(f"{place}: there is no {kind.replace('_', ' ')} '{rid}' in the seed")
        return resource

    def _add(self, resource: Resource, place: str) -> Resource:
        if resource.key in self._store.resources:
            raise SeedError(f"{place}: '{resource.id}' is there twice")
        if resource.created is None:
            resource.created = LONG_AGO
        return self._store.add(resource)
