"""Replication over time: when each region of a version completes, and the $expand=ReplicationStatus."""

from __future__ import annotations

import math
from collections.abc import Sequence

from . import regions as geography
from .messages import Json
from .store import Region


def schedule(source: str, targets: Sequence[str], start: float, seconds: float) -> list[Region]:
    """The regions of a create: the source's own first, the others one after another, the last at the end."""
    others = [region for region in targets if region != source]
    plan: dict[str, Region] = {}
    if source in targets:
        plan[source] = Region(source, start, start + seconds * (0.5 if others else 1.0))
    for index, region in enumerate(others, 1):
        share = 0.6 + 0.4 * index / len(others)
        plan[region] = Region(region, start + seconds * 0.3, start + seconds * share)
    return [plan[region] for region in targets]


def added(targets: Sequence[str], start: float, seconds: float) -> list[Region]:
    """Regions that an update adds."""
    return [Region(region, start, start + seconds * (index / len(targets))) for index, region in enumerate(targets, 1)]


def end_of(plan: Sequence[Region], default: float) -> float | None:
    """When the last region ends; None when one never does."""
    if any(region.end is None for region in plan):
        return None
    return max([default, *(region.end for region in plan if region.end is not None)])


def state_of(region: Region, now: float) -> tuple[str, int]:
    """State and progress of a region. Region states are Unknown, Replicating, Completed, Failed."""
    if region.shown == "Unknown":
        return "Unknown", 0
    if region.end is not None and now >= region.end:
        return (region.outcome, 100) if region.outcome == "Completed" else (region.outcome, _progress(region, now))
    return "Replicating", _progress(region, now)


def _progress(region: Region, now: float) -> int:
    if region.end is None:
        return 50 if now > region.start else 0
    if region.outcome != "Completed" and now >= region.end:
        return 0
    length = region.end - region.start
    if length <= 0:
        return 99
    return max(0, min(99, math.floor(100 * (now - region.start) / length)))


def status(plan: Sequence[Region], now: float) -> Json:
    """replicationStatus: short region names (recorded: 2021-03), aggregated InProgress while regions replicate."""
    summary: list[Json] = []
    states: list[str] = []
    for region in plan:
        if region.shown == "missing":
            states.append("Replicating")
            continue
        state, progress = state_of(region, now)
        states.append(state)
        entry: Json = {"region": geography.short(region.region), "state": state, "progress": progress}
        if state == "Failed" and region.details:
            entry["details"] = region.details
        summary.append(entry)
    return {"aggregatedState": _aggregate(states), "summary": summary}


def _aggregate(states: Sequence[str]) -> str:
    if not states or all(state == "Unknown" for state in states):
        return "Unknown"
    if any(state in ("Replicating", "Unknown") for state in states):
        return "InProgress"
    return "Failed" if "Failed" in states else "Completed"


def completed(plan: Sequence[Region], now: float) -> list[str]:
    """Regions that are done."""
    return [region.region for region in plan if state_of(region, now)[0] == "Completed"]


def failure_text(plan: Sequence[Region]) -> str:
    """The operation's message when regions failed (seen in a public issue)."""
    failing = [region for region in plan if region.outcome == "Failed"]
    details = ", ".join(f"{{region:{region.region}, detail:{region.details}}}" for region in failing)
    return (
        "Gallery replication jobs failed in one or more regions. The failing regions' details are as follows: "
        f"'{details}'. If retry does not work, then please do an update by removing the failed regions and update "
        "again by adding them back."
    )
