"""Any number of canaries in one process: each is started, then one loop waits for all, and the same for deleting them."""

from __future__ import annotations

import datetime
import typing as t

from .._resources.dates import parse_instant
from .._resources.errors import AzureError, GalleryError, InvalidRequest
from .._run.context import Context
from .._run.poll_interval import HEARTBEAT
from . import canary_body, canary_result
from .canary import Canary
from .canary_plan import plan_canary, run_id, subject_of
from .canary_removal import Removal
from .canary_request import Request
from .canary_sweep import leftovers
from .canary_verdict import PASSED, UNVERIFIED, Verdict

LOG_TRIES, LOG_PAUSE = 3, 10.0  # the log does not exist at first
Entry = dict[str, t.Any]


class _Waiting(t.Protocol):
    """What the loop waits for."""

    next_at: float

    @property
    def over(self) -> bool: ...

    def advance(self) -> None: ...


def watch(ctx: Context, items: t.Sequence[_Waiting]) -> dict[int, GalleryError]:
    """Let each do what is due until all are over; by their place in `items`, the errors of those that ended with one."""
    failed: dict[int, GalleryError] = {}
    said = ctx.clock.monotonic()
    while waiting := [(place, item) for place, item in enumerate(items) if not item.over and place not in failed]:
        now = ctx.clock.monotonic()
        for place, item in waiting:
            if item.next_at <= now:
                try:
                    item.advance()
                except GalleryError as error:
                    failed[place] = error
        still = [item for place, item in waiting if not item.over and place not in failed]
        now = ctx.clock.monotonic()
        if still and now - said >= HEARTBEAT:
            said = now
            ctx.progress(f"still waiting for {len(still)} of {len(items)} canaries")
        if still:
            ctx.clock.sleep(max(0.05, min(item.next_at for item in still) - now))
    return failed


def _error_entry(error: GalleryError) -> Entry:
    return {"changed": False, "canary": None, **error.details, "failed": True, "message": error.message}


# -- present -----------------------------------------------------------------------------------------------------------
def present(ctx: Context, requests: t.Sequence[Request]) -> list[Entry]:
    """The result of each canary, in the order of the requests. All are planned before the first is created."""
    canaries: dict[int, Canary] = {}
    entries: dict[int, Entry] = {}
    for place, request in enumerate(requests):
        try:
            canaries[place] = Canary(ctx, plan_canary(ctx, request))
        except GalleryError as error:
            entries[place] = _error_entry(error)
    for place, canary in list(canaries.items()):
        try:
            canary.start()
        except GalleryError as error:
            entries[place] = _error_entry(error)
            del canaries[place]
    waited = [(place, canary) for place, canary in canaries.items() if canary.plan.request.wait and not ctx.check_mode]
    failed = watch(ctx, [canary for _place, canary in waited])
    entries |= {waited[place][0]: _failed_entry(waited[place][1], error) for place, error in failed.items()}
    _read_logs(ctx, [canary for place, canary in canaries.items() if place not in entries])
    entries |= {place: _entry(canary) for place, canary in canaries.items() if place not in entries}
    return [entries[place] for place in range(len(requests))]


def _entry(canary: Canary) -> Entry:
    verdict = canary.verdict
    seconds = (canary.ctx.clock.now() - canary.created).total_seconds() if canary.body else 0.0
    shown = canary_result.shape(canary.plan, canary.body, canary.seen, verdict, canary.boot_log, max(0.0, seconds))
    entry: Entry = {"changed": canary.changed, "canary": shown, "failed": False, "message": shown["reason"]}
    if verdict.final and verdict.verdict != PASSED:
        entry |= {**canary.details, "failed": True, "message": canary_result.message(canary.plan, verdict)}
    return entry


def _failed_entry(canary: Canary, error: GalleryError) -> Entry:
    """A canary whose wait ended with an error."""
    canary.verdict = Verdict(UNVERIFIED, error.message)
    return {**_entry(canary), **error.details, "failed": True, "message": error.message}


def _read_logs(ctx: Context, canaries: t.Sequence[Canary]) -> None:
    """The boot log of each that did not pass; a missing one changes nothing."""
    missing = [one for one in canaries if one.over and one.verdict.verdict != PASSED and one.seen.state is not None]
    for attempt in range(LOG_TRIES):
        if missing and attempt:
            ctx.clock.sleep(LOG_PAUSE)
        for canary in list(missing):
            try:
                found = ctx.arm.boot_log(canary.plan.ids.machine)
            except AzureError as error:
                ctx.debug(f"{canary.plan.name}: no boot log: {error.message}")
                found = ""
            if found is not None:
                canary.boot_log = found
                missing.remove(canary)


# -- absent ------------------------------------------------------------------------------------------------------------
def absent(ctx: Context, requests: t.Sequence[Request]) -> list[Entry]:
    """Delete each canary; the result of each, in the order of the requests."""
    entries: dict[int, Entry] = {}
    removals: list[tuple[int, Removal]] = []
    for place, request in enumerate(requests):
        entries[place] = {"changed": False, "canary": None, "deleted": [], "failed": False, "message": "absent"}
        try:
            removals += [(place, removal) for removal in _removals(ctx, request, entries[place])]
        except GalleryError as error:
            entries[place] = _error_entry(error)
    if ctx.check_mode:
        _predict(entries, removals)
        return list(entries.values())
    for place, removal in removals:
        if not requests[place].wait:
            _start(entries, place, removal)
    waited = [(place, removal) for place, removal in removals if requests[place].wait]
    failed = watch(ctx, [removal for _place, removal in waited])
    for place, removal in removals:
        _note(entries[place], removal.deleted)
        if removal.errors:
            details = next(iter(removal.errors.values())).details
            entries[place] |= {**details, "failed": True, "message": removal.message}
    for index, failure in failed.items():
        entries[waited[index][0]] |= {**failure.details, "failed": True, "message": failure.message}
    return list(entries.values())


def _predict(entries: dict[int, Entry], removals: t.Sequence[tuple[int, Removal]]) -> None:
    for place, removal in removals:
        try:
            _note(entries[place], [str(body["id"]) for body in removal.found()])
        except GalleryError as error:
            entries[place] = _error_entry(error)


def _start(entries: dict[int, Entry], place: int, removal: Removal) -> None:
    """Start a deletion that nothing waits for."""
    try:
        removal.advance()
    except GalleryError as error:
        entries[place] |= {**error.details, "failed": True, "message": error.message}


def _note(entry: Entry, deleted: list[str]) -> None:
    entry["deleted"] += deleted
    entry["changed"] = bool(entry["deleted"])
    if not entry["failed"]:
        entry["message"] = f"deleted {', '.join(entry['deleted'])}" if entry["deleted"] else "absent"


def _removals(ctx: Context, request: Request, entry: Entry) -> list[Removal]:
    """What is to be deleted, unless another run is still at work with it; the entry says so."""
    if request.older_than is not None:
        return leftovers(ctx, request)
    removal = _by_name(ctx, request)
    body = ctx.arm.get(removal.ids.machine) or ctx.arm.get(removal.ids.interface)
    run, created = canary_body.tag(body, canary_body.RUN_TAG), canary_body.tag(body, canary_body.TIME_TAG)
    if run and run != run_id(ctx, request) and _is_fresh(ctx, request, created):
        entry["message"] = (
            f"{removal.ids.machine.words} was created by another run less than {request.wait_timeout:.0f} s ago and "
            "was not deleted. If that run was killed, delete it with canary_vm, state: absent and wait_timeout: 0."
        )
        entry["spared"] = True
        ctx.warn(entry["message"])
        return []
    return [removal]


def _is_fresh(ctx: Context, request: Request, created: str) -> bool:
    try:
        age = ctx.clock.now() - parse_instant(created).at
    except InvalidRequest:
        return False
    return age < datetime.timedelta(seconds=request.wait_timeout)


def _by_name(ctx: Context, request: Request) -> Removal:
    """By the task's name, or by that of what was tested."""
    if request.name:
        return _named(ctx, request, request.name)
    subject, body, _definition = subject_of(ctx, request)
    ids = canary_body.names(request.group, subject.name, canary_body.luns_of(body))
    return Removal(ctx, ids, str(subject.version), subject.digest)


def _named(ctx: Context, request: Request, name: str) -> Removal:
    """Its own tags and image decide, since its version may have been deleted or created again."""
    ids = canary_body.names(request.group, name, [])
    body = ctx.arm.get(ids.machine) or ctx.arm.get(ids.interface) or {}
    luns = canary_body.tagged_luns(body) if body else _version_luns(ctx, request)
    version = canary_body.image_of(body) or str(request.version or "")
    return Removal(ctx, canary_body.names(request.group, name, luns), version, "")


def _version_luns(ctx: Context, request: Request) -> list[int]:
    """Where at most disks are left."""
    if request.version is None:
        return []
    try:
        return canary_body.luns_of(ctx.arm.get(request.version) or {})
    except AzureError as error:
        ctx.debug(f"{request.version.words}: {error.message}")
        return []
