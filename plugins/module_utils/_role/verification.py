"""The role verify_image_version: its variables, the rounds in which canaries are booted, and its result. Pure."""

from __future__ import annotations

import re
import typing as t

from .._resources.errors import InvalidRequest
from .._resources.regions import short_region
from .coercion import typed, unset
from .variables import read_own_variables

Mapping = t.Mapping[str, t.Any]
Entry = dict[str, t.Any]

ROLE = "verify_image_version"
AT_ONCE = "verify_fleet_at_once"
MOST_AT_ONCE = 10
_TEXT, _FLAG = {"type": "str"}, {"type": "bool"}
VARIABLES: dict[str, dict[str, t.Any]] = {
    "resource_group": _TEXT,
    "subnet_id": {"type": "raw"},
    "locations": {"type": "list", "elements": "raw"},
    "vm_size": {"type": "list", "elements": "str"},
    "security_type": {"type": "str", "choices": ["Standard", "TrustedLaunch"]},
    "script": _TEXT,
    "tags": {"type": "dict"},
    "wait_timeout": {"type": "int", "default": 3600},
    "promote": {**_FLAG, "default": True},
    "again": {**_FLAG, "default": False},
}
# Options of canary_vm that bear the name of a variable.
_OPTIONS = ("resource_group", "vm_size", "security_type", "script", "tags", "wait_timeout")
PASSED, FAILED, UNVERIFIED, BOOTING = "Passed", "Failed", "Unverified", "Booting"
IDS = ("source_id", "definition_id", "version_id", "version")
_KEYS = (*IDS, "verdict", "verified_at", "verified_in", "promoted", "latest")
_OPTION = re.compile(r"^(resource_group|security_type|subnet_id|tags|vm_size)(?=: )")


def read_options(variables: Mapping) -> dict[str, t.Any]:
    """The values of the variables by their short names, and `at_once`; `subnet_id` is a mapping of regions, or of an empty name.

    InvalidRequest for unknown names and invalid values.
    """
    values = read_own_variables(variables, ROLE, VARIABLES)
    for name in ("resource_group", "subnet_id"):
        if unset(values[name]) or values[name] == {}:
            raise InvalidRequest(
                f"{ROLE}_{name} is not set. It is required, see the role's README. Nothing was written."
            )
    at_once = typed(variables.get(AT_ONCE), {"type": "int"}, AT_ONCE)
    if at_once is not None and at_once < 1:
        raise InvalidRequest(f"{AT_ONCE}: {at_once} is not a number of canaries from 1 on. Nothing was written.")
    subnets = values["subnet_id"] if isinstance(values["subnet_id"], t.Mapping) else {"": values["subnet_id"]}
    return {
        **values,
        "subnet_id": {name and short_region(name, f"{ROLE}_subnet_id"): str(one) for name, one in subnets.items()},
        "locations": list(dict.fromkeys(short_region(one, f"{ROLE}_locations") for one in values["locations"] or ())),
        "at_once": at_once or MOST_AT_ONCE,
    }


def canary_in(options: Mapping, region: str, version_id: str) -> dict[str, t.Any]:
    """The options of canary_vm for a canary in a region."""
    subnet = options["subnet_id"].get(region) or options["subnet_id"].get("")
    if subnet is None:
        raise InvalidRequest(
            f"{ROLE}_subnet_id: no subnet for {region}. Give one for each region of {ROLE}_locations, as a mapping "
            "of region and ID. Nothing was written."
        )
    given = {name: options[name] for name in _OPTIONS if options[name] is not None}
    return {**given, "version": version_id, "location": region, "subnet_id": subnet}


def rounds(plans: t.Mapping[str, Mapping]) -> list[dict[str, dict[str, t.Any]]]:
    """The canaries of all hosts in rounds, each with at most as many as may exist at a time, in the order of the hosts.

    A round has, by host, what it boots (`own`), which host waits for that (`waiter`, the first of those that sign in alike), the
    list of what that host waits for (`waits`; empty for the others), and the places of the host's own in that list (`places`).
    `plans` are those of image_verification, by host.
    """
    listed = [(host, canary) for host, plan in plans.items() for canary in plan["canaries"]]
    size = min((plan["at_once"] for plan in plans.values()), default=MOST_AT_ONCE)
    return [_round(plans, listed[start : start + size]) for start in range(0, len(listed), size)]


def _round(plans: t.Mapping[str, Mapping], listed: list[tuple[str, Mapping]]) -> dict[str, dict[str, t.Any]]:
    waiters: dict[str, str] = {}
    hosts: dict[str, dict[str, t.Any]] = {}
    for host, canary in listed:
        waiter = waiters.setdefault(plans[host]["credentials"], host)
        part = hosts.setdefault(host, {"waiter": waiter, "own": [], "places": [], "waits": []})
        waits = hosts[waiter]["waits"]
        part["own"].append(canary)
        part["places"].append(len(waits))
        waits.append(canary)
    return hosts


def rounds_of(host: str, listed: t.Sequence[t.Mapping[str, Mapping]]) -> dict[str, Mapping]:
    """The rounds of one host by their numbers."""
    return {str(number): hosts[host] for number, hosts in enumerate(listed) if host in hosts}


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
