"""A managed image with a version that may replace it, and every reason that keeps the image."""

from __future__ import annotations

import copy
import datetime
import typing as t

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.managed_image import fingerprint

from arm_emulator import Emulator
from support.playbook_runner import SUBSCRIPTION

OTHER = "11111111-1111-1111-1111-111111111111"
RG = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
IMAGE = f"{RG}/providers/Microsoft.Compute/images/web"
VERSION = f"{RG}/providers/Microsoft.Compute/galleries/pics/images/web/versions/1.0.0"
HERE = {"resource_group": "rg", "location": "southcentralus"}
DAY = datetime.timedelta(days=1)
_READ = [f"Microsoft.Compute/{kind}/read" for kind in ("images", "galleries/images/versions", "virtualMachines")]

SEED: dict[str, t.Any] = {
    "subscriptions": [SUBSCRIPTION, OTHER],
    "resource_groups": [{"name": "rg", "location": "southcentralus"}],
    "images": [
        {
            "name": "web",
            **HERE,
            "data_disks": [{"lun": 0, "size_gb": 4}, {"lun": 7, "size_gb": 8}],
            "tags": {"team": "a"},
        }
    ],
    "galleries": [{"name": "pics", **HERE}],
    "definitions": [{"name": "web", "gallery": "pics", **HERE}],
    "versions": [
        {
            "name": "1.0.0",
            "gallery": "pics",
            "definition": "web",
            "source": {"name": "web", "resource_group": "rg"},
            "target_regions": ["southcentralus", "eastus2"],
            **HERE,
        }
    ],
}


def stored(emulator: Emulator, rid: str) -> t.Any:
    """A resource as the emulator holds it."""
    return emulator.state.resources[rid.lower()]


def tag(emulator: Emulator, rid: str, **tags: str) -> None:
    """Set tags of a resource past the interface."""
    body = stored(emulator, rid).body
    body["tags"] = {**(body.get("tags") or {}), **tags}


def verify(emulator: Emulator, now: datetime.datetime, image: str = IMAGE, version: str = VERSION) -> None:
    """Make a version one that was cloned from the image with this collection, and verified ten days ago."""
    resource = stored(emulator, version)
    published = now - 20 * DAY
    resource.properties["publishingProfile"]["publishedDate"] = published.isoformat()
    body = {"properties": stored(emulator, image).properties}
    at = (now - 10 * DAY).isoformat()
    tags = {"source_fingerprint": fingerprint(body), "verified_at": at, "verified_in": "southcentralus"}
    tag(emulator, version, verified_published=published.isoformat(), **tags)


class Reason(t.NamedTuple):
    """A reason to keep an image: what is changed of the world, the options of the task, and what is said."""

    name: str
    kind: str
    words: str
    change: t.Callable[[Emulator, datetime.datetime], t.Any] = lambda _emulator, _now: None
    options: dict[str, t.Any] = {}  # noqa: RUF012
    seed: dict[str, t.Any] = {}  # noqa: RUF012


def _profile(**values: t.Any) -> t.Callable[[Emulator, datetime.datetime], None]:
    def change(emulator: Emulator, _now: datetime.datetime) -> None:
        stored(emulator, VERSION).properties["publishingProfile"].update(copy.deepcopy(values))

    return change


def _regional(emulator: Emulator, _now: datetime.datetime) -> None:
    stored(emulator, VERSION).properties["publishingProfile"]["targetRegions"][1]["excludeFromLatest"] = True


def _ends(days: int) -> t.Callable[[Emulator, datetime.datetime], None]:
    return lambda emulator, now: _profile(endOfLifeDate=(now + days * DAY).isoformat())(emulator, now)


def _tags(rid: str, **tags: str) -> t.Callable[[Emulator, datetime.datetime], None]:
    return lambda emulator, _now: tag(emulator, rid, **tags)


def _source(emulator: Emulator, _now: datetime.datetime) -> None:
    stored(emulator, VERSION).properties["storageProfile"]["source"]["id"] = IMAGE.replace("web", "another")


def _rebuilt(emulator: Emulator, _now: datetime.datetime) -> None:
    stored(emulator, IMAGE).properties["storageProfile"]["osDisk"]["managedDisk"]["id"] += "2"


def _recreated(emulator: Emulator, now: datetime.datetime) -> None:
    stored(emulator, IMAGE).created = now.timestamp()


def _state(rid: str, state: str) -> t.Callable[[Emulator, datetime.datetime], None]:
    def change(emulator: Emulator, _now: datetime.datetime) -> None:
        stored(emulator, rid).state = state

    return change


def _without(rid: str) -> t.Callable[[Emulator, datetime.datetime], None]:
    return lambda emulator, _now: emulator.state.resources.pop(rid.lower())


def _untagged(emulator: Emulator, _now: datetime.datetime) -> None:
    del stored(emulator, VERSION).body["tags"]["source_fingerprint"]


def _older(emulator: Emulator, now: datetime.datetime) -> None:
    """It was created again after it was verified."""
    _profile(publishedDate=(now - DAY).isoformat())(emulator, now)


def _machine(**more: t.Any) -> dict[str, t.Any]:
    return {"machines": [{"name": "vm", "image": IMAGE, **HERE, **more}]}


def _scale_set(image: str, **more: t.Any) -> dict[str, t.Any]:
    return {"scale_sets": [{"name": "set", "image": image, **HERE, **more}]}


def _version(definition: str, **more: t.Any) -> dict[str, t.Any]:
    """Another version of the image."""
    (version,) = SEED["versions"]
    definitions = [*SEED["definitions"], {"name": "other", "gallery": "pics", **HERE}]
    added = {**version, "name": "0.9.0", "definition": definition, **more}
    return {"definitions": definitions, "versions": [version, added]}


def _lock(scope: str) -> dict[str, t.Any]:
    return {"locks": [{"name": "keep", "scope": scope}]}


def _role(scope: str, *actions: str) -> dict[str, t.Any]:
    return {"role_assignments": [{"client_id": "me", "scope": scope, "actions": list(actions or ["*/read"])}]}


_IN_GROUP = "Not all uses of the image are visible"
REASONS = (
    Reason("version_absent", "doubt", "does not exist", _without(VERSION)),
    Reason("other_source", "doubt", "was created from", _source),
    Reason("rebuilt", "doubt", "was rebuilt", _rebuilt),
    Reason("rebuilt", "doubt", "was rebuilt", _recreated),
    Reason(
        "rebuilt", "doubt", "was rebuilt", lambda e, n: (_rebuilt(e, n), tag(e, IMAGE, restored_from=VERSION + "9"))
    ),
    Reason("unproven", "doubt", "has no tag source_fingerprint", _untagged),
    Reason("rebuilt", "doubt", "was rebuilt", lambda e, n: (_rebuilt(e, n), tag(e, IMAGE, restored_from=VERSION))),
    Reason("version_broken", "doubt", "its provisioning state is Failed", _state(VERSION, "Failed")),
    Reason("not_scanned", "doubt", _IN_GROUP, seed=_role(RG)),
    Reason(
        "not_scanned",
        "doubt",
        _IN_GROUP,
        seed=_role(f"/subscriptions/{SUBSCRIPTION}"),
        options={"subscriptions": [OTHER]},
    ),
    Reason("shallow", "refused", "is Shallow", _profile(replicationMode="Shallow")),
    Reason("not_ready", "refused", "not ready in every target region", _state(VERSION, "Creating")),
    Reason("not_ready", "refused", "has no target region", _profile(targetRegions=[])),
    Reason("not_verified", "refused", "is not verified", _tags(VERSION, verified_at="")),
    Reason("not_verified", "refused", "is not verified", _tags(VERSION, verified_published="2020-01-01T00:00:00Z")),
    Reason("not_verified", "refused", "is not verified", _older),
    Reason("excluded", "refused", "is excluded from latest. ", _profile(excludeFromLatest=True)),
    Reason("excluded", "refused", "is excluded from latest in eastus2", _regional),
    Reason("end_of_life", "refused", "within 30 days", _ends(29)),
    Reason("end_of_life", "refused", "within 30 days", _ends(-1)),
    Reason("grace", "refused", "The grace of 11 days ends on", options={"after_days": 11}),
    Reason(
        "grace",
        "refused",
        "The grace of 21 days",
        _tags(VERSION, verified_at=""),
        {"after_days": 21, "require_verified": False},
    ),
    Reason(
        "grace",
        "refused",
        "was published is unknown",
        _profile(publishedDate=None),
        {"after_days": 1, "require_verified": False},
    ),
    Reason("plan_changed", "refused", "is not in the plan", options={"planned": {}}),
    Reason("plan_changed", "refused", "replaces the image by x", options={"planned": {"version_id": "x"}}),
    Reason(
        "plan_changed",
        "refused",
        "creation time",
        options={"planned": {"version_id": VERSION, "created": "2021-01-01T00:00:00Z"}},
    ),
    Reason("image_busy", "refused", "The image is Updating", _state(IMAGE, "Updating")),
    Reason("image_busy", "refused", "The image is Restoring", _state(IMAGE, "Restoring")),
    Reason("in_use", "refused", "virtual machine", seed=_machine(ephemeral=True)),
    Reason("in_use", "refused", "virtual machine", seed=_machine(state="Creating")),
    Reason("in_use", "refused", "by scale set ", seed=_scale_set(IMAGE, capacity=0)),
    Reason(
        "in_use", "refused", "by scale set instance ", seed=_scale_set(VERSION, instances=[{"id": "0", "image": IMAGE}])
    ),
    Reason(
        "in_use", "refused", "virtual machine", seed=_scale_set(VERSION, mode="Flexible", instances=[{"image": IMAGE}])
    ),
    Reason("in_use", "refused", "by image version ", seed=_version("web", replication_mode="Shallow")),
    Reason("in_use", "refused", "by image version ", seed=_version("other", state="Creating")),
    Reason("locked", "refused", "is locked by keep", seed=_lock(IMAGE)),
    Reason("locked", "refused", "is locked by keep", seed=_lock(RG)),
)
