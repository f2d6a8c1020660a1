"""The seed: the resources that exist when the emulator starts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .faults import FaultError
from .faults import parse as parse_fault
from .messages import Json
from .seed_access import Access, role_assignment
from .seed_base import Planter
from .seed_galleries import Galleries
from .seed_images import Images
from .seed_machines import Machines
from .seed_network import Networks
from .seed_reader import GUID, Reader, SeedError, load
from .seed_scale_sets import ScaleSets
from .service import Service
from .settings import Client, Settings, Subscription

__all__ = ["TOP", "Reader", "SeedError", "Seeder", "configure", "load", "order_faults"]

PLANTERS: tuple[type[Planter], ...] = (Images, Galleries, Networks, Machines, ScaleSets, Access)
_LISTS = " ".join(name for planter in PLANTERS for name in planter.lists)
TOP = f"""subscriptions tenants clients {_LISTS} role_assignments providers_unregistered faults page_size retry_after
    token_seconds late_regions list_lag replication_seconds operation_seconds machine_seconds
    provisioning_timeout_seconds reservation_seconds"""


def configure(seed: Json, settings: Settings) -> None:
    """Take from a seed how the emulator behaves."""
    top = Reader(seed, "seed", TOP)
    for entry, place in top.entries("subscriptions"):
        entry = {"id": entry} if isinstance(entry, str) else entry
        reader = Reader(entry, place, "id tenant name")
        identifier = reader.text("id").lower()
        if not GUID.match(identifier):
            raise SeedError(f"{place}.id: must be a GUID, is '{identifier}'")
        tenant = reader.text("tenant") if "tenant" in reader else None
        settings.subscriptions[identifier] = Subscription(
            identifier, reader.text("name", "Emulated subscription"), tenant
        )
    for entry, _unused in top.entries("tenants"):
        settings.tenants.append(str(entry["id"] if isinstance(entry, Mapping) and "id" in entry else entry).lower())
    if top.raw("clients") is not None:
        settings.clients = dict(_client(entry, place) for entry, place in top.entries("clients"))
    default = next(iter(settings.subscriptions))
    for entry, place in top.entries("role_assignments"):
        settings.role_assignments.append(role_assignment(entry, place, default))
    _configure_numbers(top, settings)


def _configure_numbers(top: Reader, settings: Settings) -> None:
    if "page_size" in top:
        settings.page_size = top.whole("page_size", lowest=1)
    if "retry_after" in top:
        settings.retry_after_seconds = top.whole("retry_after")
    if "token_seconds" in top:
        settings.token_seconds = top.whole("token_seconds", lowest=1)
    if "list_lag" in top:
        settings.list_lag = top.number("list_lag")
    for name in ("machine_seconds", "provisioning_timeout_seconds", "reservation_seconds"):
        if name in top:
            setattr(settings, name, top.number(name))
    if "late_regions" in top:
        late = top.raw("late_regions")
        settings.late_regions = 0.5 * settings.replication_seconds if late is True else top.number("late_regions")


def _client(entry: object, place: str) -> tuple[str, Client]:
    reader = Reader(entry, place, "client_id secret tenant subscriptions")
    identifier = reader.text("client_id")
    secret = reader.text("secret") if "secret" in reader else None
    tenant = reader.text("tenant") if "tenant" in reader else None
    allowed = None
    if "subscriptions" in reader:
        allowed = tuple(str(entry).lower() for entry, _unused in reader.entries("subscriptions"))
    return identifier.lower(), Client(identifier, secret, tenant, allowed)


class Seeder:
    """Puts a seed's resources into a service."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def plant(self, seed: Json) -> None:
        """All of it, parents first."""
        top = Reader(seed, "seed", TOP)
        planters = [planter(self._service) for planter in PLANTERS]
        for planter in planters:
            for name in planter.lists:
                for entry, place in top.entries(name):
                    for one in _repeated(entry, place):
                        getattr(planter, name)(one, place)
        for entry, place in top.entries("providers_unregistered"):
            self._service.store.unregistered[planters[0].known(str(entry), place)] = -1.0


def _repeated(entry: object, place: str) -> Iterator[object]:
    """An entry with `count` stands for so many, in which `{n}` is the number of each, from 0."""
    if not isinstance(entry, Mapping) or "count" not in entry:
        yield entry
        return
    kept = {name: value for name, value in entry.items() if name != "count"}
    for number in range(Reader({"count": entry["count"]}, place, "count").whole("count")):
        yield _numbered(kept, str(number))


def _numbered(value: Any, number: str) -> Any:
    if isinstance(value, str):
        return value.replace("{n}", number)
    if isinstance(value, Mapping):
        return {name: _numbered(one, number) for name, one in value.items()}
    return [_numbered(one, number) for one in value] if isinstance(value, list) else value


def order_faults(seed: Json, service: Service) -> None:
    """The faults of a seed."""
    for entry, place in Reader(seed, "seed", TOP).entries("faults"):
        try:
            parse_fault(entry)
        except FaultError as error:
            raise SeedError(f"{place}: {error}") from None
        service.faults.order(entry)
