# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a fault is: how it is ordered, which requests it can befall, and the rule of what then has to come of the run."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .calls import Call
from .scenarios import Scenario
from .stage import Json

FOR_EVER = 0


@dataclass(frozen=True)
class Ending:
    """What has to come of a run: success, or an error whose message holds `words`.

    `names`: it names the resource, too. `renumbered`: somebody else has the number, or had it, so the next one is taken. `stays`:
    another run cannot but say the same. `waits`: it may come as late as the end of the wait; any other comes soon.
    """

    words: tuple[str, ...] = ()
    names: bool = True
    renumbered: bool = False
    stays: bool = False
    waits: bool = False

    @property
    def survives(self) -> bool:
        return not self.words


SURVIVES = Ending()
Befalls = t.Callable[[Call], bool]


@dataclass(frozen=True)
class Fault:
    """`order` is what the emulator is told, at the request that it befalls; `ends` the rule of what has to come of it."""

    kind: str
    name: str
    order: t.Callable[[Call], Json]
    befalls: Befalls
    ends: t.Callable[[Call, Scenario], Ending]
    stalls: bool = False
    retry_after: float = 0.0

    @property
    def transient(self) -> bool:
        """Whether it passes by itself, wherever it comes."""
        return self.ends is survive


def survive(call: Call, scenario: Scenario) -> Ending:
    return SURVIVES


def anything(call: Call) -> bool:
    return True


def manager(call: Call) -> bool:
    return call.manager


def writes(call: Call) -> bool:
    return call.write


def with_body(call: Call) -> bool:
    """Its answer has a body, of which something can be missing."""
    return call.method != "DELETE"


def with_object(call: Call) -> bool:
    """And it is an object; what a cloud says of itself may be a list."""
    return call.method != "DELETE" and call.kind != "metadata"


def status(number: int, code: str = "", seconds: int | None = None, **more: t.Any) -> Json:
    """The order of an answer with that status, that code of Azure's, and that Retry-After."""
    headers = {} if seconds is None else {"headers": {"Retry-After": str(seconds)}}
    return {"status": number, "code": code or f"Error{number}", "message": "Not now.", **headers, **more}
