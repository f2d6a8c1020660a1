"""The cost of a run: seconds, requests, and the memory of a process and its children."""

from __future__ import annotations

import re
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Measured:
    """One run of a playbook: seconds of wall time and of all its processes, requests by method, and the most memory in MB."""

    seconds: float
    cpu: float
    requests: dict[str, int] = field(default_factory=dict)
    waiting: int = 0  # reads of replication
    memory: float = 0.0
    refused: int = 0  # answers 429

    @classmethod
    def of(cls, seconds: float, cpu: float, entries: list[dict[str, Any]], memory: float) -> Measured:
        """From the emulator's journal."""
        return cls(
            seconds,
            cpu,
            dict(Counter(entry["method"] for entry in entries)),
            sum("$expand" in entry["query"] and entry["method"] == "GET" for entry in entries),
            memory,
            sum(entry["status"] == 429 for entry in entries),
        )

    @property
    def total(self) -> int:
        """All requests."""
        return sum(self.requests.values())


class Memory(threading.Thread):
    """Samples the memory of a process and its descendants; shared memory counts once (proportional set size)."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid, self._most, self._over = pid, 0.0, threading.Event()
        self.start()

    def run(self) -> None:
        while not self._over.wait(0.25):
            self._most = max(self._most, sum(map(_pss, _family(self._pid))))

    def stop(self) -> float:
        self._over.set()
        self.join()
        return self._most


def _family(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        try:
            children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii")
        except OSError:
            continue
        found += map(int, children.split())
    return found


def _pss(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0
    match = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
    return int(match[1]) / 1024 if match else 0.0
