"""The shortest time of a first run that the rate limits and the replication allow, from the emulator's table of limits."""

from __future__ import annotations

from collections.abc import Sequence

from emulator import DEFINITION_SECONDS

from arm_emulator.limits import windows

API_VERSION = "2024-03-03"


def earliest(kind: str, ready: Sequence[float]) -> list[float]:
    """When each of these writes can be sent, each as soon as it is ready and the limits allow it."""
    limits = windows(kind, "PUT", False, API_VERSION, "", False)
    opened: dict[str, tuple[float, int]] = {}
    sent: list[float] = []
    for moment in sorted(ready):
        at = max([moment, *sent[-1:]])
        for limit in limits:
            start, used = opened.get(limit.name, (at, 0))
            if used >= limit.limit:
                at = max(at, start + limit.seconds)
        for limit in limits:
            start, used = opened.get(limit.name, (at, 0))
            opened[limit.name] = (at, 1) if at >= start + limit.seconds else (start, used + 1)
        sent.append(at)
    return sent


def in_steps(images: int, version_seconds: float) -> float:
    """If every definition is written before the first version, as tasks of a play do it."""
    definitions = earliest("image_definition", [0.0] * images)
    versions = earliest("image_version", [definitions[-1] + DEFINITION_SECONDS] * images)
    return versions[-1] + version_seconds


def ideal(images: int, version_seconds: float) -> float:
    """If every version is written as soon as its own definition exists."""
    definitions = earliest("image_definition", [0.0] * images)
    return earliest("image_version", [moment + DEFINITION_SECONDS for moment in definitions])[-1] + version_seconds
