"""The lines of a wait are for screens of 80 columns and for logs; the message at its end is complete."""

from __future__ import annotations

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.resource_id import ResourceId
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._versions.progress_text import (
    counts,
    describe,
    summary_line,
    too_late,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._versions.readiness import (
    UNREAD,
    Phase,
    Reading,
)


def regions(**states: str | int) -> tuple[dict[str, object], ...]:
    """eastus="Completed", or the percentage of one that replicates."""
    return tuple(
        {"name": name, "state": state, "progress": None}
        if isinstance(state, str)
        else {"name": name, "state": "Replicating", "progress": state}
        for name, state in states.items()
    )


MANY = regions(southcentralus="Completed", eastus2=30, westus3=12, northeurope="Completed", uksouth="Unknown")


@pytest.mark.parametrize(
    ("phase", "shown", "line"),
    [
        (Phase.PENDING, (), "Word"),
        (Phase.PENDING, regions(a="Unknown"), "Word"),
        (
            Phase.PENDING,
            regions(southcentralus="Completed", eastus2=30),
            "Word (southcentralus Completed, eastus2 30 %)",
        ),
        (Phase.PENDING, MANY, "Word (2 Completed, 2 Replicating from 12 %)"),
        (Phase.DONE, regions(southcentralus="Completed", eastus2="Completed"), "Word"),
        (Phase.FAILED, regions(southcentralus="Completed", eastus2="Failed"), "Word (eastus2 Failed)"),
    ],
)
def test_a_line(phase: Phase, shown: tuple[dict[str, object], ...], line: str) -> None:
    assert describe(Reading(phase, "Word", regions=shown)) == line


def test_at_length_every_region_is_named() -> None:
    shown = describe(Reading(Phase.PENDING, "Word", regions=MANY), at_length=True)
    assert shown == "Word (southcentralus Completed, eastus2 30 %, westus3 12 %, northeurope Completed)"


def test_at_length_many_completed_regions_are_counted() -> None:
    """So that the region that is not ready stands out."""
    completed = {f"region{number}": "Completed" for number in range(33)}
    reading = Reading(Phase.PENDING, "Word", regions=regions(**completed, westeurope=50))
    assert describe(reading, at_length=True) == "Word (westeurope 50 %, 33 others Completed)"
    reading = Reading(Phase.PENDING, "Word", regions=regions(**completed))
    assert describe(reading, at_length=True) == "Word (33 Completed)"


def test_nothing_read() -> None:
    assert describe(UNREAD) == "not read yet"


@pytest.mark.parametrize(
    ("least", "waited", "limit", "line"),
    [
        (12, 299, 21600, "150 versions: 42 done, 1 failed, 107 pending (least 12 %); 4 min of 6 h"),
        (None, 0, 5400, "150 versions: 42 done, 1 failed, 107 pending; 0 s of 1 h 30 min"),
        (0, 59.4, 90, "150 versions: 42 done, 1 failed, 107 pending (least 0 %); 59 s of 1 min"),
    ],
)
def test_many(least: int | None, waited: float, limit: float, line: str) -> None:
    shown = counts(["pending"] * 107 + ["failed"] + ["done"] * 42)
    assert summary_line(shown, 150, least, waited, limit) == line


@pytest.mark.parametrize(
    ("state", "way"), [("Creating", "to join the wait"), (None, "It may be late, or it was deleted")]
)
def test_the_end_of_a_wait_tells_what_to_do(state: str | None, way: str) -> None:
    rid = ResourceId("image_version", "sub", "rg", "g", "d", "1.0.0")
    shown = too_late(rid, 40, Reading(Phase.PENDING, "words", state))
    assert shown.startswith(f"{rid.words} is not ready after 40 seconds of waiting; last seen: words")
    assert way in shown
