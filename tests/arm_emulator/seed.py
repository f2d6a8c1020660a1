# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The seed: what there is when the emulator starts."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from . import regions
from .clock import parse_instant, stamp
from .faults import FaultError
from .faults import parse as parse_fault
from .messages import Json
from .paths import resource_id
from .service import Service
from .settings import Client, Settings, Subscription
from .store import Job, Operation, Region, Resource

STATES = ("Creating", "Succeeded", "Failed", "Updating", "Deleting", "Migrating")
REGION_STATES = ("Unknown", "Replicating", "Completed", "Failed")
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")


class SeedError(ValueError):
    """A seed that cannot be understood; the message names the place."""


class Reader:
    """Reads one object of the seed and names the place of every mistake."""

    def __init__(self, value: object, place: str, known: str) -> None:
        if not isinstance(value, Mapping):
            raise SeedError(f"{place}: must be an object, is {_kind(value)}")
        names = known.split()
        for name in value:
            if name not in names:
                raise SeedError(f"{place}: unknown key '{name}' (known: {', '.join(names)})")
        self._value = value
        self.place = place

    def __contains__(self, name: str) -> bool:
        return self._value.get(name) is not None

    def raw(self, name: str) -> Any:
        """A value as it is."""
        return self._value.get(name)

    def text(self, name: str, default: str | None = None) -> str:
        """A text that must not be empty."""
        value = self._value.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not value:
            raise SeedError(f"{self.place}.{name}: must be a text that is not empty, is {_kind(value)}")
        return value

    def number(self, name: str, default: float | None = None, lowest: float = 0) -> float:
        """A number."""
        value = self._value.get(name, default)
        if not isinstance(value, int | float) or isinstance(value, bool) or value < lowest:
            raise SeedError(f"{self.place}.{name}: must be a number of at least {lowest}, is {_kind(value)}")
        return value

    def whole(self, name: str, default: int | None = None, lowest: int = 0) -> int:
        """A whole number."""
        value = self.number(name, default, lowest)
        if int(value) != value:
            raise SeedError(f"{self.place}.{name}: must be a whole number, is {value}")
        return int(value)

    def one_of(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        """One of several words, in any case."""
        value = str(self._value.get(name, default))
        for word in allowed:
            if word.lower() == value.lower():
                return word
        raise SeedError(f"{self.place}.{name}: must be one of {', '.join(allowed)}, is '{value}'")

    def region(self, name: str, default: str | None = None) -> str:
        """A region, in any spelling."""
        value = self.text(name, default)
        if not regions.known(value):
            raise SeedError(f"{self.place}.{name}: no such region: '{value}'")
        return regions.short(value)

    def entries(self, name: str) -> list[tuple[Any, str]]:
        """A list, each entry with its place."""
        value = self._value.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise SeedError(f"{self.place}.{name}: must be a list, is {_kind(value)}")
        return [(entry, f"{self.place}.{name}[{index}]") for index, entry in enumerate(value)]

    def tags(self, body: Json) -> None:
        """Tags into a body."""
        value = self._value.get("tags")
        if value is None:
            return
        if not isinstance(value, Mapping):
            raise SeedError(f"{self.place}.tags: must be an object, is {_kind(value)}")
        body["tags"] = {str(tag): str(text) for tag, text in value.items()}


def _kind(value: object) -> str:
    return "missing" if value is None else f"{type(value).__name__} {value!r}"[:80]


def load(path: Path) -> Json:
    """A seed file: JSON, or YAML where PyYAML is there."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SeedError(f"seed {path}: {error.strerror}") from None
    try:
        document = json.loads(text)
    except ValueError as error:
        document = _yaml(path, text, error)
    if not isinstance(document, dict):
        raise SeedError(f"seed {path}: must hold an object, holds {_kind(document)}")
    return document


def _yaml(path: Path, text: str, error: ValueError) -> Any:
    if path.suffix.lower() not in (".yml", ".yaml"):
        raise SeedError(f"seed {path}: not JSON: {error}") from None
    try:
        import yaml  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        raise SeedError(f"seed {path}: YAML needs PyYAML, which is not installed; write it as JSON") from None
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as problem:
        raise SeedError(f"seed {path}: not YAML: {' '.join(str(problem).split())}") from None


TOP = """subscriptions tenants clients resource_groups images galleries definitions versions sources
    providers_unregistered faults page_size retry_after token_seconds late_regions replication_seconds
    operation_seconds"""


def configure(seed: Json, settings: Settings) -> None:
    """Take from a seed how the emulator behaves."""
    top = Reader(seed, "seed", TOP)
    for entry, place in top.entries("subscriptions"):
        entry = {"id": entry} if isinstance(entry, str) else entry
        reader = Reader(entry, place, "id tenant name")
        identifier = reader.text("id").lower()
        if not _GUID.match(identifier):
            raise SeedError(f"{place}.id: must be a GUID, is '{identifier}'")
        tenant = reader.text("tenant") if "tenant" in reader else None
        settings.subscriptions[identifier] = Subscription(
            identifier, reader.text("name", "Emulated subscription"), tenant
        )
    for entry, _unused in top.entries("tenants"):
        settings.tenants.append(str(entry["id"] if isinstance(entry, Mapping) and "id" in entry else entry).lower())
    if top.raw("clients") is not None:
        settings.clients = dict(_client(entry, place) for entry, place in top.entries("clients"))
    _configure_numbers(top, settings)


def _configure_numbers(top: Reader, settings: Settings) -> None:
    if "page_size" in top:
        settings.page_size = top.whole("page_size", lowest=1)
    if "retry_after" in top:
        settings.retry_after_seconds = top.whole("retry_after")
    if "token_seconds" in top:
        settings.token_seconds = top.whole("token_seconds", lowest=1)
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


class Planter:
    """Puts a seed's resources into a service."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._store = service.store
        self._default = next(iter(service.settings.subscriptions))

    def plant(self, seed: Json) -> None:
        """All of it, parents first."""
        top = Reader(seed, "seed", TOP)
        steps: tuple[tuple[str, Callable[[object, str], None]], ...] = (
            ("sources", self._source),
            ("resource_groups", self._group),
            ("images", self._image),
            ("galleries", self._gallery),
            ("definitions", self._definition),
            ("versions", self._version),
        )
        for name, step in steps:
            for entry, place in top.entries(name):
                step(entry, place)
        for entry, place in top.entries("providers_unregistered"):
            self._store.unregistered[self._known(str(entry), place)] = -1.0

    def _known(self, subscription: str, place: str) -> str:
        if subscription.lower() not in self._service.settings.subscriptions:
            raise SeedError(f"{place}: subscription '{subscription}' is not among those of the emulator")
        return subscription.lower()

    def _subscription(self, reader: Reader) -> str:
        return self._known(reader.text("subscription", self._default), f"{reader.place}.subscription")

    def _need(self, kind: str, subscription: str, group: str, names: tuple[str, ...], place: str) -> Resource:
        rid = resource_id(kind, subscription, group, names)
        resource = self._store.resources.get(rid.lower())
        if resource is None:
            raise SeedError(f"{place}: there is no {kind.replace('_', ' ')} '{rid}' in the seed")
        return resource

    def _add(self, resource: Resource, place: str) -> Resource:
        if resource.key in self._store.resources:
            raise SeedError(f"{place}: '{resource.id}' is there twice")
        return self._store.add(resource)

    def _source(self, entry: object, place: str) -> None:
        known = (
            "id os_type os_disk_gb size_gb data_disks hyper_v_generation os_state platform_image storage_account_type"
        )
        reader = Reader(entry, place, known)
        seeded = {name: reader.raw(name) for name in known.split() if name != "id" and name in reader}
        self._store.sources[reader.text("id").lower()] = seeded

    def _group(self, entry: object, place: str) -> None:
        reader = Reader(entry, place, "name location subscription tags")
        body: Json = {"location": reader.region("location")}
        reader.tags(body)
        rid = resource_id("resource_group", self._subscription(reader), reader.text("name"), ())
        self._add(Resource(rid, "resource_group", body), place)

    def _image(self, entry: object, place: str) -> None:
        known = """name resource_group location subscription os_type hyper_v_generation os_disk_gb data_disks tags
            provisioning_state os_state caching storage_account_type source_virtual_machine"""
        reader = Reader(entry, place, known)
        subscription, name = self._subscription(reader), reader.text("name")
        group = self._need("resource_group", subscription, reader.text("resource_group"), (), place)
        body: Json = {"location": reader.region("location", group.location)}
        reader.tags(body)
        body["properties"] = self._image_properties(reader, group, name)
        rid = resource_id("managed_image", subscription, group.name, (name,))
        self._add(Resource(rid, "managed_image", body, reader.one_of("provisioning_state", STATES, "Succeeded")), place)

    def _image_properties(self, reader: Reader, group: Resource, name: str) -> Json:
        os_type = reader.one_of("os_type", ("Linux", "Windows"), "Linux")
        base = f"{group.id}/providers/Microsoft.Compute/disks/{name}"
        kind = reader.text("storage_account_type", "Premium_LRS")
        disk: Json = {
            "osType": os_type,
            "osState": reader.one_of("os_state", ("Generalized", "Specialized"), "Generalized"),
        }
        disk["diskSizeGB"] = reader.whole("os_disk_gb", 30 if os_type == "Linux" else 127, 1)
        disk["managedDisk"] = {"id": f"{base}_OsDisk"}
        disk["caching"] = reader.one_of("caching", ("None", "ReadOnly", "ReadWrite"), "ReadWrite")
        disk["storageAccountType"] = kind
        properties: Json = {}
        if "source_virtual_machine" in reader:
            properties["sourceVirtualMachine"] = {"id": reader.text("source_virtual_machine")}
        data = [self._data_disk(entry, place, base, kind) for entry, place in reader.entries("data_disks")]
        properties["storageProfile"] = {"osDisk": disk, "dataDisks": data}
        properties["hyperVGeneration"] = reader.one_of("hyper_v_generation", ("V1", "V2"), "V1")
        return properties

    @staticmethod
    def _data_disk(entry: object, place: str, base: str, kind: str) -> Json:
        reader = Reader(entry, place, "lun size_gb caching")
        lun = reader.whole("lun")
        return {
            "lun": lun,
            "diskSizeGB": reader.whole("size_gb", 10, 1),
            "managedDisk": {"id": f"{base}_DataDisk_{lun}"},
            "caching": reader.one_of("caching", ("None", "ReadOnly", "ReadWrite"), "None"),
            "storageAccountType": kind,
        }

    def _gallery(self, entry: object, place: str) -> None:
        known = "name resource_group location subscription tags description soft_delete_policy provisioning_state"
        reader = Reader(entry, place, known)
        subscription, name = self._subscription(reader), reader.text("name")
        group = self._need("resource_group", subscription, reader.text("resource_group"), (), place)
        body: Json = {"location": reader.region("location", group.location)}
        reader.tags(body)
        properties: Json = {"identifier": {"uniqueName": f"{subscription}-{name.upper()}"}}
        if "description" in reader:
            properties["description"] = reader.text("description")
        if "soft_delete_policy" in reader:
            known = "isSoftDeleteEnabled retentionPeriodInDays gracePeriodInDays"
            policy = Reader(reader.raw("soft_delete_policy"), f"{place}.soft_delete_policy", known)
            properties["softDeletePolicy"] = {word: policy.raw(word) for word in known.split() if word in policy}
        body["properties"] = properties
        rid = resource_id("gallery", subscription, group.name, (name,))
        self._add(Resource(rid, "gallery", body, reader.one_of("provisioning_state", STATES, "Succeeded")), place)

    def _definition(self, entry: object, place: str) -> None:
        known = """name gallery resource_group location subscription tags os_type os_state hyper_v_generation
            architecture publisher offer sku features description eula privacy_statement_uri release_note_uri
            end_of_life_date recommended disallowed purchase_plan provisioning_state"""
        reader = Reader(entry, place, known)
        subscription, name = self._subscription(reader), reader.text("name")
        names = (reader.text("gallery"), name)
        gallery = self._need("gallery", subscription, reader.text("resource_group"), names[:1], place)
        body: Json = {"location": reader.region("location", gallery.location)}
        reader.tags(body)
        properties: Json = {
            "hyperVGeneration": reader.one_of("hyper_v_generation", ("V1", "V2"), "V1"),
            "architecture": reader.one_of("architecture", ("x64", "Arm64"), "x64"),
            "osType": reader.one_of("os_type", ("Linux", "Windows"), "Linux"),
            "osState": reader.one_of("os_state", ("Generalized", "Specialized"), "Generalized"),
            "identifier": {part: reader.text(part, f"{part}-{name}") for part in ("publisher", "offer", "sku")},
            "features": reader.raw("features") or [],
        }
        renamed = {"privacy_statement_uri": "privacyStatementUri", "release_note_uri": "releaseNoteUri",
                   "end_of_life_date": "endOfLifeDate", "purchase_plan": "purchasePlan"}  # fmt: skip
        for word in ("description", "eula", "recommended", "disallowed", *renamed):
            if word in reader:
                properties[renamed.get(word, word)] = reader.raw(word)
        body["properties"] = properties
        rid = f"{gallery.id}/images/{name}"
        state = reader.one_of("provisioning_state", STATES, "Succeeded")
        self._add(Resource(rid, "image_definition", body, state), place)

    def _version(self, entry: object, place: str) -> None:
        known = """name gallery definition resource_group location subscription tags state source target_regions
            published_date end_of_life_date replica_count exclude_from_latest storage_account_type replication_mode
            block_deletion_before_end_of_life allow_deletion_of_replicated_locations operation_error os_disk_gb
            provisioning_state"""
        reader = Reader(entry, place, known)
        subscription = self._subscription(reader)
        names = (reader.text("gallery"), reader.text("definition"))
        definition = self._need("image_definition", subscription, reader.text("resource_group"), names, place)
        body: Json = {"location": reader.region("location", definition.location)}
        reader.tags(body)
        state = reader.one_of("state", STATES, reader.text("provisioning_state", "Succeeded"))
        resource = Resource(f"{definition.id}/versions/{reader.text('name')}", "image_version", body, state)
        body["properties"] = self._version_properties(reader, resource, definition)
        self._version_job(reader, resource)
        self._add(resource, place)

    def _version_properties(self, reader: Reader, resource: Resource, definition: Resource) -> Json:
        now = self._service.now()
        count = reader.whole("replica_count", 1, 1)
        targets = reader.entries("target_regions") or [({"name": resource.location}, f"{reader.place}.target_regions")]
        profile: Json = {"targetRegions": [self._target(e, p, count, resource) for e, p in targets]}
        profile["replicaCount"] = count
        profile["excludeFromLatest"] = bool(reader.raw("exclude_from_latest"))
        profile["publishedDate"] = stamp(self._instant(reader, "published_date", now - 86400))
        if "end_of_life_date" in reader:
            profile["endOfLifeDate"] = stamp(self._instant(reader, "end_of_life_date", now))
        profile["storageAccountType"] = reader.text("storage_account_type", "Standard_LRS")
        if "replication_mode" in reader:
            profile["replicationMode"] = reader.one_of("replication_mode", ("Full", "Shallow"), "Full")
        storage, fill = self._version_storage(reader, definition)
        resource.extra["fill"] = fill
        if resource.state != "Creating":
            storage.update(fill)
        safety: Json = {"reportedForPolicyViolation": False}
        if reader.raw("block_deletion_before_end_of_life") is not None:
            safety["blockDeletionBeforeEndOfLife"] = bool(reader.raw("block_deletion_before_end_of_life"))
        allow = reader.raw("allow_deletion_of_replicated_locations")
        safety["allowDeletionOfReplicatedLocations"] = bool(allow)
        resource.extra["locked_regions"] = allow is False
        return {"publishingProfile": profile, "storageProfile": storage, "safetyProfile": safety}

    @staticmethod
    def _instant(reader: Reader, name: str, default: float) -> float:
        if name not in reader:
            return default
        moment = parse_instant(reader.text(name))
        if moment is None:
            raise SeedError(f"{reader.place}.{name}: must be a date, is '{reader.raw(name)}'")
        return moment

    def _version_storage(self, reader: Reader, definition: Resource) -> tuple[Json, Json]:
        source = reader.raw("source")
        if isinstance(source, Mapping):
            read = Reader(source, f"{reader.place}.source", "name resource_group subscription")
            subscription = self._known(read.text("subscription", self._default), f"{read.place}.subscription")
            source = resource_id("managed_image", subscription, read.text("resource_group"), (read.text("name"),))
        source = (
            source or f"{definition.id.split('/providers/')[0]}/providers/Microsoft.Compute/images/{definition.name}"
        )
        if not isinstance(source, str) or not source.startswith("/subscriptions/"):
            raise SeedError(f"{reader.place}.source: must be an id, or an object with name and resource_group")
        image = self._store.resources.get(source.lower())
        os_type = definition.properties["osType"]
        size = reader.whole("os_disk_gb", 30 if os_type == "Linux" else 127, 1)
        fill: Json = {"osDiskImage": {"sizeInGB": size, "hostCaching": "ReadWrite", "source": {}}}
        if image is not None:
            storage = image.properties["storageProfile"]
            fill["osDiskImage"]["sizeInGB"] = storage["osDisk"]["diskSizeGB"]
            disks = [
                {"lun": disk["lun"], "sizeInGB": disk["diskSizeGB"], "hostCaching": disk["caching"]}
                for disk in storage["dataDisks"]
            ]
            if disks:
                fill["dataDiskImages"] = disks
        return {"source": {"id": source}}, fill

    def _target(self, entry: object, place: str, count: int, resource: Resource) -> Json:
        """A target region, and the state of its replication."""
        entry = {"name": entry} if isinstance(entry, str) else entry
        known = """name regional_replica_count storage_account_type exclude_from_latest state progress details
            seconds encryption"""
        reader = Reader(entry, place, known)
        region = reader.region("name")
        target: Json = {
            "name": regions.display(region),
            "regionalReplicaCount": reader.whole("regional_replica_count", count, 1),
            "storageAccountType": reader.text("storage_account_type", "Standard_LRS"),
        }
        if "encryption" in reader:
            target["encryption"] = reader.raw("encryption")
        if "exclude_from_latest" in reader:
            target["excludeFromLatest"] = bool(reader.raw("exclude_from_latest"))
        resource.regions.append(self._region(reader, region, resource))
        return target

    def _region(self, reader: Reader, region: str, resource: Resource) -> Region:
        now = self._service.now()
        fallback = {"Creating": "Replicating", "Failed": "Failed"}.get(resource.state, "Completed")
        state = reader.one_of("state", (*REGION_STATES, "missing"), fallback)
        if state == "Replicating":
            # without `seconds` it never ends, except while the version itself is being created or updated
            running = resource.state in ("Creating", "Updating")
            seconds = reader.number("seconds", self._service.settings.replication_seconds if running else -1, -1)
            return Region(region, now, None if seconds < 0 else now + seconds)
        details = reader.text("details", "Failed with internal server error.") if state == "Failed" else ""
        if state in ("Unknown", "missing"):
            return Region(region, now, None, "Completed", "", state)
        return Region(region, now - 60, now - 1, state, details)

    def _version_job(self, reader: Reader, resource: Resource) -> None:
        """A state that passes gets an operation that ends."""
        settings, now = self._service.settings, self._service.now()
        action = {"Creating": "create", "Updating": "update", "Deleting": "delete"}.get(resource.state)
        if action is None:
            return
        seconds = {"create": settings.replication_seconds, "update": settings.update_seconds}.get(action, 0.0)
        end: float | None = now + (seconds if action != "delete" else settings.delete_seconds)
        if action == "create":
            ends = [region.end for region in resource.regions]
            end = None if any(moment is None for moment in ends) else max([now, *(e for e in ends if e is not None)])
        operation = Operation(
            str(uuid.uuid5(uuid.NAMESPACE_URL, resource.key)),
            "capsOperations",
            resource.location,
            resource.id.split("/")[2],
            now,
            end,
            resource=resource.id,
            slow=True,
        )
        self._store.begin(operation)
        resource.job = Job(action, operation.id, now, end, "Succeeded", resource.extra.get("fill", {}))
        source = (resource.properties["storageProfile"].get("source") or {}).get("id", "")
        if action == "create":
            self._store.busy[source.lower()] = resource.key


def order_faults(seed: Json, service: Service) -> None:
    """The faults of a seed."""
    for entry, place in Reader(seed, "seed", TOP).entries("faults"):
        try:
            parse_fault(entry)
        except FaultError as error:
            raise SeedError(f"{place}: {error}") from None
        service.faults.order(entry)
