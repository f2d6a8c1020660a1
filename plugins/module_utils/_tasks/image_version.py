# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An image version cloned from a managed image: what exists decides what is done."""

from __future__ import annotations

import typing as t

from .._azure.options import AUTH_OPTIONS
from .._core.diff import removal_diff
from .._core.errors import NotReady, Refused
from .._core.fields import Body, Change
from .._core.ids import ResourceId, same_id
from .._core.numbers import read_number
from .._core.readiness import BUSY_STATES, provisioning_state
from .._core.resources.image_version import IMAGE_VERSION, shape, source_id
from . import version_repair
from .context import Context
from .task import Task
from .version_change import checked_comparison, update
from .version_create import SourceBusy, busy_version, create, next_free, versions_of
from .version_request import Request, read_request
from .version_result import Done, deferred, is_pending, result, wait_ready
from .watch import EXPAND

BUSY_PAUSE = 15.0  # seconds between two tries at a source that Azure calls busy


def _run(ctx: Context) -> dict[str, t.Any]:
    # the options are checked before the credentials are even looked for
    read_request(ctx.params, ctx.params.get("subscription_id") or "00000000-0000-0000-0000-000000000000")
    request = read_request(ctx.params, ctx.arm.subscription_id)
    if ctx.params["state"] == "absent":
        return _absent(ctx, request)
    return _Present(ctx, request).run()


class _Present:
    """One task with `state: present`; every wait of it is under one deadline."""

    def __init__(self, ctx: Context, request: Request) -> None:
        self.ctx, self.request = ctx, request
        self.began = ctx.clock.monotonic()

    @property
    def left(self) -> float:
        """Seconds until the task gives up."""
        return max(0.0, self.request.wait_timeout - (self.ctx.clock.monotonic() - self.began))

    def run(self) -> dict[str, t.Any]:
        rid, body = self._find()
        state = provisioning_state(body)
        if state == "Deleting" and not self.ctx.check_mode:
            if not self.request.wait:
                return deferred(self.request, rid, str(rid))
            self.ctx.progress(f"{rid.name}: waiting for its deletion to end")
            self.ctx.arm.gone(rid, self.left)
        if body is None or state == "Deleting":
            return self._create(rid)
        done = Done(rid, body)
        if state in BUSY_STATES:
            return self._busy(done)
        if version_repair.has_failed(body):
            return self._failed(done)
        return self._ready(done)

    def _find(self) -> tuple[ResourceId, Body | None]:
        """The version that the task is about, and what is there of it."""
        if not self.request.numbered:
            rid = self.request.rid(self.request.name)
            return rid, self.ctx.arm.get(rid, expand=EXPAND)
        versions = versions_of(self.ctx, self.request.definition)
        mine = [
            body
            for body in versions
            if same_id(source_id(body), str(self.request.source)) and read_number(body["name"])
        ]
        if mine and self.request.when_cloned == "reuse":
            highest = max(mine, key=lambda body: read_number(body["name"]) or ())
            rid = self.request.rid(highest["name"])
            return rid, self.ctx.arm.get(rid, expand=EXPAND)
        busy = busy_version(self.request, mine)
        if busy and self.request.source:
            self.ctx.memory.put(f"busy:{self.request.source.key}", busy)
        return next_free(self.ctx, self.request, versions), None

    def _create(self, rid: ResourceId) -> dict[str, t.Any]:
        while True:
            try:
                done = create(self.ctx, self.request, rid)
                return self._end(done)
            except SourceBusy as busy:
                if not self.request.wait:
                    return deferred(self.request, rid, busy.version)
                self._wait_for_source(rid, busy.version)

    def _wait_for_source(self, rid: ResourceId, version: str) -> None:
        if self.left <= 0:
            raise NotReady(
                f"{rid.words} was not begun: its source {self.request.source} is busy with another version ({version}) for "
                f"{self.request.wait_timeout:.0f} seconds, and Azure makes one at a time of a source. Run it again later."
            )
        self.ctx.progress(f"{rid.name}: waiting for {version}, which is made from the same source")
        self.ctx.clock.sleep(min(self.request.poll_interval or BUSY_PAUSE, max(self.left, 0.1)))

    def _busy(self, done: Done) -> dict[str, t.Any]:
        """Creating or Updating, from an interrupted run perhaps: join the wait, then compare."""
        comparison = checked_comparison(self.ctx, self.request, done.rid, done.body)
        if self.ctx.check_mode:
            update(self.ctx, self.request, done)
            return result(done, pending=True)
        if not self.request.wait:
            done.update_pending = [change.path for change in comparison.changes]
            done.unmanaged = comparison.regions.unmanaged
            return result(done, pending=True)
        done.body = wait_ready(self.ctx, self.request, done, self.left)
        return self._ready(done)

    def _failed(self, done: Done) -> dict[str, t.Any]:
        way = self.request.on_failed
        if way == "recreate":
            return self._end(version_repair.recreate(self.ctx, self.request, done, self.left))
        if way == "retry_regions":
            if not version_repair.retry_regions(self.ctx, self.request, done, self.left):
                return result(done, pending=True)
            if not self.ctx.check_mode:
                done.body = wait_ready(self.ctx, self.request, done, self.left)
            return self._ready(done)
        raise version_repair.fail(self.ctx, done.rid, done.body)

    def _ready(self, done: Done) -> dict[str, t.Any]:
        """Succeeded, though perhaps not yet in every region: compare and update."""
        update(self.ctx, self.request, done)
        return self._end(done)

    def _end(self, done: Done) -> dict[str, t.Any]:
        """Wait if the task waits and there is something to wait for."""
        if self.ctx.check_mode:
            return result(done, pending=False)
        if self.request.wait and is_pending(done.body):
            done.body = wait_ready(self.ctx, self.request, done, self.left)
            self._verify(done)
        return result(done, pending=is_pending(done.body))

    def _verify(self, done: Done) -> None:
        """Azure may have made something else of the request: say so."""
        wrong = IMAGE_VERSION.differences(done.body, self.request.wanted, True)
        for change in wrong:
            if change.path != "storage_account_type":
                self.ctx.warn(
                    f"{done.rid.words}: Azure was asked for {change.path} {change.after!r} and answers {change.before!r}."
                )


def _absent(ctx: Context, request: Request) -> dict[str, t.Any]:
    if request.numbered:
        raise Refused(f"name: {request.name} finds a number for a new version; to delete one, name its number.")
    rid = request.rid(request.name)
    body = ctx.arm.get(rid)
    if body is None:
        return {"changed": False, "image_version": None, "changes": []}
    if version_repair.deletion_blocked(ctx, body):
        raise Refused(
            f"{rid.words} is protected by block_deletion_before_end_of_life until {shape(body)['end_of_life_date']}. "
            "Set block_deletion_before_end_of_life: false first. Nothing was deleted."
        )
    before = shape(body)
    if not ctx.check_mode:
        if provisioning_state(body) != "Deleting":
            ctx.arm.delete(rid)
        if request.wait:
            ctx.arm.gone(rid, request.wait_timeout)
    return {
        "changed": True,
        "image_version": None,
        "changes": [Change("", before, None).returned()],
        "diff": removal_diff(rid, before),
    }


TASK = Task(
    name="image_version",
    options={
        **AUTH_OPTIONS,
        "resource_group": {"type": "str", "required": True},
        "gallery_name": {"type": "str", "required": True},
        "image_definition_name": {"type": "str", "required": True},
        "name": {"type": "str", "required": True},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "source": {"type": "raw"},
        "target_regions": {"type": "list", "elements": "raw"},
        **IMAGE_VERSION.options(),
        "region_policy": {"type": "str", "choices": ["merge", "exact"], "default": "merge"},
        "when_cloned": {"type": "str", "choices": ["reuse", "new"], "default": "reuse"},
        "on_failed": {"type": "str", "choices": ["fail", "recreate", "retry_regions"], "default": "fail"},
        "proposed": {"type": "str"},
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "int", "default": 21600},
        "poll_interval": {"type": "int"},
    },
    run=_run,
)
