"""/_emulator/: the control interface of an emulator that runs as a process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .faults import FaultError
from .messages import Answer, Request, empty, one_line

if TYPE_CHECKING:
    from .service import Service


class Control:
    """Needs no token and is not logged."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def handle(self, request: Request) -> Answer:
        """Answer a request below /_emulator/."""
        name = request.path.removeprefix("/_emulator/").strip("/")
        handlers = {
            ("GET", "requests"): self._requests,
            ("DELETE", "requests"): self._clear_requests,
            ("GET", "faults"): self._faults,
            ("POST", "faults"): self._order,
            ("DELETE", "faults"): self._clear_faults,
            ("GET", "state"): self._state,
            ("POST", "reset"): self._reset,
        }
        handler = handlers.get((request.method, name))
        if handler is None:
            return one_line(404, {"error": {"code": "NotFound", "message": f"{request.method} {request.path}"}})
        return handler(request)

    def _requests(self, request: Request) -> Answer:
        return one_line(200, {"value": self._service.journal.entries})

    def _clear_requests(self, request: Request) -> Answer:
        self._service.journal.clear()
        return empty(204)

    def _faults(self, request: Request) -> Answer:
        return one_line(200, {"value": self._service.faults.describe()})

    def _order(self, request: Request) -> Answer:
        try:
            fault = self._service.faults.order(request.json())
        except FaultError as error:
            return one_line(400, {"error": {"code": "InvalidFault", "message": str(error)}})
        return one_line(201, fault.spec)

    def _clear_faults(self, request: Request) -> Answer:
        self._service.faults.clear()
        return empty(204)

    def _reset(self, request: Request) -> Answer:
        self._service.reset()
        return empty(204)

    def _state(self, request: Request) -> Answer:
        return one_line(200, {"value": self._service.describe_state()})
