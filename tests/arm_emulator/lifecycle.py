"""Advance resources over time. Nothing runs in the background: each read updates the resource to the current time."""

from __future__ import annotations

from . import attachments
from .paths import parse
from .settings import Settings
from .store import Resource, Store

# What a machine's power state is once an action on it has succeeded.
POWER_AFTER = {"deallocate": "deallocated", "start": "running", "restart": "running", "power_off": "stopped"}


def current(store: Store, settings: Settings, key: str, now: float) -> Resource | None:
    """A resource as it is at that moment; None when it is gone."""
    resource = store.resources.get(key.lower())
    if resource is None:
        return None
    settle(store, settings, resource, now)
    return store.resources.get(resource.key)


def settle(store: Store, settings: Settings, resource: Resource, now: float) -> None:
    """Finish the job of a resource when its time has come."""
    holding = store.resources.get(attachments.holder(resource).lower())
    if holding is not None:
        settle(store, settings, holding, now)
    if resource.vanish is not None and now >= resource.vanish:
        store.remove(resource.key)
        _after(store, settings, resource, resource.vanish)
        return
    job = resource.job
    if job is None or job.end is None or now < job.end:
        return
    resource.job = None
    resource.touch()
    if job.action == "delete" and job.outcome == "Succeeded":
        store.remove(resource.key)
        _after(store, settings, resource, job.end)
    elif job.action == "soft_delete" and job.outcome == "Succeeded":
        store.remove(resource.key)
        _linger(store, settings, resource, job.end)
        resource.extra["soft_deleted"] = job.end
        resource.state = "Succeeded"
        store.soft_deleted[resource.key] = resource
    else:
        resource.state = "Succeeded" if job.outcome == "Succeeded" else "Failed"
        if job.outcome == "Succeeded":
            _fill(resource, job.fill)
            if job.action in POWER_AFTER:
                resource.extra["power"] = POWER_AFTER[job.action]
        elif resource.kind == "scale_set":
            found = resource.extra["instances"]
            resource.extra["instances"] = [{**one, "state": "Failed"} if one["state"] else one for one in found]


def _after(store: Store, settings: Settings, resource: Resource, end: float) -> None:
    """The effect of a completed operation on other resources."""
    _linger(store, settings, resource, end)
    if resource.kind == "virtual_machine":
        attachments.release(store, settings, resource, end)


def _fill(resource: Resource, fill: dict[str, object]) -> None:
    """What appears on success: sizes of disks, the instances of a scale set."""
    if not fill:
        return
    if resource.kind == "scale_set":
        resource.extra.update(fill)
        return
    storage = resource.properties.setdefault("storageProfile", {})
    storage.update(fill)


def _linger(store: Store, settings: Settings, resource: Resource, end: float) -> None:
    """A parent still refuses its own delete for a while (public issues: 10-20 s after the child's operation)."""
    if resource.kind not in ("image_version", "image_definition"):
        return
    parent = parse(resource.id).parent().key
    until, ids = store.settling.get(parent, (0.0, []))
    ids = ids if until > end else []
    store.settling[parent] = (end + settings.settle_seconds, [*ids, nested_id(resource.id)][-5:])


def children(store: Store, settings: Settings, key: str, kind: str, now: float) -> list[Resource]:
    """Children as they are at that moment, by name."""
    found = store.below(key, kind)
    for resource in found:
        settle(store, settings, resource, now)
    return [resource for resource in found if resource.key in store.resources]


def nested(store: Store, settings: Settings, key: str, kind: str, now: float) -> list[str]:
    """Ids that hinder the delete of a parent, as the refusal prints them."""
    ids = [nested_id(resource.id) for resource in children(store, settings, key, kind, now)]
    until, lingering = store.settling.get(key, (0.0, []))
    if now < until:
        ids += [entry for entry in lingering if entry not in ids]
    return ids


def nested_id(resource_id: str) -> str:
    """An id without its subscription: `Microsoft.Compute/galleries/g/images/d`."""
    return resource_id.split("/providers/", 1)[1]
