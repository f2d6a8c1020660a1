# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An image version cloned from a managed image: what exists decides what is done."""

from __future__ import annotations

import typing as t

from .._arm.auth.options import AUTH_OPTIONS
from .._resources.diff import removal_diff
from .._resources.errors import InvalidRequest, NotReady
from .._resources.fields import Body, Change
from .._resources.image_version import IMAGE_VERSION, shape, source_id
from .._resources.numbers import read_number
from .._resources.provisioning_state import is_busy, provisioning_state
from .._resources.resource_id import ResourceId, same_id
from .._run.context import Context
from .._run.ensure import made_anew
from .._run.module_spec import ModuleSpec
from .._versions import repair as version_repair
from .._versions.create import SourceBusy, VersionExists, busy_version, create, next_free, versions_of
from .._versions.poller import EXPAND
from .._versions.request import Request, read_request
from .._versions.result import Done, deferred, is_pending, result, wait_ready
from .._versions.update import checked_comparison, update

BUSY_PAUSE = 15.0  # seconds between two tries at a source that Azure calls busy
ATTEMPTS = 10  # at a number that others take meanwhile


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
        self._replaced: Body | None = None  # a failed version that is deleted to be made anew

    @property
    def left(self) -> float:
        """Seconds until the task gives up."""
        return max(0.0, self.request.wait_timeout - (self.ctx.clock.monotonic() - self.began))

    def run(self) -> dict[str, t.Any]:
        """Act on what exists, and look again where others were faster or the source is busy with another version."""
        taken = 0
        while True:
            try:
                return self._act()
            except SourceBusy as busy:
                if not self.request.wait:
                    return deferred(self.request, busy.rid, busy.version)
                self._wait_for_source(busy)
            except VersionExists as error:
                taken += 1
                if taken == ATTEMPTS:
                    raise self._outrun() from error
                self.ctx.debug(f"{error} was made by another run meanwhile; looking again")
                self.ctx.clock.sleep(self.ctx.random.uniform(0.1, 0.5) * taken)

    def _act(self) -> dict[str, t.Any]:
        rid, body = self._find()
        state = provisioning_state(body)
        if body is not None and state == "Deleting":
            self._replaced = self._replaced or version_repair.interrupted(self.request, body)
        if state == "Deleting" and not self.ctx.check_mode:
            if not self.request.wait:
                return deferred(self.request, rid, str(rid))
            self.ctx.progress(f"{rid.name}: waiting for its deletion to end")
            if not self.ctx.arm.gone(rid, self.left):
                raise VersionExists(str(rid))
        if body is None or state == "Deleting":
            return self._create(rid)
        done = Done(rid, body)
        if is_busy(body):
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
        return next_free(self.request, versions), None

    def _create(self, rid: ResourceId) -> dict[str, t.Any]:
        done = create(self.ctx, self.request, rid, self._replaced)
        if self._replaced is not None:
            done.changes.insert(0, version_repair.made_anew())
        return self._end(done)

    def _wait_for_source(self, busy: SourceBusy) -> None:
        if self.left <= 0:
            raise NotReady(
                f"{busy.rid.words} was not begun: its source {self.request.source} is busy with another version ({busy.version}) "
                f"for {self.request.wait_timeout:.0f} seconds, and Azure makes one at a time of a source. Run it again later."
            )
        self.ctx.progress(f"{busy.rid.name}: waiting for {busy.version}, which is made from the same source")
        self.ctx.clock.sleep(min(self.request.poll_interval or BUSY_PAUSE, max(self.left, 0.1)))

    def _outrun(self) -> NotReady:
        return NotReady(
            f"{ATTEMPTS} times in a row others were faster while this run tried for a version in {self.request.definition}. "
            "Run it again."
        )

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
            version_repair.make_way(self.ctx, self.request, done, self.left)
            self._replaced = done.body
            return self._create(done.rid)
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
            return result(done, pending=not (done.changed or self.request.wait) and is_pending(done.body))
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
        raise InvalidRequest(f"name: {request.name} finds a number for a new version; to delete one, name its number.")
    rid = request.rid(request.name)
    body = ctx.arm.get(rid)
    if body is None:
        return {"changed": False, "image_version": None, "changes": []}
    if version_repair.deletion_blocked(ctx, body):
        raise InvalidRequest(
            f"{rid.words} is protected by block_deletion_before_end_of_life until {shape(body)['end_of_life_date']}. "
            "Set block_deletion_before_end_of_life: false first. Nothing was deleted."
        )
    before = shape(body)
    if not ctx.check_mode:
        if provisioning_state(body) != "Deleting":
            ctx.arm.delete(rid)
        if request.wait and not ctx.arm.gone(rid, request.wait_timeout):
            raise made_anew(rid)
    return {
        "changed": True,
        "image_version": None,
        "changes": [Change("", before, None).returned()],
        "diff": removal_diff(rid, before),
    }


SPEC = ModuleSpec(
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
