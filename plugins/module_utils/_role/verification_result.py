"""The fact `verify_image_version_result`, and what canaries say of a version. Pure."""

from __future__ import annotations

import re
import typing as t

from .verification import ROLE

Mapping = t.Mapping[str, t.Any]
Entry = dict[str, t.Any]

PASSED, FAILED, UNVERIFIED, BOOTING = "Passed", "Failed", "Unverified", "Booting"
IDS = ("source_id", "definition_id", "version_id", "version")
_KEYS = (*IDS, "verdict", "verified_at", "verified_in", "promoted", "latest")
_OPTION = re.compile(r"^(resource_group|security_type|subnet_id|tags|vm_size)(?=: )")


def fact(
    known: Mapping,
    message: str,
    verdict: str = UNVERIFIED,
    canaries: t.Sequence[Mapping] = (),
    removals: t.Sequence[Mapping] = (),
    changed: bool = False,
) -> Entry:
    """The fact. `known` are IDs and the state of the version; `canaries` and `removals` are results of canary_vm."""
    shown = [one["canary"] for one in canaries if one.get("canary")]
    return {
        **dict.fromkeys(_KEYS),
        **known,
        "verdict": verdict,
        # Size and security type of what was booted, which a reader of the result needs to know.
        **{
            key: ", ".join(dict.fromkeys(str(one[key]) for one in shown)) or None
            for key in ("vm_size", "security_type")
        },
        "canaries": shown,
        "changed": changed or any(one["changed"] for one in (*canaries, *removals)),
        "failed": verdict not in (PASSED, BOOTING),
        "message": message,
    }


def judge(canaries: t.Sequence[Mapping]) -> tuple[str, str]:
    """The verdict of all canaries of a version, and the reasons of those that have it.

    Without a canary, it could not even be planned: this says nothing about the image.
    """
    found = [str((one.get("canary") or {}).get("verdict") or UNVERIFIED) for one in canaries]
    verdict = next((one for one in (FAILED, UNVERIFIED, BOOTING) if one in found), PASSED)
    reasons = [str(one.get("message")) for one, own in zip(canaries, found, strict=True) if own == verdict]
    # With the variable's name where a message of canary_vm names an option.
    return verdict, " ".join(_OPTION.sub(rf"{ROLE}_\1", reason) for reason in reasons)


def leftovers(removals: t.Iterable[Mapping], said: str) -> str:
    """What could not be deleted of the canaries, without what was `said` already; empty if all was."""
    kept = dict.fromkeys(str(one["message"]) for one in removals if one.get("failed") or one.get("spared"))
    return " ".join(message for message in kept if message not in said)
