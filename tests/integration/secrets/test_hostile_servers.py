"""No answer of a server makes a client send its token or its secret to another one; tried with one that listens."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from plays import SEED
from rogue_servers import Client, RogueServer, trusted
from witness import Witness, echo, error, page

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.resource_id import ResourceId

from arm_emulator.messages import Answer, Request, empty, one_line
from support.playbook_runner import SUBSCRIPTION

pytestmark = pytest.mark.emulator(seed=SEED, operation_seconds=0.01)
GROUP = ResourceId("resource_group", SUBSCRIPTION, "rg")
GALLERY = ResourceId("gallery", SUBSCRIPTION, "rg", "pics")
BODY = {"location": "southcentralus"}
RogueServers = tuple[RogueServer, RogueServer]
# {own} is the Resource Manager's port, {other} that of the one that listens, {plain} of one without TLS.
LINKS = (
    "https://127.0.0.1:{other}/x",
    "https://localhost:{other}/x",
    "HTTPS://LOCALHOST:{other}/x",
    "https://localhost:{own}/x",
    "http://127.0.0.1:{own}/x",
    "http://127.0.0.1:{plain}/x",
    "https://127.0.0.1:{own}@127.0.0.1:{other}/x",
    "https://127.0.0.1%3A{own}@127.0.0.1:{other}/x",
    "https://me:mine@127.0.0.1:{own}/x",
    "https://@127.0.0.1:{own}/x",
    "https://127.0.0.1:{own}\\@127.0.0.1:{other}/x",
    "https://127.0.0.1:{other}\\.127.0.0.1:{own}/x",
    "https://127.0.0.1:{own}.localhost:{other}/x",
    "https://127.0.0.1:{own}\uff20127.0.0.1:{other}/x",
    "https://127.0.0.1:{other}\uff0f127.0.0.1:{own}/x",
    "https://127\u30020\u30020\u30021:{other}/x",
    "https://\u2460\u2461\u2466.0.0.1:{other}/x",
    "https://127.0.0.1.:{other}/x",
    "https://127.1:{other}/x",
    "https://2130706433:{other}/x",
    "https://0x7f000001:{other}/x",
    "https://[::ffff:127.0.0.1]:{other}/x",
    "https://[127.0.0.1:{other}/x",
    "https://127.0.0.1:{own}0/x",
    "https://127.0.0.1:0/x",
    "https://127.0.0.1:-1/x",
    "https://127.0.0.1/x",
    " https://127.0.0.1:{other}/x",
    "\thttps://127.0.0.1:{other}/x",
    "https:\t//127.0.0.1:{other}/x",
    "https://127.0.0.1:{other}/x\r\nHost: 127.0.0.1:{own}",
    "127.0.0.1:{other}/x",
    "https:127.0.0.1:{other}/x",
    "https:///127.0.0.1:{other}/x",
    "https:\\\\127.0.0.1:{other}/x",
    "//127.0.0.1:{other}/x",
    "///127.0.0.1:{other}/x",
    "\\\\127.0.0.1:{other}/x",
    "@127.0.0.1:{other}/x",
    ":{other}/x",
    "?next=https://127.0.0.1:{other}/x",
    "ftp://127.0.0.1:{plain}/x",
    "file:///etc/hostname",
    "data:application/json,{{}}",
)


@pytest.fixture
def rogues(emulator: Any) -> Iterator[RogueServers]:
    with RogueServer(trusted(emulator)) as other, RogueServer() as plain:
        yield other, plain


@pytest.fixture
def links(emulator: Any, rogues: RogueServers) -> list[str]:
    other, plain = rogues
    ports = {"own": emulator.url.rpartition(":")[2], "other": other.port, "plain": plain.port}
    return [link.format(**ports) for link in LINKS]


@pytest.fixture
def client(emulator: Any, witness: Witness) -> Iterator[Client]:
    with Client(emulator.url, emulator.ca_file, witness.hunt["environment secret"]) as client:
        yield client


def unheard(client: Client, witness: Witness, rogues: RogueServers) -> None:
    """No connection was opened, and no output contains a secret."""
    assert [one.connections for one in rogues] == [0, 0]
    assert witness.hunt.find("\n".join(client.shown).encode()) == {}


def test_links(client: Client, witness: Witness, links: list[str], rogues: RogueServers) -> None:
    """As the next page of a list, and as the operation of a write or of a deletion."""
    link = ""

    def leads_astray(request: Request) -> Answer | None:
        if request.method == "PUT":
            return one_line(201, BODY, {"Azure-AsyncOperation": link, "Location": link})
        if request.method == "DELETE":
            return empty(202, {"Location": link})
        listed = request.path.endswith("/galleries")
        return one_line(200, {"value": [], "nextLink": link}) if listed else None

    witness.responders.append(leads_astray)
    for link in links:
        reported = [client.failure(lambda arm: arm.list(GROUP, "gallery"))]
        if link.isascii() and link.isprintable() and link.strip() == link:  # what a header can carry
            client.arm.put(GALLERY, BODY, before=None)
            reported.append(client.failure(lambda arm: arm.operation(GALLERY)))
            client.arm.delete(GALLERY)
            reported.append(client.failure(lambda arm: arm.operation(GALLERY)))
        assert all("Nothing was sent there" in one or link.startswith("/") for one in reported), reported
    unheard(client, witness, rogues)


@pytest.mark.parametrize("link", [1, True, ["https://127.0.0.1"], {"href": "https://127.0.0.1"}])
def test_links_that_are_no_text(client: Client, witness: Witness, link: Any) -> None:
    page = one_line(200, {"value": [], "nextLink": link})
    witness.responders = [lambda request: page if request.path.endswith("/galleries") else None]
    assert "Nothing was sent there" in client.failure(lambda arm: arm.list(GROUP, "gallery"))


@pytest.mark.parametrize("status", [300, 301, 302, 303, 305, 307, 308])
def test_redirects(client: Client, witness: Witness, rogues: RogueServers, status: int) -> None:
    """Of reads and writes; and, since a 307 repeats the body with the secret in it, of the sign-in and all before it."""
    elsewhere = f"https://127.0.0.1:{rogues[0].port}/x"
    steps = {
        "/token": "Could not sign in",
        "/openid-configuration": "Could not sign in",
        "/metadata/endpoints": "HTTP 3",
    }

    def redirect(part: str) -> None:
        answer = empty(status, {"Location": elsewhere, "Refresh": f"0; url={elsewhere}"})
        witness.responders = [lambda request: answer if part in request.path else None]

    for part, says in steps.items():
        redirect(part)
        with client.again() as fresh:
            assert says in fresh.failure(lambda arm: arm.get(GALLERY))
            unheard(fresh, witness, rogues)
    redirect("/galleries/pics")
    writes = (lambda arm: arm.put(GALLERY, BODY, before=None), lambda arm: arm.delete(GALLERY))
    for work in (lambda arm: arm.get(GALLERY), *writes):
        assert f"HTTP {status}" in client.failure(work)
    unheard(client, witness, rogues)


CLAIMS = base64.b64encode(b'{"access_token":{"nbf":{"essential":true,"value":"1"}}}').decode()
NAMED = 'authorization_uri="{0}/t", authorization="{0}/t", resource_id="{0}", realm="{0}"'


@pytest.mark.parametrize(
    "challenge",
    [
        f"Bearer {NAMED}",
        f'Bearer {NAMED}, error="insufficient_claims", claims="{CLAIMS}"',
        f'Bearer {NAMED}, error="insufficient_claims", claims="{{0}}"',
        f'PoP {NAMED}, nonce="n", Bearer {NAMED}, error="insufficient_claims", claims="{CLAIMS}"',
        'Basic realm="{0}"',
        "Negotiate",
    ],
)
def test_challenges(client: Client, witness: Witness, rogues: RogueServers, challenge: str) -> None:
    """A refusal may name whom to ask for another token. The sign-in goes where it went before all the same."""
    header = challenge.format(f"https://127.0.0.1:{rogues[0].port}")
    refusal = one_line(401, {"error": {"code": "X", "message": "no"}}, {"WWW-Authenticate": header})
    witness.responders = [lambda request: refusal if "/galleries" in request.path else None]
    assert "SignInFailed" in client.failure(lambda arm: arm.get(GALLERY))
    unheard(client, witness, rogues)


@pytest.mark.parametrize("status", [400, 401, 500])
@pytest.mark.parametrize("answer", [error, page, "oauth", "odd"], ids=["arm", "page", "oauth", "odd"])
def test_sign_ins_that_repeat_the_secret(client: Client, witness: Witness, answer: Any, status: int) -> None:
    """Where the secret does go, it comes back in some shape; azure-identity shows much of what it did not expect."""

    def repeat(request: Request) -> Answer | None:
        if not request.path.endswith("/token"):
            return None
        words = {"oauth": "error_description", "odd": "said"}.get(answer)
        return one_line(status, {words: echo(request)}) if words else answer(status, request)

    witness.responders = [repeat]
    assert "Could not sign in" in client.failure(lambda arm: arm.get(GALLERY))
    assert witness.hunt.find("\n".join(client.shown).encode()) == {}


def test_the_metadata_names_who_gets_the_secret(
    emulator: Any, emulator_factory: Any, witness: Witness, tmp_path: Any
) -> None:
    """As the contract has it: a Resource Manager that the user named says where its users sign in. It gets the token only."""
    secret = witness.hunt["environment secret"]
    with emulator_factory.manager(seed=SEED) as login:
        reported = Witness(login, witness.hunt)
        witness.responders = [lambda request: metadata_of(login.url) if "/metadata/" in request.path else None]
        both = tmp_path / "both.pem"
        both.write_text("".join(Path(one.ca_file).read_text() for one in (emulator, login)))
        with Client(emulator.url, both, secret) as client:
            client.failure(lambda arm: arm.get(GALLERY))  # its token is no token of this emulator
        assert (reported.tokens > 0, witness.tokens) == (True, 0)
        assert {one["kind"] for one in login.requests} == {"token"}
        count = reported.tokens
        with Client(emulator.url, emulator.ca_file, secret) as client:
            assert "could not be verified" in client.failure(lambda arm: arm.get(GALLERY))
        assert reported.tokens == count, "not before its certificate was verified"


def metadata_of(login: str) -> Answer:
    return one_line(200, {"name": "x", "authentication": {"loginEndpoint": login, "audiences": ["https://rm"]}})
