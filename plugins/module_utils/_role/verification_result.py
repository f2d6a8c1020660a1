"""The fact `verify_image_version_result`, and what the tasks before it returned about canaries. Pure."""

from __future__ import annotations

import itertools
import re
import typing as t

from .._resources.errors import InvalidRequest
from .._resources.resource_id import same_id
from .pending import failure
from .verification import ROLE

Mapping = t.Mapping[str, t.Any]
Entry = dict[str, t.Any]

PASSED, FAILED, UNVERIFIED, BOOTING = "Passed", "Failed", "Unverified", "Booting"
_OPTION = re.compile(r"^(resource_group|security_type|subnet_id|tags|vm_size)(?=: )")
_LOST = "Its canary has no verdict, since the wait for it did not end. This says nothing about the image; run it again."


def named(
    canaries: t.Iterable[t.Sequence[Mapping]], started: t.Iterable[Mapping], booting: bool = False
) -> list[Entry]:
    """The canaries by the names under which they were started, so that they are found whatever becomes of their versions.

    Of each host what it boots, and what the task returned that started it. `booting`: only those without a verdict yet.
    """
    pairs: list[tuple[Mapping, Mapping]] = []
    for own, task in zip(canaries, started, strict=True):
        pairs += itertools.zip_longest(own, _results(own, task), fillvalue={})
    return [
        {**canary, "name": (one.get("canary") or {}).get("name")}
        for canary, one in pairs
        if not booting or _verdict(one) == BOOTING
    ]


def _results(own: t.Sequence[Mapping], started: Mapping) -> t.Sequence[Mapping]:
    """The results of what a host started; none if the task itself failed."""
    results = started.get("results") or ()
    return results if len(results) == len(own) else ()


def verdicts(
    part: Mapping, started: Mapping, waited: Mapping | None = None, deleted: Mapping | None = None
) -> list[Entry]:
    """The result of each canary of a host in a round, from the task that started them and those that waited and deleted.

    `left` says what could not be deleted.
    """
    results = _results(part["own"], started)
    if not results:
        return [_lost(str(started.get("msg") or _LOST)) for _canary in part["own"]]
    why = str((waited or {}).get("msg") or _LOST)
    ended = {one["canary"]["name"]: one for one in (waited or {}).get("results") or () if one.get("canary")}
    waits = bool(waited) and not (waited or {}).get("skipped")
    removals = ((deleted or {}).get("results") or [])[part["first"] :]
    return [
        {**_of_role(_ended(one, ended, why) if waits and _verdict(one) == BOOTING else one), "left": left}
        for one, left in itertools.zip_longest(results, map(_left, removals[: len(results)]))
    ]


def _left(removal: Mapping) -> str | None:
    return str(removal["message"]) if removal.get("failed") or removal.get("spared") else None


def _ended(started: Mapping, ended: Mapping, why: str) -> Entry:
    """The result of a canary after the wait, or why it has none."""
    found = ended.get(started["canary"]["name"]) or _lost(why)
    return {**found, "changed": bool(started["changed"]) or bool(found["changed"])}


def _of_role(entry: Mapping) -> Entry:
    """With the variable's name where a message of canary_vm names an option."""
    return {**entry, "message": _OPTION.sub(rf"{ROLE}_\1", str(entry.get("message")))}


def _lost(message: str) -> Entry:
    return {"canary": None, "changed": False, "failed": True, "message": message}


def _verdict(entry: Mapping) -> str:
    """Without a canary, it could not even be planned: this says nothing about the image."""
    return str((entry.get("canary") or {}).get("verdict") or UNVERIFIED)


def judge(entries: t.Sequence[Mapping]) -> tuple[str, str]:
    """The verdict of all canaries of a version, and the reasons of those that have it."""
    found = [_verdict(one) for one in entries]
    verdict = next((one for one in (FAILED, UNVERIFIED, BOOTING) if one in found), PASSED)
    return verdict, " ".join(str(one.get("message")) for one, own in zip(entries, found, strict=True) if own == verdict)


def leftovers(entries: t.Iterable[Mapping]) -> str:
    """What could not be deleted of the canaries; empty if all was."""
    return " ".join(
        dict.fromkeys(str(one["left"]) for one in entries if one.get("left") and one["left"] != one.get("message"))
    )


def result(
    planned: Mapping | None,
    *,
    canaries: t.Sequence[Mapping] = (),
    recorded: Mapping | None = None,
    updated: Mapping | None = None,
) -> Entry:
    """The fact.

    `planned` is what image_verification returned first, `canaries` what verdicts() returned, `recorded` what image_verification
    returned at the end, `updated` what wait_for_replication returned about the update.
    A task that was not reached has the result of an earlier version in a loop, so what comes after a failure is ignored.
    """
    if not planned:
        raise InvalidRequest(
            "The verification of this host was not planned. Run the role verify_image_version from its first task, without "
            "--start-at-task."
        )
    plan: Mapping = planned.get("plan") or {}
    shown = _canary_shown(canaries)
    found: Entry = {
        **{key: plan.get(key) or planned.get(key) for key in ("source_id", "definition_id", "version_id", "version")},
        "verdict": UNVERIFIED,
        **{key: plan.get(key) for key in ("verified_at", "verified_in", "promoted", "latest")},
        **shown,
        "canaries": [dict(one["canary"]) for one in canaries if one.get("canary")],
        "changed": any(one["changed"] for one in canaries),
        "failed": True,
        "message": planned.get("msg") or "The verification was not planned.",
    }
    if planned.get("failed") or not plan:
        return found
    if not plan["needed"]:
        return {**found, "verdict": PASSED, "failed": False, "message": plan["message"]}
    step = recorded or {}
    found["changed"] = found["changed"] or bool(step.get("changed"))
    not_promoted = {region: {**one, "after": one.get("before")} for region, one in (plan.get("latest") or {}).items()}
    if message := failure(step):
        return {
            **found,
            "latest": not_promoted,
            "verdict": str(step.get("verdict") or UNVERIFIED),
            "message": message,
        }
    if not step.get("verification"):
        return {**found, "latest": not_promoted, "message": "It was not verified, because a task before that failed."}
    found |= {**step["verification"], "failed": False}
    if late := _update_failure(found["version_id"], updated):
        return {**found, "failed": True, "message": late}
    return found


def _canary_shown(canaries: t.Sequence[Mapping]) -> Entry:
    """The size and security type of what was booted, which a reader of the result needs to know."""
    known = [one["canary"] for one in canaries if one.get("canary")]
    return {
        key: ", ".join(dict.fromkeys(str(one[key]) for one in known)) or None for key in ("vm_size", "security_type")
    }


def _update_failure(version_id: str, updated: Mapping | None) -> str | None:
    own = next((one for one in (updated or {}).get("results") or () if same_id(one["id"], version_id)), None)
    if own is None or own["state"] in ("Completed", "Error"):
        return None
    return f"It was verified, but the update of its tags and its exclusion from latest failed: {own['message']}"
