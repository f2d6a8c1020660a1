"""Fixtures that fail a test in which the collection sleeps, or something leaves the machine."""

from __future__ import annotations

import socket
import sys
import time
from typing import Any, NoReturn

import pytest


@pytest.fixture(autouse=True)
def nothing_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    really = time.sleep

    def sleep(seconds: float) -> None:
        if sys._getframe(1).f_globals.get("__name__", "").startswith("ansible_collections."):
            raise AssertionError(f"the collection slept for {seconds} s in a unit test: give the code a clock")
        really(seconds)

    monkeypatch.setattr(time, "sleep", sleep)


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that a test did not expect must not leave the machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            refuse(address)
        connect(self, address)

    def refuse(address: Any) -> NoReturn:
        raise AssertionError(f"a test connected to {address}")

    monkeypatch.setattr(socket.socket, "connect", guarded)
