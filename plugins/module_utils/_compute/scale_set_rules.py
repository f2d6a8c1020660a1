"""What keeps the image of a scale set as it is, as one table. Pure."""

from __future__ import annotations

import typing as t

from .._resources import managed_image
from .._resources.fields import value_at
from .._resources.image_version import incomplete, regions_by_name, source_id
from .._resources.managed_image import rebuilt_since
from .._resources.provisioning_state import provisioning_state
from .._resources.refusal import DOUBT, REFUSED, Rule
from .._resources.resource_id import same_id
from .._resources.verification import verified_at
from .._versions.latest import includes
from .scale_set_facts import NONE, Facts, current_image, policy

_TRUSTED = ("TrustedLaunch", "TrustedLaunchSupported", "TrustedLaunchAndConfidentialVmSupported")
_GALLERY = "/galleries/"


_NEW_SET = "Create a new scale set from the version."


def _advice(text: str) -> str:
    """An advice as a sentence."""
    return f"{text[0].upper()}{text[1:]}."


def _name(facts: Facts) -> str:
    """The version, for a message."""
    return f"image version {facts.version['id']}" if facts.version else facts.request.image.words


# -- the version -------------------------------------------------------------------------------------------------------
def _absent(facts: Facts) -> str | None:
    if facts.version is not None and facts.definition is not None:
        return None
    if facts.request.image.kind == "image_definition" and facts.definition is not None and not facts.request.meant:
        return None  # no version is latest, which has a rule of its own
    missing = facts.request.meant or facts.request.image
    return f"image: {missing.words} does not exist. Correct the ID."


def _no_latest(facts: Facts) -> str | None:
    """The version that is meant is excluded, or no version is latest."""
    if facts.request.image.kind != "image_definition" or facts.definition is None:
        return None
    if facts.version is None:
        return (
            f"No version of {facts.request.image.words} is usable and included in latest in {facts.region}. Promote one, or "
            f"{facts.request.advice.version}."
        )
    if facts.region not in regions_by_name(facts.version) or includes(facts.region, facts.version):
        return None
    return f"{_name(facts)} is excluded from latest in {facts.region}. Promote it, or {facts.request.advice.version}."


def _other_latest(facts: Facts) -> str | None:
    if facts.request.image.kind != "image_definition" or facts.version is None or facts.latest is None:
        return None
    if _no_latest(facts):
        return None
    latest, where = facts.latest, f"Latest of {facts.request.image.words} in {facts.region}"
    if not same_id(latest["id"], facts.version["id"]):
        return f"{where} is {latest['name']}, not {facts.version['name']}. {_advice(facts.request.advice.version)}"
    current = current_image(facts.scale_set)
    source = source_id(latest)
    if facts.request.meant or current is None or _GALLERY in current.lower() or same_id(source, current):
        return None
    return (
        f"{where} is {latest['name']}, which was created from {source}, not from the scale set's image {current}. "
        f"{_advice(facts.request.advice.version)}"
    )


def _broken(facts: Facts) -> str | None:
    state = provisioning_state(facts.version)
    if state in ("Failed", "Canceled", "Deleting"):
        return f"{_name(facts)} is {state}. Repair it first."
    if state != "Succeeded" or incomplete(facts.version or {}, [facts.region]).get(facts.region) != "Failed":
        return None
    return f"The replication of {_name(facts)} to {facts.region} has failed. Repair it with on_failed: retry_regions."


def _not_ready(facts: Facts) -> str | None:
    if facts.version is None or _broken(facts):
        return None
    state, region, regions = provisioning_state(facts.version), facts.region, regions_by_name(facts.version)
    if state != "Succeeded":
        return f"{_name(facts)} is {state}. Wait until it is Succeeded."
    if region not in regions:
        return f"{_name(facts)} is not replicated to {region}, only to {', '.join(regions)}. Add the region to the version."
    shown = incomplete(facts.version, [region]).get(region)
    return f"{_name(facts)} is not Completed in {region} but {shown}. Wait for its replication." if shown else None


def _not_verified(facts: Facts) -> str | None:
    if facts.version is None or verified_at(facts.version, facts.now):
        return None
    return f"{_name(facts)} is not verified, or was published again since. Boot a canary from it first (verify_fleet)."


def _rebuilt(facts: Facts) -> str | None:
    current = current_image(facts.scale_set)
    if facts.version is None or facts.image is None or not same_id(source_id(facts.version), current):
        return None
    if not rebuilt_since(facts.version, facts.image, facts.created):
        return None
    return (
        f"The managed image {current} was rebuilt since {_name(facts)} was created, so the version is not a copy of it. Clone "
        "the new image with when_cloned: new."
    )


def _unreadable(facts: Facts) -> str | None:
    current = current_image(facts.scale_set)
    if not facts.unreadable or facts.version is None or not same_id(source_id(facts.version), current):
        return None
    return f"It is unknown whether the managed image was rebuilt since it was cloned: {facts.unreadable}"


# -- the model of the scale set ----------------------------------------------------------------------------------------
def _platform(facts: Facts) -> str | None:
    if current_image(facts.scale_set):
        return None
    if facts.storage.get("imageReference"):
        return (
            "The scale set has a platform image, and Azure does not allow changing that into a custom image. Create a new scale "
            "set."
        )
    return "The scale set has no image in its model, so no image can be replaced."


def _deleting(facts: Facts) -> str | None:
    return "The scale set is being deleted." if provisioning_state(facts.scale_set) == "Deleting" else None


def _other_system(facts: Facts) -> str | None:
    has, gets = value_at(facts.storage, "osDisk.osType"), facts.described.get("osType")
    if has and gets and str(has).lower() != str(gets).lower():
        return f"The scale set runs {has}, and {_name(facts)} is for {gets}. {_NEW_SET}"
    if str(facts.described.get("osState") or "").lower() == "specialized" and facts.model.get("osProfile"):
        return f"{_name(facts)} is Specialized, and the scale set has an osProfile, which needs a generalized image. {_NEW_SET}"
    return None


def _other_generation(facts: Facts) -> str | None:
    if facts.image is None or not facts.described:
        return None
    has, gets = managed_image.generation(facts.image), managed_image.generation({"properties": facts.described})
    if has.lower() == gets.lower():
        return None
    return f"The scale set's image has generation {has}, and {_name(facts)} has {gets}. {_NEW_SET}"


def _version_disks(facts: Facts) -> tuple[int, dict[int, int]]:
    """The size of the OS disk in GB, and those of the data disks by LUN; 0 where Azure does not report it."""
    storage = value_at(facts.version, "properties.storageProfile") or {}
    data = {int(one["lun"]): int(one.get("sizeInGB") or 0) for one in storage.get("dataDiskImages") or ()}
    return int((storage.get("osDiskImage") or {}).get("sizeInGB") or 0), data


def _small_disk(facts: Facts) -> str | None:
    system, data = _version_disks(facts)
    disks = [("OS disk", facts.storage.get("osDisk") or {}, system)]
    named = facts.storage.get("dataDisks") or ()
    disks += [(f"data disk with LUN {disk.get('lun')}", disk, data.get(disk.get("lun"), 0)) for disk in named]
    pairs = [(what, disk.get("diskSizeGB"), needs) for what, disk, needs in disks]
    small = "; ".join(f"{what}: {has} GB, {needs} GB needed" for what, has, needs in pairs if has and int(has) < needs)
    if not small:
        return None
    return f"Disks of the scale set are smaller than those of {_name(facts)}: {small}. Enlarge them in the model first."


def _data_disks(facts: Facts) -> str | None:
    """The data disks of new instances come from the image: those that the model names, or all of the image's."""
    if facts.version is None:
        return None
    disks = facts.storage.get("dataDisks") or ()
    named = {disk.get("lun") for disk in disks if str(disk.get("createOption")).lower() == "fromimage"}
    others = {disk.get("lun") for disk in disks} - named
    gets = set(_version_disks(facts)[1])
    # What is gone, or could not be read, had the LUNs of the version that was created from it.
    copied = facts.image is None and same_id(source_id(facts.version), current_image(facts.scale_set))
    has = named or (gets if copied else _luns_of_image(facts))
    if has == gets and not others & gets:
        return None
    return (
        f"The data disks do not match: the scale set has LUNs {_listed(has)} from its image and {_listed(others)} of its own, "
        f"and {_name(facts)} has {_listed(gets)}. Correct the data disks of the model first."
    )


def _luns_of_image(facts: Facts) -> set[t.Any]:
    """The LUNs of the current managed image, which new instances get although the model does not name them."""
    return {disk.get("lun") for disk in value_at(facts.image, "properties.storageProfile.dataDisks") or ()}


def _listed(luns: t.Iterable[t.Any]) -> str:
    return ", ".join(str(lun) for lun in sorted(luns, key=str)) or "none"


def _security(facts: Facts) -> str | None:
    has = str(value_at(facts.model, "securityProfile.securityType") or "Standard")
    features = {str(one.get("name")).lower(): str(one.get("value")) for one in facts.described.get("features") or ()}
    feature = features.get("securitytype", "")
    definition = f"image definition {(facts.definition or {}).get('id')}"
    if has == "TrustedLaunch" and facts.definition is not None and feature not in _TRUSTED:
        return f"The scale set has the security type TrustedLaunch, which {definition} does not support. {_NEW_SET}"
    if feature in ("TrustedLaunch", "ConfidentialVM") and has != feature:
        return f"The scale set has the security type {has}, and {definition} supports {feature} only. {_NEW_SET}"
    return None


# -- what the change would start ----------------------------------------------------------------------------------------
def _rolls_out(facts: Facts) -> str | None:
    mode, automatic = policy(facts.scale_set)
    if facts.request.roll_out != NONE or (mode == "Manual" and not automatic):
        return None
    why = f"Its upgrade policy is {mode}" if mode != "Manual" else "It has automatic OS upgrades"
    advice = facts.request.advice
    also = f" and {advice.definition}" if _automatic_to_version(facts) else ""
    what = _advice(f"{advice.allow}{also} if that is intended")
    return f"{why}, so Azure would replace running instances at once. {what}"


def _needs_latest(facts: Facts) -> str | None:
    if facts.request.roll_out == NONE or not _automatic_to_version(facts):
        return None
    what = _advice(facts.request.advice.definition)
    return f"It has automatic OS upgrades, which need an image definition, not a version. {what}"


def _automatic_to_version(facts: Facts) -> bool:
    return facts.request.image.kind == "image_version" and policy(facts.scale_set)[1]


def _locked(facts: Facts) -> str | None:
    found = [one for one in facts.locks if value_at(one, "properties.level") == "ReadOnly"]
    if not found:
        return None
    named = ", ".join(str(one.get("name")) for one in found)
    return f"The scale set is locked as ReadOnly by {named}, at it or above. Its owner can remove the lock."


RULES: tuple[Rule[Facts], ...] = (
    Rule("platform", DOUBT, _platform),
    Rule("deleting", DOUBT, _deleting),
    Rule("version_absent", DOUBT, _absent),
    Rule("version_broken", DOUBT, _broken),
    Rule("rebuilt", DOUBT, _rebuilt),
    Rule("unreadable", DOUBT, _unreadable),
    Rule("other_system", DOUBT, _other_system),
    Rule("other_generation", DOUBT, _other_generation),
    Rule("security_type", DOUBT, _security),
    Rule("small_disk", DOUBT, _small_disk),
    Rule("data_disks", DOUBT, _data_disks),
    Rule("needs_latest", DOUBT, _needs_latest),
    Rule("other_latest", DOUBT, _other_latest),
    Rule("excluded", REFUSED, _no_latest),
    Rule("not_ready", REFUSED, _not_ready),
    Rule("not_verified", REFUSED, _not_verified),
    Rule("roll_out", REFUSED, _rolls_out),
    Rule("locked", REFUSED, _locked),
)
