# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which version of a definition Azure calls latest in a region."""

from __future__ import annotations

import typing as t

from .fields import Body
from .image_version import profile, target_regions
from .numbers import Number, read_number
from .provisioning_state import provisioning_state
from .regions import short_region

_USABLE = ("Succeeded", "Updating")  # an update leaves the replicas in use


def latest_in(versions: t.Iterable[Body], region: str) -> Body | None:
    """The highest version that is usable and not excluded in a region; lists do not have its replication status."""
    eligible = [body for body in versions if provisioning_state(body) in _USABLE and is_included(body, region)]
    return max(eligible, key=_order, default=None)


def is_included(version: Body, region: str) -> bool:
    """Whether the region is one of its target regions, and it is not excluded from latest there."""
    for target in target_regions(version):
        if short_region(target["name"]) == region:
            own = target.get("excludeFromLatest")
            return not (profile(version).get("excludeFromLatest") if own is None else own)
    return False


def _order(body: Body) -> Number:
    return read_number(str(body["name"])) or Number(0, 0, 0)
