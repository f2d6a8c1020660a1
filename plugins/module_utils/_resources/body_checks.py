"""The checks of a request body before it is sent: check_body() checks every create, update, repair and plan.

RULES is one table. A rule reads the complete body, including values carried over from the existing resource. Violations that
the existing resource already has are not reported.
"""

from __future__ import annotations

import dataclasses
import datetime
import re
import typing as t

from . import managed_image
from .dates import format_instant, parse_instant
from .errors import InvalidRequest
from .fields import Body, value_at
from .image_version import is_shallow, profile, regions_by_name
from .numbers import Number, read_number
from .regions import is_known_region, short_region
from .resource_id import ResourceId
from .storage import DEFAULT_TYPE, is_known_type
from .tags import is_version_tag
from .text import message, nearest

MOST_TAGS = 50
MOST_FINDINGS = 5  # of one rule, in one message
REPLICAS_A_REGION, REPLICAS_IN_ALL = 50, 100
FULL_GB, SHALLOW_GB = 2048, 32767
_TAG_CHARACTERS = re.compile(r"[<>%&\\?/\x00-\x1f\x7f]")
_ARCHITECTURES = ("x64", "Arm64")
# What a managed image can be cloned into; a definition of another security type takes only disks, snapshots and machines.
_SECURITY_OF_IMAGES = (
    *("Standard", "None", "TrustedLaunchSupported", "ConfidentialVMSupported"),
    "TrustedLaunchAndConfidentialVMSupported",
)
_BOOLEANS = ("True", "False")
_FEATURES: dict[str, tuple[str, ...]] = {
    "SecurityType": (*_SECURITY_OF_IMAGES, "TrustedLaunch", "ConfidentialVM"),
    "IsAcceleratedNetworkSupported": _BOOLEANS,
    "IsHibernateSupported": _BOOLEANS,
    "DiskControllerTypes": ("SCSI", "NVMe", "SCSI, NVMe", "NVMe, SCSI"),
}
_PLAN = ("name", "publisher", "product")
_RANGES = (("vCPUs", "recommended_vcpus"), ("memory", "recommended_memory"))


@dataclasses.dataclass(frozen=True)
class Outgoing:
    """A body about to be sent.

    `before` is the resource that the write changes, None for a create. `image` and `definition` are what a new version is cloned
    from and created in, `carried` the failed version that it replaces.
    """

    rid: ResourceId
    body: Body
    now: datetime.datetime
    before: Body | None = None
    image: Body | None = None
    definition: Body | None = None
    carried: Body | None = None
    margin: datetime.timedelta = datetime.timedelta(0)  # time that may pass before the write is sent


class Rule(t.NamedTuple):
    """`find` yields a message for each violation. With `refuses`, Azure always refuses it; without, it may."""

    name: str
    kinds: tuple[str, ...]
    find: t.Callable[[Outgoing], t.Iterator[str]]
    refuses: bool = True


def check_body(out: Outgoing) -> list[str]:
    """Warnings for what Azure may refuse; InvalidRequest for what it always refuses."""
    refusals = [text for rule in RULES if rule.refuses for text in _found(rule, out)]
    if refusals:
        raise InvalidRequest(f"{' '.join(refusals)} Nothing was written.")
    return [message(text) for rule in RULES if not rule.refuses for text in _found(rule, out)]


def _found(rule: Rule, out: Outgoing) -> list[str]:
    if out.rid.kind not in rule.kinds:
        return []
    existing = set(rule.find(dataclasses.replace(out, body=out.before, before=None))) if out.before else ()
    found = [text for text in rule.find(out) if text not in existing]
    more = len(found) - MOST_FINDINGS
    return found if more <= 0 else [*found[:MOST_FINDINGS], f"The same applies to {more} more."]


# Tags and dates


def _too_many_tags(out: Outgoing) -> t.Iterator[str]:
    tags = out.body.get("tags") or {}
    if len(tags) <= MOST_TAGS:
        return
    own = sorted(key for key in tags if is_version_tag(key)) if out.rid.kind == "image_version" else []
    ours = f" ({', '.join(own)} set by this collection)" if own else ""
    yield (
        f"tags: {out.rid.words} would have {len(tags)} tags{ours}, and Azure allows {MOST_TAGS}. "
        f"Remove {len(tags) - MOST_TAGS} or more tags."
    )


def _tag_names(out: Outgoing) -> t.Iterator[str]:
    yield from wrong_tag_names(out.body.get("tags") or {})


def wrong_tag_names(tags: t.Iterable[str]) -> t.Iterator[str]:
    """What is wrong with the names of tags, a sentence or two for each."""
    for name in tags:
        wrong = sorted(set(_TAG_CHARACTERS.findall(name)))
        if wrong:
            characters = " ".join(map(repr, wrong))
            yield f"tags: the name {name!r} contains {characters}. Azure allows no control characters and none of <>%&\\?/."


def _past_end_of_life(out: Outgoing) -> t.Iterator[str]:
    date = profile(out.body).get("endOfLifeDate") or value_at(out.body, "properties.endOfLifeDate")
    at = parse_instant(date).at if date else None
    if at and at <= out.now + out.margin:
        carried = profile(out.carried or {}).get("endOfLifeDate")
        same = carried and parse_instant(carried).at == at
        when = "in the past" if at <= out.now else "too near: it may pass before the version is created again"
        origin = " It is the date of the failed version; set end_of_life_date to replace it." if same else ""
        yield (
            f"end_of_life_date: {format_instant(parse_instant(date))} is {when}. "
            f"Azure accepts only a date in the future.{origin}"
        )


# Versions


def _source_region(out: Outgoing) -> t.Iterator[str]:
    if out.image and short_region(out.image["location"]) != short_region(out.body["location"]):
        own = short_region(out.image["location"])
        yield (
            f"location: {short_region(out.body['location'])} is not the region of the source, which is {own}. "
            "Omit location, and name other regions in target_regions."
        )


def _source_properties(out: Outgoing) -> t.Iterator[str]:
    if not out.image or not out.definition:
        return
    properties = out.definition["properties"]
    pairs = (
        ("OS type", managed_image.os_type(out.image), properties.get("osType")),
        ("Hyper-V generation", managed_image.generation(out.image), properties.get("hyperVGeneration") or "V1"),
        ("OS state", managed_image.os_state(out.image), properties.get("osState")),
        ("architecture", "x64", properties.get("architecture")),
    )
    for what, have, want in pairs:
        if have and want and str(have).lower() != str(want).lower():
            yield (
                f"{what}: managed image {out.image['id']} is {have}, and {out.rid.parent.words} is {want}, which is immutable. "
                f"Use a definition for {have}."
            )


def _security_type(out: Outgoing) -> t.Iterator[str]:
    if not out.image or not out.definition:
        return
    allowed = {value.lower() for value in _SECURITY_OF_IMAGES}
    for feature in out.definition["properties"].get("features") or ():
        value, starts = str(feature.get("value")), read_number(str(feature.get("startsAtVersion")))
        applies = starts is None or (read_number(out.rid.name) or Number(0, 0, 0)) >= starts
        known = value.lower() in map(str.lower, _FEATURES["SecurityType"])
        if str(feature.get("name")).lower() == "securitytype" and applies and known and value.lower() not in allowed:
            yield (
                f"features: {out.rid.parent.words} has SecurityType {value}, which Azure does not create from a managed image. "
                f"Use a definition with {value}Supported or without SecurityType."
            )


def _shallow_limits(out: Outgoing) -> t.Iterator[str]:
    if not is_shallow(out.body):
        return
    regions = regions_by_name(out.body)
    if len(regions) > 1:
        yield (
            f"replication_mode: a Shallow version has only its source's region, not {', '.join(regions)}. "
            "Use Full, or one region."
        )
    if any((region.get("regionalReplicaCount") or 1) > 1 for region in regions.values()):
        yield "replication_mode: a Shallow version has one replica, not more. Use Full, or set the replica count to 1."
    if any(region.get("encryption") for region in regions.values()):
        yield "replication_mode: a Shallow version has no disk encryption set. Use Full, or omit encryption."


def _encryption_everywhere(out: Outgoing) -> t.Iterator[str]:
    regions = regions_by_name(out.body)
    having = [name for name, region in regions.items() if region.get("encryption")]
    without = [name for name in regions if name not in having]
    if without and having:
        yield (
            "target_regions: Azure requires a disk encryption set for every region or for none. "
            f"Without one: {', '.join(without)}. With one: {', '.join(having)}."
        )


def _disk_size(out: Outgoing) -> t.Iterator[str]:
    size = max(managed_image.disk_sizes(out.image or {}))
    mode, bound = ("Shallow", SHALLOW_GB) if is_shallow(out.body) else ("Full", FULL_GB)
    if size > bound:
        yield f"source: its largest disk has {size} GB, and Azure's limit with replication_mode {mode} is {bound} GB."


def _replicas(out: Outgoing) -> t.Iterator[str]:
    counts = {name: one.get("regionalReplicaCount") or 0 for name, one in regions_by_name(out.body).items()}
    for name, count in counts.items():
        if count > REPLICAS_A_REGION:
            yield f"target_regions: {name} has {count} replicas, and Azure's limit for a region is {REPLICAS_A_REGION}."
    if sum(counts.values()) > REPLICAS_IN_ALL:
        yield f"target_regions: {sum(counts.values())} replicas in all exceed Azure's limit of {REPLICAS_IN_ALL}."


def _region_names(out: Outgoing) -> t.Iterator[str]:
    for name in regions_by_name(out.body):
        if not is_known_region(name):
            yield f"target_regions: {name} is not a known Azure region. Check its spelling; Azure decides whether it exists."


def _storage_types(out: Outgoing) -> t.Iterator[str]:
    places = (profile(out.body), *regions_by_name(out.body).values())
    for name in dict.fromkeys(place.get("storageAccountType") or DEFAULT_TYPE for place in places):
        if not is_known_type(name):
            yield f"storage_account_type: {name} is not a known type. Check its spelling; Azure decides whether it exists."


# Definitions


def _purchase_plan(out: Outgoing) -> t.Iterator[str]:
    plan = value_at(out.body, "properties.purchasePlan") or {}
    missing = [part for part in _PLAN if not plan.get(part)]
    if missing and len(missing) < len(_PLAN):
        yield (
            f"purchase_plan: {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing. A purchase plan has "
            f"{', '.join(_PLAN)}, and Azure does not allow changing it later."
        )


def _ranges(out: Outgoing) -> t.Iterator[str]:
    recommended = value_at(out.body, "properties.recommended") or {}
    for arm, option in _RANGES:
        bounds = recommended.get(arm) or {}
        if bounds.get("min") and bounds.get("max") and bounds["min"] > bounds["max"]:
            yield f"{option}: min is {bounds['min']} and max is {bounds['max']}; min must not be greater."


def _architecture(out: Outgoing) -> t.Iterator[str]:
    value = str(value_at(out.body, "properties.architecture") or "x64")
    if value.lower() not in map(str.lower, _ARCHITECTURES):
        yield f"architecture: {value} is not a known architecture.{_nearest(value, _ARCHITECTURES)}"


def _features(out: Outgoing) -> t.Iterator[str]:
    known = {name.lower(): name for name in _FEATURES}
    for feature in value_at(out.body, "properties.features") or ():
        name, value = str(feature.get("name")), str(feature.get("value"))
        if name.lower() not in known:
            yield f"features: {name} is not a known feature.{_nearest(name, _FEATURES)}"
            continue
        values = _FEATURES[known[name.lower()]]
        if value.lower() not in map(str.lower, values):
            yield f"features.{name}: {value} is not a known value.{_nearest(value, values)}"


def _nearest(text: str, known: t.Iterable[str]) -> str:
    return nearest(text, known) or f" Known: {', '.join(known)}."


_VERSION, _DEFINITION = ("image_version",), ("image_definition",)
_ALL = ("gallery", "image_definition", "image_version")
RULES = (
    Rule("tag count", _ALL, _too_many_tags),
    Rule("tag names", (*_ALL, "managed_image"), _tag_names),
    Rule("end of life", ("image_definition", "image_version"), _past_end_of_life),
    Rule("source region", _VERSION, _source_region),
    Rule("source properties", _VERSION, _source_properties),
    Rule("security type", _VERSION, _security_type),
    Rule("shallow", _VERSION, _shallow_limits),
    Rule("encryption", _VERSION, _encryption_everywhere),
    Rule("purchase plan", _DEFINITION, _purchase_plan),
    Rule("recommended ranges", _DEFINITION, _ranges),
    Rule("disk size", _VERSION, _disk_size, refuses=False),
    Rule("replicas", _VERSION, _replicas, refuses=False),
    Rule("region names", _VERSION, _region_names, refuses=False),
    Rule("storage types", _VERSION, _storage_types, refuses=False),
    Rule("architecture", _DEFINITION, _architecture, refuses=False),
    Rule("features", _DEFINITION, _features, refuses=False),
)
