"""Boot diagnostics: signed addresses, and the host that they lead to."""

from __future__ import annotations

import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from arm_emulator import Emulator
from arm_emulator.messages import Answer, Request
from arm_emulator.paths import Target

from .conftest import Azure
from .machine_requests import API, MACHINE, booting, created, seed

Make = Callable[..., Azure]
LOG = "serialConsoleLogBlobUri"
SCREENSHOT = "consoleScreenshotBlobUri"


def addresses(azure: Azure, query: str = "") -> dict[str, str]:
    """What the action answers."""
    answer = azure.call("POST", f"{MACHINE}/retrieveBootDiagnosticsData{query}", version=API)
    assert answer.status == 200, answer.body
    found: dict[str, str] = answer.json()
    return found


def fetch(azure: Azure, address: str, method: str = "GET", **headers: str) -> Answer:
    """Ask the blob host."""
    parts = urlsplit(address)
    return azure.service.serve(Request.of(method, f"{parts.path}?{parts.query}", headers), Target("blob"))


def ready(make_azure: Make, boot: object = "boots") -> Azure:
    """A machine that has run for a while."""
    azure = make_azure(booting(boot), machine_seconds=27.0)
    created(azure)
    azure.clock.advance(60)
    return azure


def test_addresses_are_signed_and_elsewhere(make_azure: Make) -> None:
    found = addresses(ready(make_azure))
    assert set(found) == {SCREENSHOT, LOG}
    for name, ending in ((SCREENSHOT, ".screenshot.bmp"), (LOG, ".serialconsole.log")):
        assert urlsplit(found[name]).path.endswith(ending)
        assert [pair.split("=")[0] for pair in urlsplit(found[name]).query.split("&")] == [
            "sv",
            "sr",
            "sig",
            "se",
            "sp",
        ]
        assert "127.0.0.1:1/" not in found[name], "another host than the Resource Manager"


def test_the_log_does_not_exist_at_first(make_azure: Make) -> None:
    azure = make_azure(seed(), machine_seconds=27.0)
    created(azure)
    early = fetch(azure, addresses(azure)[LOG])
    assert (early.status, early.headers["Content-Type"]) == (404, "application/xml")
    assert early.body.startswith(
        '\ufeff<?xml version="1.0" encoding="utf-8"?>\n<Error><Code>BlobNotFound</Code>'.encode()
    )
    azure.clock.advance(60)
    answer = fetch(azure, addresses(azure)[LOG])
    assert (answer.status, b"machine login:" in answer.body) == (200, True)
    assert fetch(azure, addresses(azure)[SCREENSHOT]).body.startswith(b"BM")


REFUSED: dict[str, Callable[[Azure, str], Answer]] = {
    "token": lambda azure, address: fetch(azure, address, authorization=f"Bearer {azure.token}"),
    "signature": lambda azure, address: fetch(azure, address.replace("sig=", "sig=A")),
    "other blob": lambda azure, address: fetch(azure, address.replace("serialconsole.log", "screenshot.bmp")),
    "unsigned": lambda azure, address: fetch(azure, address.partition("?")[0]),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_the_blob_host_refuses(what: str, make_azure: Make) -> None:
    azure = ready(make_azure)
    answer = REFUSED[what](azure, addresses(azure)[LOG])
    assert (answer.status, b"<Code>AuthenticationFailed</Code>" in answer.body) == (403, True)


def test_addresses_expire(make_azure: Make) -> None:
    azure = ready(make_azure)
    address = addresses(azure, "?sasUriExpirationTimeInMinutes=1")[LOG]
    assert fetch(azure, address).status == 200
    azure.clock.advance(61)
    assert fetch(azure, address).status == 403
    wrong = azure.call("POST", f"{MACHINE}/retrieveBootDiagnosticsData?sasUriExpirationTimeInMinutes=0", version=API)
    assert azure.error(wrong) == (400, "InvalidParameter")


def test_nothing_is_written(make_azure: Make) -> None:
    azure = ready(make_azure)
    assert fetch(azure, addresses(azure)[LOG], "PUT").status == 405


def test_without_diagnostics_there_are_no_addresses(make_azure: Make) -> None:
    azure = make_azure(seed())
    created(azure, diagnosticsProfile=None)
    answer = azure.call("POST", f"{MACHINE}/retrieveBootDiagnosticsData", version=API)
    assert azure.error(answer) == (409, "OperationNotAllowed")


def test_a_seed_orders_the_log(make_azure: Make) -> None:
    azure = ready(make_azure, {"boot_log": "\x1b[31m{{ hostile }}\r\n"})
    assert fetch(azure, addresses(azure)[LOG]).body == b"\x1b[31m{{ hostile }}\r\n"


def test_blobs_go_with_their_machine_and_are_logged_without_signature(make_azure: Make) -> None:
    azure = ready(make_azure)
    address = addresses(azure)[LOG]
    azure.wait(azure.call("DELETE", MACHINE, version=API))
    assert fetch(azure, address).status == 404
    entry = azure.service.journal.entries[-1]
    assert (entry["kind"], entry["has_token"], entry["query"]["sig"]) == ("blob", False, "...")


def test_faults_of_the_blob_host(make_azure: Make) -> None:
    azure = ready(make_azure)
    azure.service.faults.order({"kind": "blob", "do": {"status": 503}})
    address = addresses(azure)[LOG]
    assert [fetch(azure, address).status for _unused in range(2)] == [503, 200]


def test_the_host_is_a_second_endpoint_with_the_same_authority() -> None:
    with Emulator(seed(), machine_seconds=0.0) as emulator:
        assert urlsplit(emulator.blob_url).port != urlsplit(emulator.url).port
        context = ssl.create_default_context(cafile=emulator.ca_file)
        with pytest.raises(urllib.error.HTTPError) as error:
            urllib.request.urlopen(f"{emulator.blob_url}/none/x.serialconsole.log", context=context)
        with error.value:
            assert error.value.code == 403
        assert [entry["kind"] for entry in emulator.requests] == ["blob"]
