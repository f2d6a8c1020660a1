"""The purchase plan of an image that descends from the Azure Marketplace, as Packer writes it to tags."""

from __future__ import annotations

import typing as t

from .tags import tag_value

PLAN_TAGS = {"name": "PlanInfo", "publisher": "PlanPublisher", "product": "PlanProduct"}


def tagged_plan(body: t.Mapping[str, t.Any]) -> dict[str, str | None]:
    """The parts of the purchase plan in a resource's tags; None for a part that has no tag."""
    return {part: tag_value(body, tag.lower()) for part, tag in PLAN_TAGS.items()}
