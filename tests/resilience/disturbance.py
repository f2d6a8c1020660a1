"""A run of a module in process with a fault, a kill or another run at one of its requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest import mock

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.connection import Connection

from support.harness import Harness

FAULTS: dict[str, dict[str, Any]] = {
    "killed before": {},
    "killed after": {},
    "another run": {},
    "refused": {"status": 403, "code": "AuthorizationFailed"},
    "conflict": {"status": 409, "code": "Conflict"},
    "lost before": {"reset_before": True},
    "lost after": {"reset_after": True},
}


class Killed(BaseException):
    """The process ends here."""


def disturbed(harness: Harness, request: int, fault: str, attempt: Callable[[], Any]) -> None:
    """The run with the fault at its request of that number. `attempt` runs it, and is the other run, too."""
    if FAULTS[fault]:
        harness.emulator.order_fault(after=request, path="/providers/Microsoft", do=FAULTS[fault])
        attempt()
        harness.emulator.clear_faults()
        return
    sent, send = 0, Connection.send

    def dying(connection: Connection, *arguments: Any) -> Any:
        nonlocal sent
        here = sent == request
        sent += 1
        if here and fault == "killed before":
            raise Killed
        if here and fault == "another run":
            attempt()
        answer = send(connection, *arguments)
        if here and fault == "killed after":
            raise Killed
        return answer

    with mock.patch.object(Connection, "send", dying):
        try:
            attempt()
        except Killed:
            harness.clock.sleep(5)
