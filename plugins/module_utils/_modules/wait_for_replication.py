"""Wait for any number of versions in one process."""

from __future__ import annotations

import typing as t

from .._arm.auth.options import AUTH_OPTIONS
from .._resources.errors import InvalidRequest, NotReady
from .._resources.resource_id import parse_id
from .._run.context import Context
from .._run.module_spec import ModuleSpec
from .._run.poll_interval import read_seconds
from .._versions.poller import Watched, outcome, watch
from .._versions.progress_text import label

NAMED_IN_MESSAGE = 5
_SECONDS = {"wait_timeout": 0.0, "poll_interval": 1.0}  # with their minimum values


def _entry(item: t.Any, params: t.Mapping[str, t.Any]) -> Watched:
    """One entry of `versions`: an ID, or a mapping with id, wait_timeout and poll_interval."""
    if not isinstance(item, dict):
        item = {"id": item}
    unknown = sorted(map(str, set(item) - {"id", "wait_timeout", "poll_interval"}))
    if unknown or not item.get("id"):
        wrong = f"{', '.join(map(repr, unknown))} is not an option" if unknown else "it has no id"
        raise InvalidRequest(
            f"versions: {item!r}: {wrong}. Set it to an ID, or to a mapping with id, wait_timeout and poll_interval."
        )
    timeout, interval = (_own_or_for_all(item, params, name, least) for name, least in _SECONDS.items())
    return Watched(parse_id(item["id"], "image_version", where="versions"), timeout or 0.0, interval)


def _own_or_for_all(
    item: t.Mapping[str, t.Any], params: t.Mapping[str, t.Any], name: str, least: float
) -> float | None:
    """The seconds of an entry, or else of the task; None if both are unset."""
    if item.get(name) is not None:
        return read_seconds(item[name], f"versions: {name}", least)
    return None if params[name] is None else read_seconds(params[name], name, least)


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
        "wait_timeout": {"type": "int", "default": 21600},
        "poll_interval": {"type": "int"},
    },
    run=_run,
)
