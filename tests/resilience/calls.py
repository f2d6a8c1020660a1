"""The requests of a run without faults, with everything that decides how a fault at one of them must end."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from .scenarios import Scenario
from .seeds import Json
from .stage import Run, Stage

WAITING = "wait_for_replication"


@dataclass(frozen=True)
class Call:
    """One request.

    How many came before it in the run: `number`; of its method and path: `turn`; of its path: `write_turn`, `reads_before`; and
    how many sign-ins: `signed_in`. `known`: the run has read or created the resource; for a list or a new resource, its parent.
    `poll`: it belongs to a wait for a version.
    """

    number: int
    module: str
    method: str
    path: str
    kind: str
    listing: bool
    status: int
    body: Json | None
    turn: int
    write_turn: int
    reads_before: int
    signed_in: int
    known: bool
    poll: bool

    @property
    def write(self) -> bool:
        return self.method in ("PUT", "DELETE")

    @property
    def sign_in(self) -> bool:
        """To Microsoft Entra."""
        return self.kind == "token"

    @property
    def manager(self) -> bool:
        """To the Resource Manager, with a token."""
        return self.kind not in ("token", "metadata")

    @property
    def resource(self) -> str:
        """The id that it addresses; for a list its parent's."""
        if self.listing and self.kind == "managed_image":
            return self.path.rpartition("/providers/")[0]
        return self.path.rpartition("/")[0] if self.listing else self.path

    @property
    def regions(self) -> str:
        """The target regions that a write of a version names, as text."""
        profile = ((self.body or {}).get("properties") or {}).get("publishingProfile") or {}
        return str(profile.get("targetRegions"))

    @property
    def words(self) -> str:
        """For a reader: `PUT galleries/pics`."""
        name = self.path.rpartition("Microsoft.Compute/")[2] or self.path
        return f"{self.module}: {self.method} {name} ({self.turn + 1}.)"

    def here(self, order: Json) -> Json:
        """An order to the emulator for this very request."""
        if "do" in order:
            return {"method": self.method, "path": f"^{re.escape(self.path)}$", "after": self.turn, **order}
        return {"resource": f"{re.escape(self.path)}$", "after": self.write_turn, **order}


def record(scenario: Scenario) -> tuple[list[Call], Run]:
    """The requests of the scenario's run without a fault, and that run."""
    with Stage(scenario.seed) as stage:
        run = stage.play(scenario.steps, scenario.apart)
    if run.failed:
        raise AssertionError(f"{scenario.name} fails without any fault: {run.message}")
    return list(_calls(run, scenario.apart)), run


def _calls(run: Run, apart: bool) -> t.Iterator[Call]:
    known: set[str] = set()
    written: set[str] = set()
    past: list[Json] = []
    module = ""
    for number, (request, by) in enumerate(zip(run.requests, run.modules, strict=True)):
        method, path = request["method"], request["path"]
        if apart and by != module:
            known.clear()
        module = by
        call = Call(
            number,
            by,
            method,
            path,
            request["kind"],
            request["listing"],
            request["status"],
            request["body"],
            sum((one["method"], one["path"]) == (method, path) for one in past),
            sum(one["path"] == path and one["method"] in ("PUT", "DELETE") for one in past),
            sum(one["path"] == path and one["method"] == "GET" for one in past),
            sum(one["kind"] == "token" and one["method"] == "POST" for one in past),
            False,
            request["kind"] == "image_version" and method == "GET" and (path in written or by == WAITING),
        )
        about = path.rpartition("/")[0] if method == "PUT" and path not in known else call.resource
        yield Call(**{**vars(call), "known": about in known})
        past.append(request)
        _learn(call, known, written)


def _learn(call: Call, known: set[str], written: set[str]) -> None:
    """What the run knows after an answer."""
    if call.method == "DELETE":
        known.discard(call.path)
        written.discard(call.path)
    elif call.status < 300 and call.manager:
        known.add(call.resource)
        if call.method == "PUT":
            written.add(call.path)
