"""All faults, by name."""

from __future__ import annotations

from .lasting_faults import LASTING, OUTCOMES, RIVALS
from .transient_faults import LATE, TRANSIENT

FAULTS = {fault.name: fault for fault in (*TRANSIENT, *LATE, *LASTING, *RIVALS, *OUTCOMES)}
