"""The stage of every trial in this process: an emulator, and modules run on it, under one time in which nothing waits."""

from __future__ import annotations

import contextlib
import datetime
import functools
import os
import random
import threading
import time
import typing as t
from dataclasses import dataclass, field
from unittest import mock

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm import sdk
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.run_cache import RunCache
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._run.context import Context
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._run.runner import outcome

from arm_emulator import Emulator
from support.emulator_clock import EmulatorClock
from support.module_specs import ALL_SPECS
from support.playbook_runner import SUBSCRIPTION
from support.signed_in import sign_in

from .seeds import Json

SECRET = "not-to-be-seen"
PATIENCE = 0.5  # real seconds for which the client waits for an answer; a stalled one takes longer
Task = t.Callable[..., Json]
Gate = t.Callable[[], None]
Step = tuple[str, t.Mapping[str, t.Any]]  # a module's name and its options


class Cut(BaseException):
    """A gate ends the run here, without a chance to tidy up: neither the collection nor the SDK catches this."""


class _Stopped(Exception):
    """A module of a run has failed, so those after it are not reached."""


@dataclass
class Run:
    """What one run did: each module's result, the requests, and all lines that it showed."""

    results: list[tuple[str, Json]] = field(default_factory=list)
    requests: list[Json] = field(default_factory=list)
    modules: list[str] = field(default_factory=list)  # of each request, the module that sent it
    said: list[str] = field(default_factory=list)
    unexpected: Exception | None = None
    seconds: float = 0.0

    @property
    def last(self) -> Json:
        """The result of the last module that was reached."""
        return self.results[-1][1]

    @property
    def failed(self) -> bool:
        return bool(self.last.get("failed"))

    @property
    def message(self) -> str | None:
        """Why it failed."""
        return str(self.last["msg"]) if self.failed else None

    @property
    def changed(self) -> bool:
        return any(result.get("changed") for _name, result in self.results)


def in_order(steps: t.Sequence[Step]) -> t.Callable[[Task], None]:
    """A run of these steps, one after another."""

    def run(task: Task) -> None:
        for name, options in steps:
            task(name, **options)

    return run


class _Token:
    """A credential that is signed in already."""

    def __init__(self, token: str) -> None:
        self._token = token

    def get_token_info(self, *scopes: str, options: t.Any = None) -> t.Any:
        return sdk.AccessTokenInfo(self._token, 2**40, token_type="Bearer")


@functools.cache
def _authority() -> Json:
    """Who signs every emulator's certificate; creating one takes as long as a run."""
    with Emulator() as emulator:
        return dict(emulator.state.authority or {})


class Stage:
    """`with Stage(seed) as stage:` then stage.play(steps). A version takes 150 s, unless the seed sets another time."""

    def __init__(self, seed: Json) -> None:
        self.clock = EmulatorClock()
        self.emulator = Emulator({"retry_after": 60, "replication_seconds": 150, **seed}, clock=self.clock.shared)
        self.emulator.state.authority = _authority()
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
        self._open.enter_context(mock.patch.object(sdk, "TIMEOUT", (10, PATIENCE)))

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

    def play(
        self,
        steps: t.Callable[..., None],
        apart: bool = False,
        gate: Gate | None = None,
        goes_on: bool = False,
        **more: t.Any,
    ) -> Run:
        """One run: `steps` gets a function that runs a module.

        `apart`: each module by itself, with no memory of the others. With a `gate`, which is called before each request, the run
        is signed in already. `goes_on`: steps decide themselves what becomes of a failed module.
        """
        run = Run()
        memory = RunCache(self.clock.monotonic)
        began, before = self.clock.monotonic(), len(self.emulator.requests)

        def task(task_name: str, /, **options: t.Any) -> Json:
            own = RunCache(self.clock.monotonic) if apart else memory
            result, run.unexpected = self._module(run, own, gate, task_name, options)
            run.results.append((task_name, result))
            run.modules += [task_name] * (len(self.emulator.requests) - before - len(run.modules))
            if result.get("failed") and not goes_on:
                raise _Stopped
            return result

        with contextlib.suppress(_Stopped):
            steps(task, **more)
        run.requests = [{**one, "at": self._since(one["time"])} for one in self.emulator.requests[before:]]
        run.seconds = self.clock.monotonic() - began
        return run

    def _since(self, moment: str) -> float:
        """Seconds since the stage began, of a time in the log of requests."""
        return (datetime.datetime.fromisoformat(moment) - self.clock.began).total_seconds()

    def _module(
        self, run: Run, memory: RunCache, gate: Gate | None, name: str, options: Json
    ) -> tuple[Json, Exception | None]:
        spec = ALL_SPECS[name]
        given = {
            "subscription_id": SUBSCRIPTION,
            "tenant": SUBSCRIPTION,
            "client_id": "me",
            "secret": SECRET,
            "cloud_environment": self.emulator.url,
            **options,
        }
        checked = ArgumentSpecValidator(spec.options, **spec.rules).validate(given)
        assert not checked.error_messages, checked.error_messages
        context = Context(
            params=checked.validated_parameters,
            progress=run.said.append,
            warn=run.said.append,
            debug=run.said.append,
            clock=t.cast("t.Any", self.clock),
            cache=memory,
            random=random.Random(1),
        )
        if gate:
            token = self.emulator.service.entra.make_token("me", SUBSCRIPTION, 0, 2**40)
            sign_in(context.arm, _Token(token), self._gated(gate))
        return outcome(spec, context)

    def _gated(self, gate: Gate) -> t.Any:
        """A transport that calls the gate before each request."""
        transport = sdk.transport(self.emulator.ca_file, 10, 60)
        send = transport.send

        def sent(request: t.Any, **options: t.Any) -> t.Any:
            gate()
            return send(request, **options)

        transport.send = sent
        return transport

    def unstick(self) -> None:
        """Complete what was stuck."""
        now = self.clock.timestamp()
        for resource in self.emulator.state.resources.values():
            for region in resource.regions:
                if region.end is None:
                    region.end, region.shown = now, ""
            if resource.job is not None and resource.job.end is None:
                resource.job.end = self.emulator.state.operations[resource.job.operation].end = now
            resource.touch()
