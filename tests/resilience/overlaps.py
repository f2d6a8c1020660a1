"""Two playbooks at once on one emulator, the second started a little later."""

from __future__ import annotations

import re
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arm_emulator import Emulator

from . import oracle
from .killed_playbook import Victim
from .kills import SECONDS, Place, last_run
from .meetings import CROSSED
from .playbooks import CLONE, COLLECTION, Scenario, fleet, variables
from .seeds import IDENTITY, PARENTS, cloned, seed

SHIFTS = (0.0, 0.1, 0.2, 0.4, 0.7, 1.0, 1.5, 2.0)
DELETE = [
    {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
        "tasks": [
            {
                f"{COLLECTION}.image_definition": {
                    "resource_group": "rg",
                    "gallery_name": "pics",
                    "name": "web",
                    "state": "absent",
                }
            }
        ],
    }
]


@dataclass(frozen=True)
class Pair:
    """Two scenarios on the seed of the first. `versions` and `may_say` as in Meeting; `new`: each run creates a version."""

    name: str
    a: Scenario
    b: Scenario
    versions: int | None
    may_say: str = ""
    new: bool = False

    def __str__(self) -> str:
        return self.name


def _clone(what: dict[str, Any], source: str, **more: Any) -> Scenario:
    definition = {**IDENTITY, "name": "web"}
    return Scenario(source, what, CLONE, variables(source=source, definition=definition, **more))


IMAGES = ("a", "b", "c", "d")


def _slice(number: int) -> Scenario:
    """A half of the inventory, as AWX slices it."""
    return Scenario(
        "slice", seed(*IMAGES), f"{COLLECTION}.migrate_fleet", variables(), fleet(*IMAGES, only=IMAGES[number::2])
    )


SLICES = Pair("slices of a fleet", _slice(0), _slice(1), 4)
PAIRS = (
    SLICES,
    Pair("the same image", _clone(PARENTS, "web"), _clone(PARENTS, "web"), 1),
    Pair("two images into one definition", _clone(PARENTS, "web"), _clone(PARENTS, "db"), 2),
    Pair("everything for two images", _clone(seed("web", "db"), "web"), _clone(seed("web", "db"), "db"), 2),
    Pair(
        "a new version of one image from both",
        _clone(cloned(), "web", when_cloned="new"),
        _clone(cloned(), "web", when_cloned="new"),
        3,
        new=True,
    ),
    Pair("a clone while the definition is deleted", _clone(PARENTS, "web"), Scenario("delete", PARENTS, DELETE), None, CROSSED),
)  # fmt: skip


def trial(pair: Pair, shift: float) -> list[str]:
    """What is wrong after both, and after one more run of each."""
    with tempfile.TemporaryDirectory(prefix="kills.") as name, Emulator(pair.a.seed, **SECONDS) as emulator:
        places = []
        for number, scenario in enumerate((pair.a, pair.b)):
            folder = Path(name) / str(number)
            folder.mkdir()
            places.append(Place(scenario, emulator, folder))
        victims = []
        for number, place in enumerate(places):
            time.sleep(shift * number)
            victims.append(Victim(place.runner, place.command, "at_once"))
        wrong = [f"{victim.output[-3000:]}" for victim in victims if not _fine(victim, pair)]
        wrong += _end(emulator, places[0], pair)
        if pair.versions is not None and not pair.new:
            wrong += [one for place in places for one in last_run("one more run", place)]
        return wrong


def _fine(victim: Victim, pair: Pair) -> bool:
    return victim.ended() == 0 or bool(pair.may_say and re.search(pair.may_say, " ".join(victim.output.split())))


def _end(emulator: Emulator, place: Place, pair: Pair) -> list[str]:
    place.end(ordered=True)
    wrong = list(oracle.unsettled(emulator))
    return wrong if pair.versions is None else [*wrong, *oracle.versions(emulator, pair.versions)]
