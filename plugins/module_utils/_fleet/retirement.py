"""The playbook retire_fleet: its variables, which images it deletes, and what it hands on to later jobs. Pure."""

from __future__ import annotations

import json
import typing as t

from .._resources.errors import InvalidRequest
from .._role.coercion import typed
from .._role.retirement import GONE, INTENDED, PLANNED, RETIRED
from .awx_artifacts import decode, encode

Mapping = t.Mapping[str, t.Any]

PREFIX = "retire_fleet_"
DEFAULT_MAX, MOST_PLANNED, MOST_RECORDS = 50, 500, 100_000
_SPECS: dict[str, dict[str, t.Any]] = {
    "max": {"type": "int"},
    "plan": {"type": "dict"},
    "unplanned": {"type": "bool"},
}


def read_run(values: Mapping, *, check_mode: bool, job: t.Any = None) -> dict[str, t.Any]:
    """The variables of a run; InvalidRequest where they are invalid, or a job of AWX has no plan.

    `approved` are the images of the plan that an earlier job handed on; None without one.
    """
    read = {name: typed(values.get(name), spec, PREFIX + name) for name, spec in _SPECS.items()}
    most = DEFAULT_MAX if read["max"] is None else read["max"]
    if most < 0:
        raise InvalidRequest(f"{PREFIX}max: {most} is not a number of images from 0 on. Nothing was deleted.")
    plan = None if check_mode or read["plan"] is None else decode(read["plan"])
    images = plan.get("images") if plan is not None else []
    if not isinstance(images, list) or not all(isinstance(one, dict) for one in images):
        raise InvalidRequest(
            f"{PREFIX}plan: this is not a plan that retire_fleet handed on in check mode: images is not a list of mappings. "
            "Run it in check mode again. Nothing was deleted."
        )
    if job and not check_mode and plan is None and not read["unplanned"]:
        raise InvalidRequest(
            "In a job of AWX, retire_fleet deletes only images of a plan. Run it after a job in check mode in one workflow, or "
            f"set {PREFIX}unplanned to true. Nothing was deleted."
        )
    return {"max": most, "approved": None if plan is None else plan["images"]}


def choose(hosts: t.Sequence[str], results: t.Sequence[Mapping | None], most: int) -> dict[str, t.Any]:
    """The hosts whose images are deleted, in the order of the inventory, those that are left, and the plan to hand on.

    Among the first are those whose image is gone and whose record a killed run has left as intended: it is completed.
    """
    found = [(host, one) for host, one in zip(hosts, results, strict=True) if (one or {}).get("outcome") == PLANNED]
    unfinished = [host for host, one in zip(hosts, results, strict=True) if one and _is_unfinished(one)]
    planned = [one["plan"] for _host, one in found if one]
    return {
        "hosts": [*(host for host, _one in found[:most]), *unfinished],
        "left": [host for host, _one in found[most:]],
        "plan": encode({"images": planned[:MOST_PLANNED], "left_out": max(0, len(planned) - MOST_PLANNED)}),
    }


def _is_unfinished(result: Mapping) -> bool:
    return result.get("outcome") == GONE and (result.get("record") or {}).get("state") == INTENDED


def records(results: t.Iterable[Mapping | None], most: int = MOST_RECORDS) -> dict[str, t.Any]:
    """The records of deleted images for set_stats, as many as fit, and how many did not."""
    kept: list[t.Any] = []
    size = left_out = 0
    for one in results:
        if not one or one.get("outcome") != RETIRED or not one.get("record"):
            continue
        record = one["record"]
        length = len(json.dumps(record))
        if size + length > most:
            left_out += 1
            continue
        size += length
        kept.append(record)
    return encode({"records": kept, "left_out": left_out})
