"""The update of a virtual machine by PUT or PATCH."""

from __future__ import annotations

import uuid

from . import machine_body, machine_profiles
from .attachments import detach
from .common import effects, outcome_of, require_location, take_tags
from .context import Context
from .errors import ArmError, change_not_allowed, marked_for_deletion
from .machine_disks import Builder
from .messages import Answer, Json
from .store import Resource


def update(ctx: Context, existing: Resource, body: Json, patch: bool) -> Answer:
    """200 Updating with the whole machine; omitted properties are kept, except data disks (recorded)."""
    if existing.state == "Deleting":
        raise marked_for_deletion("Update VM", "", existing.name)
    check_etag(ctx, existing)
    if not patch:
        require_location(ctx, body, existing)
    sent = body.get("properties") or {}
    _refuse_changes(existing, sent, body)
    if existing.state == "Creating":
        text = (
            "The request failed due to conflict with a concurrent request. To resolve it, please refer to "
            "https://aka.ms/activitylog to get more details on the conflicting requests."
        )
        raise ArmError(409, "Conflict", text)  # that a machine being created is not updated is a guess
    _take(existing, sent, ctx.now)
    if body.get("identity"):
        existing.body["identity"] = identity(ctx, body["identity"])
    storage = sent.get("storageProfile") or {}
    if storage.get("dataDisks") is not None:
        _data_disks(ctx, existing, storage["dataDisks"])
    if "tags" in body or not patch:
        take_tags(ctx, body, existing.body, patch=patch)
    return _started(ctx, existing)


def check_etag(ctx: Context, existing: Resource) -> None:
    """If-Match and If-None-Match, known since 2024-07-01."""
    wanted, unwanted = (ctx.request.headers.get(name) for name in ("if-match", "if-none-match"))
    current = machine_body.etag(existing)
    if (wanted and wanted != "*" and wanted != current) or unwanted in ("*", current):
        raise precondition_failed()


def precondition_failed() -> ArmError:
    """The refusal of another etag (a guess)."""
    return ArmError(412, "PreconditionFailed", "The condition specified using HTTP conditional header(s) is not met.")


def _refuse_changes(existing: Resource, sent: Json, body: Json) -> None:
    """409 PropertyChangeNotAllowed (seen for the password, in public issues; the others by analogy)."""
    stored, profile = existing.properties, sent.get("osProfile") or {}
    password = profile.get("adminPassword")
    if password is not None and machine_profiles.fingerprint(password) != existing.extra.get("password"):
        raise change_not_allowed("osProfile.adminPassword")
    for name in ("computerName", "adminUsername"):
        if profile.get(name) and profile[name] != (stored.get("osProfile") or {}).get(name):
            raise change_not_allowed(f"osProfile.{name}")
    keys = _keys(profile)
    if keys and keys != _keys(stored.get("osProfile") or {}):
        raise change_not_allowed("linuxConfiguration.ssh.publicKeys")
    reference = (sent.get("storageProfile") or {}).get("imageReference") or {}
    had = stored["storageProfile"].get("imageReference") or {}
    for name, value in reference.items():
        if value is not None and str(value).lower() != str(had.get(name, "")).lower():
            raise change_not_allowed(f"imageReference.{name}")
    plan = body.get("plan")
    if plan and plan != existing.body.get("plan"):
        raise change_not_allowed("plan")


def _keys(profile: Json) -> list[str]:
    ssh = (profile.get("linuxConfiguration") or {}).get("ssh") or {}
    return [str(key.get("keyData")) for key in ssh.get("publicKeys") or []]


def _take(existing: Resource, sent: Json, now: float) -> None:
    stored = existing.properties
    if sent.get("hardwareProfile"):
        stored["hardwareProfile"] = sent["hardwareProfile"]
    profile = sent.get("osProfile") or {}
    if "allowExtensionOperations" in profile and "osProfile" in stored:
        stored["osProfile"]["allowExtensionOperations"] = machine_profiles.flag(profile["allowExtensionOperations"])
    kept = machine_profiles.diagnostics_profile(sent.get("diagnosticsProfile"), stored.get("diagnosticsProfile"))
    if kept is not None:
        stored["diagnosticsProfile"] = kept
        if kept["bootDiagnostics"]["enabled"]:
            existing.extra.setdefault("diagnosed", now)
    option = ((sent.get("storageProfile") or {}).get("osDisk") or {}).get("deleteOption")
    if option:
        stored["storageProfile"]["osDisk"]["deleteOption"] = option


def identity(ctx: Context, sent: Json) -> Json:
    """An identity as stored; one of the system gets its ids (recorded)."""
    if sent.get("type") != "SystemAssigned":
        return sent
    principal = str(uuid.uuid5(uuid.NAMESPACE_URL, ctx.target.key))
    return {"type": "SystemAssigned", "principalId": principal, "tenantId": ctx.caller.tenant}


def _data_disks(ctx: Context, existing: Resource, sent: list[Json]) -> None:
    """Disks that are left out are detached: shown so until the operation ends (recorded)."""
    storage = existing.properties["storageProfile"]
    asked = {disk.get("lun"): disk for disk in sent}
    new = [disk for disk in sent if disk.get("lun") not in {old["lun"] for old in storage["dataDisks"]}]
    builder = Builder(ctx, existing.location, None, "Premium_LRS")
    added = builder.data_disks(new, [])
    builder.result.settle(ctx, existing.id)
    kept = []
    for disk in storage["dataDisks"]:
        gone = disk["lun"] not in asked
        option = (asked.get(disk["lun"]) or {}).get("deleteOption") or disk["deleteOption"]
        kept.append({**disk, "deleteOption": option, "toBeDetached": gone})
        if gone:
            _let_go(ctx, disk)
    storage["dataDisks"] = sorted([*kept, *added], key=lambda disk: disk["lun"])


def _let_go(ctx: Context, disk: Json) -> None:
    resource = ctx.get(str((disk.get("managedDisk") or {}).get("id") or ""))
    if resource is not None:
        detach(resource)


def _started(ctx: Context, existing: Resource) -> Answer:
    existing.extra["etag"] = existing.extra.get("etag", 1) + 1
    existing.state = "Updating"
    outcome, error = outcome_of(effects(ctx, existing.id))
    storage = existing.properties["storageProfile"]
    left = [disk for disk in storage["dataDisks"] if not disk["toBeDetached"]]
    fill = {"dataDisks": left} if len(left) < len(storage["dataDisks"]) else {}
    seconds = ctx.settings.machine_update_seconds
    operation = ctx.begin(existing, "update", seconds, outcome=outcome, error=error, fill=fill)
    answer = ctx.started(200, operation, machine_body.render(ctx, existing))
    answer.headers.update(machine_body.headers(ctx, existing))
    return answer
