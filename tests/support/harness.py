"""The emulator without sockets, and module runs on it, as a module or as its action plugin.

Thousands of runs take seconds: the SDK's requests go straight to the emulator's service, and the clock moves only by sleeping.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import functools
import io
import json
import random
import traceback
import types
import typing as t
from unittest import mock

import requests
import urllib3
from azure.core.credentials import AccessTokenInfo
from azure.core.pipeline.transport import RequestsTransport

from ansible.errors import AnsibleError
from ansible.module_utils import basic
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils import _module
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.run_cache import RunCache
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._run.context import Context
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._run.module_spec import ModuleSpec
from ansible_collections.cloudimages.azure_gallery.plugins.plugin_utils import in_process

from arm_emulator import Emulator
from arm_emulator.messages import Request
from support.emulator_clock import EmulatorClock
from support.module_specs import ALL_SPECS
from support.playbook_runner import SUBSCRIPTION
from support.signed_in import sign_in

SECRET = "not-to-be-seen"
CREDENTIALS = {"subscription_id": SUBSCRIPTION, "tenant": SUBSCRIPTION, "client_id": "me", "secret": SECRET}
SEED = {
    "resource_groups": [{"name": "rg", "location": "southcentralus"}],
    "images": [
        {"name": name, "resource_group": "rg", "location": "southcentralus", "os_type": os_type, "os_disk_gb": 30}
        for name, os_type in (("web", "Linux"), ("db", "Windows"))
    ],
}
# A request with any other method is a write.
_READS = ("GET", "HEAD")
_MOST_SLEEPS = 3000


class Direct(requests.adapters.BaseAdapter):
    """Gives requests to the emulator's service in place of a socket."""

    def __init__(self, service: t.Any) -> None:
        super().__init__()
        self.service = service
        self.mistakes: list[str] = []

    def send(self, request: requests.PreparedRequest, **kwargs: t.Any) -> requests.Response:  # type: ignore[override]
        body = request.body or b""
        asked = Request.of(
            str(request.method),
            str(request.path_url),
            {**request.headers, "host": "management.azure.com"},
            body if isinstance(body, bytes) else str(body).encode(),
        )
        try:
            answer = self.service.handle(asked)
        except Exception:
            self.mistakes.append(traceback.format_exc())
            raise
        response = requests.Response()
        response.status_code, response.request, response.url = answer.status, request, str(request.url)
        response.headers.update(answer.headers)
        response.raw = urllib3.HTTPResponse(
            io.BytesIO(answer.body), headers=answer.headers, status=answer.status, preload_content=False
        )
        return response

    def close(self) -> None:
        """Nothing is open."""


@dataclasses.dataclass
class Outcome:
    """The result of a run. `error` is what the module raised; None also if its options were invalid."""

    result: dict[str, t.Any]
    error: Exception | None
    writes: list[tuple[str, str]]

    @property
    def failed(self) -> bool:
        return bool(self.result.get("failed"))

    @property
    def invalid(self) -> bool:
        """Whether Ansible has rejected the options."""
        return self.failed and self.error is None

    @property
    def message(self) -> str:
        return str(self.result.get("msg"))

    @property
    def changed(self) -> bool:
        return bool(self.result["changed"])


class Kept(t.NamedTuple):
    """The state of a harness at a time."""

    state: str
    at: datetime.datetime


class Harness:
    """One emulator and runs on it; each run is like a playbook of its own, and knows nothing of the others."""

    def __init__(self, kept: Kept | None = None, seed: t.Any = None) -> None:
        self.clock = EmulatorClock(_MOST_SLEEPS)
        self.emulator = Emulator(
            None if kept else SEED if seed is None else seed, replication_seconds=8, clock=self.clock.shared
        )
        if kept:
            self.emulator.state.load(kept.state)
            self.clock.shared.set(kept.at)
        self.direct = Direct(self.emulator.service)
        session = requests.Session()
        session.mount("https://", self.direct)
        session.trust_env = False
        self._transport = RequestsTransport(session=session, session_owner=False)

    def keep(self) -> Kept:
        """The state now, to start other harnesses with."""
        return Kept(self.emulator.state.text(), self.clock.now())

    def run(self, name: str, options: t.Mapping[str, t.Any], *, check: bool = False, module: bool = False) -> Outcome:
        """Run a module in process, as the action plugin does, or as the module does; with valid credentials."""
        credentials = CREDENTIALS if "subscription_id" in ALL_SPECS[name].options else {}
        raised: list[Exception] = []
        task = dataclasses.replace(ALL_SPECS[name], run=_noting(ALL_SPECS[name].run, raised))
        before = len(self.emulator.requests)
        enter = _as_module if module else _in_process
        with mock.patch.object(_module if module else in_process, "Context", self.context):
            try:
                result = enter(task, {**credentials, **options}, check)
            except AnsibleError as error:  # ansible itself rejects some text, such as half a character
                result = {"failed": True, "msg": str(error)}
        sent = [(entry["method"], entry["path"]) for entry in self.emulator.requests[before:]]
        assert not self.direct.mistakes, f"the emulator failed:\n{self.direct.mistakes[0]}"
        return Outcome(result, raised[0] if raised else None, [one for one in sent if one[0] not in _READS])

    def context(self, **given: t.Any) -> Context:
        """A run's context as both entry points create it, except for its surroundings."""
        surroundings = {
            "clock": self.clock,
            "cache": RunCache(self.clock.monotonic),
            "random": random.Random(1),
            "alive": lambda: True,
        }
        context = Context(**{**given, **surroundings})
        sign_in(context.arm, self, self._transport)
        return context

    def get_token_info(self, *scopes: str, **kwargs: t.Any) -> AccessTokenInfo:
        """The credential's part: a token that the emulator accepts."""
        now = self.emulator.service.now()
        token = self.emulator.service.entra.make_token("me", SUBSCRIPTION, now, 3600)
        return AccessTokenInfo(token, int(now + 3600))


def _noting(run: t.Callable[[Context], t.Any], raised: list[Exception]) -> t.Callable[[Context], t.Any]:
    """`run`, which also appends what it raises to `raised`: a result has only the message."""

    @functools.wraps(run)
    def noted(ctx: Context) -> t.Any:
        try:
            return run(ctx)
        except Exception as error:
            raised.append(error)
            raise

    return noted


class _Action(in_process.InProcessAction):
    """An action without ansible around it."""

    def __init__(self, task: ModuleSpec, options: dict[str, t.Any], check: bool) -> None:
        self.spec = task
        self._task = types.SimpleNamespace(args=options, check_mode=check, diff=True, no_log=False, action=task.name)
        self._templar = types.SimpleNamespace(template=lambda value: value)


def _in_process(task: ModuleSpec, options: dict[str, t.Any], check: bool) -> dict[str, t.Any]:
    return _Action(task, options, check)._run_here({in_process.PROGRESS[1]: "off"})


def _as_module(task: ModuleSpec, options: dict[str, t.Any], check: bool) -> dict[str, t.Any]:
    given = {**in_process.plain(options), "_ansible_check_mode": check, "_ansible_diff": True}
    printed = io.StringIO()
    with (
        mock.patch.object(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": given}).encode()),
        mock.patch.object(basic, "_ANSIBLE_PROFILE", "legacy", create=True),
        contextlib.redirect_stdout(printed),
        contextlib.suppress(SystemExit),
    ):
        _module.run_as_module(task)
    return t.cast("dict[str, t.Any]", json.loads(printed.getvalue()))
