"""Galleries, image definitions and image versions of a seed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from . import regions
from .clock import stamp
from .messages import Json
from .paths import resource_id
from .seed_base import STATES, Planter, boot_of
from .seed_reader import Reader, SeedError
from .store import Job, Operation, Region, Resource

REGION_STATES = ("Unknown", "Replicating", "Completed", "Failed")


class Galleries(Planter):
    """Plants them."""

    lists = ("galleries", "definitions", "versions")

    def galleries(self, entry: object, place: str) -> None:
        """Plant one."""
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

    def definitions(self, entry: object, place: str) -> None:
        """Plant one."""
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
            "features": [entry for entry, _place in reader.entries("features")],
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

    def versions(self, entry: object, place: str) -> None:
        """Plant one."""
        known = """name gallery definition resource_group location subscription tags state source target_regions
            published_date end_of_life_date replica_count exclude_from_latest storage_account_type replication_mode
            block_deletion_before_end_of_life allow_deletion_of_replicated_locations operation_error os_disk_gb
            provisioning_state boot"""
        reader = Reader(entry, place, known)
        subscription = self._subscription(reader)
        names = (reader.text("gallery"), reader.text("definition"))
        definition = self._need("image_definition", subscription, reader.text("resource_group"), names, place)
        body: Json = {"location": reader.region("location", definition.location)}
        reader.tags(body)
        state = reader.one_of("state", STATES, reader.text("provisioning_state", "Succeeded"))
        resource = Resource(f"{definition.id}/versions/{reader.text('name')}", "image_version", body, state)
        body["properties"] = self._version_properties(reader, resource, definition)
        resource.extra |= boot_of(reader) or self._boot_of_source(body["properties"])
        self._version_job(reader, resource)
        self._add(resource, place)

    def _boot_of_source(self, properties: Json) -> Json:
        """A version boots like the managed image that it is created from."""
        image = self._store.resources.get(properties["storageProfile"]["source"]["id"].lower())
        return {"boot": image.extra["boot"]} if image is not None and "boot" in image.extra else {}

    def _version_properties(self, reader: Reader, resource: Resource, definition: Resource) -> Json:
        now = self._service.now()
        count = reader.whole("replica_count", 1, 1)
        targets = reader.entries("target_regions") or [({"name": resource.location}, f"{reader.place}.target_regions")]
        profile: Json = {"targetRegions": [self._target(e, p, count, resource) for e, p in targets]}
        profile["replicaCount"] = count
        profile["excludeFromLatest"] = bool(reader.raw("exclude_from_latest"))
        profile["publishedDate"] = stamp(reader.instant("published_date", now - 86400))
        if "end_of_life_date" in reader:
            profile["endOfLifeDate"] = stamp(reader.instant("end_of_life_date", now))
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

    def _version_storage(self, reader: Reader, definition: Resource) -> tuple[Json, Json]:
        source = reader.raw("source")
        if isinstance(source, Mapping):
            read = Reader(source, f"{reader.place}.source", "name resource_group subscription")
            subscription = self.known(read.text("subscription", self._default), f"{read.place}.subscription")
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
            retry_after=settings.retry_after,
        )
        self._store.begin(operation)
        resource.job = Job(action, operation.id, now, end, "Succeeded", resource.extra.get("fill", {}))
        source = (resource.properties["storageProfile"].get("source") or {}).get("id", "")
        if action == "create":
            self._store.busy[source.lower()] = resource.key
