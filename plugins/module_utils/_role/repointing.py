"""The variables of the role repoint_scale_sets, and its result: how each scale set of a managed image ended. Pure."""

from __future__ import annotations

import typing as t

from .._resources.names import check_name
from .variables import read_own_variables

ROLE = "repoint_scale_sets"
VERSION, DEFINITION = "version", "definition"
VARIABLES: dict[str, dict[str, t.Any]] = {
    "to": {"type": "str", "choices": [VERSION, DEFINITION], "default": VERSION},
    "roll_out": {"type": "str", "choices": ["none", "allow"], "default": "none"},
    "subscriptions": {"type": "list", "elements": "str"},
}
REPOINTED, UNCHANGED, REFUSED, FAILED = "repointed", "unchanged", "refused", "failed"
# The keys that name the image, its version, and what scale sets get.
NO_IDS: dict[str, t.Any] = dict.fromkeys(("source_id", "definition_id", "version_id", "version", "verified", "image"))
_WORDS = {REPOINTED: "got the new image", UNCHANGED: "unchanged", REFUSED: "refused", FAILED: "failed"}
_PLANNED = {REPOINTED: "would get the new image", UNCHANGED: "unchanged", REFUSED: "refused", FAILED: "would fail"}
_NAMED = 3


def read_options(variables: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The role's own variables by their short names; InvalidRequest for unknown names and invalid values."""
    said = read_own_variables(variables, ROLE, VARIABLES)
    for one in said["subscriptions"] or ():
        check_name("subscription", one, f"{ROLE}_subscriptions")
    return said


def outcome(
    ids: t.Mapping[str, t.Any], scale_sets: t.Sequence[t.Mapping[str, t.Any]], planned: bool = False
) -> dict[str, t.Any]:
    """The result of one image: `ids` name it and its version, and each of its scale sets has a `state` and a `message`."""
    states = [one["state"] for one in scale_sets]
    failed = FAILED in states
    return {
        **ids,
        "scale_sets": list(scale_sets),
        "counts": {state: states.count(state) for state in _WORDS},
        "changed": any(one["changed"] for one in scale_sets),
        "failed": failed,
        "refused": REFUSED in states and not failed,
        "message": _message(scale_sets, states, _PLANNED if planned else _WORDS),
    }


def _message(scale_sets: t.Sequence[t.Mapping[str, t.Any]], states: list[str], words: t.Mapping[str, str]) -> str:
    if not states:
        return "No scale set has this image."
    counts = ", ".join(f"{states.count(state)} {text}" for state, text in words.items() if state in states)
    reasons = [one["message"] for state in (FAILED, REFUSED) for one in scale_sets if one["state"] == state]
    more = f" And {len(reasons) - _NAMED} more, see scale_sets." if len(reasons) > _NAMED else ""
    number = f"{len(states)} scale set{'s' if len(states) > 1 else ''}"
    return " ".join([f"{number}: {counts}.", *_upgrades(scale_sets), *reasons[:_NAMED]]) + more


def _upgrades(scale_sets: t.Sequence[t.Mapping[str, t.Any]]) -> list[str]:
    """The image cannot be retired before these instances are upgraded."""
    number = sum(bool(one.get("upgrade_command")) for one in scale_sets)
    if not number:
        return []
    return [f"Upgrade the running instances of {number}, which keep the managed image (see upgrade_command)."]
