"""The options of a task about an image version, read and validated without a request."""

from __future__ import annotations

import dataclasses
import typing as t

from .._resources import managed_image
from .._resources.errors import InvalidRequest
from .._resources.image_version import IMAGE_VERSION
from .._resources.names import check_keys
from .._resources.numbers import NEXT, parse_number
from .._resources.resource_id import ResourceId, named_id
from .._resources.target_regions import Wanted, parse_regions
from .._run.poll_interval import read_seconds

POLICIES: dict[str, dict[str, t.Any]] = {
    "region_policy": {"type": "str", "choices": ["merge", "exact"], "default": "merge"},
    "when_cloned": {"type": "str", "choices": ["reuse", "new"], "default": "reuse"},
    "on_failed": {"type": "str", "choices": ["fail", "recreate", "retry_regions"], "default": "fail"},
}
WAIT_OPTIONS: dict[str, dict[str, t.Any]] = {
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 21600},
    "poll_interval": {"type": "int"},
}


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
        return self.definition.child("image_version", number)


def read_request(params: t.Mapping[str, t.Any], subscription_id: str) -> Request:
    """The options as a Request; InvalidRequest for values that no version can have."""
    definition = named_id("image_definition", subscription_id, params, "gallery_name", "image_definition_name")
    name = str(params["name"])
    if name not in NEXT:
        parse_number(name, or_step=True)
    source = managed_image.parse_source(params["source"], subscription_id, definition.resource_group)
    if name in NEXT and source is None and params["state"] == "present":
        raise InvalidRequest(f"name: {name} finds the version by its source. Set source.")
    proposed = check_keys(params.get("defaults") or {}, ("name",), "defaults").get("name")
    if params["poll_interval"] is not None:
        read_seconds(params["poll_interval"], "poll_interval", 1)
    read_seconds(params["wait_timeout"], "wait_timeout", 0)
    return Request(
        definition,
        name,
        source,
        IMAGE_VERSION.wanted(params),
        parse_regions(params["target_regions"]),
        **{key: params[key] for key in ("append_tags", *POLICIES, *WAIT_OPTIONS)},
        proposed=None if proposed is None else str(parse_number(proposed, "defaults.name")),
    )
