"""Long-running operations: their signed URLs and their responses."""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from urllib.parse import urlencode

from . import regions
from .clock import stamp, ticks
from .errors import ArmError
from .messages import JSON_TYPE, Answer, Json, Request, empty, pretty
from .settings import Settings
from .store import Operation, Store

# From about then on clients ask with the signature; recordings of older api-versions poll without one.
SIGNATURE_EXPECTED = "2024"
DISK_OPERATIONS = "DiskOperations"
_PARTITIONED = ("operations", DISK_OPERATIONS)  # their URLs have `p` (recorded)


def _url_safe(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Signer:
    """Makes and checks `t`, `c`, `s`, `h` of an operation's URL: some 3 kB, opaque to clients (recorded 2024-2026)."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._certificate = _url_safe(hashlib.shake_256(self._secret + b"certificate").digest(1780))

    def sign(self, path: str, query: dict[str, str], now: float) -> dict[str, str]:
        """The query with its signature."""
        signed = {**query, "t": str(ticks(now)), "c": self._certificate}
        signature, digest = self._signature(path, signed)
        return {**signed, "s": signature, "h": digest}

    def _signature(self, path: str, query: dict[str, str]) -> tuple[str, str]:
        plain = urlencode(sorted((k.lower(), v) for k, v in query.items() if k not in ("s", "h")))
        text = f"{path.lower()}?{plain}".encode()
        mac = hmac.new(self._secret, text, hashlib.sha256).digest()
        return _url_safe(hashlib.shake_256(mac).digest(256)), _url_safe(hashlib.sha256(text).digest())

    def check(self, request: Request) -> None:
        """Refuse a poll whose URL was not kept as it was given. Status and code are a guess."""
        given = {name: request.query.get(name) for name in ("t", "c", "s", "h")}
        version = request.param("api-version") or ""
        if not any(given.values()) and version < SIGNATURE_EXPECTED:
            return
        signature, digest = self._signature(request.path, request.query)
        if not all(given.values()) or not hmac.compare_digest(str(given["s"]), signature) or given["h"] != digest:
            text = "The signature of the operation's URL is missing or not valid. Use the URL as it was given."
            raise ArmError(403, "AuthorizationFailed", text, gateway=True)


def new_id() -> str:
    """An operation's id; the x-ms-request-id of the write bears the same (recorded)."""
    return str(uuid.uuid4())


def urls(signer: Signer, request: Request, operation: Operation, now: float, monitor: bool) -> dict[str, str]:
    """Azure-AsyncOperation, and Location when the write is a DELETE. Each has a signature of its own."""
    path = (
        f"/subscriptions/{operation.subscription}/providers/{operation.namespace}/locations/"
        f"{regions.url_spelling(operation.location)}/{operation.family}/{operation.id}"
    )
    version = request.param("api-version") or ""
    query: dict[str, str] = {}
    if operation.family in _PARTITIONED and operation.namespace == "Microsoft.Compute" and version >= "2022":
        query["p"] = operation_partition(operation)
    signed = signer.sign(path, {**query, "api-version": version}, now)
    headers = {"Azure-AsyncOperation": f"{request.base}{path}?{urlencode(signed)}"}
    if operation.family != DISK_OPERATIONS:
        headers["Azure-AsyncNotification"] = "Enabled"
    if monitor:
        if operation.namespace == "Microsoft.Network":
            path = path.replace("/operations/", "/operationResults/")
        else:
            query["monitor"] = "true"
        signed = signer.sign(path, {**query, "api-version": version}, now + 0.0156)
        headers["Location"] = f"{request.base}{path}?{urlencode(signed)}"
    return headers


def operation_partition(operation: Operation) -> str:
    """The extra `p` of image operations (recorded from 2022-11-01 on; absent in 2020-06-01 and 2021-03-01)."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, operation.subscription + operation.location))


def poll(store: Store, settings: Settings, signer: Signer, request: Request, operation_id: str, now: float) -> Answer:
    """The operation's body, or the response to monitor=true."""
    operation = store.operations.get(operation_id.lower())
    if operation is None:
        raise ArmError(404, "NotFound", f"Operation '{operation_id}' is not found.")
    status = operation.status(now)
    headers: dict[str, str] = {}
    if status == "InProgress" and operation.retry_after:
        headers["Retry-After"] = str(operation.retry_after)
    if "/operationresults/" in request.path.lower():
        return _results(signer, request, operation, now)
    if (request.param("monitor") or "").lower() == "true":
        if _running(status):
            return empty(202, {**headers, "Location": request.base + _target(request)})
        return empty(200) if operation.output is None else pretty(200, operation.output)
    answer = pretty(200, body(operation, now), headers)
    if _running(status) and not operation.retry_after and operation.end is not None:
        answer.hold = max(0.0, operation.end - now)
    return answer


def _results(signer: Signer, request: Request, operation: Operation, now: float) -> Answer:
    """Where the Location of Microsoft.Network leads: 202 while it runs, then 204 with the same headers (recorded)."""
    headers = urls(signer, request, operation, now, monitor=True)
    if _running(operation.status(now)):
        return empty(202, headers)
    return empty(204, {**headers, "Content-Type": JSON_TYPE})


def _running(status: str) -> bool:
    return status == "InProgress"


def _target(request: Request) -> str:
    return f"{request.path}?{urlencode(request.query)}"


def body(operation: Operation, now: float) -> Json:
    """startTime, endTime, status, properties, error, name: the recorded order. Microsoft.Network's has only the status."""
    status = operation.status(now)
    if operation.namespace == "Microsoft.Network":
        failed = not _running(status) and operation.error is not None
        return {"status": status, "error": operation.error} if failed else {"status": status}
    document: Json = {"startTime": stamp(operation.start)}
    if not _running(status) and operation.end is not None:
        document["endTime"] = stamp(operation.end)
    document["status"] = status
    if status == "Succeeded" and operation.output is not None:
        document["properties"] = {"output": operation.output}
    if not _running(status) and operation.error is not None:
        document["error"] = operation.error
    document["name"] = operation.id
    return document
