# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a wait says while it waits, and when it ends."""

from __future__ import annotations

import typing as t

from .ids import ResourceId
from .readiness import Reading


def label(rid: ResourceId) -> str:
    """Short and telling: gallery/definition/version."""
    return "/".join(rid.names)


def describe(reading: Reading | None) -> str:
    """One reading: its state and how far each region is."""
    if reading is None:
        return "not read yet"
    regions = ", ".join(_region(region) for region in reading.regions if region["state"] != "Unknown")
    return f"{reading.message} ({regions})" if regions else reading.message


def _region(region: t.Mapping[str, t.Any]) -> str:
    if region["state"] == "Replicating":
        return f"{region['name']} {region['progress'] or 0} %"
    return f"{region['name']} {region['state']}"


def too_late(rid: ResourceId, waited: float, reading: Reading | None) -> str:
    """The message of a wait that ran out of time."""
    return (
        f"{rid.words} is not ready after {waited:.0f} seconds of waiting; last seen: {describe(reading)}. Azure goes on with it: "
        "run the same task again to join the wait, with a larger wait_timeout if replication needs longer."
    )


def counts(phases: t.Iterable[str]) -> str:
    """`480 pending, 20 done` from the phases of many versions, in a fixed order."""
    listed = list(phases)
    parts = [f"{listed.count(word)} {word}" for word in ("pending", "done", "failed", "gone") if word in listed]
    return ", ".join(parts)
