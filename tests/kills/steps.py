# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks in this process against an emulator, under one clock that nobody waits for, with a say before each request.

What a request has done is in the emulator, and what a run knows dies with it; so a run that is cut before each of its requests
meets every state that a kill can leave behind.
"""

from __future__ import annotations

import contextlib
import datetime
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm import sdk
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth.credentials import Surroundings
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.connection import Connection
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.retry import Waiting
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.run_cache import RunCache
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._modules import (
    gallery,
    image_definition,
    image_version,
    wait_for_replication,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._run.context import Context
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._run.runner import outcome

from arm_emulator import Emulator, ManualClock
from support.playbook_runner import SUBSCRIPTION

TASKS = {module.SPEC.name: module.SPEC for module in (gallery, image_definition, image_version, wait_for_replication)}
Step = tuple[str, Mapping[str, Any]]
Gate = Callable[[], None]


class Cut(BaseException):
    """A run ends here, without a chance to tidy up: nothing of the collection's or the SDK's catches this."""


class Clock:
    """The emulator's clock as a task's; sleeping moves it."""

    def __init__(self) -> None:
        self.shared = ManualClock(datetime.datetime(2026, 4, 23, 3, 0, tzinfo=datetime.UTC))
        self._began = self.shared.now()

    def now(self) -> datetime.datetime:
        return self.shared.now()

    def monotonic(self) -> float:
        return (self.shared.now() - self._began).total_seconds()

    def sleep(self, seconds: float) -> None:
        self.shared.advance(seconds)


class _Token:
    """A credential with the one token that the emulator takes."""

    def __init__(self, token: str) -> None:
        self._token = token

    def get_token_info(self, *scopes: str, options: Any = None) -> Any:
        return sdk.AccessTokenInfo(self._token, 2**40, token_type="Bearer")


@dataclass(frozen=True)
class Ran:
    """What became of a run of steps: the results up to the first that failed."""

    results: list[dict[str, Any]]

    @property
    def message(self) -> str | None:
        """Why it failed."""
        return self.results[-1]["msg"] if self.results[-1].get("failed") else None

    @property
    def changed(self) -> bool:
        return any(result["changed"] for result in self.results)


class Azure:
    """An emulator, and runs of tasks on it."""

    def __init__(self, emulator: Emulator, clock: Clock) -> None:
        self.emulator, self.clock = emulator, clock
        self._token = emulator.service.entra.make_token("me", SUBSCRIPTION, 0, 2**40)

    def run(self, steps: Sequence[Step], gate: Gate = lambda: None) -> Ran:
        """One run: the steps share a memory, and end with the first that fails. `gate` is called before each request."""
        memory = RunCache(self.clock.monotonic)
        results: list[dict[str, Any]] = []
        for name, options in steps:
            results.append(self._task(name, options, memory, gate))
            if results[-1].get("failed"):
                break
        return Ran(results)

    def _task(self, name: str, options: Mapping[str, Any], memory: RunCache, gate: Gate) -> dict[str, Any]:
        task = TASKS[name]
        given = {"subscription_id": SUBSCRIPTION, "cloud_environment": self.emulator.url, **options}
        given |= {"tenant": SUBSCRIPTION, "client_id": "me", "secret": "none"}
        checked = ArgumentSpecValidator(task.options, **task.rules).validate(given)
        assert not checked.error_messages, checked.error_messages
        context = Context(
            params=checked.validated_parameters,
            clock=cast("Any", self.clock),
            memory=memory,
            random=random.Random(1),
            connect=lambda ctx: self._connection(ctx, gate),
        )
        result, unforeseen = outcome(task, context)
        if unforeseen is not None:
            raise unforeseen
        return result

    def _connection(self, ctx: Context, gate: Gate) -> Connection:
        transport = sdk.transport(self.emulator.ca_file, 10, 60)
        send = transport.send

        def gated(request: Any, **more: Any) -> Any:
            gate()
            return send(request, **more)

        transport.send = gated
        around = Surroundings({"SSL_CERT_FILE": self.emulator.ca_file}, "/nonexistent", lambda: False)
        waiting = Waiting(ctx.clock, ctx.random)
        return Connection(
            ctx.params,
            ctx.memory,
            waiting,
            around=around,
            transport=transport,
            make_credential=lambda: _Token(self._token),
        )


@contextlib.contextmanager
def azure(seed: Mapping[str, Any], folder: Path) -> Iterator[Azure]:
    """An emulator with 420 s of replication."""
    clock = Clock()
    options: dict[str, Any] = {"replication_seconds": 420, "operation_seconds": 0.3, "clock": clock.shared}
    with Emulator(dict(seed), ca_file=folder / "ca.pem", **options) as emulator:
        yield Azure(emulator, clock)
