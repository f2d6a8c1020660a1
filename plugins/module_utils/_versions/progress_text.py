"""What a wait says while it waits, and when it ends."""

from __future__ import annotations

import typing as t

from .._resources.resource_id import ResourceId
from .._resources.text import duration
from .readiness import Phase, Reading

FEW = 3  # regions that are named on one line


def label(rid: ResourceId) -> str:
    """A short name: gallery/definition/version."""
    return "/".join(rid.names)


def describe(reading: Reading, at_length: bool = False) -> str:
    """One reading: its state and the progress of its regions; unless `at_length`, short enough for a line on the screen.

    Such a line only counts regions if there are many, and leaves out completed regions after the end. A message at length names
    every region that is not completed, and counts many completed ones.
    """
    ended = reading.phase in (Phase.DONE, Phase.FAILED) and not at_length
    known = [region for region in reading.regions if region["state"] not in ("Unknown", "Completed" if ended else None)]
    if not known:
        return reading.message
    regions = _named(known) if at_length or len(known) <= FEW else _counted(known)
    return f"{reading.message} ({regions})"


def _named(regions: t.Sequence[t.Mapping[str, t.Any]]) -> str:
    """`westeurope 50 %, 33 others Completed`; few completed regions are named."""
    completed = [region for region in regions if region["state"] == "Completed"]
    if len(completed) <= FEW:
        return ", ".join(map(_region, regions))
    others = [_region(region) for region in regions if region["state"] != "Completed"]
    return ", ".join([*others, f"{len(completed)} {'others ' if others else ''}Completed"])


def _counted(regions: t.Sequence[t.Mapping[str, t.Any]]) -> str:
    """`9 Completed, 2 Replicating from 12 %`."""
    states = [str(region["state"]) for region in regions]
    least = min((region["progress"] or 0 for region in regions if region["state"] == "Replicating"), default=0)
    parts = [f"{states.count(state)} {state}" for state in dict.fromkeys(states)]
    return ", ".join(f"{words} from {least} %" if words.endswith("Replicating") else words for words in parts)


def _region(region: t.Mapping[str, t.Any]) -> str:
    if region["state"] == "Replicating":
        return f"{region['name']} {region['progress'] or 0} %"
    return f"{region['name']} {region['state']}"


def too_late(rid: ResourceId, waited: float, reading: Reading) -> str:
    """The message of a wait that ran out of time."""
    last = f"{rid.words} is not ready after {waited:.0f} seconds of waiting; last seen: {describe(reading, at_length=True)}."
    if reading.state is None:
        return f"{last} It may be late, or it was deleted: run the same task again, with a larger wait_timeout."
    return (
        f"{last} Azure goes on with it: run the same task again to join the wait, with a larger wait_timeout if replication "
        "needs longer."
    )


def counts(phases: t.Iterable[str]) -> str:
    """`20 done, 480 pending` from the phases of many versions, in a fixed order."""
    listed = list(phases)
    parts = [f"{listed.count(word)} {word}" for word in ("done", "failed", "gone", "pending") if word in listed]
    return ", ".join(parts)


def summary_line(line: str, number: int, least: int | None, waited: float, limit: float) -> str:
    """`500 versions: 20 done, 480 pending (least 12 %); 4 min of 6 h`, where `line` has the counts."""
    progress = "" if least is None else f" (least {least} %)"
    return f"{number} versions: {line}{progress}; {duration(waited, coarse=True)} of {duration(limit, coarse=True)}"
