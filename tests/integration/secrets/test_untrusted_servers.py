"""Nothing is sent to a server with an untrusted certificate, and no variable or option changes that."""

from __future__ import annotations

from typing import Any

import pytest
from plays import SEED, play, task
from rogue_servers import Client, RogueServer, trusted
from watched import ENVIRONMENT, WatchedRuns
from witness import Witness

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.resource_id import ResourceId

from arm_emulator.messages import Request
from arm_emulator.tls import Authority
from support.playbook_runner import SUBSCRIPTION

pytestmark = pytest.mark.emulator(seed=SEED)
GALLERY = ResourceId("gallery", SUBSCRIPTION, "rg", "pics")
# What turns verification off in other programs: the Azure CLI, ADAL, Python, requests, curl, Node, Git, Ansible's modules.
SWITCHES = {
    "AZURE_CLI_DISABLE_CONNECTION_VERIFICATION": "1",
    "ADAL_PYTHON_SSL_NO_VERIFY": "1",
    "AZURE_CERT_VALIDATION_MODE": "ignore",
    "PYTHONHTTPSVERIFY": "0",
    "CURL_CA_BUNDLE": "",
    "CURL_SSL_NO_VERIFY": "1",
    "NODE_TLS_REJECT_UNAUTHORIZED": "0",
    "GIT_SSL_NO_VERIFY": "true",
    "VALIDATE_CERTS": "false",
}
OPTIONS = (
    "cert_validation_mode",
    "validate_certs",
    "verify",
    "verify_ssl",
    "ssl_verify",
    "connection_verify",
    "insecure",
)


def another_certificate(emulator: Any) -> None:
    """New connections get a certificate of an unknown authority."""
    emulator._server._context = Authority.make().server_context()


@pytest.mark.parametrize(
    ("before", "untold"),
    [("", "/metadata/endpoints"), ("/metadata/endpoints", "/openid-configuration"), ("/token", "/galleries")],
    ids=["metadata", "sign-in", "resource manager"],
)
@pytest.mark.parametrize("switches", [{}, SWITCHES], ids=["plain", "switches"])
def test_at_each_step(
    emulator: Any,
    witness: Witness,
    monkeypatch: pytest.MonkeyPatch,
    before: str,
    untold: str,
    switches: dict[str, str],
) -> None:
    for name, value in switches.items():
        monkeypatch.setenv(name, value)
    paths: list[str] = []

    def see(request: Request) -> None:
        paths.append(request.path)
        if request.path.endswith(before):
            another_certificate(emulator)

    witness.responders = [see]
    if not before:
        another_certificate(emulator)
    with Client(emulator.url, emulator.ca_file, witness.hunt["environment secret"], switches) as client:
        reported = client.failure(lambda arm: arm.get(GALLERY))
    assert "could not be verified" in reported
    assert "REQUESTS_CA_BUNDLE" in reported
    assert (before in "".join(paths), untold in "".join(paths)) == (True, False)


def test_a_certificate_for_another_host(emulator: Any, witness: Witness) -> None:
    with RogueServer(trusted(emulator), "127.0.0.2") as rogue:
        url = f"https://127.0.0.2:{rogue.port}"
        with Client(url, emulator.ca_file, witness.hunt["environment secret"]) as client:
            assert "certificate is not valid for '127.0.0.2'" in client.failure(lambda arm: arm.get(GALLERY))
    assert (rogue.connections > 0, rogue.received) == (True, b"")


def test_no_option_and_no_variable_turns_it_off(emulator: Any, watched: WatchedRuns) -> None:
    """By ansible, in its own process and as a module; an option with such a name is refused before anything is asked."""
    another_certificate(emulator)
    info = {"resource_group": "rg"}
    tasks = [task("gallery_info", {**info, name: "ignore"}, name, ignore_errors=True) for name in OPTIONS]
    tasks.append(task("gallery_info", info, "here", ignore_errors=True))
    module = {"azure_gallery_in_process": False}
    tasks.append(task("gallery_info", info, "module", ignore_errors=True, vars=module))
    results = watched.play(play(*tasks), env=SWITCHES).only(ENVIRONMENT).run.ok().results
    assert all("nsupported" in one["msg"] or "not supported" in one["msg"] for one in results[: len(OPTIONS)])
    assert ["could not be verified" in one["msg"] for one in results[len(OPTIONS) :]] == [True, True]
    assert emulator.requests == []
