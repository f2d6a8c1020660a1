"""Wait for any number of versions in one process."""

from __future__ import annotations

import typing as t

from .._arm.auth.options import AUTH_OPTIONS
from .._resources.errors import InvalidRequest, NotReady
from .._resources.names import check_keys
from .._resources.resource_id import parse_id
from .._run.context import Context
from .._run.module_spec import ModuleSpec
from .._run.poll_interval import read_seconds
from .._versions.poller import Watched, outcome, watch
from .._versions.progress_text import label
from .._versions.request import WAIT_OPTIONS

NAMED_IN_MESSAGE = 5
_SECONDS = {"wait_timeout": 0.0, "poll_interval": 1.0}  # with their minimum values


def _entry(item: t.Any, params: t.Mapping[str, t.Any]) -> Watched:
    """One entry of `versions`: an ID, or a mapping with id, and wait_timeout and poll_interval if they differ from the task's."""
    given = check_keys(item if isinstance(item, dict) else {"id": item}, ("id", *_SECONDS), "versions")
    if not given.get("id"):
        raise InvalidRequest(
            f"versions: {item!r} has no id. Set it to an ID, or to a mapping with {', '.join(('id', *_SECONDS))}."
        )
    rid = parse_id(given["id"], "image_version", where="versions")
    timeout, interval = (_seconds(given, params, name) for name in _SECONDS)
    return Watched(rid, timeout or 0.0, interval)


def _seconds(given: t.Mapping[str, t.Any], params: t.Mapping[str, t.Any], name: str) -> float | None:
    """The seconds of an entry, or else of the task; None if both are unset."""
    value, where = (params[name], name) if given.get(name) is None else (given[name], f"versions: {name}")
    return None if value is None else read_seconds(value, where, _SECONDS[name])


def _run(ctx: Context) -> dict[str, t.Any]:
    watched: dict[str, Watched] = {}
    for item in ctx.params["versions"]:
        entry = _entry(item, ctx.params)
        known = watched.setdefault(entry.rid.key, entry)
        known.timeout = max(known.timeout, entry.timeout)
    items = list(watched.values())
    if ctx.check_mode:
        for item in items:
            item.timeout = 0  # check mode reads each version once and does not wait
    watch(ctx, items)
    results = [outcome(ctx, item) for item in items]
    bad = [(item, result) for item, result in zip(items, results, strict=True) if item.state != "Completed"]
    if bad and not ctx.check_mode:
        raise NotReady(_message(bad, len(items)), results=results, changed=False)
    return {"changed": False, "results": results}


def _message(bad: list[tuple[Watched, dict[str, t.Any]]], total: int) -> str:
    """The number of versions, and the first of them by name. All of them are in `results`."""
    if total == 1:
        return str(bad[0][1]["message"])
    named = "; ".join(
        f"{label(item.rid)} ({item.state}): {result['message']}" for item, result in bad[:NAMED_IN_MESSAGE]
    )
    more = f"; and {len(bad) - NAMED_IN_MESSAGE} more, see results" if len(bad) > NAMED_IN_MESSAGE else ""
    return f"{len(bad)} of {total} versions did not complete: {named}{more}"


SPEC = ModuleSpec(
    name="wait_for_replication",
    options={
        **AUTH_OPTIONS,
        "versions": {"type": "list", "elements": "raw", "required": True},
        **{name: WAIT_OPTIONS[name] for name in _SECONDS},
    },
    run=_run,
)
