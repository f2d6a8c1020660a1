"""Verifications that are cut at each of their requests, and two at once over one version."""

from __future__ import annotations

import contextlib
import functools
import json
import threading
from typing import Any

from support.verification_steps import verify

from .meetings import Turns
from .seeds import AWAY, GALLERY_ID, GROUP_ID, HOME, Json, cloned
from .stage import Cut, Run, Stage, Task

VERSION_ID = f"{GALLERY_ID}/images/web/versions/1.0.0"
KINDS = ("virtual_machine", "network_interface", "disk", "run_command")
VARIABLES = {
    "verify_image_version_version_id": VERSION_ID,
    "verify_image_version_resource_group": "rg",
    "verify_image_version_subnet_id": f"{GROUP_ID}/providers/Microsoft.Network/virtualNetworks/vnet/subnets/subnet",
    "verify_image_version_script": "check",
}
AN_HOUR = 3600.0
REQUESTS = 50  # at least as many as one verification sends


def seed() -> Json:
    """A version that is excluded from latest, a network, and a machine that no run may touch."""
    found = cloned(**{HOME: "Completed", AWAY: "Completed"})
    found["versions"][0]["exclude_from_latest"] = True
    place = {"resource_group": "rg", "location": HOME}
    networks = [{"name": "vnet", "subnets": ["subnet"], **place}]
    return {**found, "machine_seconds": 27, "virtual_networks": networks, "machines": [{"name": "precious", **place}]}


def run(stage: Stage, gate: Any = None) -> tuple[Run, Json]:
    """One verification, and the fact that it leaves."""
    found: Json = {}

    def steps(task: Task) -> None:
        found.update(verify(task, VARIABLES))

    return stage.play(steps, gate=gate or (lambda: None), goes_on=True), found


def left(stage: Stage) -> list[str]:
    """What exists of canaries."""
    return sorted(
        one.id for one in stage.emulator.state.resources.values() if one.kind in KINDS and "canary" in one.id.lower()
    )


def body(stage: Stage) -> Json:
    """The version, without its tags and what a promotion changes."""
    found = json.loads(json.dumps(stage.emulator.resource(VERSION_ID)))
    found["properties"]["publishingProfile"].pop("excludeFromLatest", None)
    found["properties"]["safetyProfile"].setdefault(
        "blockDeletionBeforeEndOfLife", False
    )  # an update sends the default
    tags = {name: value for name, value in (found.pop("tags", None) or {}).items() if not name.startswith("verified")}
    return {**found, "tags": tags}


def excluded(stage: Stage) -> bool:
    """Whether latest may not be the version."""
    return bool(stage.emulator.resource(VERSION_ID)["properties"]["publishingProfile"]["excludeFromLatest"])


@functools.cache
def undisturbed() -> int:
    """How many requests a verification sends."""
    with Stage(seed()) as stage:
        done, found = run(stage)
        assert (found["verdict"], left(stage)) == ("Passed", []), found
        return len(done.requests)


def cut(stage: Stage, number: int) -> None:
    """A run that is cut when so many requests were served."""

    def gate() -> None:
        if len(stage.emulator.requests) >= number:
            raise Cut

    with contextlib.suppress(Cut):
        run(stage, gate)


def trial(number: int, then: str) -> list[str]:
    """What is wrong after a run that was cut, and then one more `run` later, or `absent` at once."""
    with Stage(seed()) as stage:
        before = body(stage)
        stage.emulator.clear_requests()
        cut(stage, number)
        if then == "run":
            stage.clock.sleep(AN_HOUR)
            _again, found = run(stage)
            wrong = (
                [] if found["verdict"] == "Passed" and not found["failed"] else [f"the next run: {found['message']}"]
            )
            wrong += ["it is not promoted"] if excluded(stage) else []
            third, found = run(stage)
            wrong += ["the third run changed something"] if third.changed or found["failed"] else []
        else:
            wrong = _absent(stage)
        wrong += [f"left: {one}" for one in left(stage)]
        wrong += [] if body(stage) == before else ["the version has changed in another way"]
        wrong += [] if any(one.name == "precious" for one in stage.emulator.state.resources.values()) else ["precious"]
        return wrong


def _absent(stage: Stage) -> list[str]:
    """Delete what the run has left, by the same options."""
    given = {name.removeprefix("verify_image_version_"): value for name, value in VARIABLES.items()}
    options = {**given, "version": given.pop("version_id"), "location": HOME, "wait_timeout": 0, "state": "absent"}
    options.pop("version_id", None)
    done = stage.play(lambda task: task("canary_vm", **options), gate=lambda: None)  # type: ignore[arg-type]
    return [f"absent: {done.message}"] if done.failed else []


def meeting(after: int, many: int) -> list[str]:
    """What is wrong after two runs at once: a for so many requests, b for as many, a to its end, b to its end."""
    with Stage(seed()) as stage:
        before = body(stage)
        turns, ended = Turns([("a", after + 1), ("b", many), ("a", None), ("b", None)]), {}

        def play(who: str) -> None:
            try:
                turns.gate(who)
                ended[who] = run(stage, lambda: turns.gate(who))
            finally:
                turns.over(who)

        threads = [threading.Thread(target=play, args=(who,)) for who in "ab"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if set(ended) != {"a", "b"}:
            return ["a run ended in an unexpected error"]
        wrong = [f"{who}: {found['message']}" for who, (_run, found) in ended.items() if found["failed"]]
        stage.clock.sleep(AN_HOUR)
        if left(stage):
            wrong += _absent(stage)
        wrong += [f"left: {one}" for one in left(stage)]
        wrong += ["it is not promoted"] if excluded(stage) else []
        return wrong + ([] if body(stage) == before else ["the version has changed in another way"])
