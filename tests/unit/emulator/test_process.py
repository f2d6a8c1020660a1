"""The command line: what it prints, how it fails, and that its state survives a kill."""

from __future__ import annotations

import http.client
import json
import os
import signal
import ssl
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

TESTS = Path(__file__).resolve().parents[2]
GROUP = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup"
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts emulators; ends them all."""
    running: list[subprocess.Popen[str]] = []

    def begin(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "arm_emulator", *arguments]
        pipes: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        running.append(subprocess.Popen(command, cwd=TESTS, text=True, **pipes))
        return running[-1]

    yield begin
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()


def ready(process: subprocess.Popen[str]) -> int:
    """The port, from the line it prints."""
    assert process.stdout is not None
    word, url = process.stdout.readline().split()
    assert (word, url[:18]) == ("ready", "https://127.0.0.1:")
    return int(url[18:])


def ask(port: int, ca_file: Path, method: str, path: str, body: Any = None, token: str = "") -> tuple[int, Any]:
    """One request."""
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=ssl.create_default_context(cafile=str(ca_file)))
    data = body if isinstance(body, str) or body is None else json.dumps(body)
    connection.request(method, path, data, {"Authorization": f"Bearer {token}"} if token else {})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, json.loads(text) if text else None


def sign_in(port: int, ca_file: Path) -> str:
    """A token."""
    form = "grant_type=client_credentials&client_id=a&client_secret=b"
    return str(ask(port, ca_file, "POST", "/t/oauth2/v2.0/token", form)[1]["access_token"])


@pytest.mark.parametrize(
    ("arguments", "seed", "text"),
    [
        (["--bogus"], None, "unrecognized arguments: --bogus"),
        (["--ca-f", "x"], None, "--ca-file"),
        (["--port", "x"], None, "--port"),
        (["--subscription", "x"], None, "must be a GUID"),
        (["--replication-seconds", "-1"], None, "--replication-seconds"),
        ([], "{", "not JSON"),
        ([], "[]", "must hold an object"),
        ([], '{"image": []}', "unknown key 'image'"),
        ([], '{"images": {}}', "seed.images: must be a list"),
        ([], '{"images": [{"name": "i", "resource_group": "g"}]}', "seed.images[0]: there is no resource group"),
        ([], '{"resource_groups": [{"name": "g", "location": "moon"}]}', "seed.resource_groups[0].location"),
        ([], '{"resource_groups": [{"name": 7, "location": "eastus"}]}', "seed.resource_groups[0].name"),
        ([], '{"faults": [{"do": "no"}]}', "seed.faults[0]: unknown action 'no'"),
        ([], '{"subscriptions": ["x"]}', "seed.subscriptions[0].id: must be a GUID"),
        ([], '{"providers_unregistered": ["x"]}', "seed.providers_unregistered[0]"),
    ],
)
def test_mistakes(start: Start, tmp_path: Path, arguments: list[str], seed: str | None, text: str) -> None:
    given = ["--ca-file", str(tmp_path / "ca.pem"), *arguments] if "--ca-f" not in arguments else arguments
    if seed is not None:
        (tmp_path / "seed.json").write_text(seed, encoding="utf-8")
        given += ["--seed", str(tmp_path / "seed.json")]
    process = start(*given)
    out, error = process.communicate(timeout=20)
    assert (process.returncode, out) == (2, "")
    assert text in error
    assert error.startswith("arm_emulator: ")
    assert error.count("\n") == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_it(start: Start, tmp_path: Path, number: signal.Signals) -> None:
    process = start("--ca-file", str(tmp_path / "ca.pem"))
    ready(process)
    process.send_signal(number)
    out, error = process.communicate(timeout=20)
    assert (process.returncode, out, error) == (0, "", "")
    assert stat.S_IMODE(os.stat(tmp_path / "ca.pem").st_mode) == 0o644


def test_example_seed(start: Start, tmp_path: Path) -> None:
    ca_file = tmp_path / "ca.pem"
    port = ready(start("--ca-file", str(ca_file), "--seed", "arm_emulator/examples/walkthrough.json"))
    path = f"{GROUP}/providers/Microsoft.Compute/images/myImage?api-version=2024-07-01"
    status, image = ask(port, ca_file, "GET", path, token=sign_in(port, ca_file))
    assert (status, image["location"], image["properties"]["hyperVGeneration"]) == (200, "southcentralus", "V1")


def test_state_survives_a_kill(start: Start, tmp_path: Path) -> None:
    """Clients keep trusting it, tokens stay good, and what ran goes on."""
    ca_file, state = tmp_path / "ca.pem", tmp_path / "state.json"
    arguments = ("--ca-file", str(ca_file), "--state-file", str(state), "--replication-seconds", "3600")
    first = start(*arguments, "--seed", "arm_emulator/examples/walkthrough.json")
    port = ready(first)
    token = sign_in(port, ca_file)
    compute = f"{GROUP}/providers/Microsoft.Compute"
    version = "api-version=2024-03-03"
    definition = {"osType": "Linux", "identifier": {"publisher": "p", "offer": "o", "sku": "s"}}
    source = {"storageProfile": {"source": {"id": f"{compute}/images/myImage"}}}
    for path, properties in (("", {}), ("/images/d", definition), ("/images/d/versions/1.0.0", source)):
        body = {"location": "southcentralus", "properties": properties}
        assert ask(port, ca_file, "PUT", f"{compute}/galleries/g{path}?{version}", body, token)[0] == 201
    first.kill()
    first.wait()
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".state")] == []
    trusted = ca_file.read_text(encoding="ascii")
    port = ready(start(*arguments))
    assert ca_file.read_text(encoding="ascii") == trusted
    path = f"{compute}/galleries/g/images/d/versions/1.0.0?{version}"
    status, found = ask(port, ca_file, "GET", path, token=token)
    assert (status, found["properties"]["provisioningState"]) == (200, "Creating")
    busy = ask(
        port,
        ca_file,
        "PUT",
        path.replace("1.0.0", "1.0.1"),
        {"location": "southcentralus", "properties": source},
        token,
    )
    assert busy[0] == 429


def test_broken_state_file(start: Start, tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text("{", encoding="utf-8")
    process = start("--ca-file", str(tmp_path / "ca.pem"), "--state-file", str(tmp_path / "state.json"))
    assert "state file" in process.communicate(timeout=20)[1]
    assert process.returncode == 2


def test_a_taken_port(start: Start, tmp_path: Path) -> None:
    ca_file = tmp_path / "ca.pem"
    port = ready(start("--ca-file", str(ca_file)))
    trusted = ca_file.read_text(encoding="ascii")
    second = start("--ca-file", str(ca_file), "--port", str(port))
    assert "in use" in second.communicate(timeout=20)[1]
    assert (second.returncode, ca_file.read_text(encoding="ascii")) == (2, trusted)
