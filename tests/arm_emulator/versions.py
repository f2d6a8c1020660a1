"""Image versions: create, update, restore, delete, read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from . import lifecycle, regions, replication, sources, version_rules
from .apiversions import DELETION_LOCK_DEFAULT, OLDEST, SOFT_DELETE
from .clock import stamp
from .common import check_tags, choice, effects, outcome_of, page, require_location, take_tags
from .context import Context
from .definitions import end_of_life
from .errors import (
    ArmError,
    marked_for_deletion,
    parent_not_found_on_read,
    parent_not_found_on_write,
    resource_not_found,
)
from .messages import Answer, Json, empty, pretty
from .paths import TYPES
from .store import Region, Resource
from .version_body import (
    PREFIX,
    STORAGE_TYPES,
    normalise,
    read_disks,
    read_extended,
    read_targets,
    render,
    with_sizes,
)

MAX_GB = 2048
DAY = 86400.0


def read(ctx: Context) -> Answer:
    """GET one; only here, and only when asked, with replicationStatus."""
    resource = ctx.get(ctx.target.key)
    if resource is None:
        require_parent(ctx, "read")
        raise resource_not_found(TYPES["image_version"], ctx.target.names, ctx.target.group)
    expand = "replicationstatus" in (ctx.request.param("$expand") or "").lower()
    return pretty(200, render(ctx, resource, expand=expand))


def listing(ctx: Context) -> Answer:
    """GET all of a definition, by name; never with replicationStatus."""
    definition = require_parent(ctx, "list")
    found = lifecycle.children(ctx.store, ctx.settings, definition.key, "image_version", ctx.now)
    return page(ctx, found, lambda resource: render(ctx, resource))


def require_parent(ctx: Context, use: str) -> Resource:
    """The definition that holds or would hold the version."""
    ctx.require_group()
    parent = ctx.target.parent()
    definition = ctx.get(parent.key)
    if definition is not None:
        return definition
    if use == "write":
        raise parent_not_found_on_write(parent.names)
    raise parent_not_found_on_read(TYPES["image_version"], parent.id)


def write(ctx: Context) -> Answer:
    """PUT and PATCH: create, update, or restore from the recycle bin."""
    patch = ctx.request.method == "PATCH"
    definition = require_parent(ctx, "write")
    body = ctx.body()
    check_tags(body)
    existing = ctx.get(ctx.target.key)
    if existing is not None:
        if not patch:
            require_location(ctx, body, existing)
        return _update(ctx, existing, body, patch)
    if patch:
        raise resource_not_found(TYPES["image_version"], ctx.target.names, ctx.target.group)
    version_rules.check_name(ctx.target.name)
    location = require_location(ctx, body, None)
    if definition.state == "Deleting":
        raise marked_for_deletion("Create Gallery Image Version", "", definition.name)
    binned = bin_entry(ctx, ctx.target.key)
    if binned is not None:
        return _restore(ctx, binned, body)
    return _create(ctx, definition, body, location)


# -- create ----------------------------------------------------------------------------------------------------------
def _create(ctx: Context, definition: Resource, body: Json, location: str) -> Answer:
    sent = normalise(ctx, body)
    profile = _new_profile(ctx, sent, location)
    storage = sent.get("storageProfile") or {}
    version_rules.check_source_kinds(ctx, storage)
    stored: Json = {"publishingProfile": profile, "storageProfile": {}}
    stored["safetyProfile"] = _new_safety(ctx, sent, profile)
    if sent.get("securityProfile"):
        stored["securityProfile"] = sent["securityProfile"]
    resource = Resource(ctx.target.id, "image_version", {"location": location, "properties": stored}, "Creating")
    take_tags(ctx, body, resource.body, patch=False)
    error = _take_source(ctx, resource, definition, storage, location)
    if "allowDeletionOfReplicatedLocations" in (sent.get("safetyProfile") or {}):
        resource.extra["locked_regions"] = not stored["safetyProfile"]["allowDeletionOfReplicatedLocations"]
    if ctx.version == OLDEST and (body.get("properties") or {}).get("publishingProfile", {}).get("regions"):
        resource.extra["scale_tier"] = sent["publishingProfile"].get("scaleTier", "S30")
    ctx.store.add(resource)
    return _start_create(ctx, resource, error)


def _new_profile(ctx: Context, sent: Json, location: str) -> Json:
    """Fill rules of a create: replicaCount 1, Standard_LRS, own region when none is named (all recorded)."""
    given = sent.get("publishingProfile") or {}
    count = 1 if given.get("replicaCount") is None else given["replicaCount"]
    version_rules.check_replica_count(count)
    path = PREFIX + "publishingProfile."
    kind = given.get("storageAccountType") or "Standard_LRS"
    kind = choice(kind, STORAGE_TYPES, path + "storageAccountType")
    targets = read_targets(given.get("targetRegions") or [{"name": location}], count, kind, [])
    mode = given.get("replicationMode")
    mode = choice(mode, ("Full", "Shallow"), path + "replicationMode") if mode else None
    version_rules.check_targets(targets, location, mode)
    profile: Json = {"targetRegions": targets, "replicaCount": count}
    if given.get("targetExtendedLocations"):
        profile["targetExtendedLocations"] = _edge_zones(given, count)
    profile["excludeFromLatest"] = bool(given.get("excludeFromLatest", False))
    profile["publishedDate"] = stamp(ctx.now)
    if given.get("endOfLifeDate") is not None:
        profile["endOfLifeDate"] = end_of_life(ctx, given["endOfLifeDate"], path + "endOfLifeDate")
    profile["storageAccountType"] = kind
    profile["replicationMode"] = mode
    return profile


def _edge_zones(given: Json, count: int) -> list[Json]:
    zones = read_extended(given["targetExtendedLocations"], count)
    version_rules.check_edge_zones(zones)
    return zones


def _new_safety(ctx: Context, sent: Json, profile: Json) -> Json:
    """From 2026-03-03 on a create that says nothing is locked for six months (announced by the gallery team)."""
    given = sent.get("safetyProfile") or {}
    safety: Json = {"reportedForPolicyViolation": False}
    block = given.get("blockDeletionBeforeEndOfLife")
    if block is None and profile.get("endOfLifeDate") is None and ctx.version >= DELETION_LOCK_DEFAULT:
        block = True
        profile["endOfLifeDate"] = stamp(_six_months_on(ctx.now))
    if block is not None:
        safety["blockDeletionBeforeEndOfLife"] = bool(block)
    safety["allowDeletionOfReplicatedLocations"] = bool(given.get("allowDeletionOfReplicatedLocations", False))
    return safety


def _six_months_on(now: float) -> float:
    moment = datetime.fromtimestamp(now, UTC)
    year, month = divmod(moment.year * 12 + moment.month - 1 + 6, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, 28)).timestamp()


def _take_source(ctx: Context, resource: Resource, definition: Resource, storage: Json, location: str) -> Json | None:
    """Store the source; the error of the operation when it does not fit the definition."""
    source = storage.get("source") or {}
    os_type = definition.properties["osType"]
    properties = resource.properties
    _refuse_busy(ctx, resource, source)
    if not any(source.values()):
        properties["storageProfile"] = read_disks(storage)
        resource.extra["fill"] = with_sizes(properties["storageProfile"], ctx.store.sources, os_type)
        return None
    found = sources.find(ctx, source, location)
    version_rules.check_managed_image(definition.properties, found.id, resource.name)
    properties["storageProfile"] = {"source": {name: value for name, value in source.items() if value}}
    resource.extra["fill"] = found.fill(os_type)
    resource.extra["largest_gb"] = found.largest_gb()
    if found.platform:
        resource.extra["platform"] = found.platform
    if found.boot:
        resource.extra["boot"] = found.boot
    return sources.mismatch(found, definition.properties)


def _refuse_busy(ctx: Context, resource: Resource, source: Json) -> None:
    """One version at a time from a source (documented text; status and code are a guess)."""
    source_id = str(source.get("id") or "")
    ordered = bool(ctx.faults.for_resource(resource.id, "source_busy"))
    holder = ctx.store.busy.get(source_id.lower())
    version = ctx.get(holder) if holder else None
    if ordered or (version is not None and version.state == "Creating" and version.key != resource.key):
        text = (
            f"Too many requests on source '{source_id}'. Please reduce the number of requests on the source or wait some "
            "time before retrying."
        )
        raise ArmError(429, "TooManyRequests", text)
    if source_id:
        ctx.store.busy[source_id.lower()] = resource.key


def _start_create(ctx: Context, resource: Resource, mismatch: Json | None) -> Answer:
    targets = [regions.short(target["name"]) for target in resource.properties["publishingProfile"]["targetRegions"]]
    seconds = ctx.settings.replication_seconds
    resource.regions = replication.schedule(resource.location, targets, ctx.now, seconds)
    found = effects(ctx, resource.id)
    if mismatch is not None:
        _fail_everywhere(ctx, resource, ctx.settings.operation_seconds, mismatch["message"])
        operation = ctx.begin(resource, "create", ctx.settings.operation_seconds, outcome="Failed", error=mismatch)
        return ctx.started(201, operation, render(ctx, resource))
    _fail_too_large(resource)
    return _run(ctx, resource, "create", seconds, found, 201)


def _fail_everywhere(ctx: Context, resource: Resource, seconds: float, message: str) -> None:
    for region in resource.regions:
        region.start, region.end, region.outcome, region.details = ctx.now, ctx.now + seconds, "Failed", message


def _fail_too_large(resource: Resource) -> None:
    """A disk over 2048 GB fails in replication, not at once (documented details text)."""
    size = resource.extra.get("largest_gb", 0)
    if size <= MAX_GB or resource.properties["publishingProfile"].get("replicationMode") == "Shallow":
        return
    for region in resource.regions:
        region.outcome = "Failed"
        region.details = (
            "Replication failed in this region due to 'The GalleryImageVersion source resource size "
            f"{size} exceeds the max size {MAX_GB} supported.'."
        )


def _run(
    ctx: Context, resource: Resource, action: str, seconds: float, found: dict[str, list[Any]], status: int
) -> Answer:
    """Start a create or update whose regions are planned, with the faults ordered for it."""
    outcome, error = outcome_of(found)
    end: float | None = ctx.now + seconds
    if outcome != "Succeeded":
        for region in resource.regions:
            if action == "create" or region.start == ctx.now:
                region.end, region.outcome = end, "Failed"
                region.details = str((error or {}).get("message", ""))
    else:
        quiet = _spoil_regions(resource.regions, found)
        pending = [region for region in resource.regions if region.region not in quiet]
        failed = [region for region in pending if region.outcome == "Failed"]
        if failed:
            outcome = "Failed"
            error = {"code": "ReplicationJobsNotCompleted", "message": replication.failure_text(failed)}
        late = resource.extra.pop("late", [])
        awaited = [r for r in pending if r.region not in late and (action == "create" or r.start == ctx.now)]
        end = replication.end_of(awaited, ctx.now + seconds)
    if "vanish_after" in found:
        resource.vanish = ctx.now + float(found["vanish_after"][0])
    duration = None if end is None else end - ctx.now
    fill = resource.extra.get("fill", {})
    operation = ctx.begin(resource, action, duration, outcome=outcome, error=error, fill=fill)
    return ctx.started(status, operation, render(ctx, resource), monitor=status == 202)  # 2018-06-01 (recorded)


def _spoil_regions(plan: list[Region], found: dict[str, list[Any]]) -> set[str]:
    """Apply ordered faults about regions; the regions that do not hold up or fail the operation."""
    quiet: set[str] = set()
    for name in ("region_fails", "region_stuck"):
        for spec in found.get(name, []):
            spec = spec if isinstance(spec, dict) else {"region": spec}
            for region in plan:
                if region.region != regions.short(spec.get("region")):
                    continue
                if name == "region_fails":
                    region.outcome = "Failed"
                    region.details = str(spec.get("details", "Failed with internal server error."))
                else:
                    region.end, region.shown = (
                        None,
                        str(spec.get("state", "")) if spec.get("state") != "Replicating" else "",
                    )
                if spec.get("provisioning_state") == "Succeeded":
                    quiet.add(region.region)
    return quiet


# -- update ----------------------------------------------------------------------------------------------------------
def _update(ctx: Context, resource: Resource, body: Json, patch: bool) -> Answer:
    _refuse_state(ctx, resource)
    sent = normalise(ctx, body)
    stored = resource.properties
    version_rules.check_unchanged(stored, sent)
    profile = _merged_profile(ctx, resource, sent, patch)
    _take_safety(resource, sent)
    targets = [regions.short(target["name"]) for target in profile["targetRegions"]]
    removed = [region.region for region in resource.regions if region.region not in targets]
    version_rules.check_removed(resource, removed, replication.completed(resource.regions, ctx.now))
    stored["publishingProfile"] = profile
    take_tags(ctx, body, resource.body, patch=patch)
    resource.state = "Updating"
    found = effects(ctx, resource.id, "late_regions")
    _plan_update(ctx, resource, targets, found)
    return _run(ctx, resource, "update", ctx.settings.update_seconds, found, 202 if ctx.version == OLDEST else 200)


def _refuse_state(ctx: Context, resource: Resource) -> None:
    """An update needs a version that rests. Deleting: documented. The others: status, code and text are a guess."""
    if resource.state == "Deleting":
        raise marked_for_deletion("Update Gallery Image Version", "", resource.name)
    if resource.state in ("Creating", "Updating", "Migrating"):
        text = (
            f"Operation 'Update Gallery Image Version' is not allowed on {resource.name} since it is {resource.state}."
        )
        raise ArmError(409, "Conflict", text)
    if resource.state == "Failed" and not replication.completed(resource.regions, ctx.now):
        text = (
            f"Operation 'Update Gallery Image Version' is not allowed on {resource.name} since its creation failed. "
            "Delete it before its name is used again."
        )
        raise ArmError(409, "Conflict", text)


def _merged_profile(ctx: Context, resource: Resource, sent: Json, patch: bool) -> Json:
    """An update without a profile keeps it all; with one it replaces counts, regions and excludeFromLatest."""
    stored = resource.properties["publishingProfile"]
    given = sent.get("publishingProfile")
    if not given:
        return dict(stored)
    count = given.get("replicaCount")
    if count is None:
        count = stored["replicaCount"] if patch else 1
    version_rules.check_replica_count(count)
    profile = {**stored, "replicaCount": count}
    if given.get("targetRegions") is not None:
        kind = stored["storageAccountType"]
        profile["targetRegions"] = read_targets(given["targetRegions"], count, kind, stored["targetRegions"])
        version_rules.check_targets(profile["targetRegions"], resource.location, stored.get("replicationMode"))
    if given.get("targetExtendedLocations") is not None:
        profile["targetExtendedLocations"] = _edge_zones(given, count) or None
    if given.get("excludeFromLatest") is not None or not patch:
        profile["excludeFromLatest"] = bool(given.get("excludeFromLatest", False))
    if given.get("endOfLifeDate") is not None:
        path = PREFIX + "publishingProfile.endOfLifeDate"
        profile["endOfLifeDate"] = end_of_life(ctx, given["endOfLifeDate"], path, stored.get("endOfLifeDate"))
    return profile


def _take_safety(resource: Resource, sent: Json) -> None:
    given = sent.get("safetyProfile") or {}
    safety = resource.properties["safetyProfile"]
    allow = given.get("allowDeletionOfReplicatedLocations")
    if allow is not None:
        if bool(allow) != safety["allowDeletionOfReplicatedLocations"]:
            resource.extra["locked_regions"] = not allow
        safety["allowDeletionOfReplicatedLocations"] = bool(allow)
    if given.get("blockDeletionBeforeEndOfLife") is not None:
        safety["blockDeletionBeforeEndOfLife"] = bool(given["blockDeletionBeforeEndOfLife"])


def _plan_update(ctx: Context, resource: Resource, targets: list[str], found: dict[str, list[Any]]) -> None:
    """Regions that stay keep what they have, also a failure; added ones start now, and may end after the operation."""
    kept = {region.region: region for region in resource.regions}
    new = [region for region in targets if region not in kept]
    seconds = ctx.settings.update_seconds
    late = found["late_regions"][0] if "late_regions" in found else ctx.settings.late_regions
    if new and late:
        extra = 0.5 * ctx.settings.replication_seconds if late is True else float(late)
        resource.extra["late"] = new
        seconds += extra
    fresh = {region.region: region for region in replication.added(new, ctx.now, seconds)}
    resource.regions = [kept.get(name) or fresh[name] for name in targets]


# -- delete, recycle bin ---------------------------------------------------------------------------------------------
def remove(ctx: Context) -> Answer:
    """DELETE: 202 with Retry-After; again while it runs: the same operation; 204 when it is gone."""
    resource = ctx.get(ctx.target.key)
    if resource is None:
        return _remove_absent(ctx)
    if resource.state == "Deleting" and resource.job is not None:
        operation = ctx.store.operations.get(resource.job.operation)
        if operation is not None:
            return ctx.started(202, operation, None, monitor=True)
    version_rules.check_delete(ctx, resource)
    soft = _soft_delete(ctx)
    resource.state = "Deleting"
    outcome, error = outcome_of(effects(ctx, resource.id))
    seconds = ctx.settings.update_seconds if soft else ctx.settings.delete_seconds
    action = "soft_delete" if soft else "delete"
    operation = ctx.begin(resource, action, seconds, outcome=outcome, error=error)
    return ctx.started(202, operation, None, monitor=True)


def _remove_absent(ctx: Context) -> Answer:
    ctx.require_group()
    bypass = (ctx.request.param("bypassSoftDelete") or "").lower() == "true"
    if bypass and ctx.version >= SOFT_DELETE and bin_entry(ctx, ctx.target.key) is not None:
        del ctx.store.soft_deleted[ctx.target.key]
        ctx.changed = True
    return empty(204)


def _soft_delete(ctx: Context) -> bool:
    """Whether the gallery keeps deleted versions, unless the request bypasses that (2026-03-03)."""
    if ctx.version >= SOFT_DELETE and (ctx.request.param("bypassSoftDelete") or "").lower() == "true":
        return False
    gallery = ctx.get(ctx.target.parent().parent().key)
    policy = gallery.properties.get("softDeletePolicy") if gallery is not None else None
    return bool(policy and policy.get("isSoftDeleteEnabled"))


def bin_entry(ctx: Context, key: str) -> Resource | None:
    """A version in the recycle bin; None when its time there is over."""
    resource = ctx.store.soft_deleted.get(key)
    if resource is not None and ctx.now >= _bin_times(ctx, resource)[1]:
        del ctx.store.soft_deleted[key]
        return None
    return resource


def _bin_times(ctx: Context, resource: Resource) -> tuple[float, float]:
    gallery = ctx.get("/".join(resource.id.split("/")[:9]))
    policy = (gallery.properties.get("softDeletePolicy") if gallery is not None else None) or {}
    deleted = float(resource.extra["soft_deleted"])
    until = deleted + DAY * int(policy.get("retentionPeriodInDays") or 7)
    return until, until + DAY * int(policy.get("gracePeriodInDays") or 0)


def _restore(ctx: Context, binned: Resource, body: Json) -> Answer:
    """PUT without properties on a soft-deleted version (recorded 2026-09): 200 Updating with the old body."""
    sent = body.get("properties") or {}
    if sent.get("storageProfile") or sent.get("publishingProfile"):
        text = f"Gallery image version '{binned.name}' is soft deleted. Restore it, or delete it for good first."
        raise ArmError(409, "Conflict", text)  # a guess
    del ctx.store.soft_deleted[binned.key]
    binned.extra.pop("soft_deleted", None)
    binned.state = "Updating"
    take_tags(ctx, body, binned.body, patch=False)
    ctx.store.add(binned)
    operation = ctx.begin(binned, "restore", ctx.settings.update_seconds)
    return ctx.started(200, operation, render(ctx, binned))


def recycle_bin(ctx: Context) -> Answer:
    """The soft-deleted versions of a definition (recorded 2026-09)."""
    ctx.require_group()
    gallery, _unused, definition = ctx.target.names[:3]
    base = f"/subscriptions/{ctx.target.subscription}/resourceGroups/{ctx.target.group}/providers/Microsoft.Compute/"
    prefix = f"{base}galleries/{gallery}/images/{definition}/versions/".lower()
    lifecycle.children(ctx.store, ctx.settings, prefix.removesuffix("/versions/"), "image_version", ctx.now)
    keys = sorted(key for key in list(ctx.store.soft_deleted) if key.startswith(prefix))
    found = [resource for key in keys if (resource := bin_entry(ctx, key)) is not None]
    return page(ctx, found, lambda resource: _bin_body(ctx, resource))


def _bin_body(ctx: Context, resource: Resource) -> Json:
    consumption, hard = _bin_times(ctx, resource)
    middle = "/softDeletedArtifactTypes/Images/artifacts/"
    properties = {
        "resourceArmId": resource.id,
        "softDeletedTime": stamp(float(resource.extra["soft_deleted"])),
        "softDeletedArtifactType": "Images",
        "consumptionEndTime": stamp(consumption),
        "hardDeletionTargetTime": stamp(hard),
    }
    return {
        "name": resource.name,
        "id": resource.id.replace("/images/", middle, 1),
        "type": "Microsoft.Compute/galleries/softDeletedArtifactTypes/artifacts/versions",
        "location": resource.location,
        "properties": properties,
    }
