"""Azure Resource Manager on loopback: managed images and Compute Galleries, for tests and for trying things out."""

from __future__ import annotations

from .clock import ManualClock
from .emulator import Emulator

__all__ = ["Emulator", "ManualClock"]
