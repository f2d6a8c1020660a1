"""The options of a task about an image version, read and validated without a request."""

from __future__ import annotations

import dataclasses
import typing as t

from .._resources import managed_image
from .._resources.errors import InvalidRequest
from .._resources.image_version import IMAGE_VERSION
from .._resources.names import check_name
from .._resources.numbers import NEXT, parse_number
from .._resources.resource_id import ResourceId
from .._resources.target_regions import Wanted, parse_regions
from .._run.poll_interval import read_seconds


@dataclasses.dataclass(frozen=True)
class Request:
    """One version as the task wants it. `wanted` is by path; target regions are in `regions`."""

    definition: ResourceId
    name: str
    source: ResourceId | None
    wanted: dict[str, t.Any]
    regions: list[Wanted] | None
    append_tags: bool = True
    region_policy: str = "merge"
    when_cloned: str = "reuse"
    on_failed: str = "fail"
    wait: bool = True
    wait_timeout: float = 21600
    poll_interval: float | None = None
    proposed: str | None = None

    @property
    def numbered(self) -> bool:
        """Whether this collection chooses the number."""
        return self.name in NEXT

    def rid(self, number: str) -> ResourceId:
        """The id of the version of that number."""
        place = self.definition
        return ResourceId("image_version", place.subscription_id, place.resource_group, *place.names, number)


def read_request(params: t.Mapping[str, t.Any], subscription_id: str) -> Request:
    """The options as a Request; InvalidRequest for values that no version can have."""
    group = check_name("resource_group", params["resource_group"], "resource_group")
    gallery = check_name("gallery", params["gallery_name"], "gallery_name")
    definition = check_name("image_definition", params["image_definition_name"], "image_definition_name")
    name = str(params["name"])
    if name not in NEXT:
        parse_number(name, or_step=True)
    source = managed_image.parse_source(params["source"], subscription_id, group)
    if name in NEXT and source is None and params["state"] == "present":
        raise InvalidRequest(f"name: {name} finds the version by its source. Set source.")
    proposed = _proposed(params.get("defaults") or {})
    if params["poll_interval"] is not None:
        read_seconds(params["poll_interval"], "poll_interval", 1)
    read_seconds(params["wait_timeout"], "wait_timeout", 0)
    request = Request(
        ResourceId("image_definition", subscription_id, group, gallery, definition),
        name,
        source,
        IMAGE_VERSION.wanted(params),
        parse_regions(params["target_regions"]),
        **{
            key: params[key]
            for key in (
                "append_tags",
                "region_policy",
                "when_cloned",
                "on_failed",
                "wait",
                "wait_timeout",
                "poll_interval",
            )
        },
        proposed=proposed,
    )
    _check_replication(request)
    return request


def _proposed(defaults: t.Mapping[str, t.Any]) -> str | None:
    """The number of a new version from the option `defaults`."""
    unknown = sorted(str(name) for name in defaults if name != "name")
    if unknown:
        raise InvalidRequest(f"defaults: {unknown[0]!r} is not one of its options. It takes name.")
    if defaults.get("name") is None:
        return None
    parse_number(defaults["name"], "defaults.name")
    return str(defaults["name"])


def _check_replication(request: Request) -> None:
    count, mode = request.wanted.get("replica_count"), request.wanted.get("replication_mode")
    if count is not None and count < 1:
        raise InvalidRequest(
            f"replica_count: {count} is not a replica count. Use an integer of at least 1. Nothing was written."
        )
    if mode is not None and str(mode).lower() not in ("full", "shallow"):
        raise InvalidRequest(
            f"replication_mode: {mode!r} is not a replication mode. Use Full or Shallow. Nothing was written."
        )
