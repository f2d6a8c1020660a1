"""Waiting for versions: one loop over any number of them, a rule (readiness), a pace (pacing) and the run's clock.

The version itself is polled, not its operation: what Azure promises is the version's state and its replication status, and those
outlive the run that began them. The operation is asked once, for the reason, when a version failed.
"""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

from .._resources.dates import format_time, parse_instant
from .._resources.errors import AzureError, Denied, GalleryError, SignInFailed, UnexpectedResponse
from .._resources.fields import Body
from .._resources.image_version import profile
from .._resources.provisioning_state import provisioning_state
from .._resources.resource_id import ResourceId
from .._run.context import Context
from .._run.poll_interval import HEARTBEAT, budget_pause, next_pause
from .._run.provisioning import operation_error
from .progress_text import counts, describe, label, summary_line, too_late
from .readiness import UNREAD, Phase, Reading, failures, read_version

EXPAND = "ReplicationStatus"
LAST_LOOK = 15.0  # seconds for the last reading, if Azure does not answer at once
MANY = 12  # up to so many versions, each has its own lines; above, one line counts them
_STATES = {Phase.DONE: "Completed", Phase.FAILED: "Failed", Phase.GONE: "Absent", Phase.PENDING: "TimedOut"}
SUMMARY_PAUSE = 10.0  # seconds between two such lines


@dataclasses.dataclass(eq=False)  # one of many, compared by identity
class Watched:
    """One version that is waited for. `timeout` and `interval` in seconds.

    `seen`: the run has read it; `made`: the run knows that it was created, though it may not show yet; `trouble`: why the last
    reading failed.
    """

    rid: ResourceId
    timeout: float
    interval: float | None = None
    service: float | None = None
    seen: bool = False
    made: bool = False
    began: float = 0.0
    next_at: float = 0.0
    reading: Reading = UNREAD
    body: Body | None = None
    error: GalleryError | None = None
    trouble: str = ""
    timeline: list[dict[str, t.Any]] = dataclasses.field(default_factory=list)

    @property
    def ends(self) -> float:
        """When the wait gives up, by the monotonic clock."""
        return self.began + self.timeout

    @property
    def phase(self) -> Phase:
        """Anything but PENDING: there is nothing more to wait for."""
        return Phase.FAILED if self.error else self.reading.phase

    @property
    def state(self) -> str:
        """Completed, Failed, Absent, Error, or TimedOut for one that is still pending."""
        return "Error" if self.error else _STATES[self.phase]

    def note(self, now: datetime.datetime) -> None:
        """Keep when each region was first seen in its present state."""
        known = {entry["region"]: entry["state"] for entry in self.timeline}
        for region in self.reading.regions:
            if region["state"] != known.get(region["name"]):
                self.timeline.append({"at": format_time(now), "region": region["name"], "state": region["state"]})


def keep_pace(ctx: Context, rid: ResourceId, seconds: float | None) -> None:
    """Remember what Azure said with a write: when to look first, and how often."""
    if seconds:
        ctx.cache.put(f"pace:{rid.key}", {"seconds": seconds, "at": ctx.clock.monotonic()})


def watch(ctx: Context, watched: list[Watched]) -> None:
    """Read each when it is due until all are over or out of time; what came of it stands in each."""
    for item in watched:
        _begin(ctx, item)
    voice = ProgressReporter(ctx, watched)
    voice.start(ctx.clock.monotonic())
    waiting = list(watched)
    while waiting:
        now = ctx.clock.monotonic()
        late = [item for item in waiting if now >= item.ends]  # read once more, for the last state
        if _read_due(ctx, [item for item in waiting if item.next_at <= now or item in late]):
            _spread(ctx, [item for item in waiting if item.phase is Phase.PENDING])
        waiting = [item for item in waiting if item.phase is Phase.PENDING and item not in late]
        now = ctx.clock.monotonic()
        voice.update(waiting, now)
        if waiting:
            wake = min(min(item.next_at, item.ends) for item in waiting)
            ctx.clock.sleep(max(0.05, min(wake, voice.heard + HEARTBEAT) - now))


def _begin(ctx: Context, item: Watched) -> None:
    """The first reading is due at once, or when Azure said with the write."""
    item.began = ctx.clock.monotonic()
    item.made = ctx.arm.run_state.known(item.rid)
    pace = ctx.cache.get(f"pace:{item.rid.key}")
    if pace:
        item.service = pace["seconds"]
        item.next_at = pace["at"] + (item.interval or pace["seconds"])


def _spread(ctx: Context, pending: list[Watched]) -> None:
    """Put the next readings so far apart that the calls that Azure says are left last."""
    pause = budget_pause(len(pending), ctx.arm.remaining)
    earliest = ctx.clock.monotonic() + pause
    for item in pending if pause else ():
        item.next_at = max(item.next_at, earliest)


def _read_due(ctx: Context, due: list[Watched]) -> bool:
    """Read each due version, and say whether there were any.

    Versions of one definition are listed with one call, and only those that are ready there are read by themselves.
    """
    groups: dict[ResourceId, list[Watched]] = {}
    for item in due:
        groups.setdefault(item.rid.parent, []).append(item)
    for definition, items in groups.items():
        listed = _listed(ctx, definition) if len(items) > 1 else {}
        for item in items:
            _read(ctx, item, listed.get(item.rid.key))
    return bool(due)


def _listed(ctx: Context, definition: ResourceId) -> dict[str, Body]:
    try:
        return {body["id"].lower(): body for body in ctx.arm.list(definition, "image_version")}
    except AzureError:
        return {}  # each is then read by itself, and says what is wrong


def _read(ctx: Context, item: Watched, listed: Body | None) -> None:
    """One reading, judged. A list carries no replication status, so one that Succeeded there is read by itself."""
    try:
        busy = listed is not None and provisioning_state(listed) != "Succeeded"
        patient_until = max(item.ends, ctx.clock.monotonic() + LAST_LOOK)
        body = listed if busy else ctx.arm.get(item.rid, expand=EXPAND, deadline=patient_until)
    except (Denied, UnexpectedResponse, SignInFailed) as error:  # of which the next reading would say the same
        item.error = error
        return
    except AzureError as error:
        ctx.debug(f"{label(item.rid)}: {error.message}")
        item.trouble = error.message
        item.next_at = ctx.clock.monotonic() + next_pause(60, item.interval)
        return
    item.trouble = ""
    now = ctx.clock.monotonic()
    item.reading = read_version(
        body, seen=item.seen, made=item.made, unseen_for=now - item.began, failed_before=item.reading.failed
    )
    item.seen = item.seen or body is not None
    item.body = body if body is not None else item.body
    item.note(ctx.clock.now())
    pause = next_pause(_age(ctx, item, now), item.interval, item.service, item.reading.progress)
    item.next_at = now + pause * (1 + 0.1 * ctx.random.random())


def _age(ctx: Context, item: Watched, now: float) -> float:
    """Seconds since it began: a version that is being created is as old as its publishing date."""
    if provisioning_state(item.body) == "Creating":
        published = profile(item.body or {}).get("publishedDate")
        if published:
            return max(0.0, (ctx.clock.now() - parse_instant(published).at).total_seconds())
    return now - item.began


class ProgressReporter:
    """What the wait says: a line for each change of state, or one line for all when they are many, and a heartbeat."""

    def __init__(self, ctx: Context, watched: list[Watched]) -> None:
        self._ctx, self._watched = ctx, watched
        self._said: dict[ResourceId, str] = {}
        self._counts = ""
        self._counted = self.heard = ctx.clock.monotonic()

    def start(self, now: float) -> None:
        """Say what is waited for, where the first reading is some time off."""
        first = min((item.next_at for item in self._watched), default=now)
        if first > now + 1:
            what = label(self._watched[0].rid) if len(self._watched) == 1 else f"{len(self._watched)} versions"
            self._ctx.progress(f"waiting for {what}; the first poll is in {first - now:.0f} s")

    def update(self, waiting: list[Watched], now: float) -> None:
        """Say what has changed; else, when silent for long, that the wait goes on."""
        lines = [line for item in self._watched if (line := self._news(item))]
        silent = not lines and now - self.heard >= HEARTBEAT
        if len(self._watched) > MANY:
            lines += self._summary(waiting, now, silent)
        elif silent and waiting:
            lines = [_heartbeat(waiting, now)]
        for line in lines:
            self.heard = now
            self._ctx.progress(line)

    def _summary(self, waiting: list[Watched], now: float, silent: bool) -> list[str]:
        """The line that counts all, if it is due: at first, at the end, and between when the counts change, but not often."""
        line = counts(item.phase.value for item in self._watched)
        due = not self._counts or (line != self._counts and now - self._counted >= SUMMARY_PAUSE)
        if not (due or silent or not waiting):
            return []
        self._counts, self._counted = line, now
        known = [item.reading.progress for item in waiting if item.reading.progress is not None]
        waited = now - min(item.began for item in self._watched)
        limit = max(item.timeout for item in self._watched)
        return [summary_line(line, len(self._watched), min(known, default=None), waited, limit)]

    def _news(self, item: Watched) -> str | None:
        words = item.error.message if item.error else describe(item.reading)
        known = self._said.get(item.rid)
        self._said[item.rid] = words
        alone = len(self._watched) <= MANY or item.state in ("Failed", "Error", "Absent")
        read = item.error or item.reading is not UNREAD
        return f"{label(item.rid)}: {words}" if read and words != known and alone else None


def _heartbeat(waiting: list[Watched], now: float) -> str:
    first = min(waiting, key=lambda item: item.ends)
    left = first.ends - now
    others = f" and {len(waiting) - 1} more" if len(waiting) > 1 else ""
    known = first.reading.progress
    so_far = describe(first.reading) if known is None else f"{known} %"
    return f"still waiting for {label(first.rid)}{others}: {so_far}; gives up in {left:.0f} s"


def outcome(ctx: Context, item: Watched) -> dict[str, t.Any]:
    """`{id, state, regions, message}`, with Azure's reason for a failure."""
    reading = item.reading
    regions = [dict(region) for region in reading.regions]
    result: dict[str, t.Any] = {"id": str(item.rid), "state": item.state, "regions": regions, "timeline": item.timeline}
    if item.error is not None:
        return {**result, "message": item.error.message, **item.error.details}
    if item.state == "TimedOut":
        trouble = f" The last reading failed: {item.trouble}" if item.trouble else ""
        return {**result, "message": too_late(item.rid, item.timeout, reading) + trouble}
    if item.state == "Completed":  # of a thousand images; the id stands beside it
        return {**result, "message": reading.message}
    message = f"{item.rid.words}: {reading.message}"
    if reading.state != "Succeeded" if item.state == "Failed" else item.seen or item.made:
        reason, details = why_failed(ctx, item.rid, regions)
        return {**result, **details, "message": f"{message}: {reason}"}
    return {**result, "message": message}


def why_failed(
    ctx: Context, rid: ResourceId, regions: t.Iterable[t.Mapping[str, t.Any]]
) -> tuple[str, dict[str, t.Any]]:
    """Azure's reason for a failure as text and as result keys: that of its operation, and those of its regions."""
    reason, details = operation_error(ctx, rid)
    where = failures(regions)
    if where and details:
        reason = f"{reason}. Regions: {where}"
    elif where:
        reason = f"replication failed in {where}. {reason[:1].upper()}{reason[1:]}"
    return reason, details
