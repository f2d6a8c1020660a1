"""The host of boot diagnostics: blobs with signed addresses. It is not the Resource Manager and takes no token."""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from .clock import parse_instant
from .lifecycle import current
from .machine_body import boot_of
from .messages import Answer, Request
from .paths import Target
from .settings import Settings
from .store import Resource, Store

if TYPE_CHECKING:
    from .service import Service

LOG = "serialconsole.log"
SCREENSHOT = "screenshot.bmp"
_VERSION = "2018-03-28"
_LINUX_LOG = (
    "[    0.000000] Linux version 5.15.0-1057-azure\r\n"
    "[    1.204511] hv_vmbus: Vmbus version:5.3\r\n"
    "[   12.730162] cloud-init[820]: Cloud-init v. 23.4 finished. Datasource DataSourceAzure.\r\n"
    "\r\n{name} login: "
)
_WINDOWS_LOG = '<!--GUID=b6fdf5c2-VMState-->\r\n<INSTANCE CLASSNAME="SETUP_EVENT">{name}</INSTANCE>\r\n\r\nSAC>'
# Some outcomes leave the system at another point.
_STUCK = {
    "provisioning_timed_out": "[    2.117904] Kernel panic - not syncing: VFS: Unable to mount root fs\r\n",
    "agent_never_ready": "[    9.410023] systemd[1]: Failed to start Azure Linux Agent.\r\n\r\n{name} login: ",
}


class Signer:
    """Signs and checks addresses; the parameters are those recorded."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def sign(self, path: str, expires: float) -> str:
        """Path and query, valid until then."""
        moment = datetime.fromtimestamp(expires, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        query = {"sv": _VERSION, "sr": "b", "sig": self.signature(path, moment), "se": moment, "sp": "r"}
        return f"{path}?{urlencode(query)}"

    def signature(self, path: str, moment: str) -> str:
        """Of a path and its end of validity."""
        mac = hmac.new(self._secret, f"{path}\n{moment}".encode(), hashlib.sha256).digest()
        return base64.b64encode(mac).decode()


def path(machine: Resource, ending: str) -> str:
    """/<container>/<name>.<vmId>.<ending> (recorded)."""
    container = uuid.uuid5(uuid.NAMESPACE_URL, machine.id.split("/")[2])
    return f"/{container}/{machine.name}.{machine.properties['vmId']}.{ending}"


def answer(store: Store, settings: Settings, request: Request, now: float) -> Answer:
    """GET of a blob; everything else is refused."""
    if request.method not in ("GET", "HEAD"):
        return _error(405, "UnsupportedHttpVerb", "The resource doesn't support specified Http Verb.", now)
    signature = Signer(store.secret).signature(request.path, request.param("se") or "")
    expires = parse_instant(request.param("se")) or 0.0
    refused = request.headers.get("authorization") is not None or now >= expires
    if refused or not hmac.compare_digest(signature, request.param("sig") or ""):
        text = (
            "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly "
            "including the signature."
        )
        return _error(403, "AuthenticationFailed", text, now)
    machine = _machine(store, settings, request.path, now)
    if machine is None or now < _exists_from(machine, settings):
        return _error(404, "BlobNotFound", "The specified blob does not exist.", now)
    return _content(machine, request.path)


def dress(headers: dict[str, str]) -> None:
    """Headers that every answer of the blob host has."""
    headers["x-ms-request-id"] = str(uuid.uuid4())
    headers["x-ms-version"] = _VERSION


class Host:
    """The interface for the server of the second endpoint."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def handle(self, request: Request) -> Answer:
        """Answer a request, with the faults ordered for kind `blob`, and log it."""
        return self._service.serve(request, Target("blob"))

    def again(self, request: Request) -> Answer:
        """Never needed: no answer of this host is held."""
        return self.handle(request)


def _machine(store: Store, settings: Settings, blob: str, now: float) -> Resource | None:
    for resource in list(store.resources.values()):
        if resource.kind == "virtual_machine" and f".{resource.properties['vmId']}." in blob:
            return current(store, settings, resource.key, now)
    return None


def _exists_from(machine: Resource, settings: Settings) -> float:
    """Some time after the diagnostics were switched on (recorded: not yet after 30 s)."""
    return float(machine.extra.get("diagnosed", 0.0)) + settings.boot_log_seconds


def _content(machine: Resource, blob: str) -> Answer:
    headers = {"Content-Type": "application/octet-stream", "x-ms-blob-type": "PageBlob", "Accept-Ranges": "bytes"}
    if blob.endswith(SCREENSHOT):
        return Answer(200, _bitmap(), headers)
    return Answer(
        200, serial_log(machine).encode("utf-8", "surrogatepass"), {**headers, "x-ms-blob-type": "AppendBlob"}
    )


def serial_log(machine: Resource) -> str:
    """The boot log of the seed, or a short one that fits the outcome."""
    boot = boot_of(machine)
    if boot.boot_log:
        return boot.boot_log
    os_type = machine.properties["storageProfile"]["osDisk"].get("osType", "Linux")
    text = _WINDOWS_LOG if os_type == "Windows" else _STUCK.get(boot.outcome, _LINUX_LOG)
    return text.replace("{name}", machine.name)


def _bitmap() -> bytes:
    """A picture of one black dot."""
    header = b"BM" + (58).to_bytes(4, "little") + bytes(4) + (54).to_bytes(4, "little")
    info = (40).to_bytes(4, "little") + (1).to_bytes(4, "little") * 2 + (1).to_bytes(2, "little")
    return header + info + (24).to_bytes(2, "little") + bytes(24) + bytes(4)


def _error(status: int, code: str, text: str, now: float) -> Answer:
    """XML with a byte order mark (recorded for BlobNotFound)."""
    moment = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")
    body = (
        f'\ufeff<?xml version="1.0" encoding="utf-8"?>\n<Error><Code>{code}</Code><Message>{text}\n'
        f"RequestId:{uuid.uuid4()}\nTime:{moment}</Message></Error>"
    )
    return Answer(status, body.encode(), {"Content-Type": "application/xml", "x-ms-error-code": code})
