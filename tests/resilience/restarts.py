"""An emulator that is killed during a run, and started again from its state file on the same port."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.playbook_runner import PlaybookRunner, Run, azure_environment

from . import oracle
from .killed_playbook import PATIENCE, Victim, wait_for
from .kills import SECONDS, SECRET, Good, undisturbed
from .playbooks import Scenario
from .seeds import GROUP_ID, Json

TESTS = Path(__file__).resolve().parents[1]
API = "api-version=2024-03-03"


class Process:
    """`python -m arm_emulator --state-file`, or one that kills itself, and requests to it."""

    def __init__(self, folder: Path, seed: Json) -> None:
        self.folder, self.state, self.ca_file = folder, folder / "state.json", folder / "ca.pem"
        (folder / "seed.json").write_text(json.dumps(seed), encoding="utf-8")
        self.port = 0
        self.process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def start(self, *dying: str) -> None:
        """Start it, on the port of the last time; `dying` are the moment and number of dying_emulator."""
        module = ("resilience.dying_emulator", *dying) if dying else ("arm_emulator",)
        options = ["--port", str(self.port), "--ca-file", str(self.ca_file), "--state-file", str(self.state)]
        options += ["--seed", str(self.folder / "seed.json")]
        for name, value in SECONDS.items():
            options += [f"--{name.replace('_', '-')}", str(value)]
        command = [sys.executable, "-m", *module, *options]
        self.process = subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline().rpartition(":")[2])

    @property
    def dead(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def kill(self) -> None:
        """SIGKILL."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()

    def ask(self, method: str, path: str, body: Json | None = None, token: str = "") -> tuple[int, Any]:
        """One request."""
        trusted = ssl.create_default_context(cafile=str(self.ca_file))
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=trusted, timeout=PATIENCE)
        with contextlib.closing(connection):
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            connection.request(method, path, json.dumps(body) if body else None, headers)
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text else None

    def sign_in(self) -> str:
        """A token."""
        trusted = ssl.create_default_context(cafile=str(self.ca_file))
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=trusted, timeout=PATIENCE)
        with contextlib.closing(connection):
            form = "grant_type=client_credentials&client_id=a&client_secret=b"
            connection.request("POST", "/t/oauth2/v2.0/token", form)
            return str(json.loads(connection.getresponse().read())["access_token"])

    def listed(self, what: str) -> list[Json]:
        """What /_emulator/ lists: requests, state."""
        value: list[Json] = self.ask("GET", f"/_emulator/{what}")[1]["value"]
        return value

    def kept(self) -> set[str]:
        """The ids in the state file."""
        return {one["id"].lower() for one in json.loads(self.state.read_text(encoding="utf-8"))["resources"]}


@contextlib.contextmanager
def emulator(seed: Json) -> Iterator[Process]:
    """One that is not started yet; killed at the end."""
    with tempfile.TemporaryDirectory(prefix="kills.") as folder:
        process = Process(Path(folder), seed)
        try:
            yield process
        finally:
            process.kill()


@dataclass(frozen=True)
class Restart:
    """When the emulator dies, and for how many seconds it is away before it is started again."""

    when: str
    number: int
    away: float = 0.0

    def __str__(self) -> str:
        return f"{self.when} {self.number}{f', away {self.away:g} s' if self.away else ''}"


def points(scenario: Scenario) -> Iterator[Restart]:
    """At every request before and after its work, at every write of the state, and away for longer than a client retries."""
    numbers = range(1, scenario.size.requests + 1)
    yield from (Restart(when, number) for when in ("served", "arriving") for number in numbers)
    yield from (Restart("saving", number) for number in range(2, scenario.size.writes + 2))
    yield from (Restart("arriving", number, 40) for number in (1, scenario.size.requests // 2, scenario.size.requests))


def trial(scenario: Scenario, restart: Restart) -> list[str] | None:
    """What is wrong after one more run and a third; None if the run ended before the emulator was killed."""
    with emulator(scenario.seed) as azure:
        azure.start(restart.when, str(restart.number))
        folder = azure.folder / "ansible"
        folder.mkdir()
        runner = PlaybookRunner(folder, {**azure_environment(azure), "AZURE_SECRET": SECRET})
        command = scenario.command(folder)
        victim = Victim(runner, command, "disturbed")
        wait_for(lambda: azure.dead or victim.process.poll() is not None)
        if not azure.dead:
            victim.ended()
            assert restart.number > scenario.size.polling or restart.when == "saving", victim.output
            return None
        kept = azure.kept()
        time.sleep(restart.away)
        azure.start()
        wrong = [] if victim.ended() == 0 else _unclear(victim)
        wrong += [f"created again: {path}" for path in oracle.created(azure.listed("requests")) if path in kept]
        return wrong + _finished(azure, runner, command, scenario, undisturbed(scenario.name))


def _unclear(victim: Victim) -> list[str]:
    """A run that failed must report one clear message."""
    failed = [json.loads(line) for line in victim.results.read_text(encoding="utf-8").splitlines()]
    messages = [one["result"].get("msg", "") for one in failed if one.get("status") == "failed"]
    plain = [
        text for text in messages if "Could not" in text and "Traceback" not in text and "Please report" not in text
    ]
    return [] if plain and len(set(messages)) == 1 else [f"the run failed with {messages}: {victim.output[-2000:]}"]


def _finished(azure: Process, runner: PlaybookRunner, command: list[str], scenario: Scenario, good: Good) -> list[str]:
    """After a second run everything is right, and a third has nothing left to do."""
    runs: list[Run] = [runner(*command) for _again in range(2)]
    wrong = [f"a later run failed: {run.output[-2000:]}" for run in runs if run.rc]
    wrong += [f"the last run changed {runs[1].changed}"] if runs[1].changed else []
    wait_for(lambda: all(one["job"] is None for one in azure.listed("state")), 10)
    wrong += [f"{path.name} was left behind" for path in azure.folder.iterdir() if path.name.startswith(".")]
    return [*wrong, *oracle.difference(good.end, oracle.resources(azure.listed("state"), scenario.ordered))]


def lost_writes(seconds: float) -> list[str]:
    """Write to an emulator until it is killed after so long; what it accepted and has lost after its restart."""
    with emulator({"resource_groups": [{"name": "rg", "location": "eastus"}]}) as azure:
        azure.start()
        token = azure.sign_in()
        assert azure.process is not None
        threading.Timer(seconds, azure.process.kill).start()
        accepted = _write_on(azure, token)
        azure.kill()
        azure.start()
        found = azure.ask("GET", f"{GROUP_ID}/providers/Microsoft.Compute/galleries?{API}", token=token)[1]["value"]
        numbers = {one["name"]: int(one["tags"]["number"]) for one in found}
        lost = [
            f"{name}: {numbers.get(name)}, not {number}"
            for name, number in accepted.items()
            if numbers.get(name, -1) < number
        ]
        return lost if accepted else ["nothing was written"]


def _write_on(azure: Process, token: str) -> dict[str, int]:
    """Galleries with a tag that counts up, until there is no answer; the last number that was accepted for each."""
    accepted: dict[str, int] = {}
    with contextlib.suppress(OSError, http.client.HTTPException):
        for number in itertools.count():
            name = f"pics{number % 20}"
            body = {"location": "eastus", "tags": {"number": str(number)}}
            path = f"{GROUP_ID}/providers/Microsoft.Compute/galleries/{name}?{API}"
            assert azure.ask("PUT", path, body, token)[0] in (200, 201)
            accepted[name] = number
    return accepted
