# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An emulator, and tasks run on it, under one time that nobody waits for."""

from __future__ import annotations

import contextlib
import datetime
import os
import random
import threading
import time
import typing as t
from dataclasses import dataclass, field
from unittest import mock

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm import sdk
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth import clouds
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.run_cache import RunCache
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._modules import (
    clone_plan,
    gallery,
    image_definition,
    image_version,
    wait_for_replication,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._run.context import Context
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._run.runner import outcome

from arm_emulator import Emulator, ManualClock

Json = dict[str, t.Any]
SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
SECRET = "not-to-be-seen"
PATIENCE = 0.5  # real seconds for which the client waits for an answer; a stalled one takes longer
TASKS = {
    module.SPEC.name: module.SPEC
    for module in (clone_plan, gallery, image_definition, image_version, wait_for_replication)
}


class Clock:
    """The emulator's clock as a task's; sleeping moves it."""

    def __init__(self) -> None:
        # Always the same, so that what is rounded, as the end of a token, is rounded alike in every run.
        self.shared = ManualClock(datetime.datetime(2026, 4, 23, 3, 0, tzinfo=datetime.UTC))
        self.began = self.shared.now()

    def now(self) -> datetime.datetime:
        return self.shared.now()

    def monotonic(self) -> float:
        return (self.shared.now() - self.began).total_seconds()

    def timestamp(self) -> float:
        return self.shared.now().timestamp()

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.shared.advance(seconds)


class Stopped(Exception):
    """A task of a run has failed, so those after it are not reached."""


@dataclass
class Run:
    """What one run of a scenario did: each task's result, the requests, and all that was said to anybody."""

    results: list[tuple[str, Json]] = field(default_factory=list)
    requests: list[Json] = field(default_factory=list)
    tasks: list[str] = field(default_factory=list)  # of each request, the task that made it
    said: list[str] = field(default_factory=list)
    unforeseen: Exception | None = None
    seconds: float = 0.0

    @property
    def last(self) -> Json:
        """The result of the last task that was reached."""
        return self.results[-1][1]

    @property
    def failed(self) -> bool:
        return bool(self.last.get("failed"))


class Stage:
    """`with Stage(seed) as stage:` then stage.play(scenario). `authority`: of an earlier stage, since making one takes time."""

    def __init__(self, seed: Json, authority: Json | None = None) -> None:
        self.clock = Clock()
        self.emulator = Emulator({"retry_after": 60, "replication_seconds": 150, **seed}, clock=self.clock.shared)
        if authority:
            self.emulator.state.authority = authority
        self._open = contextlib.ExitStack()

    def __enter__(self) -> t.Self:
        self._open.enter_context(self.emulator)
        clean = {name: value for name, value in os.environ.items() if not name.startswith("AZURE_")}
        around = {**clean, "REQUESTS_CA_BUNDLE": str(self.emulator.ca_file), "NO_PROXY": "*"}
        self._open.enter_context(mock.patch.dict(os.environ, around, clear=True))
        # azure-identity and msal take the time from here: tokens end, and their retries pause, by the clock of the stage.
        self._open.enter_context(mock.patch.object(time, "time", self.clock.timestamp))
        self._open.enter_context(mock.patch.object(time, "sleep", self.clock.sleep))
        # azure-core renews a token up to a minute later or earlier, by chance; here always at the same moment.
        self._open.enter_context(mock.patch.object(random, "randint", lambda low, _high: low))
        return self

    def __exit__(self, *_unused: object) -> None:
        self._open.close()

    def impatient(self) -> None:
        """From now on a client gives up on an answer soon; real time, for stalled connections only."""
        transport = sdk.transport

        def short(verify: t.Any, connect: float, read: float, **more: t.Any) -> t.Any:
            made = transport(verify, connect, min(read, PATIENCE), **more)
            made.send = self._in_order(made.send)
            return made

        self._open.enter_context(mock.patch.object(sdk, "transport", short))
        self._open.enter_context(mock.patch.object(clouds, "TIMEOUT", (10, PATIENCE)))

    def _in_order(self, send: t.Callable[..., t.Any]) -> t.Callable[..., t.Any]:
        """Sends so that a request which is given up has been served before the next one, however busy the machine is."""

        def sent(request: t.Any, **options: t.Any) -> t.Any:
            before = len(self.emulator.requests)
            try:
                return send(request, **options)
            except Exception:
                for _unused in range(3000):
                    if len(self.emulator.requests) > before:
                        break
                    threading.Event().wait(0.01)
                raise

        return sent

    def play(self, steps: t.Callable[..., None], apart: bool = False, **more: t.Any) -> Run:
        """One run: `steps` gets a function that runs a task. `apart`: each task by itself, as an ordinary module."""
        run = Run()
        memory = RunCache(self.clock.monotonic)
        began, before = self.clock.monotonic(), len(self.emulator.requests)

        def task(task_name: str, /, **options: t.Any) -> Json:
            own = RunCache(self.clock.monotonic) if apart else memory
            result, run.unforeseen = self._task(run, own, task_name, options)
            run.results.append((task_name, result))
            run.tasks += [task_name] * (len(self.emulator.requests) - before - len(run.tasks))
            if result.get("failed"):
                raise Stopped
            return result

        with contextlib.suppress(Stopped):
            steps(task, **more)
        run.requests = [{**one, "at": self._since(one["time"])} for one in self.emulator.requests[before:]]
        run.seconds = self.clock.monotonic() - began
        return run

    def _since(self, moment: str) -> float:
        """Seconds since the stage began, of a time in the log of requests."""
        return (datetime.datetime.fromisoformat(moment) - self.clock.began).total_seconds()

    def _task(self, run: Run, memory: RunCache, name: str, options: Json) -> tuple[Json, Exception | None]:
        task = TASKS[name]
        given = {
            "subscription_id": SUBSCRIPTION,
            "tenant": SUBSCRIPTION,
            "client_id": "me",
            "secret": SECRET,
            "cloud_environment": self.emulator.url,
            **options,
        }
        checked = ArgumentSpecValidator(task.options, **task.rules).validate(given)
        assert not checked.error_messages, checked.error_messages
        context = Context(
            params=checked.validated_parameters,
            progress=run.said.append,
            warn=run.said.append,
            debug=run.said.append,
            clock=t.cast("t.Any", self.clock),
            memory=memory,
            random=random.Random(1),
        )
        return outcome(task, context)

    def unstick(self) -> None:
        """What was stuck for ever comes to its end after all."""
        now = self.clock.timestamp()
        for resource in self.emulator.state.resources.values():
            for region in resource.regions:
                if region.end is None:
                    region.end, region.shown = now, ""
            if resource.job is not None and resource.job.end is None:
                resource.job.end = self.emulator.state.operations[resource.job.operation].end = now
            resource.touch()

    def describe(self) -> dict[str, Json]:
        """Galleries, definitions and versions as they are now, by what follows the provider in their ids."""
        kinds = ("gallery", "image_definition", "image_version")
        return {
            entry["id"].rpartition("Microsoft.Compute/")[2]: entry
            for entry in self.emulator.service.describe_state()
            if entry["kind"] in kinds
        }
